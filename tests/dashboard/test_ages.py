"""Ages as a person says them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import at
from khms_trader.dashboard.ages import age, ago, until


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "방금"),
        (-61, "시계보다 앞선 시각"),
        (-60, "방금"),
        (4, "방금"),
        (5, "5초 전"),
        (59, "59초 전"),
        (60, "1분 전"),
        (3599, "59분 전"),
        (3600, "1시간 전"),
        (86399, "23시간 전"),
        (86400, "1일 전"),
        (864000, "10일 전"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: int, text: str) -> None:
    assert ago(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "지금"),
        (0, "지금"),
        (9, "9초"),
        (61, "1분 1초"),
        (3600, "1시간 0분"),
        (18_840, "5시간 14분"),
        (90_000, "1일 1시간"),
    ],
)
def test_a_countdown_has_two_units(seconds: int, text: str) -> None:
    assert until(timedelta(seconds=seconds)) == text


def test_a_value_older_than_it_may_be_says_so() -> None:
    seen = age(at("09:00"), at("09:03"), fresh_for=timedelta(minutes=2))

    assert seen.is_stale
    assert seen.caption == "3분 전 · 오래된 값"


def test_a_value_that_never_ages_has_an_age_all_the_same() -> None:
    seen = age(at("09:00"), at("12:00"), fresh_for=None)

    assert (seen.caption, seen.is_stale) == ("3시간 전", False)


def test_an_unknown_moment_is_stale_where_age_matters() -> None:
    assert age(None, at("09:00"), fresh_for=timedelta(1)).is_stale
    assert not age(None, at("09:00"), fresh_for=None).is_stale


def test_a_value_from_the_future_is_never_fresh() -> None:
    seen = age(at("09:02"), at("09:00"), fresh_for=None)

    assert seen.caption == "시계보다 앞선 시각 · 오래된 값"


@given(st.timedeltas(timedelta(days=-9000), timedelta(days=9000)))
def test_every_age_and_countdown_has_words(step: timedelta) -> None:
    now = at("09:00") + step

    assert age(at("09:00"), now, fresh_for=timedelta(1)).caption
    assert until(step)
