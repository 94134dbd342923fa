"""The tapes of the generated market as a panel; the only module of it with numpy."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from khms_trader.data.sample.tape import FIELDS, Tape
from khms_trader.domain.panel import Panel


def panel_of(tapes: Sequence[Tape], sessions: Sequence[date]) -> Panel:
    """Return the bars of ``tapes`` on ``sessions``, which start at the epoch."""
    ordered = sorted(tapes, key=lambda tape: tape.issue.symbol)
    count = len(sessions)
    prices = np.zeros((4, count, len(ordered)), dtype=np.int32)
    volume = np.zeros((count, len(ordered)), dtype=np.int64)
    for column, tape in enumerate(ordered):
        rows = np.frombuffer(tape.rows, dtype=np.int64).reshape(-1, FIELDS)
        span = slice(tape.first, min(tape.stop, count))
        rows = rows[: span.stop - span.start]
        prices[:, span, column] = rows[:, :4].T
        volume[span, column] = rows[:, 4]
    opened, high, low, close = prices
    return Panel(
        sessions=tuple(sessions),
        symbols=tuple(tape.issue.symbol for tape in ordered),
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume,
        names={tape.issue.symbol: tape.issue.name for tape in ordered},
    )
