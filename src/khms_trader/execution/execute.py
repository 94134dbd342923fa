"""Execute: what the plan meant becomes orders, each at most once.

Gather (plan, account, orders, quotes), decide (``planning``), apply (journal, broker).
Sells go first; their proceeds and slots serve the buys.
"""

from datetime import date

from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountConfirmed,
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
)
from khms_trader.domain.plan import Plan
from khms_trader.domain.report import SessionReport
from khms_trader.errors import PlanError
from khms_trader.execution.follow import settle_orders
from khms_trader.execution.office import Desk, refuse_if
from khms_trader.execution.phases import (
    cancel_open_buys,
    may_still_send,
    send_buys,
    send_sells,
    skip_the_rest,
)
from khms_trader.execution.report import session_report
from khms_trader.market.rates import CostRates
from khms_trader.planning.executed import Execution, Outcome
from khms_trader.planning.gates import RunFacts, check_run
from khms_trader.planning.refusals import Refusal


def execute(desk: Desk, *, confirm_first_run: bool = False) -> Execution:
    """Execute the plan of today's session, once.

    Run again, it sends what was never tried, settles what was left open, and shows
    the report. A run that was cut off and is past the start window is closed down:
    its open buys are cancelled, the rest is written down as not sent.

    Raises:
        Refused: a gate said no; nothing was sent.
        NotAvailable: broker or data cannot be had.
        AlreadyRunning: another job holds the account.
    """
    session = desk.office.clock.now().date()
    is_session = desk.office.calendar.is_session(session)
    if not is_session and not confirm_first_run:
        return _result(desk, session, Outcome.NOT_A_SESSION)
    with desk.office.open_for("execute"):
        if _has(desk, session, ExecutionFinished):
            return _shown_again(desk, session)
        desk.office.refuse_a_clock_behind()
        confirmed = _confirm(desk, session) if confirm_first_run else None
        plan = desk.office.plans.load(session) if is_session else None
        if plan is None:
            if confirmed is None and is_session:
                raise PlanError("plan_missing", session=session)
            return _result(desk, session, Outcome.NOT_A_SESSION, confirmed=confirmed)
        return _execute_plan(desk, plan, session, confirmed)


def _execute_plan(
    desk: Desk, plan: Plan, session: date, confirmed: Account | None
) -> Execution:
    settle_orders(desk.office)
    _refuse_another_plan(desk, plan)
    refusals = check_run(_facts(desk, plan, session))
    is_too_late = any(refusal.code == "start_window_over" for refusal in refusals)
    if is_too_late and _has(desk, session, ExecutionStarted):
        _close_down(desk, plan)
        return _reported(desk, plan, Outcome.DONE_BEFORE)
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
    _trade(desk, plan)
    return _reported(desk, plan, Outcome.EXECUTED)


def _shown_again(desk: Desk, session: date) -> Execution:
    plan = desk.office.plans.load(session)
    if plan is None:
        raise PlanError("plan_missing", session=session)
    settle_orders(desk.office)
    _refuse_another_plan(desk, plan)
    # A cancel may have failed, or the machine stopped before it.
    cancel_open_buys(desk, plan)
    return _reported(desk, plan, Outcome.DONE_BEFORE)


def _starts(desk: Desk, session: date) -> list[ExecutionStarted]:
    events = desk.office.journal.events(session, kinds=(ExecutionStarted,))
    return [event for event in events if isinstance(event, ExecutionStarted)]


def _refuse_another_plan(desk: Desk, plan: Plan) -> None:
    started = {event.plan_id for event in _starts(desk, plan.for_trading_day)}
    if started - {plan.plan_id}:
        raise PlanError(
            "plan_swapped", started=", ".join(sorted(started)), found=plan.plan_id
        )


def _trade(desk: Desk, plan: Plan) -> None:
    office = desk.office
    started = ExecutionStarted(
        at=office.clock.now(),
        account=plan.account,
        session=plan.for_trading_day,
        plan_id=plan.plan_id,
        fee_rate=desk.rules.costs.fee_rate,
        tax_rate=desk.rules.costs.tax_rate,
    )
    account = office.reader.account()
    office.publish(started, _observed(plan, account))
    send_sells(desk, plan, account)
    send_buys(desk, plan)
    _end(
        desk, plan, ExecutionPaused if may_still_send(desk, plan) else ExecutionFinished
    )


def _close_down(desk: Desk, plan: Plan) -> None:
    """End a run that was cut off and is too late to go on: nothing more is sent."""
    cancel_open_buys(desk, plan)
    skip_the_rest(desk, plan)
    _end(desk, plan, ExecutionFinished)


def _end(
    desk: Desk, plan: Plan, kind: type[ExecutionFinished] | type[ExecutionPaused]
) -> None:
    office = desk.office
    ended = kind(
        at=office.clock.now(),
        account=plan.account,
        session=plan.for_trading_day,
        plan_id=plan.plan_id,
    )
    office.publish(_observed(plan, office.reader.account()), ended)


def _facts(desk: Desk, plan: Plan, session: date) -> RunFacts:
    office = desk.office
    opens_at = office.calendar.opens_at(session)
    return RunFacts(
        now=office.clock.now(),
        session=session,
        previous_session=office.calendar.previous_session(session),
        opens_at=opens_at,
        window_ends_at=opens_at + desk.pace.start_window,
        account=office.reader.account_id,
        data_source=desk.data_source,
        is_real=desk.is_real,
        confirmed=office.is_confirmed(),
        halt_file=desk.halt_file if desk.is_halted() else "",
        plan=plan,
    )


def _confirm(desk: Desk, session: date) -> Account | None:
    """Record a first use; None when the account needs none or had it."""
    office = desk.office
    if office.is_confirmed():
        return None
    account = office.reader.account()
    managed = office.journal.managed()
    legacy = {
        holding.symbol: holding.quantity
        for holding in account.holdings
        if holding.symbol not in managed
    }
    office.publish(
        AccountConfirmed(
            at=office.clock.now(),
            account=office.reader.account_id,
            session=session,
            legacy=legacy,
        )
    )
    return account


def _has(desk: Desk, session: date, kind: type[Event]) -> bool:
    return bool(desk.office.journal.events(session, kinds=(kind,)))


def _observed(plan: Plan, account: Account) -> AccountObserved:
    return AccountObserved(
        at=account.observed_at,
        account=plan.account,
        session=plan.for_trading_day,
        observed=account,
    )


def _reported(desk: Desk, plan: Plan, outcome: Outcome) -> Execution:
    journal = desk.office.journal
    session = plan.for_trading_day
    report = session_report(
        plan,
        records=journal.order_records(session),
        events=journal.events(session),
        costs=_rates(desk, session),
    )
    path = desk.reports.save(report)
    return _result(desk, session, outcome, report=report, report_path=str(path))


def _rates(desk: Desk, session: date) -> CostRates:
    """Return the rates the session was executed under, whatever settings say now."""
    for event in _starts(desk, session):
        return CostRates(fee_rate=event.fee_rate, tax_rate=event.tax_rate)
    return desk.rules.costs


def _result(
    desk: Desk,
    session: date,
    outcome: Outcome,
    *,
    report: SessionReport | None = None,
    report_path: str = "",
    confirmed: Account | None = None,
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
