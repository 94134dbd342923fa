"""The newest row of a strategy's signals as plain values: what planning reads.

It may not rank, size or know an account; a symbol it cannot judge gets its reason.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from khms_trader.domain.panel import Panel
from khms_trader.domain.reasons import NoSignalReason
from khms_trader.domain.signal import EntrySignal, ExitSignal
from khms_trader.strategy.evaluation import check_signals
from khms_trader.strategy.protocol import Signals, Strategy

VALUE_BARS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestSignals:
    """What a strategy says after the panel's last session.

    Attributes:
        entries, exits: by symbol, unranked; a symbol may be in both.
        unable: why the other symbols could not be judged; a symbol that was judged
            and gave no signal is in none of the three.
    """

    entries: tuple[EntrySignal, ...] = ()
    exits: tuple[ExitSignal, ...] = ()
    unable: Mapping[str, NoSignalReason] = field(default_factory=dict)


def latest_signals(panel: Panel, signals: Signals, strategy: Strategy) -> LatestSignals:
    """Return the signals of the panel's last row, of symbols that traded on it.

    Raises:
        ConfigError: ``strategy_bad_output``, the signals do not fit the panel.
    """
    check_signals(strategy, panel, signals)
    if not panel.sessions:
        no_bars = dict.fromkeys(panel.symbols, NoSignalReason.NO_BARS)
        return LatestSignals(unable=no_bars)
    traded = panel.traded[-1]
    leaves = np.zeros(len(panel.symbols), dtype=np.bool_)
    for mask in signals.exits.values():
        leaves |= mask[-1]
    entries = np.flatnonzero(signals.entries[-1] & traded)
    exits = np.flatnonzero(leaves & traded)
    spoken = {*entries.tolist(), *exits.tolist()}
    return LatestSignals(
        entries=tuple(_entry(panel, signals, int(column)) for column in entries),
        exits=tuple(_exit(panel, signals, int(column)) for column in exits),
        unable={
            symbol: reason
            for column, symbol in enumerate(panel.symbols)
            if column not in spoken
            and (reason := _reason(panel, column, strategy.lookback)) is not None
        },
    )


def _entry(panel: Panel, signals: Signals, column: int) -> EntrySignal:
    return EntrySignal(
        symbol=panel.symbols[column],
        close=int(panel.close[-1, column]),
        score=float(signals.score[-1, column]),
        traded_value_20d=_traded_value(panel, column),
        indicators=_indicators(signals, column),
        reason=signals.entry_reason,
    )


def _exit(panel: Panel, signals: Signals, column: int) -> ExitSignal:
    return ExitSignal(
        symbol=panel.symbols[column],
        close=int(panel.close[-1, column]),
        indicators=_indicators(signals, column),
        reason=next(
            reason for reason, mask in signals.exits.items() if mask[-1, column]
        ),
    )


def _indicators(signals: Signals, column: int) -> Mapping[str, float]:
    newest = {
        name: float(figures[-1, column]) for name, figures in signals.indicators.items()
    }
    return {
        # Adding zero turns a rounded -0.0 into 0.0.
        name: round(figure, 4) + 0.0
        for name, figure in newest.items()
        if math.isfinite(figure)
    }


def _traded_value(panel: Panel, column: int) -> int:
    rows = np.flatnonzero(panel.volume[:, column] > 0)[-VALUE_BARS:]
    total = int((panel.close[rows, column] * panel.volume[rows, column]).sum())
    return total // len(rows)


def _reason(panel: Panel, column: int, lookback: int) -> NoSignalReason | None:
    closes, volumes = panel.close[:, column], panel.volume[:, column]
    if volumes[-1] > 0:
        enough = np.count_nonzero(volumes) >= lookback
        return None if enough else NoSignalReason.TOO_FEW_BARS
    if closes[-1] > 0:
        return NoSignalReason.NOT_TRADED
    if closes.any():
        return NoSignalReason.MISSING_SESSION
    return NoSignalReason.NO_BARS
