"""What a job is asked to do, and where it may write."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from khms_trader.config.home import Folders
from khms_trader.config.settings import Settings
from khms_trader.ports import Clock

PAPER: Final = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What the command line asked for.

    Attributes:
        clock: real, or started elsewhere by ``--at``.
        is_dry_run: write only under ``data/state/dry-run``.
        replay: the folder of a replay, which holds everything it writes.
        universe_limit, quantity: override the settings when given.
    """

    home: Path
    settings: Settings
    clock: Clock
    is_dry_run: bool = False
    replay: Path | None = None
    universe_limit: int | None = None
    quantity: int | None = None

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
            return self.folders.dry_run(PAPER)
        return self.folders.state(PAPER)

    def output(self, operating: Path) -> Path:
        """Return ``operating``, or the folder of that name in the state's own."""
        is_apart = self.is_dry_run or self.replay is not None
        return self.state / operating.name if is_apart else operating

    @property
    def halt_file(self) -> Path:
        """The file that stops every order; a replay sends none and has its own."""
        operating = self.folders.halt_file
        return operating if self.replay is None else self.replay / operating.name
