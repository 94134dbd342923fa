"""Plan files for the dashboard: those in force and those they superseded."""

import re
from collections.abc import Hashable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Final

from khms_trader.config.home import Folders, changed_at
from khms_trader.dashboard.sources import PlanFile
from khms_trader.domain.plan import Plan
from khms_trader.errors import PlanError
from khms_trader.storage.plan_store import read_plan

_NAME: Final = re.compile(
    r"next_open_plan_(?P<session>[0-9]{8})(?:_(?P<number>[0-9]{2,}))?\.json"
)
_MOST_KEPT: Final = 600


class StoredPlans:
    """A ``PlanShelf`` over the home's plan folder; what was read is kept."""

    def __init__(self, folders: Folders) -> None:
        """Read ``folders.plans`` and its archive."""
        self._folders = folders
        self._read: dict[tuple[Path, int, int], Plan] = {}

    def files(self) -> tuple[PlanFile, ...]:
        """Return all: newest session first, the plan in force before its archive.

        Raises:
            PlanError: ``plans_unreadable``, the folder.
        """
        folders = self._folders
        found: list[PlanFile] = []
        try:
            found += self._listed(folders.plans, is_archive=False)
            with suppress(OSError):  # what is in force can be shown all the same
                found += self._listed(folders.plans_archive, is_archive=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise PlanError(
                "plans_unreadable", path=str(folders.plans), reason=reason
            ) from error
        return tuple(sorted(found, key=lambda f: (-f.session.toordinal(), _recency(f))))

    def read(self, file: PlanFile) -> Plan:
        """Return the plan.

        Raises:
            PlanError: it is gone, cannot be read or was altered.
        """
        folders = self._folders
        path = (folders.plans_archive if file.archived else folders.plans) / file.name
        try:
            stat = path.stat()
        except OSError as error:
            raise PlanError(
                "plan_unreadable", path=str(path), reason=type(error).__name__
            ) from error
        key = (path, stat.st_mtime_ns, stat.st_size)
        if key not in self._read:
            if len(self._read) >= _MOST_KEPT:
                self._read.clear()
            self._read[key] = read_plan(path)
        return self._read[key]

    def stamp(self) -> Hashable:
        """Return what changes whenever a plan file did: plans replace whole files."""
        folders = (self._folders.plans, self._folders.plans_archive)
        return tuple(changed_at(folder) for folder in folders)

    def _listed(self, folder: Path, *, is_archive: bool) -> Iterator[PlanFile]:
        try:
            names = [path.name for path in folder.iterdir()]
        except FileNotFoundError:
            return
        for name in names:
            found = _NAME.fullmatch(name)
            if found is None or (found["number"] is not None) is not is_archive:
                continue
            session = _session(found["session"])
            if session is not None:
                number = int(found["number"] or 0)
                yield PlanFile(session=session, archived=number, name=name)


def _recency(file: PlanFile) -> int:
    # 0 is in force; of the archive, the highest number was superseded last.
    return -file.archived if file.archived else -(10**9)


def _session(digits: str) -> date | None:
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a session is a date
    except ValueError:
        return None
