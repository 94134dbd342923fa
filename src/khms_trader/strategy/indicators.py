"""Figures over the last bars of every symbol at once, as a chart would count them.

A bar without volume is no bar on a chart: windows skip it, and rows on which the symbol
did not trade are NaN. No figure may read a later row, and none depends on where the
history starts: the last ``window`` bars decide it to the last bit.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from khms_trader.domain.panel import Mask
from khms_trader.strategy.protocol import Floats

Values: TypeAlias = npt.NDArray[Any]
# Turns n rows of bars into the figures of rows span-1 .. n-1.
_Rule: TypeAlias = Callable[[Values], Values]


def rolling_mean(values: Values, traded: Mask, window: int) -> Floats:
    """Return the mean of the last ``window`` traded bars, the row's own included.

    ``values`` (any unit) and ``traded`` have shape (sessions, symbols). Integers are
    summed exactly and divided once; floats are added oldest first in every window.

    Raises:
        ValueError: the shapes differ, or ``window`` is less than 1.
    """

    def mean(bars: Values) -> Values:
        return _window_means(bars, window)

    return _over_traded_bars(values, traded, span=window, rule=mean)


def rolling_max(values: Values, traded: Mask, window: int) -> Floats:
    """Return the highest of the last ``window`` traded bars, the row's own included.

    Raises:
        ValueError: the shapes differ, or ``window`` is less than 1.
    """

    def highest(bars: Values) -> Values:
        return _window_extremes(bars, window, np.maximum)

    return _over_traded_bars(values, traded, span=window, rule=highest)


def rolling_min(values: Values, traded: Mask, window: int) -> Floats:
    """Return the lowest of the last ``window`` traded bars, the row's own included.

    Raises:
        ValueError: the shapes differ, or ``window`` is less than 1.
    """

    def lowest(bars: Values) -> Values:
        return _window_extremes(bars, window, np.minimum)

    return _over_traded_bars(values, traded, span=window, rule=lowest)


def shift(values: Values, traded: Mask, count: int) -> Floats:
    """Return the value ``count`` traded bars before the row's own bar.

    Raises:
        ValueError: the shapes differ, or ``count`` is negative (a look ahead).
    """

    def earlier(bars: Values) -> Values:
        return bars[: bars.shape[0] - count]

    return _over_traded_bars(values, traded, span=count + 1, rule=earlier)


def _over_traded_bars(
    values: Values, traded: Mask, *, span: int, rule: _Rule
) -> Floats:
    if values.shape != traded.shape or traded.ndim != 2:
        message = f"values of shape {values.shape}, traded of shape {traded.shape}"
        raise ValueError(message)
    if span < 1:
        message = "a window must hold the row's own bar, and may hold no later one"
        raise ValueError(message)
    result = _aligned(values, span, rule)
    if traded.all():
        return result
    # Where the last `span` rows all traded, they are the last `span` bars.
    np.copyto(result, np.nan, where=~_unbroken(traded, span))
    gappy = np.flatnonzero(_has_gap(traded))
    if gappy.size:
        result[:, gappy] = _without_gaps(values[:, gappy], traded[:, gappy], span, rule)
    return result


def _aligned(bars: Values, span: int, rule: _Rule) -> Floats:
    result = np.empty(bars.shape, dtype=np.float64)
    result[: span - 1] = np.nan
    if bars.shape[0] >= span:
        # An infinity on a row that did not trade must not warn: it is dropped later.
        with np.errstate(invalid="ignore"):
            result[span - 1 :] = rule(bars)
    return result


def _without_gaps(values: Values, traded: Mask, span: int, rule: _Rule) -> Floats:
    # Symbol by symbol in memory, so that dropping the gaps is one sweep.
    kept = np.ascontiguousarray(traded.T)
    counts = kept.sum(axis=1)
    packed = np.arange(traded.shape[0]) < counts[:, None]
    bars = np.zeros(kept.shape, dtype=values.dtype)
    bars[packed] = np.ascontiguousarray(values.T)[kept]
    figures = np.ascontiguousarray(_aligned(bars.T, span, rule).T)
    result = np.full(kept.shape, np.nan)
    result[kept] = figures[packed]
    return result.T


def _unbroken(traded: Mask, span: int) -> Mask:
    result = np.zeros(traded.shape, dtype=np.bool_)
    if traded.shape[0] >= span:
        result[span - 1 :] = _window_extremes(traded, span, np.minimum)
    return result


def _has_gap(traded: Mask) -> npt.NDArray[np.bool_]:
    starts = traded[0].astype(np.int64)
    starts += (traded[1:] & ~traded[:-1]).sum(axis=0)
    several: npt.NDArray[np.bool_] = starts > 1
    return several


def _window_means(bars: Values, window: int) -> Floats:
    count = bars.shape[0] - window + 1
    if bars.dtype.kind not in "biu":
        sums = bars[:count].astype(np.float64)
        for offset in range(1, window):
            sums += bars[offset : offset + count]
        return sums / window
    means = np.empty((count, bars.shape[1]))
    running = bars[:window].sum(axis=0, dtype=np.int64)
    np.divide(running, window, out=means[0])
    # Row by row stays in the cache: three times as fast as a cumulative sum.
    for row in range(1, count):
        running += bars[row + window - 1]
        running -= bars[row - 1]
        np.divide(running, window, out=means[row])
    return means


def _window_extremes(bars: Values, window: int, pick: np.ufunc) -> Values:
    best, width = bars, 1
    while width * 2 <= window:
        best = pick(best[width:], best[:-width])
        width *= 2
    rest = window - width
    extremes: Values = pick(best[rest:], best[: best.shape[0] - rest])
    return extremes
