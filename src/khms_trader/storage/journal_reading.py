"""The reading half of the journal, for whoever holds a connection of any kind.

It writes nothing: what may be read and how is the same for the trader, who writes,
and for a page, which may not.
"""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from khms_trader.domain.events import Event
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.storage import managed_shares
from khms_trader.storage.event_codec import decode
from khms_trader.storage.journal_rows import record_from


class JournalReading(ABC):
    """A ``JournalReader`` over ``_query``."""

    def __init__(self, account: str) -> None:
        """Read what belongs to ``account``."""
        self._account = account
        self._managed = managed_shares.ManagedShares()

    @abstractmethod
    def _query(self, statement: str, values: Sequence[str]) -> list[sqlite3.Row]:
        """Return the rows of ``statement``, or ``StorageError``."""

    def order_records(
        self, session: date | None = None, *, states: Sequence[OrderState] = ()
    ) -> tuple[OrderRecord, ...]:
        """Return orders of ``session`` (or all) in ``states`` (or any), by age."""
        clauses = ["account = ?"]
        values: list[str] = [self._account]
        if session is not None:
            clauses.append("session = ?")
            values.append(session.isoformat())
        if states:
            clauses.append(f"state IN ({', '.join('?' * len(states))})")
            values.extend(states)
        rows = self._query(
            f"SELECT * FROM orders WHERE {' AND '.join(clauses)} ORDER BY id",  # noqa: S608 - only constants and marks
            values,
        )
        return tuple(record_from(row) for row in rows)

    def events(
        self, session: date | None = None, *, kinds: Sequence[type[Event]] = ()
    ) -> tuple[Event, ...]:
        """Return events of ``session`` (or all) of ``kinds`` (or any), by age."""
        clauses = ["1 = 1"]
        values: list[str] = []
        if session is not None:
            clauses.append("session = ?")
            values.append(session.isoformat())
        if kinds:
            clauses.append(f"kind IN ({', '.join('?' * len(kinds))})")
            values.extend(kind.__name__ for kind in kinds)
        rows = self._query(
            f"SELECT kind, payload FROM events WHERE {' AND '.join(clauses)}"  # noqa: S608 - only constants and marks
            " ORDER BY seq",
            values,
        )
        return tuple(decode(row["kind"], row["payload"]) for row in rows)

    def managed(self) -> Mapping[str, int]:
        """Return the shares under management by symbol; never zero or less."""
        shares = managed_shares.moved(self.events(kinds=managed_shares.MOVES))
        last_ended = str(self._managed.last_ended)
        rows = self._query(managed_shares.STATEMENT, [self._account, last_ended])
        for symbol, count in self._managed.with_rows(rows).items():
            shares[symbol] += count
        return {symbol: count for symbol, count in shares.items() if count > 0}

    def last_event_at(self) -> datetime | None:
        """Return the time that the event written last carries."""
        rows = self._query("SELECT at FROM events ORDER BY seq DESC LIMIT 1", [])
        return datetime.fromisoformat(rows[0]["at"]) if rows else None
