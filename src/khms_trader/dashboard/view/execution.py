"""One executed session as the page 실행 shows it, and the reading of it.

No clock is read and nothing drawn; the room is asked for what lies in files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.domain.report import LineEnd, LineReport, SessionReport
from khms_trader.errors import KhmsTraderError

EXECUTE: Final = "execute"
"""Purpose of the lock while orders are sent."""

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
_UNENDED: Final = (
    OrderState.INTENDED,
    OrderState.UNCONFIRMED,
    OrderState.ACCEPTED,
    OrderState.PARTIALLY_FILLED,
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
    """

    session: date
    report: SessionReport | None = None
    problem: str = ""
    events: tuple[Event, ...] = ()
    records: tuple[OrderRecord, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

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


def open_questions(room: Room, *, is_executing: bool) -> tuple[OrderRecord, ...]:
    """Return our orders, of any session, that only a person can tell the end of.

    While orders are being sent the newest of them are on their way, not lost.
    """
    today = room.clock.now().date()
    return tuple(
        record
        for record in room.records(_UNENDED)
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
