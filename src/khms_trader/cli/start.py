"""How every command begins: home, settings, secrets for masking, the log, the clock."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from khms_trader.bootstrap.options import RunOptions, account_of, is_timeless
from khms_trader.cli.logs import start_logging
from khms_trader.clock import SystemClock
from khms_trader.config.home import Folders, find_home
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.config.settings import Settings
from khms_trader.console.screen import Screen
from khms_trader.durable import make_private
from khms_trader.errors import UsageError

if TYPE_CHECKING:
    from khms_trader.config.secrets import Secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a command stands on."""

    home: Path
    settings: Settings
    secrets: "Secrets | None"
    clock: SystemClock
    screen: Screen

    def options(
        self,
        *,
        is_dry_run: bool = False,
        universe_limit: int | None = None,
        quantity: int | None = None,
    ) -> RunOptions:
        """Return what the job is asked to do, for the account of the settings.

        Raises:
            ConfigError: ``kis_keys_missing``.
            StorageError: the account's name cannot be made.
        """
        folders = Folders(self.home)
        with suppress(OSError):  # a file system without modes, or not our own
            make_private(folders.states)
        return RunOptions(
            home=self.home,
            settings=self.settings,
            clock=self.clock,
            secrets=self.secrets,
            account=account_of(self.settings, self.secrets, folders),
            is_dry_run=is_dry_run,
            universe_limit=universe_limit,
            quantity=quantity,
            tell=self.tell,
        )

    def tell(self, code: str, facts: Mapping[str, object], /) -> None:
        """Say that something is waited for, so that nobody thinks it hangs."""
        from khms_trader.cli.sentences import sentence
        from khms_trader.errors import BrokerUnavailable

        self.screen.line(sentence(BrokerUnavailable(code, **facts)))


def start(*, at: datetime | None, quiet: bool, is_simulated: bool = False) -> Start:
    """Find the home, read its files, start the log and the clock.

    ``is_simulated`` says that the command reaches no account, so that any time will do.

    Raises:
        ConfigError: home, settings or secrets cannot be used.
        UsageError: ``--at`` was given for an account where time is real.
    """
    home = find_home(Path(sys.argv[0]), os.environ, Path.cwd())
    settings = load_settings(home)
    secrets = load_secrets(home)
    start_logging(Folders(home).logs, secrets.values() if secrets else ())
    if at is not None and not (is_simulated or is_timeless(settings, secrets)):
        raise UsageError("at_not_allowed", provider=settings.broker.provider)
    screen = Screen(Console(), quiet=quiet)
    if secrets is not None and secrets.warnings:
        from khms_trader.cli.sentences import problem_sentence

        for warning in secrets.warnings:
            screen.warning(problem_sentence(warning))
    return Start(
        home=home,
        settings=settings,
        secrets=secrets,
        clock=SystemClock(at),
        screen=screen,
    )
