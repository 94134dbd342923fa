"""Copies for a dry run: it sees the operating account's state and never touches it.

Not even a lock or an SQLite side file is made in the operating folder: the files are
read as bytes and opened only where they were copied to.
"""

from datetime import date
from pathlib import Path
from typing import Final

from khms_trader.domain.plan import Plan
from khms_trader.durable import replace_file
from khms_trader.errors import StorageError
from khms_trader.storage.plan_store import PlanFiles

_TRIES: Final = 20
_PARTS: Final = ("-wal", "")
# SQLite makes the index of the log anew from the log itself.
_INDEX: Final = "-shm"


def copy_database(source: Path, target: Path) -> None:
    """Make ``target`` a consistent copy of the SQLite file ``source``, if it exists.

    Raises:
        StorageError: it cannot be read, or changes too fast to be copied.
    """
    content = _content(source)
    for suffix in (*_PARTS, _INDEX):
        _put(target.with_name(target.name + suffix), content.get(suffix))


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


def _content(source: Path) -> dict[str, bytes | None]:
    """Return the bytes of all parts as they were at one moment."""
    parts = {suffix: source.with_name(source.name + suffix) for suffix in _PARTS}
    try:
        before = {suffix: _read(part) for suffix, part in parts.items()}
        for _ in range(_TRIES):
            again = {suffix: _read(part) for suffix, part in parts.items()}
            # Every commit changes the log, and folding the log into the file changes
            # the file: what reads alike twice did not change in between.
            if again == before:
                return before
            before = again
    except OSError as error:
        raise StorageError(
            "not_readable", path=str(source), reason=error.strerror
        ) from error
    raise StorageError("state_busy", path=str(source))


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put(path: Path, content: bytes | None) -> None:
    if content is not None:
        replace_file(path, lambda file: file.write(content), private=True)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            "not_writable", path=str(path), reason=error.strerror
        ) from error
