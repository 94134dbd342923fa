"""The command behind scripts/run_virtual_live.py."""

import logging
import signal
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from khms_trader.bootstrap.options import PAPER
from khms_trader.bootstrap.state_check import Choice, Look, choose_account, state_check
from khms_trader.cli.arguments import (
    KoreanArgumentParser,
    add_at,
    add_quiet,
    positive_int,
)
from khms_trader.cli.run import NO_ORDERS, ExitCode, run_command
from khms_trader.cli.start import Start, start
from khms_trader.console.state_check import show_state
from khms_trader.errors import AlreadyRunning, NotAvailable, Refused
from khms_trader.execution.state_check import watch
from khms_trader.planning.state_view import StateView

_log: Final = logging.getLogger(__name__)

QUOTE_LIMIT: Final = 10
_NOTES: Final = {
    Choice.NO_KEYS: "secrets.yaml 에 모의투자 키(korea_invest.virtual)가 없어 paper "
    "계좌를 봅니다.",
    Choice.OTHER_THAN_SET: "settings.yaml 의 broker 와 달리 한국투자증권 모의투자 "
    "계좌를 봅니다. 아래 판단도 그 계좌로 실행할 때의 것입니다.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Show how the virtual account stands, once or again and again."""
    options = _parser().parse_args(arguments)
    body = _watched if options.watch else _checked
    return run_command(lambda: body(options), stopped=NO_ORDERS)


def _checked(options: Namespace) -> int:
    """Look once."""
    with _opened(options) as (look, _):
        view = look()
    return ExitCode.UNCONFIRMED if view.needs_a_person else ExitCode.DONE


def _watched(options: Namespace) -> int:
    """Look again and again until stopped; a round that fails is told, no more."""
    try:
        with _stopped_by_signals(), _opened(options) as (look, begun):
            seconds = begun.settings.live.loop_sec
            watch(
                lambda: _tried(look, begun, seconds=seconds),
                begun.clock,
                seconds=seconds,
            )
    except KeyboardInterrupt:
        return ExitCode.DONE


def _tried(look: Callable[[], StateView], begun: Start, *, seconds: int) -> None:
    begun.screen.line()
    try:
        look()
    except (NotAvailable, Refused, AlreadyRunning) as error:
        from khms_trader.cli.sentences import sentence

        _log.warning("a round failed: %s", error)
        begun.screen.warning(f"{begun.clock.now():%H:%M:%S} {sentence(error)}")
    begun.screen.line(f"{seconds}초마다 다시 봅니다. Ctrl+C 로 끝냅니다.", style="dim")


def _shown(look: Look, begun: Start, *, is_keyless: bool) -> StateView:
    with begun.screen.progress() as progress:
        view = look(progress)
    show_state(view, begun.screen, is_keyless=is_keyless)
    return view


@contextmanager
def _opened(options: Namespace) -> Iterator[tuple[Callable[[], StateView], Start]]:
    begun = start(at=options.at, quiet=options.quiet, is_simulated=True)
    chosen = choose_account(
        begun.home, begun.settings, begun.secrets, begun.clock, tell=begun.tell
    )
    if chosen.choice in _NOTES:
        begun.screen.line(_NOTES[chosen.choice], style="yellow")
    is_paper = begun.settings.broker.provider == PAPER
    is_keyless = chosen.choice is Choice.NO_KEYS and not is_paper
    limit: int = options.universe_limit
    with state_check(chosen.options, quote_limit=limit) as look:
        yield partial(_shown, look, begun, is_keyless=is_keyless), begun


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM, which schedulers and ``kill`` send, end the loop as Ctrl+C does.

    Who was started in the background may have been told to ignore Ctrl+C.
    """
    known = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, signal.default_int_handler) for each in known]
    try:
        yield
    finally:
        for each, handler in zip(known, before, strict=True):
            signal.signal(each, handler)


def _parser() -> KoreanArgumentParser:
    parser = KoreanArgumentParser(
        prog="run_virtual_live.py",
        description="한국투자증권 모의투자 계좌의 상태를 봅니다(키가 없으면 paper). "
        "주문은 하지 않습니다.",
    )
    parser.add_argument(
        "--universe-limit",
        type=positive_int,
        default=QUOTE_LIMIT,
        metavar="개수",
        help=f"한 번에 시세를 볼 종목 수 (기본: {QUOTE_LIMIT})",
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help="settings.yaml 의 live.loop_sec 초마다 다시 봅니다 (Ctrl+C 로 끝냅니다)",
    )
    add_at(parser)
    add_quiet(parser)
    return parser
