"""The only place that reads the wall clock."""

import time
from datetime import datetime, timedelta

from khms_trader.market.calendar import SEOUL


class SystemClock:
    """Seoul time, optionally started at another moment and ticking at real speed."""

    def __init__(self, start_at: datetime | None = None) -> None:
        """Start at ``start_at`` (aware) when given, else at the real time."""
        self._offset = timedelta(0)
        self.is_shifted = start_at is not None
        if start_at is not None:
            self._offset = start_at - datetime.now(SEOUL)

    def now(self) -> datetime:
        """Return the time in Asia/Seoul."""
        return datetime.now(SEOUL) + self._offset

    def monotonic(self) -> float:
        """Return seconds that never jump, for time-outs and pacing."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait ``seconds``; nothing for zero or less."""
        if seconds > 0:
            time.sleep(seconds)


class ManualClock:
    """A clock that stands still until told, and that sleeping moves forward."""

    is_shifted = True

    def __init__(self, start_at: datetime) -> None:
        """Stand at ``start_at``, which must be aware."""
        self._now = start_at.astimezone(SEOUL)
        self._elapsed = 0.0

    def now(self) -> datetime:
        """Return the time it was moved to."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds slept or moved so far."""
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        """Move forward by ``seconds``."""
        if seconds > 0:
            self._elapsed += seconds
            self._now += timedelta(seconds=seconds)

    def move_to(self, moment: datetime) -> None:
        """Move to ``moment``, which may not lie in the past."""
        step = (moment - self._now).total_seconds()
        if step < 0:
            message = f"a clock does not run backwards: {self._now} to {moment}"
            raise ValueError(message)
        self.sleep(step)
