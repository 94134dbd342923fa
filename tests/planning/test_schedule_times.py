"""From the times a person types to the moments of real sessions."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.errors import UsageError
from khms_trader.market.calendar import SEOUL, Calendar, CalendarOverrides
from khms_trader.market.hours import SessionHours
from khms_trader.planning.schedule_times import (
    JobKind,
    Slot,
    Times,
    WarmStage,
    classify,
    coming,
    slots,
    warm_stages,
)

KRX = Calendar()
WINDOW = timedelta(minutes=30)
PREPARE, EXECUTE = JobKind.PREPARE, JobKind.EXECUTE


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def times(*texts: str, window: timedelta = WINDOW) -> Times:
    return classify(texts, start_window=window)


def shown(calendar: Calendar, kind: JobKind, session: date, *texts: str) -> list[str]:
    found = slots(calendar, times(*texts), kind, session)
    return [f"{slot.due_at:%m-%d %H:%M}" for slot in found]


def test_times_are_told_apart_by_the_normal_session_in_any_order() -> None:
    told = times("20:10", "09:01", "07:50", "15:40", "9:29")

    assert told == Times(
        prepares=(time(7, 50), time(15, 40), time(20, 10)),
        executes=(time(9, 1), time(9, 29)),
    )
    assert told.texts == ("07:50", "09:01", "09:29", "15:40", "20:10")


def test_repeats_are_merged_and_commas_are_read() -> None:
    assert times("15:40,09:01", "9:01", "15:40") == times("15:40", "09:01")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("00:00", PREPARE),
        ("08:59", PREPARE),
        ("09:00", EXECUTE),
        ("15:19", EXECUTE),
        ("15:35", PREPARE),
        ("23:59", PREPARE),
    ],
)
def test_a_time_is_what_it_is_up_to_the_minute(text: str, kind: JobKind) -> None:
    told = times(text, window=timedelta(hours=7))

    assert (len(told.prepares), len(told.executes)) == (
        (1, 0) if kind is PREPARE else (0, 1)
    )


@pytest.mark.parametrize("text", ["15:40", "09:01"])
def test_one_kind_alone_is_allowed(text: str) -> None:
    assert times(text).texts == (text,)


@pytest.mark.parametrize(
    ("texts", "code", "facts"),
    [
        ([], "schedule_empty", {}),
        (["", " , "], "schedule_empty", {}),
        (["25:00"], "schedule_time_unreadable", {"text": "25:00"}),
        (["09:60"], "schedule_time_unreadable", {"text": "09:60"}),
        (["0901"], "schedule_time_unreadable", {"text": "0901"}),
        (["아침"], "schedule_time_unreadable", {"text": "아침"}),
        (["09:01", "-1:00"], "schedule_time_unreadable", {"text": "-1:00"}),
        (["09:01:30"], "schedule_time_unreadable", {"text": "09:01:30"}),
        (["15:20"], "schedule_closing_auction", {"time": "15:20"}),
        (["15:29"], "schedule_closing_auction", {"time": "15:29"}),
        (
            ["15:30"],
            "schedule_prepare_too_early",
            {"time": "15:30", "first": "15:35"},
        ),
        (
            ["15:34"],
            "schedule_prepare_too_early",
            {"time": "15:34", "first": "15:35"},
        ),
        (["09:30"], "schedule_execute_too_late", {"time": "09:30", "until": "09:30"}),
        (["15:19"], "schedule_execute_too_late", {"time": "15:19", "until": "09:30"}),
    ],
)
def test_times_that_cannot_work_are_refused(
    texts: list[str], code: str, facts: dict[str, str]
) -> None:
    with pytest.raises(UsageError) as refused:
        classify(texts, start_window=WINDOW)

    assert (refused.value.code, refused.value.facts) == (code, facts)


@given(st.lists(st.text(max_size=8)), st.timedeltas(timedelta(0), timedelta(hours=9)))
@settings(max_examples=60)
def test_any_text_is_told_apart_or_refused(texts: list[str], window: timedelta) -> None:
    try:
        told = classify(texts, start_window=window)
    except UsageError:
        return

    assert told.texts


@given(st.lists(st.times().map(lambda at: f"{at:%H:%M}"), min_size=1, max_size=5))
@settings(max_examples=60)
def test_the_order_of_times_means_nothing(texts: list[str]) -> None:
    def outcome(given: list[str]) -> object:
        try:
            return classify(given, start_window=WINDOW)
        except UsageError as refused:
            return refused.code, refused.facts

    assert outcome(texts) == outcome([*reversed(texts), texts[0]])


@pytest.mark.parametrize(
    ("session", "executes", "prepares"),
    [
        # 2026-03-04, an ordinary Wednesday.
        (date(2026, 3, 4), "03-04 09:01", "03-03 15:40 03-03 20:10 03-04 07:50"),
        # The year's first session opens at 10:00 and closes as usual.
        (date(2026, 1, 2), "01-02 10:01", "12-30 15:40 12-30 20:10 01-02 07:50"),
        # Exam day: an hour later altogether, also what comes before its open.
        (date(2024, 11, 14), "11-14 10:01", "11-13 15:40 11-13 20:10 11-14 08:50"),
        # After exam day.
        (date(2024, 11, 15), "11-15 09:01", "11-14 16:40 11-14 21:10 11-15 07:50"),
        # Over a weekend, and over the Lunar New Year of 2026.
        (date(2026, 3, 9), "03-09 09:01", "03-06 15:40 03-06 20:10 03-09 07:50"),
        (date(2026, 2, 19), "02-19 09:01", "02-13 15:40 02-13 20:10 02-19 07:50"),
    ],
)
def test_slots_move_with_special_sessions(
    session: date, executes: str, prepares: str
) -> None:
    texts = ("15:40", "20:10", "07:50", "09:01")

    assert shown(KRX, EXECUTE, session, *texts) == [executes]
    assert " ".join(shown(KRX, PREPARE, session, *texts)) == prepares


def own_hours(session: date, opens: time, closes: time) -> Calendar:
    hours = SessionHours(open=opens, close=closes)
    return Calendar(CalendarOverrides(times={session: hours}))


def test_a_morning_prepare_that_would_meet_the_session_moves_with_the_open() -> None:
    day = date(2026, 3, 4)
    calendar = own_hours(day, time(9, 30), time(18, 0))

    # 07:50 + 2:30 would be 10:20, while the session runs.
    assert shown(calendar, PREPARE, day, "07:50") == ["03-04 08:20"]
    assert shown(calendar, PREPARE, date(2026, 3, 5), "15:40") == ["03-04 18:10"]
    assert shown(calendar, EXECUTE, day, "09:01") == ["03-04 09:31"]


def test_a_morning_prepare_stays_on_its_day_however_early_the_session_closes() -> None:
    day = date(2026, 3, 4)
    calendar = own_hours(day, time(9, 0), time(10, 0))

    assert shown(calendar, PREPARE, day, "05:00", "07:50") == [
        "03-04 00:00",
        "03-04 02:20",
    ]


PLAIN = ("15:40", "20:10", "07:50", "09:01", "09:20")


@given(st.dates(date(2016, 1, 4), date(2027, 12, 30)))
@settings(max_examples=80)
def test_every_slot_lies_where_its_job_can_run(day: date) -> None:
    session = KRX.next_session(day)
    before = KRX.previous_session(session)

    executes = slots(KRX, times(*PLAIN), EXECUTE, session)
    prepares = slots(KRX, times(*PLAIN), PREPARE, session)

    opens, closed = KRX.opens_at(session), KRX.closes_at(before)
    assert len(executes) == 2
    assert len(prepares) == 3
    assert all(opens <= slot.due_at < opens + WINDOW for slot in executes)
    assert all(closed + timedelta(minutes=5) <= s.due_at < opens for s in prepares)
    assert all(KRX.is_session(slot.due_at.date()) for slot in (*executes, *prepares))


def test_what_comes_is_the_first_slot_after_now() -> None:
    told = times("15:40", "09:01")

    friday = coming(KRX, told, PREPARE, seoul("2026-03-06T15:40"))
    monday = coming(KRX, told, EXECUTE, seoul("2026-03-06T09:01"))

    assert friday == Slot(
        kind=PREPARE, session=date(2026, 3, 10), due_at=seoul("2026-03-09T15:40")
    )
    assert monday == Slot(
        kind=EXECUTE, session=date(2026, 3, 9), due_at=seoul("2026-03-09T09:01")
    )
    assert coming(KRX, times("15:40"), EXECUTE, seoul("2026-03-06T09:01")) is None


def test_what_is_over_before_it_is_due_is_passed_by() -> None:
    told, day = times("09:01", "09:20"), date(2026, 3, 4)

    found = coming(
        KRX,
        told,
        EXECUTE,
        seoul("2026-03-04T09:05"),
        is_over=lambda slot: slot.session == day,
    )

    assert found is not None
    assert f"{found.due_at:%m-%d %H:%M}" == "03-05 09:01"


def warmed(due: str, opens: str = "2026-03-04T09:00") -> list[tuple[str, str, str]]:
    slot = Slot(kind=EXECUTE, session=date(2026, 3, 4), due_at=seoul(due))
    return [
        (moment.stage.value, f"{moment.at:%H:%M:%S}", f"{moment.until:%H:%M:%S}")
        for moment in warm_stages(slot, seoul(opens))
    ]


def test_the_warm_up_for_0901_ends_before_it() -> None:
    assert warmed("2026-03-04T09:01") == [
        ("everything", "08:50:00", "09:00:00"),
        ("account", "08:59:50", "09:00:05"),
        ("quotes", "09:00:20", "09:00:35"),
        ("account", "09:00:50", "09:00:55"),
    ]


def test_the_warm_up_moves_with_a_late_open() -> None:
    assert [at for _, at, _ in warmed("2026-03-04T10:01", "2026-03-04T10:00")] == [
        "09:50:00",
        "09:59:50",
        "10:00:20",
        "10:00:50",
    ]


def test_at_the_open_itself_there_are_no_opening_prices_to_read() -> None:
    assert warmed("2026-03-04T09:00") == [
        ("everything", "08:49:00", "08:59:00"),
        ("account", "08:59:50", "08:59:55"),
    ]


def test_long_after_the_open_prices_are_read_just_before() -> None:
    assert warmed("2026-03-04T09:20") == [
        ("everything", "09:09:00", "09:19:00"),
        ("quotes", "09:19:20", "09:19:35"),
        ("account", "09:19:50", "09:19:55"),
    ]


@given(st.integers(0, 380))
@settings(max_examples=60)
def test_a_warm_up_is_in_order_and_over_in_time(minutes: int) -> None:
    opens = seoul("2026-03-04T09:00")
    due = opens + timedelta(minutes=minutes)
    slot = Slot(kind=EXECUTE, session=date(2026, 3, 4), due_at=due)

    moments = warm_stages(slot, opens)

    starts = [moment.at for moment in moments]
    assert moments[0].stage is WarmStage.EVERYTHING
    assert moments[-1].stage is WarmStage.ACCOUNT
    assert starts == sorted(set(starts))
    assert all(each.at < each.until <= due - timedelta(seconds=5) for each in moments)
    assert all(
        each.at >= opens + timedelta(seconds=20)
        for each in moments
        if each.stage is WarmStage.QUOTES
    )
