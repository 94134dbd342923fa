"""``replay --from D --to D``: past sessions lived through the two real jobs."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from khms_trader.bootstrap.replay import ReplayRequest, replay
from khms_trader.cli.arguments import KoreanArgumentParser, add_plan_size, add_quiet
from khms_trader.cli.run import ExitCode, run_command
from khms_trader.cli.start import start
from khms_trader.config.settings import Settings
from khms_trader.console.replay import show_replayed


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay the span the arguments name and return the exit code."""
    options = _parser().parse_args(arguments)

    def body() -> int:
        begun = start(at=None, quiet=options.quiet)
        started = begun.clock.monotonic()
        wanted = ReplayRequest(
            home=begun.home,
            settings=_settings(begun.settings, options),
            first=options.first,
            last=options.last,
            universe_limit=options.universe_limit,
            quantity=options.qty,
            is_restart=options.restart,
        )
        with begun.screen.progress() as progress:
            replayed = replay(wanted, progress)
        seconds = begun.clock.monotonic() - started
        show_replayed(replayed, begun.screen, seconds=seconds)
        return ExitCode.DONE

    return run_command(body, stopped="다시 실행하면 이어서 합니다.")


def _settings(settings: Settings, options: argparse.Namespace) -> Settings:
    if not options.without_quality_gate:
        return settings
    return replace(settings, data=replace(settings.data, quality_gate=False))


def _parser() -> KoreanArgumentParser:
    parser = KoreanArgumentParser(
        prog="replay.py",
        description="지난 거래일을 실제 두 작업(09:01 실행, 15:40 준비)으로 하루씩 "
        "다시 살아 봅니다. 운영 계좌는 건드리지 않고, 중단되면 이어서 합니다.",
    )
    spans = (("--from", "first", "첫날"), ("--to", "last", "마지막 날(포함)"))
    for flag, name, meaning in spans:
        parser.add_argument(
            flag,
            dest=name,
            type=_day,
            required=True,
            metavar="날짜",
            help=f"{meaning}. 예: 2024-01-02",
        )
    add_plan_size(parser)
    parser.add_argument(
        "--without-quality-gate",
        action="store_true",
        help="일봉 품질 검사에 걸린 종목의 신호도 씁니다 (비교용)",
    )
    parser.add_argument(
        "--restart",
        action="store_true",
        help="같은 조건으로 전에 재생한 것을 지우고 처음부터 합니다",
    )
    add_quiet(parser)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        message = f"날짜는 2024-01-02 꼴로 적으세요: {text}"
        raise argparse.ArgumentTypeError(message) from None
