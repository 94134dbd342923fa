"""Who is told that something is waited for, so that a person does not think it hangs.

Only codes and facts: the sentence is made at the edge.
"""

from collections.abc import Mapping
from typing import Final, Protocol

from filelock import FileLock, Timeout

TELL_AFTER_SECONDS: Final = 5.0
"""A wait for other processes is told when it takes longer than this."""

_POLL_SECONDS: Final = 0.005


class Tell(Protocol):
    """Told of a wait that a person should know about."""

    def __call__(self, code: str, facts: Mapping[str, object], /) -> None:
        """Take our code of the wait and its facts, nothing secret among them."""


def tell_nobody(_: str, __: Mapping[str, object], /) -> None:
    """Keep it to the log."""


def acquire(
    lock: FileLock,
    patience_seconds: float,
    tell: Tell,
    code: str,
    *,
    tell_after: float = TELL_AFTER_SECONDS,
) -> None:
    """Take ``lock``; a wait of more than ``tell_after`` seconds is told as ``code``.

    Raises:
        Timeout: another process held it for ``patience_seconds``.
        OSError: the file cannot be used.
    """
    first = min(tell_after, patience_seconds)
    rest = patience_seconds - first
    try:
        lock.acquire(timeout=first, poll_interval=_POLL_SECONDS)
    except Timeout:
        if not rest:
            raise
        tell(code, {"most_seconds": round(rest)})
        lock.acquire(timeout=rest, poll_interval=_POLL_SECONDS)
