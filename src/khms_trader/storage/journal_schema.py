"""The journal's tables, made from the one state table in ``domain.order``."""

from typing import Final

from khms_trader.domain.order import OPEN_STATES, TRANSITIONS, OrderState, Side

JOURNAL_VERSION: Final = 1

_FINAL: Final = tuple(state for state in OrderState if state.is_final)


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _allowed_steps() -> str:
    steps = [
        f"('{old}', '{new}')"
        for old, following in TRANSITIONS.items()
        for new in sorted(following)
    ]
    return ", ".join(steps)


SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    session TEXT NOT NULL,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ({_quoted(tuple(Side))})),
    purpose TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    order_type TEXT NOT NULL,
    limit_price INTEGER,
    open_price INTEGER,
    state TEXT NOT NULL CHECK (state IN ({_quoted(tuple(OrderState))})),
    number TEXT NOT NULL DEFAULT '',
    filled_quantity INTEGER NOT NULL DEFAULT 0 CHECK (filled_quantity >= 0),
    filled_value INTEGER NOT NULL DEFAULT 0 CHECK (filled_value >= 0),
    attempts INTEGER NOT NULL DEFAULT 0,
    intended_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    UNIQUE (account, session, symbol, side, purpose)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_order
    ON orders (account, symbol, side) WHERE state IN ({_quoted(OPEN_STATES)});
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    session TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS orders_by_state ON orders (account, state);
CREATE INDEX IF NOT EXISTS events_by_session ON events (session, kind);
CREATE INDEX IF NOT EXISTS events_by_kind ON events (kind);
CREATE TRIGGER IF NOT EXISTS state_table BEFORE UPDATE OF state ON orders
WHEN (OLD.state, NEW.state) NOT IN (VALUES {_allowed_steps()})
BEGIN
    SELECT RAISE(ABORT, 'state table');
END;
CREATE TRIGGER IF NOT EXISTS no_fewer_fills
BEFORE UPDATE OF filled_quantity, filled_value ON orders
WHEN NEW.filled_quantity < OLD.filled_quantity OR NEW.filled_value < OLD.filled_value
BEGIN
    SELECT RAISE(ABORT, 'fills never shrink');
END;
CREATE TRIGGER IF NOT EXISTS ends_are_final BEFORE UPDATE ON orders
WHEN OLD.state IN ({_quoted(_FINAL)})
BEGIN
    SELECT RAISE(ABORT, 'the order has ended');
END;
CREATE TRIGGER IF NOT EXISTS only_intents_leave BEFORE UPDATE OF attempts ON orders
WHEN OLD.state <> '{OrderState.INTENDED}'
BEGIN
    SELECT RAISE(ABORT, 'no request leaves twice');
END;
CREATE TRIGGER IF NOT EXISTS numbers_stay BEFORE UPDATE OF number ON orders
WHEN OLD.number <> '' AND NEW.number <> OLD.number
BEGIN
    SELECT RAISE(ABORT, 'append only');
END;
CREATE TRIGGER IF NOT EXISTS orders_keep BEFORE UPDATE OF account, session, symbol,
    side, purpose, plan_id, quantity, order_type, limit_price, open_price, intended_at
ON orders
BEGIN
    SELECT RAISE(ABORT, 'append only');
END;
CREATE TRIGGER IF NOT EXISTS orders_stay BEFORE DELETE ON orders
BEGIN
    SELECT RAISE(ABORT, 'append only');
END;
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'append only');
END;
CREATE TRIGGER IF NOT EXISTS events_keep BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'append only');
END;
"""
