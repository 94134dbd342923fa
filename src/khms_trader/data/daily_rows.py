"""Fetched bars of one symbol as rows for the store, and a stored row as a bar again.

A bar fetched on the evening of its own session is marked: its prices are final, its
volume is not.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

import numpy as np

from khms_trader.data.bar_rows import BarRows, days_of, session_of
from khms_trader.data.marks import PARTIAL
from khms_trader.domain.bars import DailyBar
from khms_trader.domain.plan import BarsState
from khms_trader.market.calendar import SEOUL

FINAL_FROM: Final = time(20, 10)
"""KST; before it the day's volume still grows: KRX's after-market runs to 20:00."""


def bars_state(session: date, fetched_at: datetime) -> BarsState:
    """Return whether a bar of ``session`` fetched then may still change (volume)."""
    at = fetched_at.astimezone(SEOUL)
    is_early = at.date() == session and at.time() < FINAL_FROM
    return BarsState.PROVISIONAL if is_early else BarsState.FINAL


def rows_from(
    symbol: str, bars: Sequence[DailyBar], *, name: str, fetched_at: datetime
) -> BarRows:
    """Return ``bars``, oldest first, as rows of ``symbol``."""
    days = np.array([days_of(bar.session) for bar in bars], dtype=np.int32)
    marks = [
        PARTIAL if bars_state(bar.session, fetched_at) is BarsState.PROVISIONAL else 0
        for bar in bars
    ]
    prices = [
        np.array([getattr(bar, column) for bar in bars], dtype=np.int32)
        for column in ("open", "high", "low", "close")
    ]
    return BarRows(
        days=days,
        codes=np.zeros(len(bars), dtype=np.int32),
        symbols=(symbol,),
        open=prices[0],
        high=prices[1],
        low=prices[2],
        close=prices[3],
        volume=np.array([bar.volume for bar in bars], dtype=np.int64),
        marks=np.array(marks, dtype=np.uint8),
        names={symbol: name} if name else {},
    )


def bar_at(rows: BarRows, place: int) -> DailyBar:
    """Return the row at ``place`` as a bar."""
    return DailyBar(
        session=session_of(int(rows.days[place])),
        open=int(rows.open[place]),
        high=int(rows.high[place]),
        low=int(rows.low[place]),
        close=int(rows.close[place]),
        volume=int(rows.volume[place]),
    )
