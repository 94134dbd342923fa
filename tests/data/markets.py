"""Small markets over weekdays, to be spoilt one bar at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from khms_trader.data.bar_rows import BarRows, panel_of, rows_of
from khms_trader.data.quality import find_problems
from khms_trader.domain.panel import Panel
from khms_trader.domain.quality import BarProblem

MONDAY = date(2024, 1, 1)
SYMBOLS = ("000250", "000440", "0007C0", "035720", "900300")


def weekdays(count: int, first: date = MONDAY) -> tuple[date, ...]:
    """Return ``count`` sessions of a calendar without holidays."""
    days = [first + timedelta(days=number) for number in range(count * 2 + 7)]
    return tuple(day for day in days if day.weekday() < 5)[:count]


def a_market(
    count: int,
    symbols: Sequence[str] = SYMBOLS,
    *,
    close: int = 1_000,
    volume: int = 1_000,
    first: date = MONDAY,
) -> Panel:
    """Return quiet bars: 10 won around the close, up 1 won with every session."""
    shape = (count, len(symbols))
    closes = np.full(shape, close, dtype=np.int32)
    closes += np.arange(count, dtype=np.int32)[:, None]
    return Panel(
        sessions=weekdays(count, first),
        symbols=tuple(sorted(symbols)),
        open=closes.copy(),
        high=closes + 10,
        low=closes - 10,
        close=closes.copy(),
        volume=np.full(shape, volume, dtype=np.int64),
    )


def spoilt(panel: Panel, row: int, symbol: str, **values: int) -> Panel:
    """Return ``panel`` with other values in one bar; a close of 0 takes it away."""
    column = panel.symbols.index(symbol)
    arrays = {
        name: getattr(panel, name).copy()
        for name in ("open", "high", "low", "close", "volume")
    }
    if values.get("close") == 0:
        values = dict.fromkeys(arrays, 0)
    for name, value in values.items():
        arrays[name][row, column] = value
    return replace(panel, **arrays)


def flat(price: int, volume: int = 1_000) -> Mapping[str, int]:
    """Return the values of a bar that never moved."""
    return {
        "open": price,
        "high": price,
        "low": price,
        "close": price,
        "volume": volume,
    }


def times(panel: Panel, factor: int, symbol: str, *, since: int = 0) -> Panel:
    """Return ``panel`` with prices of ``symbol`` multiplied from a row on."""
    column = panel.symbols.index(symbol)
    arrays = {}
    for name in ("open", "high", "low", "close"):
        arrays[name] = getattr(panel, name).copy()
        arrays[name][since:, column] *= factor
    return replace(panel, **arrays)


def without_session(panel: Panel, row: int) -> Panel:
    """Return ``panel`` without one of its sessions."""
    rows: BarRows = rows_of(panel)
    kept = rows.days != rows_of(panel).days[row * len(panel.symbols)]
    return panel_of(rows.take(np.flatnonzero(kept)))


def seen(panel: Panel, basis: str = "adjusted") -> list[BarProblem]:
    """Return what is found on a calendar of weekdays."""
    calendar = weekdays(800)
    return list(find_problems(panel, basis=basis, calendar_sessions=calendar))


def told(panel: Panel, basis: str = "adjusted") -> list[tuple[str, str, int, str]]:
    """Return the same as code, symbol, row of the calendar and figures."""
    calendar = weekdays(800)
    return [
        (found.code.value, found.symbol, calendar.index(found.session), found.detail)
        for found in seen(panel, basis)
    ]
