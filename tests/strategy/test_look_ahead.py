"""The check for peeking catches a strategy that peeks, and only that one."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest

from khms_trader.domain.panel import Mask, Panel
from khms_trader.strategy.look_ahead import sessions_that_peek
from khms_trader.strategy.protocol import ParameterValue, Signals
from khms_trader.strategy.trend_momentum import TrendMomentum
from strategy.panels import panel_of

DRAW = np.random.default_rng(7)
PANEL = panel_of(DRAW.integers(900, 1_100, (60, 5)), DRAW.integers(0, 90, (60, 5)))


@dataclass(frozen=True)
class Peeking:
    """Knows tomorrow's close in one of the three places where it could matter."""

    where: str
    name: ClassVar[str] = "peeking"
    lookback: ClassVar[int] = 2
    params: dict[str, ParameterValue] = field(default_factory=dict)

    def evaluate(self, panel: Panel) -> Signals:
        close = panel.close.astype(np.float64)
        tomorrow = np.vstack([close[1:], close[-1:]])
        rises: Mask = tomorrow > close
        always, never = np.ones_like(rises), np.zeros_like(rises)
        return Signals(
            entries=rises if self.where == "entries" else always,
            exits={"내일 내림": ~rises if self.where == "exits" else never},
            score=tomorrow if self.where == "score" else close,
            entry_reason="내일 오름",
        )


@pytest.mark.parametrize("where", ["entries", "exits", "score"])
def test_a_strategy_that_knows_tomorrow_is_caught(where: str) -> None:
    assert len(sessions_that_peek(Peeking(where), PANEL)) > 5


def test_honest_strategies_are_not_accused() -> None:
    assert sessions_that_peek(Peeking("nowhere"), PANEL) == ()
    assert sessions_that_peek(TrendMomentum(), PANEL, cuts=40) == ()


def test_a_history_too_short_to_cut_accuses_nobody() -> None:
    assert sessions_that_peek(Peeking("entries"), PANEL.last(2)) == ()
