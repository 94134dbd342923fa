"""The default strategy: buy strength on rising volume, leave when it fades.

It reads closes and volumes only, and owns its numbers; nothing else may restate them.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np

from khms_trader.domain.panel import Mask, Panel
from khms_trader.errors import ConfigError
from khms_trader.strategy.indicators import rolling_mean, shift
from khms_trader.strategy.protocol import Floats, ParameterValue, Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendMomentum:
    """Trend and momentum on daily closes; every mean includes the as-of bar.

    Enters when close > mean close, close > the close ``momentum_bars`` bars ago and
    volume > ``volume_factor`` x mean volume. Leaves, once the mean close exists, when
    close < ``exit_factor`` x mean close or close < the close ``momentum_bars`` bars
    ago. Ranks by won traded (close x volume).

    Attributes:
        ma_window: traded bars in the mean close.
        momentum_bars: traded bars back to the close that must be beaten.
        volume_window: traded bars in the mean volume.

    Raises:
        ConfigError: ``strategy_param_invalid``, a number is out of its range.
    """

    name: ClassVar[str] = "trend_momentum"

    ma_window: int = 20
    momentum_bars: int = 5
    volume_window: int = 20
    volume_factor: float = 1.1
    exit_factor: float = 0.99

    def __post_init__(self) -> None:
        """Refuse numbers under which it could never enter, or enter and leave."""
        _demand("ma_window", self.ma_window, ">= 2", holds=self.ma_window >= 2)
        bars = self.momentum_bars
        _demand("momentum_bars", bars, ">= 1", holds=bars >= 1)
        window = self.volume_window
        _demand("volume_window", window, ">= 2", holds=window >= 2)
        factor = self.volume_factor
        _demand("volume_factor", factor, ">= 0", holds=0 <= factor < math.inf)
        leave = self.exit_factor
        _demand("exit_factor", leave, "> 0, <= 1", holds=0 < leave <= 1)

    @property
    def lookback(self) -> int:
        """Traded bars needed before every condition can be judged."""
        return max(self.ma_window, self.volume_window, self.momentum_bars + 1)

    @property
    def params(self) -> Mapping[str, ParameterValue]:
        """Every parameter by name."""
        return asdict(self)

    def evaluate(self, panel: Panel) -> Signals:
        """Return entries, exits, score and the figures behind them for every row."""
        close, volume, traded = panel.close, panel.volume, panel.traded
        mean = rolling_mean(close, traded, self.ma_window)
        before = shift(close, traded, self.momentum_bars)
        volume_mean = rolling_mean(volume, traded, self.volume_window)
        # Comparisons with NaN are False: what is unknown gives no signal.
        loud = volume > self.volume_factor * volume_mean
        return Signals(
            entries=(close > mean) & (close > before) & loud,
            exits=self._exits(panel, mean, before),
            score=(close * volume).astype(np.float64),
            indicators={"ma": mean, "close_before": before, "volume_mean": volume_mean},
            entry_reason=(
                f"종가가 {self.ma_window}일 평균과 {self.momentum_bars}일 전 종가보다 "
                f"높고 거래량이 {self.volume_window}일 평균의 "
                f"{self.volume_factor:g}배를 넘음"
            ),
        )

    def _exits(self, panel: Panel, mean: Floats, before: Floats) -> Mapping[str, Mask]:
        close = panel.close
        return {
            f"종가가 {self.ma_window}일 평균의 {self.exit_factor:g}배보다 낮음": (
                close < self.exit_factor * mean
            ),
            f"종가가 {self.momentum_bars}일 전보다 낮음": (
                (close < before) & ~np.isnan(mean)
            ),
        }


def _demand(name: str, value: float, rule: str, *, holds: bool) -> None:
    if not holds:
        raise ConfigError("strategy_param_invalid", name=name, value=value, rule=rule)
