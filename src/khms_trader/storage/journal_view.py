"""The journal for whoever only looks: opened for each question, never held.

SQLite itself refuses a write through it, and while nobody writes it leaves no side
file either. A page stays open for days, so nothing is remembered of a file that may
have been replaced in between.
"""

import os
import sqlite3
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Final, TypeAlias, TypeVar

from khms_trader.domain.events import Event
from khms_trader.errors import StorageError
from khms_trader.storage.event_codec import decode
from khms_trader.storage.inspection import copied
from khms_trader.storage.journal_file import MACHINE_CODES, check_identity
from khms_trader.storage.journal_pages import JournalPages
from khms_trader.storage.managed_shares import ManagedShares

_BUSY_SECONDS: Final = 2.0
_LOG: Final = "-wal"
_NOT_THERE: Final = (0, 0, 0)
_TRIES: Final = 5
# Longer than file systems take for two times of change to differ.
_SETTLING_SECONDS: Final = 0.02
_NEWEST: Final = (
    "SELECT kind, payload FROM events WHERE kind = ? AND session < ?"
    " ORDER BY seq DESC LIMIT 1"
)
_NEVER: Final = "9999-12-31"

EventKind = TypeVar("EventKind", bound=Event)
Stamp: TypeAlias = tuple[int, int, int]
Parts: TypeAlias = tuple[Stamp, Stamp]
Ask: TypeAlias = Callable[[Path, str], list[sqlite3.Row]]


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
        self._settled: Parts | None = None

    @property
    def is_stale(self) -> bool:
        """True when the folder is read-only: SQLite cannot follow a writer there."""
        return self._has_file() and not self._is_writable(self._path.parent)

    def stamp(self) -> Hashable:
        """Return what changes with every commit, or with who may read; never raises."""
        with suppress(OSError):
            return self._parts()
        return None

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
        ask = partial(self._ask, statement, values)
        with self._translated():
            for _ in range(_TRIES):
                parts = self._parts()
                if parts[0] == _NOT_THERE:
                    return []
                if self.is_stale:
                    return ask(self._path, "immutable=1")
                if _has_bytes(parts[1]):
                    break  # somebody writes, or was cut off while writing
                rows = self._still(parts, ask)
                if rows is not None:
                    return rows
            return self._moving(ask)

    def _still(self, parts: Parts, ask: Ask) -> list[sqlite3.Row] | None:
        """Ask the file without making any other; None when it changed meanwhile.

        Nobody writes into it while the log is empty, and whoever did shows in its
        ``parts``.
        """
        if self._settled != parts:
            # A change in the very tick of the clock in which they were taken would
            # not show.
            sleep(_SETTLING_SECONDS)
            if self._parts() != parts:
                return None
            self._settled = parts
        rows = None
        try:
            rows = ask(self._path, "immutable=1")
        except (sqlite3.DatabaseError, UnicodeDecodeError, StorageError):
            if self._parts() == parts:
                raise
        return rows if self._parts() == parts else None

    def _moving(self, ask: Ask) -> list[sqlite3.Row]:
        """Ask file and log; SQLite would make the index of a log that has none."""
        if Path(f"{self._path}-shm").exists():
            return ask(self._path, "mode=ro")
        with copied(self._path) as copy:
            return ask(copy, "mode=ro")

    def _ask(
        self, statement: str, values: Sequence[str], path: Path, mode: str
    ) -> list[sqlite3.Row]:
        address = f"{path.absolute().as_uri()}?{mode}"
        with closing(
            sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)
        ) as connection:
            check_identity(connection, self._path, self._account)
            connection.row_factory = sqlite3.Row
            return connection.execute(statement, values).fetchall()

    def _has_file(self) -> bool:
        try:
            return self._parts()[0] != _NOT_THERE
        except OSError:
            return False  # nobody knows: whoever asks for more is told why

    def _parts(self) -> Parts:
        """Return what tells file and log from what they were, or ``OSError``."""
        return _stamp(self._path), _stamp(Path(f"{self._path}{_LOG}"))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise  # a defect of ours, not of the file
        except (sqlite3.DatabaseError, UnicodeDecodeError, OSError) as error:
            is_file = isinstance(error, OSError) or _code(error) in MACHINE_CODES
            code = "not_readable" if is_file else "database_damaged"
            reason = getattr(error, "strerror", None) or str(error)
            raise StorageError(code, path=str(self._path), reason=reason) from error


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def _has_bytes(stamp: Stamp) -> bool:
    return stamp[2] > 0


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except FileNotFoundError:
        return _NOT_THERE
    return (found.st_ino, found.st_mtime_ns, found.st_size)
