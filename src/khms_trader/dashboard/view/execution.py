"""One executed session as the page 실행 shows it, and the reading of it.

No clock is read and nothing drawn; the room is asked for what lies in files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from khms_trader.dashboard.room import Room
from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderFilled,
    OrderIntended,
    OrderNotPlaced,
    OrderRejected,
    OrderUnconfirmed,
)
from khms_trader.domain.order import (
    OPEN_STATES,
    PLAN_PURPOSE,
    OrderRecord,
    OrderState,
)
from khms_trader.domain.report import LineEnd, LineReport, OtherOrder, SessionReport
from khms_trader.errors import KhmsTraderError
from khms_trader.planning.state_market import Job

SENDERS: Final = frozenset({str(Job.EXECUTE), "sell_out_legacy"})
"""Purposes of the lock under which orders leave."""

_STEPS: Final = (
    ExecutionStarted,
    ExecutionFinished,
    ExecutionPaused,
    OrderIntended,
    OrderAccepted,
    OrderFilled,
    OrderCancelled,
    OrderExpired,
    OrderNotPlaced,
    OrderRejected,
    OrderUnconfirmed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """What is known of one session's execution.

    Attributes:
        report: None when it cannot be made: no plan, or an unusable one.
        problem: one Korean sentence why not; empty where nothing is wrong.
        events: the steps of the session's runs and orders, by age.
        records: our orders of the session.
        names: display names by symbol.
        is_sending: a job that sends orders is at work on the session.
        is_under_way: that job executes the plan and has not ended: nothing is final.
    """

    session: date
    report: SessionReport | None = None
    problem: str = ""
    events: tuple[Event, ...] = ()
    records: tuple[OrderRecord, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    is_sending: bool = False
    is_under_way: bool = False

    @property
    def on_their_way(self) -> int:
        """How many orders have left and are not answered yet."""
        if self.report is None:
            return 0
        planned = sum(map(self.is_on_its_way, self.report.lines))
        return planned + sum(map(self.is_on_its_way, self.report.others))

    def is_on_its_way(self, line: LineReport | OtherOrder) -> bool:
        """Return True for an order that waits for its answer, which is not lost."""
        if not self.is_sending or line.end is not LineEnd.UNCONFIRMED:
            return False
        purpose = line.purpose if isinstance(line, OtherOrder) else PLAN_PURPOSE
        lost = {
            (record.key.symbol, record.key.side, record.key.purpose)
            for record in self.records
            if record.needs_a_person and record.state is not OrderState.INTENDED
        }
        return (line.symbol, line.side, purpose) not in lost

    @property
    def sent(self) -> tuple[LineReport, ...]:
        """The lines of the plan that became an order, sells first."""
        lines = () if self.report is None else self.report.lines
        return tuple(line for line in lines if line.order is not None)

    @property
    def held_back(self) -> tuple[LineReport, ...]:
        """The lines that could have traded and were not sent."""
        return () if self.report is None else self.report.skipped_candidates()

    @property
    def rest(self) -> tuple[LineReport, ...]:
        """The signals that could never have traded."""
        if self.report is None:
            return ()
        held_back = set(map(id, self.held_back))
        skipped = self.report.ending(LineEnd.SKIPPED)
        return tuple(line for line in skipped if id(line) not in held_back)


def executed_sessions(room: Room) -> tuple[date, ...]:
    """Return the sessions on which orders went out or were to, newest first.

    Raises:
        StorageError: the journal cannot be read.
    """
    found = {event.session for event in room.events((ExecutionStarted,))}
    found |= {record.key.session for record in room.records()}
    return tuple(sorted(found, reverse=True))


def read_execution(room: Room, session: date) -> Executed:
    """Return what files know of ``session``.

    Raises:
        StorageError: the journal cannot be read.
    """
    report, problem = None, ""
    records = room.records(session=session)
    events = room.events(_STEPS, session)
    try:
        report = room.report(session)
    except KhmsTraderError as error:
        problem = room.say(error)
    return Executed(
        session=session,
        report=report,
        problem=problem,
        events=events,
        records=records,
        names=dict(room.names()) | _named(report),
    )


def while_at_work(shown: Executed, purpose: str, today: date) -> Executed:
    """Return ``shown`` as it stands while ``purpose`` holds the account."""
    if shown.session != today or purpose not in SENDERS:
        return shown
    is_under_way = purpose == Job.EXECUTE and _has_begun(shown.events)
    return replace(shown, is_sending=True, is_under_way=is_under_way)


def _has_begun(events: tuple[Event, ...]) -> bool:
    """Return True when the newest run began and did not end."""
    bounds = (ExecutionStarted, ExecutionFinished, ExecutionPaused)
    newest = next((e for e in reversed(events) if isinstance(e, bounds)), None)
    return isinstance(newest, ExecutionStarted)


def open_questions(room: Room, *, is_executing: bool) -> tuple[OrderRecord, ...]:
    """Return our orders, of any session, that only a person can tell the end of.

    While orders are being sent the newest of them are on their way, not lost.
    """
    today = room.clock.now().date()
    return tuple(
        record
        for record in room.records(OPEN_STATES)
        if record.needs_a_person
        and not (
            is_executing
            and record.state is OrderState.INTENDED
            and record.key.session == today
        )
    )


def _named(report: SessionReport | None) -> dict[str, str]:
    if report is None:
        return {}
    named = [(line.symbol, line.name) for line in report.lines]
    named += [(other.symbol, other.name) for other in report.others]
    for account in (report.before, report.after):
        held = () if account is None else account.holdings
        named += [(holding.symbol, holding.name) for holding in held]
    return {symbol: name for symbol, name in named if name}
