"""What the practice market says at a moment: one price, its book and its phase.

One price a session, the open until the close and then the close, so that paper, engine
and practice server agree. It reads no clock: every moment is handed in, in KST.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from khms_trader.domain.quote import Quote
from khms_trader.market.calendar import Calendar
from khms_trader.market.hours import MarketPhase, phase_at
from khms_trader.market.prices import round_down, round_up, tick_rule
from khms_trader.market.rates import CostRates
from khms_trader.ports import BarSource, Listing, Quotes

LEVELS: Final = 10
"""Price levels of KRX's public order book, on either side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Ten asks and ten bids in won, best first; 0 where the day's limits end them."""

    asks: tuple[int, ...]
    bids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeMarket:
    """The market behind the practice server.

    Attributes:
        costs: what an account pays; its slippage moves every fill.
    """

    calendar: Calendar
    quotes: Quotes
    bars: BarSource
    listing: Listing
    costs: CostRates

    def session_at(self, now: datetime) -> date:
        """Return today, or the session before when the exchange is closed today."""
        today = now.date()
        if self.calendar.is_session(today):
            return today
        return self.calendar.previous_session(today)

    def phase(self, now: datetime) -> MarketPhase | None:
        """Return the phase of today's session, or None when there is none."""
        today = now.date()
        if not self.calendar.is_session(today):
            return None
        return phase_at(now.time(), self.calendar.hours(today))

    def is_open(self, now: datetime) -> bool:
        """Return whether orders can trade at ``now``."""
        trading = {MarketPhase.CONTINUOUS, MarketPhase.CLOSING_AUCTION}
        return self.phase(now) in trading

    def has_opened(self, now: datetime) -> bool:
        """Return whether the session of ``session_at`` has opened."""
        return now >= self.calendar.opens_at(self.session_at(now))

    def has_closed(self, now: datetime) -> bool:
        """Return whether the session of ``session_at`` has closed."""
        return now >= self.calendar.closes_at(self.session_at(now))

    def quote(self, symbol: str, now: datetime) -> Quote | None:
        """Return the quote of ``session_at``, its open even before the open.

        Raises:
            DataError: as the quotes behind it.
        """
        return self.quotes.opening_quote(symbol, self.session_at(now))

    def price(self, symbol: str, now: datetime) -> int:
        """Return the newest price in won; 0 when nobody knows one.

        In the morning of a split that is the base price: the close before it was one
        of other shares.
        """
        known = self.quotes.last_price(symbol, now) or 0
        if known and not self.has_opened(now):
            quote = self.quote(symbol, now)
            if quote and quote.split_ratio > 1:
                return quote.base_price
        return known

    def closed_at(self, symbol: str, now: datetime) -> int:
        """Return the last close before ``now`` in won of today's shares, or 0."""
        if self.has_closed(now):
            return self.price(symbol, now)
        session = self.session_at(now)
        before = self.calendar.closes_at(self.calendar.previous_session(session))
        close = self.quotes.last_price(symbol, before) or 0
        quote = self.quote(symbol, now)
        ratio = quote.split_ratio if quote else 1
        return (2 * close + ratio) // (2 * ratio)

    def opening(self, symbol: str, now: datetime) -> int:
        """Return the open of ``session_at`` in won; 0 before it and without one."""
        quote = self.quote(symbol, now) if self.has_opened(now) else None
        return (quote.open_price or 0) if quote else 0


def ladder(price: int, quote: Quote) -> Ladder:
    """Return the book one tick around ``price`` won, up to the day's limits."""
    rule = tick_rule(quote.session, quote.kind)
    asks, bids = [], []
    ask = bid = price
    for _ in range(LEVELS):
        ask = round_up(ask + 1, rule)
        bid = round_down(bid - 1, rule) if bid > 1 else 0
        asks.append(0 if quote.upper_limit and ask > quote.upper_limit else ask)
        bids.append(0 if quote.lower_limit and bid < quote.lower_limit else bid)
    return Ladder(asks=tuple(asks), bids=tuple(bids))
