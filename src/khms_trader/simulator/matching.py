"""What time does to the books: fills, expiry at the close, splits, settlement. Pure.

Fills follow ``market.fills`` and the books ``ledger``: the same rules as paper and the
backtest engine.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader import ledger as accounts
from khms_trader.domain.order import Side
from khms_trader.domain.quote import Quote
from khms_trader.market.fills import opening_fill_price
from khms_trader.market.prices import tick_rule
from khms_trader.market.rates import CostRates
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.orders import Act, Books, OrderRow

_INSTANT: Final = timedelta(microseconds=1)


def spendable(books: Books, costs: CostRates) -> int:
    """Return the won a new buy may use, same-day sale proceeds included."""
    reserved = sum(reserve(row, costs) for row in books.orders)
    return books.ledger.cash_d2 - reserved


def reserve(row: OrderRow, costs: CostRates) -> int:
    """Return the won an open buy holds back, fee included; 0 for any other row."""
    if row.side is Side.SELL or row.open_quantity <= 0:
        return 0
    value = row.open_quantity * row.reserve_price
    return value + costs.fee(row.filled_value + value) - row.costs


def fill_price(row: OrderRow, quote: Quote, slippage_rate: int) -> int:
    """Return the price in won ``row`` trades at now, or zero and less for none."""
    return opening_fill_price(
        0 if quote.is_halted else quote.open_price or 0,
        row.side is Side.BUY,
        row.limit_price,
        quote.upper_limit or 0,
        quote.lower_limit or 0,
        slippage_rate,
        tick_rule(quote.session, quote.kind),
    )


def lived(books: Books, market: PracticeMarket, now: datetime) -> Books:
    """Return ``books`` after everything that happened until ``now``."""
    session = market.session_at(now)
    books = _traded(books, market, now)
    while books.session < session:
        following = market.calendar.next_session(books.session)
        books = _traded(_opened(books, market, following), market, now)
    return replace(books, ledger=accounts.settle(books.ledger, now.date()))


def total(books: Books, market: PracticeMarket, at: datetime) -> int:
    """Return what the account is worth at ``at``: holdings plus D+2 cash, in won."""
    holdings = books.ledger.positions.items()
    value = sum(market.price(symbol, at) * held.quantity for symbol, held in holdings)
    return books.ledger.cash_d2 + value


def replaced(books: Books, *rows: OrderRow) -> Books:
    """Return ``books`` with ``rows`` in place of those with their numbers."""
    news = {(row.session, row.number): row for row in rows}
    orders = tuple(news.get((row.session, row.number), row) for row in books.orders)
    return replace(books, orders=orders)


def _traded(books: Books, market: PracticeMarket, now: datetime) -> Books:
    """Let the session of ``books`` run until ``now``, or until it is over."""
    closes_at = market.calendar.closes_at(books.session)
    last = min(now, closes_at - _INSTANT)
    if market.is_open(last) and last.date() == books.session:
        for row in books.of_session(books.session):
            books = _filled(books, row, market, last)
    return _expired(books) if now >= closes_at else books


def _filled(books: Books, row: OrderRow, market: PracticeMarket, at: datetime) -> Books:
    quantity = row.fillable(at)
    quote = market.quote(row.symbol, at) if quantity else None
    if quote is None:
        return books
    price = fill_price(row, quote, market.costs.slippage_rate)
    if price <= 0:
        return books
    if row.side is Side.BUY:
        own = reserve(row, market.costs)
        cash = spendable(books, market.costs) + own
        quantity = _payable(row, cash, price, quantity=quantity, costs=market.costs)
    if quantity <= 0:
        return books
    return _booked(books, row, quote, price, quantity=quantity, market=market)


def _payable(
    row: OrderRow, cash: int, price: int, *, quantity: int, costs: CostRates
) -> int:
    """Return how many of ``quantity`` shares ``cash`` pays for.

    Only where the day has no limits can a share cost more than was held back for it.
    """
    quantity = min(quantity, cash // price)
    while quantity > 0:
        value = quantity * price
        if value + costs.fee(row.filled_value + value) - row.costs <= cash:
            break
        quantity -= 1
    return quantity


def _booked(
    books: Books,
    row: OrderRow,
    quote: Quote,
    price: int,
    *,
    quantity: int,
    market: PracticeMarket,
) -> Books:
    value = quantity * price
    filled_value = row.filled_value + value
    rates = market.costs
    # Fee and tax are cut to whole won once an order, not once a fill.
    tax = rates.tax(row.side, filled_value, quote.session, quote.kind)
    costs = rates.fee(filled_value) + tax
    book = accounts.buy if row.side is Side.BUY else accounts.sell
    ledger = book(
        books.ledger,
        row.symbol,
        quantity=quantity,
        value=value,
        costs=costs - row.costs,
        settles_on=market.calendar.session_after(
            row.session, accounts.SETTLEMENT_SESSIONS
        ),
    )
    filled = replace(
        row, filled=row.filled + quantity, filled_value=filled_value, costs=costs
    )
    return replaced(replace(books, ledger=ledger), filled)


def _expired(books: Books) -> Books:
    ended = [
        replace(row, expired=row.expired + row.open_quantity)
        for row in books.orders
        if row.act is not Act.CANCELLATION and row.open_quantity > 0
    ]
    return replaced(books, *ended) if ended else books


def _opened(books: Books, market: PracticeMarket, session: date) -> Books:
    """Turn to ``session``: a new day of numbers, and splits of what is held."""
    closed_at = market.calendar.closes_at(books.session)
    worth = total(books, market, closed_at)
    ledger = books.ledger
    for symbol in sorted(ledger.positions):
        quote = market.quotes.opening_quote(symbol, session)
        if quote and quote.split_ratio > 1:
            ledger = accounts.split(ledger, symbol, quote.split_ratio)
    return replace(
        books, ledger=ledger, session=session, last_number=0, closing_total=worth
    )
