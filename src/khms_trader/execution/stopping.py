"""Stopping on request or at a deadline: only between two pieces of work.

Never inside a request, a wait for the gate or a commit. What was sent stands: a run
that is stopped while orders are open leaves them, and the next one settles them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from khms_trader.errors import KhmsTraderError
from khms_trader.execution.progress import UNWATCHED, RunProgress
from khms_trader.ports import Clock

SLICE_SECONDS: Final = 0.25
"""How long a wait goes on at most after somebody asked to stop."""

# Buys past their deadline are cancelled, and a run that ends is written down.
_SEEN_THROUGH: Final = frozenset({"cancels", "end"})
# A plan that only has to be saved is not thrown away for the time that takes.
_ALMOST_DONE: Final = frozenset({"save"})


class StopRequested(BaseException):
    """Somebody asked to stop, and this is a moment at which nothing is lost.

    No ``Exception``: a loop that contains every failure must not contain this.
    """


class StopFlag:
    """Set by a signal handler, at any moment; asked by the work, when it may stop.

    A plain attribute: a handler runs between any two instructions of the main thread,
    where an ``Event`` might hold its own lock.
    """

    def __init__(self) -> None:
        """Nobody asked yet."""
        self._is_set = False

    @property
    def is_set(self) -> bool:
        """True once somebody asked."""
        return self._is_set

    def ask(self) -> None:
        """Ask to stop; asking twice is asking once."""
        self._is_set = True

    def check(self) -> None:
        """Return while nobody asked.

        Raises:
            StopRequested: somebody did.
        """
        if self._is_set:
            raise StopRequested


class Stopping:
    """A ``RunProgress`` and a ``rest`` that end the work once ``flag`` is set.

    The order in hand is finished and written down first: progress is told between two
    orders, before the next one's intent.
    """

    def __init__(
        self, flag: StopFlag, clock: Clock, inner: RunProgress = UNWATCHED
    ) -> None:
        """Tell ``inner`` everything first."""
        self._flag = flag
        self._clock = clock
        self._inner = inner
        self._deadline: tuple[datetime, KhmsTraderError] | None = None

    @contextmanager
    def until(self, moment: datetime, error: KhmsTraderError) -> Iterator[None]:
        """Let the first step after ``moment`` in a ``with`` block raise ``error``."""
        self._deadline = (moment, error)
        try:
            yield
        finally:
            self._deadline = None

    def step(self, done: int, total: int, what: str) -> None:
        """Pass it on.

        Raises:
            StopRequested: somebody asked to stop, and ``what`` can be left undone.
            KhmsTraderError: that of ``until``.
        """
        self._inner.step(done, total, what)
        if what in _SEEN_THROUGH:
            return
        self._flag.check()
        if self._deadline is None or what in _ALMOST_DONE:
            return
        moment, error = self._deadline
        if self._clock.now() >= moment:
            raise error

    def wait(self, count: int, what: str, at_most: timedelta) -> None:
        """Pass it on.

        Raises:
            StopRequested: somebody asked to stop.
        """
        self._inner.wait(count, what, at_most)
        self._flag.check()

    def rest(self, seconds: float) -> None:
        """Wait ``seconds``, a slice at a time.

        Raises:
            StopRequested: somebody asked to stop, before or meanwhile.
        """
        until = self._clock.monotonic() + seconds
        while True:
            self._flag.check()
            left = until - self._clock.monotonic()
            if left <= 0:
                return
            self._clock.sleep(min(left, SLICE_SECONDS))
