"""Messages until they are delivered: a SQLite file that several processes may share.

At least once: a message leaves only when its delivery was committed, and who dies
while sending loses nothing but his lease. A key that was told once is never told
again, so keys outlive their messages.
"""

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Final, TypeVar

from khms_trader.domain.message import Claimed, Level, Message
from khms_trader.errors import StorageError
from khms_trader.market.calendar import SEOUL
from khms_trader.ports import Clock
from khms_trader.storage.outbox_file import is_damage, keep_damaged_aside, open_outbox

LEASE: Final = timedelta(seconds=90)
MOST_PUT_OFF: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=60)
"""How long a delivered message can be read; its key stays for good."""

_Result = TypeVar("_Result")
_Work = Callable[[sqlite3.Connection], _Result]

_ADD: Final = """
INSERT OR IGNORE INTO messages (key, level, html, at, picture) VALUES (?, ?, ?, ?, ?)
"""
_KNOWN: Final = "SELECT key FROM messages ORDER BY seq DESC LIMIT 5000"
_PURGE: Final = """
UPDATE messages SET html = '', picture = NULL WHERE html <> '' AND delivered_at < ?
"""
_FIRST: Final = """
SELECT seq, leased_until, put_off_until FROM messages
WHERE delivered_at IS NULL ORDER BY seq LIMIT 1
"""
_LEASE: Final = """
UPDATE messages SET lease = ?, leased_until = ?, is_unknown = 1 WHERE seq = ?
"""
_RENEW: Final = """
UPDATE messages SET leased_until = ? WHERE key = ? AND lease = ?
"""
_PART_SENT: Final = """
UPDATE messages SET parts_sent = max(parts_sent, ?)
WHERE key = ? AND delivered_at IS NULL
"""
_DELIVERED: Final = """
UPDATE messages SET delivered_at = ?, lease = '', is_unknown = 0, problem = ''
WHERE key = ? AND delivered_at IS NULL
"""
_PUT_OFF: Final = """
UPDATE messages SET lease = '', leased_until = NULL,
    put_off_until = ?, problem = ?, is_unknown = ?
WHERE key = ? AND lease = ? AND delivered_at IS NULL
"""
_WAITING: Final = "SELECT count(*) FROM messages WHERE delivered_at IS NULL"


class OutboxFile:
    """The outbox of one account; the file is made when it is first needed.

    Every method raises ``StorageError`` when the file cannot be used. A damaged one is
    kept aside and a new one begun.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Keep messages at ``path``; ``clock`` says when it was begun, what is old."""
        self._path = path
        self._clock = clock
        self._turn = RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None

    def close(self) -> None:
        """Close the file; using the outbox opens it again."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @property
    def begun_at(self) -> datetime:
        """When the outbox was begun; what happened before is not told."""
        return self._done(
            lambda file: datetime.fromisoformat(
                file.execute("SELECT begun_at FROM about").fetchone()[0]
            )
        )

    def add(self, *messages: Message) -> int:
        """Keep the messages whose key is new, and return how many these are."""

        def write(file: sqlite3.Connection) -> int:
            file.execute(_PURGE, (_text(self._clock.now() - KEPT),))
            return sum(
                file.execute(
                    _ADD, (m.key, m.level, m.html, m.at.isoformat(), m.picture)
                ).rowcount
                for m in messages
            )

        return self._committed(write) if messages else 0

    def known_keys(self) -> frozenset[str]:
        """Return the keys of the newest messages, told or waiting."""
        return self._done(
            lambda file: frozenset(row[0] for row in file.execute(_KNOWN))
        )

    def claim(self, now: datetime) -> Claimed | None:
        """Lease the oldest message, or None: put off, leased by another, or none."""
        # Looking takes no lock: most looks find nothing.
        if self._done(lambda file: _free_row(file, now)) is None:
            return None
        return self._committed(lambda file: _leased(file, now))

    def part_sent(self, claimed: Claimed, parts: int, now: datetime) -> None:
        """Remember that ``parts`` parts arrived, and begin the lease anew."""

        def write(file: sqlite3.Connection) -> None:
            file.execute(_PART_SENT, (parts, claimed.message.key))
            renewed = (_text(now + LEASE), claimed.message.key, claimed.lease)
            file.execute(_RENEW, renewed)

        self._committed(write)

    def delivered(self, claimed: Claimed, at: datetime) -> None:
        """Take the message out, whoever has leased it by now."""
        told = (_text(at), claimed.message.key)
        self._committed(lambda file: file.execute(_DELIVERED, told))

    def put_off(self, claimed: Claimed, until: datetime, problem: str) -> None:
        """End the lease; ``claimed`` says whether its next part may have arrived."""
        key, lease = claimed.message.key, claimed.lease
        told = (_text(until), problem, int(claimed.is_repeat), key, lease)
        self._committed(lambda file: file.execute(_PUT_OFF, told))

    def waiting(self) -> int:
        """Return how many messages are not delivered."""
        return self._done(lambda file: int(file.execute(_WAITING).fetchone()[0]))

    def _committed(self, work: _Work[_Result]) -> _Result:
        def transaction(file: sqlite3.Connection) -> _Result:
            file.execute("BEGIN IMMEDIATE")
            with ExitStack() as undo:
                undo.callback(file.rollback)  # does nothing after a commit
                result = work(file)
                file.execute("COMMIT")
            return result

        return self._done(transaction)

    def _done(self, work: _Work[_Result]) -> _Result:
        with self._turn:
            try:
                try:
                    return work(self._opened())
                except (sqlite3.Error, ValueError) as error:
                    if not is_damage(error):
                        raise
                    self.close()
                    keep_damaged_aside(self._path)
                    return work(self._opened())
            except (sqlite3.Error, OSError, ValueError) as error:
                self.close()
                raise StorageError(
                    "outbox_unusable", path=str(self._path), reason=str(error)
                ) from error

    def _opened(self) -> sqlite3.Connection:
        """Return a connection to the file that has the name now.

        Another process may have moved a damaged file away, or a person the folder.
        """
        if self._connection is not None and _identity(self._path) != self._identity:
            self.close()
        if self._connection is None:
            before = _identity(self._path)
            self._connection = open_outbox(self._path, self._clock.now())
            self._identity = before or _identity(self._path)
        return self._connection


def _free_row(file: sqlite3.Connection, now: datetime) -> sqlite3.Row | None:
    row: sqlite3.Row | None = file.execute(_FIRST).fetchone()
    if row is None:
        return None
    is_free = _is_over(row["leased_until"], now, LEASE) and _is_over(
        row["put_off_until"], now, MOST_PUT_OFF
    )
    return row if is_free else None


def _leased(file: sqlite3.Connection, now: datetime) -> Claimed | None:
    free = _free_row(file, now)
    if free is None:
        return None
    rows = file.execute("SELECT * FROM messages WHERE seq = ?", (free["seq"],))
    row = rows.fetchone()
    try:
        claimed = _claimed(row, secrets.token_hex(8))
    except ValueError:
        # Somebody's hand was in the file; one such row may not hold up all others.
        file.execute(_DELIVERED, (_text(now), row["key"]))
        return None
    file.execute(_LEASE, (claimed.lease, _text(now + LEASE), free["seq"]))
    return claimed


def _claimed(row: sqlite3.Row, lease: str) -> Claimed:
    return Claimed(
        message=Message(
            key=row["key"],
            level=Level(row["level"]),
            html=row["html"],
            at=datetime.fromisoformat(row["at"]),
            picture=row["picture"],
        ),
        lease=lease,
        parts_sent=row["parts_sent"],
        is_repeat=bool(row["is_unknown"]),
    )


def _is_over(until: str | None, now: datetime, longest: timedelta) -> bool:
    """Return whether ``until`` has passed, or was written by a clock since set back."""
    if until is None:
        return True
    left = datetime.fromisoformat(until) - now
    return left <= timedelta(0) or left > longest


def _text(moment: datetime) -> str:
    """Return ``moment`` so that texts sort as moments do."""
    return moment.astimezone(SEOUL).isoformat(timespec="microseconds")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
