"""The paper account: the opening fill of the session, real costs, T+2 settlement.

It knows one price a session, the open, so an order fills at once or rests until it is
cancelled or the session closes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader import ledger as books
from khms_trader.broker.opening_rules import Means, OpeningRules
from khms_trader.broker.paper_book import PaperBook
from khms_trader.domain.account import Account, Holding
from khms_trader.domain.order import BrokerOrder, Order, OrderAck
from khms_trader.errors import OrderRejected
from khms_trader.market.calendar import Calendar
from khms_trader.market.rates import CostRates
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
        self._rules = OpeningRules(calendar=market.calendar, costs=market.costs)

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

    def spendable(self) -> int:
        """Return the won a buy may use now."""
        return self.account().spendable

    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        """Return every order of ``session``, oldest first."""
        now = self._market.clock.now()
        is_over = self._rules.is_over(session, now)
        return self._book.orders(session, is_over=is_over)

    def submit(self, order: Order) -> OrderAck:
        """Place ``order``: it fills at the open at once, or rests.

        Raises:
            MarketClosed: outside the session.
            OrderRejected: unknown or halted symbol, a price off the tick or the day's
                limits, too little cash or too few shares.
        """
        now = self._market.clock.now()
        quote = self._rules.tradable(order, self._market.quotes, now)
        fill = self._rules.fill(order, quote)
        with self._book.transaction():
            ledger = books.settle(self._book.ledger(), now.date())
            means = self._means(ledger, order.symbol, now)
            reserve = self._rules.reserve(order, quote, fill, means=means)
            after = self._rules.booked(ledger, order, fill, session=now.date())
            self._book.write_ledger(after)
            number = self._book.add_order(order, at=now, reserved=reserve, fill=fill)
        return OrderAck(number=f"{number:010d}", accepted_at=now)

    def cancel(self, order: BrokerOrder) -> None:
        """Cancel the open rest of ``order``.

        Raises:
            OrderRejected: nothing of it is open.
        """
        now = self._market.clock.now()
        is_over = self._rules.is_over(order.ordered_at.date(), now)
        with self._book.transaction():
            if is_over or not self._book.cancel_order(int(order.number)):
                raise OrderRejected("nothing_to_cancel", number=order.number)

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

    def _means(self, ledger: books.Ledger, symbol: str, now: datetime) -> Means:
        reserved, resting = self._reserved(now)
        return Means(
            spendable=ledger.cash_d2 - reserved,
            sellable=ledger.quantity(symbol) - resting.get(symbol, 0),
        )

    def _reserved(self, now: datetime) -> tuple[int, dict[str, int]]:
        today = now.date()
        is_over = self._rules.is_over(today, now)
        return (0, {}) if is_over else self._book.reserved(today)

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
