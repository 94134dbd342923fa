"""When something was read, by two clocks: how old it is must not depend on either.

The wall clock may be set back; the monotonic one stands still while a Linux machine is
suspended.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, Self


class _Ticking(Protocol):
    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAt:
    """One moment of this process.

    Attributes:
        wall: aware.
        seconds: the same moment in monotonic seconds.
    """

    wall: datetime
    seconds: float

    @classmethod
    def of(cls, clock: _Ticking) -> Self:
        """Return what ``clock`` shows now."""
        return cls(wall=clock.now(), seconds=clock.monotonic())

    def age(self, now: "ReadAt") -> timedelta:
        """Return the longer of the two times that passed until ``now``.

        Where a clock ran backwards nobody knows, and it is as old as can be.
        """
        passed = now.wall - self.wall, timedelta(seconds=now.seconds - self.seconds)
        return max(passed) if min(passed) >= timedelta(0) else timedelta.max
