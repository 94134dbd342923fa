"""Prices for a person to look at: so many a round, each asked for once.

A price that cannot be had is a fact about that symbol, never the end of the round.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from khms_trader.domain.quote import Quote
from khms_trader.errors import NotAvailable
from khms_trader.planning.state_view import Glance
from khms_trader.ports import Progress, Quotes

logger = logging.getLogger(__name__)


class Glances:
    """``Quotes`` that ask another ``Quotes`` at most ``limit`` times."""

    def __init__(
        self, quotes: Quotes, *, now: datetime, is_open: bool, limit: int
    ) -> None:
        """Look at the prices of ``now``; ``is_open`` while today's session trades.

        A session's quote is asked for only then: before the open nobody may know it,
        and sources that know the future would tell it.
        """
        self._quotes = quotes
        self._now = now
        self._is_open = is_open
        self._limit = limit
        self._seen: dict[str, Glance] = {}

    @property
    def seen(self) -> Mapping[str, Glance]:
        """Every look so far, by symbol."""
        return self._seen

    def look_at(self, symbols: Iterable[str], progress: Progress) -> None:
        """Look at the first ``symbols`` that the limit allows."""
        wanted = tuple(symbols)[: self._limit]
        for done, symbol in enumerate(wanted):
            progress.step(done, len(wanted), "quotes")
            self._look(symbol)

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        """Return the quote of the running session; None for any other."""
        if session != self._now.date():
            return None
        glance = self._look(symbol)
        return None if glance is None else glance.quote

    def last_price(self, symbol: str, at: datetime) -> int | None:
        """Return the newest price; None for any other day."""
        if at.date() != self._now.date():
            return None
        glance = self._look(symbol)
        return None if glance is None else glance.price

    def _look(self, symbol: str) -> Glance | None:
        known = self._seen.get(symbol)
        if known is None and len(self._seen) < self._limit:
            known = self._seen[symbol] = self._asked(symbol)
        return known

    def _asked(self, symbol: str) -> Glance:
        try:
            if not self._is_open:
                price = self._quotes.last_price(symbol, self._now)
                return Glance(symbol=symbol, price=price)
            quote = self._quotes.opening_quote(symbol, self._now.date())
        except NotAvailable as error:
            logger.warning("no price of %s: %s", symbol, error)
            return Glance(symbol=symbol, is_failed=True)
        return Glance(
            symbol=symbol, price=None if quote is None else quote.price, quote=quote
        )
