"""Puts generated prices on KRX's grid; the ticks themselves are market.prices' own."""

from bisect import bisect_right
from functools import cache
from typing import Final

from khms_trader.market import prices

Bar = tuple[int, int, int, int]  # open, high, low, close in won

_HIGHEST: Final = 1 << 31


def fitted(raw: Bar, rule: int, lowest: int, highest: int) -> Bar:
    """Return ``raw`` on the grid and from ``lowest`` to ``highest``, both on it too."""
    opened, high, low, close = (
        _nearest(min(max(price, lowest), highest), rule) for price in raw
    )
    return opened, high, low, close


def band_of(price: int, rule: int) -> tuple[int, int, int]:
    """Return from where to below where, in won, the tick at ``price`` holds; and it."""
    for band in _bands(rule):
        if price < band[1]:
            return band
    message = f"no share costs {price} won"
    raise ValueError(message)


def _nearest(price: int, rule: int) -> int:
    tick = prices.tick_size(price, rule)
    return (price + tick // 2) // tick * tick


@cache
def _bands(rule: int) -> tuple[tuple[int, int, int], ...]:
    def tick_at(price: int) -> int:
        return prices.tick_size(price, rule)

    bands, floor = [], 1
    while floor < _HIGHEST:
        tick = tick_at(floor)
        ceiling = floor + bisect_right(range(floor, _HIGHEST), tick, key=tick_at)
        bands.append((floor, ceiling, tick))
        floor = ceiling
    return tuple(bands)
