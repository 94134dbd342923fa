"""The command behind scripts/execute_next_open_plan.py."""

from collections.abc import Sequence
from dataclasses import replace

from khms_trader.bootstrap.execute import execute
from khms_trader.cli.arguments import KoreanArgumentParser, add_at, add_quiet
from khms_trader.cli.run import AFTER_ORDERS, NO_ORDERS, ExitCode, run_command
from khms_trader.cli.start import start
from khms_trader.cli.telling import Afterwards


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute the plan of today's session and return the exit code."""
    options = _parser().parse_args(arguments)
    afterwards = Afterwards()

    def body() -> int:
        begun = start(at=options.at, quiet=options.quiet)
        wanted = begun.options(is_dry_run=options.dry_run)
        afterwards.tells(begun, wanted)
        with begun.screen.watch(begun.clock.monotonic) as watch:
            execution = execute(
                replace(wanted, progress=watch),
                confirm_first_run=options.confirm_first_run,
            )
        # What the screen needs is loaded after the orders, not before.
        from khms_trader.console.execute import show_execution

        show_execution(execution, begun.screen, is_dry_run=options.dry_run)
        report = execution.report
        unknown = report is not None and report.needs_a_person
        return ExitCode.UNCONFIRMED if unknown else ExitCode.DONE

    stopped = NO_ORDERS if options.dry_run else AFTER_ORDERS
    return run_command(body, stopped=stopped, afterwards=afterwards)


def _parser() -> KoreanArgumentParser:
    parser = KoreanArgumentParser(
        prog="execute_next_open_plan.py",
        description="장이 열린 직후에 오늘 거래일의 계획을 실행합니다. "
        "몇 번을 실행해도 같은 주문을 두 번 보내지 않습니다.",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="아무것도 보내지 않고, 실행했다면 어땠을지 보입니다",
    )
    parser.add_argument(
        "--confirm-first-run",
        action="store_true",
        help="처음 쓰는 계좌의 보유를 확인하고 주문을 허용합니다"
        " (paper 계좌에는 필요 없습니다)",
    )
    add_at(parser)
    add_quiet(parser)
    return parser
