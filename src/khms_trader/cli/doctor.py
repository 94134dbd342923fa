"""The command behind scripts/tools/doctor.py: goes on where others stop.

What other commands refuse to start with is a row here. Nothing secret is shown: every
sentence goes through the masker.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from rich.console import Console

from khms_trader.bootstrap.doctor import Patient, examine
from khms_trader.cli.arguments import KoreanArgumentParser, add_at, add_quiet
from khms_trader.cli.logs import start_logging
from khms_trader.cli.run import NO_ORDERS, ExitCode, run_command
from khms_trader.cli.sentences import sentence
from khms_trader.clock import SystemClock
from khms_trader.config.home import Folders, find_home
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.config.masking import Masker
from khms_trader.console.doctor import CHECK_NAMES, show_checkup, show_made
from khms_trader.console.screen import Screen
from khms_trader.errors import (
    BrokerUnavailable,
    ConfigError,
    KhmsTraderError,
    UsageError,
)
from khms_trader.planning.checkup import Check, Finding, Outcome, outcome

_T = TypeVar("_T")
_CODES: Final = {
    Outcome.FINE: ExitCode.DONE,
    Outcome.MISCONFIGURED: ExitCode.USAGE,
    Outcome.NOT_AVAILABLE: ExitCode.NOT_AVAILABLE,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Check everything a trading day needs and return the exit code."""
    options = _parser().parse_args(arguments)

    def body() -> int:
        if options.practice and not options.init:
            raise UsageError("practice_needs_init")
        console = Console()
        if options.init:
            _make_home(options, console)
        patient = _admitted(options, console)
        with console.status("점검하는 중입니다."):
            findings = examine(patient)
        show_checkup(findings, _speaker(patient), console, quiet=options.quiet)
        return _CODES[outcome(findings)]

    return run_command(body, stopped=NO_ORDERS)


def _make_home(options: Namespace, console: Console) -> None:
    from khms_trader.bootstrap.init import make
    from khms_trader.config.init import home_to_make, new_home, shipped_folder

    script = Path(sys.argv[0])
    home = home_to_make(script, os.environ, Path.cwd())
    shipped = shipped_folder(script, Path(__file__).parents[1])
    made = make(new_home(home, shipped, is_practice=options.practice))
    show_made(made.made, made.kept, console, quiet=options.quiet)


def _admitted(options: Namespace, console: Console) -> Patient:
    """Read what can be read, and start the log with what is to be masked."""
    errors: dict[Check, KhmsTraderError] = {}

    def tried(check: Check, read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except ConfigError as error:
            errors[check] = error
            return None

    script = Path(sys.argv[0])
    home = tried(Check.HOME, lambda: find_home(script, os.environ, Path.cwd()))
    settings = secrets = None
    if home is not None:
        settings = tried(Check.SETTINGS, lambda: load_settings(home))
        secrets = tried(Check.SECRETS, lambda: load_secrets(home))
        start_logging(Folders(home).logs, secrets.values() if secrets else ())
    return Patient(
        home=home,
        settings=settings,
        secrets=secrets,
        clock=SystemClock(options.at),
        errors=errors,
        stay_away=_reason_to_stay_away(options),
        tell=_teller(Screen(console, quiet=options.quiet)),
    )


def _reason_to_stay_away(options: Namespace) -> str | None:
    if options.practice:
        return "check_practice_later"
    return "check_offline" if options.offline else None


def _teller(screen: Screen) -> Callable[[str, Mapping[str, object]], None]:
    """Say above the spinner what is waited for, and where there is no spinner too."""

    def tell(code: str, facts: Mapping[str, object]) -> None:
        screen.line(sentence(BrokerUnavailable(code, **facts)))

    return tell


def _speaker(patient: Patient) -> Callable[[Finding], str]:
    masker = Masker(patient.secrets.values() if patient.secrets else ())

    def say(finding: Finding) -> str:
        facts = dict(finding.facts)
        cause = facts.get("cause")
        if isinstance(cause, Check):
            facts["cause"] = CHECK_NAMES[cause]
        return masker.mask(sentence(KhmsTraderError(finding.code, **facts)))

    return say


def _parser() -> KoreanArgumentParser:
    parser = KoreanArgumentParser(
        prog="doctor.py",
        description="설정, 키, 계좌, 시세, 기록을 점검하고 할 일을 알려 줍니다. "
        "주문은 하지 않습니다.",
    )
    parser.add_argument(
        "--offline",
        action="store_true",
        help="서버에 접속하는 점검을 건너뜁니다",
    )
    parser.add_argument(
        "--init",
        action="store_true",
        help="먼저 폴더와 secrets.yaml 을, 빈 폴더라면 settings.yaml 도 만듭니다. "
        "있는 파일은 건드리지 않습니다",
    )
    parser.add_argument(
        "--practice",
        action="store_true",
        help="--init 과 함께: 연습 서버(run_kis_simulator.py)에 맞춘 설정과 지어낸 "
        "키를 만듭니다",
    )
    add_at(parser)
    add_quiet(parser)
    return parser
