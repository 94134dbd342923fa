"""Quotes made from stored bars: what paper trading on imported days fills at.

Base price and limits follow the exchange's rule from the close stored before; a bar
that does not fit them (adjusted prices, an ex-day) changes nothing here, so that the
fill rule can refuse it. Nothing is made up: no bar, no opening price.
"""

from bisect import bisect_left
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from khms_trader.domain.instrument import Designation, kind_of
from khms_trader.domain.quote import Quote
from khms_trader.market.prices import (
    base_price,
    limit_permille,
    lower_limit,
    tick_rule,
    upper_limit,
)
from khms_trader.ports import BarSource

if TYPE_CHECKING:  # numpy stays out of the 09:01 path
    from khms_trader.domain.panel import Panel


class Sessions(Protocol):
    """What stored quotes ask of the calendar."""

    def is_session(self, day: date) -> bool:
        """Return whether the exchange trades on ``day``."""

    def opens_at(self, session: date) -> datetime:
        """Return when ``session`` opens."""

    def closes_at(self, session: date) -> datetime:
        """Return when ``session`` closes."""


class StoreQuotes:
    """The ``Quotes`` of a bar source."""

    def __init__(self, source: BarSource, calendar: Sessions) -> None:
        """Read the bars of ``source``, on the hours of ``calendar``."""
        self._source = source
        self._calendar = calendar

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        """Return the quote of ``session``; None without any bar before it.

        ``open_price`` is None when the symbol has no bar of ``session`` or did not
        trade then; the latter is marked HALTED. On adjusted bars base and limits are
        those of the adjusted close, rounded up to the tick.

        Raises:
            DataError: as for ``BarSource.panel``.
        """
        panel = self._source.panel(session)
        column = _column(panel, symbol)
        before = bisect_left(panel.sessions, session)
        previous = 0 if column is None else _last_close(panel, column, before)
        if column is None or not previous:
            return None
        kind = kind_of(symbol)
        rule, permille = tick_rule(session, kind), limit_permille(session)
        base = base_price(previous, rule)
        opened, is_listed = None, False
        if before < len(panel.sessions):
            opened = _opening(panel, column, before)
            is_listed = bool(panel.close[before, column])
        is_halted = is_listed and opened is None
        return Quote(
            symbol=symbol,
            session=session,
            base_price=base,
            upper_limit=upper_limit(base, rule, permille),
            lower_limit=lower_limit(base, rule, permille),
            open_price=opened,
            price=opened,
            name=panel.names.get(symbol, ""),
            kind=kind,
            designations=frozenset({Designation.HALTED} if is_halted else ()),
        )

    def last_price(self, symbol: str, at: datetime) -> int | None:
        """Return the newest price in won that was known at ``at``, or None.

        The open from the session's open on, the close from its close on, until then
        the close stored before.

        Raises:
            DataError: as for ``BarSource.panel``.
        """
        session = at.date()
        panel = self._source.panel(session)
        column = _column(panel, symbol)
        if column is None:
            return None
        row = bisect_left(panel.sessions, session)
        if row < len(panel.sessions) and self._calendar.is_session(session):
            if at >= self._calendar.closes_at(session):
                return _last_close(panel, column, row + 1) or None
            opened = _opening(panel, column, row)
            if opened is not None and at >= self._calendar.opens_at(session):
                return opened
        return _last_close(panel, column, row) or None


def _column(panel: "Panel", symbol: str) -> int | None:
    place = bisect_left(panel.symbols, symbol)
    is_there = place < len(panel.symbols) and panel.symbols[place] == symbol
    return place if is_there else None


def _opening(panel: "Panel", column: int, row: int) -> int | None:
    if panel.volume[row, column] > 0:
        return int(panel.open[row, column])
    return None


def _last_close(panel: "Panel", column: int, rows: int) -> int:
    """Return the newest close of the first ``rows`` rows, 0 when there is none."""
    for row in range(rows - 1, -1, -1):
        if panel.close[row, column]:
            return int(panel.close[row, column])
    return 0
