"""A glance at an outbox for whoever only watches: what nobody has received yet.

It reads a copy: no lock, no write, and a damaged file stays where it is.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from khms_trader.errors import StorageError
from khms_trader.storage.inspection import copied

_WAITING: Final = "SELECT count(*), min(at) FROM messages WHERE delivered_at IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """Messages that are not delivered.

    Attributes:
        oldest: when what the oldest tells happened; None without any.
    """

    count: int = 0
    oldest: datetime | None = None


def unsent_of(outbox: Path) -> Unsent:
    """Return what waits in ``outbox``; nothing when there is none.

    Raises:
        StorageError: it is damaged, or cannot be read.
    """
    if not outbox.exists():
        return Unsent()
    try:
        with copied(outbox) as copy, closing(sqlite3.connect(copy)) as connection:
            count, oldest = connection.execute(_WAITING).fetchone()
            at = None if oldest is None else datetime.fromisoformat(oldest)
    except (OSError, ValueError) as error:
        raise StorageError(
            "not_readable", path=str(outbox), reason=str(error)
        ) from error
    return Unsent(count=count, oldest=at)
