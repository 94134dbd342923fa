"""Panels for the strategy tests: written out by hand, or drawn at random."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from khms_trader.domain.panel import Panel

FIRST_SESSION = date(2026, 3, 2)


def a_panel(
    *, closes: Mapping[str, Sequence[int]], volumes: Mapping[str, Sequence[int]]
) -> Panel:
    """Build a panel from closes and volumes by symbol; a close of 0 is no row."""
    symbols = sorted(closes)
    return panel_of(
        np.array([closes[symbol] for symbol in symbols]).T,
        np.array([volumes[symbol] for symbol in symbols]).T,
        symbols=symbols,
    )


def panel_of(
    closes: npt.NDArray[np.int64],
    volumes: npt.NDArray[np.int64],
    *,
    symbols: Sequence[str] = (),
) -> Panel:
    """Build a panel of consecutive days whose four prices are the close."""
    rows, columns = closes.shape
    prices = closes.astype(np.int32)
    return Panel(
        sessions=tuple(FIRST_SESSION + timedelta(days=row) for row in range(rows)),
        symbols=tuple(symbols) or tuple(f"{column:05d}0" for column in range(columns)),
        open=prices,
        high=prices,
        low=prices,
        close=prices,
        volume=volumes.astype(np.int64),
    )


@st.composite
def panels(draw: st.DrawFn, *, max_symbols: int = 4) -> Panel:
    """Draw a panel with many ties, halted days and late listings."""
    shape = (draw(st.integers(1, 24)), draw(st.integers(1, max_symbols)))
    closes = draw(hnp.arrays(np.int64, shape, elements=st.integers(90, 110)))
    volumes = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 8)))
    for column in range(shape[1]):
        listed_on = draw(st.integers(0, shape[0]))
        closes[:listed_on, column] = 0
        volumes[:listed_on, column] = 0
    return panel_of(closes, volumes)
