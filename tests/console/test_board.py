"""The screen of a program that runs for ever: it never holds anybody up."""

import errno
import io
import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from rich.console import Console

from khms_trader.console.board import Board
from khms_trader.console.screen import Screen

ENOUGH_SECONDS = 5.0


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until another thread has got there."""
    pause = threading.Event()
    deadline = monotonic() + ENOUGH_SECONDS
    while not holds():
        assert monotonic() < deadline
        pause.wait(0.01)


def a_screen(stream: io.StringIO, *, is_terminal: bool, quiet: bool = False) -> Screen:
    console = Console(file=stream, force_terminal=is_terminal, width=80)
    return Screen(console, quiet=quiet)


class StuckTerminal(io.StringIO):
    """Somebody clicked into the window: nothing can be written until they let go."""

    def __init__(self) -> None:
        super().__init__()
        self.is_stuck = threading.Event()
        self.let_go = threading.Event()

    def write(self, text: str) -> int:
        self.is_stuck.set()
        self.let_go.wait(ENOUGH_SECONDS)
        return super().write(text)


class ClosedTerminal(io.StringIO):
    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, text: str) -> int:
        raise self._error


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_terminal_that_stands_still_holds_nobody_up(*, is_terminal: bool) -> None:
    stream = StuckTerminal()
    screen = a_screen(stream, is_terminal=is_terminal)
    try:
        with Board(screen.board_display, monotonic) as board, screen.through(board):
            screen.line("나중에 보이는 줄")
            assert stream.is_stuck.wait(ENOUGH_SECONDS)
            started = monotonic()
            for done in range(200):
                board.step(done, 200, "refresh")
                board.wait(3, "fills", timedelta(seconds=300))
                board.status(["자동 실행 중"])
                screen.line("한 줄")
            assert monotonic() - started < 0.1
            started = monotonic()
        assert monotonic() - started < 2
    finally:
        stream.let_go.set()


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(errno.EIO, "gone")])
def test_a_terminal_that_was_closed_ends_the_show_only(error: OSError) -> None:
    screen = a_screen(ClosedTerminal(error), is_terminal=True)

    with Board(screen.board_display, monotonic) as board, screen.through(board):
        for _ in range(20):
            screen.line("한 줄")
            board.status(["자동 실행 중"])
            threading.Event().wait(0.02)


def test_a_terminal_sees_the_status_move_and_go() -> None:
    stream = io.StringIO()
    screen = a_screen(stream, is_terminal=True)

    with Board(screen.board_display, monotonic) as board, screen.through(board):
        board.status(["자동 실행 중", "다음: 실행 (3초 뒤)"])
        eventually(lambda: "3초 뒤" in stream.getvalue())
        board.status(["자동 실행 중", "다음: 실행 (2초 뒤)"])
        eventually(lambda: "2초 뒤" in stream.getvalue())
        screen.line("줄")
        board.step(3, 8, "buys")
        eventually(lambda: "매수 주문 보내는 중: 3/8" in stream.getvalue())

    assert stream.getvalue().count("\n줄") + stream.getvalue().count("줄\n") >= 1


def test_the_same_status_is_not_drawn_again() -> None:
    stream = io.StringIO()
    screen = a_screen(stream, is_terminal=True)

    with Board(screen.board_display, monotonic) as board:
        board.status(["자동 실행 중"])
        eventually(lambda: "자동 실행 중" in stream.getvalue())
        threading.Event().wait(1.5)
        drawn = stream.getvalue().count("자동 실행 중")

    assert drawn == 1


def test_a_log_gets_lines_and_long_work_but_no_status() -> None:
    stream = io.StringIO()
    screen = a_screen(stream, is_terminal=False)

    with Board(screen.board_display, monotonic) as board, screen.through(board):
        screen.line("시작")
        board.status(["자동 실행 중"])
        board.step(5, 200, "refresh")
        eventually(lambda: "일봉 갱신 중: 200종목" in stream.getvalue())
        screen.line("끝")

    assert stream.getvalue().splitlines() == ["시작", "일봉 갱신 중: 200종목", "끝"]


@pytest.mark.parametrize("is_terminal", [True, False])
def test_quiet_says_only_what_went_wrong(*, is_terminal: bool) -> None:
    stream = io.StringIO()
    screen = a_screen(stream, is_terminal=is_terminal, quiet=True)

    with Board(screen.board_display, monotonic) as board, screen.through(board):
        screen.line("시작")
        board.status(["자동 실행 중"])
        board.step(5, 200, "refresh")
        threading.Event().wait(1.5)
        screen.warning("경고")

    assert "경고" in stream.getvalue()
    assert "시작" not in stream.getvalue()
    assert "일봉" not in stream.getvalue()


def test_lines_are_written_before_the_end() -> None:
    stream = io.StringIO()
    screen = a_screen(stream, is_terminal=False)

    with Board(screen.board_display, monotonic) as board, screen.through(board):
        for number in range(50):
            screen.line(f"줄 {number}")

    assert stream.getvalue().splitlines() == [f"줄 {number}" for number in range(50)]
