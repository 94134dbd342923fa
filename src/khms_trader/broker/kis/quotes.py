"""Prices of today from KIS: our ``Quotes`` port over two calls.

What the open decided does not change any more, so a run asks once per symbol.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from khms_trader.broker.kis.endpoints import ASKING_PRICE, PRICE
from khms_trader.broker.kis.paging import Reader, read_once
from khms_trader.broker.kis.wire.quotes import (
    parse_expected_price,
    parse_price,
    price_request,
)
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.quote import Quote
from khms_trader.domain.read_at import ReadAt
from khms_trader.errors import BrokerUnavailable
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.ports import Clock

# A run asks again within seconds; a later look is for what changed, a halt for one.
_FRESH: Final = timedelta(minutes=1)
_NOTHING_KNOWN: Final[Mapping[str, Instrument]] = MappingProxyType({})


class KisQuotes:
    """The ``Quotes`` of today's session, one request each; one per thread."""

    def __init__(
        self,
        reader: Reader,
        *,
        clock: Clock,
        calendar: Calendar,
        instruments: Mapping[str, Instrument] = _NOTHING_KNOWN,
    ) -> None:
        """Ask through ``reader``; ``instruments`` give names and kinds by symbol."""
        self._reader = reader
        self._clock = clock
        self._calendar = calendar
        self._instruments = instruments
        self._opened: dict[tuple[str, date], tuple[ReadAt, Quote]] = {}

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        """Return the quote of ``session``, or None when the symbol is unknown.

        One that has an opening price is not asked for again within a minute.

        Raises:
            BrokerUnavailable: it could not be read, or ``session`` is not today
                (``kis_quote_not_today``): KIS knows today's prices only.
        """
        now = self._clock.now().astimezone(SEOUL)
        if session != now.date():
            code = "kis_quote_not_today"
            raise BrokerUnavailable(code, symbol=symbol, session=session)
        read_at, known = self._opened.get((symbol, session), (None, None))
        is_fresh = read_at and read_at.age(ReadAt.of(self._clock)) < _FRESH
        return known if known and is_fresh else self._quote(symbol, now)

    def last_price(self, symbol: str, at: datetime) -> int | None:
        """Return the newest price in won, or None; None too for an earlier day.

        Raises:
            BrokerUnavailable: it could not be read.
        """
        now = self._clock.now().astimezone(SEOUL)
        if at.astimezone(SEOUL).date() < now.date():
            return None
        quote = self._quote(symbol, now)
        return quote.price if quote else None

    def expected_price(self, symbol: str) -> int | None:
        """Return the price the running auction would cross at, in won, or None.

        Raises:
            BrokerUnavailable: it could not be read.
        """
        reply = read_once(self._reader, ASKING_PRICE, price_request(symbol))
        return parse_expected_price(reply.body)

    def _quote(self, symbol: str, now: datetime) -> Quote | None:
        reply = read_once(self._reader, PRICE, price_request(symbol))
        today = now.date()
        is_session = self._calendar.is_session(today)
        quote = parse_price(
            reply.body,
            symbol,
            today,
            instrument=self._instruments.get(symbol),
            is_open=is_session and now >= self._calendar.opens_at(today),
        )
        if quote is not None and quote.open_price is not None:
            self._opened[symbol, today] = ReadAt.of(self._clock), quote
        return quote
