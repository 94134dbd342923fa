"""What the loop has to tell the journal, kept until the journal has taken it.

A disk may be full for an hour, and nothing is written by a clock nobody believes yet.
It catches nothing: the loop hands it back what went wrong.
"""

import logging
from collections import deque
from dataclasses import replace
from typing import Final

from khms_trader.domain.events import Event, JobMissed, RunFailed
from khms_trader.errors import KhmsTraderError
from khms_trader.execution.schedule_memory import code_of
from khms_trader.execution.schedule_moments import JumpWatch
from khms_trader.execution.schedule_room import ScheduleRoom
from khms_trader.planning.schedule_history import History
from khms_trader.planning.schedule_times import JobKind

logger = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 10.0
"""Between two tries to write what could not be written."""


class Records:
    """Events on their way to the journal, in order."""

    def __init__(self, room: ScheduleRoom, jumps: JumpWatch) -> None:
        """Have nothing to write."""
        self._room = room
        self._jumps = jumps
        self._waiting: deque[Event] = deque()
        self._again_at = 0.0
        self._problem = ""

    @property
    def is_behind(self) -> bool:
        """True while something is still to be written."""
        return bool(self._waiting)

    def add(self, event: Event) -> None:
        """Write ``event`` now, or as soon as that can be.

        Raises:
            StorageError: not now; ``failed`` wants to know.
        """
        self._waiting.append(event)
        if len(self._waiting) == 1 and self._jumps.settles_in() <= 0:
            self._write(None)

    def catch_up(self, *, is_last: bool = False) -> None:
        """Write what waits, when it is time for another try or there is no other.

        Raises:
            StorageError: not now either; ``failed`` wants to know.
        """
        is_time = is_last or self._room.clock.monotonic() >= self._again_at
        if self._waiting and is_time and self._jumps.settles_in() <= 0:
            self._write(self._room.history())

    def failed(self, error: Exception) -> None:
        """Try again in a while because of ``error``, which is logged once."""
        self._again_at = self._room.clock.monotonic() + AGAIN_SECONDS
        if code_of(error) == self._problem:
            return
        self._problem = code_of(error)
        what = type(self._waiting[0]).__name__
        trace = None if isinstance(error, KhmsTraderError) else error
        logger.error("%s could not be recorded: %s", what, error, exc_info=trace)

    def _write(self, history: History | None) -> None:
        while self._waiting:
            event, now = self._waiting[0], self._room.clock.now()
            is_new = history is None or not _is_outdated(event, history)
            if is_new:
                # Of a wrong clock, which has been set right since.
                self._room.record(replace(event, at=min(event.at, now)))
            self._waiting.popleft()
            if is_new and self._problem:
                logger.info("%s was recorded in the end", type(event).__name__)
        self._problem = ""


def _is_outdated(event: Event, history: History) -> bool:
    """Return whether ``event`` is there after all, or is not true any more."""
    if isinstance(event, RunFailed):
        told = (JobKind(event.job), event.session, event.at, event.code)
        return told in {(t.kind, t.session, t.at, t.code) for t in history.tries}
    if not isinstance(event, JobMissed):
        return False
    kind, session = JobKind(event.job), event.session
    if (kind, session) in history.missed:
        return True
    if kind is JobKind.EXECUTE:
        return session in history.finished
    made_at = history.prepared.get(session)
    return made_at is not None and made_at >= event.due_at
