"""What the broker's order list says of orders of ours: progress, or an explanation.

A missing row proves nothing by itself: lists arrive late and may be cut. Two rows that
fit explain nothing, because nothing is adopted by guess. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from khms_trader.domain.order import BrokerOrder, OrderKey, OrderRecord, OrderState
from khms_trader.planning.evidence import (
    Evidence,
    has_moved_unlisted,
    is_contradicted,
    is_of_its_kind,
    was_never_placed,
)

# Broker and own clock were measured up to 2.1 s apart (kis-wire.md 1.1); order times
# have a resolution of one second.
CLOCK_TOLERANCE: Final = timedelta(seconds=5)
# Three attempts with time-outs of 20 s and their pauses: an order that the broker took
# later than this is a person's, who saw that ours was missing.
LONGEST_JOURNEY: Final = timedelta(minutes=2)

# Why an order stays unknown, as ``reasons.korean_of`` reads it.
AMBIGUOUS: Final = "ambiguous"
CONTRADICTED: Final = "contradicted"
ONLY_SIMILAR: Final = "only_similar"
UNLISTED_CHANGE: Final = "unlisted_change"
STILL_UNKNOWN: Final = frozenset(
    {AMBIGUOUS, CONTRADICTED, ONLY_SIMILAR, UNLISTED_CHANGE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the broker says an order stands; figures of the whole order so far."""

    state: OrderState
    filled_quantity: int
    filled_value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a lost order.

    Attributes:
        state: ACCEPTED, NOT_PLACED, or UNCONFIRMED while nobody knows.
        number: the broker's, when accepted.
        detail: why it stays unknown; empty when the list is just silent.
    """

    key: OrderKey
    state: OrderState
    number: str = ""
    detail: str = ""


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
    elif session_is_over or (not row.is_open and row.filled_quantity >= row.quantity):
        # In the session a rest that nobody accounts for may be a fill still booked.
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


def row_of(record: OrderRecord, rows: Iterable[BrokerOrder]) -> BrokerOrder | None:
    """Return the row of an accepted order, or None when the list lacks it.

    A number is KIS's own within a branch only, so symbol and side must agree; rows of
    two branches that share a number carry the branch behind a dash.
    """
    found = {
        row
        for row in rows
        if row.number.partition("-")[0] == record.number and is_of_its_kind(record, row)
    }
    exact = {row for row in found if row.number == record.number}
    best = exact or found
    return best.pop() if len(best) == 1 else None


def resolve(lost: Sequence[OrderRecord], evidence: Evidence) -> tuple[Verdict, ...]:
    """Return a verdict on every lost order of one session, all judged together.

    An order is accepted only when one row explains it and that row explains no other;
    neither the order of the rows nor a row that comes twice changes anything.
    """
    outside = evidence.outside()
    perhaps = [[row for row in outside if may_be(each, row)] for each in lost]
    claims = Counter(
        number for rows in perhaps for number in {row.number for row in rows}
    )
    return tuple(
        _verdict(record, rows, claims, evidence)
        for record, rows in zip(lost, perhaps, strict=True)
    )


def may_be(record: OrderRecord, row: BrokerOrder) -> bool:
    """Return True when ``row`` may be the lost order, whole or cut by a cancel."""
    earliest = (record.intended_at - CLOCK_TOLERANCE).replace(microsecond=0)
    return (
        is_alike(record, row)
        and row.order_type is record.order.order_type
        and row.limit_price in {None, record.order.limit_price}
        and earliest <= row.ordered_at <= record.intended_at + LONGEST_JOURNEY
    )


def is_alike(record: OrderRecord, row: BrokerOrder) -> bool:
    """Return True when symbol, side and quantity do not speak against ``row``.

    A row whose rest was cancelled may show fewer shares than were asked for.
    """
    asked = record.order.quantity
    is_cut = row.is_cancelled and row.quantity < asked
    return is_of_its_kind(record, row) and (row.quantity == asked or is_cut)


def _verdict(
    record: OrderRecord,
    perhaps: Sequence[BrokerOrder],
    claims: Mapping[str, int],
    evidence: Evidence,
) -> Verdict:
    if len(perhaps) == 1 and claims[perhaps[0].number] == 1:
        return _of_the_one(record, perhaps[0], evidence)
    if perhaps:
        return _unknown(record, AMBIGUOUS)
    if was_never_placed(record, evidence):
        return Verdict(key=record.key, state=OrderState.NOT_PLACED)
    has_moved = has_moved_unlisted(record, evidence)
    return _unknown(record, UNLISTED_CHANGE if has_moved else "")


def _of_the_one(record: OrderRecord, row: BrokerOrder, evidence: Evidence) -> Verdict:
    if row.quantity != record.order.quantity:
        return _unknown(record, ONLY_SIMILAR)
    if is_contradicted(record, row, evidence):
        return _unknown(record, CONTRADICTED)
    return Verdict(key=record.key, state=OrderState.ACCEPTED, number=row.number)


def _unknown(record: OrderRecord, detail: str) -> Verdict:
    return Verdict(key=record.key, state=OrderState.UNCONFIRMED, detail=detail)
