"""Running a strategy: the one way to its signals, checked, for live and backtest.

It may mend nothing but one thing: a symbol that did not trade gives no signal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from khms_trader.domain.panel import Panel
from khms_trader.errors import ConfigError
from khms_trader.strategy.foreign import blamed
from khms_trader.strategy.protocol import Signals, Strategy


def evaluate(strategy: Strategy, panel: Panel) -> Signals:
    """Return the checked signals of ``strategy``, none where a symbol did not trade.

    Raises:
        ConfigError: ``strategy_failed``, it raised; ``strategy_bad_output``, what it
            returned does not fit the panel.
    """
    with blamed("strategy_failed", strategy=strategy.name):
        signals = strategy.evaluate(panel)
    check_signals(strategy, panel, signals)
    traded = panel.traded
    return replace(
        signals,
        entries=signals.entries & traded,
        exits={reason: mask & traded for reason, mask in signals.exits.items()},
    )


def check_signals(strategy: Strategy, panel: Panel, signals: object) -> None:
    """Refuse what is no ``Signals`` of the panel's shape with ranked entries.

    Raises:
        ConfigError: ``strategy_bad_output`` with the array, what was expected, what
            came.
    """
    if not isinstance(signals, Signals):
        raise _bad_output(strategy, "evaluate", "Signals", type(signals).__name__)
    for name, part, kind in _plain_parts(signals):
        if not isinstance(part, kind):
            expected = "dict" if kind is Mapping else kind.__name__
            raise _bad_output(strategy, name, expected, _form(part))
    shape = panel.close.shape
    for name, array, dtype in _arrays(signals):
        expected = f"{dtype} {shape}"
        if _form(array) != expected:
            raise _bad_output(strategy, name, expected, _form(array))
    unranked = signals.entries & panel.traded & ~np.isfinite(signals.score)
    if unranked.any():
        row, column = np.argwhere(unranked)[0]
        where = f"{panel.symbols[column]} {panel.sessions[row]}"
        got = f"{signals.score[row, column]} ({where})"
        raise _bad_output(strategy, "score", "finite", got)


def _plain_parts(signals: Signals) -> Iterator[tuple[str, object, type]]:
    yield "entry_reason", signals.entry_reason, str
    for name in ("exits", "indicators"):
        part = getattr(signals, name)
        yield name, part, Mapping
        for key in part:
            yield f"{name}[{key}]", key, str


def _arrays(signals: Signals) -> Iterator[tuple[str, object, str]]:
    yield "entries", signals.entries, "bool"
    for key, mask in signals.exits.items():
        yield f"exits[{key}]", mask, "bool"
    yield "score", signals.score, "float64"
    for key, figures in signals.indicators.items():
        yield f"indicators[{key}]", figures, "float64"


def _form(array: object) -> str:
    if isinstance(array, np.ndarray):
        return f"{array.dtype.name} {array.shape}"
    return type(array).__name__


def _bad_output(strategy: Strategy, array: str, expected: str, got: str) -> ConfigError:
    return ConfigError(
        "strategy_bad_output",
        strategy=strategy.name,
        array=array,
        expected=expected,
        got=got,
    )
