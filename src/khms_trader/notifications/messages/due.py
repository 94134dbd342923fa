"""Every message that should have been told, from what journal, plans and reports say.

Nothing is remembered here: a killed run loses no message, because the next one derives
it again under the same key, and whoever keeps the keys tells it once.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountConfirmed,
    AccountObserved,
    ForeignOrdersSeen,
    HoldingReleased,
    JobMissed,
    OrderAccepted,
    OrderCancelled,
    OrderEvent,
    OrderExpired,
    OrderFilled,
    OrderNoted,
    OrderNotPlaced,
    OrderUnconfirmed,
    PlanPrepared,
    RunFailed,
)
from khms_trader.domain.message import Message
from khms_trader.domain.order import VANISHED
from khms_trader.domain.plan import Plan
from khms_trader.notifications.messages import alarms
from khms_trader.notifications.messages.equity import EquityPoint
from khms_trader.notifications.messages.history import History
from khms_trader.notifications.messages.markup import named, safe
from khms_trader.notifications.messages.plan import PROBLEMS, PlanTold, plan_ready
from khms_trader.notifications.messages.result import execution_result, known_at
from khms_trader.notifications.messages.summary import DayTold, daily_summary
from khms_trader.planning.prepared import UNIVERSE

Draw = Callable[[Sequence[EquityPoint]], bytes | None]

_SETTLED: Final[dict[type[OrderEvent], str]] = {
    OrderAccepted: "접수됨",
    OrderFilled: "체결됨",
    OrderCancelled: "취소됨",
    OrderExpired: "미체결로 끝남",
    OrderNotPlaced: "접수되지 않았음",
}


def no_picture(points: Sequence[EquityPoint]) -> None:
    """Draw nothing."""
    del points


def due(
    history: History,
    *,
    sentence: Callable[[str], str] = str,
    draw: Draw = no_picture,
    known: Collection[str] = frozenset(),
) -> tuple[Message, ...]:
    """Return what should have been told by now, oldest first.

    Args:
        history: everything known.
        sentence: what an error's code means to its reader.
        draw: makes the picture of the newest summary that is not ``known``.
        known: keys told before; leaving them out only saves work.
    """
    found = [*_plans_and_days(history, draw, known), *_results(history)]
    found += [*_events(history, sentence), *_standing(history)]
    told: dict[str, Message] = {}
    for message in found:
        is_old = history.since is not None and message.at < history.since
        if not is_old and message.key not in known:
            told.setdefault(message.key, message)
    return tuple(sorted(told.values(), key=lambda message: message.at))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A plan's event with the reading of the account just before it."""

    event: PlanPrepared
    observed: AccountObserved
    plan: Plan | None
    before: Plan | None

    @property
    def account(self) -> Account:
        return self.observed.observed


def _prepared(history: History) -> Iterator[_Prepared]:
    plans = {plan.plan_id: plan for plan in history.plans}
    observed: AccountObserved | None = None
    before: Plan | None = None
    for event in history.events:
        if isinstance(event, AccountObserved):
            observed = event
        elif isinstance(event, PlanPrepared) and observed is not None:
            plan = plans.get(event.plan_id)
            yield _Prepared(event, observed, plan, before)
            before = plan or before


def _plans_and_days(
    history: History, draw: Draw, known: Collection[str]
) -> Iterator[Message]:
    points = history.points
    days: dict[str, DayTold] = {}
    for prepared in _prepared(history):
        if history.since is not None and prepared.event.at < history.since:
            continue
        told = _plan_told(history, prepared)
        if told is not None:
            yield plan_ready(told)
            yield from _untrusted(told)
        day = _day_told(history, prepared, points, told)
        days.setdefault(day.key, day)
    newest = max(days.values(), key=lambda day: day.session, default=None)
    for day in days.values():
        is_drawn = day is newest and day.key not in known
        yield daily_summary(day, draw(day.curve) if is_drawn else None)


def _plan_told(history: History, prepared: _Prepared) -> PlanTold | None:
    plan, account = prepared.plan, prepared.account
    if plan is None:
        return None
    held = {holding.symbol for holding in account.holdings if holding.quantity > 0}
    return PlanTold(
        plan=plan,
        account=account,
        costs=history.costs,
        # What was bought or sold since then is not this plan's matter.
        managed={s: n for s, n in history.managed.items() if s in held},
        legacy=history.legacy,
        before=prepared.before,
        is_confirmed=history.is_confirmed,
        unknown=tuple(
            record
            for record in history.unknown
            if record.intended_at <= plan.generated_at
        ),
    )


def _day_told(
    history: History,
    prepared: _Prepared,
    points: Sequence[EquityPoint],
    plan: PlanTold | None,
) -> DayTold:
    session = prepared.observed.session
    reports = [report for report in history.reports if report.session == session]
    return DayTold(
        session=session,
        at=prepared.event.at,
        account=prepared.account,
        points=points,
        report=reports[-1] if reports else None,
        plan=plan,
    )


def _untrusted(told: PlanTold) -> Iterator[Message]:
    plan = told.plan
    names = {holding.symbol: holding.name for holding in told.account.holdings}
    problems = [
        (named(names.get(symbol, ""), symbol), PROBLEMS.get(problem, safe(problem)))
        for symbol, problem in plan.errors.items()
        if symbol != UNIVERSE
    ]
    if problems:
        yield alarms.holdings_untrusted(
            plan.account, plan.for_trading_day, problems, at=plan.generated_at
        )


def _results(history: History) -> Iterator[Message]:
    for report in history.results:
        at = known_at(report)
        if at is not None:
            yield execution_result(report, at=at)


def _events(history: History, sentence: Callable[[str], str]) -> Iterator[Message]:
    names = history.names
    missed = (event for event in history.events if isinstance(event, JobMissed))
    yield from alarms.jobs_missed(missed, sentence)
    for event in history.events:
        match event:
            case OrderUnconfirmed():
                settled = _settled(history, event)
                yield alarms.order_unconfirmed(event, names, settled=settled)
            case OrderNoted(detail=word) if word == VANISHED:
                settled = _settled(history, event)
                yield alarms.order_unconfirmed(event, names, settled=settled)
            case RunFailed():
                yield alarms.run_failed(event, sentence)
            case ForeignOrdersSeen() if event.rows:
                yield alarms.foreign_orders(event, names)
            case HoldingReleased():
                yield alarms.holding_released(event, names)
            case AccountConfirmed():
                yield from alarms.expiry_warnings(event, history.now)
            case _:
                pass


def _settled(history: History, event: OrderEvent) -> str:
    """Return what became known of the order after ``event``, in a word, or nothing."""
    words = [
        "목록에 다시 나타남" if isinstance(later, OrderNoted) else _SETTLED[type(later)]
        for later in history.of_order(event)
        if type(later) in _SETTLED
        or (isinstance(later, OrderNoted) and later.detail == "listed_again")
    ]
    return words[-1] if words else ""


def _standing(history: History) -> Iterator[Message]:
    if not history.is_confirmed:
        yield alarms.account_unconfirmed(history.account, at=history.now)
    if history.halt is not None:
        yield alarms.halted(
            history.account, history.halt.since, history.halt.reason, at=history.now
        )
