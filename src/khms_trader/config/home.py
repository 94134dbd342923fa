"""The home: the one folder with settings, secrets and everything a run writes.

Only finds and names folders; making them is the business of who writes into them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from khms_trader.config.lookalikes import SETTINGS_NAME, lookalike
from khms_trader.errors import ConfigError

HOME_VARIABLE: Final = "KHMS_HOME"
_SCRIPTS: Final = "scripts"


def find_home(script: Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Return the home: ``KHMS_HOME``, else around ``cwd``, else around ``script``.

    Raises:
        ConfigError: ``KHMS_HOME`` is no folder or cannot be looked into, or there is
            no settings.yaml; a file that is only misspelt is named.
    """
    named = environ.get(HOME_VARIABLE, "").strip()
    if named:
        return _named_home(named, cwd)
    candidates = [cwd, *cwd.parents, *_above_scripts(script)]
    for folder in candidates:
        if _holds_settings(folder):
            return folder
    found = next(filter(None, (lookalike(f, SETTINGS_NAME) for f in candidates)), None)
    if found is not None:
        raise ConfigError("home_misspelt", path=str(cwd), found=str(found))
    raise ConfigError("home_not_found", path=str(cwd), variable=HOME_VARIABLE)


def _named_home(named: str, cwd: Path) -> Path:
    home = cwd / named
    try:
        home = cwd / Path(named).expanduser()
        (home / SETTINGS_NAME).stat()
    except (FileNotFoundError, NotADirectoryError, RuntimeError):
        pass  # told below, or by who reads the settings
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError("home_unreadable", path=str(home), reason=reason) from error
    if not home.is_dir():
        raise ConfigError("home_invalid", path=str(home), variable=HOME_VARIABLE)
    return home


def _above_scripts(script: Path | None) -> list[Path]:
    """The folder that holds ``scripts/x.py`` or ``scripts/tools/x.py``."""
    if script is None:
        return []
    above = list(script.resolve().parents[:2])
    return [folder.parent for folder in above if folder.name == _SCRIPTS]


def _holds_settings(folder: Path) -> bool:
    try:
        return (folder / SETTINGS_NAME).is_file()
    except OSError:
        return False  # a parent nobody may look into


@dataclass(frozen=True, slots=True)
class Folders:
    """Where everything of one home lies; account ids are folder names as they are."""

    home: Path

    @property
    def plans(self) -> Path:
        """Plans, one per session."""
        return self.home / "plans"

    @property
    def plans_archive(self) -> Path:
        """Superseded plans."""
        return self.plans / "archive"

    @property
    def universe(self) -> Path:
        """Universe files, one per session."""
        return self.home / "data" / "universe"

    @property
    def bars(self) -> Path:
        """Daily bars, one file per source and price basis."""
        return self.home / "data" / "bars"

    @property
    def states(self) -> Path:
        """Everything that is nobody else's business: journals, tokens, locks."""
        return self.home / "data" / "state"

    def state(self, account: str) -> Path:
        """Return the folder of ``account``'s journal, paper book and locks."""
        return self.home / "data" / "state" / account

    def dry_run(self, account: str) -> Path:
        """Return where a dry run of ``account`` writes; no real run reads it."""
        return self.home / "data" / "state" / "dry-run" / account

    @property
    def salt(self) -> Path:
        """The secret that makes folder names of account numbers."""
        return self.home / "data" / "state" / "salt"

    @property
    def kis(self) -> Path:
        """What all processes that talk to KIS share: tokens and pace."""
        return self.home / "data" / "state" / "kis"

    @property
    def halt_file(self) -> Path:
        """The file whose presence stops every order."""
        return self.home / "data" / "state" / "HALT"

    @property
    def logs(self) -> Path:
        """The log and its older parts."""
        return self.home / "logs"

    @property
    def reports(self) -> Path:
        """Reports, one per session and account."""
        return self.home / "reports"


def changed_at(path: Path) -> int:
    """Return when ``path`` was last changed, in ns; 0 for what cannot be seen."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
