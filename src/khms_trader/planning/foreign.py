"""What a person ordered in the broker's own app, and which lines that holds back. Pure.

Their order stands for the line: ours beside it would double it. Once it is gone, the
line may go out after all.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from khms_trader.domain.order import BrokerOrder, Side
from khms_trader.domain.reasons import SkipReason
from khms_trader.planning.due import Decision, Skip

LineKey = tuple[str, Side]

# What an open order takes away from the account, and gives back when it is cancelled.
_TAKEN_BY_IT: Final = frozenset({SkipReason.NOT_SELLABLE, SkipReason.NO_CASH})


def keys_of(rows: Iterable[BrokerOrder]) -> frozenset[LineKey]:
    """Return the symbols and sides of a person's own ``rows`` that ours would double.

    Those that are open, and buys that filled: the balance shows them late.
    """
    return frozenset(
        (row.symbol, row.side)
        for row in rows
        if row.is_open or (row.side is Side.BUY and row.filled_quantity > 0)
    )


def held_by_person(
    decisions: Iterable[Decision], foreign: Collection[LineKey]
) -> tuple[Decision, ...]:
    """Return ``decisions``, held back where an order of ``foreign`` stands for one.

    A line that is not sent for a reason of its own keeps it.
    """
    return tuple(
        replace(
            decision, order=None, remarks=(), skip=Skip(reason=SkipReason.FOREIGN_ORDER)
        )
        if (decision.line.symbol, decision.side) in foreign and _waits_for_it(decision)
        else decision
        for decision in decisions
    )


def _waits_for_it(decision: Decision) -> bool:
    return decision.skip is None or decision.skip.reason in _TAKEN_BY_IT
