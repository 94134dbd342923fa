"""Why the money of a session differed from its plan, by cause. Pure.

A share is followed at its reference price until it fills, then at what it really cost:
so every won between plan and result belongs to exactly one cause.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from khms_trader.domain.difference import Amounts, Cause, CauseRow, Difference, Step
from khms_trader.domain.order import Side
from khms_trader.domain.report import LineEnd, LineReport, OrderReport

_UNFILLED: Final = {
    LineEnd.PARTIAL: Cause.PARTIAL,
    LineEnd.CANCELLED: Cause.CANCELLED,
    LineEnd.EXPIRED: Cause.EXPIRED,
    LineEnd.REJECTED: Cause.REJECTED,
    LineEnd.NOT_PLACED: Cause.NOT_PLACED,
    LineEnd.OPEN: Cause.OPEN,
    LineEnd.UNCONFIRMED: Cause.UNCONFIRMED,
}
_ORDER: Final = tuple(Cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What one cause changed of one line, in won of the line's own side."""

    cause: Cause
    won: int
    side: Side
    reason: str = ""


def difference_of(lines: Iterable[LineReport]) -> Difference | None:
    """Return plan, orders, fills and result of the candidates, with all causes.

    None when no line could have traded.
    """
    candidates = [line for line in lines if line.is_candidate]
    if not candidates:
        return None
    changes = [change for line in candidates for change in _changes(line)]
    planned = _total((line.side, _planned(line)) for line in candidates)
    ordered = planned + _of_step(changes, Step.PLAN_TO_ORDERS)
    filled = ordered + _of_step(changes, Step.ORDERS_TO_FILLS)
    return Difference(
        planned=planned,
        ordered=ordered,
        filled=filled,
        result=filled + _of_step(changes, Step.FILLS_TO_RESULT),
        rows=_rows(changes),
    )


def _planned(line: LineReport) -> int:
    return line.wanted_quantity * line.reference_price


def _changes(line: LineReport) -> Iterator[_Change]:
    """Yield what changed of ``line``; what is nothing is left out."""
    order = line.order
    if order is None:
        found = [(Cause.NOT_SENT, -_planned(line))]
    else:
        cut = order.quantity - line.wanted_quantity
        found = [
            (Cause.LESS_CASH, cut * line.reference_price),
            *_unfilled(line, order),
            *_priced(line, order),
            *_costs(line, order),
        ]
    for cause, won in found:
        if won:
            reason = line.reason if cause is Cause.NOT_SENT else ""
            yield _Change(cause=cause, won=won, side=line.side, reason=reason)


def _unfilled(line: LineReport, order: OrderReport) -> Iterator[tuple[Cause, int]]:
    more = order.filled_quantity - order.quantity
    # Nobody may fill more than was asked for; if it happens, it shows.
    cause = Cause.MORE_FILLED if more > 0 else _UNFILLED.get(line.end, Cause.PARTIAL)
    yield cause, more * line.reference_price


def _priced(line: LineReport, order: OrderReport) -> Iterator[tuple[Cause, int]]:
    at_reference = line.reference_price * order.filled_quantity
    if order.open_price is None:
        yield Cause.NO_OPEN_PRICE, order.filled_value - at_reference
        return
    at_open = order.open_price * order.filled_quantity
    yield Cause.OPEN_PRICE, at_open - at_reference
    yield Cause.SLIPPAGE, order.filled_value - at_open


def _costs(line: LineReport, order: OrderReport) -> Iterator[tuple[Cause, int]]:
    yield Cause.FEE, line.side.sign * order.fee
    yield Cause.TAX, line.side.sign * order.tax


def _of_step(changes: Iterable[_Change], step: Step) -> Amounts:
    return _total((c.side, c.won) for c in changes if c.cause.step is step)


def _total(figures: Iterable[tuple[Side, int]]) -> Amounts:
    listed = tuple(figures)
    return Amounts(
        buy=sum(won for side, won in listed if side is Side.BUY),
        sell=sum(won for side, won in listed if side is Side.SELL),
    )


def _rows(changes: Iterable[_Change]) -> tuple[CauseRow, ...]:
    grouped: dict[tuple[Cause, str], list[_Change]] = {}
    for change in changes:
        grouped.setdefault((change.cause, change.reason), []).append(change)
    rows = (
        CauseRow(
            cause=cause,
            reason=reason,
            lines=len(group),
            change=_total((change.side, change.won) for change in group),
        )
        for (cause, reason), group in grouped.items()
    )
    nothing = Amounts()
    ordered = sorted(rows, key=lambda row: (_ORDER.index(row.cause), row.reason))
    return tuple(row for row in ordered if row.change != nothing)
