"""The journal for whoever only looks: opened ``mode=ro`` for each question, never held.

SQLite itself refuses a write through it. A page stays open for days, so nothing is
remembered of a file that may have been replaced in between.
"""

import os
import sqlite3
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from khms_trader.domain.events import Event
from khms_trader.errors import StorageError
from khms_trader.storage.event_codec import decode
from khms_trader.storage.journal_file import MACHINE_CODES, check_identity
from khms_trader.storage.journal_pages import JournalPages
from khms_trader.storage.managed_shares import ManagedShares

_BUSY_SECONDS: Final = 2.0
_PARTS: Final = ("", "-wal")
_NEWEST: Final = (
    "SELECT kind, payload FROM events WHERE kind = ? AND session < ?"
    " ORDER BY seq DESC LIMIT 1"
)
_NEVER: Final = "9999-12-31"

EventKind = TypeVar("EventKind", bound=Event)


class ReadOnlyJournal(JournalPages):
    """What a journal says; an empty one as long as there is no file.

    Threads may share it. Every question raises ``StorageError``: ``not_readable``,
    ``database_damaged``, or what ``journal_file.check_identity`` refuses.
    """

    def __init__(
        self,
        path: Path,
        *,
        account: str,
        is_writable: Callable[[Path], bool] | None = None,
    ) -> None:
        """Read ``path`` of ``account``; ``is_writable`` is asked of its folder."""
        super().__init__(account)
        self._path = path
        self._is_writable = is_writable or _may_write
        self._counting = Lock()

    @property
    def is_stale(self) -> bool:
        """True when the folder is read-only: SQLite cannot follow a writer there."""
        return self._path.exists() and not self._is_writable(self._path.parent)

    def stamp(self) -> Hashable:
        """Return what changes with every commit: age and size of file and log."""
        return tuple(_stamp(Path(f"{self._path}{suffix}")) for suffix in _PARTS)

    def managed(self) -> Mapping[str, int]:
        """Return the shares under management by symbol; never zero or less."""
        with self._counting:
            self._managed = ManagedShares()
            return super().managed()

    def newest(
        self, kind: type[EventKind], *, before: date | None = None
    ) -> EventKind | None:
        """Return the newest event of ``kind``, of sessions before ``before`` if any."""
        until = _NEVER if before is None else before.isoformat()
        rows = self._query(_NEWEST, [kind.__name__, until])
        found = decode(rows[0]["kind"], rows[0]["payload"]) if rows else None
        return found if isinstance(found, kind) else None

    def _query(self, statement: str, values: Sequence[str]) -> list[sqlite3.Row]:
        if not self._path.exists():
            return []
        with self._translated(), closing(self._opened()) as connection:
            check_identity(connection, self._path, self._account)
            connection.row_factory = sqlite3.Row
            return connection.execute(statement, values).fetchall()

    def _opened(self) -> sqlite3.Connection:
        """Open the file; one of a folder nobody may write is read as it lies there."""
        mode = "immutable=1" if self.is_stale else "mode=ro"
        address = f"{self._path.absolute().as_uri()}?{mode}"
        return sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise  # a defect of ours, not of the file
        except (sqlite3.DatabaseError, UnicodeDecodeError, OSError) as error:
            is_file = isinstance(error, OSError) or _code(error) in MACHINE_CODES
            code = "not_readable" if is_file else "database_damaged"
            raise StorageError(code, path=str(self._path), reason=str(error)) from error


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)
