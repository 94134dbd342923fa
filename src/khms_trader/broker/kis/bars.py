"""Daily bars from KIS: a symbol's history, its refresh, and the newest day of many.

It fetches and decides per symbol; storing, marking and counting is its caller's matter.
Prices are adjusted, as the exchange's own market (J) made them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from khms_trader.broker.kis.endpoints import MULTI_PRICE, PERIOD_BARS
from khms_trader.broker.kis.overlap import (
    Fit,
    Overlap,
    is_day_done,
    judge_overlap,
    overlap_begin,
)
from khms_trader.broker.kis.paging import Reader, read_once
from khms_trader.broker.kis.wire.bars import (
    MULTI_SYMBOLS,
    DailyBar,
    MultiPrice,
    bars_request,
    multi_price_request,
    parse_bars,
    parse_multi_prices,
)
from khms_trader.domain.plan import BarsState
from khms_trader.domain.quality import BarProblem, QualityCode
from khms_trader.errors import BrokerUnavailable
from khms_trader.market.calendar import CLOSE_GRACE, SEOUL, Calendar
from khms_trader.ports import Clock

FINAL_FROM: Final = time(20, 10)
"""KST; before it the day's volume still grows: KRX's after-market runs to 20:00."""

_MOST_PAGES: Final = 200  # 20,000 sessions: longer than the exchange exists
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolBars:
    """Bars of one symbol, oldest first; ``name`` may be empty."""

    symbol: str
    name: str
    bars: tuple[DailyBar, ...]


class Change(StrEnum):
    """What a refresh means for the stored bars of a symbol."""

    NONE = "none"
    APPEND = "append"
    REPLACE = "replace"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRefresh:
    """What to do with the stored bars of one symbol.

    Attributes:
        bars: for APPEND, those after the last final stored bar (a provisional one is
            among them again); for REPLACE, the whole series; else none.
        problem: what is to be stored beside the bars.
    """

    symbol: str
    name: str
    change: Change
    bars: tuple[DailyBar, ...] = ()
    problem: BarProblem | None = None


def bars_state(session: date, fetched_at: datetime) -> BarsState:
    """Return whether a bar of ``session`` fetched then may still change (volume)."""
    at = fetched_at.astimezone(SEOUL)
    is_early = at.date() == session and at.time() < FINAL_FROM
    return BarsState.PROVISIONAL if is_early else BarsState.FINAL


class KisBars:
    """Bars through one key; the many-symbol call needs the real server."""

    def __init__(self, reader: Reader, *, clock: Clock, calendar: Calendar) -> None:
        """Fetch through ``reader``."""
        self._reader = reader
        self._clock = clock
        self._calendar = calendar

    def history(self, symbol: str, since: date) -> SymbolBars:
        """Return the bars of ``symbol`` from ``since`` to the last closed session.

        One request for every 100 sessions. The row of a running session is dropped.

        Raises:
            BrokerUnavailable: a page could not be had or read.
        """
        last = self._calendar.last_closed(self._clock.now().astimezone(SEOUL))
        found: dict[date, DailyBar] = {}
        name, end = "", last
        for _ in range(_MOST_PAGES):
            request = bars_request(symbol, since, end)
            page = parse_bars(read_once(self._reader, PERIOD_BARS, request).body)
            name = name or page.name
            older = [bar for bar in page.bars if since <= bar.session <= end]
            found |= {bar.session: bar for bar in older}
            if not page.is_full or not older or older[0].session <= since:
                break
            end = older[0].session - _ONE_DAY
        else:
            raise BrokerUnavailable("kis_pages_endless", call=PERIOD_BARS.name)
        bars = tuple(found[session] for session in sorted(found))
        return SymbolBars(symbol=symbol, name=name, bars=bars)

    def refresh(
        self,
        symbol: str,
        stored: Sequence[DailyBar],
        *,
        since: date,
        is_last_provisional: bool = False,
    ) -> BarRefresh:
        """Return what to do with ``stored``, the newest bars of ``symbol`` there are.

        Usually one request; a new basis has the history fetched again from ``since``.

        Args:
            stored: oldest first; the last 20 traded ones are enough.
            since: where the stored series begins, or shall begin.
            is_last_provisional: the last one may still have changed: it is fetched
                again and not compared.

        Raises:
            BrokerUnavailable: a page could not be had or read; nothing is decided.
        """
        final = list(stored)[:-1] if is_last_provisional else list(stored)
        if not final:
            return self._replaced(symbol, since)
        fetched = self.history(symbol, overlap_begin(final))
        if not fetched.bars:
            return BarRefresh(symbol=symbol, name=fetched.name, change=Change.NONE)
        overlap = judge_overlap(final, fetched.bars)
        if overlap.fit is Fit.REBASE:
            return self._replaced(symbol, since, ratio=overlap.ratio)
        if overlap.fit is Fit.QUARANTINE:
            return _quarantined(fetched, overlap)
        newer = tuple(b for b in fetched.bars if b.session > final[-1].session)
        change = Change.APPEND if newer else Change.NONE
        return BarRefresh(symbol=symbol, name=fetched.name, change=change, bars=newer)

    def today(self, symbols: Sequence[str]) -> Mapping[str, MultiPrice]:
        """Return today's whole day of ``symbols``, 30 to a request.

        Symbols KIS does not answer for are missing: they need their history. Nothing
        is asked, and nothing returned, until five minutes after today's close, or on
        a day without a session.

        Raises:
            BrokerUnavailable: a call could not be had or read, or is not offered.
        """
        now = self._clock.now().astimezone(SEOUL)
        session = self._calendar.last_closed(now)
        done_at = self._calendar.closes_at(session) + CLOSE_GRACE
        if not is_day_done(session, done_at, now):
            return {}
        found: dict[str, MultiPrice] = {}
        for first in range(0, len(symbols), MULTI_SYMBOLS):
            request = multi_price_request(symbols[first : first + MULTI_SYMBOLS])
            reply = read_once(self._reader, MULTI_PRICE, request)
            prices = parse_multi_prices(reply.body, session)
            found |= {price.symbol: price for price in prices}
        return {symbol: found[symbol] for symbol in symbols if symbol in found}

    def _replaced(
        self, symbol: str, since: date, *, ratio: float | None = None
    ) -> BarRefresh:
        whole = self.history(symbol, since)
        if not whole.bars:
            return BarRefresh(symbol=symbol, name=whole.name, change=Change.NONE)
        problem = None
        if ratio is not None:
            problem = BarProblem(
                symbol=symbol,
                code=QualityCode.REBASED,
                session=whole.bars[-1].session,
                detail=f"x{ratio:.4f}",
            )
        return BarRefresh(
            symbol=symbol,
            name=whole.name,
            change=Change.REPLACE,
            bars=whole.bars,
            problem=problem,
        )


def _quarantined(fetched: SymbolBars, overlap: Overlap) -> BarRefresh:
    problem = BarProblem(
        symbol=fetched.symbol,
        code=QualityCode.OVERLAP_MISMATCH,
        session=overlap.differs_on or fetched.bars[0].session,
    )
    return BarRefresh(
        symbol=fetched.symbol,
        name=fetched.name,
        change=Change.QUARANTINE,
        problem=problem,
    )
