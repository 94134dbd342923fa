"""The command behind scripts/tools/run_kis_simulator.py."""

import argparse
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.simulator import (
    HeldShares,
    PracticeOptions,
    Serving,
    serve,
)
from khms_trader.cli.arguments import (
    KoreanArgumentParser,
    add_at,
    add_quiet,
)
from khms_trader.cli.run import ExitCode, run_command
from khms_trader.cli.start import start
from khms_trader.cli.texts.practice_texts import (
    FAULT_CALL_WORDS,
    FAULT_KIND_WORDS,
    listed,
)

PORT: Final = 29443

_LAST_PORT: Final = 65_535
_MOST_REQUESTS: Final = 1_000
_MOST_WON: Final = 1_000_000_000_000
_MOST_SHARES: Final = 1_000_000_000
_HOLDING: Final = re.compile(
    r"(?P<symbol>[0-9A-Z]{6}):(?P<quantity>\d{1,10})(?::(?P<price>\d{1,10}))?",
    re.ASCII,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a practice KIS server until interrupted and return the exit code."""
    options = _parser().parse_args(arguments)

    def body() -> int:
        begun = start(at=options.at, quiet=options.quiet, is_simulated=True)

        def tell(serving: Serving) -> None:
            begun.screen.line(
                f"연습 서버를 열었습니다: {serving.virtual}", style="bold"
            )
            if serving.real is not None:
                begun.screen.line(f"  시세용(실전 흉내): {serving.real}")
            begun.screen.line("  진짜 돈과 이어져 있지 않습니다. Ctrl+C 로 끝냅니다.")
            begun.screen.line(
                "  계좌는 새것이고, 서버를 끄면 사라집니다. 다시 켰으면 그 계좌의 "
                "data/state/practice-… 폴더를 지우고 시작하세요."
            )

        run = RunOptions(home=begun.home, settings=begun.settings, clock=begun.clock)
        wanted = PracticeOptions(
            run=run,
            source=options.data,
            port=options.port,
            real_port=options.real_port,
            follow_client=options.follow_client,
            faults=tuple(options.fault),
            stories=tuple(options.story),
            cash=options.cash,
            holdings=tuple(options.holding),
            requests_per_sec=options.requests_per_sec,
        )
        with suppress(KeyboardInterrupt):  # the usual way to end it
            serve(wanted, tell)
        begun.screen.line("연습 서버를 닫았습니다.")
        return ExitCode.DONE

    return run_command(body, stopped="연습 서버를 닫았습니다.")


def _parser() -> KoreanArgumentParser:
    parser = KoreanArgumentParser(
        prog="run_kis_simulator.py",
        description="한국투자증권과 같은 말을 하는 연습 서버를 이 컴퓨터에 엽니다.",
    )
    parser.add_argument(
        "--data",
        choices=("sample", "store"),
        default="sample",
        help="어떤 시세로 거래할지 (기본: sample, 만들어 낸 연습 시세)",
    )
    _add_ports(parser)
    _add_account(parser)
    parser.add_argument(
        "--follow-client",
        action="store_true",
        help="접속한 프로그램이 알려 주는 시각(X-Practice-Now)을 따릅니다",
    )
    _add_events(parser)
    add_at(parser)
    add_quiet(parser)
    parser.add_argument_group("--fault 의 호출", listed(FAULT_CALL_WORDS))
    parser.add_argument_group("--fault 의 종류", listed(FAULT_KIND_WORDS))
    return parser


def _add_events(parser: KoreanArgumentParser) -> None:
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="호출:몇번째:종류",
        help="일부러 낼 고장. 여러 번 쓸 수 있습니다. 예: buy:1:lost (첫 매수), "
        "any:*:slow:2 (모두). 몇번째는 1, 3-6, 3+, * 가운데 하나이고, 쓸 수 있는 "
        "호출과 종류는 아래에 있습니다",
    )
    parser.add_argument(
        "--story",
        action="append",
        default=[],
        metavar="종목:날짜:일",
        help="그날 그 종목에 일어날 일. 여러 번 쓸 수 있습니다. "
        "예: 724440:2025-07-22:halted (거래정지), administrative (관리종목), "
        "limit_up, limit_down, open:27000, split:5",
    )


def _add_ports(parser: KoreanArgumentParser) -> None:
    parser.add_argument(
        "--port",
        type=_whole("0~65535 사이의 포트 번호", most=_LAST_PORT),
        default=PORT,
        metavar="번호",
        help=f"모의투자 서버의 포트. 0 이면 빈 포트를 고릅니다 (기본: {PORT})",
    )
    parser.add_argument(
        "--real-port",
        type=_whole("0~65535 사이의 포트 번호", most=_LAST_PORT),
        metavar="번호",
        help="실전 시세 서버의 포트 (주지 않으면 열지 않습니다)",
    )
    parser.add_argument(
        "--requests-per-sec",
        type=_whole(f"1~{_MOST_REQUESTS:,} 사이의 정수", least=1, most=_MOST_REQUESTS),
        metavar="건",
        help="1초에 받아 주는 요청 수 (기본: 진짜와 같이 모의투자 1, 실전 시세 18)",
    )


def _add_account(parser: KoreanArgumentParser) -> None:
    parser.add_argument(
        "--cash",
        type=_whole("0 이상의 원 단위 정수", most=_MOST_WON),
        metavar="원",
        help="연습 계좌의 현금 (기본: settings.yaml 의 paper.initial_cash)",
    )
    parser.add_argument(
        "--holding",
        type=_holding,
        action="append",
        default=[],
        metavar="종목:수량[:평단가]",
        help="처음부터 들고 있을 주식. 여러 번 쓸 수 있습니다. 예: 700370:10:25000 "
        "(평단가를 안 적으면 시작 전 마지막 종가)",
    )


def _whole(wanted: str, *, least: int = 0, most: int) -> Callable[[str], int]:
    def parsed(text: str) -> int:
        # Ten thousand is written 10,000 or 10_000 too.
        digits = text.strip().replace(",", "").replace("_", "")
        is_number = digits.isascii() and digits.isdecimal()
        if not is_number or not least <= int(digits[:20]) <= most:
            message = f"{wanted}를 적으세요: {text}"
            raise argparse.ArgumentTypeError(message)
        return int(digits)

    return parsed


def _holding(text: str) -> HeldShares:
    found = _HOLDING.fullmatch(text.strip().upper())
    quantity = int(found["quantity"]) if found else 0
    price = int(found["price"]) if found and found["price"] else None
    if found is None or not 1 <= quantity <= _MOST_SHARES or price == 0:
        message = f"종목:수량 또는 종목:수량:평단가로 적으세요(예: 700370:10): {text}"
        raise argparse.ArgumentTypeError(message)
    return HeldShares(symbol=found["symbol"], quantity=quantity, average_price=price)
