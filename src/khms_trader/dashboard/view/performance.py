"""Everything the page 성과 shows, worked out from the journal. Pure.

It holds no Korean and no figure: see ``performance_tiles``, ``performance_tables`` and
``performance_figures`` for what is made of it.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionStarted,
    ForeignOrdersSeen,
    HoldingAdopted,
    HoldingReleased,
)
from khms_trader.domain.order import MAY_HAVE_FILLED, OrderRecord, OrderState
from khms_trader.market.calendar import Calendar
from khms_trader.market.rates import CostRates
from khms_trader.performance.costing import SessionRates, session_rates
from khms_trader.performance.equity import (
    EquityCurve,
    EquityPoint,
    equity_curve,
    is_complete,
)
from khms_trader.performance.ratios import (
    Comparison,
    Ratios,
    aligned,
    compared,
    ratios_of,
)
from khms_trader.performance.returns import chained
from khms_trader.performance.summary import Turnover, turnover_of
from khms_trader.performance.trade import Trades
from khms_trader.performance.trades import SellReasons, TradeFacts, trades_of
from khms_trader.ports import Clock

KINDS: Final[tuple[type[Event], ...]] = (
    AccountObserved,
    ExecutionStarted,
    ForeignOrdersSeen,
    HoldingAdopted,
    HoldingReleased,
)
"""The events this page reads; never the thousands of skipped lines of a year."""


class PerformanceRoom(Protocol):
    """What this page asks; a part of the dashboard's ``Room``."""

    @property
    def calendar(self) -> Calendar:
        """The sessions of KRX."""

    @property
    def clock(self) -> Clock:
        """The time in Asia/Seoul."""

    @property
    def costs(self) -> CostRates:
        """The rates in force now."""

    def stamp(self) -> Hashable:
        """Return what changes with the account, its journal and the benchmark."""

    def events(self, kinds: Sequence[type[Event]]) -> tuple[Event, ...]:
        """Return the journal's events of ``kinds``, by age."""

    def records(self, states: Sequence[OrderState]) -> tuple[OrderRecord, ...]:
        """Return the journal's orders in ``states``, by age."""

    def sell_reasons(self, records: Sequence[OrderRecord]) -> SellReasons:
        """Return why plans sold what ``records`` sold; what is unknown is missing."""

    def benchmark(self) -> Mapping[date, int] | None:
        """Return the closes of 229200 in won by session, or None when not stored."""

    def names(self) -> Mapping[str, str]:
        """Return display names by symbol."""


class Period(StrEnum):
    """How much of the past is shown."""

    ALL = "all"
    YEAR = "year"
    QUARTER = "quarter"


_SESSIONS: Final = {Period.YEAR: 250, Period.QUARTER: 60}


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What the page shows of one period.

    Attributes:
        seen_at: when the account was last read completely; None when it never was.
        index: 1.0 at the first point, flows taken out; one per point.
        benchmark: the index of 229200 at each point; None where it is not known.
        compared: with the benchmark over the points it is known at, if there are two.
        unseen: sessions between the first and the last point without a point.
    """

    seen_at: datetime | None = None
    curve: EquityCurve = field(default_factory=EquityCurve)
    index: tuple[float, ...] = ()
    benchmark: tuple[float | None, ...] = ()
    ratios: Ratios
    compared: Comparison | None = None
    trades: Trades
    turnover: Turnover
    names: Mapping[str, str] = field(default_factory=dict)
    unseen: int = 0

    @property
    def sessions(self) -> tuple[date, ...]:
        """The sessions of the points, ascending."""
        return tuple(point.session for point in self.curve.points)

    @property
    def growths(self) -> tuple[float, ...]:
        """The growth of each point; the first is 1.0."""
        return tuple(point.growth for point in self.curve.points)

    @property
    def returns(self) -> tuple[float, ...]:
        """The return of each point after the first, as a fraction."""
        return tuple(growth - 1 for growth in self.growths[1:])


def performance_of(room: PerformanceRoom, period: Period = Period.ALL) -> Performance:
    """Return what the page shows of ``period``, from the journal alone."""
    events = room.events(KINDS)
    records = tuple(r for r in room.records(MAY_HAVE_FILLED) if r.filled_quantity)
    rates = session_rates(events, room.costs)
    facts = TradeFacts(
        records=records,
        events=events,
        rates=rates,
        calendar=room.calendar,
        reasons=room.sell_reasons(records),
    )
    looks = [event for event in events if isinstance(event, AccountObserved)]
    complete = [look for look in looks if is_complete(look.observed)]
    curve = _newest(equity_curve(events, records, rates), period)
    since = _since(curve, period)
    return _worked_out(
        curve,
        seen_at=complete[-1].observed.observed_at if complete else None,
        closes=room.benchmark() or {},
        calendar=room.calendar,
        trades=_after(trades_of(facts), since),
        turnover=_turnover(records, rates, since),
        names={**room.names(), **_names(looks)},
    )


def _worked_out(
    curve: EquityCurve,
    *,
    seen_at: datetime | None,
    closes: Mapping[date, int],
    calendar: Calendar,
    trades: Trades,
    turnover: Turnover,
    names: Mapping[str, str],
) -> Performance:
    sessions = tuple(point.session for point in curve.points)
    index = chained(point.growth for point in curve.points)
    benchmark = aligned(sessions, closes)
    lived = calendar.sessions(sessions[0], sessions[-1]) if sessions else ()
    return Performance(
        seen_at=seen_at,
        curve=curve,
        index=index,
        benchmark=benchmark,
        ratios=ratios_of(
            [point.growth - 1 for point in curve.points[1:]], len(lived) - 1
        ),
        compared=compared(sessions, index, benchmark),
        trades=trades,
        turnover=turnover,
        names=names,
        unseen=len(set(lived) - set(sessions)),
    )


def _newest(curve: EquityCurve, period: Period) -> EquityCurve:
    """Return the newest returns of ``period`` and the point they begin at."""
    count = _SESSIONS.get(period)
    if count is None or len(curve.points) <= count + 1:
        return curve
    first, *rest = curve.points[-count - 1 :]
    begun = replace(first, growth=1.0, flows=())
    points: tuple[EquityPoint, ...] = (begun, *rest)
    left_out = tuple(day for day in curve.left_out if day > first.session)
    return EquityCurve(points=points, left_out=left_out)


def _since(curve: EquityCurve, period: Period) -> date:
    """Return the day after which trades of the period were closed."""
    is_cut = period in _SESSIONS and len(curve.points) == _SESSIONS[period] + 1
    return curve.points[0].session if is_cut else date.min


def _after(trades: Trades, since: date) -> Trades:
    return replace(
        trades,
        closed=tuple(trade for trade in trades.closed if trade.closed > since),
        unknown=tuple(each for each in trades.unknown if each.session > since),
    )


def _turnover(
    records: Sequence[OrderRecord], rates: SessionRates, since: date
) -> Turnover:
    return turnover_of((r for r in records if r.key.session > since), rates)


def _names(looks: Sequence[AccountObserved]) -> dict[str, str]:
    return {
        holding.symbol: holding.name
        for look in looks
        for holding in look.observed.holdings
        if holding.name
    }
