"""What a job is asked to do, and where it may write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from khms_trader.bootstrap.publishing import NO_NOTICES, Notices
from khms_trader.config.home import Folders
from khms_trader.config.settings import Settings
from khms_trader.execution.progress import UNWATCHED, RunProgress
from khms_trader.ports import Clock

if TYPE_CHECKING:  # a paper account needs none
    from khms_trader.config.secrets import Secrets

PAPER: Final = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What the command line asked for.

    Attributes:
        clock: real, or started elsewhere by ``--at``.
        account: the folder name of the account that ``settings.broker`` names.
        is_dry_run: write only under ``data/state/dry-run``.
        replay: the folder of a replay, which holds everything it writes.
        universe_limit, quantity: override the settings when given.
        tell: told of long waits while the work goes on: code and facts.
        notices: told of what happens; nobody is of a dry run or a replay.
        progress: shown how an execution goes.
    """

    home: Path
    settings: Settings
    clock: Clock
    secrets: "Secrets | None" = None
    account: str = PAPER
    is_dry_run: bool = False
    replay: Path | None = None
    universe_limit: int | None = None
    quantity: int | None = None
    tell: Callable[[str, Mapping[str, object]], None] = lambda _code, _facts: None
    notices: Notices = NO_NOTICES
    progress: RunProgress = UNWATCHED

    @property
    def folders(self) -> Folders:
        """Where everything of the home lies."""
        return Folders(self.home)

    @property
    def state(self) -> Path:
        """The folder of the account's state: its own, a replay's, a dry run's copy."""
        if self.replay is not None:
            return self.replay
        if self.is_dry_run:
            return self.folders.dry_run(self.account)
        return self.folders.state(self.account)

    def output(self, operating: Path) -> Path:
        """Return ``operating``, or the folder of that name in the state's own."""
        is_apart = self.is_dry_run or self.replay is not None
        return self.state / operating.name if is_apart else operating

    @property
    def told(self) -> Notices:
        """Who is told of what happens: nobody of what never really does."""
        is_real = not self.is_dry_run and self.replay is None
        return self.notices if is_real else NO_NOTICES

    @property
    def halt_file(self) -> Path:
        """The file that stops every order; a replay sends none and has its own."""
        operating = self.folders.halt_file
        return operating if self.replay is None else self.replay / operating.name


def account_of(settings: Settings, secrets: "Secrets | None", folders: Folders) -> str:
    """Return the folder name of the account that ``settings.broker`` names.

    Raises:
        ConfigError: ``kis_keys_missing``.
        StorageError: the salt of the names cannot be read or made.
    """
    if settings.broker.provider == PAPER:
        return PAPER
    from khms_trader.bootstrap.kis_access import kis_account_id

    return kis_account_id(settings, secrets, folders)
