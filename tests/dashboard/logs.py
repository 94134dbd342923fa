"""Rooms of the page 로그: log lines, a journal of every kind of event, settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from builders import SESSION, SYMBOL, a_row, an_account, at
from dashboard.rooms import ListedJournal, StillMachine, StillMarket, a_room
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.sources import Health, LogLine, SettingRow
from khms_trader.domain import events as e
from khms_trader.domain.events import Event
from khms_trader.domain.order import OrderKey, Side
from khms_trader.errors import StorageError

BEFORE = date(2026, 3, 3)
MOMENT = at("09:01:02.5")
KEY = OrderKey(account="paper", session=SESSION, symbol=SYMBOL, side=Side.BUY)


@dataclass(frozen=True, kw_only=True)
class Line:
    text: str
    level: str = "INFO"
    at: datetime | None = MOMENT
    name: str = "khms_trader.execution.send"


@dataclass(frozen=True, kw_only=True)
class UnreadableMachine(StillMachine):
    def logs(
        self, *, levels: Sequence[str] = (), text: str = "", limit: int = 500
    ) -> Sequence[LogLine]:
        raise StorageError("not_readable", path="logs/khms_trader.log")


def every_event() -> tuple[Event, ...]:
    """Return one event of every kind, by age."""
    common: dict[str, Any] = {
        "at": at("09:01"),
        "account": "paper",
        "session": SESSION,
    }
    order = {**common, "key": KEY}
    line = {**common, "plan_id": "p-1", "symbol": SYMBOL, "side": "buy"}
    made: list[Event] = [
        e.AccountConfirmed(**common, legacy={"005930": 3}),
        e.HoldingAdopted(**common, symbol=SYMBOL, quantity=7),
        e.HoldingReleased(**common, symbol=SYMBOL, quantity=2),
        e.PlanPrepared(**common, plan_id="p-1", buys=12, sells=1_000, slots_free=3),
        e.AccountObserved(**common, observed=an_account()),
        e.ExecutionStarted(**common, plan_id="p-1"),
        e.OrderIntended(**order, quantity=1_000, limit_price=12_960),
        e.OrderAccepted(**order, number="0000000007"),
        e.OrderRejected(**order, detail="not_enough_cash|40250000|잔고 부족"),
        e.OrderUnconfirmed(**order, detail="kis_no_answer"),
        e.OrderFilled(
            **order, filled_quantity=3, filled_value=10_000, is_complete=False
        ),
        e.OrderCancelled(**order, filled_quantity=3),
        e.OrderExpired(**order, filled_quantity=0),
        e.OrderNotPlaced(**order),
        e.OrderNoted(**order, detail="ambiguous"),
        e.LineSkipped(**line, reason="no_slot"),
        e.LineWarned(**line, warning="held_more", detail="5"),
        e.ForeignOrdersSeen(**common, rows=(a_row(),)),
        e.ExecutionPaused(**common, plan_id="p-1", account_error="kis_no_answer"),
        e.ExecutionFinished(**common, plan_id="p-1"),
        e.RunFailed(**common, job="prepare", code="kis_unreachable"),
        e.JobMissed(
            **common, job="execute", due_at=at("09:01", BEFORE), reason="not_running"
        ),
    ]
    return tuple(made)


def many_events(count: int) -> tuple[Event, ...]:
    """Return ``count`` skipped lines of two sessions, the newest last."""
    return tuple(
        e.LineSkipped(
            at=at("09:01") + timedelta(milliseconds=number),
            account="paper",
            session=SESSION if number * 4 >= count else BEFORE,
            plan_id="p-1",
            symbol=f"{number:06d}",
            side="sell",
            reason="not_held",
        )
        for number in range(count)
    )


LINES = (
    Line(text="하나"),
    Line(text="느림", level="WARNING"),
    Line(
        text="터짐 <script>\nTraceback (most recent call last):\nKeyError: 1",
        level="ERROR",
    ),
)
SETTINGS = (
    SettingRow(key="broker.provider", value="paper", default="paper"),
    SettingRow(key="live.max_positions", value="5", default="8"),
    SettingRow(key="strategy.params", value=""),
)


@cache
def lived_room() -> Room:
    """Return a room that has something in every section."""
    return a_room(
        journal=ListedJournal(happened=every_event()),
        machine=StillMachine(lines=LINES, state=Health(disk_free=50_000_000)),
        market=StillMarket(named={SYMBOL: "에코프로"}),
        settings=SETTINGS,
    )


@cache
def crowded_room() -> Room:
    """Return a room of 10,000 events and 300 log lines."""
    lines = tuple(Line(text=f"줄 {number}") for number in range(300))
    return a_room(
        journal=ListedJournal(happened=many_events(10_000)),
        machine=StillMachine(lines=lines),
    )


@cache
def empty_room() -> Room:
    """Return a room in which nothing ever happened."""
    return a_room()


@cache
def broken_room() -> Room:
    """Return a room whose log cannot be read."""
    return a_room(machine=UnreadableMachine())
