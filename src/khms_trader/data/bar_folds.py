"""Folding new bars into stored ones: appended, moved to the newer basis, or refused.

What is changed, and for which symbol, is told; what is refused leaves the stored
bars as they are. Pure array work on the rulings of ``bar_overlap``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from khms_trader.data import marks as listing
from khms_trader.data.bar_overlap import Fit, IsNext, Ruling, agrees, judged_overlap
from khms_trader.data.bar_rows import BarRows, Days, Indices, session_of, stacked
from khms_trader.data.marks import PARTIAL
from khms_trader.domain.quality import BarProblem, QualityCode

_RATIO_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolFold:
    """What became of the new bars of one stored symbol.

    Attributes:
        added: bars of sessions that were not stored.
        finished: days whose unfinished stored bar was replaced.
        kept: days that say something else than the stored bar, which stays.
        problem: what is to be remembered beside the bars, if anything.
    """

    symbol: str
    fit: Fit
    added: int
    finished: tuple[int, ...]
    kept: tuple[int, ...]
    problem: BarProblem | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fold:
    """Stored and new bars in one, and what was done symbol by symbol."""

    rows: BarRows
    symbols: tuple[SymbolFold, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class _Side:
    """One side of a fold: its rows by symbol and session, and what is taken of them.

    Attributes:
        scale: the factor prices are multiplied by.
    """

    rows: BarRows
    starts: Indices
    taken: npt.NDArray[np.bool_]
    scale: npt.NDArray[np.float64]

    def span(self, code: int) -> slice:
        return slice(int(self.starts[code]), int(self.starts[code + 1]))

    def result(self) -> BarRows:
        chosen = np.flatnonzero(self.taken)
        return rescaled(self.rows.take(chosen), self.scale[chosen])


def folded(
    stored: BarRows | None, new: BarRows, *, is_adjusted: bool, is_next: IsNext
) -> Fold:
    """Return ``new``, one bar per symbol and session, folded into ``stored``.

    Names come from whichever goes on longer.
    """
    if stored is None or not len(stored):
        return Fold(rows=new, symbols=())
    symbols = tuple(sorted({*stored.symbols, *new.symbols}))
    old_side, new_side = _side(stored, symbols), _side(new, symbols)
    done = []
    for code, symbol in enumerate(symbols):
        old, fresh = old_side.span(code), new_side.span(code)
        if old.start == old.stop or fresh.start == fresh.stop:
            continue
        ruling = judged_overlap(
            old_side.rows.take(old),
            new_side.rows.take(fresh),
            is_adjusted=is_adjusted,
            is_next=is_next,
        )
        done.append(_apply(symbol, ruling, (old_side, old), (new_side, fresh)))
    names = [stored.names, new.names]
    if new.days.max() < stored.days.max():
        names.reverse()
    rows = stacked([old_side.result(), new_side.result()])
    return Fold(rows=replace(rows, names={**names[0], **names[1]}), symbols=tuple(done))


def rescaled(rows: BarRows, scale: npt.NDArray[np.float64]) -> BarRows:
    """Return ``rows`` with prices times ``scale`` and volume over it, where not 1.

    Whole won and whole shares, at least one of what there was at all.
    """
    if not (scale != 1).any():
        return rows
    prices = [
        np.maximum(np.rint(values * scale), 1).astype(np.int32)
        for values in rows.prices()
    ]
    volume = np.rint(rows.volume / scale).astype(np.int64)
    volume = np.where(rows.volume > 0, np.maximum(volume, 1), 0)
    moved = scale != 1
    opens, highs, lows, closes = (
        np.where(moved, after, before)
        for after, before in zip(prices, rows.prices(), strict=True)
    )
    return replace(
        rows,
        open=opens,
        high=highs,
        low=lows,
        close=closes,
        volume=np.where(moved, volume, rows.volume),
    )


def unfinished_sessions(
    rows: BarRows, problems: Iterable[BarProblem]
) -> tuple[BarProblem, ...]:
    """Return ``problems`` without partial days of which no unfinished bar is left."""
    left = set(rows.days[(rows.marks & PARTIAL) > 0].tolist())
    sessions = {session_of(day) for day in left}
    return tuple(
        found
        for found in problems
        if found.code is not QualityCode.PARTIAL_LAST_DAY or found.session in sessions
    )


def _side(rows: BarRows, symbols: tuple[str, ...]) -> _Side:
    position = {symbol: index for index, symbol in enumerate(symbols)}
    places = np.array([position[s] for s in rows.symbols], dtype=np.int32)
    rows = replace(rows, codes=places[rows.codes], symbols=symbols)
    rows = rows.take(np.lexsort((rows.days, rows.codes)))
    return _Side(
        rows=rows,
        starts=np.searchsorted(rows.codes, np.arange(len(symbols) + 1)),
        taken=np.ones(len(rows), dtype=np.bool_),
        scale=np.ones(len(rows)),
    )


def _apply(
    symbol: str, ruling: Ruling, stored: tuple[_Side, slice], new: tuple[_Side, slice]
) -> SymbolFold:
    """Mark on both sides what is taken, and how it is scaled."""
    (old_side, old), (new_side, fresh) = stored, new
    if ruling.fit is Fit.MISMATCH:
        new_side.taken[fresh] = False
        return _refused(symbol, ruling)
    if ruling.is_stored_unfinished:
        _mark_last_common(old_side.rows, old, new_side.rows, fresh)
    if ruling.is_new_unfinished:
        _mark_last_common(new_side.rows, fresh, old_side.rows, old)
    if ruling.fit is Fit.NEWER_BASIS:
        old_side.scale[old] = ruling.ratio
    if ruling.fit is Fit.OLDER_BASIS:
        new_side.scale[fresh] = 1 / ruling.ratio
    days = old_side.rows.days[old], new_side.rows.days[fresh]
    common, at_old, at_new = np.intersect1d(
        *days, assume_unique=True, return_indices=True
    )
    at_old, at_new = at_old + old.start, at_new + fresh.start
    wins = _new_wins(old_side.rows, at_old, new_side.rows, at_new, fit=ruling.fit)
    finished = wins & ((old_side.rows.marks[at_old] & PARTIAL) > 0)
    kept = _kept(old_side, at_old[~wins], new_side, at_new[~wins])
    _share_marks(old_side.rows, at_old, new_side.rows, at_new)
    old_side.taken[at_old[wins]] = False
    new_side.taken[at_new[~wins]] = False
    added = len(days[1]) - len(common)
    return SymbolFold(
        symbol=symbol,
        fit=ruling.fit,
        added=added,
        finished=tuple(common[finished].tolist()),
        kept=kept,
        problem=_moved(symbol, ruling, days, common) if added else None,
    )


def _refused(symbol: str, ruling: Ruling) -> SymbolFold:
    session, code = session_of(ruling.day), QualityCode.OVERLAP_MISMATCH
    return SymbolFold(
        symbol=symbol,
        fit=ruling.fit,
        added=0,
        finished=(),
        kept=(),
        problem=BarProblem(symbol=symbol, code=code, session=session),
    )


def _new_wins(
    old: BarRows, at_old: Indices, new: BarRows, at_new: Indices, *, fit: Fit
) -> npt.NDArray[np.bool_]:
    """Return which common bars come from the new side.

    On the newer basis its own bars are exact and moved ones rounded; else what is
    stored stays, but for a bar that was not final.
    """
    old_open = (old.marks[at_old] & PARTIAL) > 0
    new_open = (new.marks[at_new] & PARTIAL) > 0
    is_further = ~new_open | (new.volume[at_new] > old.volume[at_old])
    wins: npt.NDArray[np.bool_] = old_open & is_further
    if fit is Fit.NEWER_BASIS:
        wins |= ~new_open
    return wins


def _kept(old: _Side, at_old: Indices, new: _Side, at_new: Indices) -> tuple[int, ...]:
    """Return the days of final stored bars that the new ones contradict."""
    if not len(at_old):
        return ()
    ours = old.rows.close[at_old] * old.scale[at_old]
    theirs = new.rows.close[at_new] * new.scale[at_new]
    days = old.rows.days[at_old]
    is_open = (new.rows.marks[at_new] & PARTIAL) > 0
    differs = ~agrees(ours, theirs, int(days[-1])) & ~is_open
    # Moved prices are whole won on both sides: one more won of rounding.
    is_moved = new.scale[at_new] != 1
    differs &= ~(is_moved & (np.abs(ours - theirs) <= 1 + new.scale[at_new]))
    return tuple(days[differs].tolist())


def _mark_last_common(rows: BarRows, own: slice, others: BarRows, other: slice) -> None:
    """Call unfinished the last bar of ``own`` that ``other`` has too."""
    is_common = np.isin(rows.days[own], others.days[other])
    rows.marks[own.start + int(np.flatnonzero(is_common)[-1])] |= PARTIAL


def _share_marks(old: BarRows, at_old: Indices, new: BarRows, at_new: Indices) -> None:
    mine, theirs = old.marks[at_old], new.marks[at_new]
    old.marks[at_old] = listing.joined(mine, theirs)
    new.marks[at_new] = listing.joined(theirs, mine)


def _moved(
    symbol: str, ruling: Ruling, days: tuple[Days, Days], common: Days
) -> BarProblem | None:
    """Return the problem of a series that was put on another basis."""
    if ruling.fit is Fit.NEWER_BASIS:
        later = days[1][days[1] > days[0][-1]]
        day, ratio = int(later[0]), ruling.ratio
    elif ruling.fit is Fit.OLDER_BASIS:
        day, ratio = int(common[0]), 1 / ruling.ratio
    else:
        return None
    return BarProblem(
        symbol=symbol,
        code=QualityCode.REBASED,
        session=session_of(day),
        detail=f"x{round(ratio, _RATIO_DIGITS)}",
    )
