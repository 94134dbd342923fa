"""What looks at the account said of one symbol, for what no fill tells. Pure."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from khms_trader.domain.account import Holding
from khms_trader.domain.events import AccountObserved, Event


class Sightings:
    """The holdings of every look at an account, by symbol."""

    def __init__(self, events: Iterable[Event]) -> None:
        """Keep the ``AccountObserved`` among ``events``, oldest first."""
        self._seen: dict[str, list[tuple[datetime, Holding]]] = {}
        for event in events:
            if isinstance(event, AccountObserved):
                for holding in event.observed.holdings:
                    sighting = (event.observed.observed_at, holding)
                    self._seen.setdefault(holding.symbol, []).append(sighting)

    def average_of(self, symbol: str, shares: int, at: datetime) -> Decimal | None:
        """Return the average price in won once ``shares`` of ``symbol`` were there.

        The newest look by ``at`` tells when it saw so many, else the first look after
        that did; None when none did.
        """
        before = self._before(symbol, at)
        if before and before[-1].quantity >= shares:
            return before[-1].average_price
        later = self._seen.get(symbol, [])[len(before) :]
        return next((h.average_price for _, h in later if h.quantity >= shares), None)

    def average_before(self, symbol: str, at: datetime) -> Decimal | None:
        """Return the average price in won of the newest look by ``at``, or None."""
        before = self._before(symbol, at)
        return before[-1].average_price if before else None

    def last_price(self, symbol: str, at: datetime) -> int | None:
        """Return the newest price in won seen by ``at``, or None."""
        prices = [holding.price for holding in self._before(symbol, at)]
        return next((price for price in reversed(prices) if price), None)

    def _before(self, symbol: str, at: datetime) -> list[Holding]:
        return [holding for seen, holding in self._seen.get(symbol, ()) if seen <= at]
