"""The loop: what it does when jobs, files, clocks and people do what they do."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from execution.schedule_rooms import (
    Stopped,
    World,
    a_plan_for,
    a_start,
    a_world,
    an_end,
    seoul,
)
from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    JobMissed,
    PlanPrepared,
    RunFailed,
)
from khms_trader.errors import AlreadyRunning, BrokerUnavailable, StorageError
from khms_trader.execution.schedule import run_schedule
from khms_trader.execution.schedule_room import ScheduleRoom
from khms_trader.planning.schedule import Miss, Run
from khms_trader.planning.schedule_history import LOCKED, History
from khms_trader.planning.schedule_times import JobKind, Slot

TUE, WED, THU = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)


def lived(start: str, until: str, **given: Any) -> World:  # noqa: ANN401
    """Return a world in which a scheduler ran from ``start`` to ``until``."""
    world = a_world(start, **given)
    run_schedule(world.room(until=seoul(until)))
    return world


def called(world: World) -> list[str]:
    return [f"{slot.kind} {at:%d %H:%M:%S}" for at, slot in world.calls]


def failing(kind: JobKind, count: int, error: Exception) -> Callable[[Slot], None]:
    """Return what lets the first ``count`` runs of ``kind`` fail."""
    left = [error] * count

    def fail(slot: Slot) -> None:
        if slot.kind is kind and left:
            raise left.pop()

    return fail


def down() -> BrokerUnavailable:
    return BrokerUnavailable("kis_unreachable", call="balance")


def codes(world: World) -> list[tuple[str, date, str]]:
    return [
        (event.job, event.session, event.code)
        for event in world.disk.events(RunFailed)
        if isinstance(event, RunFailed)
    ]


def test_two_days_of_a_scheduler_are_two_jobs_each() -> None:
    world = lived("2026-03-03T15:00", "2026-03-05T12:00")

    assert called(world) == [
        "prepare 03 15:40:00",
        "execute 04 09:01:00",
        "prepare 04 15:40:00",
        "execute 05 09:01:00",
    ]
    assert world.sent == {WED: 1, THU: 1}
    assert world.misses() == []


def test_a_failing_job_is_told_and_tried_again() -> None:
    world = lived(
        "2026-03-03T15:00",
        "2026-03-04T10:00",
        fails=failing(JobKind.PREPARE, 3, down()),
    )

    assert called(world) == [
        "prepare 03 15:40:00",
        "prepare 03 15:41:00",
        "prepare 03 15:43:00",
        "prepare 03 15:48:00",
        "execute 04 09:01:00",
    ]
    assert codes(world) == [("prepare", WED, "kis_unreachable")] * 3
    assert world.misses() == []


def test_an_error_nobody_foresaw_is_contained_and_logged_with_its_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = lived(
        "2026-03-04T08:00",
        "2026-03-04T10:00",
        fails=failing(JobKind.PREPARE, 1, ZeroDivisionError("secret 12345678")),
    )

    assert codes(world) == [("prepare", WED, "ZeroDivisionError")]
    assert called(world)[-1] == "execute 04 09:01:00"
    assert [r.message for r in caplog.records if r.exc_info] == [
        "prepare for 2026-03-04 due 2026-03-03 15:40 failed: ZeroDivisionError"
    ]


def test_an_execute_that_fails_through_its_window_is_missed_with_the_code() -> None:
    world = lived(
        "2026-03-03T15:00",
        "2026-03-04T12:00",
        fails=failing(JobKind.EXECUTE, 99, down()),
    )

    assert called(world)[1:] == [
        f"execute 04 09:{minute:02}:00" for minute in (1, 2, 4, 9, 14, 19, 24, 29)
    ]
    assert world.misses() == [("execute", WED, "kis_unreachable")]
    (missed,) = world.disk.events(JobMissed)
    assert missed == JobMissed(
        at=seoul("2026-03-04T09:29"),
        account="paper",
        session=WED,
        job="execute",
        due_at=seoul("2026-03-04T09:01"),
        reason="kis_unreachable",
    )
    assert [told for told in world.told if isinstance(told, Miss)] == [
        Miss(
            slot=Slot(
                kind=JobKind.EXECUTE, session=WED, due_at=seoul("2026-03-04T09:01")
            ),
            reason="kis_unreachable",
        )
    ]


def test_a_run_that_ended_well_and_left_no_trace_is_not_repeated_at_once() -> None:
    world = a_world("2026-03-04T08:59")
    world.disk.append(a_plan_for(WED, at=seoul("2026-03-03T15:40")))
    calls: list[str] = []
    room = replace(
        world.room(until=seoul("2026-03-04T09:31")),
        jobs=_Traceless(lambda: calls.append(f"{world.clock.now():%H:%M}")),
    )

    run_schedule(room)

    assert calls == [f"09:{minute:02}" for minute in range(1, 31, 3)][:10]
    assert world.misses() == [("execute", WED, "unfinished")]


class _Traceless:
    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call

    def prepare(self, slot: Slot, until: datetime) -> None:
        self._call()

    def execute(self, slot: Slot) -> None:
        self._call()

    def warm(self, slot: Slot, stage: object) -> None:
        pass


def test_a_job_in_somebody_elses_hands_is_waited_for_and_nothing_is_recorded() -> None:
    world = lived(
        "2026-03-03T15:39",
        "2026-03-03T16:00",
        fails=failing(
            JobKind.PREPARE, 4, AlreadyRunning("already_running", purpose="x", pid=1)
        ),
    )

    assert called(world) == [
        f"prepare 03 15:40:{second:02}" for second in (0, 10, 20, 30, 40)
    ]
    assert codes(world) == []
    results = [t.code for t in world.told if hasattr(t, "code")]
    assert results == [LOCKED] * 4 + [""]


def test_a_plan_made_by_hand_meanwhile_is_not_made_again() -> None:
    world = a_world("2026-03-03T15:39")
    room = world.room(until=seoul("2026-03-03T15:45"), longest_rest=1.0)

    def rest(seconds: float) -> None:
        world.clock.sleep(seconds)
        if world.clock.now() == seoul("2026-03-03T15:40"):
            world.disk.append(a_plan_for(WED, at=world.clock.now()))

    run_schedule(replace(room, rest=rest))

    assert called(world) == []
    assert world.misses() == []


def test_resting_a_second_at_a_time_meets_every_moment() -> None:
    world = a_world("2026-03-04T08:49:59.5")
    world.disk.append(a_plan_for(WED, at=seoul("2026-03-03T15:40")))

    run_schedule(world.room(until=seoul("2026-03-04T09:10"), longest_rest=1.0))

    assert called(world) == ["execute 04 09:01:00"]
    assert [f"{at:%M:%S.%f}" for at, _ in world.warmed] == [
        "50:00.000000",
        "59:50.000000",
        "00:20.000000",
        "00:50.000000",
    ]


def test_the_heartbeat_goes_on_while_waiting_and_names_what_comes() -> None:
    world = a_world("2026-03-03T15:30")

    run_schedule(world.room(until=seoul("2026-03-03T15:50"), longest_rest=1.0))

    at = [state.now for state in world.beats]
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert at[0] == seoul("2026-03-03T15:30")
    # The prepare takes four minutes; whoever runs it may beat meanwhile.
    assert sorted(gaps)[-2:] == [timedelta(seconds=30), timedelta(minutes=4)]
    shown = [
        (f"{s.now:%H:%M}", s.running is not None, f"{s.next_at or s.now:%d %H:%M}")
        for s in world.beats
    ]
    assert shown[0] == ("15:30", False, "03 15:40")
    assert shown[20] == ("15:40", True, "03 15:40")
    assert shown[21] == ("15:44", False, "04 09:01")
    assert world.beats[21].prepare_took == timedelta(minutes=4)
    assert [result.code for result in world.beats[21].results] == [""]


def test_the_warm_up_is_over_when_the_execute_is_due() -> None:
    world = lived("2026-03-03T15:00", "2026-03-04T09:10")

    assert [(f"{at:%H:%M:%S}", stage.value) for at, stage in world.warmed] == [
        ("08:50:00", "everything"),
        ("08:59:50", "account"),
        ("09:00:20", "quotes"),
        ("09:00:50", "account"),
    ]
    assert called(world)[-1] == "execute 04 09:01:00"


@pytest.mark.parametrize(
    ("start", "stages"),
    [
        ("08:55:00", ["08:55:00 everything", "08:59:50 account"]),
        ("08:59:58", ["08:59:58 everything"]),
        ("09:00:30", ["09:00:30 quotes"]),
        ("09:00:45", []),
    ],
)
def test_a_scheduler_started_late_warms_up_what_still_fits(
    start: str, stages: list[str]
) -> None:
    world = a_world(f"2026-03-04T{start}")
    world.disk.append(a_plan_for(WED, at=seoul("2026-03-03T15:40")))

    run_schedule(world.room(until=seoul("2026-03-04T09:02")))

    shown = [f"{at:%H:%M:%S} {stage}" for at, stage in world.warmed]
    assert shown[: len(stages)] == stages
    assert called(world) == ["execute 04 09:01:00"]


def test_a_warm_up_that_fails_costs_nothing_but_itself() -> None:
    world = a_world("2026-03-03T15:00")

    class Cold(World):
        def warm(self, slot: Slot, stage: object) -> None:
            raise down()

    cold = Cold(clock=world.clock)
    run_schedule(cold.room(until=seoul("2026-03-04T10:00")))

    assert called(cold) == ["prepare 03 15:40:00", "execute 04 09:01:00"]
    assert codes(cold) == []


def test_nothing_is_warmed_up_for_an_execution_done_by_hand() -> None:
    world = a_world("2026-03-04T08:00")
    world.disk.append(a_plan_for(WED, at=seoul("2026-03-03T15:40")))
    world.disk.append(an_end(WED, at=seoul("2026-03-04T08:01")))

    run_schedule(world.room(until=seoul("2026-03-04T10:00")))

    assert (world.warmed, world.calls) == ([], [])


def test_each_closed_day_is_named_once() -> None:
    world = a_world("2026-02-27T16:00")

    run_schedule(world.room(until=seoul("2026-03-03T08:00"), longest_rest=3600.0))

    assert [told for told in world.told if isinstance(told, tuple)] == [
        (date(2026, 2, 28), TUE),
        (date(2026, 3, 1), TUE),
        (date(2026, 3, 2), TUE),
    ]


def jumping(world: World, until: str, jumps: dict[str, timedelta]) -> ScheduleRoom:
    """Return a room that rests a minute at a time, its clock set at some of them."""
    room = world.room(until=seoul(until), longest_rest=60.0)
    left = {seoul(at): by for at, by in jumps.items()}

    def rest(seconds: float) -> None:
        world.clock.sleep(seconds)
        by = left.pop(world.clock.now(), None)
        if by is not None:
            world.clock.set_by(by)

    return replace(room, rest=rest)


def test_a_machine_asleep_over_the_open_makes_up_for_it_inside_the_window() -> None:
    world = a_world("2026-03-03T15:00")
    asleep = {"2026-03-04T02:00": timedelta(hours=7, minutes=5)}

    run_schedule(jumping(world, "2026-03-04T12:00", asleep))

    assert called(world) == ["prepare 03 15:40:00", "execute 04 09:06:00"]
    assert timedelta(hours=7, minutes=5) in world.told
    assert [run.is_made_up for run in world.told if isinstance(run, Run)] == [
        False,
        True,
    ]


def test_a_machine_asleep_for_a_day_records_what_it_missed() -> None:
    world = a_world("2026-03-03T15:00")
    asleep = {"2026-03-04T02:00": timedelta(hours=20)}

    run_schedule(jumping(world, "2026-03-05T12:00", asleep))

    assert world.misses() == [("execute", WED, "not_running")]
    assert called(world) == [
        "prepare 03 15:40:00",
        "prepare 04 22:01:00",
        "execute 05 09:01:00",
    ]


def test_a_clock_set_wrong_for_a_moment_makes_nothing_missed() -> None:
    world = a_world("2026-03-04T08:00")
    world.disk.append(a_plan_for(WED, at=seoul("2026-03-03T15:40")))
    wrong = {
        "2026-03-04T08:10": timedelta(hours=3),
        "2026-03-04T11:11": -timedelta(hours=3),
    }

    run_schedule(jumping(world, "2026-03-04T12:00", wrong))

    assert world.misses() == []
    assert called(world) == ["execute 04 09:01:00"]


def test_a_clock_set_back_repeats_nothing() -> None:
    world = a_world("2026-03-04T08:00")
    world.disk.append(a_plan_for(WED, at=seoul("2026-03-03T15:40")))
    back = {
        "2026-03-04T09:20": -timedelta(minutes=30),
        "2026-03-04T15:50": -timedelta(hours=1),
    }

    run_schedule(jumping(world, "2026-03-04T18:00", back))

    assert called(world) == ["execute 04 09:01:00", "prepare 04 15:40:00"]


def test_once_does_what_is_due_and_returns() -> None:
    world = a_world("2026-03-04T08:10")

    results = run_schedule(world.room(until=seoul("2027-01-01T00:00")), once=True)

    assert called(world) == ["prepare 04 08:10:00"]
    assert [(r.run.is_made_up, r.code, r.took) for r in results] == [
        (True, "", timedelta(minutes=4))
    ]
    again = run_schedule(world.room(until=seoul("2027-01-01T00:00")), once=True)
    assert again == ()


def test_once_does_not_wait_for_another_try() -> None:
    world = a_world("2026-03-03T16:00", fails=failing(JobKind.PREPARE, 9, down()))

    results = run_schedule(world.room(until=seoul("2027-01-01T00:00")), once=True)

    assert [result.code for result in results] == ["kis_unreachable"]


def test_once_says_when_nobody_knows_what_was_done() -> None:
    world = a_world("2026-03-03T16:00")

    def unreadable() -> History:
        raise StorageError("journal_unreadable", path="x")

    room = replace(world.room(until=seoul("2027-01-01T00:00")), history=unreadable)

    with pytest.raises(StorageError):
        run_schedule(room, once=True)


def test_a_past_that_cannot_be_read_holds_every_job_back_until_it_can() -> None:
    world = a_world("2026-03-03T15:39")
    room = world.room(until=seoul("2026-03-03T16:00"), longest_rest=1.0)

    def history() -> History:
        if world.clock.now() < seoul("2026-03-03T15:45"):
            raise StorageError("journal_unreadable", path="x")
        return room.history()

    run_schedule(replace(room, history=history))

    assert called(world) == ["prepare 03 15:45:00"]
    assert {state.problem for state in world.beats} == {"journal_unreadable", ""}


def test_a_journal_that_takes_no_event_does_not_make_the_loop_spin() -> None:
    world = a_world("2026-03-03T15:00", fails=failing(JobKind.PREPARE, 99, down()))
    room = world.room(until=seoul("2026-03-03T15:50"))

    def full(event: Event) -> None:
        raise StorageError("not_writable", path="x", reason="disk full")

    run_schedule(replace(room, record=full))

    assert called(world) == [f"prepare 03 15:{m}:00" for m in (40, 41, 43, 48)]


def test_a_miss_that_cannot_be_recorded_is_told_once_until_a_restart() -> None:
    world = a_world("2026-03-04T12:00")
    world.disk.begun_at = seoul("2026-03-03T16:00")
    room = world.room(until=seoul("2026-03-04T14:00"))

    def full(event: Event) -> None:
        raise StorageError("not_writable", path="x", reason="disk full")

    run_schedule(replace(room, record=full))
    told = [miss.slot.session for miss in world.told if isinstance(miss, Miss)]
    run_schedule(world.room(until=seoul("2026-03-04T15:00")))

    assert told == [WED]
    assert world.misses() == [("execute", WED, "not_running")]


def test_a_watcher_or_heartbeat_that_fails_costs_no_job() -> None:
    world = a_world("2026-03-03T15:00")
    broken = OSError("broken pipe")

    class Blind(World):
        def shown(self, state: object) -> None:
            raise broken

        def began(self, run: object) -> None:
            raise broken

        def ended(self, result: object) -> None:
            raise broken

        def closed_day(self, day: date, next_session: date) -> None:
            raise broken

        def heartbeat(self, state: object) -> None:
            raise broken

    blind = Blind(clock=world.clock)
    run_schedule(blind.room(until=seoul("2026-03-09T15:00")))

    assert len(called(blind)) == 8


def test_stopping_ends_after_the_job_in_hand() -> None:
    world = a_world("2026-03-03T15:39")
    stopped: list[bool] = []

    def ask(slot: Slot) -> None:
        stopped.append(True)

    world.middle = ask
    room = world.room(until=seoul("2027-01-01T00:00"))

    results = run_schedule(replace(room, is_stopping=lambda: bool(stopped)))

    assert called(world) == ["prepare 03 15:40:00"]
    assert world.disk.has(WED, PlanPrepared)
    assert [result.code for result in results] == [""]


def test_being_stopped_inside_a_job_passes_through_and_records_no_failure() -> None:
    world = a_world("2026-03-03T15:39")

    def stop(slot: Slot) -> None:
        raise Stopped

    world.middle = stop

    with pytest.raises(Stopped):
        run_schedule(world.room(until=seoul("2027-01-01T00:00")))

    assert codes(world) == []


def test_an_execution_cut_off_is_closed_down_by_the_next_scheduler() -> None:
    world = a_world("2026-03-04T11:00")
    world.disk.append(a_plan_for(WED, at=seoul("2026-03-03T15:40")))
    world.disk.append(a_start(WED, at=seoul("2026-03-04T09:01")))

    run_schedule(world.room(until=seoul("2026-03-04T12:00")))

    assert called(world) == ["execute 04 11:00:00"]
    assert world.disk.has(WED, ExecutionFinished)
    assert world.sent == {}


def test_two_lines_of_the_log_tell_a_day(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    lived("2026-03-04T15:00", "2026-03-04T18:00")

    assert [record.message for record in caplog.records] == [
        "prepare for 2026-03-05 due 2026-03-04 15:40 begins",
        "prepare for 2026-03-05 due 2026-03-04 15:40 ended after 240.0 s",
    ]
