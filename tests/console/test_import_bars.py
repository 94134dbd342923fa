"""What a person reads after an import: every problem in words, and what to do."""

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from khms_trader.console.import_bars import (
    import_lines,
    import_progress,
    problem_text,
    show_import,
    stored_line,
)
from khms_trader.domain.imported import (
    ImportCode,
    ImportedFile,
    ImportProblem,
    ImportReport,
    StoredBars,
)
from khms_trader.domain.quality_summary import QualitySummary

FIRST, LAST = date(2023, 12, 5), date(2026, 7, 10)


def a_file(name: str = "kosdaq_adjusted.parquet") -> ImportedFile:
    return ImportedFile(
        path=f"/자료/{name}",
        basis="adjusted",
        symbols=435,
        rows=271_464,
        first=FIRST,
        last=LAST,
    )


def a_stored(added: int = 271_464, replaced: int = 0) -> StoredBars:
    return StoredBars(
        path="/home/data/bars/store-adjusted.parquet",
        basis="adjusted",
        symbols=435,
        sessions=630,
        rows=271_464,
        first=FIRST,
        last=LAST,
        added_rows=added,
        replaced_rows=replaced,
    )


REPORT = ImportReport(
    files=(a_file(),),
    stores=(a_stored(),),
    problems=(
        ImportProblem(
            path="/자료/005930.csv", code=ImportCode.NOT_BARS, detail="close, date"
        ),
        ImportProblem(
            path="/자료/kosdaq_adjusted.parquet",
            code=ImportCode.IMPOSSIBLE_BAR,
            count=19,
            detail="187660 2026-03-27",
        ),
    ),
)


def shown(report: ImportReport, *, terminal: bool, quiet: bool = False) -> str:
    console = Console(
        file=io.StringIO(), force_terminal=terminal, width=120, no_color=True
    )
    show_import(report, console, quiet=quiet)
    text = console.file
    assert isinstance(text, io.StringIO)
    return text.getvalue()


def test_off_a_terminal_everything_is_one_plain_line_each() -> None:
    assert shown(REPORT, terminal=False).splitlines() == [
        (
            "가져온 파일: kosdaq_adjusted.parquet · 수정주가 · 435종목 · 271,464행 · "
            "2023-12-05 ~ 2026-07-10"
        ),
        "건너뜀: 005930.csv · 일봉 파일이 아님(없는 열: close, date)",
        (
            "확인: kosdaq_adjusted.parquet · 19건 시가·종가가 고가와 저가 사이를 "
            "벗어남(그대로 둠) (예: 187660 2026-03-27)"
        ),
        (
            "수정주가 저장소 store-adjusted.parquet: 새로 271,464행을 더하고 0행을 "
            "바꿨습니다. 지금 435종목, 630거래일, 271,464행"
            "(2023-12-05 ~ 2026-07-10)입니다."
        ),
    ]


@pytest.mark.parametrize("fact", ["수정주가", "271,464", "005930.csv", "19", "187660"])
def test_a_terminal_shows_the_same_facts_in_tables(fact: str) -> None:
    assert fact in shown(REPORT, terminal=True)


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_shows_problems_only(*, terminal: bool) -> None:
    text = shown(REPORT, terminal=terminal, quiet=True)

    assert "005930.csv" in text
    assert "저장소" not in text
    assert "가져온 파일" not in text


def test_what_became_of_known_symbols_is_said() -> None:
    stored = replace(a_stored(), appended=377, rebased=58, mismatched=1)

    assert (
        "이미 있던 종목: 이어 붙임 377종목, 기준을 옮김 58종목, 어긋나 격리함 1종목. "
        in stored_line(stored)
    )


@pytest.mark.parametrize("terminal", [True, False])
def test_the_quality_of_a_store_follows_its_line(*, terminal: bool) -> None:
    quality = QualitySummary(
        asof=LAST, ok=430, warn=4, quarantine=1, counts=(), worst=(), market=()
    )
    report = replace(REPORT, stores=(replace(a_stored(), quality=quality),))

    lines = shown(report, terminal=terminal).splitlines()

    assert lines[-2].startswith(
        "자료 점검(2026-07-10 기준): 정상 430종목, 주의 4종목, 격리 1종목입니다."
    )
    assert lines[-1] == "격리: 그 밖에 1종목"


def test_an_import_that_changed_nothing_says_so() -> None:
    assert "바뀐 것이 없습니다" in stored_line(a_stored(added=0))


def test_many_files_are_counted_instead_of_listed() -> None:
    files = tuple(a_file(f"{number}.csv") for number in range(75))

    lines = import_lines(ImportReport(files=files, stores=(), problems=()))

    assert len(lines) == 61
    assert lines[-1] == "그 밖에 15개 파일을 더 가져왔습니다."


@pytest.mark.parametrize("code", list(ImportCode))
def test_every_problem_has_words_that_an_old_terminal_can_show(
    code: ImportCode,
) -> None:
    text = problem_text(ImportProblem(path="x", code=code, detail="[b]{0}[/b]"))

    assert text.encode("cp949")


def test_marks_in_file_names_are_shown_as_they_are() -> None:
    problem = ImportProblem(path="/a/[red]x.csv", code=ImportCode.NO_SYMBOL)
    report = ImportReport(files=(), stores=(), problems=(problem,))

    assert "[red]x.csv" in shown(report, terminal=True)
    assert "[red]x.csv" in shown(report, terminal=False)


@pytest.mark.parametrize(("terminal", "quiet"), [(False, False), (True, True)])
def test_nothing_moves_off_a_terminal_or_when_quiet(
    *, terminal: bool, quiet: bool
) -> None:
    console = Console(file=io.StringIO(), force_terminal=terminal)

    with import_progress(console, quiet=quiet) as progress:
        assert progress is None


def test_a_terminal_sees_the_file_being_read() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=120)

    with import_progress(console) as progress:
        assert progress is not None
        progress.step(0, 2, "000250.csv")
        progress.step(2, 2, "")

    text = console.file
    assert isinstance(text, io.StringIO)
    assert "000250.csv" in text.getvalue()
