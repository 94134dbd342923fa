"""The command behind scripts/tools/sell_out_legacy.py."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace

from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.sell_out import adoption, listed, sale
from khms_trader.cli.arguments import (
    KoreanArgumentParser,
    add_at,
    add_quiet,
    symbol,
)
from khms_trader.cli.run import AFTER_ORDERS, NO_ORDERS, ExitCode, run_command
from khms_trader.cli.start import start
from khms_trader.cli.telling import Afterwards
from khms_trader.console.screen import Screen
from khms_trader.console.sell_out import show_adoption, show_list, show_sale
from khms_trader.planning.sell_out import Asked
from khms_trader.planning.sold_out import SellOut


def main(arguments: Sequence[str] | None = None) -> int:
    """List, sell or adopt what the strategy does not manage; return the exit code."""
    parser = _parser()
    wanted = parser.parse_args(arguments)
    is_list = not (wanted.symbol or wanted.all or wanted.adopt or wanted.adopt_all)
    if wanted.confirm and is_list:
        parser.error(
            "argument --confirm: --symbol, --all, --adopt, --adopt-all 가운데 하나와 "
            "함께 쓰세요"
        )

    afterwards = Afterwards()

    def body() -> int:
        begun = start(at=wanted.at, quiet=wanted.quiet)
        options = begun.options()
        afterwards.tells(begun, options)
        run, show = _job(wanted)
        with begun.screen.watch(begun.clock.monotonic) as watch:
            result = run(replace(options, progress=watch))
        show(result, begun.screen)
        if result.needs_a_person:
            return ExitCode.UNCONFIRMED
        return ExitCode.REFUSED if result.is_refused else ExitCode.DONE

    is_sale = wanted.confirm and (wanted.symbol or wanted.all)
    stopped = AFTER_ORDERS if is_sale else NO_ORDERS
    return run_command(body, stopped=stopped, afterwards=afterwards)


def _job(
    wanted: argparse.Namespace,
) -> tuple[Callable[[RunOptions], SellOut], Callable[[SellOut, Screen], None]]:
    if wanted.symbol or wanted.all:
        asked = Asked(symbols=tuple(wanted.symbol or ()), is_all=wanted.all)
        return lambda o: sale(o, asked, is_confirmed=wanted.confirm), show_sale
    if wanted.adopt or wanted.adopt_all:
        asked = Asked(symbols=tuple(wanted.adopt or ()), is_all=wanted.adopt_all)
        return lambda o: adoption(o, asked, is_confirmed=wanted.confirm), show_adoption
    return listed, show_list


def _parser() -> KoreanArgumentParser:
    parser = KoreanArgumentParser(
        prog="sell_out_legacy.py",
        description="전략이 관리하지 않는 보유(legacy·외부)를 보이고, 팔거나 전략에 "
        "편입합니다. 전략이 관리하는 주식은 팔지 않습니다.",
    )
    jobs = parser.add_mutually_exclusive_group()
    jobs.add_argument("--list", action="store_true", help="보이기만 합니다 (기본)")
    jobs.add_argument(
        "--symbol",
        type=symbol,
        action="append",
        metavar="종목코드",
        help="이 종목을 팝니다 (여러 번 쓸 수 있습니다)",
    )
    jobs.add_argument(
        "--all", action="store_true", help="전략 밖 보유를 모두 팝니다 (초과분은 제외)"
    )
    jobs.add_argument(
        "--adopt",
        type=symbol,
        nargs="+",
        metavar="종목코드",
        help="이 종목을 전략에 편입합니다",
    )
    jobs.add_argument(
        "--adopt-all", action="store_true", help="전략 밖 보유를 모두 편입합니다"
    )
    parser.add_argument(
        "--confirm",
        action="store_true",
        help="실제로 합니다. 없으면 무엇을 할지 보이기만 합니다",
    )
    add_at(parser)
    add_quiet(parser)
    return parser
