"""The generated market as bars, quotes and listing: what works without any key.

Bars are raw: they are never rewritten, so a split shows as a fall of the price. It may
not read a clock, a file or the network, and quotes may not load numpy.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from khms_trader.data.sample.issues import Issue, Roster
from khms_trader.data.sample.stories import SPLIT_RATIO, Mode, Stretch, stretch_at
from khms_trader.data.sample.tape import Tape
from khms_trader.data.sample.weather import Weather
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.plan import BarsState
from khms_trader.domain.quality import BarProblem
from khms_trader.domain.quote import Quote
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.market.prices import listing_day_limits, lower_limit, upper_limit

if TYPE_CHECKING:  # numpy stays out of the 09:01 path
    from khms_trader.domain.panel import Panel


class SampleMarket:
    """A believable market, the same on every machine, from the epoch on for ever.

    Implements ``BarSource``, ``Quotes`` and ``Listing``. As the real exchange does it
    knows a session's open when asked for it, also of sessions to come.
    """

    name: Final = "sample"
    basis: Final = "raw"

    def __init__(self, calendar: Calendar) -> None:
        """Take the calendar that says which dates are sessions."""
        self._calendar = calendar
        self._weather = Weather(calendar)
        self._roster = Roster()
        self._tapes: dict[str, Tape] = {}

    def panel(self, until: date, symbols: Sequence[str] | None = None) -> "Panel":
        """Return all bars up to ``until``; symbols that never had one are left out.

        Raises:
            DataError: ``sample_before_epoch``.
        """
        from khms_trader.data.sample.bars import panel_of  # noqa: PLC0415

        count = self._weather.count_until(until)
        known = self._roster.until(count - 1)
        wanted = known if symbols is None else dict.fromkeys(symbols)
        issues = [known[symbol] for symbol in wanted if symbol in known]
        tapes = [self._tape(issue, count) for issue in issues if issue.first < count]
        return panel_of(tapes, self._weather.sessions[:count])

    def state_of(self, session: date, now: datetime) -> BarsState:  # noqa: ARG002
        """Return FINAL: a generated bar never changes."""
        return BarsState.FINAL

    def problems(self) -> tuple[BarProblem, ...]:
        """Return none: its splits, halts and listings are known events, not faults."""
        return ()

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        """Return the quote of ``session``; None when the symbol is not listed then.

        A halted issue has no ``open_price``; its ``price`` is the previous close.

        Raises:
            DataError: ``sample_before_epoch`` or ``not_a_session``.
        """
        index = self._weather.index_of(session)
        issue = self._roster.until(index).get(symbol)
        if issue is None or not issue.is_listed(index):
            return None
        tape = self._tape(issue, index + 1)
        stretch = stretch_at(issue, index)
        opened = tape.bar(index)[0]
        is_halted = stretch.stage.mode is Mode.HALTED
        lower, upper = self._limits(tape, index, stretch)
        return Quote(
            symbol=symbol,
            session=session,
            base_price=tape.base(index, self._weather.rules[issue.kind][index]),
            upper_limit=upper,
            lower_limit=lower,
            open_price=None if is_halted else opened,
            price=opened,
            name=issue.name,
            kind=issue.kind,
            designations=stretch.stage.designations,
            split_ratio=SPLIT_RATIO if stretch.stage.mode is Mode.SPLIT else 1,
        )

    def last_price(self, symbol: str, at: datetime) -> int | None:
        """Return the newest price in won known at ``at``; None before the listing.

        During a session that is its open; of a delisted issue its very last close.

        Raises:
            DataError: ``sample_before_epoch``.
        """
        day = at.astimezone(SEOUL).date()
        count = self._weather.count_until(day)
        is_open = False
        if self._calendar.is_session(day):
            is_open = self._calendar.opens_at(day) <= at < self._calendar.closes_at(day)
            count -= at < self._calendar.opens_at(day)
        issue = self._roster.until(count - 1).get(symbol)
        if issue is None or issue.first >= count:
            return None
        tape = self._tape(issue, count)
        last = min(count, tape.stop) - 1
        shows_open = is_open and last == count - 1
        return tape.bar(last)[0] if shows_open else tape.bar(last)[3]

    def instruments(self, asof: date) -> tuple[Instrument, ...]:
        """Return the issues listed on ``asof`` with the turnover of the session before.

        On a date without a session that is the listing of the newest one.

        Raises:
            DataError: ``sample_before_epoch``.
        """
        index = self._weather.count_until(asof) - 1
        known = self._roster.until(index)
        return tuple(
            self._instrument(known[symbol], index)
            for symbol in sorted(known)
            if known[symbol].is_listed(index)
        )

    def _instrument(self, issue: Issue, index: int) -> Instrument:
        price = volume = 0
        if index > max(issue.first, 0):
            price, volume = self._tape(issue, index).bar(index - 1)[3:]
        return Instrument(
            symbol=issue.symbol,
            name=issue.name,
            kind=issue.kind,
            reference_price=price,
            reference_volume=volume,
            designations=stretch_at(issue, index).stage.designations,
        )

    def _limits(
        self, tape: Tape, index: int, stretch: Stretch
    ) -> tuple[int, int] | tuple[None, None]:
        rule = self._weather.rules[tape.issue.kind][index]
        base = tape.base(index, rule)
        if stretch.stage.mode is Mode.LIQUIDATION:
            return None, None
        if stretch.stage.mode is Mode.LISTING:
            return listing_day_limits(base, rule)
        return lower_limit(base, rule), upper_limit(base, rule)

    def _tape(self, issue: Issue, stop: int) -> Tape:
        tape = self._tapes.get(issue.symbol)
        if tape is None:
            tape = self._tapes[issue.symbol] = Tape(issue, self._weather)
        tape.extend(self._weather, stop)
        return tape
