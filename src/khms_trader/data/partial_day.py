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
# With bars on the last session, and in all of the 21 that are compared.
_LEAST_SYMBOLS: Final = 30
_LEAST_COMPLETE: Final = 20
# Median volume against the mean of 20 sessions, over the median and the least of the
# five sessions before: 0.37 and 0.43, 0.55 and 0.61 on the two partial days there are.
# Real quiet days come as near as 0.58 and 0.70 (2026-03-06), 0.62 and 0.65 (06-04) [M].
_BELOW_MEDIAN: Final = 0.60
_BELOW_LEAST: Final = 0.64


def partial_last_day(panel: Panel) -> BarProblem | None:
    """Return the problem of a partial last session; None when it looks final.

    None too with fewer than 30 symbols or 26 sessions: nothing can be said then.
    """
    if not len(panel.sessions) or (panel.close[-1] > 0).sum() < _LEAST_SYMBOLS:
        return None
    figures = [
        _activity(panel, len(panel.sessions) - back) for back in range(1, _COMPARED + 2)
    ]
    known = [figure for figure in figures if figure is not None]
    if len(known) < len(figures):
        return None
    last, usual, least = known[0], float(np.median(known[1:])), min(known[1:])
    if last >= _BELOW_MEDIAN * usual or last >= _BELOW_LEAST * least:
        return None
    return BarProblem(
        symbol="",
        code=QualityCode.PARTIAL_LAST_DAY,
        session=panel.sessions[-1],
        detail=(
            f"{last:.2f} < {_BELOW_MEDIAN:.2f} x {usual:.2f}, "
            f"{_BELOW_LEAST:.2f} x {least:.2f}"
        ),
    )


def _activity(panel: Panel, row: int) -> float | None:
    """Return the market's median of volume against the 20 sessions before ``row``."""
    if row < _MEAN_SESSIONS:
        return None
    before = slice(row - _MEAN_SESSIONS, row)
    mean = panel.volume[before].mean(axis=0)
    is_listed = (panel.close[before] > 0).all(axis=0) & (panel.close[row] > 0)
    chosen = np.flatnonzero(is_listed & (mean > 0))
    if len(chosen) < _LEAST_COMPLETE:
        return None
    return float(np.median(panel.volume[row, chosen] / mean[chosen]))
