"""What the broker's order list says of an order of ours: progress, or an explanation.

A missing row proves nothing by itself: lists arrive late and may be cut. Only after
the session's close does a complete list without the order prove that it never was.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from khms_trader.domain.order import BrokerOrder, OrderRecord, OrderState

# Broker and own clock were measured up to 2.1 s apart (kis-wire.md 1.1); order times
# have a resolution of one second.
CLOCK_TOLERANCE: Final = timedelta(seconds=5)
# Three attempts with time-outs of 20 s and their pauses: an order that the broker took
# later than this is a person's, who saw that ours was missing.
LONGEST_JOURNEY: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the broker says an order stands; figures of the whole order so far."""

    state: OrderState
    filled_quantity: int
    filled_value: int


def progress_of(
    record: OrderRecord, row: BrokerOrder, *, session_is_over: bool
) -> Progress:
    """Return where ``record`` stands by its row in the broker's list.

    Fills are counted against the quantity that was asked for, because a row may shrink
    its own when the rest is cancelled.
    """
    if row.filled_quantity >= record.order.quantity:
        state = OrderState.FILLED
    elif row.is_cancelled or (row.is_rejected and not session_is_over):
        state = OrderState.CANCELLED
    elif session_is_over or not row.is_open:
        state = OrderState.EXPIRED
    elif row.filled_quantity > 0:
        state = OrderState.PARTIALLY_FILLED
    else:
        state = OrderState.ACCEPTED
    return Progress(
        state=state,
        filled_quantity=row.filled_quantity,
        filled_value=row.filled_value,
    )


def explanations(
    record: OrderRecord, rows: Sequence[BrokerOrder], known: Collection[str]
) -> tuple[BrokerOrder, ...]:
    """Return the rows that could be the lost order: settled only when exactly one.

    Args:
        record: an order whose answer was lost.
        rows: the complete order list of its session.
        known: numbers that other orders of ours already have.
    """
    earliest = (record.intended_at - CLOCK_TOLERANCE).replace(microsecond=0)
    latest = record.intended_at + LONGEST_JOURNEY
    return tuple(
        row
        for row in rows
        if row.number not in known
        and row.symbol == record.key.symbol
        and row.side is record.key.side
        and row.quantity == record.order.quantity
        and row.order_type is record.order.order_type
        and row.limit_price in {None, record.order.limit_price}
        and earliest <= row.ordered_at <= latest
    )


def was_never_placed(
    record: OrderRecord,
    rows: Sequence[BrokerOrder],
    *,
    closes_at: datetime,
    now: datetime,
) -> bool:
    """Return True when, after the close, no row could be any part of the order."""
    if now <= closes_at:
        return False
    return not any(
        row.symbol == record.key.symbol and row.side is record.key.side for row in rows
    )
