"""What an import did, in Korean: tables on a terminal, plain lines elsewhere.

It only shows; every value comes ready from ``domain.imported``.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from khms_trader.console.quality import quality_lines
from khms_trader.domain.imported import (
    ImportCode,
    ImportProblem,
    ImportReport,
    StoredBars,
)
from khms_trader.ports import Progress

MAX_FILES_SHOWN: Final = 60

_BASIS: Final = {"adjusted": "수정주가", "raw": "원주가"}
_C = ImportCode
_KOREAN: Final = {
    _C.NOT_BARS: "일봉 파일이 아님(없는 열: {detail})",
    _C.UNREADABLE: "읽을 수 없는 파일({detail})",
    _C.UNIVERSE: "유니버스 파일이라 일봉이 아님(data/universe에 두는 파일)",
    _C.NO_SYMBOL: "종목 열이 없고 파일 이름도 종목코드가 아님",
    _C.BASIS_UNKNOWN: "수정주가인지 원주가인지 알 수 없음"
    "(--basis adjusted 또는 --basis raw로 따로 가져오세요)",
    _C.NO_ROWS: "쓸 수 있는 일봉이 없음",
    _C.RAGGED_ROW: "칸 수가 머리글과 다른 행을 뺌(따옴표 없는 1,000 따위)",
    _C.BAD_DATE: "날짜를 읽을 수 없는 행을 뺌",
    _C.NOT_A_SESSION: "거래일이 아닌 날의 행을 뺌",
    _C.BAD_SYMBOL: "종목코드가 아닌 행을 뺌(앞자리 0이 지워졌는지 보세요)",
    _C.OTHER_MARKET: "코스닥이 아닌 행을 뺌",
    _C.NOT_A_NUMBER: "값이 비었거나 숫자가 아닌 행을 뺌",
    _C.NEGATIVE: "음수가 있는 행을 뺌",
    _C.FRACTIONAL_PRICE: "가격에 소수점이 있는 행을 뺌",
    _C.FRACTIONAL_VOLUME: "거래량에 소수점이 있는 행을 뺌",
    _C.TOO_LARGE: "값이 너무 큰 행을 뺌",
    _C.NO_PRICE: "가격이 0인 행을 뺌",
    _C.CONFLICTING_ROWS: "같은 날이 서로 다른 값으로 겹친 행을 모두 뺌",
    _C.IMPOSSIBLE_BAR: "시가·종가가 고가와 저가 사이를 벗어남(그대로 둠)",
    _C.VOLUME_WITHOUT_PRICES: "거래량만 있고 시가·고가·저가가 없음(거래 없는 날로 둠)",
    _C.PRICES_WITHOUT_VOLUME: "거래량이 0인데 가격이 움직임(종가만 둠)",
    _C.REPEATED_ROWS: "같은 행이 여러 번 있어 하나만 씀",
    _C.UNFINISHED_REPLACED: "장중에 받아 둔 봉을 확정된 봉으로 바꿈",
    _C.REBASED: "수정주가의 기준이 바뀌어 옛 값을 새 기준으로 옮김(종목 수)",
    _C.OLDER_VINTAGE: "더 오래된 기준의 값이라 저장된 것을 그대로 둠(종목 수)",
    _C.DIFFERS_FROM_STORED: "저장된 값과 다른 행은 저장된 것을 그대로 둠"
    "(새 파일로 바꾸려면 --replace)",
    _C.OVERLAP_MISMATCH: "저장된 값과 어긋나 가져오지 않고 격리함(종목 수)"
    "(새 파일이 맞으면 --replace)",
}


def show_import(report: ImportReport, console: Console, *, quiet: bool = False) -> None:
    """Show files, problems and stores of ``report``; only problems when ``quiet``."""
    if quiet:
        report = replace(report, files=(), stores=())
    if console.is_terminal:
        _show_tables(report, console)
    else:
        for line in import_lines(report):
            _say(line, console)


def import_lines(report: ImportReport) -> tuple[str, ...]:
    """Return ``report`` as plain lines, for pipes and logs."""
    lines = [
        f"가져온 파일: {Path(file.path).name} · {_BASIS[file.basis]} · "
        f"{file.symbols:,}종목 · {file.rows:,}행 · {_span(file.first, file.last)}"
        for file in report.files[:MAX_FILES_SHOWN]
    ]
    lines += _rest(len(report.files))
    lines += [
        f"{_heading(problem)}: {Path(problem.path).name} · {_count(problem)}"
        f"{problem_text(problem)}{_example(problem)}"
        for problem in report.problems
    ]
    return (*lines, *_store_lines(report))


def problem_text(problem: ImportProblem) -> str:
    """Return what ``problem`` means and, where it is the user's turn, what to do."""
    return _KOREAN[problem.code].format(detail=problem.detail)


def stored_line(stored: StoredBars) -> str:
    """Return one sentence on a store after the import."""
    done = (
        f"새로 {stored.added_rows:,}행을 더하고 {stored.replaced_rows:,}행을 바꿨습니다"
    )
    if not stored.added_rows and not stored.replaced_rows:
        done = "이미 있는 내용과 같아 바뀐 것이 없습니다"
    return (
        f"{_BASIS[stored.basis]} 저장소 {Path(stored.path).name}: {done}. "
        f"{_overlaps(stored)}"
        f"지금 {stored.symbols:,}종목, {stored.sessions:,}거래일, {stored.rows:,}행"
        f"({_span(stored.first, stored.last)})입니다."
    )


@contextmanager
def import_progress(
    console: Console, *, quiet: bool = False
) -> Iterator[Progress | None]:
    """Show a bar with the time left while a folder is read; None off a terminal."""
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=console, transient=True) as bar:
        yield _Bar(bar)


class _Bar:
    """A ``Progress`` drawn by rich."""

    def __init__(self, bar: RichProgress) -> None:
        self._bar = bar
        self._task = bar.add_task("일봉 가져오기", total=None)

    def step(self, done: int, total: int, what: str) -> None:
        text = f"일봉 가져오기 {what}".rstrip()
        self._bar.update(
            self._task, completed=done, total=total, description=text, refresh=True
        )


def _show_tables(report: ImportReport, console: Console) -> None:
    files = _table("가져온 파일", ("파일", "기준"), ("종목", "행", "기간"))
    for file in report.files[:MAX_FILES_SHOWN]:
        counts = f"{file.symbols:,}", f"{file.rows:,}"
        span = _span(file.first, file.last)
        files.add_row(_name(file.path), _BASIS[file.basis], *counts, span)
    if report.files:
        console.print(files)
    for line in _rest(len(report.files)):
        _say(line, console)
    problems = _table("살펴볼 것", ("파일", "무엇", "처음 예"), ("건수",))
    for problem in report.problems:
        words = problem_text(problem), _plain_example(problem)
        count = f"{problem.count:,}"
        problems.add_row(_name(problem.path), *map(escape, words), count)
    if report.problems:
        console.print(problems)
    for line in _store_lines(report):
        _say(line, console)


def _store_lines(report: ImportReport) -> Iterator[str]:
    for stored in report.stores:
        yield stored_line(stored)
        if stored.quality is not None:
            yield from quality_lines(stored.quality)


def _overlaps(stored: StoredBars) -> str:
    """Return what became of symbols that were stored already."""
    counts = {
        "이어 붙임": stored.appended,
        "기준을 옮김": stored.rebased,
        "어긋나 격리함": stored.mismatched,
    }
    told = [f"{word} {count:,}종목" for word, count in counts.items() if count]
    return f"이미 있던 종목: {', '.join(told)}. " if told else ""


def _say(line: str, console: Console) -> None:
    console.print(line, soft_wrap=True, highlight=False, markup=False)


def _table(title: str, words: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in words:
        table.add_column(heading, overflow="fold")
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _name(path: str) -> str:
    return escape(Path(path).name)


def _heading(problem: ImportProblem) -> str:
    return "건너뜀" if problem.code.leaves_out_the_file else "확인"


def _count(problem: ImportProblem) -> str:
    return "" if problem.code.leaves_out_the_file else f"{problem.count:,}건 "


def _example(problem: ImportProblem) -> str:
    example = _plain_example(problem)
    return f" (예: {example})" if example else ""


def _plain_example(problem: ImportProblem) -> str:
    return "" if problem.code.leaves_out_the_file else problem.detail


def _rest(count: int) -> list[str]:
    rest = count - MAX_FILES_SHOWN
    return [f"그 밖에 {rest:,}개 파일을 더 가져왔습니다."] if rest > 0 else []


def _span(first: date, last: date) -> str:
    return f"{first.isoformat()} ~ {last.isoformat()}"
