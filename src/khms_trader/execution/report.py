"""Plan and journal to report: pure, so that it can be made again at any time."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
    ForeignOrdersSeen,
)
from khms_trader.domain.order import BrokerOrder, OrderRecord, Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.reasons import SkipReason
from khms_trader.domain.report import (
    ForeignOrder,
    LineReport,
    OtherOrder,
    SessionReport,
    StuckShares,
)
from khms_trader.execution.report_lines import (
    Session,
    end_of,
    line_report,
    order_report,
    skips_of,
    told_of,
    warnings_of,
    was_ever_unknown,
)
from khms_trader.execution.run_parts import runs_of
from khms_trader.market.rates import CostRates
from khms_trader.planning.difference import difference_of
from khms_trader.planning.match import CLOCK_TOLERANCE, LONGEST_JOURNEY

_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})


def session_report(
    plan: Plan,
    *,
    records: Sequence[OrderRecord],
    events: Sequence[Event],
    costs: CostRates,
    managed: Mapping[str, int] = _NOTHING,
    orders_error: str = "",
) -> SessionReport:
    """Return the report of ``plan``'s session from what the journal holds of it.

    ``managed`` are the strategy's shares by symbol: what an unsent sell was about.
    ``orders_error`` says why the broker's order list could not be read just now.
    """
    observed = _observed_while_executing(events)
    before = observed[0] if observed else None
    problem = _account_error(events)
    after = observed[-1] if observed and not problem else None
    session = Session(
        slots_free=plan.slots_free,
        events=events,
        costs=costs,
        before=before,
        managed=managed,
        skips=skips_of(events),
        warnings=warnings_of(events),
    )
    lines = _lines(plan, records, session)
    names = _names(plan, before, after)
    return SessionReport(
        account=plan.account,
        session=plan.for_trading_day,
        plan_id=plan.plan_id,
        strategy=plan.strategy.name,
        lines=lines,
        before=before,
        after=after,
        runs=runs_of(events),
        account_error=problem,
        orders_error=orders_error,
        difference=difference_of(lines),
        others=_others(plan, records, session, names),
        foreign=_foreign(records, events, names),
        stuck=tuple(filter(None, (_stuck(line, before, after) for line in lines))),
    )


def _lines(
    plan: Plan, records: Sequence[OrderRecord], session: Session
) -> tuple[LineReport, ...]:
    orders = {(r.key.symbol, r.key.side): r for r in records if r.plan_id}
    return tuple(
        line_report(line, orders.get((line.symbol, side)), session)
        for side, lines in ((Side.SELL, plan.sells), (Side.BUY, plan.buys))
        for line in lines
    )


def _names(plan: Plan, *accounts: Account | None) -> dict[str, str]:
    held = [h for account in accounts if account for h in account.holdings]
    named = [(h.symbol, h.name) for h in held]
    named += [(line.symbol, line.name) for line in plan.buys]
    named += [(line.symbol, line.name) for line in plan.sells]
    return {symbol: name for symbol, name in named if name}


def _others(
    plan: Plan,
    records: Sequence[OrderRecord],
    session: Session,
    names: Mapping[str, str],
) -> tuple[OtherOrder, ...]:
    """Return our orders that no line of the plan tells: none is ever left out."""
    planned = {(line.symbol, Side.SELL) for line in plan.sells}
    planned |= {(line.symbol, Side.BUY) for line in plan.buys}
    found = []
    for record in records:
        key = record.key
        if record.plan_id and (key.symbol, key.side) in planned:
            continue
        detail, lost = told_of(record, session.events)
        found.append(
            OtherOrder(
                purpose=key.purpose,
                side=key.side,
                symbol=key.symbol,
                name=names.get(key.symbol, ""),
                end=end_of(record),
                order=order_report(record, session.costs, session.events),
                detail=detail,
                lost=lost,
            )
        )
    return tuple(found)


def _foreign(
    records: Sequence[OrderRecord], events: Sequence[Event], names: Mapping[str, str]
) -> tuple[ForeignOrder, ...]:
    """Return the orders of the newest look at the list that are not ours by now."""
    seen = [event for event in events if isinstance(event, ForeignOrdersSeen)]
    ours = {record.number for record in records if record.number}
    lost = [record for record in records if was_ever_unknown(record, events)]
    return tuple(
        ForeignOrder(
            row=row,
            name=names.get(row.symbol, ""),
            looks_like_ours=_looks_like_one_of(lost, row),
        )
        for row in (seen[-1].rows if seen else ())
        if row.number not in ours
    )


def _looks_like_one_of(lost: Collection[OrderRecord], row: BrokerOrder) -> bool:
    return any(
        (row.symbol, row.side, row.quantity)
        == (record.key.symbol, record.key.side, record.order.quantity)
        and record.intended_at - CLOCK_TOLERANCE
        <= row.ordered_at
        <= record.intended_at + LONGEST_JOURNEY
        for record in lost
    )


def _stuck(
    line: LineReport, before: Account | None, after: Account | None
) -> StuckShares | None:
    quantity = line.unsold_quantity
    held = [
        holding
        for account in (after, before)
        if account and (holding := account.holding(line.symbol))
    ]
    if quantity and held and line.reason == SkipReason.QUANTITY_CHANGED:
        quantity = held[0].quantity
    elif after is not None:
        now = after.holding(line.symbol)
        quantity = min(quantity, now.quantity if now else 0)
    if not quantity:
        return None
    prices = [holding.price for holding in held if holding.price]
    return StuckShares(
        symbol=line.symbol,
        name=line.name,
        quantity=quantity,
        price=prices[0] if prices else line.reference_price,
        end=line.end,
        reason=line.reason,
    )


def _account_error(events: Sequence[Event]) -> str:
    ends = [e for e in events if isinstance(e, ExecutionPaused | ExecutionFinished)]
    return ends[-1].account_error if ends else ""


def _observed_while_executing(events: Sequence[Event]) -> list[Account]:
    # The evening's prepare reads the account on the same session again. A start is
    # followed by its first look at the account, an end or a pause follows its last.
    marks = [
        index + isinstance(event, ExecutionStarted)
        for index, event in enumerate(events)
        if isinstance(event, ExecutionStarted | ExecutionPaused | ExecutionFinished)
    ]
    if not marks:
        return []
    window = events[marks[0] : marks[-1] + 1]
    return [e.observed for e in window if isinstance(e, AccountObserved)]
