"""Tables on a terminal, the same as plain lines elsewhere, nothing when quiet."""

import io

from rich.console import Console

from khms_trader.console.screen import Screen

COLUMNS = ("종목", ">가격")
ROWS = [("예제전자 700010", "1,234,500")]


def shown(*, is_terminal: bool, width: int = 80, quiet: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=is_terminal, width=width)
    screen = Screen(console, quiet=quiet)
    screen.line("[줄] 하나")
    screen.table("표", COLUMNS, ROWS)
    screen.warning("경고 하나")
    return stream.getvalue()


def test_a_pipe_gets_plain_lines_with_a_header() -> None:
    assert shown(is_terminal=False).splitlines() == [
        "[줄] 하나",
        "[표]",
        "  종목 | 가격",
        "  예제전자 700010 | 1,234,500",
        "경고 하나",
    ]


def test_a_terminal_gets_a_table() -> None:
    lines = shown(is_terminal=True).splitlines()

    assert any("┃" in line and "종목" in line for line in lines)
    assert any("1,234,500" in line for line in lines)


def test_figures_are_never_cut_however_narrow_the_terminal() -> None:
    assert "1,234,500" in shown(is_terminal=True, width=24)


def test_quiet_leaves_only_warnings() -> None:
    assert shown(is_terminal=False, quiet=True) == "경고 하나\n"


def test_an_empty_table_is_not_shown() -> None:
    stream = io.StringIO()
    Screen(Console(file=stream)).table("표", COLUMNS, [])

    assert stream.getvalue() == ""


def progressed(*steps: tuple[int, int, str], quiet: bool = False) -> list[str]:
    stream = io.StringIO()
    screen = Screen(Console(file=stream, force_terminal=False), quiet=quiet)
    with screen.progress() as progress:
        for done, total, what in steps:
            progress.step(done, total, what)
    return stream.getvalue().splitlines()


def test_a_log_gets_a_line_for_each_quarter_of_a_refresh() -> None:
    steps = [(done, 213, "refresh") for done in range(214)]

    assert progressed((0, 4, "account"), *steps, (2, 4, "bars")) == [
        "일봉 갱신 0/213 ...",
        "일봉 갱신 54/213 ...",
        "일봉 갱신 107/213 ...",
        "일봉 갱신 160/213 ...",
        "일봉 갱신 213/213 ...",
    ]


def test_bars_that_were_there_before_are_no_news() -> None:
    assert progressed((213, 213, "refresh")) == []
    assert progressed((212, 213, "refresh"), (213, 213, "refresh")) == [
        "일봉 갱신 212/213 ...",
        "일봉 갱신 213/213 ...",
    ]


def test_a_log_gets_a_line_for_a_wait_for_another_refresh() -> None:
    assert progressed((0, 1, "bars_wait"), (9, 9, "refresh")) == [
        "다른 실행이 일봉을 갱신하고 있어 기다리는 중 ...",
    ]


def test_quiet_shows_no_quarters() -> None:
    assert progressed((0, 4, "refresh"), (4, 4, "refresh"), quiet=True) == []
