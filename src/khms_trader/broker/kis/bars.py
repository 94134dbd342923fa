"""Daily bars from KIS: a symbol's history, and the newest day of many symbols.

It fetches; whether bars go with stored ones, and storing them, is for ``data``. Prices
are adjusted, as the exchange's own market (J) made them.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.broker.kis.endpoints import MULTI_PRICE, PERIOD_BARS, Endpoint
from khms_trader.broker.kis.paging import Reader
from khms_trader.broker.kis.wire.bars import (
    MULTI_SYMBOLS,
    BarPage,
    bars_request,
    multi_price_request,
    parse_bars,
    parse_multi_prices,
)
from khms_trader.broker.kis.wire.fields import Body
from khms_trader.domain.bars import DailyBar, MultiPrice, SymbolBars
from khms_trader.errors import (
    BrokerError,
    BrokerUnavailable,
    NotInVirtual,
    TokenRefused,
)
from khms_trader.market.calendar import CLOSE_GRACE, SEOUL, Calendar
from khms_trader.ports import Clock

logger = logging.getLogger(__name__)

_MOST_PAGES: Final = 200  # 20,000 sessions: longer than the exchange exists
_ONE_DAY: Final = timedelta(days=1)


class KisBars:
    """A ``BarFetcher`` through one key."""

    def __init__(
        self,
        reader: Reader,
        *,
        clock: Clock,
        calendar: Calendar,
        has_many: bool = False,
    ) -> None:
        """Fetch through ``reader``; ``has_many``: it reaches the real server."""
        self._reader = reader
        self._clock = clock
        self._calendar = calendar
        self._has_many = has_many

    @property
    def has_many(self) -> bool:
        """Whether ``today`` may be asked: only the real server offers the call."""
        return self._has_many

    def history(self, symbol: str, since: date) -> SymbolBars:
        """Return the bars of ``symbol`` from ``since`` to the last closed session.

        One request for every 100 sessions, and one more where the bars begin later:
        a page may be short for no fault of the symbol, so what is older is looked for
        until there is none. The row of a running session is dropped.

        Raises:
            BrokerUnavailable: a page could not be had or read.
        """
        end = self._calendar.last_closed(self._clock.now().astimezone(SEOUL))
        found: dict[date, DailyBar] = {}
        name, is_full, is_beginning = "", True, False
        for _ in range(_MOST_PAGES):
            page = self._page(bars_request(symbol, since, end), is_needed=is_full)
            if page is None:
                break
            name = name or page.name
            older = [bar for bar in page.bars if since <= bar.session <= end]
            if not older:
                # With bars later than the span nobody looked where it was asked to.
                is_beginning = all(bar.session < since for bar in page.bars)
                break
            found |= {bar.session: bar for bar in older}
            if older[0].session <= since:
                break
            end, is_full = older[0].session - _ONE_DAY, page.is_full
        else:
            raise BrokerUnavailable("kis_pages_endless", call=PERIOD_BARS.name)
        bars = tuple(found[session] for session in sorted(found))
        return SymbolBars(
            symbol=symbol,
            name=name,
            bars=bars,
            is_beginning=is_beginning and bool(bars),
        )

    def today(self, symbols: Sequence[str]) -> Mapping[str, MultiPrice]:
        """Return today's whole day of ``symbols``, 30 to a request.

        Symbols KIS does not answer for are missing, and so is what was to come after
        a request that failed: they need their history. Nothing is asked, and nothing
        returned, until five minutes after today's close, or on a day without a session.

        Raises:
            NotInVirtual: the server does not offer the call.
            BrokerUnavailable: not even the first request was answered.
        """
        now = self._clock.now().astimezone(SEOUL)
        session = self._calendar.last_closed(now)
        done_at = self._calendar.closes_at(session) + CLOSE_GRACE
        if not is_day_done(session, done_at, now):
            return {}
        found: dict[str, MultiPrice] = {}
        for first in range(0, len(symbols), MULTI_SYMBOLS):
            request = multi_price_request(symbols[first : first + MULTI_SYMBOLS])
            try:
                body = self._asked(MULTI_PRICE, request)
                prices = parse_multi_prices(body, session)
            except TokenRefused:
                raise
            except BrokerUnavailable as error:
                if not first:
                    raise
                logger.warning("%d of %d prices: %s", first, len(symbols), error)
                break
            found |= {price.symbol: price for price in prices}
        return {symbol: found[symbol] for symbol in symbols if symbol in found}

    def _page(self, fields: Mapping[str, str], *, is_needed: bool) -> BarPage | None:
        """Return a page; None when one that is but a look could not be had."""
        try:
            return parse_bars(self._asked(PERIOD_BARS, fields))
        except TokenRefused:
            raise
        except BrokerUnavailable as error:
            if is_needed:
                raise
            logger.warning("no look before the first bar: %s", error)
            return None

    def _asked(self, endpoint: Endpoint, fields: Mapping[str, str]) -> Body:
        try:
            return self._reader.read(endpoint, fields).body
        except (BrokerUnavailable, NotInVirtual):
            raise
        except BrokerError as error:
            raise BrokerUnavailable(error.code, **error.facts) from error


def is_day_done(session: date, done_at: datetime, now: datetime) -> bool:
    """Return whether a price asked for at ``now`` is the whole day of ``session``.

    Only on the day itself: nobody says when KIS starts the next one.
    """
    return now.date() == session and now >= done_at
