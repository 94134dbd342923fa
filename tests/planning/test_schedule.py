"""What comes next, for each state a scheduler can wake up in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest

from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.planning.schedule import (
    Miss,
    Run,
    ScheduleRules,
    Step,
    Wait,
    next_step,
)
from khms_trader.planning.schedule_history import LOCKED, History, Try
from khms_trader.planning.schedule_times import JobKind, Slot, Times, classify

KRX: Final = Calendar()
WINDOW: Final = timedelta(minutes=30)
PREPARE, EXECUTE = JobKind.PREPARE, JobKind.EXECUTE
MON, TUE, WED, THU = (date(2026, 3, day) for day in (2, 3, 4, 5))  # Monday is closed


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def times(*texts: str) -> Times:
    return classify(texts or ("15:40", "09:01"), start_window=WINDOW)


def slot(kind: JobKind, session: date, due: str) -> Slot:
    return Slot(kind=kind, session=session, due_at=seoul(due))


# Plans made in time for Tuesday and Wednesday, Tuesday executed; seen on Wednesday.
USUAL: Final = History(
    begun_at=seoul("2026-02-20T08:00"),
    prepared={
        day: seoul(made)
        for day, made in {
            date(2026, 2, 23): "2026-02-20T15:40",
            date(2026, 2, 24): "2026-02-23T15:40",
            date(2026, 2, 25): "2026-02-24T15:40",
            date(2026, 2, 26): "2026-02-25T15:40",
            date(2026, 2, 27): "2026-02-26T15:40",
            TUE: "2026-02-27T15:40",
            WED: "2026-03-03T15:40",
        }.items()
    },
    finished=frozenset(
        {*(date(2026, 2, day) for day in (20, 23, 24, 25, 26, 27)), TUE}
    ),
)
UNPLANNED: Final = replace(
    USUAL, prepared={day: at for day, at in USUAL.prepared.items() if day != WED}
)
# As UNPLANNED, under times that were chosen on Tuesday.
RECENT: Final = replace(UNPLANNED, begun_at=seoul("2026-03-03T12:00"))
WED_EXECUTE: Final = slot(EXECUTE, WED, "2026-03-04T09:01")
WED_PREPARE: Final = slot(PREPARE, WED, "2026-03-03T15:40")
THU_PREPARE: Final = slot(PREPARE, THU, "2026-03-04T15:40")


def step(
    now: str, history: History = USUAL, *texts: str, window: timedelta = WINDOW
) -> Step:
    return next_step(
        seoul(now),
        KRX,
        times(*texts),
        history=history,
        rules=ScheduleRules(start_window=window),
    )


def failed(kind: JobKind, session: date, *tries: str, code: str = "down") -> History:
    known = USUAL if kind is EXECUTE else UNPLANNED
    return replace(
        known,
        tries=tuple(
            Try(kind=kind, session=session, at=seoul(at), code=code) for at in tries
        ),
    )


def test_an_execute_is_waited_for_and_runs_at_its_time() -> None:
    assert step("2026-03-04T08:00") == Wait(until=WED_EXECUTE.due_at, slot=WED_EXECUTE)
    assert step("2026-03-04T09:00:59.999999") == Wait(
        until=WED_EXECUTE.due_at, slot=WED_EXECUTE
    )
    assert step("2026-03-04T09:01") == Run(slot=WED_EXECUTE)


def test_after_the_execute_the_prepare_for_the_next_session_is_waited_for() -> None:
    done = replace(USUAL, finished=USUAL.finished | {WED})

    assert step("2026-03-04T09:02", done) == Wait(
        until=THU_PREPARE.due_at, slot=THU_PREPARE
    )
    assert step("2026-03-04T15:40", done) == Run(slot=THU_PREPARE)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-04T09:02", Run(slot=WED_EXECUTE)),
        ("2026-03-04T09:02:01", Run(slot=WED_EXECUTE, is_made_up=True)),
        ("2026-03-04T09:30", Run(slot=WED_EXECUTE, is_made_up=True)),
        ("2026-03-04T09:30:00.000001", Miss(slot=WED_EXECUTE, reason="not_running")),
        ("2026-03-04T15:39", Miss(slot=WED_EXECUTE, reason="not_running")),
        ("2026-03-12T12:00", Miss(slot=WED_EXECUTE, reason="not_running")),
    ],
)
def test_a_missed_execute_is_made_up_inside_the_start_window_only(
    now: str, expected: Step
) -> None:
    known = replace(USUAL, missed={(PREPARE, day): seoul(now) for day in _MARCH})

    assert step(now, known) == expected


_MARCH: Final = [date(2026, 3, day) for day in (5, 6, 9, 10, 11, 12, 13)]


def test_the_window_runs_from_a_late_open() -> None:
    day = date(2024, 11, 14)
    known = History(begun_at=seoul(_EXAM), prepared={day: seoul(_EXAM)})
    late = slot(EXECUTE, day, "2024-11-14T10:01")
    alone = ("09:01",)

    assert step("2024-11-14T09:20", known, *alone) == Wait(until=late.due_at, slot=late)
    assert step("2024-11-14T10:30", known, *alone) == Run(slot=late, is_made_up=True)


_EXAM: Final = "2024-11-13T15:40"


def test_a_window_longer_than_the_session_ends_with_it() -> None:
    window = timedelta(hours=12)

    assert isinstance(step("2026-03-04T15:30", USUAL, "09:01", window=window), Run)
    assert isinstance(step("2026-03-04T15:31", USUAL, "09:01", window=window), Miss)


@pytest.mark.parametrize(
    ("now", "minutes", "expected"),
    [
        # Unknown: ten minutes are assumed, 08:50 less 15.
        ("2026-03-04T08:35", None, Run(slot=WED_PREPARE, is_made_up=True)),
        ("2026-03-04T08:35:01", None, Miss(slot=WED_PREPARE, reason="no_time")),
        ("2026-03-04T08:44", 4, Run(slot=WED_PREPARE, is_made_up=True)),
        ("2026-03-04T08:44:01", 4, Miss(slot=WED_PREPARE, reason="no_time")),
        ("2026-03-04T09:00", 4, Miss(slot=WED_PREPARE, reason="not_running")),
        ("2026-03-03T15:41", 4, Run(slot=WED_PREPARE)),
        ("2026-03-03T15:41:01", 4, Run(slot=WED_PREPARE, is_made_up=True)),
        ("2026-03-03T23:00", 4, Run(slot=WED_PREPARE, is_made_up=True)),
    ],
)
def test_a_missed_prepare_is_made_up_while_it_ends_well_before_the_open(
    now: str, minutes: int | None, expected: Step
) -> None:
    took = None if minutes is None else timedelta(minutes=minutes)

    assert step(now, replace(UNPLANNED, prepare_took=took)) == expected


def test_a_prepare_on_time_needs_no_spare_but_must_be_over_by_the_open() -> None:
    late = slot(PREPARE, WED, "2026-03-04T08:52")

    def at_0852(minutes: int | None) -> Step:
        took = None if minutes is None else timedelta(minutes=minutes)
        known = replace(RECENT, prepare_took=took)
        return step("2026-03-04T08:52", known, "08:52")

    assert at_0852(None) == Run(slot=late)
    assert at_0852(5) == Run(slot=late)
    assert at_0852(6) == Miss(slot=late, reason="no_time")


def test_a_plan_made_by_hand_after_the_time_serves_the_slot() -> None:
    def with_plan_at(made: str) -> History:
        return replace(USUAL, prepared={**USUAL.prepared, WED: seoul(made)})

    assert step("2026-03-03T16:00", with_plan_at("2026-03-03T15:40")) == Wait(
        until=WED_EXECUTE.due_at, slot=WED_EXECUTE
    )
    assert step("2026-03-03T16:00", with_plan_at("2026-03-03T15:39")) == Run(
        slot=WED_PREPARE, is_made_up=True
    )


def test_a_later_slot_of_a_session_supersedes_an_earlier_one() -> None:
    evening = slot(PREPARE, WED, "2026-03-03T20:10")
    usual = replace(RECENT, prepared=USUAL.prepared)
    every = ("15:40", "20:10", "07:50")

    assert step("2026-03-03T21:00", RECENT, *every) == Run(
        slot=evening, is_made_up=True
    )
    # The plan of 15:40 does not serve 20:10, and one of 20:11 both.
    assert step("2026-03-03T20:10", usual, *every) == Run(slot=evening)
    known = replace(usual, prepared={**USUAL.prepared, WED: seoul("2026-03-03T20:11")})
    assert isinstance(step("2026-03-03T20:12", known, *every), Wait)


def test_what_a_later_slot_will_serve_is_not_missed() -> None:
    slow = replace(RECENT, prepare_took=timedelta(minutes=30))
    later = slot(PREPARE, WED, "2026-03-04T08:10")

    # 08:06 is too late to make up 15:40, and 08:10 on its time is not.
    assert step("2026-03-04T08:06", slow, "15:40", "08:10") == Wait(
        until=later.due_at, slot=later
    )
    assert step("2026-03-04T08:10", slow, "15:40", "08:10") == Run(slot=later)


def test_a_session_has_one_record_per_job() -> None:
    known = replace(
        UNPLANNED,
        missed={
            (PREPARE, WED): seoul("2026-03-04T09:00"),
            (EXECUTE, WED): seoul("2026-03-04T09:31"),
        },
    )

    assert step("2026-03-04T10:00", known) == Wait(
        until=THU_PREPARE.due_at, slot=THU_PREPARE
    )


def test_a_record_from_a_clock_that_ran_ahead_keeps_nothing_from_running() -> None:
    known = replace(USUAL, missed={(EXECUTE, WED): seoul("2026-03-04T10:00")})

    assert step("2026-03-04T09:01", known) == Run(slot=WED_EXECUTE)
    # Nor is it recorded twice.
    assert step("2026-03-04T09:31", known) == Wait(
        until=THU_PREPARE.due_at, slot=THU_PREPARE
    )


@pytest.mark.parametrize(
    ("tries", "again"),
    [
        (["09:01:02"], "09:02:02"),
        (["09:01:02", "09:02:03"], "09:04:03"),
        (["09:01:02", "09:02:03", "09:04:04"], "09:09:04"),
        (["09:01:02", "09:02:03", "09:04:04", "09:09:05"], "09:14:05"),
    ],
)
def test_a_failed_execute_is_tried_again_more_and_more_slowly(
    tries: list[str], again: str
) -> None:
    known = failed(EXECUTE, WED, *(f"2026-03-04T{at}" for at in tries))
    due = seoul(f"2026-03-04T{again}")

    waiting = step(f"2026-03-04T{tries[-1]}", known)
    running = step(f"2026-03-04T{again}", known)

    assert waiting == Wait(until=due, slot=WED_EXECUTE)
    assert running == Run(slot=WED_EXECUTE, tries=len(tries))


def test_when_no_try_fits_the_window_any_more_the_failure_is_the_reason() -> None:
    known = failed(EXECUTE, WED, "2026-03-04T09:28", "2026-03-04T09:29")

    assert step("2026-03-04T09:29", known) == Miss(slot=WED_EXECUTE, reason="down")


def test_a_broker_that_is_down_for_days_is_asked_once_an_hour() -> None:
    tries = [f"2026-03-03T16:{minute:02}" for minute in range(11)]
    few = failed(PREPARE, WED, *tries)
    more = failed(PREPARE, WED, *tries, *tries)
    many = failed(PREPARE, WED, *tries, *tries, *tries)

    now = "2026-03-03T16:10"

    assert [_until(step(now, known)) for known in (few, more, many)] == [
        "16:15",
        "16:25",
        "17:10",
    ]


def _until(found: Step) -> str:
    assert isinstance(found, Wait)
    return f"{found.until:%H:%M}"


def test_failures_of_an_earlier_slot_do_not_delay_a_later_one() -> None:
    known = failed(PREPARE, WED, *(f"2026-03-03T20:{m:02}" for m in range(10)))
    known = replace(known, begun_at=RECENT.begun_at)

    assert step("2026-03-03T20:10", known, "15:40", "20:10") == Run(
        slot=slot(PREPARE, WED, "2026-03-03T20:10")
    )


def test_somebody_elses_lock_is_waited_for_in_short_steps() -> None:
    known = failed(EXECUTE, WED, "2026-03-04T09:01", code=LOCKED)

    assert step("2026-03-04T09:01:01", known) == Wait(
        until=seoul("2026-03-04T09:01:10"), slot=WED_EXECUTE
    )
    assert step("2026-03-04T09:29:55", failed(EXECUTE, WED, *_LATE, code=LOCKED)) == (
        Miss(slot=WED_EXECUTE, reason=LOCKED)
    )


_LATE: Final = ["2026-03-04T09:29:55"]


def test_an_execute_without_a_plan_is_given_up_at_once() -> None:
    known = failed(EXECUTE, WED, "2026-03-04T09:01:01", code="plan_missing")

    assert step("2026-03-04T09:01:01", known) == Miss(
        slot=WED_EXECUTE, reason="plan_missing"
    )


@pytest.mark.parametrize("code", ["plan_in_use", "session_running"])
def test_a_refused_prepare_ends_its_slot_but_not_a_later_one(code: str) -> None:
    known = failed(PREPARE, WED, "2026-03-03T15:41", code=code)
    known = replace(known, begun_at=RECENT.begun_at)
    later = slot(PREPARE, WED, "2026-03-03T20:10")

    assert step("2026-03-03T15:41", known) == Miss(slot=WED_PREPARE, reason=code)
    assert step("2026-03-03T15:41", known, "15:40", "20:10") == Wait(
        until=later.due_at, slot=later
    )


PAUSED: Final = replace(
    USUAL,
    started=frozenset({WED}),
    tries=(Try(kind=EXECUTE, session=WED, at=seoul("2026-03-04T09:12")),),
)


def test_a_paused_execution_goes_on_within_the_window() -> None:
    assert step("2026-03-04T09:13", PAUSED) == Wait(
        until=seoul("2026-03-04T09:15"), slot=WED_EXECUTE
    )
    assert step("2026-03-04T09:15", PAUSED) == Run(slot=WED_EXECUTE, tries=1)


@pytest.mark.parametrize("now", ["2026-03-04T09:31", "2026-03-04T14:00"])
def test_an_execution_that_began_is_closed_down_after_the_window(now: str) -> None:
    cut_off = replace(USUAL, started=frozenset({WED}))

    assert step(now, cut_off) == Run(slot=WED_EXECUTE, is_made_up=True)
    assert step(now, PAUSED) == Run(slot=WED_EXECUTE, tries=1)


def test_an_execution_that_began_and_never_ended_is_recorded_the_next_day() -> None:
    cut_off = replace(
        USUAL,
        started=frozenset({WED}),
        prepared={**USUAL.prepared, THU: seoul("2026-03-04T15:41")},
    )

    assert step("2026-03-05T00:00", cut_off) == Miss(
        slot=WED_EXECUTE, reason="unfinished"
    )


def test_an_execute_goes_before_what_was_missed_and_a_prepare_after_it() -> None:
    known = replace(USUAL, prepared={}, finished=frozenset())
    since = replace(known, begun_at=seoul("2026-03-03T08:00"))

    assert step("2026-03-04T09:10", since) == Run(slot=WED_EXECUTE, is_made_up=True)
    seen: list[Step] = []
    missed: Mapping[Any, datetime] = {}
    for _ in range(4):
        found = step("2026-03-04T15:45", replace(since, missed=missed))
        seen.append(found)
        if isinstance(found, Miss):
            key = (found.slot.kind, found.slot.session)
            missed = {**missed, key: seoul("2026-03-04T15:45")}
    assert [(type(s), s.slot.kind, s.slot.session) for s in seen] == [
        (Miss, EXECUTE, TUE),
        (Miss, PREPARE, WED),
        (Miss, EXECUTE, WED),
        (Run, PREPARE, THU),
    ]


def test_on_an_account_never_used_nothing_of_the_past_is_missed() -> None:
    fresh = History(begun_at=seoul("2026-03-04T10:00"))

    assert step("2026-03-04T10:00", fresh) == Wait(
        until=THU_PREPARE.due_at, slot=THU_PREPARE
    )
    assert isinstance(step("2026-03-04T10:00", History()), Wait)


def test_a_first_start_makes_the_plan_when_there_is_still_time() -> None:
    fresh = History(begun_at=seoul("2026-03-03T19:00"))

    assert step("2026-03-03T19:00", fresh) == Run(slot=WED_PREPARE, is_made_up=True)
    late = History(begun_at=seoul("2026-03-04T08:40"))
    assert step("2026-03-04T08:40", late) == Wait(
        until=WED_EXECUTE.due_at, slot=WED_EXECUTE
    )


def test_a_first_start_after_the_time_executes_a_plan_made_by_hand() -> None:
    by_hand = History(
        begun_at=seoul("2026-03-04T09:10"), prepared={WED: seoul("2026-03-03T18:00")}
    )
    without = replace(by_hand, prepared={})

    assert step("2026-03-04T09:10", by_hand) == Run(slot=WED_EXECUTE, is_made_up=True)
    assert isinstance(step("2026-03-04T09:10", without), Wait)
    # And should that fail, it is said, although nobody promised it.
    assert isinstance(step("2026-03-04T09:31", by_hand), Miss)


def test_after_a_long_sleep_only_the_last_ten_days_are_accounted_for() -> None:
    known = History(begun_at=seoul("2025-06-01T08:00"))
    recorded: dict[tuple[JobKind, date], datetime] = {}
    now = "2026-03-20T12:00"

    while isinstance(found := step(now, replace(known, missed=recorded)), Miss):
        recorded[found.slot.kind, found.slot.session] = seoul(now)

    days = [date(2026, 3, day) for day in (11, 12, 13, 16, 17, 18, 19, 20)]
    assert sorted(recorded) == [
        *((EXECUTE, day) for day in days),
        *((PREPARE, day) for day in days),
    ]


def test_no_job_runs_on_a_closed_day() -> None:
    # Friday's 15:40 was missed; Monday 2026-03-02 is a holiday.
    known = replace(
        USUAL, prepared={k: v for k, v in USUAL.prepared.items() if k < TUE}
    )
    known = replace(known, finished=known.finished - {TUE})
    missed = slot(PREPARE, TUE, "2026-02-27T15:40")

    assert step("2026-02-27T23:59", known) == Run(slot=missed, is_made_up=True)
    for day, time in (("02-28", "00:00"), ("03-01", "12:00"), ("03-02", "23:59")):
        assert step(f"2026-{day}T{time}", known) == Wait(
            until=seoul("2026-03-03T06:00"), slot=missed
        )
    assert step("2026-03-03T06:00", known) == Run(slot=missed, is_made_up=True)


def test_the_night_after_a_closed_day_is_no_time_to_make_up_a_plan() -> None:
    known = replace(
        USUAL, prepared={k: v for k, v in USUAL.prepared.items() if k < TUE}
    )
    known = replace(known, finished=known.finished - {TUE})
    missed = slot(PREPARE, TUE, "2026-02-27T15:40")

    for now in ("2026-03-03T00:00", "2026-03-03T05:59"):
        assert step(now, known) == Wait(until=seoul("2026-03-03T06:00"), slot=missed)
    # But what a person wants at such an hour is done at it.
    early = slot(PREPARE, TUE, "2026-03-03T05:00")
    since = replace(known, begun_at=seoul("2026-03-02T12:00"))
    assert step("2026-03-03T05:00", since, "05:00") == Run(slot=early)


def test_a_try_from_the_future_delays_nothing() -> None:
    known = failed(EXECUTE, WED, "2026-03-04T15:00")

    assert step("2026-03-04T09:05", known) == Run(slot=WED_EXECUTE, is_made_up=True)
