"""The command behind scripts/run_virtual_next_open_forever.py."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Final

from khms_trader.bootstrap.scheduler import SchedulerOptions, Served, serve
from khms_trader.bootstrap.scheduler_jobs import Cut
from khms_trader.bootstrap.telling import telling_beside
from khms_trader.cli.arguments import (
    KoreanArgumentParser,
    add_at,
    add_plan_size,
    add_quiet,
)
from khms_trader.cli.run import ExitCode, exit_code_of, run_command
from khms_trader.cli.scheduler_view import ScreenView
from khms_trader.cli.signals import stopping_on_signals
from khms_trader.cli.start import Start, start
from khms_trader.cli.telling import teller_of
from khms_trader.console.board import Board
from khms_trader.execution.stopping import StopFlag

USUAL_TIMES: Final = ("15:40", "09:01")
_ENDED: Final = "자동 실행을 끝냈습니다. 다시 시작하면 이어서 합니다."
_CUT: Final[Mapping[Cut, str]] = {
    Cut.PREPARE: (
        "계획 만들기를 멈추고 끝냈습니다. 새 계획은 저장하지 않았고 주문은 보내지 "
        "않았습니다. 전에 만든 계획이 있으면 그대로입니다. 다시 시작하면 이어서 합니다."
    ),
    Cut.WARM_UP: (
        "실행 전에 계좌와 시세를 읽다가 멈추고 끝냈습니다. 주문은 보내지 않았습니다. "
        "다시 시작하면 이어서 합니다."
    ),
    Cut.EXECUTE: (
        "실행을 시작하다가 멈추고 끝냈습니다. 주문은 아직 보내지 않았습니다. "
        "다시 시작하면 이어서 합니다."
    ),
    Cut.ORDERS: (
        "하던 일을 멈추고 끝냈습니다. 보낸 주문은 그대로이고, 체결되지 않은 주문은 "
        "열려 있습니다. 다시 시작하면 이어서 확인합니다(급하면 증권사 앱에서 "
        "취소하세요)."
    ),
}
_NOTHING_DUE: Final = "지금 할 일이 없습니다."


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the times until asked to stop, and return the exit code."""
    asked = _parser().parse_args(arguments)

    def body() -> int:
        begun = start(at=asked.at, quiet=asked.quiet)
        served = _served(asked, begun)
        if asked.once:
            return _code_of(served)
        return ExitCode.DONE

    return run_command(body)


def _served(asked: argparse.Namespace, begun: Start) -> Served:
    flag = StopFlag()
    screen = begun.screen
    with (
        stopping_on_signals(flag),
        Board(screen.board_display, begun.clock.monotonic) as board,
        screen.through(board),
    ):
        run = begun.options(
            is_dry_run=asked.dry_run,
            universe_limit=asked.universe_limit,
            quantity=asked.qty,
        )
        teller = teller_of(begun, run)
        options = SchedulerOptions(
            run=run,
            times=tuple(asked.times),
            flag=flag,
            view=ScreenView(screen, board, begun.clock),
            is_once=asked.once,
            confirms=asked.confirm_first_run,
            after_job=teller.catch_up,
            background=telling_beside(teller, run),
        )
        served = serve(options)
        if served.cut is not None:
            screen.line(cut_text(served.cut))
        elif asked.once and not served.results and not flag.is_set:
            screen.line(_NOTHING_DUE)
        elif not asked.once or flag.is_set:
            screen.line(_ENDED)
    return served


def cut_text(cut: Cut) -> str:
    """Return what is left behind by a scheduler that was ended in the middle."""
    return _CUT[cut]


def _code_of(served: Served) -> int:
    """Return the code of a single round: its first failure's, or that of a doubt."""
    for result in served.results:
        if result.error is not None:
            return exit_code_of(result.error)
    return ExitCode.UNCONFIRMED if served.needs_a_person else ExitCode.DONE


def _parser() -> KoreanArgumentParser:
    usual = " ".join(USUAL_TIMES)
    parser = KoreanArgumentParser(
        prog="run_virtual_next_open_forever.py",
        description="정해 둔 시각마다 계획을 만들고 실행합니다. 개장 뒤 30분 안의 "
        "시각은 실행, 나머지는 계획입니다. Ctrl+C 로 끝냅니다.",
    )
    parser.add_argument(
        "--times",
        nargs="+",
        default=list(USUAL_TIMES),
        metavar="시각",
        help=f"일할 시각들, HH:MM (기본: {usual})",
    )
    add_plan_size(parser)
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="아무것도 보내지 않고 data/state/dry-run 에만 씁니다",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="지금 할 일만 하고 끝냅니다",
    )
    parser.add_argument(
        "--confirm-first-run",
        action="store_true",
        help="처음 쓰는 계좌의 보유를 먼저 확인합니다 (이때 주문은 하지 않습니다)",
    )
    add_at(parser)
    add_quiet(parser)
    return parser
