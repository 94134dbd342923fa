"""The trading rules as small functions of ints, the same for live, paper and engine.

No objects, dates or strings in here, so that numba can compile them as they stand.
Money is whole won, quantities whole shares, rates parts per billion (ppb).
"""

from khms_trader.market.costs import charge
from khms_trader.market.prices import round_down, tick_size


def slots_free(max_positions: int, kept_positions: int) -> int:
    """Return how many positions may be opened beside those that are kept."""
    return max(max_positions - kept_positions, 0)


def shares_for(budget: int, price: int) -> int:
    """Return the whole shares ``budget`` won buy at ``price`` won, costs aside."""
    return max(budget, 0) // price if price > 0 else 0


def buy_limit_price(reference: int, collar_rate: int, upper: int, rule: int) -> int:
    """Return the highest price a buy accepts, in won on the tick.

    It is the reference raised by ``collar_rate`` (ppb), never above the day's upper
    limit (0 where the day has none): the market's better price is taken, a jump is
    not chased.
    """
    raised = reference + charge(reference, collar_rate)
    if 0 < upper < raised:
        raised = upper
    return round_down(raised, rule)


def sell_limit_price(reference: int, collar_rate: int, lower: int, rule: int) -> int:
    """Return the lowest price a limit sell accepts, in won on the tick."""
    lowered = reference - charge(reference, collar_rate)
    lowered = max(lowered, lower)
    rounded = round_down(lowered, rule)
    return rounded if rounded == lowered else rounded + tick_size(rounded, rule)


def cash_needed(quantity: int, price: int, fee_rate: int) -> int:
    """Return the won a buy of ``quantity`` at ``price`` takes, fee included."""
    value = quantity * price
    return value + charge(value, fee_rate)


def affordable(cash: int, price: int, fee_rate: int) -> int:
    """Return the most shares ``cash`` won pay for at ``price``, fee included."""
    quantity = shares_for(cash, price)
    while quantity > 0 and cash_needed(quantity, price, fee_rate) > cash:
        # The estimate skips most of the way. It counts a share a little too dear (its
        # fee is a fraction of a won), so that it never steps below the answer.
        excess = cash_needed(quantity, price, fee_rate) - cash
        quantity -= max(excess // (price + charge(price, fee_rate) + 1), 1)
    return max(quantity, 0)


def base_price_moved(base: int, reference: int, rule: int) -> bool:
    """Return True when the base price left the plan's reference.

    More than one tick plus 0.2 percent apart means a split, ex-rights or another
    change of the price basis (a half-tick close alone moves the base by one tick).
    """
    allowed = tick_size(reference, rule) * 1000 + reference * 2
    return abs(base - reference) * 1000 > allowed
