"""The shares under management, without counting every order of years again.

Orders of plans count, and what a person adopted or the account does not hold any
more; an order that a person sends by hand never touches managed shares.
An order that has ended never changes (the journal's triggers see to it), so the oldest
orders that have all ended are added up once and remembered by the last one's id.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Final

from khms_trader.domain.events import Event, HoldingAdopted, HoldingReleased
from khms_trader.domain.order import PLAN_PURPOSE, OrderState, Side

STATEMENT: Final = (
    "SELECT id, symbol, side, state, filled_quantity FROM orders"  # noqa: S608 - a constant
    f" WHERE account = ? AND id > ? AND purpose = '{PLAN_PURPOSE}' ORDER BY id"
)


MOVES: Final = (HoldingAdopted, HoldingReleased)
"""Events that put shares under management, or out of it, without an order."""


def moved(events: Iterable[Event]) -> Counter[str]:
    """Return the shares that ``events`` of ``MOVES`` add, by symbol; less is minus."""
    shares: Counter[str] = Counter()
    for event in events:
        if isinstance(event, HoldingAdopted):
            shares[event.symbol] += event.quantity
        elif isinstance(event, HoldingReleased):
            shares[event.symbol] -= event.quantity
    return shares


class ManagedShares:
    """What the plans of one journal bought and did not sell again, by symbol."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.last_ended = 0
        self._shares: Counter[str] = Counter()

    def with_rows(self, rows: Sequence[sqlite3.Row]) -> Mapping[str, int]:
        """Return the shares by symbol, zero and less included.

        Args:
            rows: those of ``STATEMENT`` after ``last_ended``.
        """
        ended = list(takewhile(_has_ended, rows))
        for row in ended:
            self._shares[row["symbol"]] += _change(row)
            self.last_ended = row["id"]
        shares = self._shares.copy()
        for row in rows[len(ended) :]:
            shares[row["symbol"]] += _change(row)
        return shares


def _has_ended(row: sqlite3.Row) -> bool:
    return OrderState(row["state"]).is_final


def _change(row: sqlite3.Row) -> int:
    filled: int = row["filled_quantity"]
    return filled if row["side"] == Side.BUY else -filled
