"""Ratios worked by hand, and once more in the words of pandas."""

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.performance.ratios import (
    Comparison,
    aligned,
    compared,
    ratios_of,
    rolling_sharpe,
    sharpe,
    standard_deviation,
)

RETURNS = st.lists(st.floats(-0.3, 0.3).map(lambda r: round(r, 6)), max_size=90)


def test_nineteen_sessions_are_too_few_and_twenty_are_not() -> None:
    few, enough = ratios_of([0.01, -0.01] * 9), ratios_of([0.01, -0.01] * 9 + [0.01])

    assert (few.sessions, few.sharpe, few.yearly, few.volatility) == (
        19,
        None,
        None,
        None,
    )
    assert enough.sessions == 20
    assert None not in {enough.sharpe, enough.yearly, enough.volatility}


def test_too_few_sessions_still_have_a_return_and_a_drawdown() -> None:
    found = ratios_of([0.10, -0.20])

    assert found.total == pytest.approx(-0.12)
    assert found.deepest == pytest.approx(-0.20)


def test_a_fall_from_the_very_first_session_is_a_drawdown() -> None:
    assert ratios_of([-0.05, 0.01]).deepest == pytest.approx(-0.05)


def test_nothing_makes_nothing() -> None:
    found = ratios_of([])

    assert (found.sessions, found.total, found.deepest) == (1, 0.0, 0.0)


def test_the_sharpe_ratio_of_one_and_three_percent_by_hand() -> None:
    # mean 0.02, sample deviation sqrt(2) / 100: 1.41421 x sqrt(250) = 22.3607
    assert sharpe([0.01, 0.03]) == pytest.approx(22.360680)


@pytest.mark.parametrize("returns", [[], [0.01], [0.01] * 30])
def test_what_did_not_vary_has_no_sharpe_ratio(returns: list[float]) -> None:
    assert sharpe(returns) is None


def test_a_year_of_one_percent_a_month_is_the_year() -> None:
    # 250 returns: the yearly return is the whole one.
    returns = [0.0, 0.12 / 100] * 125

    assert ratios_of(returns).yearly == pytest.approx(ratios_of(returns).total)


def test_twenty_sessions_by_the_statistics_of_the_standard_library() -> None:
    """Worked out with ``statistics`` and ``math.prod``.

    ::

        stdev(r) * 250**0.5, mean(r) / stdev(r) * 250**0.5
        prod(1 + x for x in r) ** (250 / 19) - 1
    """
    found = ratios_of([0.01, -0.01] * 9 + [0.01])

    assert found.volatility == pytest.approx(0.1622214211)
    assert found.sharpe == pytest.approx(0.8111071057)
    assert found.yearly == pytest.approx(0.1264630826)


def test_sessions_nobody_saw_make_the_year_no_richer() -> None:
    """The same over 38 sessions: half as many returns fit into a year.

    ::

        stdev(r) * (250 * 19 / 38) ** 0.5, mean(r) / stdev(r) * (250 * 19 / 38) ** 0.5
        prod(1 + x for x in r) ** (250 / 38) - 1
    """
    found = ratios_of([0.01, -0.01] * 9 + [0.01], elapsed=38)

    assert found.volatility == pytest.approx(0.1147078669)
    assert found.sharpe == pytest.approx(0.5735393347)
    assert found.yearly == pytest.approx(0.0613496514)


def test_a_total_loss_is_a_loss_of_everything_a_year() -> None:
    assert ratios_of([-1.0] + [0.01] * 30).yearly == -1.0


def test_a_window_needs_all_its_returns() -> None:
    rolled = rolling_sharpe([0.01, 0.03, 0.01, 0.01], window=2)

    assert rolled[0] is None
    assert rolled[1] == pytest.approx(22.360680)
    assert rolled[2] == pytest.approx(22.360680)
    assert rolled[3] is None


def test_a_benchmark_is_taken_at_each_session_and_never_from_later() -> None:
    closes = {
        date(2026, 3, 4): 10_000,
        date(2026, 3, 5): 11_000,
        date(2026, 3, 9): 12_000,
    }
    sessions = [date(2026, 3, day) for day in (3, 4, 5, 6, 9)]

    assert aligned(sessions, closes) == (None, 1.0, 1.1, 1.1, 1.2)


def test_a_benchmark_that_is_not_kept_up_is_unknown_and_not_unchanged() -> None:
    closes = {date(2026, 3, 3): 9_000}

    assert aligned([date(2026, 3, 3), date(2026, 3, 4)], closes) == (1.0, None)


def test_without_a_close_there_is_no_benchmark() -> None:
    assert aligned([date(2026, 3, 4)], {date(2026, 3, 4): 0}) == (None,)


def test_account_and_benchmark_are_compared_over_the_sessions_they_share() -> None:
    sessions = [date(2026, 3, day) for day in (3, 4, 5, 6)]

    found = compared(sessions, [1.0, 2.0, 3.0, 9.0], [None, 1.0, 1.25, None])

    assert found == Comparison(
        since=date(2026, 3, 4), until=date(2026, 3, 5), account=0.5, benchmark=0.25
    )
    assert found.excess == 0.25


def test_one_session_is_no_comparison() -> None:
    assert compared([date(2026, 3, 3)], [1.0], [1.0]) is None
    assert compared([], [], []) is None


@settings(max_examples=40, deadline=None)
@given(returns=RETURNS)
def test_ratios_are_what_pandas_says(returns: list[float]) -> None:
    series = pd.Series(returns, dtype=float)
    found = ratios_of(returns)

    assert found.total == pytest.approx(series.add(1).to_numpy(dtype=float).prod() - 1)
    if len(returns) >= 19 and series.std() > 1e-9:
        assert found.volatility == pytest.approx(series.std() * math.sqrt(250))
        assert found.sharpe == pytest.approx(
            series.mean() / series.std() * math.sqrt(250), abs=1e-9
        )


@settings(max_examples=25, deadline=None)
@given(returns=RETURNS)
def test_rolling_sharpe_is_what_pandas_says(returns: list[float]) -> None:
    windows = pd.Series(returns, dtype=float).rolling(20)
    expected = windows.mean() / windows.std() * math.sqrt(250)

    found = rolling_sharpe(returns, 20)

    assert len(found) == len(returns)
    assert all(value is None for value in found[:19])
    for ours, theirs, spread in zip(found, expected, windows.std(), strict=True):
        if ours is not None and spread > 1e-4:
            assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(returns=st.lists(st.floats(-0.3, 0.3), min_size=2, max_size=60))
def test_the_deviation_is_never_negative(returns: list[float]) -> None:
    assert standard_deviation(returns) >= 0
