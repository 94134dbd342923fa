"""How the total moved since an earlier session, without what was paid in or out. Pure.

Deposits, withdrawals and resets are inferred as the page 성과 infers them
(``performance.flows``): they are named beside the change and are no part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from khms_trader.dashboard.live import LiveView
from khms_trader.dashboard.view.now_journal import Told
from khms_trader.domain.account import Account
from khms_trader.domain.events import Event, ForeignOrdersSeen
from khms_trader.market.calendar import Calendar
from khms_trader.market.rates import CostRates
from khms_trader.performance.costing import session_rates
from khms_trader.performance.equity import is_complete
from khms_trader.performance.flows import Fill, Flow, fills_of, flow_between


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """How the total moved by itself.

    Attributes:
        won: against ``since``, when the account was last seen on a session before;
            without ``flow``.
        percent: of the total then; None when that was nothing.
        is_day_before: that session was the one right before the one shown.
        flow: what seems to have come or gone in between; None for nothing.
    """

    won: int
    percent: float | None
    since: datetime
    is_day_before: bool = True
    flow: Flow | None = None


def change_of(
    live: LiveView, told: Told, costs: CostRates, *, day_before: date
) -> DayChange | None:
    """Return the change of the account of ``live``; None without one before it.

    Args:
        costs: rates of sessions that kept none.
        day_before: the session before the one that is shown.
    """
    account, before = live.account, told.before
    if account is None or before is None or before is account:
        return None
    if not (is_complete(account) and is_complete(before)):
        return None  # what has no price would be a loss
    flow = flow_between(before, account, _fills(live, told, before, costs))
    won = account.total - before.total - (flow.amount if flow else 0)
    return DayChange(
        won=won,
        percent=won * 100 / before.total if before.total > 0 else None,
        since=before.observed_at,
        is_day_before=told.before_session == day_before,
        flow=flow,
    )


def shown_session(calendar: Calendar, live: LiveView, now: datetime) -> date:
    """Return the session that what is shown of the account belongs to."""
    seen = (live.read_at or now).date()
    return seen if calendar.is_session(seen) else calendar.previous_session(seen)


def _fills(
    live: LiveView, told: Told, before: Account, costs: CostRates
) -> tuple[Fill, ...]:
    """Return what was traded between both looks, a person's own orders included."""
    seen: Sequence[Event] = told.dealings
    if live.orders and live.orders_at is not None:  # newer than any that was kept
        listed = ForeignOrdersSeen(
            at=live.orders_at,
            account=before.account,
            session=live.orders_at.date(),
            rows=live.orders,
        )
        seen = (*seen, listed)
    fills = fills_of(told.filled, seen, session_rates(seen, costs))
    until = live.read_at or before.observed_at
    return tuple(fill for fill in fills if before.observed_at < fill.at <= until)
