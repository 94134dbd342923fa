"""Fetched bars are appended, replace the stored ones, or are not trusted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.kis.scripted_caller import SESSION, kst
from khms_trader.broker.kis.overlap import (
    Fit,
    bar_to_append,
    is_day_done,
    judge_overlap,
    overlap_begin,
)
from khms_trader.broker.kis.wire.bars import DailyBar, MultiPrice
from khms_trader.domain.instrument import InstrumentKind

FIRST = date(2026, 6, 1)
BEFORE = date(2026, 7, 30)
EQUITY = InstrumentKind.EQUITY


def a_bar(session: date, close: int, volume: int = 100) -> DailyBar:
    return DailyBar(
        session=session, open=close, high=close, low=close, close=close, volume=volume
    )


def series(*closes: int, volume: int = 100) -> list[DailyBar]:
    return [
        a_bar(FIRST + timedelta(days=n), close, volume)
        for n, close in enumerate(closes)
    ]


def a_price(bar: DailyBar, base: int) -> MultiPrice:
    return MultiPrice(symbol="086520", name="에코프로", bar=bar, base_price=base)


@pytest.mark.parametrize(
    ("old", "new"), [(1_000, 1_002), (1_000, 998), (100, 101), (4, 3)]
)
def test_closes_a_fifth_of_a_percent_or_one_won_apart_are_the_same(
    old: int, new: int
) -> None:
    assert judge_overlap(series(old), series(new)).fit is Fit.APPEND


@pytest.mark.parametrize(("old", "new"), [(1_000, 1_003), (100, 102), (10_000, 9_979)])
def test_closes_further_apart_are_not(old: int, new: int) -> None:
    overlap = judge_overlap(series(old), series(new))

    assert overlap.fit is Fit.QUARANTINE
    assert overlap.differs_on == FIRST


def test_five_bars_with_one_ratio_are_a_new_basis() -> None:
    stored = series(50_000, 50_500, 49_800, 51_000, 50_100)
    fetched = series(10_000, 10_100, 9_960, 10_200, 10_020)

    overlap = judge_overlap(stored, fetched)

    assert overlap.fit is Fit.REBASE
    assert overlap.ratio == pytest.approx(0.2)


def test_four_bars_are_too_few_for_a_ratio() -> None:
    stored = series(50_000, 50_500, 49_800, 51_000)
    fetched = series(10_000, 10_100, 9_960, 10_200)

    assert judge_overlap(stored, fetched).fit is Fit.QUARANTINE


def test_one_bar_that_moved_alone_is_not_understood() -> None:
    stored = series(*[10_000] * 10)
    fetched = [*series(*[10_000] * 9), a_bar(stored[9].session, 10_500)]

    overlap = judge_overlap(stored, fetched)

    assert (overlap.fit, overlap.differs_on) == (Fit.QUARANTINE, stored[9].session)


def test_days_without_trades_say_nothing_beside_days_with() -> None:
    stored = [*series(1_000, 1_010), a_bar(date(2026, 6, 3), 1_010, 0)]
    fetched = [*series(1_000, 1_010), a_bar(date(2026, 6, 3), 900, 0)]

    assert judge_overlap(stored, fetched).fit is Fit.APPEND


def test_a_symbol_that_never_traded_is_compared_by_its_closes() -> None:
    stored = series(*[1_000] * 6, volume=0)

    assert judge_overlap(stored, stored).fit is Fit.APPEND
    halved = series(*[500] * 6, volume=0)
    assert judge_overlap(stored, halved).fit is Fit.REBASE


def test_bars_with_no_day_in_common_are_not_trusted() -> None:
    stored = series(1_000, 1_010)

    overlap = judge_overlap(stored, [a_bar(SESSION, 1_010)])

    assert (overlap.fit, overlap.differs_on) == (Fit.QUARANTINE, stored[1].session)


CLOSES = st.lists(st.integers(500, 500_000), min_size=5, max_size=30)


@settings(max_examples=60)
@given(closes=CLOSES)
def test_the_same_bars_always_append(closes: list[int]) -> None:
    assert judge_overlap(series(*closes), series(*closes)).fit is Fit.APPEND


@settings(max_examples=60)
@given(closes=CLOSES, factor=st.sampled_from([2, 3, 5, 10]))
def test_a_split_is_seen_through_the_rounding_to_whole_won(
    *, closes: list[int], factor: int
) -> None:
    fetched = series(*(round(close / factor) for close in closes))

    overlap = judge_overlap(series(*closes), fetched)

    assert overlap.fit is Fit.REBASE
    assert overlap.ratio == pytest.approx(1 / factor, rel=0.01)


def test_the_overlap_begins_twenty_traded_bars_back() -> None:
    idle = [replace(bar, volume=0) for bar in series(*[1] * 5)]
    traded = [a_bar(date(2026, 6, 10) + timedelta(days=n), 1) for n in range(25)]

    assert overlap_begin([*idle, *traded]) == date(2026, 6, 15)
    assert overlap_begin([*idle, *traded[:3]]) == date(2026, 6, 10)
    assert overlap_begin(idle) == date(2026, 6, 5)


@pytest.mark.parametrize(
    ("last_close", "base", "is_taken"),
    [
        (10_000, 10_000, True),
        (4_162, 4_165, True),
        (4_162, 4_160, False),
        (10_000, 9_980, False),
        (50_000, 10_000, False),
    ],
)
def test_a_day_is_appended_only_when_its_base_follows_from_the_stored_close(
    last_close: int, base: int, *, is_taken: bool
) -> None:
    price = a_price(a_bar(SESSION, base), base)

    bar = bar_to_append(
        price, a_bar(BEFORE, last_close), EQUITY, previous_session=BEFORE
    )

    assert bar == (price.bar if is_taken else None)


def test_the_grid_is_that_of_the_kind() -> None:
    price = a_price(a_bar(SESSION, 12_345), 12_345)
    last = a_bar(BEFORE, 12_342)

    fund = bar_to_append(price, last, InstrumentKind.ETF, previous_session=BEFORE)
    share = bar_to_append(price, last, EQUITY, previous_session=BEFORE)

    assert (fund, share) == (price.bar, None)


def test_a_gap_before_the_day_needs_the_history() -> None:
    price = a_price(a_bar(SESSION, 10_000), 10_000)
    last = a_bar(date(2026, 7, 29), 10_000)

    assert bar_to_append(price, last, EQUITY, previous_session=BEFORE) is None


@pytest.mark.parametrize(
    ("opened", "high", "low", "close"),
    [
        (10_000, 9_000, 10_000, 10_000),
        (10_000, 10_000, 10_500, 10_000),
        (11_000, 10_000, 10_000, 10_000),
        (10_000, 10_000, 10_000, 11_000),
    ],
)
def test_an_impossible_day_needs_the_history(
    opened: int, high: int, low: int, close: int
) -> None:
    bar = DailyBar(
        session=SESSION, open=opened, high=high, low=low, close=close, volume=100
    )
    price = a_price(bar, 10_000)

    found = bar_to_append(price, a_bar(BEFORE, 10_000), EQUITY, previous_session=BEFORE)

    assert found is None


@pytest.mark.parametrize(("close", "is_taken"), [(10_000, True), (10_100, False)])
def test_a_day_without_trades_keeps_the_close(close: int, *, is_taken: bool) -> None:
    price = a_price(a_bar(SESSION, close, volume=0), 10_000)

    bar = bar_to_append(price, a_bar(BEFORE, 10_000), EQUITY, previous_session=BEFORE)

    assert (bar is not None) == is_taken


def test_a_day_is_done_from_its_time_on_and_only_that_day() -> None:
    done_at = kst(15, 35)

    assert not is_day_done(SESSION, done_at, kst(15, 34, 59))
    assert is_day_done(SESSION, done_at, done_at)
    assert not is_day_done(SESSION, done_at, kst(7, 50, day=date(2026, 8, 3)))
