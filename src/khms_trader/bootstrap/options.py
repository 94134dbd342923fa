"""What a job is asked to do, and where it may write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from khms_trader.config.home import Folders
from khms_trader.config.settings import Settings
from khms_trader.execution.progress import UNWATCHED, RunProgress
from khms_trader.ports import Clock

if TYPE_CHECKING:  # a paper account needs none
    from khms_trader.config.secrets import Secrets

PAPER: Final = "paper"
Tell: TypeAlias = Callable[[str, Mapping[str, object]], None]


def _tell_nobody(code: str, facts: Mapping[str, object]) -> None:
    del code, facts


TELL_NOBODY: Final[Tell] = _tell_nobody


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
    tell: Tell = TELL_NOBODY
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
    def halt_file(self) -> Path:
        """The file that stops every order; a replay sends none and has its own."""
        operating = self.folders.halt_file
        return operating if self.replay is None else self.replay / operating.name


def is_timeless(settings: Settings, secrets: "Secrets | None") -> bool:
    """Return whether nothing that the settings reach lives by the real time.

    Paper always is: one that should live by KIS's prices is refused at any time
    (``markets.market_of``). An account and its prices must both be of practice.

    Raises:
        ConfigError: ``kis_keys_missing``, ``kis_address_refused``.
    """
    if settings.broker.provider == PAPER:
        return True
    from khms_trader.bootstrap.kis_access import access_to, quoting_environment
    from khms_trader.broker.kis.endpoints import Environment

    needed = {quoting_environment(settings), Environment(settings.broker.env)}
    return all(access_to(each, secrets).is_practice for each in needed)


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
