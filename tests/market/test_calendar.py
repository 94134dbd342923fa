"""Sessions, their order and their hours, and what the user may override."""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.errors import ConfigError, DataError
from khms_trader.market.calendar import (
    SEOUL,
    VERIFIED_YEARS,
    Calendar,
    CalendarOverrides,
)
from khms_trader.market.hours import SessionHours

KRX = Calendar()
DAYS = st.dates(date(2005, 1, 1), date(2050, 12, 31))

CLOSED_2026 = "0101 0216 0217 0218 0302 0501 0505 0525 0603 0717 0817 0924 0925 1005"
CLOSED_2026 += " 1009 1225 1231"
CLOSED_2027 = "0101 0208 0209 0301 0503 0505 0513 0719 0816 0914 0915 0916 1004 1011"
CLOSED_2027 += " 1227 1231"


def seoul(text: str) -> datetime:
    """Return the moment ``text`` (ISO, no zone) in Seoul."""
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("year", "closed"), [("2026", CLOSED_2026), ("2027", CLOSED_2027)]
)
def test_exactly_the_listed_weekdays_of_a_year_are_closed(
    year: str, closed: str
) -> None:
    first, last = date(int(year), 1, 1), date(int(year), 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]

    found = [day for day in days if day.weekday() < 5 and not KRX.is_session(day)]

    assert [day.strftime("%m%d") for day in found] == closed.split()


@pytest.mark.parametrize(("year", "count"), [(2026, 244), (2027, 245)])
def test_a_year_has_as_many_sessions_as_the_exchange_lists(
    year: int, count: int
) -> None:
    assert len(KRX.sessions(date(year, 1, 1), date(year, 12, 31))) == count


def test_the_monday_after_chuseok_2026_is_a_session() -> None:
    assert KRX.is_session(date(2026, 9, 28))


def test_weekends_are_no_sessions() -> None:
    assert not KRX.is_session(date(2026, 11, 21))
    assert not KRX.is_session(date(2026, 11, 22))


def test_a_moment_is_refused_as_a_session_instead_of_being_called_a_holiday() -> None:
    with pytest.raises(TypeError, match="a session is a date"):
        KRX.is_session(seoul("2026-11-23T09:00"))


def test_the_next_session_is_strictly_after_and_leaps_over_a_long_holiday() -> None:
    assert KRX.next_session(date(2026, 2, 13)) == date(2026, 2, 19)
    assert KRX.next_session(date(2026, 2, 17)) == date(2026, 2, 19)


def test_the_previous_session_is_strictly_before_and_leaps_over_new_year() -> None:
    assert KRX.previous_session(date(2026, 1, 2)) == date(2025, 12, 30)
    assert KRX.next_session(date(2025, 12, 30)) == date(2026, 1, 2)


def test_settlement_two_sessions_later_leaps_over_closed_days() -> None:
    assert KRX.session_after(date(2025, 12, 29), 2) == date(2026, 1, 2)
    assert KRX.session_after(date(2026, 9, 23), 2) == date(2026, 9, 29)


def test_no_session_later_is_the_session_itself() -> None:
    assert KRX.session_after(date(2026, 11, 23), 0) == date(2026, 11, 23)


def test_sessions_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        KRX.session_after(date(2026, 11, 23), -1)


def test_sessions_of_a_range_include_both_ends_and_cross_years() -> None:
    assert KRX.sessions(date(2025, 12, 29), date(2026, 1, 5)) == (
        date(2025, 12, 29),
        date(2025, 12, 30),
        date(2026, 1, 2),
        date(2026, 1, 5),
    )


def test_a_range_that_ends_before_it_begins_has_no_sessions() -> None:
    assert KRX.sessions(date(2026, 3, 5), date(2026, 3, 4)) == ()


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        ("2026-11-23", "09:00", "15:30"),
        ("2026-01-02", "10:00", "15:30"),
        ("2027-01-04", "10:00", "15:30"),
        ("2026-11-19", "10:00", "16:30"),
    ],
)
def test_a_session_opens_and_closes_in_seoul_time(
    day: str, opens: str, closes: str
) -> None:
    session = date.fromisoformat(day)

    assert KRX.opens_at(session) == datetime.fromisoformat(f"{day}T{opens}+09:00")
    assert KRX.closes_at(session) == datetime.fromisoformat(f"{day}T{closes}+09:00")


def test_a_day_without_trading_has_no_hours() -> None:
    with pytest.raises(DataError) as refused:
        KRX.hours(date(2026, 12, 31))

    assert refused.value.code == "not_a_session"
    assert refused.value.facts == {"day": "2026-12-31"}


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        ("2026-11-23T15:34:59", "2026-11-20"),
        ("2026-11-23T15:35", "2026-11-23"),
        ("2026-11-24T08:00", "2026-11-23"),
        ("2026-11-22T12:00", "2026-11-20"),
        ("2026-11-19T16:34", "2026-11-18"),
        ("2026-11-19T16:35", "2026-11-19"),
        ("2026-01-01T00:00", "2025-12-30"),
    ],
)
def test_a_session_counts_as_closed_five_minutes_after_its_close(
    now: str, closed: str
) -> None:
    assert KRX.last_closed(seoul(now)) == date.fromisoformat(closed)


def test_the_grace_after_the_close_can_be_chosen() -> None:
    now = seoul("2026-11-23T15:30")

    assert KRX.last_closed(now, grace=timedelta(0)) == date(2026, 11, 23)
    assert KRX.last_closed(now, grace=timedelta(days=3)) == date(2026, 11, 20)
    assert KRX.last_closed(now, grace=timedelta(days=4)) == date(2026, 11, 18)


def test_the_last_closed_session_is_found_from_another_time_zone() -> None:
    now = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)  # 07:00 on Monday in Seoul

    assert KRX.last_closed(now) == date(2026, 11, 20)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        KRX.last_closed(seoul("2026-11-23T16:00").replace(tzinfo=None))


def test_a_day_the_user_closed_is_no_session() -> None:
    calendar = Calendar(CalendarOverrides(closed=frozenset({date(2026, 11, 23)})))

    assert not calendar.is_session(date(2026, 11, 23))
    assert calendar.next_session(date(2026, 11, 20)) == date(2026, 11, 24)


def test_a_day_the_user_opened_is_a_session_even_on_a_weekend() -> None:
    opened = frozenset({date(2026, 11, 21), date(2026, 12, 31)})

    calendar = Calendar(CalendarOverrides(open=opened))

    assert calendar.next_session(date(2026, 11, 20)) == date(2026, 11, 21)
    assert calendar.is_session(date(2026, 12, 31))


def test_the_users_hours_win_over_the_dated_ones() -> None:
    own = SessionHours(open=time(9, 0), close=time(15, 30))

    calendar = Calendar(CalendarOverrides(times={date(2026, 11, 19): own}))

    assert calendar.hours(date(2026, 11, 19)) == own


def test_hours_alone_do_not_make_a_holiday_a_session() -> None:
    own = SessionHours(open=time(9, 0), close=time(15, 30))

    calendar = Calendar(CalendarOverrides(times={date(2026, 12, 25): own}))

    assert not calendar.is_session(date(2026, 12, 25))


def test_the_late_open_moves_with_the_first_session_of_the_year() -> None:
    calendar = Calendar(CalendarOverrides(closed=frozenset({date(2026, 1, 2)})))

    assert calendar.hours(date(2026, 1, 5)).open == time(10, 0)
    assert KRX.hours(date(2026, 1, 5)).open == time(9, 0)


def test_one_users_overrides_do_not_leak_into_another_calendar() -> None:
    Calendar(CalendarOverrides(closed=frozenset({date(2026, 11, 23)}))).is_session(
        date(2026, 11, 23)
    )

    assert Calendar().is_session(date(2026, 11, 23))


def test_a_day_both_open_and_closed_is_refused_by_name() -> None:
    day = frozenset({date(2026, 11, 23)})

    with pytest.raises(ConfigError) as refused:
        CalendarOverrides(closed=day, open=day)

    assert refused.value.code == "calendar_contradiction"
    assert refused.value.facts == {"days": "2026-11-23"}


def test_years_beyond_the_checked_table_are_named() -> None:
    days = (date(2028, 1, 3), date(2026, 5, 4), date(2004, 5, 4), date(2028, 6, 1))

    assert KRX.unverified_years(*days) == (2004, 2028)
    assert KRX.is_verified(2027)
    assert not KRX.is_verified(2028)
    assert (VERIFIED_YEARS.start, VERIFIED_YEARS.stop) == (2005, 2028)


def test_far_beyond_the_holiday_table_weekdays_are_sessions() -> None:
    assert KRX.next_session(date(2160, 7, 4)) == date(2160, 7, 7)  # a Friday to Monday


def test_importing_the_calendar_does_not_load_the_holiday_package() -> None:
    program = (
        "import sys, khms_trader.market.calendar as c; c.Calendar()\n"
        "sys.exit('holidays' in sys.modules)"
    )

    finished = subprocess.run([sys.executable, "-c", program], check=False)

    assert finished.returncode == 0


@settings(max_examples=100, deadline=None)
@given(day=DAYS)
def test_the_neighbours_of_a_day_are_the_nearest_sessions(day: date) -> None:
    after, before = KRX.next_session(day), KRX.previous_session(day)

    between = KRX.sessions(before + timedelta(days=1), after - timedelta(days=1))

    assert before < day < after
    assert KRX.is_session(before)
    assert KRX.is_session(after)
    assert between == ((day,) if KRX.is_session(day) else ())


@settings(max_examples=100, deadline=None)
@given(day=DAYS, count=st.integers(0, 30))
def test_counting_sessions_ahead_agrees_with_listing_them(
    day: date, count: int
) -> None:
    later = KRX.session_after(day, count)

    assert len(KRX.sessions(day + timedelta(days=1), later)) == count


@settings(max_examples=100, deadline=None)
@given(now=st.datetimes(datetime(2005, 2, 1), datetime(2050, 1, 1)))  # noqa: DTZ001
def test_the_last_closed_session_is_over_and_the_one_after_is_not(
    now: datetime,
) -> None:
    moment = now.replace(tzinfo=SEOUL)

    session = KRX.last_closed(moment)

    five_minutes = timedelta(minutes=5)
    assert KRX.closes_at(session) + five_minutes <= moment
    assert KRX.closes_at(KRX.next_session(session)) + five_minutes > moment
