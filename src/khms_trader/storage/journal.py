"""What happened: an append-only SQLite file, committed before every send.

WAL with ``synchronous=FULL``: a commit survives the loss of power. The UNIQUE natural
key is the only idempotency there is, because KIS knows no client order id.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from khms_trader.domain.events import (
    Event,
    OrderIntended,
    OrderNoted,
)
from khms_trader.domain.order import (
    Order,
    OrderKey,
    OrderRecord,
    OrderState,
)
from khms_trader.errors import StorageError
from khms_trader.storage.event_codec import encode
from khms_trader.storage.journal_file import (
    BUSY_SECONDS,
    blame,
    bring_up_to_date,
    check_journal,
    make_journal,
)
from khms_trader.storage.journal_reading import JournalReading
from khms_trader.storage.journal_rows import key_values, record_from
from khms_trader.storage.journal_steps import events_of_step


class SqliteJournal(JournalReading):
    """The journal of one account; opening creates it, and refuses a damaged file."""

    def __init__(self, path: Path, *, account: str, is_durable: bool = True) -> None:
        """Open ``path`` for ``account``.

        Without ``is_durable`` nothing waits for the disk: the end of the process loses
        nothing, a loss of power may (replays only).

        Raises:
            StorageError: damaged (a copy is kept aside), of a newer version, of another
                account, or not writable.
        """
        super().__init__(account)
        self._path = path
        with self._translated(), ExitStack() as undo:
            make_journal(path)
            check_journal(path, account)
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None
            )
            undo.callback(self._connection.close)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode = WAL")
            waiting = "FULL" if is_durable else "OFF"
            self._connection.execute(f"PRAGMA synchronous = {waiting}")
            bring_up_to_date(self._connection)
            path.chmod(0o600)
            undo.pop_all()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def append(self, *events: Event) -> None:
        """Commit ``events`` together, in order."""
        with self._transaction():
            for event in events:
                self._insert(event)

    def intend(
        self,
        key: OrderKey,
        order: Order,
        *,
        plan_id: str,
        at: datetime,
        open_price: int | None = None,
    ) -> bool:
        """Commit the intent; False when the natural key was used before."""
        with self._transaction():
            added = self._connection.execute(
                _INTEND,
                (
                    *key_values(key),
                    plan_id,
                    order.quantity,
                    order.order_type,
                    order.limit_price,
                    open_price,
                    OrderState.INTENDED,
                    at.isoformat(),
                    at.isoformat(),
                ),
            )
            if not added.rowcount:
                return False
            self._insert(
                OrderIntended(
                    at=at,
                    account=key.account,
                    session=key.session,
                    key=key,
                    quantity=order.quantity,
                    limit_price=order.limit_price,
                    open_price=open_price,
                )
            )
        return True

    def attempt(self, key: OrderKey, *, at: datetime) -> int:
        """Count one more request on the row and return the number of requests."""
        with self._transaction():
            row = self._connection.execute(
                f"UPDATE orders SET attempts = attempts + 1, updated_at = ? {_WHERE}"  # noqa: S608 - a constant
                " RETURNING attempts",
                (at.isoformat(), *key_values(key)),
            ).fetchone()
            if row is None:
                raise StorageError("journal_order_missing", symbol=key.symbol)
        return int(row["attempts"])

    def advance(
        self,
        key: OrderKey,
        state: OrderState,
        *,
        at: datetime,
        number: str | None = None,
        filled_quantity: int | None = None,
        filled_value: int | None = None,
        detail: str = "",
    ) -> None:
        """Move the order to ``state`` and append the event that says so.

        Raises:
            StorageError: the state table does not allow the step.
        """
        with self._transaction():
            before = self._record(key)
            self._connection.execute(
                "UPDATE orders SET state = ?, updated_at = ?,"  # noqa: S608 - a constant
                " number = coalesce(?, number),"
                " filled_quantity = coalesce(?, filled_quantity),"
                " filled_value = coalesce(?, filled_value),"
                f" detail = CASE ? WHEN '' THEN detail ELSE ? END {_WHERE}",
                (
                    state,
                    at.isoformat(),
                    number,
                    filled_quantity,
                    filled_value,
                    detail,
                    detail,
                    *key_values(key),
                ),
            )
            after = self._record(key)
            for event in events_of_step(before, after):
                self._insert(event)

    def note(self, key: OrderKey, detail: str, *, at: datetime) -> None:
        """Keep ``detail`` on an order that has not ended, and append its event.

        Raises:
            StorageError: the order has ended, or is not there.
        """
        with self._transaction():
            self._record(key)
            self._connection.execute(
                f"UPDATE orders SET detail = ?, updated_at = ? {_WHERE}",  # noqa: S608 - a constant
                (detail, at.isoformat(), *key_values(key)),
            )
            self._insert(
                OrderNoted(
                    at=at,
                    account=key.account,
                    session=key.session,
                    key=key,
                    detail=detail,
                )
            )

    def _record(self, key: OrderKey) -> OrderRecord:
        row = self._connection.execute(
            f"SELECT * FROM orders {_WHERE}",  # noqa: S608 - a constant
            key_values(key),
        ).fetchone()
        if row is None:
            raise StorageError("journal_order_missing", symbol=key.symbol)
        return record_from(row)

    def _insert(self, event: Event) -> None:
        kind, payload = encode(event)
        self._connection.execute(
            "INSERT INTO events (at, session, kind, payload) VALUES (?, ?, ?, ?)",
            (event.at.isoformat(), event.session.isoformat(), kind, payload),
        )

    def _query(self, statement: str, values: Sequence[str]) -> list[sqlite3.Row]:
        with self._translated():
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise  # a defect of ours, not of the file
        except (sqlite3.DatabaseError, UnicodeDecodeError, OSError) as error:
            raise blame(self._path, error) from error


_INTEND: Final = (
    "INSERT INTO orders (account, session, symbol, side, purpose, plan_id, quantity,"
    " order_type, limit_price, open_price, state, intended_at, updated_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_WHERE: Final = (
    "WHERE account = ? AND session = ? AND symbol = ? AND side = ? AND purpose = ?"
)
