"""The paper account: the opening fill of the session, real costs, T+2 settlement.

It knows one price a session, the open, so an order fills at once or rests until it is
cancelled or the session closes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader import ledger as books
from khms_trader.broker.paper_book import BookedFill, PaperBook
from khms_trader.domain.account import Account, Holding
from khms_trader.domain.order import BrokerOrder, Order, OrderAck, OrderType, Side
from khms_trader.domain.quote import Quote
from khms_trader.errors import OrderRejected
from khms_trader.market.calendar import Calendar
from khms_trader.market.fills import opening_fill_price
from khms_trader.market.prices import is_on_tick, tick_rule
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import worst_price
from khms_trader.planning.rules import cash_needed
from khms_trader.ports import Clock, Quotes

PAPER_ACCOUNT: Final = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperMarket:
    """What the paper account lives in."""

    clock: Clock
    calendar: Calendar
    quotes: Quotes
    costs: CostRates


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSplit:
    """One share of ``symbol`` became ``ratio`` shares with ``session``."""

    symbol: str
    session: date
    ratio: int


class PaperBroker:
    """A ``Broker`` whose account is a file of ours and whose market is ``Quotes``."""

    account_id = PAPER_ACCOUNT

    def __init__(self, book: PaperBook, market: PaperMarket) -> None:
        """Trade the account in ``book``."""
        self._book = book
        self._market = market

    def account(self) -> Account:
        """Return the account, settled up to today."""
        now = self._market.clock.now()
        ledger = books.settle(self._book.ledger(), now.date())
        reserved, resting = self._reserved(now)
        holdings = tuple(
            self._holding(symbol, position, resting.get(symbol, 0))
            for symbol, position in sorted(ledger.positions.items())
        )
        return Account(
            account=self.account_id,
            observed_at=now,
            cash=ledger.cash,
            cash_d2=ledger.cash_d2,
            spendable=ledger.cash_d2 - reserved,
            total=ledger.cash_d2 + sum(holding.value for holding in holdings),
            holdings=holdings,
        )

    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        """Return every order of ``session``, oldest first."""
        now = self._market.clock.now()
        is_over = now > self._market.calendar.closes_at(session)
        return self._book.orders(session, is_over=is_over)

    def submit(self, order: Order) -> OrderAck:
        """Place ``order``: it fills at the open at once, or rests.

        Raises:
            OrderRejected: outside the session, unknown or halted symbol, a price off
                the tick or the day's limits, too little cash or too few shares.
        """
        now = self._market.clock.now()
        quote = self._tradable(order, now)
        with self._book.transaction():
            ledger = books.settle(self._book.ledger(), now.date())
            fill = self._fill(order, quote)
            reserve = self._reserve(order, quote, ledger, fill=fill)
            if fill.quantity:
                self._book.write_ledger(self._booked(ledger, order, fill, now.date()))
                reserve = 0
            number = self._book.add_order(order, at=now, reserved=reserve, fill=fill)
        return OrderAck(number=f"{number:010d}", accepted_at=now)

    def cancel(self, order: BrokerOrder) -> None:
        """Cancel the open rest of ``order``."""
        with self._book.transaction():
            self._book.cancel_order(int(order.number))

    def order_count(self) -> int:
        """Return how many orders the account ever took."""
        return self._book.order_count()

    def pending_splits(self) -> tuple[PaperSplit, ...]:
        """Return the splits of held shares that the ledger does not know yet."""
        session = self._opened_session(self._market.clock.now())
        lived = self._book.lived_until()
        if lived is None or lived >= session:
            return ()
        sessions = self._market.calendar.sessions(lived + timedelta(days=1), session)
        return tuple(
            PaperSplit(symbol=symbol, session=day, ratio=quote.split_ratio)
            for day in sessions
            for symbol in sorted(self._book.ledger().positions)
            if (quote := self._market.quotes.opening_quote(symbol, day))
            and quote.split_ratio > 1
        )

    def apply_splits(self, splits: Sequence[PaperSplit]) -> None:
        """Put ``splits``, which are all pending ones, into the ledger."""
        session = self._opened_session(self._market.clock.now())
        with self._book.transaction():
            ledger = self._book.ledger()
            for each in splits:
                ledger = books.split(ledger, each.symbol, each.ratio)
            self._book.write_ledger(ledger)
            self._book.live_until(session)

    def _reserved(self, now: datetime) -> tuple[int, dict[str, int]]:
        calendar = self._market.calendar
        today = now.date()
        if not calendar.is_session(today) or now > calendar.closes_at(today):
            return 0, {}
        return self._book.reserved(today)

    def _holding(self, symbol: str, position: books.Position, resting: int) -> Holding:
        now = self._market.clock.now()
        quote = self._market.quotes.opening_quote(symbol, self._session(now))
        price = self._market.quotes.last_price(symbol, now)
        return Holding(
            symbol=symbol,
            name=quote.name if quote else "",
            quantity=position.quantity,
            sellable=position.quantity - resting,
            average_price=position.average_price,
            price=price or 0,
        )

    def _session(self, now: datetime) -> date:
        """Return today, or the session before when the exchange is closed."""
        today = now.date()
        calendar = self._market.calendar
        return today if calendar.is_session(today) else calendar.previous_session(today)

    def _opened_session(self, now: datetime) -> date:
        """Return the newest session that has opened.

        New shares meet the new price with the open: earlier they would be valued at
        the old close.
        """
        calendar = self._market.calendar
        session = self._session(now)
        if now >= calendar.opens_at(session):
            return session
        return calendar.previous_session(session)

    def _tradable(self, order: Order, now: datetime) -> Quote:
        calendar = self._market.calendar
        today = now.date()
        if not calendar.is_session(today) or not (
            calendar.opens_at(today) <= now <= calendar.closes_at(today)
        ):
            raise OrderRejected("market_closed", symbol=order.symbol)
        quote = self._market.quotes.opening_quote(order.symbol, today)
        if quote is None:
            raise OrderRejected("unknown_symbol", symbol=order.symbol)
        if quote.is_halted:
            raise OrderRejected("symbol_halted", symbol=order.symbol)
        if order.order_type is OrderType.LIMIT and not _is_price_allowed(order, quote):
            raise OrderRejected(
                "price_not_allowed", symbol=order.symbol, price=order.limit_price
            )
        return quote

    def _reserve(
        self, order: Order, quote: Quote, ledger: books.Ledger, *, fill: BookedFill
    ) -> int:
        reserved, resting = self._reserved(self._market.clock.now())
        if order.side is Side.SELL:
            sellable = ledger.quantity(order.symbol) - resting.get(order.symbol, 0)
            if order.quantity > sellable:
                raise OrderRejected("not_enough_shares", symbol=order.symbol)
            return 0
        fee_rate = self._market.costs.fee_rate
        needed = cash_needed(order.quantity, worst_price(order, quote), fee_rate)
        # Without day limits the open may lie above the worst price that was thought of.
        needed = max(needed, fill.value + fill.costs)
        if needed > ledger.cash_d2 - reserved:
            raise OrderRejected("not_enough_cash", symbol=order.symbol)
        return needed

    def _fill(self, order: Order, quote: Quote) -> BookedFill:
        price = opening_fill_price(
            quote.open_price or 0,
            order.side is Side.BUY,
            order.limit_price or 0,
            quote.upper_limit or 0,
            quote.lower_limit or 0,
            self._market.costs.slippage_rate,
            tick_rule(quote.session, quote.kind),
        )
        if price <= 0:
            return BookedFill()
        value = price * order.quantity
        costs = self._market.costs
        tax = costs.tax(order.side, value, quote.session, quote.kind)
        return BookedFill(
            quantity=order.quantity, value=value, costs=costs.fee(value) + tax
        )

    def _booked(
        self, ledger: books.Ledger, order: Order, fill: BookedFill, session: date
    ) -> books.Ledger:
        book = books.buy if order.side is Side.BUY else books.sell
        return book(
            ledger,
            order.symbol,
            quantity=fill.quantity,
            value=fill.value,
            costs=fill.costs,
            settles_on=self._market.calendar.session_after(
                session, books.SETTLEMENT_SESSIONS
            ),
        )


def _is_price_allowed(order: Order, quote: Quote) -> bool:
    price = order.limit_price or 0
    rule = tick_rule(quote.session, quote.kind)
    upper = quote.upper_limit or price
    lower = quote.lower_limit or price
    return is_on_tick(price, rule) and lower <= price <= upper
