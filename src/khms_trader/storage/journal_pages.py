"""The journal in pages, for a reader who turns them: counted and cut by SQL.

A year holds tens of thousands of events; only those of the page that is shown are
decoded.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from khms_trader.domain.events import Event
from khms_trader.storage.event_codec import decode
from khms_trader.storage.journal_reading import JournalReading


class JournalPages(JournalReading):
    """What a page of the journal needs beside a ``JournalReader``'s answers."""

    def counts(self) -> Mapping[tuple[date, str], int]:
        """Return how many events of each kind each session has."""
        # Both columns are those of one index: no row of the table is touched.
        rows = self._query(
            "SELECT session, kind, count(*) AS found FROM events GROUP BY 1, 2", []
        )
        return {
            (date.fromisoformat(row["session"]), row["kind"]): row["found"]
            for row in rows
        }

    def page(
        self,
        session: date | None = None,
        *,
        kinds: Sequence[type[Event]] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> tuple[Event, ...]:
        """Return ``limit`` events after the newest ``offset``, the newest first."""
        clauses, values = ["1 = 1"], []
        if session is not None:
            clauses.append("session = ?")
            values.append(session.isoformat())
        if kinds:
            clauses.append(f"kind IN ({', '.join('?' * len(kinds))})")
            values.extend(kind.__name__ for kind in kinds)
        rows = self._query(
            f"SELECT kind, payload FROM events WHERE {' AND '.join(clauses)}"  # noqa: S608 - only constants and marks
            f" ORDER BY seq DESC LIMIT {limit:d} OFFSET {offset:d}",
            values,
        )
        return tuple(decode(row["kind"], row["payload"]) for row in rows)
