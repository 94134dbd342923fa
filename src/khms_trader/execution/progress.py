"""How a desk says what it does and what it waits for, to whoever watches."""

from datetime import timedelta
from typing import Final, Protocol

from khms_trader.ports import Progress


class RunProgress(Progress, Protocol):
    """Shows an execution as it goes; never raises and never delays its caller."""

    def wait(self, count: int, what: str, at_most: timedelta) -> None:
        """Say that ``count`` orders are waited for, ``at_most`` so long from now."""


class Unwatched:
    """A ``RunProgress`` nobody looks at."""

    def step(self, done: int, total: int, what: str) -> None:
        """Show nothing."""

    def wait(self, count: int, what: str, at_most: timedelta) -> None:
        """Show nothing."""


UNWATCHED: Final = Unwatched()
