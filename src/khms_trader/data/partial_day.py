"""Telling a last day that was taken during its session, from the market's volume.

A file's last day only: every earlier one is final by then. It judges a whole market,
never a single symbol, whose volume may fall for its own reasons.
"""

from typing import Final

import numpy as np

from khms_trader.domain.panel import Panel
from khms_trader.domain.quality import BarProblem, QualityCode

_MEAN_SESSIONS: Final = 20
_COMPARED: Final = 5
_LEAST_SYMBOLS: Final = 10
# Median volume against the mean of 20 sessions, over the median of the five sessions
# before: 0.37 and 0.55 on the two partial days there are, 0.98 and 1.15 on final ones
# at the ends of files [M].
_PARTIAL_BELOW: Final = 0.65


def partial_last_day(panel: Panel) -> BarProblem | None:
    """Return the problem of a partial last session; None when it looks final.

    None too with fewer than 10 symbols or 26 sessions: nothing can be said then.
    """
    figures = [
        _activity(panel, len(panel.sessions) - back) for back in range(1, _COMPARED + 2)
    ]
    known = [figure for figure in figures if figure is not None]
    if len(known) < len(figures):
        return None
    last, usual = known[0], float(np.median(known[1:]))
    if last >= _PARTIAL_BELOW * usual:
        return None
    return BarProblem(
        symbol="",
        code=QualityCode.PARTIAL_LAST_DAY,
        session=panel.sessions[-1],
        detail=f"{last:.2f} < {_PARTIAL_BELOW} x {usual:.2f}",
    )


def _activity(panel: Panel, row: int) -> float | None:
    """Return the market's median of volume against the 20 sessions before ``row``."""
    if row < _MEAN_SESSIONS:
        return None
    before = slice(row - _MEAN_SESSIONS, row)
    mean = panel.volume[before].mean(axis=0)
    is_listed = (panel.close[before] > 0).all(axis=0) & (panel.close[row] > 0)
    chosen = np.flatnonzero(is_listed & (mean > 0))
    if len(chosen) < _LEAST_SYMBOLS:
        return None
    return float(np.median(panel.volume[row, chosen] / mean[chosen]))
