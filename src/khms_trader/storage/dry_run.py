"""Copies for a dry run: it sees the operating account's state and never touches it.

Not even a lock or an SQLite side file is made in the operating folder: the files are
read as bytes and opened only where they were copied to.
"""

import shutil
import sqlite3
from datetime import date
from pathlib import Path
from typing import Final

from khms_trader.domain.plan import Plan
from khms_trader.errors import StorageError
from khms_trader.storage.plan_store import PlanFiles

_TRIES: Final = 3
_SIDE_FILES: Final = ("-wal", "-shm")


def copy_database(source: Path, target: Path) -> None:
    """Make ``target`` a consistent copy of the SQLite file ``source``, if it exists.

    Raises:
        StorageError: it cannot be read, or changes too fast to be copied.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(_TRIES):
            _copy(source, target)
            if not target.exists() or _is_whole(target):
                return
    except OSError as error:
        raise StorageError(
            "not_writable", path=str(target), reason=error.strerror
        ) from error
    raise StorageError("state_busy", path=str(source))


class DryRunPlans(PlanFiles):
    """Plans of a dry run: written beside, read from the operating folder first."""

    def __init__(self, folder: Path, operating: PlanFiles) -> None:
        """Write into ``folder``."""
        super().__init__(folder)
        self._operating = operating

    def load(self, session: date) -> Plan | None:
        """Return the operating plan for ``session``, else the dry run's own.

        Raises:
            PlanError: the file cannot be read or was altered.
        """
        return self._operating.load(session) or super().load(session)


def _copy(source: Path, target: Path) -> None:
    for suffix in ("", *_SIDE_FILES):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    # The log first: a commit between the two copies then shows up twice, not never.
    for suffix in ("-wal", ""):
        part = source.with_name(source.name + suffix)
        if part.exists():
            shutil.copyfile(part, target.with_name(target.name + suffix))


def _is_whole(path: Path) -> bool:
    connection = sqlite3.connect(path)
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
    return bool(verdict == "ok")
