"""The bars of a panel symbol after symbol, in one long run, for checks along time.

Holes of the panel are left out and known by their length. Pure array work.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from khms_trader.data.bar_rows import days_of
from khms_trader.domain.panel import Panel, Prices, Volumes
from khms_trader.domain.quality import BarProblem, QualityCode

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Amounts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """Bars by symbol and then by session, all arrays of one length.

    Attributes:
        sessions, symbols: the axes ``row`` and ``symbol`` count along.
        is_first: the symbol's first bar.
        missing: sessions of the exchange between the bar and the symbol's bar before;
            0 for its first.
        open, high, low, close: won.
        volume: shares.
    """

    sessions: tuple[date, ...]
    symbols: tuple[str, ...]
    symbol: Whole
    row: Whole
    is_first: Flags
    missing: Whole
    open: Prices
    high: Prices
    low: Prices
    close: Prices
    volume: Volumes

    def __len__(self) -> int:
        return len(self.row)

    @property
    def traded(self) -> Flags:
        """True where the symbol really traded."""
        traded: Flags = self.volume > 0
        return traded

    def end_of(self, at: int) -> int:
        """Return the place after the last bar of the symbol of the bar at ``at``."""
        return int(np.searchsorted(self.symbol, self.symbol[at], side="right"))

    def problem(self, code: QualityCode, at: int, detail: str = "") -> BarProblem:
        """Return the problem that the bar at ``at`` shows."""
        return BarProblem(
            symbol=self.symbols[int(self.symbol[at])],
            code=code,
            session=self.sessions[int(self.row[at])],
            detail=detail,
        )


def series_of(panel: Panel, calendar_sessions: tuple[date, ...]) -> Series:
    """Return the bars of ``panel`` in a row.

    Args:
        calendar_sessions: those of the exchange, increasing; dates of the panel that
            are none are bars like others, but never missed.
    """
    held = panel.close.T > 0
    symbol, row = np.nonzero(held)
    is_first = np.diff(symbol, prepend=-1) != 0
    calendar = _days(calendar_sessions)
    own = _days(panel.sessions)
    until = np.searchsorted(calendar, own, side="left")
    after = np.searchsorted(calendar, own, side="right")
    missing = np.zeros(len(row), dtype=np.int64)
    missing[1:] = until[row[1:]] - after[row[:-1]]
    missing[is_first] = 0
    return Series(
        sessions=panel.sessions,
        symbols=panel.symbols,
        symbol=symbol,
        row=row,
        is_first=is_first,
        missing=missing,
        open=panel.open.T[held],
        high=panel.high.T[held],
        low=panel.low.T[held],
        close=panel.close.T[held],
        volume=panel.volume.T[held],
    )


def _days(sessions: tuple[date, ...]) -> npt.NDArray[np.int32]:
    return np.array([days_of(session) for session in sessions], dtype=np.int32)
