"""What a person does with the sell-out tool at a workbench."""

from fakes import ACCOUNT, ASOF, Workbench, at
from khms_trader.domain.events import AccountConfirmed
from khms_trader.domain.order import OrderRecord
from khms_trader.domain.report import LineEnd
from khms_trader.execution.sell_out import adopt, look, sell_out
from khms_trader.planning.sell_out import Asked, HeldBack
from khms_trader.planning.sold_out import SellOut

ONE, TWO, THREE = "100000", "200000", "300000"
ALL = Asked(is_all=True)


def named(*symbols: str) -> Asked:
    return Asked(symbols=symbols)


def sold(bench: Workbench, asked: Asked = ALL) -> SellOut:
    return sell_out(bench.desk, asked)


def looked(bench: Workbench) -> SellOut:
    return look(bench.office, bench.rules)


def adopted(bench: Workbench, asked: Asked = ALL) -> SellOut:
    return adopt(bench.office, bench.rules, asked)


def confirm(bench: Workbench, **legacy: int) -> None:
    bench.needs_confirmation = True
    bench.journal.append(
        AccountConfirmed(
            at=at(8, day=ASOF), account=ACCOUNT, session=ASOF, legacy=legacy
        )
    )


def manual(bench: Workbench) -> list[OrderRecord]:
    records = bench.journal.order_records()
    return [r for r in records if r.key.purpose.startswith("manual-")]


def held_back(shown: SellOut) -> dict[str, HeldBack]:
    return {c.symbol: c.held_back for c in shown.choices if c.held_back}


def ends(shown: SellOut) -> dict[str, LineEnd]:
    return {line.symbol: line.end for line in shown.lines}
