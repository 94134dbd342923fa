"""A year of journal for ``dashboard.py``: 250 sessions of 200 skipped lines and trades.

    uv run python benchmarks/dashboard_year.py HOME

A paper account buys one symbol a session, holds it for five and sells it; costs are
nothing, so that what it is worth can be told at once.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from khms_trader.domain.account import Account, Holding
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionStarted,
    LineSkipped,
)
from khms_trader.domain.order import (
    PLAN_PURPOSE,
    Order,
    OrderKey,
    OrderState,
    OrderType,
    Side,
)
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.storage.journal import SqliteJournal

ROOT: Final = Path(__file__).resolve().parents[1]
PREPARE: Final = ROOT / "scripts/prepare_next_open_plan.py"
SESSIONS: Final = 250
SKIPPED: Final = 200
LAST: Final = date(2026, 11, 20)
EVENING: Final = "2026-11-20T15:50"
_ACCOUNT: Final = "paper"
_CASH: Final = 4_000_000
_SHARES: Final = 20
_HELD_FOR: Final = 5
_SYMBOLS: Final = tuple(f"7{number:04d}0" for number in range(30, 70))


def a_year(home: Path) -> None:
    """Make ``home`` that of a paper account with a year of journal and a plan."""
    (home / "settings.yaml").write_text("{}\n", encoding="utf-8")
    subprocess.run(
        [sys.executable, str(PREPARE), "--quiet", "--at", EVENING],
        env={**os.environ, "KHMS_HOME": str(home)},
        check=True,
    )
    sessions = Calendar().sessions(LAST - timedelta(days=400), LAST)[-SESSIONS:]
    path = home / "data/state/paper/journal.sqlite3"
    path.unlink()
    cash, held = _CASH, dict[str, int]()
    with closing(SqliteJournal(path, account=_ACCOUNT, is_durable=False)) as journal:
        for number, session in enumerate(sessions):
            bought = _SYMBOLS[number % len(_SYMBOLS)]
            price = _price(bought, number)
            _filled(journal, session, Side.BUY, symbol=bought, price=price)
            held[bought] = number
            cash -= price * _SHARES
            if number >= _HELD_FOR:
                sold = _SYMBOLS[(number - _HELD_FOR) % len(_SYMBOLS)]
                price = _price(sold, number)
                _filled(journal, session, Side.SELL, symbol=sold, price=price)
                del held[sold]
                cash += price * _SHARES
            journal.append(*_day(session, cash, {s: _price(s, number) for s in held}))


def _price(symbol: str, number: int) -> int:
    place = int(symbol)
    return 20_000 + 30 * number + 150 * ((number * number + place) % 11)


def _filled(
    journal: SqliteJournal, session: date, side: Side, *, symbol: str, price: int
) -> None:
    key = OrderKey(
        account=_ACCOUNT,
        session=session,
        symbol=symbol,
        side=side,
        purpose=PLAN_PURPOSE,
    )
    order = Order(
        symbol=symbol, side=side, quantity=_SHARES, order_type=OrderType.MARKET
    )
    at = _at(session)
    journal.intend(key, order, plan_id=_plan(session), at=at, open_price=price)
    number = f"{session:%m%d}{symbol}{side.value[0]}"
    journal.advance(key, OrderState.ACCEPTED, at=at, number=number)
    journal.advance(
        key,
        OrderState.FILLED,
        at=at,
        filled_quantity=_SHARES,
        filled_value=price * _SHARES,
    )


def _day(session: date, cash: int, prices: Mapping[str, int]) -> Iterator[Event]:
    at, plan = _at(session), _plan(session)
    yield ExecutionStarted(
        at=at, account=_ACCOUNT, session=session, plan_id=plan, fee_rate=0, tax_rate=0
    )
    for number in range(SKIPPED):
        yield LineSkipped(
            at=at,
            account=_ACCOUNT,
            session=session,
            plan_id=plan,
            symbol=f"{700_000 + number}",
            side="sell",
            reason="not_held",
        )
    yield AccountObserved(
        at=at,
        account=_ACCOUNT,
        session=session,
        observed=_account(at, cash, prices),
    )
    yield ExecutionFinished(at=at, account=_ACCOUNT, session=session, plan_id=plan)


def _account(at: datetime, cash: int, prices: Mapping[str, int]) -> Account:
    holdings = tuple(
        Holding(
            symbol=symbol,
            name="",
            quantity=_SHARES,
            sellable=_SHARES,
            average_price=Decimal(price),
            price=price,
        )
        for symbol, price in prices.items()
    )
    return Account(
        account=_ACCOUNT,
        observed_at=at,
        cash=cash,
        cash_d2=cash,
        spendable=cash,
        total=cash + sum(holding.value for holding in holdings),
        holdings=holdings,
    )


def _at(session: date) -> datetime:
    return datetime(session.year, session.month, session.day, 9, 1, tzinfo=SEOUL)


def _plan(session: date) -> str:
    return f"{session:%Y%m%d}-00000000"


if __name__ == "__main__":
    a_year(Path(sys.argv[1]))
