"""What the loop watches for beside its slots: a moved clock, readings before one."""

from datetime import datetime, timedelta
from typing import Final

from khms_trader.execution.schedule_room import ScheduleRoom
from khms_trader.planning.schedule_history import History
from khms_trader.planning.schedule_times import (
    JobKind,
    Slot,
    WarmMoment,
    coming,
    warm_stages,
)
from khms_trader.ports import Clock

JUMP: Final = timedelta(seconds=5)
SETTLE_SECONDS: Final = 60.0
"""After a jump of the clock nothing is called missed for so long: a clock set wrong is
mostly set right at once, and a record from the future would block every job until then.
"""

_FORGIVEN: Final = timedelta(minutes=1)
"""A clock that ran ahead no further than this blocks no job when it is set right."""


class JumpWatch:
    """Compares the clock with the time that passed: it is set, or a machine sleeps."""

    def __init__(self, clock: Clock) -> None:
        """Watch ``clock`` from now on."""
        self._clock = clock
        self._seen = (clock.now(), clock.monotonic())
        self._settled_at = self._trusted_at = clock.monotonic()

    def jump(self) -> timedelta:
        """Return how far the clock moved since the last look, beyond time; or zero."""
        (then, since), self._seen = (
            self._seen,
            (
                self._clock.now(),
                self._clock.monotonic(),
            ),
        )
        now, monotonic = self._seen
        by = now - then - timedelta(seconds=monotonic - since)
        if abs(by) < JUMP:
            return timedelta(0)
        self._settled_at = monotonic + SETTLE_SECONDS
        self._trusted_at = self._settled_at if by > _FORGIVEN else monotonic
        return by

    def settles_in(self) -> float:
        """Return the seconds until the clock is believed again; 0 or less: it is."""
        return self._settled_at - self._clock.monotonic()

    def runs_in(self) -> float:
        """Return the seconds until a job may run; only a leap ahead delays one."""
        return self._trusted_at - self._clock.monotonic()


class WarmUps:
    """The readings before the next execute, each at most once."""

    def __init__(self, room: ScheduleRoom) -> None:
        """Take nothing as read."""
        self._room = room
        self._done: set[tuple[Slot, datetime]] = set()

    def next(self, history: History | None) -> tuple[Slot, WarmMoment] | None:
        """Return the next reading of the coming execute; None when none is left."""
        room, now = self._room, self._room.clock.now()
        slot = coming(room.calendar, room.times, JobKind.EXECUTE, now)
        is_done = history is not None and slot and slot.session in history.finished
        if slot is None or is_done:
            return None
        opens_at = room.calendar.opens_at(slot.session)
        for moment in warm_stages(slot, opens_at):
            if (slot, moment.at) not in self._done and now <= moment.until:
                return slot, moment
        return None

    def done(self, slot: Slot, moment: WarmMoment) -> None:
        """Never return this reading again."""
        self._done = {each for each in self._done if each[0] == slot}
        self._done.add((slot, moment.at))
