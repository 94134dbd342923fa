"""An execution as a person sees it: a moving line, or a few lines in a log."""

import io
import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from rich.console import Console

from khms_trader.console.screen import Screen
from khms_trader.console.watch import Doing, Lines, RunWatch

ENOUGH_SECONDS = 5.0


def a_step(what: str, *, at: float, done: int = 0, count: int = 1) -> Doing:
    return Doing(what=what, at=at, count=count, done=done)


def a_wait(*, at: float, count: int = 3, until: float = 290.0) -> Doing:
    return Doing(what="fills", at=at, count=count, until=until)


class Log:
    """Collects what a display writes."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str, style: str | None) -> None:
        self.lines.append(text)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def lines(log: Log) -> Lines:
    return Lines(log.say)


def test_a_wait_says_how_many_and_for_how_long_at_most() -> None:
    doing = a_wait(at=0.0)

    assert doing.text(0.0) == "체결 기다리는 중: 3건 (최대 4분 50초)"
    assert doing.text(250.4) == "체결 기다리는 중: 3건 (최대 40초)"
    assert doing.text(400.0) == "체결 기다리는 중: 3건 (최대 0초)"


@pytest.mark.parametrize(
    ("doing", "text", "line"),
    [
        (a_step("account", at=0), "계좌 확인 중", "계좌 확인 중"),
        (
            a_step("sells", at=0, done=3, count=8),
            "매도 주문 보내는 중: 3/8",
            "매도 주문 보내는 중: 8건",
        ),
        (
            a_step("quotes", at=0, done=1, count=8),
            "시세 읽는 중: 1/8",
            "시세 읽는 중: 8종목",
        ),
    ],
)
def test_a_step_counts_on_a_terminal_and_names_the_whole_in_a_log(
    doing: Doing, text: str, line: str
) -> None:
    assert doing.text(0.0) == text
    assert doing.line(0.0) == line


def test_a_bar_shows_what_is_done_or_how_much_of_the_time_is_over() -> None:
    assert a_step("buys", at=7, done=3, count=8).share(99.0) == (3, 8)
    assert a_wait(at=10.0, until=30.0).share(15.0) == (5.0, 20.0)
    assert a_wait(at=10.0, until=30.0).share(99.0) == (20.0, 20.0)


def test_what_is_over_within_a_second_is_not_worth_a_line(
    log: Log, lines: Lines
) -> None:
    lines.show(a_step("account", at=0.0), 0.0)
    lines.show(a_step("account", at=0.0), 0.9)
    lines.show(a_step("sells", at=0.9, count=2), 0.9)

    assert log.lines == []


def test_a_phase_is_told_once_however_long_it_takes(log: Log, lines: Lines) -> None:
    for done in range(8):
        lines.show(a_step("sells", at=0.0, done=done, count=8), 20.0 * done)

    assert log.lines == ["매도 주문 보내는 중: 8건"]


def test_a_wait_is_told_once_a_minute(log: Log, lines: Lines) -> None:
    for second in range(130):
        lines.show(a_wait(at=0.0, count=3 if second < 70 else 1), float(second))

    assert log.lines == [
        "체결 기다리는 중: 3건 (최대 4분 49초)",
        "체결 기다리는 중: 3건 (최대 3분 49초)",
        "체결 기다리는 중: 1건 (최대 2분 49초)",
    ]


def test_a_second_wait_is_a_phase_of_its_own(log: Log, lines: Lines) -> None:
    lines.show(a_wait(at=0.0, until=20.0), 1.0)
    lines.show(a_step("buys", at=2.0, count=2), 4.0)
    lines.show(a_wait(at=5.0, until=305.0, count=2), 6.0)

    assert log.lines == [
        "체결 기다리는 중: 3건 (최대 19초)",
        "매수 주문 보내는 중: 2건",
        "체결 기다리는 중: 2건 (최대 4분 59초)",
    ]


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


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_terminal_that_stands_still_holds_nobody_up(*, is_terminal: bool) -> None:
    stream = StuckTerminal()
    screen = Screen(Console(file=stream, force_terminal=is_terminal, width=80))
    try:
        with screen.watch(monotonic) as watch:
            screen.line("나중에 보이는 줄")
            assert stream.is_stuck.wait(ENOUGH_SECONDS)
            started = monotonic()
            for done in range(100):
                watch.step(done, 100, "sells")
                watch.wait(3, "fills", timedelta(seconds=300))
                screen.line("한 줄")
            assert monotonic() - started < 0.05
            started = monotonic()
        assert monotonic() - started < 2
    finally:
        stream.let_go.set()


class GoneReader(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_pipe_whose_reader_has_gone_ends_the_show_only() -> None:
    def say(text: str, style: str | None) -> None:
        GoneReader().write(text)

    with RunWatch(lambda: Lines(say), monotonic) as watch:
        assert watch.say("한 줄", None)
        eventually(lambda: not watch.say("또 한 줄", None))
        watch.step(0, 1, "account")


def test_lines_shown_meanwhile_all_appear_in_order() -> None:
    stream = io.StringIO()
    screen = Screen(Console(file=stream, force_terminal=False, width=80))

    with screen.watch(monotonic):
        for number in range(20):
            screen.line(f"줄 {number}")
        screen.warning("경고")
    screen.line("끝")

    expected = [*(f"줄 {number}" for number in range(20)), "경고", "끝"]
    assert stream.getvalue().splitlines() == expected


def test_a_terminal_sees_a_line_move_and_go() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80)

    with Screen(console).watch(monotonic) as watch:
        watch.wait(3, "fills", timedelta(seconds=290))
        eventually(lambda: "체결 기다리는 중: 3건 (최대 4분 50초)" in stream.getvalue())

    assert stream.getvalue().endswith("\x1b[2K")


def test_quiet_shows_nothing_of_a_run() -> None:
    stream = io.StringIO()

    with Screen(Console(file=stream), quiet=True).watch(monotonic) as watch:
        watch.step(0, 8, "sells")
        watch.wait(3, "fills", timedelta(seconds=300))

    assert stream.getvalue() == ""
    assert not watch.say("한 줄", None)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until another thread has got there."""
    pause = threading.Event()
    deadline = monotonic() + ENOUGH_SECONDS
    while not holds():
        assert monotonic() < deadline
        pause.wait(0.01)
