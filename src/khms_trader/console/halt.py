"""The halt on the screen."""

from typing import Protocol

from khms_trader.console.screen import Screen, script_command


class Halted(Protocol):
    """What is shown of a halt in force."""

    @property
    def since(self) -> str:
        """When it began; empty when nobody wrote it down."""

    @property
    def reason(self) -> str:
        """Why; may be empty."""


def show_turned_on(halt: Halted | None, screen: Screen, *, is_new: bool) -> None:
    """Say that no order leaves from now on."""
    if is_new:
        screen.line("정지했습니다. 지금부터 어떤 주문도 나가지 않습니다.", style="bold")
        screen.line("이미 나간 주문은 그대로입니다. 취소는 한국투자증권 앱에서 하세요.")
        screen.line(f"해제: {script_command('tools/halt.py')} off")
        return
    screen.line("이미 정지되어 있습니다. 바뀐 것이 없습니다.")
    show_halt(halt, screen)


def show_turned_off(screen: Screen, *, was_on: bool) -> None:
    """Say that orders may leave again."""
    if was_on:
        screen.line("정지를 풀었습니다. 다음 실행부터 주문이 나갈 수 있습니다.")
    else:
        screen.line("정지되어 있지 않습니다. 바뀐 것이 없습니다.")


def show_halt(halt: Halted | None, screen: Screen) -> None:
    """Say whether orders may leave, and since when and why not."""
    if halt is None:
        screen.line("정지되어 있지 않습니다. 주문이 나갈 수 있습니다.")
        return
    screen.warning("정지(HALT) 상태입니다. 어떤 주문도 나가지 않습니다.")
    if halt.since:
        screen.line(f"시작: {halt.since}")
    if halt.reason:
        screen.line(f"이유: {halt.reason}")
    screen.line(f"해제: {script_command('tools/halt.py')} off")
