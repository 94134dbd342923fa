"""Makes a new home: folders, settings and secrets, each whole or not at all."""

from dataclasses import dataclass
from pathlib import Path

from khms_trader.config.init import NewHome
from khms_trader.durable import make_private, replace_text
from khms_trader.errors import StorageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made, and which files were there before and are as they were."""

    made: tuple[Path, ...]
    kept: tuple[Path, ...]


def make(plan: NewHome) -> Made:
    """Make what ``plan`` lists.

    Secrets get mode 0600 from their first byte on, and their state folder 0700;
    Windows keeps its rights elsewhere.

    Raises:
        StorageError: something could not be made.
    """
    for folder in (plan.home, *plan.folders):
        _make_folder(folder)
    for file in plan.files:
        replace_text(file.path, file.text, private=file.is_private)
    files = tuple(file.path for file in plan.files)
    return Made(made=(*files, *plan.folders), kept=plan.kept)


def _make_folder(folder: Path) -> None:
    try:
        if folder.name == "state":
            make_private(folder)
        else:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            "not_writable", path=str(folder), reason=error.strerror
        ) from error
