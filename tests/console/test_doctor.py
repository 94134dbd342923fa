"""The check-up's table on a terminal of 80 columns, and as plain lines."""

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from khms_trader.console.doctor import (
    CHECK_NAMES,
    VERDICT_NAMES,
    show_checkup,
    show_made,
    summary,
)
from khms_trader.planning.checkup import (
    Check,
    Finding,
    Verdict,
    caution,
    good,
    problem,
    skipped,
)

ROWS = [
    good(Check.PYTHON, "맞습니다."),
    caution(Check.COSTS, "다릅니다."),
    problem(Check.HOME, "[/home/나/아주 긴 폴더]" + "가" * 100 + " 고치세요."),
    skipped(Check.TOKEN, "접속하지 않았습니다."),
]


def shown(*, is_terminal: bool, quiet: bool = False) -> list[str]:
    text = io.StringIO()
    console = Console(file=text, width=80, force_terminal=is_terminal, no_color=True)
    show_checkup(ROWS, lambda found: found.code, console, quiet=quiet)
    return text.getvalue().splitlines()


def test_every_check_and_verdict_has_a_korean_name() -> None:
    assert set(CHECK_NAMES) == set(Check)
    assert set(VERDICT_NAMES) == set(Verdict)


def test_the_table_fits_eighty_columns_and_loses_nothing() -> None:
    lines = shown(is_terminal=True)

    assert max(Text.from_ansi(line).cell_len for line in lines) == 80
    assert sum(line.count("가") for line in lines) >= 100
    # What looks like markup is text.
    assert any("[/home/나/아주" in line for line in lines)


def test_without_a_terminal_every_row_is_one_line() -> None:
    lines = shown(is_terminal=False)

    assert lines[0] == "점검 | 결과 | 내용과 할 일"
    assert lines[1] == "파이썬 | 정상 | 맞습니다."
    assert lines[4] == "접근토큰 | 건너뜀 | 접속하지 않았습니다."
    assert len(lines) == 6


@pytest.mark.parametrize("is_terminal", [True, False])
def test_quiet_leaves_what_needs_a_person(*, is_terminal: bool) -> None:
    text = "\n".join(shown(is_terminal=is_terminal, quiet=True))

    assert "주의" in text
    assert "문제" in text
    assert "정상" not in text
    assert "건너뜀" not in text


def test_the_count_says_what_follows() -> None:
    assert summary(ROWS) == (
        "정상 1 · 주의 1 · 문제 1 · 건너뜀 1. 문제를 위에서부터 고치고 다시 실행하세요."
    )
    fine: list[Finding] = [ROWS[0]]
    assert summary(fine) == "정상 1 · 주의 0 · 문제 0 · 건너뜀 0. 써도 됩니다."


def test_what_was_made_and_kept_is_listed() -> None:
    text = io.StringIO()

    show_made([Path("a")], [Path("b")], Console(file=text), quiet=False)
    show_made([Path("c")], [], Console(file=text), quiet=True)

    assert text.getvalue() == "만들었습니다: a\n이미 있어 그대로 두었습니다: b\n"
