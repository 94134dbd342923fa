"""The default strategy, against numbers worked out by hand."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from khms_trader.errors import ConfigError
from khms_trader.strategy.protocol import Floats, Strategy
from khms_trader.strategy.trend_momentum import TrendMomentum
from strategy.panels import a_panel

NAN = math.nan
SMALL = TrendMomentum(ma_window=3, momentum_bars=2, volume_window=2)
BELOW_MEAN = "종가가 3일 평균의 0.99배보다 낮음"
BELOW_BEFORE = "종가가 2일 전보다 낮음"
# 0007C0 is halted on the third day.
PANEL = a_panel(
    closes={"0007C0": [100, 105, 105, 103, 104], "086520": [100, 110, 120, 130, 90]},
    volumes={"0007C0": [5, 5, 0, 9, 9], "086520": [10, 10, 20, 30, 40]},
)


def columns_of(array: npt.NDArray[np.bool_] | Floats) -> list[list[float]]:
    return [[float(value) for value in column] for column in array.T]


def test_it_enters_a_rising_close_on_rising_volume() -> None:
    assert columns_of(SMALL.evaluate(PANEL).entries) == [
        [False, False, False, True, False],
        [False, False, True, True, False],
    ]


def test_it_leaves_below_the_mean_or_below_the_earlier_close() -> None:
    exits = SMALL.evaluate(PANEL).exits

    assert list(exits) == [BELOW_MEAN, BELOW_BEFORE]
    assert columns_of(exits[BELOW_MEAN]) == [[False] * 5, [False] * 4 + [True]]
    assert columns_of(exits[BELOW_BEFORE]) == [
        [False] * 4 + [True],
        [False] * 4 + [True],
    ]


def test_its_figures_are_those_of_the_chart() -> None:
    figures = SMALL.evaluate(PANEL).indicators

    np.testing.assert_array_equal(
        columns_of(figures["ma"]),
        [[NAN, NAN, NAN, 308 / 3, 104], [NAN, NAN, 110, 120, 340 / 3]],
    )
    np.testing.assert_array_equal(
        columns_of(figures["close_before"]),
        [[NAN, NAN, NAN, 100, 105], [NAN, NAN, 100, 110, 120]],
    )
    np.testing.assert_array_equal(
        columns_of(figures["volume_mean"]),
        [[NAN, 5, NAN, 7, 9], [NAN, 10, 15, 25, 35]],
    )


def test_the_score_is_the_won_traded() -> None:
    assert columns_of(SMALL.evaluate(PANEL).score) == [
        [500.0, 525.0, 0.0, 927.0, 936.0],
        [1000.0, 1100.0, 2400.0, 3900.0, 3600.0],
    ]


def test_the_score_of_a_large_day_is_not_cut_to_32_bits() -> None:
    panel = a_panel(closes={"086520": [1_000_000]}, volumes={"086520": [100_000_000]})

    assert SMALL.evaluate(panel).score[0, 0] == 1e14


def test_a_reader_of_the_plan_is_told_the_numbers() -> None:
    assert SMALL.evaluate(PANEL).entry_reason == (
        "종가가 3일 평균과 2일 전 종가보다 높고 거래량이 2일 평균의 1.1배를 넘음"
    )


@pytest.mark.parametrize(("volume", "enters"), [(122, False), (123, True)])
def test_volume_must_exceed_the_factor_not_meet_it(
    volume: int, *, enters: bool
) -> None:
    # 122 > 1.1 x (100 + 122) / 2 = 122.1 is false, 123 > 122.65 is true.
    panel = a_panel(closes={"086520": [1, 2, 3]}, volumes={"086520": [1, 100, volume]})

    assert SMALL.evaluate(panel).entries[-1, 0] == enters


def test_a_close_on_the_mean_gives_no_signal() -> None:
    flat = a_panel(closes={"086520": [100] * 4}, volumes={"086520": [1, 1, 1, 9]})

    signals = SMALL.evaluate(flat)

    assert not signals.entries.any()
    assert not any(mask.any() for mask in signals.exits.values())


def test_a_rise_that_only_meets_the_mean_is_no_entry() -> None:
    # The mean of 90, 120 and 105 is 105; two bars ago it was 90.
    panel = a_panel(closes={"086520": [90, 120, 105]}, volumes={"086520": [1, 1, 9]})

    assert not SMALL.evaluate(panel).entries.any()


def test_volume_that_only_meets_its_mean_is_no_entry() -> None:
    panel = a_panel(closes={"086520": [1, 2, 3]}, volumes={"086520": [7, 7, 7]})
    plain = TrendMomentum(
        ma_window=3, momentum_bars=2, volume_window=2, volume_factor=1.0
    )

    assert not plain.evaluate(panel).entries.any()


def test_a_falling_close_is_no_exit_before_the_mean_exists() -> None:
    falling = a_panel(closes={"086520": [9, 8, 7]}, volumes={"086520": [1, 1, 1]})
    long_mean = TrendMomentum(ma_window=4, momentum_bars=1, volume_window=2)

    exits = long_mean.evaluate(falling).exits

    assert not any(mask.any() for mask in exits.values())


def test_the_defaults_are_those_the_house_documents() -> None:
    assert TrendMomentum().params == {
        "ma_window": 20,
        "momentum_bars": 5,
        "volume_window": 20,
        "volume_factor": 1.1,
        "exit_factor": 0.99,
    }
    assert TrendMomentum().lookback == 20
    assert TrendMomentum(momentum_bars=30).lookback == 31


def test_it_is_a_strategy() -> None:
    strategy: Strategy = TrendMomentum()

    assert strategy.name == "trend_momentum"


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("ma_window", 1, ">= 2"),
        ("momentum_bars", 0, ">= 1"),
        ("momentum_bars", -5, ">= 1"),
        ("volume_window", 1, ">= 2"),
        ("volume_factor", -0.1, ">= 0"),
        ("volume_factor", math.inf, ">= 0"),
        ("volume_factor", math.nan, ">= 0"),
        ("exit_factor", 0.0, "> 0, <= 1"),
        ("exit_factor", 1.01, "> 0, <= 1"),
        ("exit_factor", math.nan, "> 0, <= 1"),
    ],
)
def test_a_number_out_of_range_is_refused(name: str, value: float, rule: str) -> None:
    numbers: dict[str, float] = {name: value}

    with pytest.raises(ConfigError) as refused:
        TrendMomentum(**numbers)  # type: ignore[arg-type]  # ints are among them

    assert refused.value.code == "strategy_param_invalid"
    assert refused.value.facts == {"name": name, "value": value, "rule": rule}
