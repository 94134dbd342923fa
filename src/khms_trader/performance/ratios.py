"""Ratios of a series of returns, and the same of a benchmark. Pure.

Conventions: one return per session seen; a year has 250 sessions (KRX had 242 to 248
a year from 2012 to 2026), and as many returns fewer as sessions went unseen,
``250 * n / elapsed``; the risk-free rate is 0; the standard deviation is the sample's
(n - 1). Below ``FEWEST_SESSIONS`` every ratio is None: so few say nothing.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from khms_trader.performance.returns import chained, compounded, drawdowns

FEWEST_SESSIONS: Final = 20
SESSIONS_A_YEAR: Final = 250
ROLLING_SESSIONS: Final = 60
# The deviation of equal returns is not exactly zero in floats.
_NO_DEVIATION: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratios:
    """What is said of a series of session returns, as fractions.

    Attributes:
        sessions: looks at the worth; there is one return less.
        total: ``product(1 + r) - 1``.
        yearly: ``(1 + total) ** (250 / elapsed) - 1``.
        volatility: ``stdev(r) * sqrt(250 * n / elapsed)``.
        sharpe: ``mean(r) / stdev(r) * sqrt(250 * n / elapsed)``.
        deepest: the deepest drawdown, 0.0 or less.
    """

    sessions: int
    total: float
    yearly: float | None
    volatility: float | None
    sharpe: float | None
    deepest: float


def ratios_of(returns: Sequence[float], elapsed: int | None = None) -> Ratios:
    """Return the ratios of ``returns``, one per session seen after the first.

    Args:
        elapsed: KRX sessions from the first to the last one seen, the first not
            counted; None when every one was seen.
    """
    sessions = len(returns) + 1
    is_enough = sessions >= FEWEST_SESSIONS
    index = chained([1.0, *(1 + each for each in returns)])
    total = compounded(returns)
    elapsed = max(elapsed or 0, len(returns))
    a_year = SESSIONS_A_YEAR * len(returns) / elapsed if elapsed else 0.0
    return Ratios(
        sessions=sessions,
        total=total,
        yearly=_yearly(total, elapsed) if is_enough else None,
        volatility=standard_deviation(returns) * math.sqrt(a_year)
        if is_enough
        else None,
        sharpe=sharpe(returns, a_year) if is_enough else None,
        deepest=min(drawdowns(index)),
    )


def sharpe(returns: Sequence[float], a_year: float = SESSIONS_A_YEAR) -> float | None:
    """Return the yearly Sharpe ratio of ``a_year`` returns; None when none varied."""
    if len(returns) < 2:
        return None
    deviation = standard_deviation(returns)
    if deviation < _NO_DEVIATION:
        return None
    return _mean(returns) / deviation * math.sqrt(a_year)


def standard_deviation(returns: Sequence[float]) -> float:
    """Return the sample's standard deviation (n - 1) of two returns or more."""
    mean = _mean(returns)
    squares = math.fsum((each - mean) ** 2 for each in returns)
    return math.sqrt(squares / (len(returns) - 1))


def rolling_sharpe(
    returns: Sequence[float], window: int = ROLLING_SESSIONS
) -> tuple[float | None, ...]:
    """Return the Sharpe ratio of the last ``window`` returns, one per return.

    None while there are fewer than ``window``.
    """
    return tuple(
        sharpe(returns[end - window : end]) if end >= window else None
        for end in range(1, len(returns) + 1)
    )


def aligned(
    sessions: Sequence[date], closes: Mapping[date, int]
) -> tuple[float | None, ...]:
    """Return a benchmark's index at each of ``sessions``: 1.0 at the first it knows.

    A session without a close takes the newest close before it; nothing later is ever
    used. None before the first close, and after the last: old is not unchanged.
    """
    days = sorted(day for day, close in closes.items() if close > 0)
    known = [
        closes[days[bisect_right(days, session) - 1]]
        if days and days[0] <= session <= days[-1]
        else None
        for session in sessions
    ]
    base = next((close for close in known if close), None)
    return tuple(close / base if close and base else None for close in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Total returns from the first to the last session both are known of."""

    since: date
    until: date
    account: float
    benchmark: float

    @property
    def excess(self) -> float:
        """The account's return less the benchmark's."""
        return self.account - self.benchmark


def compared(
    sessions: Sequence[date],
    index: Sequence[float],
    benchmark: Sequence[float | None],
) -> Comparison | None:
    """Return both over the sessions they share; None without two, or after a ruin."""
    known = [
        (session, ours, theirs)
        for session, ours, theirs in zip(sessions, index, benchmark, strict=True)
        if theirs is not None
    ]
    if len(known) < 2 or known[0][1] <= 0:
        return None
    (since, our_first, their_first), (until, our_last, their_last) = known[0], known[-1]
    return Comparison(
        since=since,
        until=until,
        account=our_last / our_first - 1,
        benchmark=their_last / their_first - 1,
    )


def _yearly(total: float, elapsed: int) -> float | None:
    if total <= -1:
        return -1.0
    try:
        grown: float = (1 + total) ** (SESSIONS_A_YEAR / elapsed)
    except OverflowError:
        return None
    return grown - 1


def _mean(returns: Sequence[float]) -> float:
    return math.fsum(returns) / len(returns)
