"""The newest row as plain values, and why the other symbols said nothing."""

import math
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest

from khms_trader.domain.panel import Panel
from khms_trader.domain.reasons import NoSignalReason
from khms_trader.domain.signal import EntrySignal, ExitSignal
from khms_trader.errors import ConfigError
from khms_trader.strategy.latest import latest_signals
from khms_trader.strategy.protocol import ParameterValue, Signals
from khms_trader.strategy.trend_momentum import TrendMomentum
from strategy.panels import a_panel, panel_of

SMALL = TrendMomentum(ma_window=3, momentum_bars=2, volume_window=2)


@dataclass(frozen=True)
class ThreeBars:
    """A strategy by name only: the tests hand its signals in."""

    name: ClassVar[str] = "three_bars"
    lookback: ClassVar[int] = 3
    params: dict[str, ParameterValue] = field(default_factory=dict)

    def evaluate(self, panel: Panel) -> Signals:
        raise NotImplementedError


def silent(panel: Panel) -> Signals:
    return Signals(
        entries=np.zeros(panel.close.shape, dtype=np.bool_),
        exits={},
        score=np.zeros(panel.close.shape),
        entry_reason="",
    )


def test_entries_and_exits_of_the_last_row_become_plain_values() -> None:
    panel = a_panel(
        closes={"0007C0": [100, 110, 120, 90], "086520": [100, 110, 120, 130]},
        volumes={"0007C0": [10, 10, 20, 40], "086520": [10, 10, 20, 30]},
    )

    latest = latest_signals(panel, SMALL.evaluate(panel), SMALL)

    assert latest.entries == (
        EntrySignal(
            symbol="086520",
            close=130,
            score=3900.0,
            traded_value_20d=2100,
            indicators={"ma": 120.0, "close_before": 110.0, "volume_mean": 25.0},
            reason=(
                "종가가 3일 평균과 2일 전 종가보다 높고 "
                "거래량이 2일 평균의 1.1배를 넘음"
            ),
        ),
    )
    assert latest.exits == (
        ExitSignal(
            symbol="0007C0",
            close=90,
            indicators={"ma": 106.6667, "close_before": 110.0, "volume_mean": 30.0},
            reason="종가가 3일 평균의 0.99배보다 낮음",
        ),
    )
    assert latest.unable == {}


def test_of_several_exit_reasons_the_first_in_order_is_named() -> None:
    panel = panel_of(np.full((3, 2), 10), np.full((3, 2), 1))
    no, yes = np.zeros((3, 2), dtype=np.bool_), np.ones((3, 2), dtype=np.bool_)
    only_second = np.array([[False, False], [False, False], [False, True]])
    signals = Signals(
        entries=no,
        exits={"손절": only_second, "청산": yes, "만기": yes},
        score=np.zeros((3, 2)),
        entry_reason="",
    )

    exits = latest_signals(panel, signals, ThreeBars()).exits

    assert [(signal.symbol, signal.reason) for signal in exits] == [
        ("000000", "청산"),
        ("000010", "손절"),
    ]


def test_each_symbol_that_cannot_be_judged_says_why() -> None:
    panel = a_panel(
        closes={
            "000010": [10, 10, 10, 10],
            "000020": [0, 0, 10, 10],
            "000030": [10, 10, 10, 10],
            "000040": [10, 10, 10, 0],
            "000050": [0, 0, 0, 0],
            "000060": [10, 10, 10, 10],
        },
        volumes={
            "000010": [1, 1, 1, 1],
            "000020": [0, 0, 1, 1],
            "000030": [1, 1, 1, 0],
            "000040": [1, 1, 1, 0],
            "000050": [0, 0, 0, 0],
            "000060": [1, 0, 0, 1],
        },
    )

    assert latest_signals(panel, silent(panel), ThreeBars()).unable == {
        "000020": NoSignalReason.TOO_FEW_BARS,
        "000030": NoSignalReason.NOT_TRADED,
        "000040": NoSignalReason.MISSING_SESSION,
        "000050": NoSignalReason.NO_BARS,
        "000060": NoSignalReason.TOO_FEW_BARS,
    }


def test_a_symbol_with_as_many_bars_as_needed_is_judged() -> None:
    panel = panel_of(np.full((3, 1), 10), np.full((3, 1), 1))

    assert latest_signals(panel, silent(panel), ThreeBars()).unable == {}


def test_a_symbol_that_did_not_trade_gives_no_signal_whatever_the_strategy_says() -> (
    None
):
    panel = panel_of(np.full((3, 1), 10), np.array([[1], [1], [0]]))
    yes = np.ones((3, 1), dtype=np.bool_)
    signals = Signals(
        entries=yes, exits={"청산": yes}, score=np.ones((3, 1)), entry_reason=""
    )

    latest = latest_signals(panel, signals, ThreeBars())

    assert latest.entries == ()
    assert latest.exits == ()
    assert latest.unable == {"000000": NoSignalReason.NOT_TRADED}


def test_a_symbol_with_an_exit_is_not_called_unable() -> None:
    # The mean of 3 exists on the third bar, the mean volume of 9 does not.
    young = panel_of(np.array([[30], [20], [10]]), np.ones((3, 1), dtype=np.int64))
    strategy = TrendMomentum(ma_window=3, momentum_bars=2, volume_window=9)

    latest = latest_signals(young, strategy.evaluate(young), strategy)

    assert [signal.symbol for signal in latest.exits] == ["000000"]
    assert latest.unable == {}


def test_the_traded_value_is_the_mean_of_the_last_twenty_traded_bars() -> None:
    # Bar k is worth 100 x k won; bars 3..22 traded last, one halt lies between.
    volumes = np.array([[k] for k in (*range(1, 12), 0, *range(12, 23))])
    panel = panel_of(np.full(volumes.shape, 100), volumes)
    signals = Signals(
        entries=panel.traded,
        exits={},
        score=np.zeros(volumes.shape),
        entry_reason="",
    )

    (entry,) = latest_signals(panel, signals, ThreeBars()).entries

    assert entry.traded_value_20d == 1250


def test_the_traded_value_of_a_giant_is_exact() -> None:
    shape = 20, 1
    panel = panel_of(np.full(shape, 1_500_000), np.full(shape, 900_000_007))
    signals = Signals(
        entries=panel.traded, exits={}, score=np.zeros(shape), entry_reason=""
    )

    (entry,) = latest_signals(panel, signals, ThreeBars()).entries

    assert entry.traded_value_20d == 1_350_000_010_500_000


def test_indicators_are_rounded_and_never_infinite_or_unknown() -> None:
    panel = panel_of(np.full((3, 1), 10), np.full((3, 1), 1))
    signals = Signals(
        entries=panel.traded,
        exits={},
        score=np.zeros((3, 1)),
        indicators={
            "third": np.full((3, 1), 1 / 3),
            "tiny": np.full((3, 1), -1e-9),
            "unknown": np.full((3, 1), math.nan),
            "endless": np.full((3, 1), math.inf),
        },
        entry_reason="",
    )

    (entry,) = latest_signals(panel, signals, ThreeBars()).entries

    assert repr(entry.indicators) == "{'third': 0.3333, 'tiny': 0.0}"


def test_a_panel_without_sessions_has_nothing_to_say() -> None:
    panel = panel_of(np.zeros((0, 2), np.int64), np.zeros((0, 2), np.int64))

    latest = latest_signals(panel, silent(panel), ThreeBars())

    assert latest.entries == ()
    assert latest.unable == {
        "000000": NoSignalReason.NO_BARS,
        "000010": NoSignalReason.NO_BARS,
    }


def test_signals_of_another_panel_are_refused() -> None:
    panel = panel_of(np.full((3, 1), 10), np.full((3, 1), 1))

    with pytest.raises(ConfigError, match="strategy_bad_output"):
        latest_signals(panel, silent(panel.last(2)), ThreeBars())
