"""Returns worked by hand, and once more in the words of pandas."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.performance.returns import (
    Bin,
    Drawdown,
    chained,
    compounded,
    deepest_drawdown,
    drawdowns,
    histogram,
    longest_under_water,
    monthly,
)

GROWTHS = st.lists(st.floats(0.7, 1.3), min_size=1, max_size=60)


def days(count: int, first: date = date(2026, 1, 5)) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def test_growths_are_chained() -> None:
    assert list(chained([1.0, 1.1, 0.9])) == pytest.approx([1.0, 1.1, 0.99])


def test_two_returns_compound() -> None:
    assert compounded([0.10, -0.10]) == pytest.approx(-0.01)


def test_a_drawdown_is_measured_from_the_highest_so_far() -> None:
    assert list(drawdowns([1.0, 1.25, 1.0, 1.5, 0.75])) == pytest.approx(
        [0.0, 0.0, -0.20, 0.0, -0.50]
    )


def test_the_deepest_fall_knows_its_days() -> None:
    assert deepest_drawdown(days(6), [1.0, 1.25, 1.0, 1.2, 1.25, 1.2]) == Drawdown(
        depth=1.0 / 1.25 - 1,
        peak=date(2026, 1, 6),
        lowest=date(2026, 1, 7),
        recovered=date(2026, 1, 9),
        length=3,
    )


def test_a_fall_that_lasts_is_counted_to_the_last_session() -> None:
    found = deepest_drawdown(days(4), [1.0, 2.0, 1.0, 1.5])

    assert found is not None
    assert (found.recovered, found.length) == (None, 2)


def test_what_only_rises_has_no_drawdown() -> None:
    assert deepest_drawdown(days(3), [1.0, 1.0, 1.2]) is None
    assert deepest_drawdown([], []) is None


def test_the_longest_time_under_water_may_be_another_fall() -> None:
    # The peak is the third value, and the seventh is the first above it again.
    assert longest_under_water([1.0, 0.5, 1.0, 0.99, 0.98, 0.99, 1.1]) == 4


@pytest.mark.parametrize(
    ("index", "length"),
    [
        ([1.0, 0.5, 1.0], 2),
        ([1.0, 0.5, 0.4], 2),
        ([1.0, 1.0, 0.5, 0.5], 2),
        ([1.0, 1.1], 0),
        ([], 0),
    ],
)
def test_the_deepest_fall_is_counted_as_the_longest_is(
    index: list[float], length: int
) -> None:
    found = deepest_drawdown(days(len(index)), index)

    assert longest_under_water(index) == length
    assert (found.length if found else 0) == length


def test_a_peak_reached_again_but_for_the_floats_is_reached() -> None:
    # In floats 0.95 * (1 / 0.95) is 0.9999999999999999.
    index = chained([1.0, 0.95, 1 / 0.95, 1.0])

    found = deepest_drawdown(days(4), index)

    assert index[-1] < 1.0
    assert found is not None
    assert (found.recovered, found.length) == (date(2026, 1, 7), 2)
    assert longest_under_water(index) == 2


def test_a_hair_below_the_peak_is_no_drawdown() -> None:
    assert deepest_drawdown(days(2), [1.0, 1.0 - 1e-15]) is None
    assert longest_under_water([1.0, 1.0 - 1e-15]) == 0


def test_months_are_products_of_their_sessions() -> None:
    sessions = [
        date(2025, 12, 29),
        date(2025, 12, 30),
        date(2026, 1, 2),
        date(2026, 1, 5),
    ]

    table = monthly(sessions, [1.0, 1.02, 1.10, 0.90])

    assert table == {
        2025: {12: pytest.approx(0.02)},
        2026: {1: pytest.approx(-0.01)},
    }


def test_a_single_session_makes_no_month() -> None:
    assert monthly([date(2026, 1, 5)], [1.0]) == {}
    assert monthly([], []) == {}


def test_bins_are_of_one_width_and_zero_is_an_edge() -> None:
    # Basis points: -120 to 180; at 0.25 % they need 13 bins, at 0.1 % they need 31.
    bins = histogram([-0.012, -0.0001, 0.0, 0.0001, 0.018])

    assert bins[0] == Bin(low=-125, high=-100, count=1)
    assert [b.count for b in bins if b.high == 0 or b.low == 0] == [1, 2]
    assert bins[-1] == Bin(low=175, high=200, count=1)
    assert len(bins) == 13


def test_nothing_has_no_bins() -> None:
    assert histogram([]) == ()


def test_a_hair_below_zero_is_zero() -> None:
    assert histogram([-1e-16]) == (Bin(low=0, high=10, count=1),)


@settings(max_examples=50, deadline=None)
@given(returns=st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=200))
def test_every_return_is_in_one_bin(returns: list[float]) -> None:
    bins = histogram(returns)

    assert sum(b.count for b in bins) == len(returns)
    assert [b.low for b in bins[1:]] == [b.high for b in bins[:-1]]
    assert len(bins) <= 24


@settings(max_examples=50, deadline=None)
@given(growths=GROWTHS)
def test_drawdowns_are_what_pandas_says(growths: list[float]) -> None:
    index = pd.Series(growths).cumprod()

    found = drawdowns(chained(growths))

    assert list(found) == pytest.approx(list(index / index.cummax() - 1))
    assert max(found) <= 0
    assert min(found) >= -1


@settings(max_examples=50, deadline=None)
@given(growths=GROWTHS)
def test_the_deepest_drawdown_is_one_of_the_series(growths: list[float]) -> None:
    index = chained(growths)
    sessions = days(len(index))

    found = deepest_drawdown(sessions, index)

    if found is None:
        assert min(drawdowns(index)) > -1e-9
    else:
        assert found.length <= longest_under_water(index)
        assert found.depth == min(drawdowns(index))
        assert found.peak < found.lowest
        assert found.recovered is None or found.recovered > found.lowest


@settings(max_examples=50, deadline=None)
@given(growths=st.lists(st.floats(0.7, 1.3), min_size=2, max_size=120))
def test_months_are_what_pandas_says_and_make_up_the_whole(
    growths: list[float],
) -> None:
    sessions = days(len(growths), date(2025, 11, 20))
    days_seen = pd.DatetimeIndex(sessions[1:])
    index = pd.Series(growths[1:], index=days_seen)
    by_month = index.groupby([days_seen.year, days_seen.month]).prod() - 1

    table = monthly(sessions, growths)

    flat = [each for months in table.values() for each in months.values()]
    assert flat == pytest.approx(list(by_month))
    assert compounded(flat) == pytest.approx(index.to_numpy(dtype=float).prod() - 1)
