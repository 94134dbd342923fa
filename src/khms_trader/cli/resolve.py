"""The command behind scripts/tools/resolve_order.py."""

import argparse
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.resolve import answered, open_questions
from khms_trader.cli.arguments import (
    KoreanArgumentParser,
    add_at,
    add_quiet,
    symbol,
)
from khms_trader.cli.run import NO_ORDERS, ExitCode, run_command
from khms_trader.cli.start import start
from khms_trader.console.resolve import show_answer, show_questions
from khms_trader.console.screen import Screen
from khms_trader.domain.order import Side
from khms_trader.planning.resolved import NUMBER_WIDTH, Choice, Resolution, Word

_PRICE: Final = re.compile(r"\d{1,9}(\.\d{1,4})?")
_MOST_SHARES: Final = 9  # digits


def main(arguments: Sequence[str] | None = None) -> int:
    """Show the open questions, or record what a person saw; return the exit code."""
    parser = _parser()
    wanted = parser.parse_args(arguments)
    _refuse_what_does_not_go_together(parser, wanted)

    def body() -> int:
        begun = start(at=wanted.at, quiet=wanted.quiet)
        found = _found(wanted, begun.options(), begun.screen)
        return ExitCode.UNCONFIRMED if found.needs_a_person else ExitCode.DONE

    return run_command(body, stopped=NO_ORDERS)


def _found(
    wanted: argparse.Namespace, options: RunOptions, screen: Screen
) -> Resolution:
    if wanted.symbol is None:
        found = open_questions(options)
        show_questions(found, screen)
        return found
    found = answered(
        options,
        Choice(
            symbol=wanted.symbol,
            side=Side(wanted.side) if wanted.side else None,
            session=wanted.session,
        ),
        Word(
            number=wanted.number or "",
            is_not_there=wanted.not_there,
            filled=wanted.filled,
            price=wanted.price,
        ),
        is_confirmed=wanted.confirm,
    )
    show_answer(found, screen)
    return found


def _refuse_what_does_not_go_together(
    parser: KoreanArgumentParser, wanted: argparse.Namespace
) -> None:
    has_word = wanted.number or wanted.not_there or wanted.filled is not None
    if has_word and wanted.symbol is None:
        parser.error("the following arguments are required: --symbol")
    if wanted.symbol is not None and not has_word:
        parser.error(
            "argument --symbol: --number, --not-there, --filled 가운데 하나와 함께 "
            "쓰세요"
        )
    for name in ("side", "session", "confirm"):
        if getattr(wanted, name) and not has_word:
            parser.error(f"argument --{name}: --symbol 과 함께 쓰세요")
    if bool(wanted.filled) != (wanted.price is not None):
        parser.error(
            "argument --price: --filled 1 이상과 함께, 주당 평균체결가를 적으세요"
        )


def _parser() -> KoreanArgumentParser:
    parser = KoreanArgumentParser(
        prog="resolve_order.py",
        description="프로그램이 결과를 알 수 없는 주문을 보이고, 증권사 앱에서 사람이 "
        "확인한 것을 적습니다. 주문은 보내지 않습니다.",
    )
    _add_choice(parser)
    words = parser.add_mutually_exclusive_group()
    words.add_argument(
        "--number", type=_number, metavar="주문번호", help="앱에서 본 그 주문의 번호"
    )
    words.add_argument(
        "--not-there",
        action="store_true",
        help="앱에 그런 주문이 없습니다 (그 거래일의 장이 끝난 뒤에만)",
    )
    words.add_argument(
        "--filled",
        type=_shares,
        metavar="수량",
        help="목록에서 사라진 주문의 체결 수량 (없으면 0)",
    )
    parser.add_argument(
        "--price", type=_price, metavar="평균체결가", help="주당 평균체결가(원)"
    )
    parser.add_argument(
        "--confirm",
        action="store_true",
        help="실제로 기록합니다. 없으면 무엇을 기록할지 보이기만 합니다",
    )
    add_at(parser)
    add_quiet(parser)
    return parser


def _add_choice(parser: KoreanArgumentParser) -> None:
    """Add what says which order is meant."""
    parser.add_argument(
        "--symbol", type=symbol, metavar="종목코드", help="어느 종목의 주문인지"
    )
    parser.add_argument(
        "--side",
        choices=[side.value for side in Side],
        metavar="buy|sell",
        help="같은 종목에 여럿이면: 매수(buy)인지 매도(sell)인지",
    )
    parser.add_argument(
        "--session",
        type=_day,
        metavar="거래일",
        help="같은 종목에 여럿이면: 어느 거래일인지. 예: 2026-03-04",
    )


def _number(text: str) -> str:
    digits = text.strip().lstrip("0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= NUMBER_WIDTH):
        message = f"주문번호는 앱에 보이는 숫자로 적으세요(예: 38614): {text}"
        raise argparse.ArgumentTypeError(message)
    return digits


def _shares(text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_SHARES):
        message = f"주식 수를 0 이상의 정수로 적으세요: {text}"
        raise argparse.ArgumentTypeError(message)
    return int(digits)


def _price(text: str) -> Decimal:
    written = text.strip().replace(",", "")
    if not _PRICE.fullmatch(written) or not Decimal(written):
        message = f"주당 평균체결가를 원으로 적으세요(예: 12960): {text}"
        raise argparse.ArgumentTypeError(message)
    return Decimal(written)


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a date
        except ValueError:
            continue
    message = f"거래일은 2026-03-04 꼴로 적으세요: {text}"
    raise argparse.ArgumentTypeError(message)
