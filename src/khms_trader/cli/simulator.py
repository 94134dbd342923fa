"""The command behind scripts/tools/run_kis_simulator.py."""

from collections.abc import Sequence
from typing import Final

from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.simulator import PracticeOptions, Serving, serve
from khms_trader.cli.arguments import (
    KoreanArgumentParser,
    add_at,
    add_quiet,
    positive_int,
)
from khms_trader.cli.run import ExitCode, run_command
from khms_trader.cli.start import start

PORT: Final = 29443


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a practice KIS server until interrupted and return the exit code."""
    options = _parser().parse_args(arguments)

    def body() -> int:
        begun = start(at=options.at, quiet=options.quiet)

        def tell(serving: Serving) -> None:
            begun.screen.line(
                f"연습 서버를 열었습니다: {serving.virtual}", style="bold"
            )
            if serving.real is not None:
                begun.screen.line(f"  시세용(실전 흉내): {serving.real}")
            begun.screen.line("  진짜 돈과 이어져 있지 않습니다. Ctrl+C 로 끝냅니다.")

        run = RunOptions(home=begun.home, settings=begun.settings, clock=begun.clock)
        serve(
            PracticeOptions(
                run=run,
                source=options.data,
                port=options.port,
                real_port=options.real_port,
                follow_client=options.follow_client,
                faults=tuple(options.fault),
            ),
            tell,
        )
        return ExitCode.DONE

    return run_command(body)


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
    parser.add_argument(
        "--port",
        type=positive_int,
        default=PORT,
        metavar="번호",
        help=f"모의투자 서버의 포트 (기본: {PORT})",
    )
    parser.add_argument(
        "--real-port",
        type=positive_int,
        metavar="번호",
        help="실전 시세 서버의 포트 (주지 않으면 열지 않습니다)",
    )
    parser.add_argument(
        "--follow-client",
        action="store_true",
        help="접속한 프로그램이 알려 주는 시각(X-Practice-Now)을 따릅니다",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="호출:몇번째:종류",
        help="일부러 낼 고장. 여러 번 쓸 수 있습니다. 예: buy:1:lost",
    )
    add_at(parser)
    add_quiet(parser)
    return parser
