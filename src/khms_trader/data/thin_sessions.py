"""Telling sessions in which nearly all of the market's volume is missing.

A broken source writes such a session anywhere in a file. It judges a whole market
from nothing after the session, and mends nothing.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from khms_trader.domain.panel import Panel
from khms_trader.domain.quality import BarProblem, QualityCode

_MEAN_SESSIONS: Final = 20
_LEAST_SYMBOLS: Final = 10
# The quietest real session of 2,800 has 0.36; the broken 2026-06-10 has 0.014 [M].
_THIN_BELOW: Final = 0.15


def thin_sessions(panel: Panel) -> Iterator[BarProblem]:
    """Give the sessions whose median volume is below 0.15 of the 20 before.

    A symbol counts with a bar in all 21 sessions; fewer than 10 say nothing.
    """
    if len(panel.sessions) <= _MEAN_SESSIONS:
        return
    volume, held = panel.volume, panel.close > 0
    mean = _sums_before(volume) / _MEAN_SESSIONS
    counts = held[_MEAN_SESSIONS:] & (mean > 0)
    counts &= _sums_before(held) == _MEAN_SESSIONS
    is_low = counts & (volume[_MEAN_SESSIONS:] < _THIN_BELOW * mean)
    symbols = counts.sum(axis=1)
    # A median below the limit takes half of the symbols there.
    suspects = (symbols >= _LEAST_SYMBOLS) & (2 * is_low.sum(axis=1) >= symbols)
    for at in np.flatnonzero(suspects).tolist():
        row, own = at + _MEAN_SESSIONS, counts[at]
        share = float(np.median(volume[row, own] / mean[at, own]))
        if share < _THIN_BELOW:
            yield BarProblem(
                symbol="",
                code=QualityCode.THIN_SESSION,
                session=panel.sessions[row],
                detail=f"{share:.3f}",
            )


def _sums_before(
    values: npt.NDArray[np.int64] | npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Return, from the 21st row on, the sums of the 20 rows before each."""
    upto = np.cumsum(values, axis=0, dtype=np.int64)
    sums = upto[_MEAN_SESSIONS - 1 : -1].copy()
    sums[1:] -= upto[: -_MEAN_SESSIONS - 1]
    return sums
