"""What messages are derived from, gathered out of one account's files.

It reads journal, plans and the halt file; no server is asked and nothing is written.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from khms_trader.bootstrap.account import JOURNAL, plans_of
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.bootstrap.rules import calendar_of, costs
from khms_trader.domain.events import (
    AccountConfirmed,
    AccountObserved,
    Event,
    ExecutionStarted,
    ForeignOrdersSeen,
    HoldingReleased,
    JobMissed,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderFilled,
    OrderNoted,
    OrderNotPlaced,
    OrderUnconfirmed,
    PlanPrepared,
    RunFailed,
)
from khms_trader.domain.order import OrderState
from khms_trader.domain.plan import Plan
from khms_trader.domain.report import SessionReport
from khms_trader.errors import PlanError
from khms_trader.execution.report import session_report
from khms_trader.execution.resolve import needing_a_person
from khms_trader.market.calendar import SEOUL
from khms_trader.market.rates import CostRates
from khms_trader.notifications.messages.history import HaltSeen, History
from khms_trader.ports import JournalReader, PlanStore
from khms_trader.storage.halt_file import HaltFile
from khms_trader.storage.journal import SqliteJournal

TOLD_FOR: Final = timedelta(days=10)
"""How far back messages are derived: what is older is known, or no news any more."""

_STANDING: Final = (AccountConfirmed, AccountObserved, PlanPrepared)
_OF_A_SESSION: Final = (
    ForeignOrdersSeen,
    HoldingReleased,
    JobMissed,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderFilled,
    OrderNoted,
    OrderNotPlaced,
    OrderUnconfirmed,
    RunFailed,
)


def history_of(options: RunOptions, since: datetime) -> History | None:
    """Return what happened on the account, or None before it has a journal.

    Raises:
        StorageError: the journal cannot be read.
    """
    path = options.state / JOURNAL
    if not path.exists():
        return None
    with closing(SqliteJournal(path, account=options.account)) as journal:
        return _history(options, journal, since)


def report_of(
    journal: JournalReader, plan: Plan, rates: CostRates
) -> SessionReport | None:
    """Return the report of ``plan``'s session, or None when it was not executed.

    ``rates`` serve where the session's own were not written down.
    """
    session = plan.for_trading_day
    events = journal.events(session)
    started = [e for e in events if isinstance(e, ExecutionStarted)]
    if plan.plan_id not in {event.plan_id for event in started}:
        return None
    first = started[0]
    own = CostRates(fee_rate=first.fee_rate, tax_rate=first.tax_rate)
    return session_report(
        plan,
        records=journal.order_records(session),
        events=events,
        costs=own if first.fee_rate else rates,
        managed=journal.managed(),
    )


def plans_between(plans: PlanStore, sessions: Sequence[date]) -> Iterator[Plan]:
    """Yield the plans of ``sessions`` that can be read."""
    for session in sessions:
        try:
            plan = plans.load(session)
        except PlanError:
            continue  # whoever executes it says what is wrong
        if plan is not None:
            yield plan


def _history(options: RunOptions, journal: JournalReader, since: datetime) -> History:
    now = options.clock.now()
    standing = journal.events(kinds=_STANDING)
    sessions = _sessions(options, standing)
    rates = costs(options.settings)
    plans = tuple(plans_between(plans_of(options), sessions))
    own = [plan for plan in plans if plan.account == options.account]
    found = [report_of(journal, plan, rates) for plan in own]
    reports = tuple(report for report in found if report is not None)
    under_way = _under_way(options, reports, now)
    lately: list[Event] = []
    for session in sessions:
        lately += journal.events(session, kinds=_OF_A_SESSION)
    return History(
        account=options.account,
        now=now,
        since=max(since, now - TOLD_FOR),
        events=(*standing, *lately),
        plans=tuple(own),
        reports=reports,
        under_way=under_way,
        costs=rates,
        managed=journal.managed(),
        legacy=frozenset(options.settings.legacy_holdings),
        unknown=tuple(
            record
            for record in needing_a_person(journal)
            # Its request is out: nobody needs to be asked yet.
            if record.state is not OrderState.INTENDED
            or record.key.session not in under_way
        ),
        is_confirmed=options.account == PAPER
        or any(isinstance(event, AccountConfirmed) for event in standing),
        halt=_halt(options),
    )


def _sessions(options: RunOptions, standing: Sequence[Event]) -> tuple[date, ...]:
    """Return the days of the last while that anything may belong to, by age."""
    today = options.clock.now().date()
    ahead = {e.session for e in standing if isinstance(e, PlanPrepared)}
    behind = {today - timedelta(days=back) for back in range(TOLD_FOR.days + 5)}
    return tuple(sorted(behind | {day for day in ahead if day > today}))


def _under_way(
    options: RunOptions, reports: Sequence[SessionReport], now: datetime
) -> frozenset[date]:
    """Return the sessions whose last run has no end, and may be taken up again."""
    calendar = calendar_of(options.settings)
    unended = [r.session for r in reports if r.runs and r.runs[-1].ended is None]
    return frozenset(day for day in unended if now < calendar.closes_at(day))


def _halt(options: RunOptions) -> HaltSeen | None:
    halt = HaltFile(options.halt_file).current()
    if halt is None:
        return None
    return HaltSeen(since=halt.since or _made_at(options.halt_file), reason=halt.reason)


def _made_at(path: Path) -> str:
    """Return when a file that a person made by hand was made; empty when it is gone."""
    try:
        seconds = path.stat().st_mtime
    except OSError:
        return ""
    return datetime.fromtimestamp(seconds, SEOUL).isoformat(timespec="seconds")
