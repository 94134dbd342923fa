"""Plan and journal to report: pure, so that it can be made again at any time."""

from collections.abc import Sequence

from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
    LineSkipped,
)
from khms_trader.domain.instrument import kind_of
from khms_trader.domain.order import OrderRecord, OrderState, Side
from khms_trader.domain.plan import BuyLine, Plan, SellLine
from khms_trader.domain.report import (
    LineEnd,
    LineReport,
    OrderReport,
    SessionReport,
)
from khms_trader.execution.run_parts import accepted_at, ended_at, runs_of
from khms_trader.market.rates import CostRates

_ENDS = {
    OrderState.INTENDED: LineEnd.UNCONFIRMED,
    OrderState.UNCONFIRMED: LineEnd.UNCONFIRMED,
    OrderState.ACCEPTED: LineEnd.OPEN,
    OrderState.PARTIALLY_FILLED: LineEnd.OPEN,
    OrderState.FILLED: LineEnd.FILLED,
    OrderState.CANCELLED: LineEnd.CANCELLED,
    OrderState.EXPIRED: LineEnd.EXPIRED,
    OrderState.REJECTED: LineEnd.REJECTED,
    OrderState.NOT_PLACED: LineEnd.NOT_PLACED,
}


def session_report(
    plan: Plan,
    *,
    records: Sequence[OrderRecord],
    events: Sequence[Event],
    costs: CostRates,
    orders_error: str = "",
) -> SessionReport:
    """Return the report of ``plan``'s session from what the journal holds of it.

    ``orders_error`` says why the broker's order list could not be read just now.
    """
    orders = {(r.key.symbol, r.key.side): r for r in records if r.plan_id}
    skips = {(e.symbol, e.side): e for e in events if isinstance(e, LineSkipped)}
    observed = _observed_while_executing(events)
    problem = _account_error(events)
    return SessionReport(
        account=plan.account,
        session=plan.for_trading_day,
        plan_id=plan.plan_id,
        strategy=plan.strategy.name,
        lines=tuple(
            _line(
                line,
                orders.get((line.symbol, side)),
                skips.get((line.symbol, side)),
                costs,
                events=events,
            )
            for side, lines in ((Side.SELL, plan.sells), (Side.BUY, plan.buys))
            for line in lines
        ),
        before=observed[0] if observed else None,
        after=observed[-1] if observed and not problem else None,
        runs=runs_of(events),
        account_error=problem,
        orders_error=orders_error,
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


def _line(
    line: BuyLine | SellLine,
    record: OrderRecord | None,
    skip: LineSkipped | None,
    costs: CostRates,
    *,
    events: Sequence[Event],
) -> LineReport:
    side = Side.BUY if isinstance(line, BuyLine) else Side.SELL
    end, reason, detail = LineEnd.SKIPPED, "", ""
    if record is not None:
        end, detail = end_of(record), record.detail
    elif skip is not None:
        reason, detail = skip.reason, skip.detail
    return LineReport(
        side=side,
        symbol=line.symbol,
        name=line.name,
        planned_quantity=line.quantity if isinstance(line, BuyLine) else None,
        reference_price=line.reference_price,
        end=end,
        reason=reason,
        detail=detail,
        order=order_report(record, costs, events) if record is not None else None,
    )


def end_of(record: OrderRecord) -> LineEnd:
    """Return how the order ended, or where it stands."""
    is_ended = record.state in {OrderState.CANCELLED, OrderState.EXPIRED}
    if is_ended and record.filled_quantity:
        return LineEnd.PARTIAL
    return _ENDS[record.state]


def order_report(
    record: OrderRecord, costs: CostRates, events: Sequence[Event] = ()
) -> OrderReport:
    """Return the figures of one order; its costs are estimated, in won.

    Its times are those of ``events``, the session's.
    """
    slippage, slippage_bps = _slippage(record)
    value = record.filled_value
    kind = kind_of(record.key.symbol)
    return OrderReport(
        number=record.number,
        order_type=record.order.order_type,
        quantity=record.order.quantity,
        filled_quantity=record.filled_quantity,
        filled_value=value,
        limit_price=record.order.limit_price,
        open_price=record.open_price,
        slippage=slippage,
        slippage_bps=slippage_bps,
        fee=costs.fee(value),
        tax=costs.tax(record.key.side, value, record.key.session, kind),
        intended_at=record.intended_at,
        updated_at=record.updated_at,
        accepted_at=accepted_at(events, record.key),
        ended_at=ended_at(events, record.key),
    )


def _slippage(record: OrderRecord) -> tuple[int | None, float | None]:
    """Return won and basis points lost against the open; gains are negative."""
    if record.open_price is None or not record.filled_quantity:
        return None, None
    at_open = record.open_price * record.filled_quantity
    sign = 1 if record.key.side is Side.BUY else -1
    lost = sign * (record.filled_value - at_open)
    return lost, round(lost / at_open * 10_000, 2)
