"""The opening fill: at what price an order of a plan trades at the open, or why not.

One rule for paper, the practice server and the backtest engine. Ints only, by position
and without objects, so that numba can compile it as it stands; it knows prices, never
quantities, cash, halts or designations.
"""

from typing import Final

from khms_trader.market.costs import PARTS_PER_ONE
from khms_trader.market.prices import round_down, round_up

NO_OPEN_PRICE: Final = 0
"""The symbol has no opening price."""

BEYOND_LIMIT: Final = -1
"""The price lies above a buy's limit price, or below a sell's."""

OUTSIDE_DAY: Final = -2
"""The price lies outside the day's limits: nobody stands on the other side."""


def opening_fill_price(
    open_price: int,
    is_buy: bool,  # noqa: FBT001 - numba takes arguments by position
    limit_price: int,
    upper: int,
    lower: int,
    slippage_rate: int,
    rule: int,
) -> int:
    """Return the fill price in won, or which of the three reasons forbids a fill.

    The open moves by ``slippage_rate`` (ppb) against us and then to the next tick
    against us, so a fill is never better than the open. A price beyond the order's own
    limit is said before one outside the day: such an order would rest either way.

    Args:
        open_price: the auction's price in won, on the grid or not; 0 for none.
        is_buy: True for a buy, False for a sell.
        limit_price: the order's limit in won; 0 for a market order.
        upper: the day's upper limit in won; 0 where there is none.
        lower: the day's lower limit in won; 0 where there is none.
        slippage_rate: parts per billion of the open.
        rule: the tick table, from ``market.prices.tick_rule``.
    """
    if open_price <= 0:
        return NO_OPEN_PRICE
    price = _slipped(open_price, is_buy, slippage_rate, rule)
    if limit_price > 0 and (price > limit_price if is_buy else price < limit_price):
        return BEYOND_LIMIT
    if (upper > 0 and price > upper) or (lower > 0 and price < lower):
        return OUTSIDE_DAY
    return price


def _slipped(
    open_price: int,
    is_buy: bool,  # noqa: FBT001 - numba takes arguments by position
    slippage_rate: int,
    rule: int,
) -> int:
    slippage = -(-open_price * slippage_rate // PARTS_PER_ONE)
    if is_buy:
        return round_up(open_price + slippage, rule)
    # No price is below one won, which is also the smallest tick.
    return max(round_down(open_price - slippage, rule), 1)
