"""The newest plan against prices, and what execute would do now and why not.

The very functions that execute decides with are asked; nothing is sent or written.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from khms_trader.domain.events import ExecutionFinished
from khms_trader.domain.order import Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.quote import Quote
from khms_trader.errors import PlanError
from khms_trader.execution.glances import Glances
from khms_trader.execution.office import Halted, Office
from khms_trader.execution.standing import (
    LineKey,
    budget_left,
    dealt_with,
    last_skips,
    run_facts,
    started_otherwise,
    starts,
)
from khms_trader.planning.due import (
    Decision,
    Holdings,
    TradingRules,
    choose_buys,
    choose_sells,
    symbols_to_quote,
)
from khms_trader.planning.foreign import held_by_person
from khms_trader.planning.gates import check_run, clock_is_ahead, no_plan
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.state_check import after_sells
from khms_trader.planning.state_lines import Known, line_rows
from khms_trader.planning.state_market import MarketNow, NextJob, next_job
from khms_trader.planning.state_view import Connection, Now, PlanView, Verdict
from khms_trader.ports import Progress, Quotes

_NOT_YET: Final = "before_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRoom:
    """What the state check looks at; a ``standing.Counter`` without a broker.

    Attributes:
        quote_limit: how many prices a round may ask for.
        start_window: after the open, how long execute may start.
        connection: tells how the account was reached, once it was.
        listed_names: names of symbols by the newest universe, asked only for those
            that nothing else names.
    """

    office: Office
    quotes: Quotes
    rules: TradingRules
    data_source: str
    is_real: bool
    halt_file: str
    is_halted: Halted
    start_window: timedelta
    quote_limit: int
    connection: Callable[[], Connection]
    progress: Progress
    listed_names: Callable[[], Mapping[str, str]] = dict


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """The newest plan and today's, or why one of them cannot be read."""

    newest: Plan | Refusal | None
    today: Plan | Refusal | None

    @property
    def shown(self) -> Plan | None:
        """The newest plan when it can be read."""
        return self.newest if isinstance(self.newest, Plan) else None

    @property
    def problem(self) -> Refusal | None:
        """Why the newest plan cannot be read."""
        return self.newest if isinstance(self.newest, Refusal) else None


def plans_at(office: Office, market: MarketNow) -> Plans:
    """Return the plans that matter now."""
    newest = _read(office.plans.newest)
    session = market.session
    if session is None:
        return Plans(newest=newest, today=None)
    if isinstance(newest, Plan) and newest.for_trading_day == session:
        return Plans(newest=newest, today=newest)
    return Plans(newest=newest, today=_read(lambda: office.plans.load(session)))


def tried_lines(office: Office, plan: Plan | None) -> dict[Side, frozenset[str]]:
    """Return the symbols of the lines that are dealt with, by side."""
    known = dealt_with(office, plan) if plan is not None else frozenset[LineKey]()
    return {
        side: frozenset(symbol for symbol, its in known if its is side) for side in Side
    }


def verdict_now(room: StateRoom, plans: Plans, market: MarketNow) -> Now:
    """Return what execute would do, asked in the order in which execute asks."""
    office, session = room.office, market.session
    if session is None:
        return Now(verdict=Verdict.NOT_A_SESSION)
    if _is_finished(office, session):
        return Now(verdict=Verdict.DONE_BEFORE)
    plan = plans.today or no_plan(session, office.clock.now(), office.calendar)
    refusal = clock_behind(office) or _unusable(office, plan)
    if refusal is not None or isinstance(plan, Refusal):
        return Now(verdict=Verdict.REFUSED, refusals=(refusal,) if refusal else ())
    refusals = check_run(run_facts(room, plan, session, start_window=room.start_window))
    verdict = Verdict.REFUSED if refusals else Verdict.TRADES
    is_too_late = any(refusal.code == "start_window_over" for refusal in refusals)
    if is_too_late and starts(office, session):
        verdict = Verdict.CLOSES_DOWN
    return Now(verdict=verdict, refusals=refusals)


def _unusable(office: Office, plan: Plan | Refusal) -> Refusal | None:
    if isinstance(plan, Refusal):
        return plan
    started = started_otherwise(office, plan)
    if not started:
        return None
    facts = {"started": started, "found": plan.plan_id}
    return Refusal(code="plan_swapped", facts=facts)


def clock_behind(office: Office) -> Refusal | None:
    """Return the refusal of a clock that stands before the last recorded event."""
    return clock_is_ahead(
        office.clock.now(),
        office.journal.last_event_at(),
        account=office.reader.account_id,
        folder=office.state_folder,
    )


def plan_view(
    room: StateRoom,
    plan: Plan | None,
    holdings: Holdings,
    glances: Glances,
    *,
    market: MarketNow,
    foreign: Collection[LineKey] = frozenset(),
) -> PlanView | None:
    """Return ``plan``, if any, with each line judged as execute would judge it now.

    ``foreign`` are the lines that a person's own orders of today hold back.
    """
    if plan is None:
        return None
    office = room.office
    is_running = plan.for_trading_day == market.session and market.is_open(
        office.clock.now()
    )
    tried = tried_lines(office, plan)
    records = office.journal.order_records(plan.for_trading_day)
    skips = last_skips(office, plan)
    known = Known(
        records={(r.key.symbol, r.key.side): r for r in records if r.plan_id},
        skips={key: reason for key, reason in skips.items() if not reason.may_pass},
        quotable=frozenset(
            (symbol, side)
            for side in Side
            for symbol in symbols_to_quote(plan, holdings, tried[side], side)
        ),
        glances=glances.seen,
        is_running=is_running,
    )
    decisions = _decisions(room, plan, holdings, glances)
    if is_running:
        decisions = held_by_person(decisions, foreign)
    rows, rest = line_rows(plan, decisions, known, room.rules)
    return PlanView(
        plan=plan, rows=rows, rest=rest, refusals=_refusals_later(room, plan)
    )


def job_after(room: StateRoom, plans: Plans, market: MarketNow) -> NextJob:
    """Return which job comes next for the account."""
    office = room.office
    account = office.reader.account_id
    today, newest = plans.today, plans.shown
    return next_job(
        office.clock.now(),
        market,
        start_window=room.start_window,
        is_planned=isinstance(today, Plan) and today.account == account,
        is_done=market.session is not None and _is_finished(office, market.session),
        is_next_planned=newest is not None
        and newest.account == account
        and newest.for_trading_day == market.next_session,
    )


def _decisions(
    room: StateRoom, plan: Plan, holdings: Holdings, glances: Glances
) -> Sequence[Decision]:
    tried = tried_lines(room.office, plan)
    sell_quotes = _quotes(glances, tried[Side.SELL])
    sells = choose_sells(plan, holdings, sell_quotes, room.rules)
    left = after_sells(holdings, sells, sell_quotes, room.rules)
    budget = budget_left(room, plan, left)
    sold = sum(decision.order is not None for decision in sells)
    buys = choose_buys(
        plan,
        left,
        _quotes(glances, tried[Side.BUY]),
        room.rules,
        budget=replace(budget, orders_today=budget.orders_today + sold),
    )
    return (*sells, *buys)


def _quotes(glances: Glances, tried: Collection[str]) -> dict[str, Quote | None]:
    return {
        symbol: glance.quote
        for symbol, glance in glances.seen.items()
        if symbol not in tried
    }


def _refusals_later(room: StateRoom, plan: Plan) -> tuple[Refusal, ...]:
    """Return what but the hour would refuse the plan of a session to come."""
    session = plan.for_trading_day
    calendar, now = room.office.calendar, room.office.clock.now()
    if not calendar.is_session(session) or now >= calendar.opens_at(session):
        return ()
    facts = run_facts(room, plan, session, start_window=room.start_window)
    return tuple(r for r in check_run(facts) if r.code != _NOT_YET)


def _is_finished(office: Office, session: date) -> bool:
    return bool(office.journal.events(session, kinds=(ExecutionFinished,)))


def _read(read: Callable[[], Plan | None]) -> Plan | Refusal | None:
    try:
        return read()
    except PlanError as error:
        return Refusal(code=error.code, facts=error.facts)
