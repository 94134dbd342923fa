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
