"""Rows of the journal's order table to domain values."""

import sqlite3
from datetime import date, datetime

from khms_trader.domain.order import (
    Order,
    OrderKey,
    OrderRecord,
    OrderState,
    OrderType,
    Side,
)
from khms_trader.errors import StorageError
from khms_trader.market.calendar import SEOUL


def key_values(key: OrderKey) -> tuple[str, str, str, str, str]:
    """Return the natural key as the columns hold it."""
    return (key.account, key.session.isoformat(), key.symbol, key.side, key.purpose)


def record_from(row: sqlite3.Row) -> OrderRecord:
    """Return the order a row describes.

    Raises:
        StorageError: the row is not one of ours.
    """
    try:
        return _record(row)
    except (ValueError, TypeError) as error:
        raise StorageError("journal_row_unreadable", kind="orders") from error


def _record(row: sqlite3.Row) -> OrderRecord:
    return OrderRecord(
        key=OrderKey(
            account=row["account"],
            session=date.fromisoformat(row["session"]),
            symbol=row["symbol"],
            side=Side(row["side"]),
            purpose=row["purpose"],
        ),
        order=Order(
            symbol=row["symbol"],
            side=Side(row["side"]),
            quantity=row["quantity"],
            order_type=OrderType(row["order_type"]),
            limit_price=row["limit_price"],
        ),
        state=OrderState(row["state"]),
        plan_id=row["plan_id"],
        number=row["number"],
        open_price=row["open_price"],
        filled_quantity=row["filled_quantity"],
        filled_value=row["filled_value"],
        attempts=row["attempts"],
        intended_at=datetime.fromisoformat(row["intended_at"]).astimezone(SEOUL),
        updated_at=datetime.fromisoformat(row["updated_at"]).astimezone(SEOUL),
        detail=row["detail"],
    )
