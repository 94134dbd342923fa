"""Does a strategy peek? The check every new strategy should pass before money does.

It can prove peeking, never its absence: it tries only the sessions it is given.
"""

from datetime import date

import numpy as np

from khms_trader.domain.panel import Panel
from khms_trader.strategy.evaluation import evaluate
from khms_trader.strategy.protocol import Signals, Strategy


def sessions_that_peek(
    strategy: Strategy, panel: Panel, *, cuts: int = 10
) -> tuple[date, ...]:
    """Return the sessions whose signals change once all later bars are cut off.

    ``cuts`` sessions are tried, evenly spread from the ``lookback``-th row to the last
    but one. An honest strategy returns ``()``.

    Raises:
        ConfigError: the strategy fails or returns what does not fit the panel.
    """
    whole = evaluate(strategy, panel)
    first, last = strategy.lookback - 1, len(panel.sessions) - 2
    if first > last:
        return ()
    rows = sorted({int(row) for row in np.linspace(first, last, cuts)})
    return tuple(
        panel.sessions[row]
        for row in rows
        if _differ(whole, evaluate(strategy, panel.until(panel.sessions[row])), row)
    )


def _differ(whole: Signals, cut: Signals, row: int) -> bool:
    if list(whole.exits) != list(cut.exits):
        return True
    masks = [(whole.entries, cut.entries)]
    masks += [(whole.exits[reason], cut.exits[reason]) for reason in cut.exits]
    if any((long[row] != short[row]).any() for long, short in masks):
        return True
    wanted = cut.entries[row]
    return bool((whole.score[row, wanted] != cut.score[row, wanted]).any())
