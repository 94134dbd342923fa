"""One job, tool or resolve at a time per account: a kernel lock that dies with us."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from khms_trader.errors import AlreadyRunning, StorageError


class FileRunLock:
    """The lock of one account, a file beside its journal.

    The holder's name lies in a second file, because Windows lets nobody read a locked
    one.
    """

    def __init__(self, path: Path) -> None:
        """Lock ``path``."""
        self._path = path
        self._holder = path.with_suffix(".holder")

    @contextmanager
    def hold(self, purpose: str) -> Iterator[None]:
        """Hold the lock for a ``with`` block.

        Raises:
            AlreadyRunning: another process holds it.
            StorageError: the lock file cannot be made.
        """
        lock = FileLock(self._path, timeout=0)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
        except Timeout as error:
            raise AlreadyRunning("already_running", **self._who()) from error
        except OSError as error:
            raise StorageError(
                "not_writable", path=str(self._path), reason=error.strerror
            ) from error
        try:
            self._sign(purpose)
            yield
        finally:
            lock.release()

    def _sign(self, purpose: str) -> None:
        text = json.dumps({"purpose": purpose, "pid": os.getpid()})
        try:
            self._holder.write_text(text, encoding="utf-8")
        except OSError as error:
            raise StorageError(
                "not_writable", path=str(self._holder), reason=error.strerror
            ) from error

    def _who(self) -> dict[str, object]:
        try:
            holder = json.loads(self._holder.read_text(encoding="utf-8"))
            return {"purpose": str(holder["purpose"]), "pid": int(holder["pid"])}
        except (OSError, ValueError, KeyError, TypeError):
            return {"purpose": "?", "pid": "?"}
