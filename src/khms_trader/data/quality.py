"""Finding what is wrong with daily bars; it mends nothing and writes nothing.

Every problem is dated at the session that shows it, from bars up to that session
alone: what a replay of the past may trust never depends on what came later. Array
work over the whole panel; only found problems are touched one by one.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

import numpy as np

from khms_trader.data.bar_series import Amounts, Flags, Series, Whole, series_of
from khms_trader.data.rounding import rounding_of
from khms_trader.data.thin_sessions import thin_sessions
from khms_trader.domain.panel import Panel, Prices
from khms_trader.domain.quality import LONGEST_GAP, BarProblem, QualityCode

# The day's limit of +-30 % and the rounding of a half-tick base (krx-market.md
# section 4). Before 2015-06-15 it was 15 %; those jumps are not looked for.
DAY_LIMIT: Final = 0.305
# Adjusted prices are whole won: 10 of 19 and 23 of 27 impossible adjusted bars are
# off by just 1 won [M]. Raw bars have no such excuse (0 in 200,000) [M].
_ROUNDING_WON: Final = {"adjusted": 1, "raw": 0}
# A session belongs to a market-wide gap when this share of the symbols lacks it.
_MARKET_SHARE: Final = 0.9
_MARKET_LEAST: Final = 3
_IDLE_WINDOW: Final = 20
_STALE_MOVE: Final = 0.03
_STALE_REACH: Final = 20
_SPLIT_WIDTH: Final = 0.04
_WHOLE_RATIOS: Final = (*range(2, 11), 15, 20, 25, 30, 40, 50, 100)
_RATIOS: Final = np.log([*_WHOLE_RATIOS, 3 / 2, 5 / 2])
_Q = QualityCode


def find_problems(
    panel: Panel,
    *,
    basis: str,
    calendar_sessions: tuple[date, ...],
    rebased: Iterable[BarProblem] = (),
) -> tuple[BarProblem, ...]:
    """Return the problems of ``panel``, by session, symbol and code.

    A partial last day and what an import noticed are not seen here: see
    ``partial_day`` and ``bar_folds``.

    Args:
        basis: ``adjusted`` or ``raw``.
        calendar_sessions: those of the exchange, increasing, over the panel's span.
        rebased: what is known of bars that were moved to another basis.
    """
    series = series_of(panel, calendar_sessions)
    if not len(series):
        return ()
    slack = _ROUNDING_WON[basis]
    lengths = _market_gaps(series)
    market = np.minimum(series.missing, lengths[series.row])
    problems = [
        *_gap_problems(panel, lengths),
        *_missing(series, market),
        *_impossible(series, rounding_of(series, slack, rebased)),
        *_jumps(series, market, slack),
        *_moves_without_trades(series, market, slack),
        *_idle(series),
        *thin_sessions(panel),
    ]
    problems.sort(key=lambda found: (found.session, found.symbol, found.code))
    return tuple(problems)


def _market_gaps(series: Series) -> Whole:
    """Return, by session, the length of the market-wide gap that ends with it.

    The gap is the commonest one among the symbols that return on the session.
    """
    later = ~series.is_first
    is_gap = series.missing > 0
    count = len(series.sessions)
    present = np.bincount(series.row[later], minlength=count)
    missing = np.bincount(series.row[is_gap], minlength=count)
    ends = (present >= _MARKET_LEAST) & (missing >= _MARKET_SHARE * present)
    lengths = np.zeros(count, dtype=np.int64)
    for row in np.flatnonzero(ends).tolist():
        own = series.missing[is_gap & (series.row == row)]
        lengths[row] = np.bincount(own).argmax()
    return lengths


def _gap_problems(panel: Panel, lengths: Whole) -> Iterator[BarProblem]:
    for row in np.flatnonzero(lengths).tolist():
        length, session = int(lengths[row]), panel.sessions[row]
        code = _Q.LONG_GAP if length > LONGEST_GAP else _Q.MARKET_GAP
        yield BarProblem(symbol="", code=code, session=session, detail=str(length))


def _missing(series: Series, market: Whole) -> Iterator[BarProblem]:
    for at in np.flatnonzero(series.missing > market).tolist():
        length = int(series.missing[at])
        code = _Q.LONG_GAP if length > LONGEST_GAP else _Q.MISSING_ROWS
        yield series.problem(code, at, str(length))


def _impossible(series: Series, slack: Amounts) -> Iterator[BarProblem]:
    over = np.maximum(series.open, series.close) - series.high
    under = series.low - np.minimum(series.open, series.close)
    worst = np.maximum(np.maximum(over, under), series.low - series.high)
    for at in np.flatnonzero(series.traded & (worst > slack)).tolist():
        bar = (series.open, series.high, series.low, series.close)
        detail = " ".join(f"{int(values[at]):,}" for values in bar)
        yield series.problem(_Q.IMPOSSIBLE_BAR, at, detail)


def _jumps(series: Series, market: Whole, slack: int) -> Iterator[BarProblem]:
    """Look at each two traded bars in a row, whatever lies between them."""
    traded = np.flatnonzero(series.traded)
    before, after = traded[:-1], traded[1:]
    far = _is_beyond(series.close[before], series.close[after], 0, slack)
    far &= series.symbol[before] == series.symbol[after]
    before, after = before[far], after[far]
    passed = np.cumsum(market)
    own = np.cumsum(series.missing - market)
    gap = passed[after] - passed[before]
    outside = _is_beyond(series.close[before], series.close[after], gap, slack)
    for old, new in zip(before[outside], after[outside], strict=True):
        was = int(series.close[old])
        is_halted = new - old > 1 or own[new] > own[old]
        prices = int(series.open[new]), int(series.close[new])
        is_split = is_halted or any(_is_plain(price / was) for price in prices)
        code = _Q.SUSPICIOUS_SPLIT if is_split else _Q.JUMP
        yield series.problem(code, int(new), f"{was:,} → {prices[1]:,}")


def _moves_without_trades(
    series: Series, market: Whole, slack: int
) -> Iterator[BarProblem]:
    """Look at prices that change although nobody traded.

    Beyond the limit it is a new base price (split, reduction of capital) unless it
    comes back, which only a broken source shows.
    """
    now = np.flatnonzero(~series.traded & ~series.is_first)
    close = series.close
    old, new = close[now - 1], close[now]
    outside = _is_beyond(old, new, market[now], slack)
    for at in now[outside].tolist():
        detail = f"{int(close[at - 1]):,} → {int(close[at]):,}"
        yield series.problem(_Q.SUSPICIOUS_SPLIT, at, detail)
    moved = np.abs(new / old - 1) > np.maximum(_STALE_MOVE, slack / old)
    for at in now[moved & (market[now] == 0)].tolist():
        back = _return_of(series, at)
        if back is not None:
            path = (close[at - 1], close[at], close[back])
            detail = " → ".join(f"{int(price):,}" for price in path)
            yield series.problem(_Q.STALE_ROUND_TRIP, back, detail)


def _return_of(series: Series, at: int) -> int | None:
    """Return where the price that moved at ``at`` is back, if it is the next move."""
    own = slice(at + 1, min(at + 1 + _STALE_REACH, series.end_of(at)))
    others = np.flatnonzero(series.close[own] != series.close[at])
    if not len(others):
        return None
    back = at + 1 + int(others[0])
    origin = int(series.close[at - 1])
    away = abs(int(series.close[at]) - origin)
    left = abs(int(series.close[back]) - origin)
    return back if left * 3 <= away else None


def _idle(series: Series) -> Iterator[BarProblem]:
    """Tell of symbols that mostly do not trade, once per window while it lasts."""
    idle = np.cumsum(~series.traded, dtype=np.int64)
    place = np.arange(len(series))
    age = place - np.maximum.accumulate(np.where(series.is_first, place, 0))
    counts = idle.copy()
    counts[_IDLE_WINDOW:] -= idle[:-_IDLE_WINDOW]
    holds = (age >= _IDLE_WINDOW - 1) & (2 * counts > _IDLE_WINDOW)
    begins = holds & (series.is_first | ~np.roll(holds, 1))
    since = place - np.maximum.accumulate(np.where(begins, place, 0))
    for at in np.flatnonzero(holds & (since % _IDLE_WINDOW == 0)).tolist():
        yield series.problem(_Q.ZERO_VOLUME, at, f"{int(counts[at])}/{_IDLE_WINDOW}")


def _is_beyond(old: Prices, new: Prices, gap: Whole | int, slack: int) -> Flags:
    """Return where ``new`` cannot be reached from ``old`` in one session and the gap.

    Each session of a market-wide gap may have moved by the limit too; a hole of the
    symbol alone gives no such excuse, as most of them are halts. A long gap excuses
    no more than the longest of the others: it would excuse any price.
    """
    steps = np.minimum(gap, LONGEST_GAP) + 1
    above = new > old * (1 + DAY_LIMIT) ** steps + slack
    below = new < old * (1 - DAY_LIMIT) ** steps - slack
    answer: Flags = above | below
    return answer


def _is_plain(ratio: float) -> bool:
    """Return whether a split, merger or bonus issue has such a ratio, or nearly."""
    distance = np.abs(_RATIOS - abs(np.log(ratio)))
    return bool((distance <= _SPLIT_WIDTH).any())
