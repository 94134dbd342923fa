"""Execute: what the plan meant becomes orders, each at most once.

Gather (plan, account, orders, quotes), decide (``planning``), apply (journal, broker).
Sells go first; their proceeds and slots serve the buys.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
)
from khms_trader.domain.plan import Plan
from khms_trader.domain.reasons import SkipReason, detail_of
from khms_trader.errors import BrokerError, BrokerUnavailable, PlanError
from khms_trader.execution.cancel import cancel_open_buys
from khms_trader.execution.confirm import confirm
from khms_trader.execution.follow import settle_orders, try_to_settle
from khms_trader.execution.late import see_through
from khms_trader.execution.office import Desk, refuse_if
from khms_trader.execution.phases import (
    has_sent,
    may_still_send,
    send_due,
    skip_the_rest,
)
from khms_trader.execution.resolve import settle_session
from khms_trader.execution.standing import run_facts, started_otherwise, starts
from khms_trader.execution.traces import Witness
from khms_trader.market.rates import CostRates
from khms_trader.planning.executed import Confirmed, Execution, Outcome
from khms_trader.planning.gates import NOTHING_LEFT_TO_SEND, check_run, no_plan
from khms_trader.planning.refusals import Refusal

if TYPE_CHECKING:
    from khms_trader.domain.report import SessionReport

logger = logging.getLogger(__name__)

_USED_UP = {
    "orders_used_up": SkipReason.ORDER_COUNT,
    "won_used_up": SkipReason.DAILY_CAP,
}


def execute(
    desk: Desk,
    *,
    confirm_first_run: bool = False,
    began_at: datetime | None = None,
) -> Execution:
    """Execute the plan of today's session, once.

    ``began_at`` is when the command began, for the report's times; now without it.

    Run again, it sends what was never tried, settles what was left open, and shows
    the report. A run that was cut off and is past the start window is closed down:
    its open buys are cancelled, the rest is written down as not sent.

    Raises:
        Refused: a gate said no; nothing was sent.
        NotAvailable: broker or data cannot be had.
        AlreadyRunning: another job holds the account.
    """
    now = desk.office.clock.now()
    session = now.date()
    is_session = desk.office.calendar.is_session(session)
    if not is_session and not confirm_first_run:
        return _result(desk, session, Outcome.NOT_A_SESSION)
    with desk.office.open_for("execute"):
        if _has(desk, session, ExecutionFinished):
            return _shown_again(desk, session)
        desk.office.refuse_a_clock_behind()
        confirmed = confirm(desk, session) if confirm_first_run else None
        plan = desk.office.plans.load(session) if is_session else None
        if plan is None:
            if confirmed is None and is_session:
                raise _no_plan(desk, session)
            return _result(desk, session, Outcome.NOT_A_SESSION, confirmed=confirmed)
        with _never_without_report(desk, plan):
            return _execute_plan(desk, plan, confirmed, began_at=began_at or now)


@contextmanager
def _never_without_report(desk: Desk, plan: Plan) -> Iterator[None]:
    """Leave a report even when the broker cannot be had after orders were sent."""
    try:
        yield
    except BrokerError as error:
        if has_sent(desk, plan):
            _reported(desk, plan, Outcome.EXECUTED, unread=detail_of(error))
        raise


def _execute_plan(
    desk: Desk, plan: Plan, confirmed: Confirmed | None, *, began_at: datetime
) -> Execution:
    session = plan.for_trading_day
    desk.progress.step(0, 1, "account")
    _refuse_another_plan(desk, plan)
    if _has(desk, session, ExecutionStarted):
        blind = try_to_settle(desk.office)
        if blind:
            # A list nobody can read keeps no buy open, and no outcome from a person.
            cancel_open_buys(desk, plan)
            return _reported(desk, plan, Outcome.DONE_BEFORE, unread=blind)
    else:
        settle_orders(desk.office)
    refusals = _refusals(desk, plan)
    final = [r.code for r in refusals if r.code in NOTHING_LEFT_TO_SEND]
    if final and _has(desk, session, ExecutionStarted):
        reason = _USED_UP.get(final[0], SkipReason.INTERRUPTED)
        unread = _close_down(desk, plan, reason)
        return _reported(desk, plan, Outcome.DONE_BEFORE, unread=unread)
    if confirmed is None:
        refuse_if(next(iter(refusals), None))
    elif refusals:
        return _result(
            desk,
            session,
            Outcome.CONFIRMED_ONLY,
            confirmed=confirmed,
            refusals=refusals,
        )
    unread = _trade(desk, plan, confirmed, began_at=began_at)
    return _reported(desk, plan, Outcome.EXECUTED, unread=unread)


def _refusals(desk: Desk, plan: Plan) -> tuple[Refusal, ...]:
    # Today's session, whatever the file is named: a renamed plan is for another.
    today = desk.office.clock.now().date()
    facts = run_facts(desk, plan, today, start_window=desk.pace.start_window)
    return check_run(facts)


def _shown_again(desk: Desk, session: date) -> Execution:
    plan = desk.office.plans.load(session)
    if plan is None:
        raise _no_plan(desk, session)
    unread = try_to_settle(desk.office)
    _refuse_another_plan(desk, plan)
    # A cancel may have failed, or the machine stopped before it.
    cancelled = cancel_open_buys(desk, plan)
    unread = unread if cancelled is None else cancelled
    return _reported(desk, plan, Outcome.DONE_BEFORE, unread=unread)


def _no_plan(desk: Desk, session: date) -> PlanError:
    office = desk.office
    refusal = no_plan(session, office.clock.now(), office.calendar)
    return PlanError(refusal.code, **refusal.facts)


def _refuse_another_plan(desk: Desk, plan: Plan) -> None:
    started = started_otherwise(desk.office, plan)
    if started:
        raise PlanError("plan_swapped", started=started, found=plan.plan_id)


def _trade(
    desk: Desk, plan: Plan, confirmed: Confirmed | None, *, began_at: datetime
) -> str:
    """Send what is due; return why the order list could not be read in the end."""
    office = desk.office
    started = ExecutionStarted(
        at=office.clock.now(),
        account=plan.account,
        session=plan.for_trading_day,
        plan_id=plan.plan_id,
        fee_rate=desk.rules.costs.fee_rate,
        tax_rate=desk.rules.costs.tax_rate,
        began_at=began_at,
    )
    # A confirmation has just read it.
    account = confirmed.account if confirmed else office.reader.account()
    # The other half of the baseline: a person's own order of today holds its line.
    listed_at = settle_session(office, plan.for_trading_day, Witness(office))
    # The read may have waited long for a token: the window may be over by now.
    refuse_if(next(iter(_refusals(desk, plan)), None))
    office.publish(started, _observed(plan, account))
    send_due(desk, plan, account, listed_at=listed_at)
    unread = see_through(desk, plan)
    _end(desk, plan, ExecutionPaused if _may_go_on(desk, plan) else ExecutionFinished)
    return unread


def _may_go_on(desk: Desk, plan: Plan) -> bool:
    """Return True when a run in what is left of the window may send a line."""
    opens_at = desk.office.calendar.opens_at(plan.for_trading_day)
    is_over = desk.office.clock.now() > opens_at + desk.pace.start_window
    return not is_over and may_still_send(desk, plan)


def _close_down(desk: Desk, plan: Plan, reason: SkipReason) -> str:
    """End a run that was cut off and may not go on: nothing more is sent."""
    unread = cancel_open_buys(desk, plan)
    account = desk.office.reader.account()
    skip_the_rest(desk, plan, account, reason)
    _end(desk, plan, ExecutionFinished, account)
    return unread or ""


def _end(
    desk: Desk,
    plan: Plan,
    kind: type[ExecutionFinished] | type[ExecutionPaused],
    account: Account | None = None,
) -> None:
    """End the run with a look at the account; one that fails ends it all the same."""
    office = desk.office
    problem = ""
    desk.progress.step(0, 1, "end")
    try:
        account = account or office.reader.account()
    except BrokerUnavailable as error:
        logger.warning("account not read after the orders: %s", error)
        problem = detail_of(error)
    ended = kind(
        at=office.clock.now(),
        account=plan.account,
        session=plan.for_trading_day,
        plan_id=plan.plan_id,
        account_error=problem,
    )
    seen = () if account is None else (_observed(plan, account),)
    office.publish(*seen, ended)


def _has(desk: Desk, session: date, kind: type[Event]) -> bool:
    return bool(desk.office.journal.events(session, kinds=(kind,)))


def _observed(plan: Plan, account: Account) -> AccountObserved:
    return AccountObserved(
        at=account.observed_at,
        account=plan.account,
        session=plan.for_trading_day,
        observed=account,
    )


def _reported(
    desk: Desk, plan: Plan, outcome: Outcome, *, unread: str = ""
) -> Execution:
    journal = desk.office.journal
    session = plan.for_trading_day
    # Nothing before the orders needs it, and importing it takes its time.
    from khms_trader.execution.report import (  # noqa: PLC0415
        session_report,
    )

    report = session_report(
        plan,
        records=journal.order_records(session),
        events=journal.events(session),
        costs=_rates(desk, session),
        managed=journal.managed(),
        orders_error=unread,
    )
    path = desk.reports.save(report)
    return _result(desk, session, outcome, report=report, report_path=str(path))


def _rates(desk: Desk, session: date) -> CostRates:
    """Return the rates the session was executed under, whatever settings say now."""
    for event in starts(desk.office, session):
        return CostRates(fee_rate=event.fee_rate, tax_rate=event.tax_rate)
    return desk.rules.costs


def _result(
    desk: Desk,
    session: date,
    outcome: Outcome,
    *,
    report: "SessionReport | None" = None,
    report_path: str = "",
    confirmed: Confirmed | None = None,
    refusals: tuple[Refusal, ...] = (),
) -> Execution:
    is_only_confirmed = confirmed is not None and report is None
    return Execution(
        outcome=Outcome.CONFIRMED_ONLY if is_only_confirmed else outcome,
        session=session,
        next_session=desk.office.calendar.next_session(session),
        report=report,
        report_path=report_path,
        confirmed=confirmed,
        refusals=refusals,
    )
