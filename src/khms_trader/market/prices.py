"""Ticks and daily price limits: which prices an order may carry on a session.

The functions below the two dated choosers take and give ints only, by position and
without objects, so that numba can compile them as they stand; nothing here reads a
clock, file or network. Prices are won. Bars may be off the grid (half-tick trades
since 2025-03-04), so these rules are for orders and limits, never for rejecting bars.
"""

from datetime import date
from typing import Final

from khms_trader.domain.instrument import InstrumentKind

KOSDAQ_TICKS_BEFORE_2023: Final = 0
KRX_TICKS_SINCE_2023: Final = 1
ETF_TICKS: Final = 2

_NEW_TICKS_SINCE: Final = date(2023, 1, 25)
_WIDE_LIMITS_SINCE: Final = date(2015, 6, 15)

# One row per rule: the tick of column i holds below the border of column i, the last
# tick from the last border on. Rows are padded to one length for numba.
# Rows 0 and 1: 0 of 136,587 traded rows of 2021-2025 are off them [M].
# Row 2: 1 won below 2,000 only since 2023-12 (etoday 2023-10-05) [S]; no fund we
# trade was ever that cheap, so the earlier rule (5 won everywhere) is left out.
_BORDERS: Final = (
    (1_000, 5_000, 10_000, 50_000, 50_000, 50_000),
    (2_000, 5_000, 20_000, 50_000, 200_000, 500_000),
    (2_000, 2_000, 2_000, 2_000, 2_000, 2_000),
)
_TICKS: Final = (
    (1, 5, 10, 50, 100, 100, 100),
    (1, 5, 10, 50, 100, 500, 1_000),
    (1, 5, 5, 5, 5, 5, 5),
)


def tick_rule(session: date, kind: InstrumentKind) -> int:
    """Return which tick table holds for ``kind`` on ``session``.

    KRX unified the tables of its markets on 2023-01-25 (etoday 2213548).
    """
    if kind is InstrumentKind.ETF:
        return ETF_TICKS
    is_new = session >= _NEW_TICKS_SINCE
    return KRX_TICKS_SINCE_2023 if is_new else KOSDAQ_TICKS_BEFORE_2023


def limit_permille(session: date) -> int:
    """Return the daily price limit in thousandths of the base price.

    300 since 2015-06-15, 150 before (KRX) [K].
    """
    return 300 if session >= _WIDE_LIMITS_SINCE else 150


def tick_size(price: int, rule: int) -> int:
    """Return the tick in won at ``price`` won."""
    borders = _BORDERS[rule]
    ticks = _TICKS[rule]
    for i in range(len(borders)):
        if price < borders[i]:
            return ticks[i]
    return ticks[len(borders)]


def round_down(price: int, rule: int) -> int:
    """Return the highest price on the grid that is not above ``price``, in won."""
    tick = tick_size(price, rule)
    return price // tick * tick


def round_up(price: int, rule: int) -> int:
    """Return the lowest price on the grid that is not below ``price``, in won.

    Every border is a multiple of the ticks on both its sides, so rounding up to it
    lands on the upper table's grid too.
    """
    tick = tick_size(price, rule)
    return -(-price // tick) * tick


def is_on_tick(price: int, rule: int) -> bool:
    """Return whether an order may carry ``price`` won."""
    return price % tick_size(price, rule) == 0


def base_price(previous_close: int, rule: int) -> int:
    """Return the day's base price (기준가) after ``previous_close``, both in won.

    A half-tick close moves to the next tick up (70 of 70 cases of 2026) [M]. Ex-rights
    days, splits and resumptions have another base: take the broker's.
    """
    return round_up(previous_close, rule)


def upper_limit(base: int, rule: int, permille: int = 300) -> int:
    """Return the highest price of the day in won (상한가) for a base on the grid.

    0 of 1,906 highs within 1.5 % of it lie above, 1,555 on it (2021-2026) [M].
    """
    return round_down(base + _limit_width(base, rule, permille), rule)


def lower_limit(base: int, rule: int, permille: int = 300) -> int:
    """Return the lowest price of the day in won (하한가) for a base on the grid.

    The width is rounded, not the limit: where ``base x 0.7`` rounded up differs, 19 of
    21 lows equal this and none the other (2021-2026) [M].
    """
    return base - _limit_width(base, rule, permille)


def listing_day_limits(offer_price: int, rule: int) -> tuple[int, int]:
    """Return lower and upper limit in won of a new listing's first session.

    60 % and 400 % of the offer price since 2023-06-26 (ajunews 2023-04-13) [S]; 457550
    on 2024-01-24 went from 5,300 to 21,200 [M].
    """
    return lower_limit(offer_price, rule, 400), upper_limit(offer_price, rule, 3_000)


def _limit_width(base: int, rule: int, permille: int) -> int:
    tick = tick_size(base, rule)
    return base * permille // 1_000 // tick * tick
