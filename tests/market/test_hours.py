"""Hours of a session, and the phase of the market within it."""

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.errors import ConfigError
from khms_trader.market.hours import (
    NORMAL,
    MarketPhase,
    SessionHours,
    phase_at,
    usual_hours,
)

EXAM_DAY = SessionHours(open=time(10, 0), close=time(16, 30))


def test_a_usual_session_runs_from_nine_to_half_past_three() -> None:
    hours = usual_hours(date(2026, 11, 23), is_first_of_year=False)

    assert hours == SessionHours(open=time(9, 0), close=time(15, 30))


def test_the_first_session_of_a_year_opens_at_ten_and_closes_as_usual() -> None:
    hours = usual_hours(date(2026, 1, 2), is_first_of_year=True)

    assert hours == SessionHours(open=time(10, 0), close=time(15, 30))


@pytest.mark.parametrize(
    "day",
    [
        date(2016, 11, 17),
        date(2017, 11, 16),
        date(2017, 11, 23),
        date(2018, 11, 15),
        date(2019, 11, 14),
        date(2020, 12, 3),
        date(2021, 11, 18),
        date(2022, 11, 17),
        date(2023, 11, 16),
        date(2024, 11, 14),
        date(2025, 11, 13),
        date(2026, 11, 19),
        date(2027, 11, 18),
    ],
)
def test_an_exam_day_opens_and_closes_an_hour_late(day: date) -> None:
    assert usual_hours(day, is_first_of_year=False) == EXAM_DAY


@pytest.mark.parametrize(
    ("day", "close"),
    [(date(2016, 7, 29), time(15, 0)), (date(2016, 8, 1), time(15, 30))],
)
def test_the_close_moved_to_half_past_three_in_august_2016(
    day: date, close: time
) -> None:
    assert usual_hours(day, is_first_of_year=False).close == close


def test_the_first_session_of_2016_opened_late_and_closed_at_three() -> None:
    hours = usual_hours(date(2016, 1, 4), is_first_of_year=True)

    assert hours == SessionHours(open=time(10, 0), close=time(15, 0))


def test_hours_that_close_before_they_open_are_refused_by_name() -> None:
    with pytest.raises(ConfigError) as refused:
        SessionHours(open=time(16, 30), close=time(10, 0))

    assert refused.value.code == "hours_reversed"
    assert refused.value.facts == {"open": "16:30", "close": "10:00"}


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        (time(0, 0), MarketPhase.CLOSED),
        (time(8, 29, 59, 999_999), MarketPhase.CLOSED),
        (time(8, 30), MarketPhase.OPENING_AUCTION),
        (time(8, 59, 59), MarketPhase.OPENING_AUCTION),
        (time(9, 0), MarketPhase.CONTINUOUS),
        (time(15, 19, 59), MarketPhase.CONTINUOUS),
        (time(15, 20), MarketPhase.CLOSING_AUCTION),
        (time(15, 29, 59), MarketPhase.CLOSING_AUCTION),
        (time(15, 30), MarketPhase.AFTER_CLOSE),
        (time(23, 59, 59), MarketPhase.AFTER_CLOSE),
    ],
)
def test_each_phase_of_a_usual_session_includes_its_first_instant(
    moment: time, phase: MarketPhase
) -> None:
    assert phase_at(moment, NORMAL) is phase


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        (time(9, 1), MarketPhase.CLOSED),
        (time(9, 30), MarketPhase.OPENING_AUCTION),
        (time(10, 0), MarketPhase.CONTINUOUS),
        (time(16, 20), MarketPhase.CLOSING_AUCTION),
        (time(16, 30), MarketPhase.AFTER_CLOSE),
    ],
)
def test_the_phases_of_an_exam_day_follow_its_own_hours(
    moment: time, phase: MarketPhase
) -> None:
    assert phase_at(moment, EXAM_DAY) is phase


def test_a_session_opening_just_after_midnight_has_its_auction_from_midnight() -> None:
    hours = SessionHours(open=time(0, 10), close=time(1, 0))

    assert phase_at(time(0, 0), hours) is MarketPhase.OPENING_AUCTION


@settings(max_examples=60, deadline=None)
@given(first=st.times(), second=st.times())
def test_a_session_never_goes_back_to_an_earlier_phase(
    first: time, second: time
) -> None:
    order = list(MarketPhase)
    earlier, later = sorted((first, second))

    positions = [order.index(phase_at(moment, NORMAL)) for moment in (earlier, later)]

    assert positions == sorted(positions)
