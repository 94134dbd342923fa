"""Putting imported bars into one store, with all that is known to be wrong with them.

The whole store is judged anew with every import; what only the import could see is
kept beside the bars until ``--replace`` takes the symbol from its files.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from khms_trader.data.bar_folds import SymbolFold, unfinished_sessions
from khms_trader.data.bar_overlap import Fit
from khms_trader.data.bar_repeats import changes
from khms_trader.data.bar_rows import BarRows, panel_of
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.import_folds import FilePart, FilesFold, fold_files
from khms_trader.data.import_shapes import ADJUSTED
from khms_trader.data.stored_problems import KEPT_CODES, found_problems
from khms_trader.domain.imported import ImportProblem, StoredBars
from khms_trader.domain.panel import Panel
from khms_trader.domain.quality_summary import summarised


def add_to_store(
    store: ParquetBarStore,
    parts: Sequence[FilePart],
    is_session: Callable[[date], bool],
    *,
    replaces: bool,
) -> tuple[StoredBars, tuple[ImportProblem, ...]]:
    """Fold ``parts``, oldest first, into ``store``; an equal file is not touched.

    ``replaces`` takes every symbol of the parts from them alone.

    Raises:
        DataError: the store cannot be read.
        StorageError: it could not be written; it is as it was.
    """
    is_there = store.path.exists()
    before = store.rows() if is_there else None
    kept = [p for p in store.problems() if p.code in KEPT_CODES] if is_there else []
    base = before
    if replaces and before is not None:
        taken = {symbol for part in parts for symbol in part.rows.symbols}
        base = _without(before, taken)
        kept = [problem for problem in kept if problem.symbol not in taken]
    fold = fold_files(
        base, parts, is_adjusted=store.basis == ADJUSTED, is_session=is_session
    )
    panel = panel_of(fold.rows)
    remembered = unfinished_sessions(fold.rows, {*kept, *fold.problems})
    found = found_problems(
        panel, basis=store.basis, is_session=is_session, remembered=remembered
    )
    problems = (*remembered, *found)
    store.write_rows(fold.rows, problems)
    stored = _summary(before, fold, panel, path=str(store.path), basis=store.basis)
    quality = summarised(
        problems,
        sessions=panel.sessions,
        symbols=panel.symbols,
        names=panel.names,
        asof=panel.sessions[-1],
    )
    return replace(stored, quality=quality), fold.told


def _without(rows: BarRows, symbols: set[str]) -> BarRows:
    is_out = np.array([symbol in symbols for symbol in rows.symbols], dtype=np.bool_)
    return rows.take(np.flatnonzero(~is_out[rows.codes]))


def _summary(
    before: BarRows | None, fold: FilesFold, panel: Panel, *, path: str, basis: str
) -> StoredBars:
    added, replaced = len(fold.rows), 0
    if before is not None:
        added, replaced = changes(before, fold.rows)
    done = fold.symbols
    return StoredBars(
        path=path,
        basis=basis,
        symbols=len(panel.symbols),
        sessions=len(panel.sessions),
        rows=len(fold.rows),
        first=panel.sessions[0],
        last=panel.sessions[-1],
        added_rows=added,
        replaced_rows=replaced,
        appended=_count(one for one in done if one.fit is Fit.SAME and one.added),
        rebased=_count(o for o in done if o.fit is not Fit.MISMATCH and o.problem),
        mismatched=_count(one for one in done if one.fit is Fit.MISMATCH),
    )


def _count(done: Iterable[SymbolFold]) -> int:
    return len({one.symbol for one in done})
