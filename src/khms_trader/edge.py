"""The one place that catches every exception, so that nobody else has a reason to.

Used where a fault must end in words instead of a traceback, or must not take others
down: the command line, the scheduler's loop, the notifier's thread, a dashboard page.
"""

from collections.abc import Callable
from contextlib import ContextDecorator
from types import TracebackType


def contained(on_error: Callable[[Exception], None]) -> "Containment":
    """Hand an exception of a ``with`` block (or decorated function) to ``on_error``.

    The block then ends as if it had returned; a decorated function returns None.
    Stopping the process (``KeyboardInterrupt``, ``SystemExit``) is not contained, and
    neither is what ``on_error`` itself raises.
    """
    return Containment(on_error)


class Containment(ContextDecorator):
    """What ``contained`` returns: may be entered again and again."""

    def __init__(self, on_error: Callable[[Exception], None]) -> None:
        """Tell ``on_error`` of every exception."""
        self._on_error = on_error

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self._on_error(error)
        return True
