"""Joining bars of several sources: who wins where two disagree, and who is told.

Adjusted series of different vintages differ by a factor from some day on (12.7 % of
symbols within 13 months, krx-market.md section 4), so a symbol whose series disagree
anywhere is taken from one source as a whole. Pure array work.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from khms_trader.data.bar_rows import (
    BarRows,
    Codes,
    Indices,
    panel_of,
    rows_of,
    session_of,
    stacked,
)
from khms_trader.domain.panel import Panel

_DAY_BITS: Final = 32
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A part that lost against a later one.

    Attributes:
        part: its position.
        rows: its rows that said something else than the winner's.
        symbols: its symbols with such rows.
        example: the first of them, as ``symbol date``.
    """

    part: int
    rows: int
    symbols: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Stored and new bars in one panel.

    Attributes:
        added_rows: rows that were not stored before.
        replaced_rows: stored rows that now say something else or are gone.
        kept: where new rows lost against stored ones.
    """

    panel: Panel
    added_rows: int
    replaced_rows: int
    kept: tuple[Clash, ...] = ()


def without_repeats(rows: BarRows) -> tuple[BarRows, int, str]:
    """Return ``rows`` each once, the number left out for contradicting, an example.

    Equal repeats are one row; of rows that contradict each other none is believed.
    """
    order, group, differs = _grouped(rows)
    is_first = np.diff(group, prepend=-1) > 0
    is_out = _disputed(group, differs)
    lost = order[is_out]
    example = _named(rows, int(lost[0])) if len(lost) else ""
    return rows.take(np.sort(order[is_first & ~is_out])), len(lost), example


def joined(
    parts: Sequence[BarRows], *, by_symbol: bool
) -> tuple[BarRows, tuple[Clash, ...]]:
    """Return the union of ``parts``, each without repeats; a later part wins.

    With ``by_symbol`` a symbol on which two parts disagree anywhere comes from the
    last part that has it, whole; else the last part wins row by row.
    """
    rows = stacked(parts)
    part = np.repeat(np.arange(len(parts)), [len(one) for one in parts])
    order, group, differs = _grouped(rows)
    is_last = np.diff(group, append=len(rows)) > 0
    is_loser = _disputed(group, differs) & ~is_last
    kept = is_last
    if by_symbol:
        codes: Codes = rows.codes[order]
        best = np.full(len(rows.symbols), -1)
        np.maximum.at(best, codes, part[order])
        contested = np.zeros(len(rows.symbols), dtype=np.bool_)
        contested[codes[is_loser]] = True
        kept = np.where(contested[codes], part[order] == best[codes], is_last)
    clashes = _clashes(rows, part, order[is_loser])
    return rows.take(np.sort(order[kept])), clashes


def merged(
    stored: Panel | None, new: Panel, *, by_symbol: bool, overwrite: bool = False
) -> Merge:
    """Return ``stored`` and ``new`` together; what is stored wins unless told.

    ``overwrite`` takes every symbol of ``new`` from it, whole. Names come from
    whichever goes on longer.
    """
    if stored is None:
        return Merge(panel=new, added_rows=len(rows_of(new)), replaced_rows=0)
    old, fresh = rows_of(stored), rows_of(new)
    if overwrite:
        others = set(stored.symbols) - set(new.symbols)
        parts = [rows_of(stored.only(tuple(others))), fresh]
    else:
        parts = [fresh, old]
    rows, clashes = joined(parts, by_symbol=by_symbol)
    names = [new.names, stored.names]
    if new.sessions[-1] >= stored.sessions[-1]:
        names.reverse()
    panel = panel_of(replace(rows, names={**names[0], **names[1]}))
    known, changed = _common(old, rows)
    return Merge(
        panel=panel,
        added_rows=len(rows) - known,
        replaced_rows=len(old) - known + changed,
        kept=() if overwrite else clashes,
    )


def _grouped(rows: BarRows) -> tuple[Indices, Indices, Flags]:
    """Return ``rows`` ordered by symbol and session, and where repeats contradict.

    Returns:
        The stable order; each ordered row's group, counted from 0, one per symbol and
        session; whether it has the group, but not the content, of the row before it
        (one entry less).
    """
    key = (rows.codes.astype(np.int64) << _DAY_BITS) + rows.days
    order = np.argsort(key, kind="stable")
    is_same = np.diff(key[order]) == 0
    group = np.zeros(len(rows), dtype=np.int64)
    np.cumsum(~is_same, out=group[1:])
    differs = np.diff(rows.volume[order]) != 0
    for values in rows.prices():
        differs |= np.diff(values[order]) != 0
    return order, group, is_same & differs


def _disputed(group: Indices, differs: Flags) -> Flags:
    """Return, by ordered row, whether its group contains a contradiction."""
    disputed = np.zeros(len(group), dtype=np.bool_)
    disputed[group[1:][differs]] = True
    answer: Flags = disputed[group]
    return answer


def _common(old: BarRows, new: BarRows) -> tuple[int, int]:
    """Return how many rows are of the same bar, and how many of those differ."""
    _, group, differs = _grouped(stacked([old, new]))
    pairs = np.count_nonzero(np.diff(group) == 0)
    return int(pairs), int(np.count_nonzero(differs))


def _clashes(rows: BarRows, part: Indices, losers: Indices) -> tuple[Clash, ...]:
    found = []
    for number in np.unique(part[losers]).tolist():
        own = losers[part[losers] == number]
        found.append(
            Clash(
                part=number,
                rows=len(own),
                symbols=len(np.unique(rows.codes[own])),
                example=_named(rows, int(own[0])),
            )
        )
    return tuple(found)


def _named(rows: BarRows, index: int) -> str:
    session = session_of(int(rows.days[index]))
    return f"{rows.symbols[int(rows.codes[index])]} {session.isoformat()}"
