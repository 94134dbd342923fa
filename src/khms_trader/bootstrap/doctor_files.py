"""Checks of this machine and of the home's files; none reaches the network."""

import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from khms_trader.config.home import Folders
from khms_trader.config.init import folders_of
from khms_trader.config.lookalikes import SECRETS_NAME
from khms_trader.config.problems import SettingsProblem
from khms_trader.planning import checkup
from khms_trader.planning.checkup import (
    Check,
    Finding,
    caution,
    good,
    problem,
    skipped,
)
from khms_trader.storage.halt_file import HaltFile
from khms_trader.storage.inspection import check_database, holder_of

_DISTRIBUTION: Final = "khms-trader"
_DATABASES: Final = ("journal.sqlite3", "paper.sqlite3")
_GIT_SECONDS: Final = 10
_TRACKED, _NOT_TRACKED = 0, 1
_IGNORED, _NOT_IGNORED = 0, 1


def python_version() -> Finding:
    """Judge the interpreter."""
    major, minor, micro = map(int, platform.python_version_tuple()[:3])
    return checkup.python_version((major, minor, micro))


def packages() -> tuple[Finding, ...]:
    """Judge the installed packages by our own requirements."""
    try:
        requirements = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return (caution(Check.PACKAGES, "check_packages_unknown"),)
    installed = {
        name: each.version
        for each in metadata.distributions()
        if (name := each.metadata["Name"])
    }
    return checkup.packages(requirements, installed, sys.platform)


def folders(home: Path) -> Iterator[Finding]:
    """Judge whether a run can write where it has to."""
    wanted = folders_of(home)
    there = [folder for folder in wanted if folder.is_dir()]
    is_fine = True
    for folder in (home, *there):
        reason = _why_not_writable(folder)
        if reason is not None:
            is_fine = False
            facts = {"path": str(folder), "reason": reason}
            yield problem(Check.FOLDERS, "check_folder_not_writable", **facts)
    missing = [str(f.relative_to(home)) for f in wanted if f not in there]
    if missing:
        yield caution(Check.FOLDERS, "check_folders_missing", names=missing)
    elif is_fine:
        yield good(Check.FOLDERS, "check_folders_fit", count=len(there))


def secrets_mode(home: Path) -> Finding:
    """Judge who may read secrets.yaml; on Windows its modes say nothing."""
    path = home / SECRETS_NAME
    if not path.exists():
        return skipped(Check.SECRETS_MODE, "check_secrets_absent")
    if os.name != "posix":
        return skipped(Check.SECRETS_MODE, "check_mode_unknown")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        open_to_all = SettingsProblem(code="secrets_readable_by_others", path=str(path))
        return caution(Check.SECRETS_MODE, open_to_all.code, problems=(open_to_all,))
    return good(Check.SECRETS_MODE, "check_mode_fits", mode=f"{mode:04o}")


def secrets_git(home: Path) -> Finding:
    """Judge whether git would carry secrets.yaml away."""
    path = home / SECRETS_NAME
    if not path.exists():
        return skipped(Check.SECRETS_GIT, "check_secrets_absent")
    if not any((folder / ".git").exists() for folder in (home, *home.parents)):
        return good(Check.SECRETS_GIT, "check_git_absent")
    git = shutil.which("git")
    tracked = _asked(git, home, "ls-files", "--error-unmatch")
    if tracked == _TRACKED:
        return problem(Check.SECRETS_GIT, "check_git_tracks", path=str(path))
    ignored = _asked(git, home, "check-ignore", "-q")
    if tracked != _NOT_TRACKED or ignored not in (_IGNORED, _NOT_IGNORED):
        return skipped(Check.SECRETS_GIT, "check_git_silent")
    if ignored == _NOT_IGNORED:
        return caution(Check.SECRETS_GIT, "check_git_not_ignored")
    return good(Check.SECRETS_GIT, "check_git_fits")


def databases(home: Path) -> tuple[str, ...]:
    """Return the paths of all journals and paper books, sorted."""
    state = Folders(home).halt_file.parent
    return tuple(
        str(path) for name in _DATABASES for path in sorted(state.glob(f"*/{name}"))
    )


def database(path: str) -> Finding:
    """Read all of one journal or paper book."""
    check_database(Path(path))
    return good(Check.DATABASES, "check_database_fits", path=path)


def locks(home: Path) -> Iterator[Finding]:
    """Say which account is at work now."""
    is_free = True
    for lock in sorted(Folders(home).halt_file.parent.glob("*/run.lock")):
        holder = holder_of(lock)
        if holder is not None:
            is_free = False
            yield caution(
                Check.LOCKS,
                "check_lock_held",
                account=lock.parent.name,
                purpose=holder.purpose,
                pid=holder.pid,
            )
    if is_free:
        yield good(Check.LOCKS, "check_locks_free")


def halt(home: Path) -> Finding:
    """Say whether every order is stopped."""
    file = HaltFile(Folders(home).halt_file)
    halt = file.current()
    if halt is None:
        return good(Check.HALT, "check_not_halted")
    if halt.reason:
        facts = {"path": str(file.path), "reason": halt.reason}
        return caution(Check.HALT, "check_halted_because", **facts)
    return caution(Check.HALT, "check_halted", path=str(file.path))


def disk(home: Path) -> Finding:
    """Judge the space left where the home lies."""
    return checkup.disk(shutil.disk_usage(home).free)


def _why_not_writable(folder: Path) -> str | None:
    """Write there, unseen: rights, full disks and read-only disks look different."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(b"?")
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


def _asked(git: str | None, home: Path, *words: str) -> int | None:
    """Return git's exit code on secrets.yaml; None without git."""
    if git is None:
        return None
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return subprocess.run(  # noqa: S603 - found on the path, fixed words
        [git, "-C", str(home), *words, "--", SECRETS_NAME],
        env=environment,
        capture_output=True,
        timeout=_GIT_SECONDS,
        check=False,
    ).returncode
