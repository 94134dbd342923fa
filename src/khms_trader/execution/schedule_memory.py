"""What the loop remembers beside the journal, and the events it writes there.

A run that changed nothing leaves no event, and a journal may refuse one: neither may
make the loop try again without a pause.
"""

from collections import deque
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.domain.events import JobMissed, RunFailed
from khms_trader.errors import AlreadyRunning, KhmsTraderError
from khms_trader.execution.schedule_room import JobResult, ScheduleRoom
from khms_trader.planning.schedule import Miss, Step, next_step
from khms_trader.planning.schedule_history import LOCKED, Busy, History, Try
from khms_trader.planning.schedule_times import (
    PREPARE_TAKES,
    JobKind,
    Slot,
    prepare_until,
)

_REMEMBERED: Final = 50
_BUSY: Final = 8


class OwnMemory:
    """The loop's own tries and records, laid over what the room says was done."""

    def __init__(self, room: ScheduleRoom) -> None:
        """Answer for what is due from now on, or from when the room says."""
        self._room = room
        self._began_at = room.clock.now()
        self._tries: deque[Try] = deque(maxlen=_REMEMBERED)
        self._busy: deque[Busy] = deque(maxlen=_BUSY)
        self._missed: dict[tuple[JobKind, date], datetime] = {}
        self._known = History()
        self.prepare_took: timedelta | None = None

    def step_after(self, history: History) -> Step:
        """Return what is next, now."""
        room = self._room
        self._known = known = replace(
            history,
            begun_at=min(history.begun_at or self._began_at, self._began_at),
            tries=self._with_own(history.tries),
            missed={**self._missed, **history.missed},
            prepare_took=self.prepare_took or history.prepare_took,
            busy=tuple(self._busy),
        )
        return next_step(
            room.clock.now(),
            room.calendar,
            room.times,
            history=known,
            rules=room.rules,
        )

    def prepare_until(self, slot: Slot) -> datetime:
        """Return when the prepare ``slot``, begun now, is better left undone."""
        room, session = self._room, slot.session
        if session not in self._known.prepared:
            return room.calendar.opens_at(session)
        return prepare_until(
            room.calendar,
            room.times,
            session,
            begins=room.clock.now(),
            takes=self._known.prepare_took or PREPARE_TAKES,
        )

    def keep(self, result: JobResult) -> RunFailed | None:
        """Remember a run; return what to record of it, None when nothing."""
        slot, at = result.run.slot, self._room.clock.now()
        # Counted back from its end: a machine that slept meanwhile was not busy.
        self._busy.append(Busy(since=at - result.took, until=at))
        self._tries.append(
            Try(kind=slot.kind, session=slot.session, at=at, code=result.code)
        )
        if not result.code:
            if slot.kind is JobKind.PREPARE:
                self.prepare_took = result.took
            return None
        if result.code == LOCKED:
            return None
        return RunFailed(
            at=at,
            account=self._room.account,
            session=slot.session,
            job=slot.kind.value,
            code=result.code,
        )

    def give_up(self, miss: Miss) -> JobMissed:
        """Remember a missed slot; return what to record of it."""
        slot, at = miss.slot, self._room.clock.now()
        self._missed[slot.kind, slot.session] = at
        return JobMissed(
            at=at,
            account=self._room.account,
            session=slot.session,
            job=slot.kind.value,
            due_at=slot.due_at,
            reason=miss.reason,
        )

    def _with_own(self, tries: tuple[Try, ...]) -> tuple[Try, ...]:
        if not self._tries:
            return tries
        return tuple(sorted({*tries, *self._tries}, key=lambda each: each.at))


def code_of(error: Exception) -> str:
    """Return the stable word for ``error``, with nothing secret in it."""
    if isinstance(error, AlreadyRunning):
        return LOCKED
    if isinstance(error, KhmsTraderError):
        return error.code
    return type(error).__name__


def named(slot: Slot) -> str:
    """Return ``slot`` as the log names it."""
    return f"{slot.kind} for {slot.session} due {slot.due_at:%Y-%m-%d %H:%M}"
