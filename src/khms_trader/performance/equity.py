"""The equity curve: what the account was worth after each session. Pure.

The whole account counts, shares outside the strategy included, as the broker totals
it (KIS ``tot_evlu_amt``: holdings plus cash of D+2). Deposits, withdrawals and resets
(see ``flows``) are marked and are no return: the chain is time-weighted. ::

    growth = product over the looks at the account of
             (total - flow) / total of the look before

so that without a flow it is simply the total over the total of the session before.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved, Event
from khms_trader.domain.order import OrderRecord
from khms_trader.performance.costing import SessionRates
from khms_trader.performance.flows import Fill, Flow, FlowKind, fills_of, flow_between


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityPoint:
    """What the account was worth when it was last read completely on ``session``.

    Attributes:
        total, cash_d2: won.
        growth: this session's worth in those of the point before, flows taken out;
            1.0 at the first point.
        flows: what came or went since the point before.
    """

    session: date
    total: int
    cash_d2: int
    growth: float = 1.0
    flows: tuple[Flow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityCurve:
    """The points, oldest first.

    Attributes:
        left_out: sessions seen only while a holding had no price, so that the total
            was no total.
    """

    points: tuple[EquityPoint, ...] = ()
    left_out: tuple[date, ...] = ()

    @property
    def flows(self) -> tuple[tuple[date, Flow], ...]:
        """Every flow with the session that showed it, oldest first."""
        return tuple((p.session, flow) for p in self.points for flow in p.flows)


def equity_curve(
    events: Iterable[Event], records: Iterable[OrderRecord], rates: SessionRates
) -> EquityCurve:
    """Return the curve from every complete look at the account.

    Args:
        events: with ``AccountObserved`` and, to know a person's own orders,
            ``ForeignOrdersSeen``.
    """
    events = tuple(events)
    looks = [event for event in events if isinstance(event, AccountObserved)]
    complete = sorted(
        (look for look in looks if is_complete(look.observed)),
        key=lambda look: (look.session, look.observed.observed_at),
    )
    known = {look.session for look in complete}
    return EquityCurve(
        points=_points(complete, fills_of(records, events, rates)),
        left_out=tuple(sorted({look.session for look in looks} - known)),
    )


def is_complete(account: Account) -> bool:
    """Return whether every holding had a price, so that the total is one."""
    return all(holding.price > 0 for holding in account.holdings)


def _points(
    looks: Sequence[AccountObserved], fills: Sequence[Fill]
) -> tuple[EquityPoint, ...]:
    if not looks:
        return ()
    times = [fill.at for fill in fills]
    points, growth, flows = [], 1.0, []
    for place, look in enumerate(looks):
        if place:
            before = looks[place - 1].observed
            since = bisect_right(times, before.observed_at)
            until = bisect_right(times, look.observed.observed_at)
            flow = flow_between(before, look.observed, fills[since:until])
            growth *= _growth(before.total, look.observed.total, flow)
            flows += [flow] if flow else []
        if place + 1 == len(looks) or looks[place + 1].session != look.session:
            points.append(_point(look, growth=growth, flows=flows))
            growth, flows = 1.0, []
    return tuple(points)


def _point(
    look: AccountObserved, *, growth: float, flows: Sequence[Flow]
) -> EquityPoint:
    return EquityPoint(
        session=look.session,
        total=look.observed.total,
        cash_d2=look.observed.cash_d2,
        growth=growth,
        flows=tuple(flows),
    )


def _growth(before: int, after: int, flow: Flow | None) -> float:
    """Return what a look was worth in those of the look before; 1.0 out of nothing."""
    if before <= 0 or (flow and flow.kind is FlowKind.RESET):
        return 1.0
    return max((after - (flow.amount if flow else 0)) / before, 0.0)
