"""How every command begins: home, settings, secrets for masking, the log, the clock."""

import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from khms_trader.cli.logs import start_logging
from khms_trader.clock import SystemClock
from khms_trader.config.home import Folders, find_home
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.config.settings import Settings
from khms_trader.console.screen import Screen
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


def start(*, at: datetime | None, quiet: bool) -> Start:
    """Find the home, read its files, start the log and the clock.

    Raises:
        ConfigError: home, settings or secrets cannot be used.
        UsageError: ``--at`` was given for an account that is not paper.
    """
    home = find_home(Path(sys.argv[0]), os.environ, Path.cwd())
    settings = load_settings(home)
    secrets = load_secrets(home)
    start_logging(Folders(home).logs, secrets.values() if secrets else ())
    if at is not None and settings.broker.provider != "paper":
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
