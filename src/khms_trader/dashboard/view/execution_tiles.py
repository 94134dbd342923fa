"""The tiles of the page 실행: what a session came to, at a glance. Pure."""

from khms_trader.dashboard.view.execution import Executed
from khms_trader.dashboard.view.execution_words import ON_ITS_WAY
from khms_trader.dashboard.view.tile_html import Tile, Tone
from khms_trader.dashboard.words import DASH, signed_percent, signed_won, won
from khms_trader.domain.order import Side
from khms_trader.domain.report import LineEnd, OrderReport, SessionReport


def execution_tiles(
    report: SessionReport,
    age: str,
    *,
    on_their_way: int = 0,
    is_under_way: bool = False,
) -> tuple[Tile, ...]:
    """Return the tiles of a session; ``age`` is how long ago it was executed.

    ``on_their_way`` orders wait for an answer; ``is_under_way`` until it has ended.
    """
    orders = [line.order for line in report.lines if line.order is not None]
    orders += [other.order for other in report.others]
    unknown = report.ends.count(LineEnd.UNCONFIRMED) - on_their_way
    sending = f" · {ON_ITS_WAY} {on_their_way:,}건" * bool(on_their_way)
    unsure = f" · 확인 필요 {unknown:,}건" * bool(unknown)
    filled = sum(order.filled_quantity > 0 for order in orders)
    return (
        Tile(
            label="보낸 주문",
            value=f"{len(orders):,}건",
            sub=f"체결 {filled:,}건{sending}{unsure}",
            tone=Tone.ALARM if unknown else Tone.PLAIN,
            age=age,
        ),
        Tile(
            label="체결 금액",
            value=f"매수 {won(_filled(report, Side.BUY))}",
            sub=f"매도 {won(_filled(report, Side.SELL))}",
            age=age,
        ),
        _slippage(orders, age),
        _before(report, age) if is_under_way else _total(report, age),
    )


def executed_at(shown: Executed) -> str:
    """Return when the session's runs began, such as ``09:01:00, 09:12:40``."""
    runs = () if shown.report is None else shown.report.runs
    return ", ".join(f"{run.began_at:%H:%M:%S}" for run in runs)


def _filled(report: SessionReport, side: Side) -> int:
    planned = [line.order for line in report.lines if line.side is side]
    others = [other.order for other in report.others if other.side is side]
    return sum(order.filled_value for order in (*planned, *others) if order)


def _slippage(orders: list[OrderReport], age: str) -> Tile:
    costs = won(sum(order.fee + order.tax for order in orders))
    known = [order for order in orders if order.slippage is not None]
    lost = sum(order.slippage or 0 for order in known)
    at_open = sum((order.open_price or 0) * order.filled_quantity for order in known)
    bps = f"{abs(lost) / at_open * 10_000:.1f}bp · " if at_open else ""
    return Tile(
        label="미끄러짐(시가 대비)",
        value=slippage_words(lost) if at_open else DASH,
        sub=f"{bps}수수료·세금 약 {costs}",
        age=age,
    )


def slippage_words(lost: int) -> str:
    """Return what a fill other than at the open cost, or gained, in won."""
    if not lost:
        return "0원"
    return f"{won(abs(lost))} {'손해' if lost > 0 else '이득'}"


def _before(report: SessionReport, age: str) -> Tile:
    total = None if report.before is None else report.before.total
    sub = "계좌 기록 없음" if total is None else "실행이 끝나면 다시 읽습니다"
    return Tile(label="실행 전 총평가", value=won(total), sub=sub, age=age)


def _total(report: SessionReport, age: str) -> Tile:
    before, after = report.before, report.after
    if before is None or after is None:
        return Tile(label="실행 뒤 총평가", value=DASH, sub="계좌 기록 없음", age=age)
    change = after.total - before.total
    percent = change * 100 / before.total if before.total else None
    return Tile(
        label="실행 뒤 총평가",
        value=won(after.total),
        sub=f"{signed_won(change)} ({signed_percent(percent)})",
        trend=change,
        age=age,
    )
