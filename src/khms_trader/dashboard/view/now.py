"""Everything the page 지금 shows, worked out from journal, live account and files.

Pure but for asking the room. It holds no Korean but names: ``now_tiles`` and
``now_tables`` put it into words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from khms_trader.dashboard.live import LiveView
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.sources import Halt, Heartbeat, Holder
from khms_trader.dashboard.view.life import is_at_work, lives
from khms_trader.dashboard.view.now_ahead import DayAhead, days_ahead
from khms_trader.dashboard.view.now_change import DayChange, change_of, shown_session
from khms_trader.dashboard.view.now_journal import Told
from khms_trader.dashboard.view.now_missed import Missed, missed_of
from khms_trader.domain.account import Account
from khms_trader.domain.events import ExecutionFinished
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.domain.plan import Plan
from khms_trader.errors import PlanError
from khms_trader.planning.due import Holdings
from khms_trader.planning.state_check import differences, held_rows, order_rows
from khms_trader.planning.state_market import Job, MarketNow, market_now, next_job
from khms_trader.planning.state_view import Difference, HeldRow, OrderRow, Whose

Planned = Plan | PlanError | None
"""The plan of a session, or why it cannot be used."""
Plans = Mapping[date, Planned]


class Pilot(StrEnum):
    """Who will run the next job."""

    SCHEDULER = "scheduler"
    NOBODY = "nobody"
    AT_WORK = "at_work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """The next job.

    Attributes:
        job: ``prepare`` or ``execute``.
        at: when; None means now, or that it runs already.
        pilot: who runs it; NOBODY when no scheduler lives.
    """

    job: str
    at: datetime | None
    pilot: Pilot


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What the page shows.

    Attributes:
        held: managed holdings; ``apart`` those of others, legacy before outside, and
            all of them where the journal cannot tell.
        unknown: orders whose outcome only a person can find out.
        orders: today's orders, oldest first.
        problem: one Korean sentence on the journal; empty when it can be read.
        missed: what was not done in its time, and nothing made good since.
        spoilt: sessions to come whose plan cannot be used, and why, in Korean.
    """

    at: datetime
    live: LiveView
    told: Told
    market: MarketNow
    change: DayChange | None = None
    held: tuple[HeldRow, ...] = ()
    apart: tuple[HeldRow, ...] = ()
    differences: tuple[Difference, ...] = ()
    orders: tuple[OrderRow, ...] = ()
    unknown: tuple[OrderRecord, ...] = ()
    coming: Coming
    heartbeat: Heartbeat | None = None
    halt: Halt | None = None
    holder: Holder | None = None
    ahead: tuple[DayAhead, ...] = field(default=())
    problem: str = ""
    missed: Missed | None = None
    spoilt: tuple[tuple[date, str], ...] = ()

    @property
    def account(self) -> Account | None:
        """The account as last seen."""
        return self.live.account

    @property
    def profit(self) -> int:
        """Won gained on everything held against its purchase, before costs."""
        return sum(row.profit or 0 for row in (*self.held, *self.apart))

    @property
    def is_alive(self) -> bool:
        """True while the scheduler gives signs of life."""
        return self.heartbeat is not None and lives(self.heartbeat, self.at)

    @property
    def open_orders(self) -> tuple[OrderRow, ...]:
        """Orders of today that may still fill."""
        return tuple(row for row in self.orders if row.state.is_working)


def now_of(room: Room, live: LiveView, told: Told, problem: str = "") -> Now:
    """Return what the page shows of ``live`` and what the journal ``told``."""
    now = room.clock.now()
    market = market_now(room.calendar, now)
    holder = room.machine.holder()
    heartbeat = room.machine.heartbeat()
    # Without the journal nobody can tell whose they are.
    rows = _held(live.account, Told() if problem else told)
    shown = shown_session(room.calendar, live, now)
    day_before = room.calendar.previous_session(shown)
    plans = {day: _plan(room, day) for day in (now.date(), market.next_session)}
    is_working = is_at_work(holder, heartbeat, now)
    return Now(
        at=now,
        live=live,
        told=told,
        market=market,
        change=change_of(live, told, room.costs, day_before=day_before),
        held=tuple(row for row in rows if row.whose is Whose.PLAN),
        apart=tuple(row for row in rows if row.whose is not Whose.PLAN),
        differences=() if problem else _differences(live.account, told),
        orders=_orders(room, live, told, plans[now.date()], now=now),
        unknown=_unknown(told, is_busy=holder is not None),
        coming=_by_scheduler(holder, heartbeat, now)
        or _by_hand(room, market, told, plans, now=now),
        heartbeat=heartbeat,
        halt=room.machine.halt(),
        holder=holder,
        ahead=days_ahead(room.calendar, now),
        problem=problem,
        missed=None if problem else missed_of(room, told, is_at_work=is_working),
        spoilt=tuple(_spoilt(room, market, told, plans, now=now)),
    )


def _held(account: Account | None, told: Told) -> tuple[HeldRow, ...]:
    if account is None:
        return ()
    holdings = Holdings(account=account, managed=told.managed, legacy=told.legacy)
    rows = held_rows(holdings, told.legacy, {})
    order = (Whose.PLAN, Whose.LEGACY, Whose.OUTSIDE)
    kept = (row for row in rows if row.holding.quantity)
    return tuple(
        sorted(
            kept,
            key=lambda row: (
                order.index(row.whose),
                -row.holding.value,
                row.holding.symbol,
            ),
        )
    )


def _differences(account: Account | None, told: Told) -> tuple[Difference, ...]:
    if account is None:
        return ()
    names = {holding.symbol: holding.name for holding in account.holdings}
    holdings = Holdings(account=account, managed=told.managed, legacy=told.legacy)
    moving = {record.key.symbol for record in told.unsettled}
    return differences(holdings, moving, names)


def _orders(
    room: Room, live: LiveView, told: Told, plan: Planned, *, now: datetime
) -> tuple[OrderRow, ...]:
    is_of_today = live.orders_at is not None and live.orders_at.date() == now.date()
    rows = live.orders if is_of_today else None
    account = live.account
    # What was sold may have left the universe since: the plan still knows its name.
    names = {**(plan.names if isinstance(plan, Plan) else {}), **room.names()}
    if account is not None:
        names |= {h.symbol: h.name for h in account.holdings if h.name}
    return order_rows(rows or (), told.orders, names)


def _unknown(told: Told, *, is_busy: bool) -> tuple[OrderRecord, ...]:
    """Return what a person must look up; while a job runs, it may be sending some."""
    return tuple(
        record
        for record in told.unsettled
        if record.needs_a_person
        and not (is_busy and record.state is OrderState.INTENDED)
    )


def _by_scheduler(
    holder: Holder | None, heartbeat: Heartbeat | None, now: datetime
) -> Coming | None:
    """Return what runs or what a living scheduler waits for; None without one."""
    if holder is not None and holder.purpose in set(Job):
        return Coming(job=holder.purpose, at=None, pilot=Pilot.AT_WORK)
    if heartbeat is None or not lives(heartbeat, now):
        return None
    if heartbeat.running:
        return Coming(job=heartbeat.running, at=None, pilot=Pilot.AT_WORK)
    coming = heartbeat.next
    if coming is None:
        return None
    return Coming(job=coming.kind, at=coming.due_at, pilot=Pilot.SCHEDULER)


def _by_hand(
    room: Room, market: MarketNow, told: Told, plans: Plans, *, now: datetime
) -> Coming:
    """Return what a person would run next."""
    session = market.session
    job = next_job(
        now,
        market,
        start_window=room.start_window,
        is_planned=session is not None and _is_own(room, plans[session]),
        is_done=_is_done(market, told),
        is_next_planned=_is_own(room, plans[market.next_session]),
    )
    kind = Job.EXECUTE if job.job is Job.EXECUTE else Job.PREPARE
    return Coming(job=kind, at=job.at, pilot=Pilot.NOBODY)


def _is_done(market: MarketNow, told: Told) -> bool:
    ended = told.ended
    return isinstance(ended, ExecutionFinished) and ended.session == market.session


def _spoilt(
    room: Room, market: MarketNow, told: Told, plans: Plans, *, now: datetime
) -> Iterator[tuple[date, str]]:
    """Yield the sessions that may still be executed and whose plan cannot be used."""
    today, opens_at = market.session, market.opens_at
    sessions = [market.next_session]
    has_opened = today is not None and opens_at is not None and opens_at <= now
    if today and has_opened and now <= room.may_start_until(today):
        sessions[:0] = [] if _is_done(market, told) else [today]
    for session in sessions:
        plan = plans[session]
        if isinstance(plan, PlanError):
            yield session, room.say(plan)


def _plan(room: Room, session: date) -> Planned:
    try:
        return room.plan_of(session)
    except PlanError as error:
        return error


def _is_own(room: Room, plan: Planned) -> bool:
    """Return whether there is a plan of the account; a broken one is told apart."""
    return isinstance(plan, Plan) and plan.account == room.account_id
