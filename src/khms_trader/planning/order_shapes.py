"""A line of a plan as the order that is asked of the broker: type and limit price.

Buys are limit orders that take the market's better price and never chase; sells are
market orders (settings may say otherwise). Pure.
"""

from khms_trader.domain.order import Order, OrderType, Side
from khms_trader.domain.plan import BuyLine, SellLine
from khms_trader.domain.quote import Quote
from khms_trader.market.prices import tick_rule
from khms_trader.planning.rules import buy_limit_price, sell_limit_price


def buy_order(
    line: BuyLine, quote: Quote, order_type: OrderType, collar_rate: int
) -> Order:
    """Return the order for all shares of ``line``; the collar is in ppb."""
    price = None
    if order_type is OrderType.LIMIT:
        rule = tick_rule(quote.session, quote.kind)
        upper = quote.upper_limit or 0
        price = buy_limit_price(line.reference_price, collar_rate, upper, rule)
    return Order(
        symbol=line.symbol,
        side=Side.BUY,
        quantity=line.quantity,
        order_type=order_type,
        limit_price=price,
    )


def sell_order(
    line: SellLine,
    quote: Quote,
    order_type: OrderType,
    collar_rate: int,
    *,
    quantity: int,
) -> Order:
    """Return the order for ``quantity`` shares of ``line``; the collar is in ppb."""
    price = None
    if order_type is OrderType.LIMIT:
        rule = tick_rule(quote.session, quote.kind)
        lower = quote.lower_limit or 0
        price = sell_limit_price(quote.base_price, collar_rate, lower, rule)
    return Order(
        symbol=line.symbol,
        side=Side.SELL,
        quantity=quantity,
        order_type=order_type,
        limit_price=price,
    )
