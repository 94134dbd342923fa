"""The paper account's file: its ledger and its orders, changed all or nothing.

Knows SQL and the shapes it stores, no market rule.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from khms_trader.broker.opening_rules import BookedFill
from khms_trader.domain.order import BrokerOrder, Order, OrderType, Side
from khms_trader.errors import Refused, StorageError
from khms_trader.ledger import Ledger, Position

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    document TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    session TEXT NOT NULL,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    order_type TEXT NOT NULL,
    limit_price INTEGER,
    ordered_at TEXT NOT NULL,
    reserved INTEGER NOT NULL DEFAULT 0,
    filled_quantity INTEGER NOT NULL DEFAULT 0,
    filled_value INTEGER NOT NULL DEFAULT 0,
    costs INTEGER NOT NULL DEFAULT 0,
    is_cancelled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS lived (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    session TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS market (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    source TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS orders_by_session ON orders (session);
"""


class _LedgerUnreadable(Exception):
    """The stored document is not a ledger."""


class PaperBook:
    """One open connection to the paper account's file."""

    def __init__(
        self, path: Path, *, initial_cash: int, is_durable: bool = True
    ) -> None:
        """Open or create ``path``; a new account starts with ``initial_cash`` won.

        Without ``is_durable`` nothing waits for the disk: the end of the process loses
        nothing, a loss of power may (replays only).

        Raises:
            StorageError: the file is damaged or cannot be written.
        """
        self._path = path
        with self._translated(), ExitStack() as undo:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = undo.enter_context(
                closing(sqlite3.connect(path, isolation_level=None))
            )
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode = WAL")
            waiting = "FULL" if is_durable else "OFF"
            self._connection.execute(f"PRAGMA synchronous = {waiting}")
            self._connection.executescript(_SCHEMA)
            self._connection.execute(
                "INSERT OR IGNORE INTO ledger VALUES (1, ?)",
                (_ledger_text(Ledger(cash=initial_cash)),),
            )
            undo.pop_all()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything in the block together, or nothing of it."""
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def ledger(self) -> Ledger:
        """Return the ledger as last written.

        Raises:
            StorageError: it cannot be read.
        """
        with self._translated():
            row = self._connection.execute("SELECT document FROM ledger").fetchone()
            return _ledger_from(row["document"])

    def write_ledger(self, ledger: Ledger) -> None:
        """Replace the ledger."""
        self._connection.execute(
            "UPDATE ledger SET document = ?", (_ledger_text(ledger),)
        )

    def live_in(self, source: str) -> None:
        """Bind the account to the prices of ``source``, for good once it traded.

        Raises:
            Refused: it traded at the prices of another source, which ``source`` may
                not even have.
        """
        with self.transaction():
            row = self._connection.execute("SELECT source FROM market").fetchone()
            traded = self._connection.execute("SELECT 1 FROM orders LIMIT 1").fetchone()
            if row and row["source"] != source and traded:
                raise Refused(
                    "paper_other_market",
                    lives_in=row["source"],
                    asked=source,
                    folder=str(self._path.parent),
                )
            if row is None or row["source"] != source:
                self._connection.execute(
                    "INSERT OR REPLACE INTO market VALUES (1, ?)", (source,)
                )

    def lived_until(self) -> date | None:
        """Return the last session whose splits are in the ledger, or None."""
        with self._translated():
            row = self._connection.execute("SELECT session FROM lived").fetchone()
        return date.fromisoformat(row["session"]) if row else None

    def live_until(self, session: date) -> None:
        """Remember that the splits up to ``session`` are in the ledger."""
        self._connection.execute(
            "INSERT OR REPLACE INTO lived VALUES (1, ?)", (session.isoformat(),)
        )

    def add_order(
        self, order: Order, *, at: datetime, reserved: int, fill: BookedFill
    ) -> int:
        """Store a new order with what it got at once and return its number."""
        cursor = self._connection.execute(
            "INSERT INTO orders (session, symbol, side, quantity, order_type,"
            " limit_price, ordered_at, reserved, filled_quantity, filled_value, costs)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                at.date().isoformat(),
                order.symbol,
                order.side,
                order.quantity,
                order.order_type,
                order.limit_price,
                at.isoformat(),
                reserved,
                fill.quantity,
                fill.value,
                fill.costs,
            ),
        )
        return int(cursor.lastrowid or 0)

    def cancel_order(self, number: int) -> bool:
        """Mark the open rest of the order as cancelled; False when there is none."""
        cursor = self._connection.execute(
            "UPDATE orders SET is_cancelled = 1, reserved = 0 WHERE number = ?"
            " AND filled_quantity < quantity AND is_cancelled = 0",
            (number,),
        )
        return cursor.rowcount > 0

    def orders(self, session: date, *, is_over: bool) -> tuple[BrokerOrder, ...]:
        """Return the orders of ``session``, oldest first."""
        with self._translated():
            rows = self._connection.execute(
                "SELECT * FROM orders WHERE session = ? ORDER BY number",
                (session.isoformat(),),
            ).fetchall()
        return tuple(_order_from(row, is_over=is_over) for row in rows)

    def order_count(self) -> int:
        """Return how many orders the account ever took."""
        with self._translated():
            row = self._connection.execute("SELECT COUNT(*) FROM orders").fetchone()
        return int(row[0])

    def reserved(self, session: date) -> tuple[int, dict[str, int]]:
        """Return won held back for open buys, and shares for open sells by symbol."""
        with self._translated():
            rows = self._connection.execute(
                "SELECT symbol, side, quantity - filled_quantity AS rest, reserved"
                " FROM orders WHERE session = ? AND is_cancelled = 0"
                " AND filled_quantity < quantity",
                (session.isoformat(),),
            ).fetchall()
        shares: dict[str, int] = {}
        for row in rows:
            if row["side"] == Side.SELL:
                shares[row["symbol"]] = shares.get(row["symbol"], 0) + row["rest"]
        return sum(row["reserved"] for row in rows), shares

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StorageError(
                "paper_book_not_writable", path=str(self._path), reason=str(error)
            ) from error
        except (sqlite3.Error, OSError, _LedgerUnreadable) as error:
            raise StorageError(
                "paper_book_unusable", path=str(self._path), reason=str(error)
            ) from error


def _ledger_text(ledger: Ledger) -> str:
    return json.dumps(
        {
            "cash": ledger.cash,
            "pending": [[day.isoformat(), won] for day, won in ledger.pending],
            "positions": {
                symbol: [position.quantity, position.cost]
                for symbol, position in sorted(ledger.positions.items())
            },
        }
    )


def _ledger_from(text: str) -> Ledger:
    try:
        return _parsed(json.loads(text))
    except (ValueError, LookupError, TypeError) as error:
        raise _LedgerUnreadable(text) from error


def _parsed(document: dict[str, Any]) -> Ledger:
    return Ledger(
        cash=document["cash"],
        pending=tuple(
            (date.fromisoformat(day), won) for day, won in document["pending"]
        ),
        positions={
            symbol: Position(quantity=quantity, cost=cost)
            for symbol, (quantity, cost) in document["positions"].items()
        },
    )


def _order_from(row: sqlite3.Row, *, is_over: bool) -> BrokerOrder:
    is_complete = row["filled_quantity"] == row["quantity"]
    return BrokerOrder(
        number=f"{row['number']:010d}",
        symbol=row["symbol"],
        side=Side(row["side"]),
        quantity=row["quantity"],
        order_type=OrderType(row["order_type"]),
        ordered_at=datetime.fromisoformat(row["ordered_at"]),
        limit_price=row["limit_price"],
        filled_quantity=row["filled_quantity"],
        filled_value=row["filled_value"],
        is_open=not (is_complete or row["is_cancelled"] or is_over),
        is_cancelled=bool(row["is_cancelled"]),
    )
