"""The gates of a whole run: each a pure named rule that may refuse it.

A gate sees facts only, never a clock, a file or the network. ``check_run`` asks all of
them, so that a dry run can show every verdict, not only the first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.domain.plan import Plan
from khms_trader.market.calendar import CLOSE_GRACE, Calendar
from khms_trader.planning.line_gates import NO_LIMITS, Limits
from khms_trader.planning.refusals import Refusal

PAPER: Final = "paper"
CLOCK_SET_BACK: Final = timedelta(minutes=1)
CLOCK_TOLERANCE: Final = timedelta(seconds=5)
# The header Date has whole seconds: it may be this much earlier than its own clock.
_DATE_RESOLUTION: Final = timedelta(seconds=1)
_NO_TIME: Final = timedelta(0)
# Sources whose prices exist nowhere else, and the one account prefix each is for.
_PRACTICE_DATA: Final = {"sample": "paper", "practice": "practice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """Everything the gates of an execution look at.

    Attributes:
        previous_session: the session just before today's.
        data_source: whose prices the account trades at.
        opens_at, window_ends_at: between these new orders may leave.
        confirmed: True when a person confirmed the account, or it needs none.
        halt_file: path of the halt file when the account is halted, else empty.
        clock_offset: the broker's clock less ours, as far as it is certain; None when
            nobody knows or it does not matter.
        orders_today: orders of the plan sent on this session so far.
        bought_today: won committed to its buys so far.
        may_sell: True while a sell of the plan may still be sent.
    """

    now: datetime
    session: date
    previous_session: date
    opens_at: datetime
    window_ends_at: datetime
    account: str
    data_source: str
    is_real: bool
    confirmed: bool
    halt_file: str
    plan: Plan
    clock_offset: timedelta | None = None
    limits: Limits = NO_LIMITS
    orders_today: int = 0
    bought_today: int = 0
    may_sell: bool = True


def plan_is_for_session(facts: RunFacts) -> Refusal | None:
    """Refuse a plan for another session."""
    planned = facts.plan.for_trading_day
    if planned == facts.session:
        return None
    return _refuse("plan_wrong_session", planned=planned, session=facts.session)


def plan_is_for_account(facts: RunFacts) -> Refusal | None:
    """Refuse a plan made for another account."""
    if facts.plan.account == facts.account:
        return None
    return _refuse(
        "plan_wrong_account", planned=facts.plan.account, account=facts.account
    )


def plan_saw_last_close(facts: RunFacts) -> Refusal | None:
    """Refuse a plan whose signals do not see the session just before."""
    if facts.plan.data_asof == facts.previous_session:
        return None
    return _refuse(
        "plan_stale",
        asof=facts.plan.data_asof,
        session=facts.session,
        expected=facts.previous_session,
    )


def data_fits_account(facts: RunFacts) -> Refusal | None:
    """Refuse generated prices on an account that does not live in them."""
    home = _PRACTICE_DATA.get(facts.plan.data_source)
    if home is None or facts.account.split("-")[0] == home:
        return None
    return _refuse(
        "practice_data", source=facts.plan.data_source, account=facts.account
    )


def data_is_the_accounts(facts: RunFacts) -> Refusal | None:
    """Refuse a plan made from other prices than the account trades at."""
    if facts.plan.data_source == facts.data_source:
        return None
    return _refuse(
        "plan_other_data", planned=facts.plan.data_source, source=facts.data_source
    )


def session_is_open(facts: RunFacts) -> Refusal | None:
    """Refuse to send before the session's open."""
    if facts.now >= facts.opens_at:
        return None
    return _refuse(
        "before_open", session=facts.session, opens=f"{facts.opens_at:%H:%M}"
    )


def start_window_is_open(facts: RunFacts) -> Refusal | None:
    """Refuse to start so late that a fill is no opening fill any more."""
    if facts.now <= facts.window_ends_at:
        return None
    return _refuse("start_window_over", until=f"{facts.window_ends_at:%H:%M}")


def account_is_virtual(facts: RunFacts) -> Refusal | None:
    """Refuse every order on a real account."""
    return _refuse("real_not_supported") if facts.is_real else None


def account_is_confirmed(facts: RunFacts) -> Refusal | None:
    """Refuse an account whose first use nobody confirmed."""
    if facts.confirmed:
        return None
    return _refuse("account_unconfirmed", account=facts.account)


def halt_is_off(facts: RunFacts) -> Refusal | None:
    """Refuse while the halt file exists."""
    return _refuse("halted", path=facts.halt_file) if facts.halt_file else None


def clock_is_right(facts: RunFacts) -> Refusal | None:
    """Refuse a clock that is surely more than five seconds off the broker's."""
    offset = facts.clock_offset
    if offset is None or abs(offset) <= CLOCK_TOLERANCE:
        return None
    return _refuse(
        "clock_off",
        seconds=f"{abs(offset).total_seconds():.0f}",
        direction="느립" if offset > _NO_TIME else "빠릅",
        allowed=f"{CLOCK_TOLERANCE.total_seconds():.0f}",
    )


def day_has_orders_left(facts: RunFacts) -> Refusal | None:
    """Refuse when the day's number of orders is used up and nothing is to be sold.

    A cap never keeps a person in a position: sells go out beyond it.
    """
    cap = facts.limits.max_orders
    if cap is None or facts.orders_today < cap or facts.may_sell:
        return None
    return _refuse("orders_used_up", sent=facts.orders_today, cap=cap)


def day_has_won_left(facts: RunFacts) -> Refusal | None:
    """Refuse when the day's won of buys are used up and nothing is to be sold."""
    cap = facts.limits.max_daily_won
    if cap is None or facts.bought_today < cap or facts.may_sell:
        return None
    return _refuse("won_used_up", bought=f"{facts.bought_today:,}", cap=f"{cap:,}")


RUN_GATES: Final[tuple[Callable[[RunFacts], Refusal | None], ...]] = (
    account_is_virtual,
    plan_is_for_session,
    plan_is_for_account,
    plan_saw_last_close,
    data_fits_account,
    data_is_the_accounts,
    halt_is_off,
    account_is_confirmed,
    session_is_open,
    start_window_is_open,
    clock_is_right,
    day_has_orders_left,
    day_has_won_left,
)
NOTHING_LEFT_TO_SEND: Final = frozenset(
    {"start_window_over", "orders_used_up", "won_used_up"}
)
"""Refusals that no later run of the session gets past: one cut off is closed down."""


def no_plan(session: date, now: datetime, calendar: Calendar) -> Refusal:
    """Return the refusal of a ``session`` without a plan.

    Once it has opened, the next plan that can still be made is that of the session
    after it, from five minutes after the close on.
    """
    is_too_late = now >= calendar.opens_at(session)
    asof = session if is_too_late else calendar.previous_session(session)
    since = calendar.closes_at(asof) + CLOSE_GRACE
    return _refuse(
        "plan_missing",
        session=session,
        since=f"{since:%Y-%m-%d %H:%M}",
        planned=calendar.next_session(asof),
    )


def check_run(facts: RunFacts) -> tuple[Refusal, ...]:
    """Return every refusal, in the order a person should mend them."""
    verdicts = (gate(facts) for gate in RUN_GATES)
    return tuple(refusal for refusal in verdicts if refusal is not None)


def certain_offset(
    offset: timedelta | None, latency_seconds: float | None
) -> timedelta | None:
    """Return the least that the broker's clock is surely off ours; None for unknown.

    Args:
        offset: the ``Date`` of an answer less our time when it came.
        latency_seconds: how long that answer took. The date was written at some moment
            of it and has whole seconds: a right clock shows as much below zero.
    """
    if offset is None or offset >= _NO_TIME:
        return offset
    explained = timedelta(seconds=latency_seconds or 0.0) + _DATE_RESOLUTION
    return min(offset + explained, _NO_TIME)


def clock_is_ahead(
    now: datetime, last_event_at: datetime | None, *, account: str, folder: str
) -> Refusal | None:
    """Refuse a clock that stands before the account's last recorded event.

    A minute is forgiven: clocks are set back a little, and ``--at`` of the same minute
    starts at its first second again.
    """
    if last_event_at is None or now + CLOCK_SET_BACK >= last_event_at:
        return None
    return _refuse(
        "clock_behind",
        now=f"{now:%Y-%m-%d %H:%M:%S}",
        last=f"{last_event_at:%Y-%m-%d %H:%M:%S}",
        account=account,
        folder=folder,
    )


def _refuse(code: str, **facts: object) -> Refusal:
    return Refusal(code=code, facts=facts)
