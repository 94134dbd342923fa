"""The command behind scripts/tools/halt.py."""

from collections.abc import Sequence

from khms_trader.cli.arguments import KoreanArgumentParser
from khms_trader.cli.run import ExitCode, run_command
from khms_trader.cli.start import start
from khms_trader.config.home import Folders
from khms_trader.console.halt import show_halt, show_turned_off, show_turned_on
from khms_trader.storage.halt_file import HaltFile


def main(arguments: Sequence[str] | None = None) -> int:
    """Turn the halt on or off, or show it, and return the exit code."""
    options = _parser().parse_args(arguments)

    def body() -> int:
        begun = start(at=None, quiet=False)
        file = HaltFile(Folders(begun.home).halt_file)
        if options.action == "on":
            is_new = file.turn_on(begun.clock.now(), options.reason)
            show_turned_on(file.current(), begun.screen, is_new=is_new)
        elif options.action == "off":
            show_turned_off(begun.screen, was_on=file.turn_off())
        else:
            show_halt(file.current(), begun.screen)
        return ExitCode.DONE

    return run_command(body, stopped="지금 상태는 halt.py status 로 확인하세요.")


def _parser() -> KoreanArgumentParser:
    parser = KoreanArgumentParser(
        prog="halt.py",
        description="모든 주문을 멈추거나 다시 허용합니다. 실행 중인 작업은 다음 주문 "
        "앞에서 멈추고, 다시 켜도 정지는 남습니다. 이미 나간 주문은 취소하지 않습니다.",
    )
    parser.add_argument(
        "action",
        choices=("on", "off", "status"),
        metavar="on|off|status",
        help="on: 정지, off: 해제, status: 지금 상태",
    )
    parser.add_argument(
        "--reason",
        default="",
        metavar="이유",
        help="왜 멈추는지 (화면에 다시 보입니다)",
    )
    return parser
