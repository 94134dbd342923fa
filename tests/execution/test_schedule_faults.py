"""What goes wrong around the loop: a job that drags on, a wrong clock, a full disk."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from execution.schedule_rooms import World, a_plan_for, a_world, an_end, seoul
from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    JobMissed,
    PlanPrepared,
    RunFailed,
)
from khms_trader.errors import BrokerUnavailable, Refused, StorageError
from khms_trader.execution.schedule import run_schedule
from khms_trader.execution.schedule_room import ScheduleRoom
from khms_trader.execution.stopping import StopRequested
from khms_trader.planning.schedule import Miss
from khms_trader.planning.schedule_history import History
from khms_trader.planning.schedule_times import JobKind, Slot

TUE, WED, THU = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)
HOUR = timedelta(hours=1)


def called(world: World) -> list[str]:
    return [f"{slot.kind} {at:%d %H:%M:%S}" for at, slot in world.calls]


def codes(world: World) -> list[tuple[str, str]]:
    found = [e for e in world.disk.events(RunFailed) if isinstance(e, RunFailed)]
    return [(f"{event.at:%d %H:%M}", event.code) for event in found]


def planned(start: str, *, begun_at: str = "2026-03-03T12:00") -> World:
    """Return a world whose plan for Wednesday was made in time."""
    world = a_world(start)
    world.disk.begun_at = seoul(begun_at)
    world.disk.append(a_plan_for(WED, at=seoul("2026-03-03T15:40")))
    return world


# A prepare that drags on.


def test_a_refresh_of_the_plan_that_drags_on_leaves_the_morning_to_the_execution() -> (
    None
):
    world = planned("2026-03-04T07:00")
    world.takes = timedelta(minutes=110)

    run_schedule(
        world.room(until=seoul("2026-03-04T12:00"), times=("15:40", "07:50", "09:01"))
    )

    assert called(world) == ["prepare 04 07:50:00", "execute 04 09:01:00"]
    assert codes(world) == [("04 08:50", "prepare_out_of_time")]
    assert world.misses() == [("prepare", WED, "prepare_out_of_time")]
    assert world.sent == {WED: 1}
    assert [stage.value for _, stage in world.warmed][:2] == ["everything", "account"]


def test_without_an_older_plan_a_prepare_may_go_on_until_the_open() -> None:
    world = a_world("2026-03-04T08:30")
    world.disk.begun_at = seoul("2026-03-04T08:00")
    world.takes = timedelta(minutes=28)

    run_schedule(world.room(until=seoul("2026-03-04T09:10"), times=("08:31", "09:01")))

    assert called(world) == ["prepare 04 08:31:00", "execute 04 09:01:00"]
    assert world.disk.has(WED, ExecutionFinished)


def test_an_execution_missed_because_a_prepare_would_not_end_says_so() -> None:
    world = planned("2026-03-04T07:00")

    def hang(slot: Slot) -> None:
        if slot.kind is JobKind.PREPARE:
            world.clock.sleep(110 * 60)

    world.middle = hang
    run_schedule(
        world.room(until=seoul("2026-03-04T12:00"), times=("15:40", "07:50", "09:01"))
    )

    assert ("execute", WED, "busy") in world.misses()


def test_a_machine_asleep_inside_a_prepare_was_not_busy() -> None:
    world = planned("2026-03-04T07:00")

    def sleep(slot: Slot) -> None:
        if slot.kind is JobKind.PREPARE:
            world.clock.set_by(timedelta(minutes=110))

    world.middle = sleep
    run_schedule(
        world.room(until=seoul("2026-03-04T12:00"), times=("15:40", "07:50", "09:01"))
    )

    assert ("execute", WED, "not_running") in world.misses()


# A clock set wrong for a moment.


def set_wrong(
    world: World, by: timedelta, *, at: str, seconds: float, until: str
) -> ScheduleRoom:
    """Return a room resting 5 seconds at a time, its clock wrong for ``seconds``."""
    room = world.room(until=seoul("2030-01-01T00:00"), longest_rest=5.0)
    since = world.clock.monotonic()
    begins = (seoul(at) - world.clock.now()).total_seconds() + since
    ends = (seoul(until) - world.clock.now()).total_seconds() + since
    moves = [(begins, by), (begins + seconds, -by)]

    def rest(wanted: float) -> None:
        world.clock.sleep(wanted)
        while moves and world.clock.monotonic() >= moves[0][0]:
            world.clock.set_by(moves.pop(0)[1])

    return replace(room, rest=rest, is_stopping=lambda: world.clock.monotonic() >= ends)


def refusing_a_clock_behind(world: World) -> Callable[[Slot], None]:
    """Return the gate of the real jobs: nothing runs before what was recorded."""

    def gate(slot: Slot) -> None:
        told = [e.at for events in world.disk.by_session.values() for e in events]
        if world.clock.now() + timedelta(minutes=1) < max(told):
            raise Refused("clock_behind")

    return gate


@pytest.mark.parametrize("hours", [2, 25, 49])
def test_a_clock_set_wrong_for_some_seconds_runs_and_records_nothing(
    hours: int,
) -> None:
    world = planned("2026-03-04T08:00")
    world.fails = refusing_a_clock_behind(world)

    run_schedule(
        set_wrong(
            world,
            hours * HOUR + timedelta(minutes=2),
            at="2026-03-04T08:10",
            seconds=20,
            until="2026-03-04T09:10",
        )
    )

    assert called(world) == ["execute 04 09:01:00"]
    assert codes(world) == []
    assert world.misses() == []
    assert world.sent == {WED: 1}


def test_a_clock_that_stays_where_it_was_set_is_believed_after_a_minute() -> None:
    world = planned("2026-03-04T06:00")

    run_schedule(
        set_wrong(
            world,
            3 * HOUR + timedelta(minutes=5),
            at="2026-03-04T06:00:30",
            seconds=3600,
            until="2026-03-04T06:30",
        )
    )

    assert called(world) == ["execute 04 09:06:30"]


def test_an_execution_whose_window_is_about_to_end_does_not_wait() -> None:
    world = planned("2026-03-04T06:00")

    run_schedule(
        set_wrong(
            world,
            3 * HOUR + timedelta(minutes=29),
            at="2026-03-04T06:00:30",
            seconds=3600,
            until="2026-03-04T06:30",
        )
    )

    assert called(world) == ["execute 04 09:29:30"]


def test_a_clock_put_right_by_some_seconds_delays_no_execution() -> None:
    world = planned("2026-03-04T09:00")

    run_schedule(
        set_wrong(
            world,
            timedelta(seconds=20),
            at="2026-03-04T09:00:35",
            seconds=3600,
            until="2026-03-04T09:05",
        )
    )

    assert called(world) == ["execute 04 09:01:05"]


def test_a_failure_while_the_clock_was_wrong_is_recorded_at_a_time_that_has_come() -> (
    None
):
    world = planned("2026-03-04T15:30")
    left = [True]

    def fail(slot: Slot) -> None:
        if left:
            left.pop()
            world.clock.set_by(25 * HOUR)
            raise BrokerUnavailable("kis_unreachable")

    world.fails = fail
    room = world.room(until=seoul("2030-01-01T00:00"), longest_rest=5.0)
    back = [3]

    def rest(wanted: float) -> None:
        world.clock.sleep(wanted)
        if not left:
            back[0] -= 1
        if not back[0]:
            world.clock.set_by(-25 * HOUR)

    stops = world.clock.monotonic() + 3600
    run_schedule(
        replace(room, rest=rest, is_stopping=lambda: world.clock.monotonic() > stops)
    )

    assert [code for _, code in codes(world)] == ["kis_unreachable"]
    assert all(e.at <= world.clock.now() for e in world.disk.events(RunFailed))
    assert world.disk.has(THU, PlanPrepared)


# A journal that takes nothing for a while.


def full_until(world: World, moment: str) -> Callable[[Event], None]:
    def record(event: Event) -> None:
        if world.clock.now() < seoul(moment):
            raise StorageError("not_writable", path="x", reason="disk full")
        world.disk.append(event)

    return record


def test_what_could_not_be_recorded_is_recorded_when_there_is_room_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = planned("2026-03-04T09:40")
    room = world.room(until=seoul("2026-03-04T10:00"), longest_rest=1.0)

    run_schedule(replace(room, record=full_until(world, "2026-03-04T09:50")))

    (missed,) = world.disk.events(JobMissed)
    assert missed.at == seoul("2026-03-04T09:40")
    assert len([told for told in world.told if isinstance(told, Miss)]) == 1
    # Ten minutes of it are one line, not six hundred.
    failures = [r for r in caplog.records if "could not be recorded" in r.message]
    assert len(failures) == 1


def test_what_was_recorded_although_it_was_said_not_to_be_is_not_repeated() -> None:
    world = planned("2026-03-04T09:40")
    room = world.room(until=seoul("2026-03-04T10:00"), longest_rest=1.0)
    said: list[str] = []

    def record(event: Event) -> None:
        world.disk.append(event)
        if not said:
            said.append("no")
            raise StorageError("not_writable", path="x", reason="I/O error")

    run_schedule(replace(room, record=record))

    assert world.misses() == [("execute", WED, "not_running")]


def test_what_somebody_did_by_hand_meanwhile_is_not_recorded_as_missed() -> None:
    world = planned("2026-03-04T09:40")
    room = world.room(until=seoul("2026-03-04T10:00"), longest_rest=1.0)
    write = full_until(world, "2026-03-04T09:50")

    def history() -> History:
        by_hand = world.clock.now() > seoul("2026-03-04T09:45")
        if by_hand and not world.disk.has(WED, ExecutionFinished):
            world.disk.append(an_end(WED, at=seoul("2026-03-04T09:45")))
        return room.history()

    run_schedule(replace(room, record=write, history=history))

    assert world.misses() == []


def test_a_scheduler_that_is_stopped_tries_once_more_to_record() -> None:
    world = planned("2026-03-04T15:39:55")
    room = world.room(until=seoul("2026-03-04T18:00"), longest_rest=1.0)

    def stop(slot: Slot) -> None:
        raise StopRequested

    world.middle = stop
    # The prepare of 15:40 is stopped between two tries to record.
    write = full_until(world, "2026-03-04T15:40")
    with pytest.raises(StopRequested):
        run_schedule(replace(room, record=write))

    assert world.misses() == [("execute", WED, "not_running")]


def test_the_log_tells_when_the_journal_takes_events_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    world = planned("2026-03-04T09:40")
    room = world.room(until=seoul("2026-03-04T09:45"), longest_rest=1.0)

    run_schedule(replace(room, record=full_until(world, "2026-03-04T09:41")))

    assert [r.message for r in caplog.records if "record" in r.message] == [
        "JobMissed could not be recorded: not_writable(path=x, reason=disk full)",
        "JobMissed was recorded in the end",
    ]
