"""A glance at a journal for whoever only watches: no lock, no write, no side file.

A watchdog runs while the jobs do. It reads a copy, so that neither it nor a right it
has more or less than the trader can ever be in a job's way.
"""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from khms_trader.domain.events import Event
from khms_trader.domain.order import OPEN_STATES, OrderRecord
from khms_trader.errors import StorageError
from khms_trader.storage.event_codec import decode
from khms_trader.storage.inspection import copied
from khms_trader.storage.journal_file import check_journal
from khms_trader.storage.journal_rows import record_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a journal said at one moment.

    Attributes:
        begun_at: when its first event happened; None when there is none.
        events: those asked for, by age.
        unknown: orders whose outcome only a person can find out, by age.
    """

    begun_at: datetime | None = None
    events: tuple[Event, ...] = ()
    unknown: tuple[OrderRecord, ...] = ()


def glance_at(
    journal: Path, account: str, *, since: date, kinds: Collection[type[Event]]
) -> Glance:
    """Return what ``journal`` says; an empty glance when there is none.

    ``since`` is the first session whose events of ``kinds`` are wanted.

    Raises:
        StorageError: it is damaged, of a newer version, of another account, or cannot
            be read.
    """
    if not journal.exists():
        return Glance()
    try:
        with copied(journal) as copy:
            check_journal(copy, account)
            return _glance(copy, since, sorted(kind.__name__ for kind in kinds))
    except StorageError as error:
        facts = {**error.facts, "path": str(journal)}  # not that of the copy
        raise StorageError(error.code, **facts) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StorageError("not_readable", path=str(journal), reason=reason) from error


def _glance(path: Path, since: date, kinds: list[str]) -> Glance:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        first = connection.execute("SELECT at FROM events ORDER BY seq LIMIT 1")
        begun = first.fetchone()
        events = connection.execute(
            "SELECT kind, payload FROM events WHERE session >= ?"  # noqa: S608 - only marks
            f" AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY seq",
            [since.isoformat(), *kinds],
        )
        orders = connection.execute(
            "SELECT * FROM orders"  # noqa: S608 - only marks
            f" WHERE state IN ({', '.join('?' * len(OPEN_STATES))}) ORDER BY id",
            OPEN_STATES,
        )
        records = map(record_from, orders)
        return Glance(
            begun_at=None if begun is None else datetime.fromisoformat(begun["at"]),
            events=tuple(decode(row["kind"], row["payload"]) for row in events),
            unknown=tuple(record for record in records if record.needs_a_person),
        )
