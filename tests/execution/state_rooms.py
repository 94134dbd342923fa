"""The room of a state check, made of what a desk holds except its broker."""

from datetime import date, datetime

from khms_trader.domain.quote import Quote
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.office import Desk
from khms_trader.execution.state_plan import StateRoom
from khms_trader.planning.state_view import (
    Connection,
    LineStanding,
    PlanView,
    StateView,
)
from khms_trader.ports import Quotes


class NoProgress:
    def step(self, done: int, total: int, what: str) -> None:
        """Show nothing."""


class FailingQuotes:
    """Quotes of another source, of which some cannot be read."""

    def __init__(self, quotes: Quotes, *symbols: str) -> None:
        self.quotes = quotes
        self.symbols = symbols

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        if symbol in self.symbols:
            raise BrokerUnavailable("no_answer")
        return self.quotes.opening_quote(symbol, session)

    def last_price(self, symbol: str, at: datetime) -> int | None:
        if symbol in self.symbols:
            raise BrokerUnavailable("no_answer")
        return self.quotes.last_price(symbol, at)


class ClosedQuotes:
    """Every last price is 9,500 won; no session's quote may be asked for."""

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        message = f"the quote of {symbol} on {session} was asked for"
        raise AssertionError(message)

    def last_price(self, symbol: str, at: datetime) -> int | None:
        return 9_500


def room_of(desk: Desk, *, limit: int = 10, quotes: Quotes | None = None) -> StateRoom:
    return StateRoom(
        office=desk.office,
        quotes=quotes or desk.quotes,
        rules=desk.rules,
        data_source=desk.data_source,
        is_real=desk.is_real,
        halt_file=desk.halt_file,
        is_halted=desk.is_halted,
        start_window=desk.pace.start_window,
        quote_limit=limit,
        connection=lambda: Connection(kind="virtual"),
        progress=NoProgress(),
    )


def plan_in(view: StateView) -> PlanView:
    assert view.plan is not None
    return view.plan


def standings(view: StateView) -> dict[str, LineStanding]:
    return {row.line.symbol: row.standing for row in plan_in(view).rows}


def intended(view: StateView) -> list[object]:
    """Return the orders that would be sent, in the order of the lines."""
    return [row.order for row in plan_in(view).rows if row.order is not None]
