"""Small bars and stores for the tests of this room."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.domain.panel import Panel
from khms_trader.errors import DataError

MON, TUE, WED = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
Closes = Mapping[str, Mapping[date, int]]


def a_panel(
    closes: Closes, *, volume: int = 100, names: Mapping[str, str] | None = None
) -> Panel:
    """Return bars that open 1 won below, reach 2 above and 3 below each close."""
    sessions = tuple(sorted({day for bars in closes.values() for day in bars}))
    symbols = tuple(sorted(closes))
    close = np.array(
        [[closes[s].get(day, 0) for s in symbols] for day in sessions], dtype=np.int32
    ).reshape(len(sessions), len(symbols))
    held = (close > 0).astype(np.int32)
    return Panel(
        sessions=sessions,
        symbols=symbols,
        open=close - held,
        high=close + 2 * held,
        low=close - 3 * held,
        close=close,
        volume=held.astype(np.int64) * volume,
        names=names or {},
    )


def a_store(
    folder: Path, closes: Closes | None = None, **names: str
) -> ParquetBarStore:
    store = ParquetBarStore(folder, name="store", basis="adjusted")
    if closes is not None:
        named = {key[1:]: name for key, name in names.items()}
        store.write(a_panel(closes, names=named))
    return store


def code_of(store: ParquetBarStore, until: date = WED) -> str:
    with pytest.raises(DataError) as caught:
        store.panel(until)
    return caught.value.code


def same(first: Panel, second: Panel) -> bool:
    arrays = ("open", "high", "low", "close", "volume")
    return (first.sessions, first.symbols) == (second.sessions, second.symbols) and all(
        np.array_equal(getattr(first, name), getattr(second, name)) for name in arrays
    )
