"""The one place that catches every exception, so that nobody else has a reason to.

Used where a fault must end in words instead of a traceback, or must not take others
down: the command line, the scheduler's loop, the notifier's thread, a dashboard page.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def contained(on_error: Callable[[Exception], None]) -> Iterator[None]:
    """Hand an exception of the block (or decorated function) to ``on_error``.

    The block then ends as if it had returned; a decorated function returns None.
    Stopping the process (``KeyboardInterrupt``, ``SystemExit``) is not contained.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the one place that may
        on_error(error)
