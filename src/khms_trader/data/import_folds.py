"""Folding the files of one import together, oldest first, and telling what was done.

One call with many files is the same as many calls with one each. Files that share no
symbol are folded together, which changes nothing but the time it takes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from khms_trader.data.bar_folds import SymbolFold, folded
from khms_trader.data.bar_overlap import Fit
from khms_trader.data.bar_rows import BarRows, panel_of, session_of, stacked
from khms_trader.data.marks import PARTIAL
from khms_trader.data.partial_day import partial_last_day
from khms_trader.domain.imported import ImportCode, ImportedFile, ImportProblem
from khms_trader.domain.quality import BarProblem

IsSession = Callable[[date], bool]

# Days before a file's last one that are enough to judge whether it is partial.
_RECENT_DAYS: Final = 80
# Longer than any closure of the exchange.
_LONGEST_PAUSE: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """The usable bars of one file, and what is to be remembered of them."""

    file: ImportedFile
    rows: BarRows
    problems: tuple[BarProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FilesFold:
    """Files folded into what was stored.

    Attributes:
        problems: to be remembered beside the bars.
        told: what happened to the symbols and rows of each file.
        symbols: what became of the stored symbols, by file and symbol.
    """

    rows: BarRows
    problems: tuple[BarProblem, ...]
    told: tuple[ImportProblem, ...]
    symbols: tuple[SymbolFold, ...]


def oldest_first(parts: Iterable[FilePart]) -> list[FilePart]:
    """Return ``parts`` in the order they are folded, whatever order they came in."""
    return sorted(parts, key=lambda p: (p.file.last, p.file.rows, p.file.path))


def with_partial_days(parts: Sequence[FilePart]) -> list[FilePart]:
    """Return ``parts`` of one basis with the rows of partial last days marked.

    Files that end on the same session are judged together: a folder with a file per
    symbol is one market.
    """
    found = []
    for last in sorted({part.file.last for part in parts}):
        own = [part for part in parts if part.file.last == last]
        problem = partial_last_day(panel_of(_recent([part.rows for part in own])))
        found += own if problem is None else [_marked(part, problem) for part in own]
    return found


def fold_files(
    stored: BarRows | None,
    parts: Sequence[FilePart],
    *,
    is_adjusted: bool,
    is_session: IsSession,
) -> FilesFold:
    """Return ``parts``, at least one and oldest first, folded into ``stored``."""

    def is_next(first: int, second: int) -> bool:
        between = range(first + 1, second)
        return len(between) <= _LONGEST_PAUSE and not any(
            is_session(session_of(day)) for day in between
        )

    rows = stored
    problems: list[BarProblem] = []
    told: list[ImportProblem] = []
    symbols: list[SymbolFold] = []
    for batch in _batches(parts):
        new = stacked([part.rows for part in batch])
        fold = folded(rows, new, is_adjusted=is_adjusted, is_next=is_next)
        rows = fold.rows
        symbols += fold.symbols
        problems += [d.problem for d in fold.symbols if d.problem is not None]
        by_symbol = {done.symbol: done for done in fold.symbols}
        for part in batch:
            done = [by_symbol[s] for s in part.rows.symbols if s in by_symbol]
            told += _told(part.file.path, done)
            refused = {d.symbol for d in done if d.fit is Fit.MISMATCH}
            problems += [p for p in part.problems if p.symbol not in refused]
    assert rows is not None  # noqa: S101 - there is at least one part
    return FilesFold(
        rows=rows,
        problems=tuple(problems),
        told=tuple(told),
        symbols=tuple(symbols),
    )


def _batches(parts: Sequence[FilePart]) -> Iterator[list[FilePart]]:
    """Cut ``parts`` into runs in which no symbol comes twice."""
    batch: list[FilePart] = []
    seen: set[str] = set()
    for part in parts:
        own = set(part.rows.symbols)
        if seen & own:
            yield batch
            batch, seen = [], set()
        batch.append(part)
        seen |= own
    if batch:
        yield batch


def _recent(parts: Sequence[BarRows]) -> BarRows:
    """Return the newest rows of ``parts``, each symbol and session once."""
    rows = stacked(parts)
    rows = rows.take(np.flatnonzero(rows.days > rows.days.max() - _RECENT_DAYS))
    rows = rows.take(np.lexsort((rows.days, rows.codes)))
    is_again = (np.diff(rows.codes) == 0) & (np.diff(rows.days) == 0)
    return rows.take(np.flatnonzero(np.append(True, ~is_again)))


def _marked(part: FilePart, problem: BarProblem) -> FilePart:
    marks = part.rows.marks.copy()
    marks[part.rows.days == part.rows.days.max()] |= PARTIAL
    return replace(
        part,
        rows=replace(part.rows, marks=marks),
        problems=(*part.problems, problem),
    )


def _told(path: str, done: Sequence[SymbolFold]) -> list[ImportProblem]:
    """Return what happened to the symbols of one file."""
    rebased = [one for one in done if one.problem and one.fit is not Fit.MISMATCH]
    older = [o for o in done if o.fit is Fit.OLDER_BASIS and o.problem is None]
    refused = [one for one in done if one.fit is Fit.MISMATCH]
    cases = [
        (ImportCode.UNFINISHED_REPLACED, _days(one.symbol, one.finished))
        for one in done
    ]
    cases += [(ImportCode.REBASED, [_with_ratio(one)]) for one in rebased]
    cases += [(ImportCode.OLDER_VINTAGE, [one.symbol]) for one in older]
    cases += [
        (ImportCode.DIFFERS_FROM_STORED, _days(one.symbol, one.kept)) for one in done
    ]
    cases += [(ImportCode.OVERLAP_MISMATCH, [_with_session(one)]) for one in refused]
    found: dict[ImportCode, list[str]] = {}
    for code, examples in cases:
        if examples:
            found.setdefault(code, []).extend(examples)
    return [
        ImportProblem(path=path, code=code, count=len(own), detail=own[0])
        for code, own in found.items()
    ]


def _days(symbol: str, days: Sequence[int]) -> list[str]:
    return [f"{symbol} {session_of(day).isoformat()}" for day in days]


def _with_ratio(done: SymbolFold) -> str:
    return f"{done.symbol} {done.problem.detail if done.problem else ''}".rstrip()


def _with_session(done: SymbolFold) -> str:
    session = done.problem.session.isoformat() if done.problem else ""
    return f"{done.symbol} {session}".rstrip()
