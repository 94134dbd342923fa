"""Bars of one symbol and session that are there several times, within or across files.

What contradicts itself is believed by nobody; what is only repeated is one bar. Pure
array work.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from khms_trader.data.bar_rows import BarRows, Indices, stacked

_DAY_BITS: Final = 32
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Rows of one symbol and session.

    Attributes:
        day: days since 1970-01-01.
        count: how many there were.
        is_dispute: they contradict each other, and all were left out.
    """

    symbol: str
    day: int
    count: int
    is_dispute: bool


def without_repeats(rows: BarRows) -> tuple[BarRows, tuple[Repeat, ...]]:
    """Return ``rows`` each once, and those that were there more than once.

    Equal repeats are one row; of rows that contradict each other none is believed.
    """
    order, group, differs = _grouped(rows)
    is_first = np.diff(group, prepend=-1) > 0
    is_out = _disputed(group, differs)
    counts = np.bincount(group) if len(rows) else group
    repeats = tuple(
        Repeat(
            symbol=rows.symbols[int(rows.codes[order[at]])],
            day=int(rows.days[order[at]]),
            count=int(counts[group[at]]),
            is_dispute=bool(is_out[at]),
        )
        for at in np.flatnonzero(is_first & (counts[group] > 1)).tolist()
    )
    return rows.take(np.sort(order[is_first & ~is_out])), repeats


def changes(old: BarRows, new: BarRows) -> tuple[int, int]:
    """Return how many bars are new, and how many old ones changed or are gone."""
    known, changed = _common(old, new)
    return len(new) - known, len(old) - known + changed


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
