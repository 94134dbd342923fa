"""Silence is an alarm from the moment something should have been there, not before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import ASOF, SESSION, a_record, at
from khms_trader.domain.order import OrderState
from khms_trader.market.calendar import SEOUL, Calendar, CalendarOverrides
from khms_trader.planning.schedule_times import Times
from khms_trader.planning.watchdog import Alarm, AlarmKind, planned_session, watch
from khms_trader.planning.watchdog_facts import (
    HaltSeen,
    HeartbeatSeen,
    JournalSeen,
    OutboxSeen,
    PlanSeen,
    Run,
    RunStep,
    WatchFacts,
)

CALENDAR: Final = Calendar()
TIMES: Final = Times(prepares=(time(15, 40),), executes=(time(9, 1),))
TAKES: Final = timedelta(minutes=80)
PLENTY: Final = 10**10
LONG_AGO: Final = at("15:40", date(2026, 1, 5))
DONE: Final = Run(at=at("09:02"), session=SESSION, job="execute", step=RunStep.DONE)
BEGUN: Final = JournalSeen(begun_at=LONG_AGO)
EXECUTED: Final = JournalSeen(begun_at=LONG_AGO, runs=(DONE,))
THERE: Final = PlanSeen(is_there=True)
NEXT: Final = date(2026, 3, 5)
CSAT: Final = date(2026, 11, 19)  # 10:00 to 16:30
HOLIDAY: Final = date(2026, 3, 2)  # a Monday, for 1 March
SUNDAY: Final = date(2026, 3, 8)


def facts(**told: Any) -> WatchFacts:  # noqa: ANN401 - any field
    well: dict[str, Any] = {"journal": EXECUTED, "plan": THERE, "free_bytes": PLENTY}
    return WatchFacts(**{**well, **told})


def alarms(
    now: datetime,
    seen: WatchFacts,
    times: Times = TIMES,
    *,
    calendar: Calendar = CALENDAR,
) -> tuple[Alarm, ...]:
    return watch(now, calendar, times, seen, execution_takes=TAKES)


def kinds(now: datetime, seen: WatchFacts, times: Times = TIMES) -> list[str]:
    return [str(alarm.kind) for alarm in alarms(now, seen, times)]


def run_of(job: str, step: RunStep, moment: datetime, *, reason: str = "") -> Run:
    return Run(at=moment, session=SESSION, job=job, step=step, reason=reason)


def journal(*runs: Run) -> JournalSeen:
    return JournalSeen(begun_at=LONG_AGO, runs=runs)


@pytest.mark.parametrize(
    "clock", ["00:00", "08:30", "09:06", "15:35", "20:30", "23:59"]
)
def test_a_day_on_which_all_is_well_is_quiet(clock: str) -> None:
    assert kinds(at(clock), facts()) == []


@pytest.mark.parametrize(
    ("clock", "is_alarm"),
    [("09:05:59", False), ("09:06", True), ("15:29", True), ("23:59", True)],
)
def test_an_execution_without_a_record_is_told_five_minutes_late(
    clock: str, *, is_alarm: bool
) -> None:
    found = kinds(at(clock), facts(journal=BEGUN))

    assert found == (["no_execution"] if is_alarm else [])


@pytest.mark.parametrize(("clock", "is_alarm"), [("10:05:59", False), ("10:06", True)])
@pytest.mark.parametrize("day", [CSAT, date(2026, 1, 2)])
def test_a_late_open_moves_the_alarm_with_it(
    day: date, clock: str, *, is_alarm: bool
) -> None:
    begun = JournalSeen(begun_at=at("15:40", date(2025, 12, 1)))

    found = kinds(at(clock, day), facts(journal=begun))

    assert found == (["no_execution"] if is_alarm else [])


def test_the_first_of_several_execute_times_counts() -> None:
    times = replace(TIMES, executes=(time(9, 1), time(9, 20)))

    assert kinds(at("09:06"), facts(journal=BEGUN), times) == ["no_execution"]


def test_without_an_execute_time_none_is_missed() -> None:
    times = replace(TIMES, executes=())

    assert kinds(at("12:00"), facts(journal=BEGUN), times) == []


def test_an_account_that_began_after_the_time_missed_nothing() -> None:
    late = JournalSeen(begun_at=at("09:01:01"))
    just = JournalSeen(begun_at=at("09:01"))

    assert kinds(at("12:00"), facts(journal=late)) == []
    assert kinds(at("12:00"), facts(journal=just)) == ["no_execution"]


def test_an_account_without_any_record_is_an_alarm_and_says_so() -> None:
    (alarm,) = alarms(at("12:00"), facts(journal=JournalSeen()))

    assert alarm.kind is AlarmKind.NO_EXECUTION
    assert alarm.detail["is_new"] is True
    assert alarm.due_at == at("09:06")
    assert alarm.session == SESSION


def test_an_execution_of_another_session_is_no_record_of_this_one() -> None:
    yesterday = replace(DONE, session=ASOF)

    assert kinds(at("09:06"), facts(journal=journal(yesterday))) == ["no_execution"]


@pytest.mark.parametrize(
    ("step", "kind"),
    [(RunStep.FAILED, "execution_failed"), (RunStep.MISSED, "execution_missed")],
)
def test_a_recorded_reason_is_told_in_place_of_silence(
    step: RunStep, kind: str
) -> None:
    why = run_of("execute", step, at("09:01:05"), reason="plan_missing")

    assert kinds(at("09:05:59"), facts(journal=journal(why))) == []
    (alarm,) = alarms(at("09:06"), facts(journal=journal(why)))
    assert (str(alarm.kind), alarm.detail["reason"]) == (kind, "plan_missing")


def test_a_failure_before_or_after_the_end_is_no_alarm() -> None:
    failed = run_of("execute", RunStep.FAILED, at("09:01:05"), reason="x")

    assert kinds(at("09:06"), facts(journal=journal(failed, DONE))) == []
    assert kinds(at("09:06"), facts(journal=journal(DONE, failed))) == []


def test_a_failed_prepare_is_no_failed_execution() -> None:
    failed = run_of("prepare", RunStep.FAILED, at("07:50"), reason="x")

    assert kinds(at("09:06"), facts(journal=journal(failed))) == ["no_execution"]


@pytest.mark.parametrize(
    ("clock", "is_alarm"),
    [("09:06", False), ("10:20:59", False), ("10:21", True), ("23:00", True)],
)
def test_an_execution_that_never_ends_is_told_once_it_must_have(
    clock: str, *, is_alarm: bool
) -> None:
    started = run_of("execute", RunStep.STARTED, at("09:01"))

    found = kinds(at(clock), facts(journal=journal(started)))

    assert found == (["execution_unfinished"] if is_alarm else [])


@pytest.mark.parametrize(
    ("clock", "alarms"),
    [
        ("09:05:59", []),
        ("09:06", ["execution_unfinished"]),
        ("09:06:01", ["execution_unfinished", "heartbeat_old"]),
    ],
)
def test_a_scheduler_killed_among_its_orders_is_told_within_minutes(
    clock: str, alarms: list[str]
) -> None:
    started = run_of("execute", RunStep.STARTED, at("09:01"))
    dead = HeartbeatSeen(is_expected=True, at=at("09:01"), is_busy=True, is_gone=True)

    found = kinds(at(clock), facts(journal=journal(started), heartbeat=dead))

    assert sorted(found) == alarms


def test_an_execution_tried_again_has_its_time_anew() -> None:
    tries = (
        run_of("execute", RunStep.FAILED, at("09:01:05"), reason="x"),
        run_of("execute", RunStep.STARTED, at("09:20")),
    )

    assert kinds(at("10:39"), facts(journal=journal(*tries))) == []
    assert kinds(at("10:40"), facts(journal=journal(*tries))) == [
        "execution_unfinished"
    ]


@pytest.mark.parametrize(
    ("clock", "is_alarm"),
    [("15:34", False), ("20:29:59", False), ("20:30", True), ("23:59", True)],
)
def test_a_missing_plan_is_told_from_half_past_eight_in_the_evening(
    clock: str, *, is_alarm: bool
) -> None:
    found = alarms(at(clock), facts(plan=PlanSeen(is_there=False)))

    assert [(str(a.kind), a.session) for a in found] == (
        [("no_plan", NEXT)] if is_alarm else []
    )


def test_a_missing_plan_is_told_until_the_session_opens() -> None:
    missing = facts(journal=BEGUN, plan=PlanSeen(is_there=False))

    assert kinds(at("08:59:59"), missing) == ["no_plan"]
    assert kinds(at("09:00"), missing) == []  # the execution is what counts from now


def test_a_late_close_moves_the_plans_time_with_it() -> None:
    missing = facts(
        plan=PlanSeen(is_there=False), journal=journal(replace(DONE, session=CSAT))
    )

    assert kinds(at("21:29", CSAT), missing) == []
    assert kinds(at("21:30", CSAT), missing) == ["no_plan"]


@pytest.mark.parametrize(
    ("prepares", "quiet", "alarming"),
    [
        ((time(20, 10),), "20:29:59", "20:30"),
        ((time(20, 15),), "20:34:59", "20:35"),
        ((time(15, 40), time(22, 0)), "20:29:59", "20:30"),
        ((time(7, 50), time(15, 40)), "20:29:59", "20:30"),
    ],
)
def test_a_plan_has_twenty_minutes_from_the_first_time_that_makes_it(
    prepares: tuple[time, ...], quiet: str, alarming: str
) -> None:
    times = replace(TIMES, prepares=prepares)
    missing = facts(plan=PlanSeen(is_there=False))

    assert kinds(at(quiet), missing, times) == []
    assert kinds(at(alarming), missing, times) == ["no_plan"]


def test_a_plan_made_in_the_morning_only_is_missed_in_the_morning() -> None:
    times = replace(TIMES, prepares=(time(7, 50),))
    missing = facts(journal=BEGUN, plan=PlanSeen(is_there=False))

    assert kinds(at("23:59", ASOF), facts(plan=missing.plan), times) == ["no_execution"]
    assert kinds(at("08:09:59"), missing, times) == []
    assert kinds(at("08:10"), missing, times) == ["no_plan"]


def test_without_a_prepare_time_no_plan_is_missed() -> None:
    times = replace(TIMES, prepares=())

    assert kinds(at("21:00"), facts(plan=PlanSeen(is_there=False)), times) == []


def test_why_there_is_no_plan_is_told_where_it_is_known() -> None:
    failed = Run(
        at=at("15:41"),
        session=NEXT,
        job="prepare",
        step=RunStep.FAILED,
        reason="disk_full",
    )
    seen = facts(journal=journal(DONE, failed), plan=PlanSeen(is_there=False))

    (alarm,) = alarms(at("20:30"), seen)

    assert (alarm.kind, alarm.detail) == (
        AlarmKind.PREPARE_FAILED,
        {"reason": "disk_full"},
    )


def test_a_plan_that_cannot_be_used_is_as_bad_as_none() -> None:
    seen = facts(plan=PlanSeen(is_there=True, problem="깨졌습니다."))

    assert kinds(at("20:29"), seen) == []
    assert kinds(at("20:30"), seen) == ["plan_unusable"]


@pytest.mark.parametrize(
    ("clock", "is_alarm"),
    [("08:29:59", False), ("08:30", True), ("15:29:59", True), ("15:30", False)],
)
def test_a_halt_that_lasts_is_told_before_the_open(
    clock: str, *, is_alarm: bool
) -> None:
    halt = HaltSeen(since=at("22:00", ASOF))

    found = kinds(at(clock), facts(halt=halt))

    assert found == (["halted"] if is_alarm else [])


@pytest.mark.parametrize(
    ("since", "is_alarm"),
    [(None, True), (at("08:29:59"), True), (at("08:30"), False)],
)
def test_who_halts_in_the_morning_knows_it(
    since: datetime | None, *, is_alarm: bool
) -> None:
    found = kinds(at("10:00"), facts(halt=HaltSeen(since=since)))

    assert found == (["halted"] if is_alarm else [])


def test_orders_nobody_knows_of_are_told_the_next_morning_by_session() -> None:
    unknown = (
        a_record("buy 086520 x10 @13340", OrderState.UNCONFIRMED),
        a_record("sell 319400 x10", OrderState.INTENDED),
    )
    seen = facts(
        journal=JournalSeen(
            begun_at=LONG_AGO, unknown=unknown, runs=(replace(DONE, session=NEXT),)
        )
    )

    assert kinds(at("08:29:59", NEXT), seen) == []
    (alarm,) = alarms(at("08:30", NEXT), seen)
    assert (alarm.kind, alarm.session) == (AlarmKind.UNCONFIRMED, SESSION)
    assert alarm.detail["symbols"] == ("086520", "319400")


def test_an_order_of_today_is_not_told_today() -> None:
    unknown = (a_record("buy 086520 x10 @13340", OrderState.UNCONFIRMED),)
    seen = replace(EXECUTED, unknown=unknown)

    assert kinds(at("23:59"), facts(journal=seen)) == []


@pytest.mark.parametrize(
    ("age", "is_busy", "is_alarm"),
    [
        (timedelta(minutes=5), False, False),
        (timedelta(minutes=5, seconds=1), False, True),
        (timedelta(minutes=5, seconds=1), True, False),
        (timedelta(minutes=90), True, False),
        (timedelta(minutes=90, seconds=1), True, True),
        (-timedelta(minutes=5), False, False),
        (-timedelta(minutes=5, seconds=1), False, True),
        (-timedelta(minutes=5, seconds=1), True, True),
    ],
)
@pytest.mark.parametrize(
    "now", [at("12:00"), at("12:00", SUNDAY), at("12:00", HOLIDAY)]
)
def test_a_heartbeat_of_another_time_is_told_on_every_day(
    now: datetime, age: timedelta, *, is_busy: bool, is_alarm: bool
) -> None:
    beat = HeartbeatSeen(is_expected=True, at=now - age, is_busy=is_busy)
    begun_later = JournalSeen(begun_at=now)

    found = kinds(now, facts(heartbeat=beat, journal=begun_later))

    assert found == (["heartbeat_old"] if is_alarm else [])


def test_no_heartbeat_is_an_alarm_only_where_one_is_expected() -> None:
    assert kinds(at("08:00"), facts(heartbeat=HeartbeatSeen(is_expected=True))) == [
        "no_heartbeat"
    ]
    assert kinds(at("08:00"), facts(heartbeat=HeartbeatSeen())) == []


@pytest.mark.parametrize(
    ("free", "is_alarm"), [(499_999_999, True), (500_000_000, False)]
)
def test_a_disk_almost_full_is_told(free: int, *, is_alarm: bool) -> None:
    found = kinds(at("12:00"), facts(free_bytes=free))

    assert found == (["disk_full"] if is_alarm else [])


@pytest.mark.parametrize(
    ("oldest", "is_alarm"),
    [("11:00", False), ("10:59:59", True)],
)
def test_a_message_unsent_for_an_hour_is_told(oldest: str, *, is_alarm: bool) -> None:
    outbox = OutboxSeen(waiting=3, oldest=at(oldest))

    found = kinds(at("12:00"), facts(outbox=outbox))

    assert found == (["unsent"] if is_alarm else [])


def test_what_cannot_be_read_is_an_alarm_itself() -> None:
    seen = facts(
        journal=JournalSeen(problem="기록이 깨졌습니다."),
        outbox=OutboxSeen(problem="메시지가 깨졌습니다."),
    )

    assert kinds(at("08:00"), seen) == ["journal_unreadable", "outbox_unreadable"]
    # Without a journal nobody can say that there was no execution.
    assert kinds(at("09:06"), seen) == ["journal_unreadable", "outbox_unreadable"]


def test_the_gravest_comes_first() -> None:
    seen = facts(
        journal=BEGUN,
        halt=HaltSeen(),
        free_bytes=1,
        heartbeat=HeartbeatSeen(is_expected=True),
    )

    assert kinds(at("09:06"), seen) == [
        "no_execution",
        "halted",
        "no_heartbeat",
        "disk_full",
    ]


def test_told_again_the_next_day_it_has_another_key() -> None:
    missing = facts(journal=BEGUN, plan=PlanSeen(is_there=False))

    (evening,) = alarms(
        at("20:30", ASOF),
        replace(missing, journal=journal(replace(DONE, session=ASOF))),
    )
    (morning,) = alarms(at("08:00"), missing)

    assert evening.key == "watchdog:no_plan:2026-03-04:2026-03-03"
    assert morning.key == "watchdog:no_plan:2026-03-04:2026-03-04"


@pytest.mark.parametrize(
    ("now", "session"),
    [
        (at("15:34:59"), SESSION),
        (at("15:35"), NEXT),
        (at("12:00", date(2026, 3, 6)), date(2026, 3, 6)),
        (at("12:00", SUNDAY), date(2026, 3, 9)),
    ],
)
def test_a_plan_is_wanted_for_the_session_after_the_last_closed_one(
    now: datetime, session: date
) -> None:
    assert planned_session(now, CALENDAR) == session


MOMENTS: Final = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - made aware below
    max_value=datetime(2026, 12, 31),  # noqa: DTZ001
).map(lambda moment: moment.replace(tzinfo=SEOUL))
STEPS: Final = st.sampled_from(RunStep)
TIMES_OF: Final = st.builds(
    Times,
    prepares=st.sets(
        st.sampled_from([time(7, 50), time(15, 40), time(20, 10), time(23, 0)])
    ).map(lambda found: tuple(sorted(found))),
    executes=st.sets(st.sampled_from([time(9, 1), time(9, 20)])).map(
        lambda found: tuple(sorted(found))
    ),
)


@st.composite
def any_facts(draw: st.DrawFn, now: datetime) -> WatchFacts:
    near = st.integers(-5_000, 5_000).map(lambda m: now + timedelta(minutes=m))
    days = st.integers(-3, 3).map(lambda d: now.date() + timedelta(days=d))
    runs: Sequence[Run] = draw(
        st.lists(
            st.builds(
                Run,
                at=near,
                session=days,
                job=st.sampled_from(["execute", "prepare", "other"]),
                step=STEPS,
                reason=st.sampled_from(["", "x"]),
            ),
            max_size=4,
        )
    )
    problem = st.sampled_from(["", "읽을 수 없습니다."])
    states = st.sampled_from([OrderState.UNCONFIRMED, OrderState.INTENDED])
    records = st.builds(a_record, st.just("buy 086520 x1 @1000"), states)
    return WatchFacts(
        journal=JournalSeen(
            begun_at=draw(st.none() | near),
            runs=tuple(runs),
            unknown=tuple(draw(st.lists(records, max_size=2))),
            problem=draw(problem),
        ),
        plan=PlanSeen(is_there=draw(st.booleans()), problem=draw(problem)),
        heartbeat=HeartbeatSeen(
            is_expected=draw(st.booleans()),
            at=draw(st.none() | near),
            is_busy=draw(st.booleans()),
        ),
        halt=draw(st.none() | st.builds(HaltSeen, since=st.none() | near)),
        outbox=OutboxSeen(waiting=1, oldest=draw(st.none() | near)),
        free_bytes=draw(st.sampled_from([0, PLENTY])),
    )


@settings(max_examples=80, deadline=None)
@given(data=st.data(), now=MOMENTS, times=TIMES_OF)
def test_no_key_comes_twice_and_no_alarm_before_its_time(
    data: st.DataObject, now: datetime, times: Times
) -> None:
    seen = data.draw(any_facts(now))

    found = alarms(now, seen, times)

    assert len({alarm.key for alarm in found}) == len(found)
    assert all(alarm.due_at <= now for alarm in found)
    assert {alarm.told_on for alarm in found} <= {now.date()}
    # Pure, and the same whatever zone the clock speaks.
    assert alarms(now, seen, times) == found
    assert alarms(now.astimezone(tz=None), seen, times) == found


@settings(max_examples=60, deadline=None)
@given(data=st.data(), now=MOMENTS, times=TIMES_OF)
def test_a_closed_day_hears_of_nothing_but_the_scheduler(
    data: st.DataObject, now: datetime, times: Times
) -> None:
    closed = Calendar(CalendarOverrides(closed=frozenset({now.date()})))
    seen = data.draw(any_facts(now))

    found = alarms(now, seen, times, calendar=closed)

    assert {alarm.kind for alarm in found} <= {
        AlarmKind.NO_HEARTBEAT,
        AlarmKind.HEARTBEAT_OLD,
    }


@settings(max_examples=60, deadline=None)
@given(data=st.data(), now=MOMENTS, minutes=st.integers(0, 300))
def test_trouble_keeps_its_key_for_the_day(
    data: st.DataObject, now: datetime, minutes: int
) -> None:
    later = min(
        now + timedelta(minutes=minutes),
        now.replace(hour=23, minute=59, second=59, microsecond=999_999),
    )
    seen = replace(data.draw(any_facts(now)), plan=THERE, halt=None)

    first = {a.kind: a.key for a in alarms(now, seen)}
    second = {a.kind: a.key for a in alarms(later, seen)}

    assert all(second[kind] == key for kind, key in first.items() if kind in second)
