"""The command behind scripts/tools/watchdog.py: one look, and an exit code."""

from collections.abc import Sequence

from khms_trader.bootstrap.watchdog import (
    USUAL_TIMES,
    WatchOrder,
    look_around,
    messages_of,
)
from khms_trader.cli.arguments import KoreanArgumentParser, add_at, add_quiet
from khms_trader.cli.run import NO_ORDERS, ExitCode, run_command
from khms_trader.cli.sentences import sentence
from khms_trader.cli.start import start
from khms_trader.cli.telling import teller_of
from khms_trader.console.watchdog import show_watch


def main(arguments: Sequence[str] | None = None) -> int:
    """Look once, tell what is wrong, and return the exit code."""
    asked = _parser().parse_args(arguments)

    def body() -> int:
        begun = start(at=asked.at, quiet=asked.quiet)
        options = begun.options()
        order = WatchOrder(
            times=asked.times,
            expects_scheduler=asked.expect_scheduler,
            word=sentence,
        )
        alarms = look_around(options, order)
        now = options.clock.now()
        show_watch(alarms, begun.screen, account=options.account, now=now)
        if not alarms:
            return ExitCode.DONE
        with teller_of(begun, options) as teller:
            teller.post(*messages_of(alarms, now))
        return ExitCode.NOT_AVAILABLE

    return run_command(body, stopped=NO_ORDERS)


def _parser() -> KoreanArgumentParser:
    usual = " ".join(USUAL_TIMES)
    parser = KoreanArgumentParser(
        prog="watchdog.py",
        description="있어야 할 것이 없으면 알립니다: 실행 기록, 다음 거래일의 계획, "
        "스케줄러 신호, 켜진 정지, 결과를 모르는 주문, 디스크, 나가지 않은 메시지. "
        "한 번 보고 끝나니 cron, systemd, 작업 스케줄러로 되풀이하세요. 주문도, 서버 "
        "접속도, 기록도 하지 않습니다.",
        epilog="종료 코드: 0 이상 없음, 2 설정이나 인수가 잘못됨, 4 경보가 있거나 보지 "
        "못함.",
    )
    parser.add_argument(
        "--times",
        nargs="+",
        metavar="시각",
        help="스케줄러에 준 시각들 (기본: 스케줄러가 남긴 시각, 없으면 "
        f"{usual}). 예: --times {usual}",
    )
    parser.add_argument(
        "--expect-scheduler",
        action="store_true",
        help="스케줄러가 신호를 남긴 적이 없어도 경보로 봅니다",
    )
    add_at(parser)
    add_quiet(parser)
    return parser
