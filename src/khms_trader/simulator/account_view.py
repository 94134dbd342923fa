"""The practice account as it truly is, for tests and curious people.

No call of KIS: no lag, no pages, no faults, and no limit on how often it is asked for.
"""

from datetime import datetime

from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.matching import spendable, total
from khms_trader.simulator.orders import Books, OrderRow
from khms_trader.simulator.traffic import Body


def account_json(exchange: Exchange, now: datetime) -> Body:
    """Return cash, holdings and all orders at ``now``; won and shares as numbers.

    Raises:
        DataError: as the market's bars and quotes.
    """
    exchange.books_at(now)
    market, books = exchange.market, exchange.books
    symbols = sorted(books.ledger.positions)
    return {
        "now": now.isoformat(),
        "session": books.session.isoformat(),
        "cash": books.ledger.cash,
        "cash_d2": books.ledger.cash_d2,
        "spendable": spendable(books, market.costs),
        "total": total(books, market, now),
        "holdings": [_holding(market, books, symbol, now) for symbol in symbols],
        "orders": [_order(row) for row in books.orders],
    }


def _holding(market: PracticeMarket, books: Books, symbol: str, now: datetime) -> Body:
    held, quote = books.ledger.positions[symbol], market.quote(symbol, now)
    price = market.price(symbol, now)
    return {
        "symbol": symbol,
        "name": quote.name if quote else "",
        "quantity": held.quantity,
        "sellable": books.sellable(symbol),
        "average_price": str(held.average_price),
        "cost": held.cost,
        "price": price,
        "value": held.quantity * price,
    }


def _order(row: OrderRow) -> Body:
    return {
        "session": row.session.isoformat(),
        "number": row.number,
        "at": row.ordered_at.isoformat(),
        "act": row.act.name.lower(),
        "original": row.original,
        "symbol": row.symbol,
        "side": row.side.value,
        "division": row.division.value,
        "limit_price": row.limit_price,
        "quantity": row.quantity,
        "filled": row.filled,
        "filled_value": row.filled_value,
        "costs": row.costs,
        "cancelled": row.cancelled,
        "expired": row.expired,
        "open": row.open_quantity,
    }
