"""One refresh of a bar store at a time: two would take back what the other stored.

A kernel lock in a file beside the bars, which dies with its process. Readers need none:
the bars are only ever replaced as a whole, so that a reader, or a copy, has either the
old or the new ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from khms_trader.errors import StorageError
from khms_trader.ports import Clock, Progress

PATIENCE_SECONDS: Final = 300.0
"""How long to wait for a refresh that stores nothing; one that does is waited for."""

WAITING: Final = "bars_wait"
"""What ``Progress`` is told of a wait."""

_POLL_SECONDS: Final = 1.0


@contextmanager
def refreshing(path: Path, clock: Clock, progress: Progress) -> Iterator[None]:
    """Be the only one to refresh the bars at ``path`` for a ``with`` block.

    Raises:
        StorageError: ``bars_locked``, another process holds the lock and stored
            nothing for five minutes, or ``not_writable``, the lock file.
    """
    lock = FileLock(path.with_suffix(".lock"), timeout=0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _acquire(lock, path, clock, progress)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            "not_writable", path=str(lock.lock_file), reason=reason
        ) from error
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, path: Path, clock: Clock, progress: Progress) -> None:
    if _is_free(lock):
        return
    seen, seen_at = _state_of(path), clock.monotonic()
    while clock.monotonic() - seen_at < PATIENCE_SECONDS:
        # Again at each turn: whoever watches may want to give up.
        progress.step(0, 1, WAITING)
        clock.sleep(_POLL_SECONDS)
        if _is_free(lock):
            return
        state = _state_of(path)
        if state != seen:
            seen, seen_at = state, clock.monotonic()
    minutes = round(PATIENCE_SECONDS / 60)
    raise StorageError("bars_locked", path=str(path), minutes=minutes)


def _is_free(lock: FileLock) -> bool:
    """Take ``lock`` if nobody holds it."""
    try:
        lock.acquire()
    except Timeout:
        return False
    return True


def _state_of(path: Path) -> tuple[int, int, int] | None:
    """Return what changes with every writing of the file; None before the first."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
