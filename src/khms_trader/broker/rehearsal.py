"""The broker of a dry run over a real account: it reads once and sends nothing.

What it is given cannot trade (``AccountReader``); orders and what they change stay in
memory, filled by the rules paper uses.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from khms_trader import ledger as books
from khms_trader.broker.opening_rules import BookedFill, Means, OpeningRules
from khms_trader.domain.account import Account, Holding
from khms_trader.domain.order import BrokerOrder, Order, OrderAck, Side
from khms_trader.domain.quote import Quote
from khms_trader.errors import OrderRejected
from khms_trader.market.calendar import Calendar
from khms_trader.market.rates import CostRates
from khms_trader.ports import AccountReader, Clock, Quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rehearsed:
    """One order of the rehearsal; ``reserve`` is the won it holds back while open."""

    row: BrokerOrder
    reserve: int


@dataclass(slots=True, kw_only=True)
class _Book:
    """The account as it was read, and what the rehearsal has made of it.

    Attributes:
        start: shares as they were read, and as its cash what could be spent then: the
            one amount that orders are judged by.
        ledger: ``start`` after every fill.
        quotes: of every symbol ordered, as seen then.
    """

    seen: Account
    start: books.Ledger
    ledger: books.Ledger
    quotes: dict[str, Quote]


class RehearsalBroker:
    """A ``Broker`` that answers as if it traded the account behind ``reader``."""

    def __init__(
        self,
        reader: AccountReader,
        quotes: Quotes,
        *,
        clock: Clock,
        calendar: Calendar,
        costs: CostRates,
    ) -> None:
        """Rehearse on the account of ``reader`` at the opening prices of ``quotes``."""
        self._reader = reader
        self._quotes = quotes
        self._clock = clock
        self._rules = OpeningRules(calendar=calendar, costs=costs)
        self._book: _Book | None = None
        self._own: list[_Rehearsed] = []

    @property
    def account_id(self) -> str:
        """The folder name of the account behind."""
        return self._reader.account_id

    def account(self) -> Account:
        """Return the account as it would be after the fills so far.

        It is read once; prices of what was not ordered are those of that moment.

        Raises:
            BrokerUnavailable: it could not be read completely.
        """
        book = self._opened()
        now = self._clock.now()
        ledger = books.settle(book.ledger, now.date())
        gained = ledger.cash_d2 - book.start.cash
        reserved = sum(each.reserve for each in self._open(now))
        holdings = self._holdings(book, now)
        seen = book.seen
        moved = _worth(holdings) - _worth(seen.holdings)
        return replace(
            seen,
            observed_at=now,
            cash=seen.cash + ledger.cash - book.start.cash,
            cash_d2=seen.cash_d2 + gained,
            spendable=seen.spendable + gained - reserved,
            total=seen.total + gained + moved,
            holdings=holdings,
        )

    def spendable(self) -> int:
        """Return the won a buy may use after the fills so far.

        Raises:
            BrokerUnavailable: the account could not be read.
        """
        return self.account().spendable

    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        """Return the orders of ``session``, real and rehearsed, oldest first.

        Raises:
            BrokerUnavailable: the list could not be read completely.
        """
        is_over = self._rules.is_over(session, self._clock.now())
        own = (
            replace(each.row, is_open=each.row.is_open and not is_over)
            for each in self._own
            if each.row.ordered_at.date() == session
        )
        rows = (*self._reader.orders(session), *own)
        return tuple(sorted(rows, key=lambda row: row.ordered_at))

    def submit(self, order: Order) -> OrderAck:
        """Take ``order`` as if it had been placed; nothing leaves.

        Raises:
            MarketClosed: outside the session.
            OrderRejected: it would be refused.
            BrokerUnavailable: the account could not be read.
        """
        now = self._clock.now()
        quote = self._rules.tradable(order, self._quotes, now)
        fill = self._rules.fill(order, quote)
        book = self._opened()
        means = self._means(book, order.symbol, now)
        reserve = self._rules.reserve(order, quote, fill, means=means)
        book.ledger = self._rules.booked(book.ledger, order, fill, session=now.date())
        book.quotes[order.symbol] = quote
        row = _row(order, fill, number=f"R{len(self._own) + 1:04d}", at=now)
        self._own.append(_Rehearsed(row=row, reserve=reserve))
        return OrderAck(number=row.number, accepted_at=now)

    def cancel(self, order: BrokerOrder) -> None:
        """Cancel the open rest of a rehearsed order.

        Raises:
            OrderRejected: nothing of it is open, or it is a real order.
        """
        own = {each.row.number: place for place, each in enumerate(self._own)}
        place = own.get(order.number)
        if place is None:
            raise OrderRejected("rehearsal_keeps_real_order", number=order.number)
        found = self._own[place]
        if found not in self._open(self._clock.now()):
            raise OrderRejected("nothing_to_cancel", number=order.number)
        row = replace(found.row, is_open=False, is_cancelled=True)
        self._own[place] = _Rehearsed(row=row, reserve=0)

    def _opened(self) -> _Book:
        if self._book is None:
            seen = self._reader.account()
            start = _ledger_of(seen)
            self._book = _Book(seen=seen, start=start, ledger=start, quotes={})
        return self._book

    def _open(self, now: datetime) -> list[_Rehearsed]:
        return [
            each
            for each in self._own
            if each.row.is_open
            and not self._rules.is_over(each.row.ordered_at.date(), now)
        ]

    def _means(self, book: _Book, symbol: str, now: datetime) -> Means:
        reserved = sum(each.reserve for each in self._open(now))
        return Means(
            spendable=book.ledger.cash_d2 - reserved,
            sellable=self._sellable(book, symbol, now),
        )

    def _sellable(self, book: _Book, symbol: str, now: datetime) -> int:
        seen = book.seen.holding(symbol)
        # Real sells that rest hold their shares back from the rehearsal too.
        withheld = seen.quantity - seen.sellable if seen else 0
        resting = sum(
            each.row.quantity
            for each in self._open(now)
            if each.row.symbol == symbol and each.row.side is Side.SELL
        )
        return max(book.ledger.quantity(symbol) - withheld - resting, 0)

    def _holdings(self, book: _Book, now: datetime) -> tuple[Holding, ...]:
        seen = {holding.symbol: holding for holding in book.seen.holdings}
        untouched = seen.keys() - book.quotes.keys()
        traded = (
            self._holding(book, symbol, now)
            for symbol in book.quotes
            if book.ledger.quantity(symbol)
        )
        found = [*(seen[symbol] for symbol in untouched), *traded]
        return tuple(sorted(found, key=lambda holding: holding.symbol))

    def _holding(self, book: _Book, symbol: str, now: datetime) -> Holding:
        position, quote = book.ledger.positions[symbol], book.quotes[symbol]
        seen = book.seen.holding(symbol)
        return Holding(
            symbol=symbol,
            name=seen.name if seen else quote.name,
            quantity=position.quantity,
            sellable=self._sellable(book, symbol, now),
            average_price=position.average_price,
            price=seen.price if seen else quote.price or quote.open_price or 0,
        )


def _ledger_of(account: Account) -> books.Ledger:
    positions = {
        holding.symbol: books.Position(
            quantity=holding.quantity,
            cost=int((holding.average_price * holding.quantity).to_integral_value()),
        )
        for holding in account.holdings
        if holding.quantity
    }
    return books.Ledger(cash=account.spendable, positions=positions)


def _worth(holdings: tuple[Holding, ...]) -> int:
    return sum(holding.value for holding in holdings)


def _row(order: Order, fill: BookedFill, *, number: str, at: datetime) -> BrokerOrder:
    return BrokerOrder(
        number=number,
        symbol=order.symbol,
        side=order.side,
        quantity=order.quantity,
        order_type=order.order_type,
        ordered_at=at,
        limit_price=order.limit_price,
        filled_quantity=fill.quantity,
        filled_value=fill.value,
        is_open=not fill.quantity,
    )
