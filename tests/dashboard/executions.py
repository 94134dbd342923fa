"""A session on which everything happened: 2026-03-04 on the account ``paper``.

Sells of 086520 (filled), 035760 (open) and 041510 (halted, not sent); buys of 247540
(filled), 091990 (partly, rest cancelled), 066970 (refused), 068760 (unknown) and 196170
(no slot); a person's own buy of 263750.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from builders import (
    SESSION,
    a_buy,
    a_holding,
    a_plan,
    a_record,
    a_row,
    a_sell,
    an_account,
    at,
)
from dashboard.rooms import ListedJournal, ListedPlans, StillMachine, a_room
from khms_trader.dashboard.room import Kind, Room
from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionStarted,
    ForeignOrdersSeen,
    LineSkipped,
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderIntended,
    OrderRejected,
    OrderUnconfirmed,
)
from khms_trader.domain.order import OrderKey, OrderRecord, OrderState, Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.report import SessionReport
from khms_trader.errors import PlanError
from khms_trader.execution.report import session_report
from khms_trader.market.rates import CostRates

PLAN_ID = "20260304-1f0c9a2e"
COSTS = CostRates(fee_rate=1_470_000)  # 14.7 bps, tax by the dated table
MANAGED = {"086520": 10, "035760": 20, "041510": 5}
_S = OrderState


def the_plan() -> Plan:
    """Build the plan of the session: three sells of what is held, four slots."""
    return a_plan(
        a_sell("086520 @12960"),
        a_sell("035760 @50000"),
        a_sell("041510 @80000"),
        a_sell("112040 @40000", held=False),
        a_buy("247540 x10 @100000"),
        a_buy("091990 x30 @20000"),
        a_buy("066970 x5 @30000"),
        a_buy("068760 x7 @10000"),
        a_buy("196170 x3 @60000"),
        slots_free=4,
    )


def before() -> Account:
    """Build the account as it was before the first order."""
    held = (a_holding("086520 x10"), a_holding("035760 x20"), a_holding("041510 x5"))
    return an_account(*held, cash=5_000_000, read_at="09:01:00.8")


def after() -> Account:
    """Build the account as it was when the run was over."""
    held = (a_holding("035760 x20"), a_holding("041510 x5"))
    bought = (a_holding("247540 x10"), a_holding("091990 x12"))
    return an_account(*held, *bought, cash=3_900_000, read_at="09:06:04")


def the_records() -> tuple[OrderRecord, ...]:
    """Build our orders of the session, by age."""
    return (
        _record("sell 086520 x10", _S.FILLED, "0000000001", 13_000, (10, 129_800)),
        _record("sell 035760 x20", _S.ACCEPTED, "0000000002"),
        _record(
            "buy 247540 x10 @103000", _S.FILLED, "0000000003", 101_000, (10, 1_012_000)
        ),
        _record(
            "buy 091990 x30 @20600", _S.CANCELLED, "0000000004", 20_100, (12, 241_200)
        ),
        _record(
            "buy 066970 x5 @30900", _S.REJECTED, detail="not_enough_cash|40250000|잔액"
        ),
        _record("buy 068760 x7 @10300", _S.UNCONFIRMED, detail="kis_no_answer"),
    )


def the_events() -> tuple[Event, ...]:
    """Build the session's events, by age."""
    return tuple(_events())


def the_report() -> SessionReport:
    """Build the report of all that."""
    return session_report(
        the_plan(),
        records=the_records(),
        events=the_events(),
        costs=COSTS,
        managed=MANAGED,
    )


def nothing_room() -> Room:
    """Build an account that never executed anything."""
    return a_room(account_id="paper", kind=Kind.PAPER)


def executed_room() -> Room:
    """Build the account at the end of the run."""
    return a_room(
        account_id="paper",
        kind=Kind.PAPER,
        journal=ListedJournal(
            happened=the_events(), orders=the_records(), shares=MANAGED
        ),
        plans=ListedPlans(plans=(the_plan(),)),
        report=lambda _session: the_report(),
    )


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Who holds the account."""

    purpose: str = "execute"
    pid: str = "4711"


def executing_room() -> Room:
    """Build the same account while execute holds it."""
    return replace(executed_room(), machine=StillMachine(holding=Worker()))


def halfway_records() -> tuple[OrderRecord, ...]:
    """Build two sales while they are on their way: one taken, one not answered."""
    return (
        _record("sell 086520 x10", _S.ACCEPTED, "0000000001"),
        _record("sell 035760 x20", _S.INTENDED),
    )


def halfway_room(purpose: str = "execute") -> Room:
    """Build the account while its first sales are on their way."""
    events, records = the_events()[:8], halfway_records()
    return replace(
        executing_room(),
        machine=StillMachine(holding=Worker(purpose=purpose)),
        journal=ListedJournal(happened=events, orders=records, shares=MANAGED),
        report=lambda _session: session_report(
            the_plan(), records=records, events=events, costs=COSTS, managed=MANAGED
        ),
    )


def planless_room() -> Room:
    """Build the same account with a plan file that cannot be read."""

    def broken(_session: date) -> SessionReport:
        raise PlanError("plan_not_json", path="plans/next_open_plan_20260304.json")

    return replace(executed_room(), report=broken)


def key(symbol: str, side: Side) -> OrderKey:
    """Return the key of the plan's order of ``symbol``."""
    return OrderKey(account="paper", session=SESSION, symbol=symbol, side=side)


def _of(kind: type[Event], clock: str, **facts: Any) -> Event:  # noqa: ANN401 - any fact
    return kind(at=at(clock), account="paper", session=SESSION, **facts)


def _events() -> Iterator[Event]:
    began = at("09:01")
    yield _of(ExecutionStarted, "09:01:00.3", plan_id=PLAN_ID, began_at=began)
    yield _of(AccountObserved, "09:01:00.8", observed=before())
    halted = {"symbol": "041510", "side": "sell", "reason": "halted"}
    yield _of(LineSkipped, "09:01:01", plan_id=PLAN_ID, **halted)
    no_slot = {"symbol": "196170", "side": "buy", "reason": "no_slot"}
    yield _of(LineSkipped, "09:01:01", plan_id=PLAN_ID, **no_slot)
    not_held = {"symbol": "112040", "side": "sell", "reason": "not_held"}
    yield _of(LineSkipped, "09:01:01", plan_id=PLAN_ID, **not_held)
    yield from _sent("086520", Side.SELL, 10, ("09:01:01.2", "09:01:01.9", "1"))
    yield from _sent("035760", Side.SELL, 20, ("09:01:02.7", "09:01:03.4", "2"))
    yield _filled("086520", Side.SELL, "09:01:05", (10, 129_800), is_complete=True)
    yield from _sent("247540", Side.BUY, 10, ("09:01:24", "09:01:24.8", "3"))
    yield from _sent("091990", Side.BUY, 30, ("09:01:25.6", "09:01:26.3", "4"))
    yield from _intended("066970", Side.BUY, 5, "09:01:27.1")
    refused = "not_enough_cash|40250000|잔액"
    yield _of(OrderRejected, "09:01:27.9", key=key("066970", Side.BUY), detail=refused)
    yield from _intended("068760", Side.BUY, 7, "09:01:28.7")
    yield _of(
        OrderUnconfirmed,
        "09:01:38.7",
        key=key("068760", Side.BUY),
        detail="kis_no_answer",
    )
    yield _filled("247540", Side.BUY, "09:01:40", (10, 1_012_000), is_complete=True)
    yield _filled("091990", Side.BUY, "09:02:10", (12, 241_200), is_complete=False)
    yield _of(
        OrderCancelled, "09:06:02", key=key("091990", Side.BUY), filled_quantity=12
    )
    yield _of(
        ForeignOrdersSeen,
        "09:06:03",
        rows=(a_row("buy 263750 x4 @90000", number="0000000099", filled=(4, 360_000)),),
    )
    yield _of(AccountObserved, "09:06:04", observed=after())
    yield _of(ExecutionFinished, "09:06:05", plan_id=PLAN_ID)


def _sent(
    symbol: str, side: Side, quantity: int, told: tuple[str, str, str]
) -> Iterator[Event]:
    intended, accepted, number = told
    yield from _intended(symbol, side, quantity, intended)
    yield _of(
        OrderAccepted, accepted, key=key(symbol, side), number=number.rjust(10, "0")
    )


def _intended(symbol: str, side: Side, quantity: int, clock: str) -> Iterator[Event]:
    yield _of(OrderIntended, clock, key=key(symbol, side), quantity=quantity)


def _filled(
    symbol: str, side: Side, clock: str, filled: tuple[int, int], *, is_complete: bool
) -> Event:
    return _of(
        OrderFilled,
        clock,
        key=key(symbol, side),
        filled_quantity=filled[0],
        filled_value=filled[1],
        is_complete=is_complete,
    )


def _record(
    text: str,
    state: OrderState,
    number: str = "",
    opened: int | None = None,
    filled: tuple[int, int] = (0, 0),
    detail: str = "",
) -> OrderRecord:
    record = a_record(text, state, number=number, filled=filled)
    return replace(record, open_price=opened, detail=detail)
