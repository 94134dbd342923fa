"""Shares bought and not sold yet, first in first out, with what they cost. Pure.

Won are ints, and no won is ever lost between the parts of a lot: the last part takes
what is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Shares of one symbol that came together.

    Attributes:
        opened: the session they came; None when nobody knows.
        cost: won paid, before ``fee``; None when nobody knows.
        fee: won, estimated.
        is_estimated: True when ``cost`` is the broker's average price, not our fill.
    """

    symbol: str
    opened: date | None
    quantity: int
    cost: int | None
    fee: int = 0
    is_estimated: bool = False


def take(lots: Sequence[Lot], quantity: int) -> tuple[list[Lot], list[Lot], int]:
    """Return the oldest ``quantity`` shares, the lots left, and the shares lacking."""
    taken: list[Lot] = []
    left = list(lots)
    while quantity and left:
        if left[0].quantity <= quantity:
            part = left.pop(0)
        else:
            part, left[0] = divided(left[0], quantity)
        taken.append(part)
        quantity -= part.quantity
    return taken, left, quantity


def divided(lot: Lot, quantity: int) -> tuple[Lot, Lot]:
    """Return the lot's first ``quantity`` shares and the rest; nothing gets lost."""
    fee = portion(lot.fee, quantity, lot.quantity)
    cost = None if lot.cost is None else portion(lot.cost, quantity, lot.quantity)
    first = replace(lot, quantity=quantity, cost=cost, fee=fee)
    rest = replace(
        lot,
        quantity=lot.quantity - quantity,
        cost=None if lot.cost is None or cost is None else lot.cost - cost,
        fee=lot.fee - fee,
    )
    return first, rest


def portion(amount: int, part: int, whole: int) -> int:
    """Return ``part`` of ``whole`` of ``amount``, cut to whole won."""
    return amount * part // whole


def spread(lots: Sequence[Lot], quantity: int) -> list[Lot]:
    """Return ``lots`` with ``quantity`` free shares dealt out: a split or bonus.

    Each lot gets its part; dealt out from the left, the parts add up exactly.
    """
    total = sum(lot.quantity for lot in lots)
    held = given = 0
    grown = []
    for lot in lots:
        held += lot.quantity
        until = portion(quantity, held, total)
        grown.append(replace(lot, quantity=lot.quantity + until - given))
        given = until
    return grown
