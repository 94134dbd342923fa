"""What an account of ours does with an order: one price a session, the open.

Paper and rehearsal keep their books by these rules, so that they refuse, fill and
charge alike. Knows no file and no broker, and keeps no state.
"""

from dataclasses import dataclass
from datetime import date, datetime

from khms_trader import ledger as books
from khms_trader.domain.order import Order, OrderType, Side
from khms_trader.domain.quote import Quote
from khms_trader.errors import MarketClosed, OrderRejected
from khms_trader.market.calendar import Calendar
from khms_trader.market.fills import opening_fill_price
from khms_trader.market.prices import is_on_tick, tick_rule
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import worst_price
from khms_trader.planning.rules import cash_needed
from khms_trader.ports import Quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedFill:
    """What an order got, in shares and won."""

    quantity: int = 0
    value: int = 0
    costs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What an order may use: won to spend, shares of its symbol to sell."""

    spendable: int
    sellable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRules:
    """The rules of a session, under the costs of one account."""

    calendar: Calendar
    costs: CostRates

    def is_over(self, session: date, now: datetime) -> bool:
        """Return whether nothing of ``session`` can trade any more."""
        if not self.calendar.is_session(session):
            return True
        return now >= self.calendar.closes_at(session)

    def tradable(self, order: Order, quotes: Quotes, now: datetime) -> Quote:
        """Return today's quote of an order that the exchange would take.

        Raises:
            MarketClosed: ``now`` is outside the trading hours of a session.
            OrderRejected: unknown or halted symbol, or a price off the tick or the
                day's limits.
        """
        session = now.date()
        if self.is_over(session, now) or now < self.calendar.opens_at(session):
            raise MarketClosed("market_closed", symbol=order.symbol)
        quote = quotes.opening_quote(order.symbol, session)
        if quote is None:
            raise OrderRejected("unknown_symbol", symbol=order.symbol)
        if quote.is_halted:
            raise OrderRejected("symbol_halted", symbol=order.symbol)
        if order.order_type is OrderType.LIMIT and not _is_price_allowed(order, quote):
            raise OrderRejected(
                "price_not_allowed", symbol=order.symbol, price=order.limit_price
            )
        return quote

    def fill(self, order: Order, quote: Quote) -> BookedFill:
        """Return what ``order`` gets at once: all of it at the open, or nothing."""
        price = opening_fill_price(
            quote.open_price or 0,
            order.side is Side.BUY,
            order.limit_price or 0,
            quote.upper_limit or 0,
            quote.lower_limit or 0,
            self.costs.slippage_rate,
            tick_rule(quote.session, quote.kind),
        )
        if price <= 0:
            return BookedFill()
        value = price * order.quantity
        tax = self.costs.tax(order.side, value, quote.session, quote.kind)
        return BookedFill(
            quantity=order.quantity, value=value, costs=self.costs.fee(value) + tax
        )

    def reserve(
        self, order: Order, quote: Quote, fill: BookedFill, *, means: Means
    ) -> int:
        """Return the won ``order`` holds back while it rests; 0 for a sale.

        Raises:
            OrderRejected: too little cash or too few shares.
        """
        if order.side is Side.SELL:
            if order.quantity > means.sellable:
                raise OrderRejected("not_enough_shares", symbol=order.symbol)
            return 0
        price = worst_price(order, quote)
        needed = cash_needed(order.quantity, price, self.costs.fee_rate)
        # Without day limits the open may lie above the worst price thought of.
        if max(needed, fill.value + fill.costs) > means.spendable:
            raise OrderRejected("not_enough_cash", symbol=order.symbol)
        return 0 if fill.quantity else needed

    def booked(
        self, ledger: books.Ledger, order: Order, fill: BookedFill, *, session: date
    ) -> books.Ledger:
        """Return ``ledger`` after ``fill``, which settles two sessions later."""
        if not fill.quantity:
            return ledger
        book = books.buy if order.side is Side.BUY else books.sell
        settles_on = self.calendar.session_after(session, books.SETTLEMENT_SESSIONS)
        return book(
            ledger,
            order.symbol,
            quantity=fill.quantity,
            value=fill.value,
            costs=fill.costs,
            settles_on=settles_on,
        )


def _is_price_allowed(order: Order, quote: Quote) -> bool:
    price = order.limit_price or 0
    rule = tick_rule(quote.session, quote.kind)
    upper = quote.upper_limit or price
    lower = quote.lower_limit or price
    return is_on_tick(price, rule) and lower <= price <= upper
