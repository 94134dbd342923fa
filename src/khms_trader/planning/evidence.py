"""What order list and account together say of the shares a lost order may have moved.

Two witnesses: the list may hide an order, the account never says whose shares moved.
Neither alone proves that an order never was. Pure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from khms_trader.domain.order import BrokerOrder, OrderKey, OrderRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What the account shows of an order's symbol.

    Attributes:
        expected: shares there would be, by what our other orders did, had the order
            never been placed.
        held: shares there are.
        since: outside orders from then on are not in ``expected``.
        is_fresh: False when a later session may have changed what is held.
    """

    expected: int
    held: int
    since: datetime
    is_fresh: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of one session when its lost orders are resolved.

    Attributes:
        rows: the complete order list.
        known: numbers that other orders of ours already have.
        shares: the account's word by order; none where nobody could look.
        is_over: True once the session's close and its grace have passed.
    """

    rows: Sequence[BrokerOrder]
    known: Collection[str] = frozenset()
    shares: Mapping[OrderKey, Shares] = field(default_factory=dict)
    is_over: bool = False

    def outside(self) -> tuple[BrokerOrder, ...]:
        """Return the rows that no order of ours is known by, each once."""
        each_once = dict.fromkeys(self.rows)
        return tuple(row for row in each_once if row.number not in self.known)


def was_never_placed(record: OrderRecord, evidence: Evidence) -> bool:
    """Return True when list and account both prove that the order never was.

    No row, whatever its size or time, may be of its symbol and side, and the holding
    must have changed by nothing but what the list and our own orders explain.
    """
    shares = evidence.shares.get(record.key)
    if not evidence.is_over or shares is None or not lists_what_we_know(evidence):
        return False
    outside = evidence.outside()
    if any(is_of_its_kind(record, row) for row in outside):
        return False
    return shares.held == shares.expected + sum(
        row.side.sign * row.filled_quantity
        for row in outside
        if row.symbol == record.key.symbol and row.ordered_at >= shares.since
    )


def lists_what_we_know(evidence: Evidence) -> bool:
    """Return whether every order of ours that was acknowledged is in the list.

    A list without one of them is not complete, whatever else it says.
    """
    listed = {row.number.partition("-")[0] for row in evidence.rows}
    return all(number.partition("-")[0] in listed for number in evidence.known)


def is_contradicted(record: OrderRecord, row: BrokerOrder, evidence: Evidence) -> bool:
    """Return True when the holding moved as no order of the list can have moved it.

    Then the list hides an order, which may be ours, and ``row`` is a person's. A
    holding that has not moved yet is just late.
    """
    shares = evidence.shares.get(record.key)
    if shares is None or not shares.is_fresh:
        return False
    lowest = highest = 0
    for each in dict.fromkeys(evidence.rows):
        is_counted = each.ordered_at < shares.since and not each.is_open
        if each.symbol != record.key.symbol or (is_counted and each != row):
            continue
        most = _may_move(each, is_ours=each.number in evidence.known)
        if each.side is record.key.side:
            highest += most
        else:
            lowest -= most
    return not lowest <= _moved(record, shares) <= highest


def has_moved_unlisted(record: OrderRecord, evidence: Evidence) -> bool:
    """Return True when, after the close, shares moved the order's way without a row."""
    shares = evidence.shares.get(record.key)
    return evidence.is_over and shares is not None and _moved(record, shares) > 0


def is_of_its_kind(record: OrderRecord, row: BrokerOrder) -> bool:
    """Return True when ``row`` is of the order's symbol and side."""
    return (row.symbol, row.side) == (record.key.symbol, record.key.side)


def _may_move(row: BrokerOrder, *, is_ours: bool) -> int:
    """Return the most shares of ``row`` that ``expected`` may not know of."""
    most = row.quantity if row.is_open else row.filled_quantity
    return most - row.filled_quantity if is_ours else most


def _moved(record: OrderRecord, shares: Shares) -> int:
    """Return the unexplained change of the holding in the order's direction."""
    return record.key.side.sign * (shares.held - shares.expected)
