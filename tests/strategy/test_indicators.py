"""Windows over traded bars: what a chart would show, to the last bit."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.panel import Panel
from khms_trader.strategy.indicators import (
    Values,
    rolling_max,
    rolling_mean,
    rolling_min,
    shift,
)
from strategy.panels import panels

NAN = math.nan
# One symbol: five bars, with a halt on the third and the fifth row.
PRICES = np.array([[10], [40], [40], [10], [10], [70], [20]], dtype=np.int32)
TRADED = np.array([[1], [1], [0], [1], [0], [1], [1]], dtype=np.bool_)


def column(figures: Values) -> list[float]:
    return [float(figure) for figure in figures[:, 0]]


def same(left: Values, right: Values) -> bool:
    return bool(np.array_equal(left, right, equal_nan=True))


def test_a_mean_skips_the_days_without_trades() -> None:
    means = rolling_mean(PRICES, TRADED, 3)

    np.testing.assert_array_equal(column(means), [NAN, NAN, NAN, 20, NAN, 40, 100 / 3])


def test_a_shift_counts_traded_bars_only() -> None:
    earlier = shift(PRICES, TRADED, 2)

    np.testing.assert_array_equal(column(earlier), [NAN, NAN, NAN, 10, NAN, 40, 10])


def test_a_shift_by_nothing_is_the_bar_itself_where_there_is_one() -> None:
    np.testing.assert_array_equal(
        column(shift(PRICES, TRADED, 0)), [10, 40, NAN, 10, NAN, 70, 20]
    )


def test_the_highest_and_lowest_skip_the_days_without_trades() -> None:
    highest = rolling_max(PRICES, TRADED, 3)
    lowest = rolling_min(PRICES, TRADED, 3)

    np.testing.assert_array_equal(column(highest), [NAN, NAN, NAN, 40, NAN, 70, 70])
    np.testing.assert_array_equal(column(lowest), [NAN, NAN, NAN, 10, NAN, 10, 10])


def test_a_symbol_that_traded_every_day_needs_no_skipping() -> None:
    every_day = np.ones((4, 1), dtype=np.bool_)

    means = rolling_mean(PRICES[:4], every_day, 2)

    np.testing.assert_array_equal(column(means), [NAN, 25, 40, 25])


def test_a_window_longer_than_the_history_is_unknown() -> None:
    for figures in (
        rolling_mean(PRICES, TRADED, 6),
        rolling_max(PRICES, TRADED, 99),
        rolling_min(PRICES, TRADED, 6),
        shift(PRICES, TRADED, 5),
    ):
        assert np.isnan(figures).all()


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_a_panel_without_rows_or_symbols_has_figures_of_its_shape(
    shape: tuple[int, int],
) -> None:
    nothing, never = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)

    assert rolling_mean(nothing, never, 20).shape == shape
    assert shift(nothing, never, 5).shape == shape


def test_sums_of_large_whole_numbers_lose_nothing() -> None:
    # In float64 the running sum would swallow the 1 beside 2**53.
    values = np.array([[2**53], [1], [2], [3]], dtype=np.int64)
    traded = np.ones((4, 1), dtype=np.bool_)

    assert rolling_mean(values, traded, 3)[-1, 0] == 2.0


def test_a_float_mean_does_not_remember_what_left_the_window() -> None:
    values = np.array([[1e17], [0.1], [0.2], [0.3]])
    traded = np.ones((4, 1), dtype=np.bool_)

    assert rolling_mean(values, traded, 2)[-1, 0] == 0.25


def test_an_infinity_on_a_day_without_trades_is_never_seen() -> None:
    values = np.array([[1.0], [math.inf], [-math.inf], [3.0]])
    traded = np.array([[True], [False], [False], [True]])

    assert rolling_mean(values, traded, 2)[-1, 0] == 2.0


@pytest.mark.parametrize("indicator", [rolling_mean, rolling_max, rolling_min])
def test_an_empty_window_is_refused(
    indicator: Callable[[Values, Values, int], Values],
) -> None:
    with pytest.raises(ValueError, match="window"):
        indicator(PRICES, TRADED, 0)


def test_a_shift_into_the_future_is_refused() -> None:
    with pytest.raises(ValueError, match="later"):
        shift(PRICES, TRADED, -1)


def test_arrays_of_different_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        rolling_mean(PRICES[1:], TRADED, 2)


def newest(bars: Sequence[int], count: int) -> Sequence[int] | None:
    return bars[-count:] if len(bars) >= count else None


@settings(max_examples=60, deadline=None)
@given(panel=panels(), window=st.integers(1, 9))
def test_every_figure_equals_the_one_counted_bar_by_bar(
    panel: Panel, window: int
) -> None:
    traded = panel.traded
    means = rolling_mean(panel.close, traded, window)
    floats = rolling_mean(panel.close.astype(np.float64), traded, window)
    highest = rolling_max(panel.close, traded, window)
    lowest = rolling_min(panel.close, traded, window)
    earlier = shift(panel.close, traded, window - 1)

    for symbol in range(len(panel.symbols)):
        bars: list[int] = []
        for row in range(len(panel.sessions)):
            known = None
            if traded[row, symbol]:
                bars.append(int(panel.close[row, symbol]))
                known = newest(bars, window)
            place = row, symbol
            if known is None:
                expected = [NAN] * 5
            else:
                mean = sum(known) / window
                expected = [mean, mean, max(known), min(known), known[0]]
            got = [array[place] for array in (means, floats, highest, lowest, earlier)]
            np.testing.assert_array_equal(got, expected)


@settings(max_examples=40, deadline=None)
@given(panel=panels(), window=st.integers(1, 6), rows=st.integers(1, 24))
def test_no_figure_depends_on_where_the_history_starts(
    panel: Panel, window: int, rows: int
) -> None:
    short = panel.last(rows)
    bars = np.cumsum(short.traded, axis=0)

    whole = rolling_mean(panel.volume / 7, panel.traded, window)[-len(bars) :]
    part = rolling_mean(short.volume / 7, short.traded, window)

    known = bars >= window
    assert same(whole[known], part[known])


@settings(max_examples=20, deadline=None)
@given(panel=panels(), window=st.integers(1, 6))
def test_the_layout_in_memory_does_not_matter(panel: Panel, window: int) -> None:
    column_major = np.asfortranarray(panel.close), np.asfortranarray(panel.traded)

    assert same(
        rolling_mean(*column_major, window),
        rolling_mean(panel.close, panel.traded, window),
    )
