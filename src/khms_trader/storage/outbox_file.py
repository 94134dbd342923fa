"""The outbox as a file: made whole, and begun anew when it is damaged.

A damaged journal stops every run; a damaged outbox may not, for it costs messages and
no orders. The damaged file is kept aside, never written again.
"""

import hashlib
import logging
import secrets
import sqlite3
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Final

from filelock import FileLock

from khms_trader.durable import make_private
from khms_trader.errors import StorageError

_log: Final = logging.getLogger(__name__)

OUTBOX_VERSION: Final = 1
BUSY_SECONDS: Final = 1.0
"""How long another process's commit is waited for: far more than one takes."""

_SCHEMA: Final = """
CREATE TABLE about (begun_at TEXT NOT NULL) STRICT;
CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    level TEXT NOT NULL,
    html TEXT NOT NULL,
    at TEXT NOT NULL,
    picture BLOB,
    parts_sent INTEGER NOT NULL DEFAULT 0,
    is_unknown INTEGER NOT NULL DEFAULT 0,
    lease TEXT NOT NULL DEFAULT '',
    leased_until TEXT,
    put_off_until TEXT,
    problem TEXT NOT NULL DEFAULT '',
    delivered_at TEXT
) STRICT;
CREATE INDEX waiting ON messages (seq) WHERE delivered_at IS NULL;
CREATE INDEX kept ON messages (delivered_at) WHERE html <> '';
"""
_BESIDE: Final = ("", "-wal", "-shm")
# What the file itself is to blame for: damaged, no database, or not ours at all.
_DAMAGE: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_NOTADB,
    }
)


def open_outbox(path: Path, now: datetime) -> sqlite3.Connection:
    """Return a connection to the outbox at ``path``; a missing one is begun ``now``.

    Threads may share it if they take turns. Every commit waits for the disk.

    Raises:
        sqlite3.Error: it is damaged, or cannot be used.
        OSError: as above; a lock of another process counts as one.
        StorageError: ``outbox_too_new``.
    """
    if not path.exists():
        with _alone(path):
            if not path.exists():
                _make(path, now)
    with ExitStack() as undo:
        connection = _connected(path)
        undo.callback(connection.close)
        _check(connection, path)
        undo.pop_all()
    return connection


def is_damage(error: Exception) -> bool:
    """Return whether ``error`` lies in the file, not in the machine."""
    if isinstance(error, ValueError):
        return True  # what was read is no message
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGE


def keep_damaged_aside(path: Path) -> None:
    """Move a damaged outbox out of the way, unless another process has done so.

    Raises:
        OSError: it cannot be moved, as on Windows while another process has it open.
    """
    with _alone(path):
        if not path.exists() or _is_sound(path):
            return
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        kept = path.with_name(f"{path.name}.damaged-{digest}")
        for suffix in reversed(_BESIDE):
            source = path.with_name(path.name + suffix)
            if source.exists():
                source.replace(kept.with_name(kept.name + suffix))
        _log.error("the outbox was damaged, a new one is begun: kept=%s", kept)


def _make(path: Path, now: datetime) -> None:
    """Make an empty outbox that appears under its name only when it is whole."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        with closing(_connected(draft)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(
                f"BEGIN; {_SCHEMA} PRAGMA user_version = {OUTBOX_VERSION:d}; COMMIT;"
            )
            connection.execute("INSERT INTO about VALUES (?)", (now.isoformat(),))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise ValueError(verdict)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > OUTBOX_VERSION:
        raise StorageError("outbox_too_new", path=str(path), version=version)
    if connection.execute("SELECT begun_at FROM about").fetchone() is None:
        message = "it does not say when it was begun"
        raise ValueError(message)


def _is_sound(path: Path) -> bool:
    try:
        with closing(_connected(path)) as connection:
            _check(connection, path)
    except (sqlite3.Error, ValueError) as error:
        return not is_damage(error)
    except StorageError:
        return True
    return True


def _alone(path: Path) -> FileLock:
    """Return the lock of who makes or moves the file; no message waits for it."""
    make_private(path.parent)
    return FileLock(path.with_name(f"{path.name}.lock"), timeout=BUSY_SECONDS)
