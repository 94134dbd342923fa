"""Prepare: the last closed session's bars become the plan for the next session.

Receives an ``AccountReader`` and no quotes: it can neither trade nor see the next open.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    ExecutionStarted,
    PlanPrepared,
)
from khms_trader.domain.panel import Panel
from khms_trader.domain.plan import Plan, StrategyUsed
from khms_trader.domain.reasons import NoSignalReason
from khms_trader.execution.gather import STEPS, Gathered, PlanningRoom, gather
from khms_trader.execution.office import Office, refuse_if
from khms_trader.execution.resolve import needing_a_person
from khms_trader.market.calendar import CLOSE_GRACE
from khms_trader.planning.build import PlanFrame, PlanInputs, build_plan
from khms_trader.planning.prepared import UNIVERSE, Prepared
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.universe import Universe

# The user's 09:01: the opening auction's fills are in the order list by then.
EXECUTION_DELAY: Final = timedelta(minutes=1)
_UNTRUSTED: Final = {
    NoSignalReason.NO_BARS: "no_bars_for_holding",
    NoSignalReason.MISSING_SESSION: "no_bars_for_holding",
    NoSignalReason.QUARANTINED: "holding_quarantined",
}


def prepare(room: PlanningRoom) -> Prepared:
    """Make and save the plan for the next session, whatever questions stay open.

    Raises:
        Refused: the session is running, or its plan was executed already.
        NotAvailable: account or bars cannot be had; no plan is saved.
        AlreadyRunning: another job holds the account.
    """
    office = room.office
    now = office.clock.now()
    refuse_if(session_is_running(office, now))
    asof = office.calendar.last_closed(now)
    session = office.calendar.next_session(asof)
    with office.open_for("prepare"):
        office.refuse_a_clock_behind()
        refuse_if(_plan_in_use(office, session))
        gathered = gather(room, asof)
        frame = _frame(room, gathered, session=session, asof=asof, now=now)
        plan = build_plan(_inputs(room, gathered, frame))
        refuse_if(_has_opened(office, session))
        room.progress.step(4, STEPS, "save")
        path = office.plans.save(plan)
        is_first = not office.journal.events(kinds=(PlanPrepared,))
        _publish(office, plan, gathered)
        return _prepared(room, gathered, plan, path=path, is_first=is_first)


def _prepared(
    room: PlanningRoom, gathered: Gathered, plan: Plan, *, path: Path, is_first: bool
) -> Prepared:
    office = room.office
    asof, session = plan.data_asof, plan.for_trading_day
    return Prepared(
        plan=plan,
        path=path,
        account=gathered.account,
        managed=gathered.managed,
        released=gathered.released,
        open_questions=needing_a_person(office.journal),
        universe=gathered.chosen.universe,
        is_own_universe=gathered.chosen.is_own,
        refreshed=gathered.refreshed,
        basis=room.bars.basis,
        ranked_on=office.calendar.previous_session(asof),
        executes_at=office.calendar.opens_at(session) + EXECUTION_DELAY,
        quality=gathered.quality,
        unverified_years=office.calendar.unverified_years(asof, session),
        legacy=office.legacy,
        is_confirmed=office.is_confirmed(),
        is_shifted=office.clock.is_shifted,
        is_first=is_first,
    )


def session_is_running(office: Office, now: datetime) -> Refusal | None:
    """Refuse between the open and five minutes after the close."""
    today = now.date()
    if not office.calendar.is_session(today):
        return None
    opens_at = office.calendar.opens_at(today)
    until = office.calendar.closes_at(today) + CLOSE_GRACE
    if not opens_at <= now < until:
        return None
    return Refusal(
        code="session_running",
        facts={
            "opens": f"{opens_at:%H:%M}",
            "until": f"{until:%H:%M}",
            "example": f"{until + CLOSE_GRACE:%Y-%m-%dT%H:%M}",
        },
    )


def _plan_in_use(office: Office, session: date) -> Refusal | None:
    started = office.journal.events(session, kinds=(ExecutionStarted,))
    if not started and not office.journal.order_records(session):
        return None
    return Refusal(code="plan_in_use", facts={"session": session})


def _has_opened(office: Office, session: date) -> Refusal | None:
    if office.clock.now() < office.calendar.opens_at(session):
        return None
    return Refusal(code="session_opened", facts={"session": session})


def _frame(
    room: PlanningRoom,
    gathered: Gathered,
    *,
    session: date,
    asof: date,
    now: datetime,
) -> PlanFrame:
    return PlanFrame(
        generated_at=now,
        data_asof=asof,
        bars=room.bars.state_of(asof, now),
        for_trading_day=session,
        account=gathered.account.account,
        data_source=room.bars.name,
        universe_file=gathered.chosen.file,
        strategy=StrategyUsed(
            name=room.strategy.name, params=dict(room.strategy.params)
        ),
        config_hash=room.rules.fingerprint,
    )


def _inputs(room: PlanningRoom, gathered: Gathered, frame: PlanFrame) -> PlanInputs:
    chosen = set(gathered.chosen.universe.symbols)
    held = frozenset(h.symbol for h in gathered.account.holdings if h.quantity > 0)
    managed = gathered.managed
    entries = gathered.signals.entries
    return PlanInputs(
        frame=frame,
        entries=[signal for signal in entries if signal.symbol in chosen],
        exits=gathered.signals.exits,
        managed=managed,
        # A legacy symbol that nobody holds now could never be sold again.
        outside=(held | room.office.legacy) - set(managed),
        managed_equity=_managed_equity(gathered.account, managed, gathered.panel),
        max_positions=room.rules.max_positions,
        sizing=room.rules.sizing,
        names=_names(gathered.account, gathered.chosen.universe, gathered.panel),
        unable=gathered.unable,
        errors=_errors(gathered),
    )


def _errors(gathered: Gathered) -> dict[str, str]:
    """Return what the plan's reader must know, by symbol or by ``UNIVERSE``."""
    errors = {
        symbol: _UNTRUSTED[reason]
        for symbol in gathered.managed
        if (reason := gathered.unable.get(symbol)) in _UNTRUSTED
    }
    problem = gathered.chosen.problem
    return errors | ({UNIVERSE: problem} if problem else {})


def _managed_equity(account: Account, managed: Mapping[str, int], panel: Panel) -> int:
    closes: list[int] = panel.close[-1].tolist() if panel.sessions else []
    close_of = dict(zip(panel.symbols, closes, strict=False))
    worth = (shares * close_of.get(symbol, 0) for symbol, shares in managed.items())
    return account.cash_d2 + sum(worth)


def _names(account: Account, universe: Universe, panel: Panel) -> dict[str, str]:
    names = dict(panel.names)
    names |= {holding.symbol: holding.name for holding in account.holdings}
    names |= {i.symbol: i.name for i in universe.instruments}
    return {symbol: name for symbol, name in names.items() if name}


def _publish(office: Office, plan: Plan, gathered: Gathered) -> None:
    account, universe = gathered.account, gathered.chosen.universe
    office.publish(
        AccountObserved(
            at=account.observed_at,
            account=plan.account,
            session=plan.data_asof,
            observed=account,
        ),
        PlanPrepared(
            at=plan.generated_at,
            account=plan.account,
            session=plan.for_trading_day,
            plan_id=plan.plan_id,
            buys=len(plan.buys),
            sells=len(plan.sells),
            slots_free=plan.slots_free,
            sorted_out={step.reason: step.removed for step in universe.funnel},
        ),
    )
