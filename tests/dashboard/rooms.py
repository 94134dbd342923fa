"""A ``Room`` in which nothing lies yet; ``a_room(journal=...)`` puts something in.

Journal and plans are plain lists here; tests of bootstrap use the real files.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from builders import at
from khms_trader.clock import ManualClock
from khms_trader.dashboard.live import LiveView
from khms_trader.dashboard.room import Kind, Room
from khms_trader.dashboard.sources import (
    Checkup,
    EventKind,
    Halt,
    Health,
    Heartbeat,
    Holder,
    LogLine,
    PlanFile,
)
from khms_trader.domain.events import Event
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.domain.panel import Panel
from khms_trader.domain.plan import Plan
from khms_trader.domain.quality import BarProblem
from khms_trader.errors import DataError, KhmsTraderError
from khms_trader.market.calendar import Calendar
from khms_trader.market.rates import CostRates
from khms_trader.strategy.protocol import Signals


@dataclass(frozen=True, kw_only=True)
class ListedJournal:
    happened: Sequence[Event] = ()
    orders: Sequence[OrderRecord] = ()
    shares: Mapping[str, int] = field(default_factory=dict)
    is_stale: bool = False

    def order_records(
        self, session: date | None = None, *, states: Sequence[OrderState] = ()
    ) -> tuple[OrderRecord, ...]:
        return tuple(
            record
            for record in self.orders
            if session in {None, record.key.session}
            and (not states or record.state in states)
        )

    def events(
        self, session: date | None = None, *, kinds: Sequence[type[Event]] = ()
    ) -> tuple[Event, ...]:
        return tuple(
            event
            for event in self.happened
            if session in {None, event.session} and (not kinds or type(event) in kinds)
        )

    def managed(self) -> Mapping[str, int]:
        return self.shares

    def last_event_at(self) -> datetime | None:
        return self.happened[-1].at if self.happened else None

    def newest(
        self, kind: type[EventKind], *, before: date | None = None
    ) -> EventKind | None:
        found = [
            event
            for event in self.happened
            if isinstance(event, kind) and (before is None or event.session < before)
        ]
        return found[-1] if found else None

    def counts(self) -> Mapping[tuple[date, str], int]:
        return Counter((e.session, type(e).__name__) for e in self.happened)

    def page(
        self,
        session: date | None = None,
        *,
        kinds: Sequence[type[Event]] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> tuple[Event, ...]:
        return self.events(session, kinds=kinds)[::-1][offset : offset + limit]

    def stamp(self) -> Hashable:
        return (id(self), len(self.happened), len(self.orders))


@dataclass(frozen=True, kw_only=True)
class ListedPlans:
    """Plans by age; the last one of a session is in force."""

    plans: Sequence[Plan] = ()

    def files(self) -> tuple[PlanFile, ...]:
        found = []
        for session in sorted({p.for_trading_day for p in self.plans}, reverse=True):
            count = sum(plan.for_trading_day == session for plan in self.plans)
            name = f"next_open_plan_{session:%Y%m%d}"
            numbers = (0, *range(count - 1, 0, -1))
            found += [
                PlanFile(session=session, archived=n, name=f"{name}.json")
                for n in numbers
            ]
        return tuple(found)

    def read(self, file: PlanFile) -> Plan:
        same = [p for p in self.plans if p.for_trading_day == file.session]
        return same[file.archived - 1]

    def stamp(self) -> Hashable:
        return (id(self), len(self.plans))


@dataclass(frozen=True, kw_only=True)
class StillMachine:
    beat: Heartbeat | None = None
    halted: Halt | None = None
    holding: Holder | None = None
    state: Health = field(default_factory=Health)
    lines: Sequence[LogLine] = ()

    def heartbeat(self) -> Heartbeat | None:
        return self.beat

    def halt(self) -> Halt | None:
        return self.halted

    def holder(self) -> Holder | None:
        return self.holding

    def health(self) -> Health:
        return self.state

    def logs(
        self, *, levels: Sequence[str] = (), text: str = "", limit: int = 500
    ) -> Sequence[LogLine]:
        found = [
            line
            for line in self.lines
            if (not levels or line.level in levels) and text in line.text
        ]
        return found[::-1][:limit]


@dataclass(frozen=True, kw_only=True)
class StillMarket:
    bars: Panel | None = None
    said: Signals | None = None
    doubts: tuple[BarProblem, ...] = ()
    unsettled: date | None = None
    closes: Mapping[date, int] | None = None
    listed: tuple[Instrument, ...] | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    judged: Checkup | None = None

    def panel(self, symbols: Sequence[str], until: date) -> Panel:
        if self.bars is None:
            raise DataError("bars_missing")
        return self.bars

    def signals(self, panel: Panel) -> Signals:
        if self.said is None:
            raise DataError("bars_missing")
        return self.said

    def is_provisional(self, session: date) -> bool:
        return session == self.unsettled

    def problems(self) -> tuple[BarProblem, ...]:
        return self.doubts

    def benchmark(self) -> Mapping[date, int] | None:
        return self.closes

    def universe(self, asof: date) -> tuple[Instrument, ...] | None:
        return self.listed

    def names(self) -> Mapping[str, str]:
        return self.named

    def stamp(self) -> Hashable:
        return id(self)

    def checkup(self, plan: Plan, symbols: Sequence[str]) -> Checkup:
        return self.judged or Checkup(at=at("09:30"))


@dataclass(kw_only=True)
class StillLive:
    view: LiveView = field(default_factory=LiveView)
    hurried: int = 0

    def look(self, *, may_wait: bool = True) -> LiveView:
        return self.view

    def hurry(self) -> None:
        self.hurried += 1


def said(error: Exception) -> str:
    """Say an error by its code: pages only pass sentences on."""
    code = error.code if isinstance(error, KhmsTraderError) else type(error).__name__
    return f"문제: {code}"


def a_room(**changes: Any) -> Room:  # noqa: ANN401 - any field
    """Build the room of a practice account at 2026-03-04 09:30, changed as told."""
    room = Room(
        account_id="practice-0a1b2c3d",
        account_number="5000****-01",
        kind=Kind.PRACTICE,
        clock=ManualClock(at("09:30")),
        calendar=Calendar(),
        costs=CostRates(fee_rate=147_000, tax_rate=None),
        journal=ListedJournal(),
        plans=ListedPlans(),
        report=lambda _session: None,
        reasons=lambda _records: {},
        machine=StillMachine(),
        market=StillMarket(),
        live=StillLive(),
        say=said,
        data_source="practice",
        home="/home/investor/khms",
    )
    return replace(room, **changes)
