"""The journal as a file: made whole, checked before it is trusted, kept when damaged.

An account that silently started a new journal could buy everything twice, so an empty
or unreadable file is never taken for a new one.
"""

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from khms_trader.errors import StorageError
from khms_trader.storage.journal_schema import JOURNAL_VERSION, SCHEMA

BUSY_SECONDS: Final = 10.0
_OWNERS: Final = (
    "SELECT (SELECT min(account) FROM orders), (SELECT max(account) FROM orders)"
)
_FIRST_EVENT: Final = "SELECT payload FROM events ORDER BY seq LIMIT 1"
_LOG: Final = "-wal"
# What the machine or another program is to blame for; anything else is the file.
MACHINE_CODES: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)


def make_journal(path: Path, *, link: Callable[[Path, Path], object] = os.link) -> None:
    """Make an empty journal at ``path`` unless a file is there.

    It appears under its name only when it is whole, and never replaces another
    program's. Where a file system knows no links, SQLite makes it in place.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            bring_up_to_date(connection)
        with suppress(OSError):
            link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Make the tables of this version where an older one, or none, is."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < JOURNAL_VERSION:
        connection.executescript(
            f"BEGIN; {SCHEMA} PRAGMA user_version = {JOURNAL_VERSION:d}; COMMIT;"
        )


def check_journal(path: Path, account: str) -> None:
    """Read all of ``path`` without changing a byte of it or of its log.

    Raises:
        sqlite3.DatabaseError: it is damaged.
        StorageError: a newer version made it, or it is not that of ``account``.
    """
    if not path.exists():
        return
    if path.stat().st_size == 0:
        message = "the file is empty"
        raise sqlite3.DatabaseError(message)
    # A connection that may write would fold the log into a damaged file on closing.
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(
        sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
    ) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        check_identity(connection, path, account)


def check_identity(connection: sqlite3.Connection, path: Path, account: str) -> None:
    """Refuse a journal that is not ours to read; ``path`` is for the message.

    Raises:
        StorageError: a newer version made it, or it is not that of ``account``.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    strangers = _others(connection, account) if version == JOURNAL_VERSION else []
    if version > JOURNAL_VERSION:
        raise StorageError("journal_too_new", path=str(path), version=version)
    if strangers:
        raise StorageError(
            "journal_of_another_account",
            path=str(path),
            account=account,
            found=", ".join(strangers),
        )


def _others(connection: sqlite3.Connection, account: str) -> list[str]:
    """Return the other accounts whose orders or first event the journal holds.

    A folder copied from one account to another would lend it shares and numbers that
    it never had.
    """
    # Both ends of an index, so that years of orders cost no more than a day's.
    owners = set(connection.execute(_OWNERS).fetchone())
    first = connection.execute(_FIRST_EVENT).fetchone()
    if first is not None:
        with suppress(ValueError, TypeError, KeyError):
            owners.add(str(json.loads(first[0])["account"]))
    return sorted(owner for owner in owners if owner not in {None, account})


def blame(path: Path, error: Exception) -> StorageError:
    """Return what ``error`` means for the journal; a damaged one is kept aside."""
    facts = {"path": str(path), "reason": str(error)}
    if isinstance(error, sqlite3.IntegrityError):
        return StorageError("journal_step_refused", **facts)
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if isinstance(error, OSError) or code in MACHINE_CODES:
        return StorageError("journal_not_writable", **facts)
    try:
        return StorageError("journal_damaged", **facts, kept=str(_keep_aside(path)))
    except OSError as problem:
        return StorageError("journal_not_writable", path=str(path), reason=str(problem))


def _keep_aside(path: Path) -> Path:
    """Copy a damaged journal and its log once, and return the copy.

    The damaged file stays where it is, so that every run refuses until a person mends
    it.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    kept = path.with_name(f"{path.name}.damaged-{digest}")
    log = path.with_name(path.name + _LOG)
    if log.exists() and log.stat().st_size:
        shutil.copy2(log, kept.with_name(kept.name + _LOG))
    if not kept.exists():
        shutil.copy2(path, kept)
    return kept
