"""The command behind scripts/prepare_next_open_plan.py."""

from collections.abc import Sequence
from typing import Final

from khms_trader.bootstrap.prepare import prepare
from khms_trader.bootstrap.rules import costs
from khms_trader.cli.arguments import (
    KoreanArgumentParser,
    add_at,
    add_plan_size,
    add_quiet,
)
from khms_trader.cli.run import NO_ORDERS, ExitCode, run_command
from khms_trader.cli.start import start
from khms_trader.cli.telling import Afterwards
from khms_trader.console.prepare import show_prepared

_KEPT: Final = "받은 일봉은 남아 있어 다시 실행하면 이어서 받습니다."


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the plan for the next session and return the exit code."""
    options = _parser().parse_args(arguments)

    afterwards = Afterwards()

    def body() -> int:
        begun = start(at=options.at, quiet=options.quiet)
        wanted = begun.options(
            is_dry_run=options.dry_run,
            universe_limit=options.universe_limit,
            quantity=options.qty,
        )
        afterwards.tells(begun, wanted)
        with begun.screen.progress() as progress:
            prepared = prepare(wanted, progress)
        rates = costs(begun.settings)
        show_prepared(prepared, begun.screen, rates, is_dry_run=options.dry_run)
        return ExitCode.UNCONFIRMED if prepared.needs_a_person else ExitCode.DONE

    return run_command(body, stopped=f"{NO_ORDERS} {_KEPT}", afterwards=afterwards)


def _parser() -> KoreanArgumentParser:
    parser = KoreanArgumentParser(
        prog="prepare_next_open_plan.py",
        description="장 마감 뒤에 다음 거래일의 계획을 만듭니다. 주문은 하지 않습니다.",
    )
    add_plan_size(parser)
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="운영 상태를 건드리지 않고 data/state/dry-run 에만 씁니다",
    )
    add_at(parser)
    add_quiet(parser)
    return parser
