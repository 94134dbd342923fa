"""Bars in long form, one entry per symbol and session, and their way to a panel.

Files and joins work on rows, rules work on panels; both directions are array work
without a loop over rows. It reads and writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from khms_trader.data.marks import Marks
from khms_trader.domain.panel import Panel, Prices, Volumes

EPOCH: Final = date(1970, 1, 1)
PRICE_COLUMNS: Final = ("open", "high", "low", "close")

Days = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int32]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BarRows:
    """Bars, one entry each, all arrays of one length.

    Attributes:
        days: the sessions as days since 1970-01-01.
        codes: positions in ``symbols``.
        symbols: strictly increasing.
        open, high, low, close: won.
        volume: shares.
        marks: what a listing said of the symbol then, see ``marks``.
        names: display name by symbol; may lack some.
    """

    days: Days
    codes: Codes
    symbols: tuple[str, ...]
    open: Prices
    high: Prices
    low: Prices
    close: Prices
    volume: Volumes
    marks: Marks
    names: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.days)

    def prices(self) -> tuple[Prices, ...]:
        """Return open, high, low and close."""
        return self.open, self.high, self.low, self.close

    def take(self, chosen: Indices | slice) -> "BarRows":
        """Return the entries at ``chosen``, in that order."""
        return BarRows(
            days=self.days[chosen],
            codes=self.codes[chosen],
            symbols=self.symbols,
            open=self.open[chosen],
            high=self.high[chosen],
            low=self.low[chosen],
            close=self.close[chosen],
            volume=self.volume[chosen],
            marks=self.marks[chosen],
            names=self.names,
        )


def rows_of(panel: Panel) -> BarRows:
    """Return the rows ``panel`` holds, by session and then by symbol."""
    held = np.flatnonzero(panel.close > 0)
    width = max(len(panel.symbols), 1)
    days = np.array([days_of(session) for session in panel.sessions], dtype=np.int32)
    return BarRows(
        days=days[held // width],
        codes=(held % width).astype(np.int32),
        symbols=panel.symbols,
        open=panel.open.ravel()[held],
        high=panel.high.ravel()[held],
        low=panel.low.ravel()[held],
        close=panel.close.ravel()[held],
        volume=panel.volume.ravel()[held],
        marks=np.zeros(len(held), dtype=np.uint8),
        names=panel.names,
    )


def ordered(rows: BarRows) -> BarRows:
    """Return ``rows`` by session and then by symbol, without symbols that have none."""
    rows = rows.take(np.lexsort((rows.codes, rows.days)))
    used, codes = ranks(rows.codes)
    symbols = tuple(rows.symbols[code] for code in used.tolist())
    named = {s: rows.names[s] for s in symbols if s in rows.names}
    whole = codes.astype(np.int32)
    return replace(rows, codes=whole, symbols=symbols, names=named)


def panel_of(rows: BarRows) -> Panel:
    """Return ``rows``, in any order, as a panel without empty rows or columns.

    Raises:
        ValueError: two rows are of one symbol and session.
    """
    days, used, cells = _cells(rows)
    shape = (len(days), len(used))
    filled = np.zeros(shape[0] * shape[1], dtype=np.bool_)
    filled[cells] = True
    if np.count_nonzero(filled) != len(cells):
        message = "two bars of one symbol and session"
        raise ValueError(message)
    prices = [_scattered(values, cells, shape) for values in rows.prices()]
    volume = np.zeros(shape, dtype=np.int64)
    volume.ravel()[cells] = rows.volume
    symbols = tuple(rows.symbols[code] for code in used.tolist())
    return Panel(
        sessions=tuple(session_of(day) for day in days.tolist()),
        symbols=symbols,
        open=prices[0],
        high=prices[1],
        low=prices[2],
        close=prices[3],
        volume=volume,
        names={s: rows.names[s] for s in symbols if s in rows.names},
    )


def mark_table(rows: BarRows) -> Marks:
    """Return the marks of ``rows`` in the shape of their panel, 0 without a bar."""
    days, used, cells = _cells(rows)
    table = np.zeros((len(days), len(used)), dtype=np.uint8)
    table.ravel()[cells] = rows.marks
    return table


def stacked(parts: Sequence[BarRows]) -> BarRows:
    """Return the entries of ``parts`` one after the other, on common symbols."""
    symbols = tuple(sorted({symbol for part in parts for symbol in part.symbols}))
    position = {symbol: index for index, symbol in enumerate(symbols)}
    codes = [
        np.array([position[s] for s in part.symbols], dtype=np.int32)[part.codes]
        for part in parts
    ]
    return BarRows(
        days=np.concatenate([part.days for part in parts]),
        codes=np.concatenate(codes),
        symbols=symbols,
        open=np.concatenate([part.open for part in parts]),
        high=np.concatenate([part.high for part in parts]),
        low=np.concatenate([part.low for part in parts]),
        close=np.concatenate([part.close for part in parts]),
        volume=np.concatenate([part.volume for part in parts]),
        marks=np.concatenate([part.marks for part in parts]),
        names={s: name for part in parts for s, name in part.names.items()},
    )


def ranks(values: Days) -> tuple[Days, Indices]:
    """Return the distinct ``values``, increasing, and each one's position in them.

    Days and codes lie close together, so a table beats the sort of ``np.unique``.
    """
    if not len(values):
        return values, np.zeros(0, dtype=np.int64)
    first = int(values.min())
    present = np.zeros(int(values.max()) - first + 1, dtype=np.bool_)
    present[values - first] = True
    position = np.cumsum(present, dtype=np.int64) - 1
    distinct = (np.flatnonzero(present) + first).astype(np.int32)
    return distinct, position[values - first]


def days_of(session: date) -> int:
    """Return the days from 1970-01-01 to ``session``."""
    return (session - EPOCH).days


def session_of(days: int) -> date:
    """Return the date ``days`` after 1970-01-01."""
    return date.fromordinal(EPOCH.toordinal() + days)


def _cells(rows: BarRows) -> tuple[Days, Days, Indices]:
    """Return the days and codes in use, and each entry's place in their table."""
    days, day_of = ranks(rows.days)
    used, column_of = ranks(rows.codes)
    return days, used, day_of.astype(np.int64) * len(used) + column_of


def _scattered(values: Prices, cells: Indices, shape: tuple[int, int]) -> Prices:
    matrix = np.zeros(shape, dtype=np.int32)
    matrix.ravel()[cells] = values
    return matrix
