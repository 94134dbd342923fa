"""Everything messages are derived from: plain values, gathered by whoever can read.

The same history gives the same messages, however often it is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from khms_trader.domain.events import AccountObserved, Event, OrderEvent
from khms_trader.domain.order import OrderRecord
from khms_trader.domain.plan import Plan
from khms_trader.domain.report import SessionReport
from khms_trader.market.rates import CostRates
from khms_trader.notifications.messages.equity import EquityPoint, points_of

_NO_COSTS: Final = CostRates(fee_rate=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltSeen:
    """A halt in force, as it was written down; both empty when nobody did."""

    since: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened on one account, and how things stand.

    Attributes:
        now: aware, in Asia/Seoul.
        since: what happened before is not told any more.
        events: the journal's, oldest first; of at least 60 sessions for the picture.
        plans: of the sessions to tell, and as many before as can be had; a plan that
            was superseded may be missing, and is not told then.
        reports: of the sessions to tell, the newest of each.
        under_way: sessions whose execution began and may go on still: their result is
            none yet.
        managed: the strategy's shares by symbol.
        legacy: symbols out of the strategy's reach.
        unknown: orders whose outcome only a person can find out.
        is_confirmed: the account may be traded.
    """

    account: str
    now: datetime
    since: datetime | None = None
    events: tuple[Event, ...] = ()
    plans: tuple[Plan, ...] = ()
    reports: tuple[SessionReport, ...] = ()
    under_way: frozenset[date] = frozenset()
    costs: CostRates = _NO_COSTS
    managed: Mapping[str, int] = field(default_factory=dict)
    legacy: frozenset[str] = frozenset()
    unknown: tuple[OrderRecord, ...] = ()
    is_confirmed: bool = True
    halt: HaltSeen | None = None

    @property
    def points(self) -> tuple[EquityPoint, ...]:
        """The equity curve, oldest first."""
        return points_of(self.events)

    @property
    def results(self) -> tuple[SessionReport, ...]:
        """The reports of executions that are over, oldest first."""
        return tuple(r for r in self.reports if r.session not in self.under_way)

    @property
    def names(self) -> dict[str, str]:
        """Display names by symbol, the newest known."""
        names = {
            holding.symbol: holding.name
            for event in self.events
            if isinstance(event, AccountObserved)
            for holding in event.observed.holdings
            if holding.name
        }
        for plan in self.plans:
            names |= plan.names
        return names

    def of_order(self, event: OrderEvent) -> tuple[OrderEvent, ...]:
        """Return what happened to the same order after ``event``."""
        place = next(n for n, each in enumerate(self.events) if each is event)
        return tuple(
            later
            for later in self.events[place + 1 :]
            if isinstance(later, OrderEvent) and later.key == event.key
        )
