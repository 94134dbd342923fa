"""The practice exchange: takes, amends and cancels orders of one account.

It reads no clock, file or network: every moment is handed in, and the books of any
moment of the last minutes can be asked for, which is how a server shows things late.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from khms_trader.domain.order import Side
from khms_trader.domain.quote import Quote
from khms_trader.ledger import Ledger, Position
from khms_trader.market.hours import MarketPhase
from khms_trader.market.prices import is_on_tick, tick_rule
from khms_trader.simulator.market import PracticeMarket, ladder
from khms_trader.simulator.matching import (
    fill_price,
    lived,
    replaced,
    reserve,
    spendable,
    total,
)
from khms_trader.simulator.orders import (
    Act,
    Books,
    Denial,
    Denied,
    Division,
    FillCap,
    OrderRow,
    OrderWanted,
    Seed,
)

_MEMORY: Final = timedelta(minutes=10)
_NOW: Final = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRules:
    """How the virtual account behaves where the sources do not agree.

    Attributes:
        orders_lag, balance_lag: how late order list and balance show what happened; a
            purchase that the balance does not show cannot be sold yet.
        takes_auction_orders: whether orders are taken in the half hour before the open
            instead of being refused.
    """

    orders_lag: timedelta = _NOW
    balance_lag: timedelta = _NOW
    takes_auction_orders: bool = False


class Exchange:
    """One account on the practice market."""

    def __init__(
        self,
        market: PracticeMarket,
        seed: Seed,
        *,
        now: datetime,
        rules: ExchangeRules | None = None,
    ) -> None:
        """Open the account at ``now`` with what ``seed`` says.

        Raises:
            DataError: as the market's bars and quotes.
        """
        self.market = market
        self.rules = rules or ExchangeRules()
        self._seed = seed
        self._open(now)

    def begin_by(self, now: datetime) -> None:
        """Open the account anew at ``now`` if that is earlier and nothing was traded.

        A server that lives by its client's clock learns late which day it is.

        Raises:
            DataError: as the market's bars and quotes.
        """
        if now < self._opened_at and not self.has_traded():
            self._open(now)

    def has_traded(self) -> bool:
        """Return whether any order came since the account was opened."""
        return self.books.orders != self._seed.orders

    def _open(self, now: datetime) -> None:
        market, seed = self.market, self._seed
        session = market.session_at(now)
        counted = {
            symbol: Position(
                quantity=quantity, cost=quantity * market.closed_at(symbol, now)
            )
            for symbol, quantity in seed.unpriced.items()
        }
        books = Books(
            ledger=Ledger(cash=seed.cash, positions={**seed.holdings, **counted}),
            session=session,
            orders=seed.orders,
            last_number=max(
                (row.number for row in seed.orders if row.session == session), default=0
            ),
        )
        before = market.calendar.closes_at(market.calendar.previous_session(session))
        worth = total(books, market, before)
        self._opened_at = now
        self._moments = [datetime.min.replace(tzinfo=now.tzinfo)]
        self._history = [replace(books, closing_total=worth)]

    @property
    def books(self) -> Books:
        """The newest books, as of the last call."""
        return self._history[-1]

    def books_at(self, now: datetime, *, lag: timedelta = _NOW) -> Books:
        """Return the books as ``now`` shows them, ``lag`` late."""
        self._keep(lived(self.books, self.market, now), now)
        return self._history[bisect_right(self._moments, now - lag) - 1]

    def spendable(self, now: datetime) -> int:
        """Return the won a new buy may use."""
        return spendable(self.books_at(now), self.market.costs)

    def place(
        self, wanted: OrderWanted, now: datetime, *, cap: FillCap | None = None
    ) -> OrderRow:
        """Take an order; it fills at once, or rests until the close.

        Raises:
            Denied: it was not taken.
        """
        books = self.books_at(now)
        row = replace(self._row(wanted, now), cap=cap)
        self._afford(books, row)
        return self._enter(books, row, now)

    def amend(self, number: int, wanted: OrderWanted, now: datetime) -> OrderRow:
        """Move open shares of order ``number`` to a new price, under a new number.

        The old order is used up at once. Symbol and side are those of the old one; a
        quantity of 0 means all open shares.

        Raises:
            Denied: nothing was changed.
        """
        books = self.books_at(now)
        old = self._open_row(books, number, now)
        moved = min(wanted.quantity or old.open_quantity, old.open_quantity)
        wanted = replace(wanted, symbol=old.symbol, side=old.side, quantity=moved)
        row = replace(self._row(wanted, now), act=Act.AMENDMENT, original=number)
        rest = replaced(books, replace(old, cancelled=old.cancelled + moved))
        self._afford(rest, row)
        return self._enter(rest, row, now)

    def cancel(self, number: int, now: datetime, *, quantity: int = 0) -> OrderRow:
        """Cancel ``quantity`` open shares of order ``number``, or all for 0.

        Raises:
            Denied: nothing was changed.
        """
        books = self.books_at(now)
        old = self._open_row(books, number, now)
        gone = min(quantity or old.open_quantity, old.open_quantity)
        rest = replaced(books, replace(old, cancelled=old.cancelled + gone))
        row = replace(
            old,
            ordered_at=now,
            quantity=gone,
            act=Act.CANCELLATION,
            original=number,
            filled=0,
            filled_value=0,
            costs=0,
            cancelled=gone,
        )
        return self._enter(rest, row, now)

    def _row(self, wanted: OrderWanted, now: datetime) -> OrderRow:
        self._need_trading_hours(now)
        if wanted.quantity < 1:
            raise Denied(Denial.BAD_QUANTITY)
        quote = self.market.quote(wanted.symbol, now)
        if quote is None or quote.is_halted:
            raise Denied(Denial.UNTRADABLE)
        limit = self._limit_price(wanted, quote, now)
        if limit or wanted.division is not Division.MARKET:
            _need_allowed(limit, quote)
        return OrderRow(
            number=0,
            session=now.date(),
            ordered_at=now,
            symbol=wanted.symbol,
            side=wanted.side,
            quantity=wanted.quantity,
            division=wanted.division,
            limit_price=limit,
            reserve_price=limit or quote.upper_limit or 2 * quote.base_price,
        )

    def _limit_price(self, wanted: OrderWanted, quote: Quote, now: datetime) -> int:
        if wanted.division is Division.MARKET:
            return 0
        if wanted.division in {Division.LIMIT, Division.CONDITIONAL}:
            return wanted.price
        price = self.market.price(wanted.symbol, now)
        book = ladder(price, quote)
        is_ask = (wanted.side is Side.BUY) == (
            wanted.division is Division.BEST_OPPOSITE
        )
        # At a limit of the day one side of the book is empty: the last price stands in.
        return (book.asks[0] if is_ask else book.bids[0]) or price

    def _need_trading_hours(self, now: datetime) -> None:
        phase = self.market.phase(now)
        if phase is None:
            raise Denied(Denial.NOT_A_SESSION)
        if phase is MarketPhase.AFTER_CLOSE:
            raise Denied(Denial.AFTER_CLOSE)
        is_auction = phase is MarketPhase.OPENING_AUCTION
        if is_auction and self.rules.takes_auction_orders:
            return
        if phase in {MarketPhase.CLOSED, MarketPhase.OPENING_AUCTION}:
            raise Denied(Denial.BEFORE_OPEN)

    def _afford(self, books: Books, row: OrderRow) -> None:
        now, costs = row.ordered_at, self.market.costs
        if row.side is Side.SELL:
            shown = self.books_at(now, lag=self.rules.balance_lag)
            visible = shown.ledger.quantity(row.symbol) - books.resting(row.symbol)
            if row.quantity > min(books.sellable(row.symbol), visible):
                raise Denied(Denial.NO_SHARES)
            return
        needed = reserve(row, costs)
        quote = self.market.quote(row.symbol, now)
        if quote and self.market.is_open(now):
            # Without day limits the open may lie above what is held back for a share.
            value = max(fill_price(row, quote, costs.slippage_rate), 0) * row.quantity
            needed = max(needed, value + costs.fee(value))
        if needed > spendable(books, costs):
            raise Denied(Denial.NO_CASH)

    def _open_row(self, books: Books, number: int, now: datetime) -> OrderRow:
        self._need_trading_hours(now)
        for row in books.of_session(now.date()):
            if row.number == number:
                if row.open_quantity < 1:
                    raise Denied(Denial.NOTHING_LEFT)
                return row
        raise Denied(Denial.NO_SUCH_ORDER)

    def _enter(self, books: Books, row: OrderRow, now: datetime) -> OrderRow:
        numbered = replace(row, number=books.last_number + 1)
        entered = replace(
            books, orders=(*books.orders, numbered), last_number=numbered.number
        )
        self._keep(lived(entered, self.market, now), now)
        return numbered

    def _keep(self, books: Books, now: datetime) -> None:
        if books == self.books:
            return
        # A client that goes back in time does not change what was.
        moment = max(now, self._moments[-1])
        self._moments.append(moment)
        self._history.append(books)
        stale = bisect_right(self._moments, moment - _MEMORY) - 1
        if stale > 0:
            del self._moments[:stale], self._history[:stale]


def _need_allowed(price: int, quote: Quote) -> None:
    if price < 1 or not is_on_tick(price, tick_rule(quote.session, quote.kind)):
        raise Denied(Denial.OFF_TICK)
    upper, lower = quote.upper_limit or price, quote.lower_limit or price
    if not lower <= price <= upper:
        raise Denied(Denial.BEYOND_LIMITS)
