"""Looks at an account's files from outside: nothing is made, changed or locked.

A check-up may run beside a trading job. It must not make that job wait, and least of
all take its lock for a moment at 09:01.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from filelock import FileLock, Timeout

from khms_trader.domain.events import AccountConfirmed, AccountObserved
from khms_trader.errors import StorageError
from khms_trader.storage.dry_run import copy_database

# A lock that is waited for has an arrow among its words.
_LOCK_WORDS: Final = 8
_FIRST_SEEN: Final = "SELECT at FROM events WHERE kind IN (?, ?) ORDER BY seq LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the lock of an account; ``?`` where nobody signed."""

    purpose: str
    pid: str


def check_database(path: Path) -> None:
    """Read all of the SQLite file ``path``.

    Raises:
        StorageError: ``database_damaged``, or it cannot be copied.
    """
    with _reading(path) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)


def first_seen(journal: Path) -> date | None:
    """Return when the account of ``journal`` was first read or confirmed.

    Raises:
        StorageError: as for ``check_database``.
    """
    if not journal.exists():
        return None
    kinds = (AccountConfirmed.__name__, AccountObserved.__name__)
    with _reading(journal) as connection:
        row = connection.execute(_FIRST_SEEN, kinds).fetchone()
    return datetime.fromisoformat(row[0]).date() if row else None


def holder_of(lock: Path) -> Holder | None:
    """Return who holds ``lock``, or None.

    The lock is tried only where its last holder may be alive, so that a job about to
    start does not find it taken.
    """
    if not lock.exists():
        return None
    holder = _signed(lock.with_suffix(".holder"))
    if not may_live(holder.pid):
        return None
    try:
        with FileLock(lock, timeout=0):
            return None
    except Timeout:
        return holder


def watched_holder_of(
    lock: Path, *, kernel_list: Path = Path("/proc/locks")
) -> Holder | None:
    """Return who holds ``lock``, or None, for whoever asks again and again.

    Linux tells its locks, so that the lock is not even tried there. Elsewhere it is as
    ``holder_of`` says.
    """
    try:
        told = kernel_list.read_text(encoding="ascii")
        inode = lock.stat().st_ino
    except OSError:
        return holder_of(lock)
    holders = {pid for pid, held in _file_locks(told) if held == inode}
    if not holders:
        return None
    signed = _signed(lock.with_suffix(".holder"))
    # The holder signs a moment after it has the lock.
    return signed if signed.pid in holders else Holder(purpose="?", pid=min(holders))


def _file_locks(told: str) -> Iterator[tuple[str, int]]:
    """Yield process and inode of each lock that is held, not waited for.

    A line is ``1: FLOCK ADVISORY WRITE 18296 fe:00:2277522 0 EOF`` (proc_locks(5)).
    """
    for line in told.splitlines():
        words = line.split()
        if len(words) == _LOCK_WORDS and words[1] == "FLOCK":
            yield words[4], int(words[5].rpartition(":")[2])


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """Lend a copy: reading in place would leave SQLite's side files behind.

    Raises:
        StorageError: it cannot be copied, or ``database_damaged`` by what the block
            found in it.
    """
    with TemporaryDirectory(prefix="khms-") as folder:
        copy = Path(folder) / path.name
        copy_database(path, copy)
        try:
            _refuse_empty(copy)
            yield copy
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise StorageError(
                "database_damaged", path=str(path), reason=str(error)
            ) from error


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with copied(path) as copy, closing(sqlite3.connect(copy)) as connection:
        yield connection


def _refuse_empty(path: Path) -> None:
    """SQLite takes an empty file for a database without tables."""
    if path.stat().st_size == 0:
        message = "the file is empty"
        raise sqlite3.DatabaseError(message)


def _signed(path: Path) -> Holder:
    try:
        signed = json.loads(path.read_text(encoding="utf-8"))
        return Holder(purpose=str(signed["purpose"]), pid=str(int(signed["pid"])))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(purpose="?", pid="?")


def may_live(pid: str) -> bool:
    """Return whether process ``pid`` may live; Windows has no harmless way to ask."""
    if os.name != "posix" or not pid.isdecimal():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
