"""Daily bars as dense arrays: what strategies, ranking and backtests read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

Prices = npt.NDArray[np.int32]
Volumes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """Bars of many symbols over many sessions, day-major.

    Attributes:
        sessions: the rows, oldest first, strictly increasing.
        symbols: the columns, strictly increasing.
        open, high, low, close: won, int32, shape (sessions, symbols); 0 where the
            symbol has no row. A row without trades keeps its last close.
        volume: shares, int64, same shape; 0 means the symbol did not trade.
        names: display name by symbol; may lack some.
    """

    sessions: tuple[date, ...]
    symbols: tuple[str, ...]
    open: Prices
    high: Prices
    low: Prices
    close: Prices
    volume: Volumes
    names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit the axes, or axes that are not increasing.

        The arrays become read-only views: a strategy that wrote into one would change
        the prices a plan is made of.
        """
        for name in ("open", "high", "low", "close", "volume"):
            view = getattr(self, name).view()
            view.setflags(write=False)
            object.__setattr__(self, name, view)
        shape = (len(self.sessions), len(self.symbols))
        for array in (self.open, self.high, self.low, self.close, self.volume):
            if array.shape != shape:
                message = f"array of shape {array.shape} in a panel of {shape}"
                raise ValueError(message)
        are_increasing = all(a < b for a, b in pairwise(self.sessions)) and all(
            a < b for a, b in pairwise(self.symbols)
        )
        if not are_increasing:
            message = "panel axes must be strictly increasing"
            raise ValueError(message)

    @property
    def traded(self) -> Mask:
        """True where the symbol really traded: shape (sessions, symbols)."""
        mask: Mask = self.volume > 0
        return mask

    def until(self, session: date) -> Self:
        """Return the panel without the rows after ``session`` (views, no copies)."""
        rows = sum(row <= session for row in self.sessions)
        return self._rows(slice(0, rows))

    def last(self, count: int) -> Self:
        """Return the newest ``count`` rows."""
        return self._rows(slice(max(len(self.sessions) - count, 0), None))

    def only(self, symbols: Sequence[str]) -> Self:
        """Return the panel of those of ``symbols`` it holds, in its own order."""
        wanted = set(symbols)
        columns = [i for i, symbol in enumerate(self.symbols) if symbol in wanted]
        return type(self)(
            sessions=self.sessions,
            symbols=tuple(self.symbols[i] for i in columns),
            open=self.open[:, columns],
            high=self.high[:, columns],
            low=self.low[:, columns],
            close=self.close[:, columns],
            volume=self.volume[:, columns],
            names=self.names,
        )

    def _rows(self, rows: slice) -> Self:
        return type(self)(
            sessions=self.sessions[rows],
            symbols=self.symbols,
            open=self.open[rows],
            high=self.high[rows],
            low=self.low[rows],
            close=self.close[rows],
            volume=self.volume[rows],
            names=self.names,
        )
