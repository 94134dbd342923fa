"""How new bars of a symbol go with stored ones, on both sides of every edge."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.markets import MONDAY, a_market, flat, spoilt, weekdays
from khms_trader.data.bar_folds import rescaled
from khms_trader.data.bar_overlap import Fit, Ruling, agrees, judged_overlap
from khms_trader.data.bar_rows import BarRows, days_of, rows_of
from khms_trader.data.marks import PARTIAL

A = "000250"
ORIGIN = days_of(MONDAY)


def series(count: int, *, close: int = 10_000, since: int = 0) -> BarRows:
    """Return bars of one symbol on the weekdays from place ``since`` on."""
    first = weekdays(since + 1)[-1]
    return rows_of(a_market(count, [A], close=close + since, first=first))


def by(rows: BarRows, factor: float) -> BarRows:
    return rescaled(rows, np.full(len(rows), factor))


def with_close(rows: BarRows, place: int, close: int) -> BarRows:
    closes = rows.close.copy()
    closes[place] = close
    return replace(rows, close=closes)


def is_next(first: int, second: int) -> bool:
    """Say whether two days since 1970 follow each other on weekdays."""
    calendar = [days_of(day) for day in weekdays(900)]
    return calendar.index(second) - calendar.index(first) == 1


def ruling(old: BarRows, new: BarRows, *, is_adjusted: bool = True) -> Ruling:
    return judged_overlap(old, new, is_adjusted=is_adjusted, is_next=is_next)


def test_equal_bars_are_appended_to() -> None:
    assert ruling(series(30), series(40)).fit is Fit.SAME


@pytest.mark.parametrize(("off", "fit"), [(0.002, Fit.SAME), (0.0031, Fit.MISMATCH)])
def test_one_bar_may_be_off_by_a_fifth_of_a_percent_or_one_tick(
    off: float, fit: Fit
) -> None:
    # The tick at 10,000 won is 10, less than 0.2 %; one bar of few has no ratio.
    old = series(4)
    new = with_close(series(6), 2, round(10_002 * (1 + off)))

    assert ruling(old, new).fit is fit


def test_one_tick_of_a_cheap_share_is_no_difference() -> None:
    old = np.array([2_005.0, 2_005.0, 900.0, 900.0])
    new = np.array([2_010.0, 2_011.0, 901.0, 903.0])

    assert agrees(old, new, ORIGIN).tolist() == [True, False, True, False]


@pytest.mark.parametrize("ratio", [0.2, 0.5, 0.972, 2.7, 4.85, 10.0, 33.8])
def test_a_constant_ratio_moves_the_stored_bars(ratio: float) -> None:
    found = ruling(series(30), by(series(40), ratio))

    assert found.fit is Fit.NEWER_BASIS
    assert found.ratio == pytest.approx(ratio, rel=1e-4)


def test_an_older_file_on_another_basis_moves_itself() -> None:
    found = ruling(by(series(40), 0.2), series(30))

    assert found.fit is Fit.OLDER_BASIS
    assert found.ratio == pytest.approx(5, rel=1e-4)


def test_raw_bars_are_never_moved() -> None:
    found = ruling(series(30), by(series(40), 0.2), is_adjusted=False)

    assert (found.fit, found.day) == (Fit.MISMATCH, ORIGIN)


def test_any_raw_bar_that_differs_is_a_mismatch_dated_there() -> None:
    new = with_close(series(60), 3, 12_000)

    found = ruling(series(50), new, is_adjusted=False)

    assert (found.fit, found.day) == (Fit.MISMATCH, days_of(weekdays(4)[-1]))


@pytest.mark.parametrize(("common", "fit"), [(5, Fit.NEWER_BASIS), (4, Fit.MISMATCH)])
def test_a_ratio_takes_five_common_bars(common: int, fit: Fit) -> None:
    # One bar more, as the last common one may be unfinished.
    old = series(common + 1)

    assert ruling(old, by(series(20), 0.5)).fit is fit


def test_equality_takes_but_one_common_bar() -> None:
    assert ruling(series(10), series(10, since=9)).fit is Fit.SAME
    assert ruling(series(10), by(series(10, since=9), 0.5)).fit is Fit.MISMATCH


def test_a_ratio_that_changes_within_the_overlap_is_a_mismatch() -> None:
    new = series(40)
    scale = np.where(np.arange(40) < 15, 0.5, 1.0)

    found = ruling(series(30), rescaled(new, scale))

    assert (found.fit, found.day) == (Fit.MISMATCH, ORIGIN)


def test_a_break_at_the_far_end_of_a_long_overlap_is_seen() -> None:
    scale = np.where(np.arange(100) < 15, 0.5, 1.0)

    assert ruling(series(90), rescaled(series(100), scale)).fit is Fit.MISMATCH


def test_cheap_shares_have_a_constant_ratio_within_their_rounding() -> None:
    # 39 won x 19.69: single ratios are off by up to 1.3 %.
    old = series(30, close=3_900)
    cheap = by(old, 0.01)

    assert ruling(cheap, series(40, close=3_900)).fit is Fit.NEWER_BASIS


def test_untraded_bars_do_not_speak_of_a_ratio() -> None:
    old, new = series(30), by(series(40), 0.5)
    idle = replace(new, volume=np.where(np.arange(40) < 27, 0, new.volume))

    assert ruling(old, idle).fit is Fit.MISMATCH


def test_a_last_bar_taken_during_its_session_is_replaced_and_not_compared() -> None:
    panel = a_market(30, [A], close=10_000)
    partial = spoilt(panel, 29, A, close=9_700, low=9_690, high=10_031, volume=300)
    final = spoilt(
        a_market(40, [A], close=10_000), 29, A, close=11_500, low=9_690, high=11_600
    )

    there = ruling(rows_of(partial), rows_of(final), is_adjusted=False)
    back = ruling(rows_of(final), rows_of(partial), is_adjusted=False)

    assert (there.fit, there.is_stored_unfinished) == (Fit.SAME, True)
    assert (back.fit, back.is_new_unfinished) == (Fit.SAME, True)


@pytest.mark.parametrize(
    "other", [{"open": 10_300}, {"volume": 5_000}, {"high": 12_500}, {"low": 9_000}]
)
def test_a_last_bar_that_is_no_earlier_state_of_the_new_one_is_a_mismatch(
    other: dict[str, int],
) -> None:
    panel = a_market(30, [A], close=10_000)
    last = {"close": 9_700, "low": 9_690, "high": 10_031, "volume": 300} | other
    final = spoilt(
        a_market(40, [A], close=10_000), 29, A, close=11_500, low=9_690, high=11_600
    )

    found = ruling(
        rows_of(spoilt(panel, 29, A, **last)), rows_of(final), is_adjusted=False
    )

    assert found.fit is Fit.MISMATCH


def test_bars_marked_as_unfinished_are_not_compared() -> None:
    old = with_close(series(30), 29, 5_000)
    marks = old.marks.copy()
    marks[29] = PARTIAL

    assert ruling(replace(old, marks=marks), series(40)).fit is Fit.SAME


def test_apart_raw_bars_go_together_whatever_lies_between() -> None:
    old, new = series(10), series(10, since=300, close=50_000)

    assert ruling(old, new, is_adjusted=False).fit is Fit.SAME
    assert ruling(new, old, is_adjusted=False).fit is Fit.SAME


def test_apart_adjusted_bars_go_together_on_the_next_session_only() -> None:
    old = series(10)

    assert ruling(old, series(10, since=10)).fit is Fit.SAME
    assert ruling(series(10, since=10), old).fit is Fit.SAME
    assert ruling(old, series(10, since=11)).fit is Fit.MISMATCH
    assert ruling(old, series(10, since=10, close=14_000)).fit is Fit.MISMATCH


def test_bars_that_overlap_without_a_common_session_are_a_mismatch() -> None:
    old, new = series(10), series(10)
    even, odd = np.arange(0, 10, 2), np.arange(1, 10, 2)

    assert ruling(old.take(even), new.take(odd)).fit is Fit.MISMATCH


def test_a_halted_symbol_is_continued_when_its_price_is_the_same() -> None:
    panel = a_market(10, [A])
    for row in range(5, 10):
        panel = spoilt(panel, row, A, **flat(1_004, volume=0))
    rows = rows_of(panel)
    tail = rows.take(np.arange(5, 10))

    assert ruling(rows, tail).fit is Fit.SAME
    assert ruling(rows, by(tail, 5.0)).fit is Fit.MISMATCH


@given(
    count=st.integers(5, 60),
    ratio=st.sampled_from([0.03, 0.2, 0.5, 0.972, 2.7, 10.0, 33.8]),
    close=st.integers(1_000, 200_000),
)
@settings(max_examples=60, deadline=None)
def test_whichever_way_two_vintages_meet_the_ratio_is_the_same(
    count: int, ratio: float, close: int
) -> None:
    old = series(count + 1, close=close)
    new = by(series(count + 9, close=close), ratio)

    there, back = ruling(old, new), ruling(new, old)

    assert (there.fit, back.fit) == (Fit.NEWER_BASIS, Fit.OLDER_BASIS)
    assert there.ratio * back.ratio == pytest.approx(1)
