"""The program behind scripts/run_dashboard.py: what Streamlit runs for each look.

Wrong settings, keys or home are shown on the page in Korean, never as a traceback.
"""

import argparse
import os
import sys
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from khms_trader.cli.arguments import moment
from khms_trader.cli.logs import keep_off_terminal, start_logging
from khms_trader.cli.run import ExitCode, tolerate_encodings, words_of
from khms_trader.clock import SystemClock
from khms_trader.config.home import Folders, changed_at, find_home
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.config.lookalikes import SECRETS_NAME, SETTINGS_NAME
from khms_trader.config.masking import Masker
from khms_trader.dashboard.room import Room
from khms_trader.errors import ConfigError, KhmsTraderError, UsageError
from khms_trader.ports import Clock

_HOW: Final = (
    "대시보드는 다음과 같이 시작합니다: streamlit run scripts/run_dashboard.py"
)


def main(script: str) -> int:
    """Draw the page, or say how to start when Streamlit did not start us."""
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    if get_script_run_ctx(suppress_warning=True) is None:
        tolerate_encodings()
        sys.stderr.write(f"{_HOW}\n")
        return ExitCode.USAGE
    from khms_trader.dashboard.app import show

    show(_door(Path(script)))
    return ExitCode.DONE


@cache
def _door(script: Path) -> "HomeDoor":
    """Keep one for the process, so that it knows what to mask from look to look."""
    return HomeDoor(script)


class HomeDoor:
    """Lets the pages into the home that the script belongs to."""

    def __init__(self, script: Path, clock: Clock | None = None) -> None:
        """Look for the home where other scripts do; Streamlit's own path is not it.

        Without ``clock`` it is the time of ``--at``, or the real one.
        """
        self._script = script
        self._clock = clock
        self._masker = Masker()

    def stamp(self) -> Hashable:
        """Return home and age of settings.yaml and secrets.yaml."""
        try:
            home = self._home()
        except ConfigError:
            return None
        return (home, *(changed_at(home / n) for n in (SETTINGS_NAME, SECRETS_NAME)))

    def enter(self) -> Room:
        """Return the room of the home's account.

        Raises:
            KhmsTraderError: home, settings or keys cannot be used.
        """
        from khms_trader.bootstrap.dashboard import room_of

        keep_off_terminal()
        home = self._home()
        with _readable(home):
            settings = load_settings(home)
            secrets = load_secrets(home)
        values = secrets.values() if secrets else ()
        self._masker = masker = Masker(values)
        start_logging(Folders(home).logs, values)
        return room_of(
            home,
            settings,
            secrets,
            self._clock or _clock_of(tuple(sys.argv[1:])),
            say=lambda error: _sentence(error, masker),
        )

    def _home(self) -> Path:
        with _readable(Path()):
            return find_home(self._script, os.environ, Path.cwd())

    def words(self, error: Exception) -> tuple[str, ...]:
        """Return Korean sentences for ``error``, one per problem, masked."""
        return tuple(self._masker.mask(each) for each in words_of(error))


@cache
def _clock_of(arguments: tuple[str, ...]) -> Clock:
    """Return the one clock of this process, which lives on when settings change.

    Raises:
        UsageError: ``dashboard_option_unreadable``.
    """
    match arguments:
        case ():
            return SystemClock()
        case ("--at", text):
            try:
                return SystemClock(moment(text))
            except argparse.ArgumentTypeError:
                pass  # told below, with what to write
    raise UsageError("dashboard_option_unreadable", text=" ".join(arguments))


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """Say of a ``folder`` that the block could not look into that it is so."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError("home_unreadable", path=str(folder), reason=reason) from error


def _sentence(error: Exception, masker: Masker) -> str:
    if type(error) is KhmsTraderError and not error.facts:  # only its code was kept
        from khms_trader.cli.sentences import code_sentence

        return masker.mask(code_sentence(error.code))
    return masker.mask(words_of(error)[0])
