"""Returns from growth: chain, drawdown, months, histogram. Pure.

A *growth* is the worth after a session in those of the session before, 1.0 for no
change; a *return* is growth less one, as a fraction. Sessions are ascending.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from operator import mul
from typing import Final

_BIN_WIDTHS: Final = (10, 25, 50, 100, 200, 500, 1_000)
_MOST_BINS: Final = 24
_BASIS_POINTS: Final = 10_000
_HAIR: Final = 1e-9
"""What a product of floats may be off: a fall of less is none, and a peak reached."""


def chained(growths: Iterable[float]) -> tuple[float, ...]:
    """Return the index: what 1.0 put in before the first growth became after each."""
    return tuple(accumulate(growths, mul))


def drawdowns(index: Sequence[float]) -> tuple[float, ...]:
    """Return how far each value is below the highest so far: 0.0 or less.

    ``index[i] / max(index[0..i]) - 1``
    """
    peaks = accumulate(index, max)
    return tuple(
        value / peak - 1 if peak > 0 else 0.0
        for value, peak in zip(index, peaks, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """The deepest fall below a peak.

    Attributes:
        depth: a fraction below zero.
        peak, lowest: the sessions of the highest value, and of the lowest after it.
        recovered: the first session at the peak again, or None while it lasts.
        length: sessions seen from the peak to ``recovered``, or to the last one.
    """

    depth: float
    peak: date
    lowest: date
    recovered: date | None
    length: int


def deepest_drawdown(
    sessions: Sequence[date], index: Sequence[float]
) -> Drawdown | None:
    """Return the deepest fall of ``index``, the first of equals; None without one."""
    depths = drawdowns(index)
    depth = min(depths, default=0.0)
    if depth > -_HAIR:
        return None
    lowest = depths.index(depth)
    peak = max(place for place in range(lowest) if depths[place] > -_HAIR)
    later = range(lowest + 1, len(index))
    recovered = next((place for place in later if depths[place] > -_HAIR), None)
    end = len(index) - 1 if recovered is None else recovered
    return Drawdown(
        depth=depth,
        peak=sessions[peak],
        lowest=sessions[lowest],
        recovered=None if recovered is None else sessions[recovered],
        length=end - peak,
    )


def longest_under_water(index: Sequence[float]) -> int:
    """Return the most sessions from a peak until it was reached again, or to the last.

    Counted as ``Drawdown.length`` is, so that it is never less than that.
    """
    longest = peak = 0
    for place, depth in enumerate(drawdowns(index)):
        is_at_peak = depth > -_HAIR
        if not is_at_peak or place - peak > 1:
            longest = max(longest, place - peak)
        if is_at_peak:
            peak = place
    return longest


def monthly(
    sessions: Sequence[date], growths: Sequence[float]
) -> Mapping[int, Mapping[int, float]]:
    """Return the return of each month by year and month, ascending.

    A session's growth belongs to its month whole: the product of the month's growths,
    less one. The first session has no growth and makes no month.
    """
    months: dict[tuple[int, int], float] = {}
    for session, growth in zip(sessions[1:], growths[1:], strict=True):
        month = (session.year, session.month)
        months[month] = months.get(month, 1.0) * growth
    table: dict[int, dict[int, float]] = {}
    for (year, number), growth in sorted(months.items()):
        table.setdefault(year, {})[number] = growth - 1
    return table


def compounded(returns: Iterable[float]) -> float:
    """Return what returns in a row make together: ``product(1 + r) - 1``."""
    return math.prod(1 + each for each in returns) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Sessions whose return was at least ``low`` and below ``high``, in basis points.

    Zero is always an edge, so that no bar holds gains and losses.
    """

    low: int
    high: int
    count: int


def histogram(returns: Sequence[float]) -> tuple[Bin, ...]:
    """Return bins of one width over all of ``returns``, empty ones between included.

    The width is the smallest of 0.1, 0.25, 0.5, 1, 2, 5, 10 % that needs at most 24.
    """
    if not returns:
        return ()
    # A product of floats that should be nothing may be a hair below zero.
    points = [round(each * _BASIS_POINTS, 6) for each in returns]
    width = next(
        (w for w in _BIN_WIDTHS if _span(points, w) <= _MOST_BINS), _BIN_WIDTHS[-1]
    )
    counts = Counter(math.floor(each / width) for each in points)
    return tuple(
        Bin(low=place * width, high=(place + 1) * width, count=counts[place])
        for place in range(min(counts), max(counts) + 1)
    )


def _span(points: Sequence[float], width: int) -> int:
    return math.floor(max(points) / width) - math.floor(min(points) / width) + 1
