"""What a scheduler remembers: journal and heartbeat, read again when they changed."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from builders import an_account
from fakes import ASOF, CALENDAR, SESSION, at
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.scheduler_memory import Memory
from khms_trader.clock import ManualClock
from khms_trader.config.settings import Settings
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    JobMissed,
    PlanPrepared,
    RunFailed,
)
from khms_trader.execution.schedule_room import JobResult, ScheduleState
from khms_trader.planning.schedule import Run
from khms_trader.planning.schedule_times import JobKind, Slot, Times
from khms_trader.storage.heartbeat import HeartbeatFile, NextJob
from khms_trader.storage.journal import SqliteJournal
from processes import snapshot

PREPARED = PlanPrepared(
    at=at(15, 41, day=ASOF),
    account="paper",
    session=SESSION,
    plan_id="p",
    buys=1,
    sells=0,
    slots_free=5,
)
FINISHED = ExecutionFinished(at=at(9, 2), account="paper", session=SESSION, plan_id="p")
FAILED = RunFailed(
    at=at(9, 1), account="paper", session=SESSION, job="execute", code="disk_full"
)
EARLY = at(8)
TIMES = Times(prepares=(time(15, 40),), executes=(time(9, 1),))
SLOT = Slot(kind=JobKind.EXECUTE, session=SESSION, due_at=at(9, 1))


def options_of(home: Path, now: datetime, *, is_dry_run: bool = False) -> RunOptions:
    return RunOptions(
        home=home, settings=Settings(), clock=ManualClock(now), is_dry_run=is_dry_run
    )


def memory_of(home: Path, now: datetime = EARLY) -> Memory:
    return Memory(options_of(home, now), CALENDAR, TIMES)


@contextmanager
def journal_of(home: Path) -> Iterator[SqliteJournal]:
    path = home / "data/state/paper/journal.sqlite3"
    with closing(SqliteJournal(path, account="paper")) as journal:
        yield journal


def write(home: Path, *events: Event) -> None:
    with journal_of(home) as journal:
        journal.append(*events)


def test_without_a_journal_nothing_was_done_and_none_is_made(tmp_path: Path) -> None:
    memory = memory_of(tmp_path)

    history = memory.history()

    assert not history.prepared
    assert not history.finished
    assert memory.account_line().total is None
    assert list(tmp_path.iterdir()) == []


def test_what_another_process_wrote_is_seen_at_once(tmp_path: Path) -> None:
    memory = memory_of(tmp_path)
    memory.history()

    write(tmp_path, PREPARED)
    prepared = memory.history()
    write(tmp_path, FINISHED)

    assert dict(prepared.prepared) == {SESSION: at(15, 41, day=ASOF)}
    assert memory.history().finished == {SESSION}


def test_what_is_written_while_a_job_holds_the_journal_is_seen_too(
    tmp_path: Path,
) -> None:
    memory = memory_of(tmp_path)
    with journal_of(tmp_path) as held:
        held.append(PREPARED)
        memory.record(FAILED)
        held.append(FINISHED)

        history = memory.history()

    assert history.finished == {SESSION}
    assert [each.code for each in history.tries] == ["disk_full"]


def test_a_record_goes_to_the_journal(tmp_path: Path) -> None:
    missed = JobMissed(
        at=at(9, 40),
        account="paper",
        session=SESSION,
        job="execute",
        due_at=at(9, 1),
        reason="not_running",
    )

    memory_of(tmp_path).record(missed)

    with journal_of(tmp_path) as journal:
        assert journal.events() == (missed,)


def test_the_account_line_shows_the_newest_reading(tmp_path: Path) -> None:
    early, late = an_account(read_at="09:01"), an_account(cash=7, read_at="09:05")
    for seen in (late, early):
        write(
            tmp_path,
            AccountObserved(
                at=seen.observed_at, account="paper", session=SESSION, observed=seen
            ),
        )
    halt = tmp_path / "data/state/HALT"
    memory = memory_of(tmp_path, at(10))

    line = memory.account_line()
    halt.write_text("", encoding="utf-8")

    assert (line.total, line.seen_at) == (7, at(9, 5))
    assert line.is_confirmed
    assert not line.is_halted
    assert memory.account_line().is_halted


def test_an_account_at_kis_is_unconfirmed_until_the_journal_says_so(
    tmp_path: Path,
) -> None:
    options = replace(options_of(tmp_path, at(8)), account="virtual-0a1b2c3d")

    assert not Memory(options, CALENDAR, TIMES).account_line().is_confirmed


def a_state(**told: object) -> ScheduleState:
    state = ScheduleState(now=at(8, 59, 30), times=TIMES, is_session=True)
    return replace(state, **told)  # type: ignore[arg-type]


def test_a_sign_of_life_says_what_comes_and_what_was(tmp_path: Path) -> None:
    result = JobResult(
        run=Run(slot=SLOT), began_at=at(9, 1), took=timedelta(seconds=40), code="x"
    )
    memory = memory_of(tmp_path)

    memory.beat(
        a_state(
            next_slot=SLOT,
            next_at=at(9, 3),
            results=(result,),
            prepare_took=timedelta(minutes=4),
        )
    )

    beat = HeartbeatFile(tmp_path / "data/state/paper/heartbeat.json").read()
    assert beat is not None
    assert beat.next == NextJob(kind="execute", session=SESSION, due_at=at(9, 3))
    assert beat.times == ("09:01", "15:40")
    assert beat.prepare_seconds == 240
    assert [(each.at, each.code) for each in beat.results] == [(at(9, 1, 40), "x")]


def test_a_restarted_scheduler_remembers_since_when_and_how_long(
    tmp_path: Path,
) -> None:
    memory_of(tmp_path, at(7)).beat(a_state(prepare_took=timedelta(minutes=4)))

    history = memory_of(tmp_path, at(8)).history()

    assert history.begun_at == at(7)
    assert history.prepare_took == timedelta(minutes=4)


def test_what_other_times_promised_is_not_missed_by_these(tmp_path: Path) -> None:
    memory_of(tmp_path, at(7)).beat(a_state())
    other = replace(TIMES, executes=(time(9, 5),))

    memory = Memory(options_of(tmp_path, at(8)), CALENDAR, other)

    assert memory.history().begun_at == at(8)


def test_a_plan_that_nobody_executed_is_remembered_over_a_long_absence(
    tmp_path: Path,
) -> None:
    write(tmp_path, PREPARED)
    later = EARLY + timedelta(days=40)
    much_later = EARLY + timedelta(days=200)

    assert set(memory_of(tmp_path, later).history().prepared) == {SESSION}
    assert set(memory_of(tmp_path, much_later).history().prepared) == set()


def test_a_scheduler_ended_on_purpose_says_so_until_the_next_one(
    tmp_path: Path,
) -> None:
    file = HeartbeatFile(tmp_path / "data/state/paper/heartbeat.json")
    options = options_of(tmp_path, at(8))
    memory = Memory(options, CALENDAR, TIMES)
    memory.end()
    unsaid = file.read()
    memory.beat(a_state(next_slot=SLOT, running=Run(slot=SLOT)))
    options.clock.sleep(60)

    memory.end()

    ended = file.read()
    assert unsaid is None
    assert ended is not None
    assert (ended.ended_at, ended.at) == (at(8, 1), at(8, 1))
    assert (ended.next, ended.running, ended.times) == (None, "", ("09:01", "15:40"))
    again = memory_of(tmp_path, at(9))
    again.beat(a_state())
    begun = file.read()
    assert begun is not None
    assert (begun.ended_at, begun.begun_at) == (None, at(8))


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_damaged_heartbeat_is_no_memory(tmp_path: Path, content: str) -> None:
    path = tmp_path / "data/state/paper/heartbeat.json"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")

    assert memory_of(tmp_path).history().prepare_took is None


def test_a_long_job_gives_the_same_sign_again(tmp_path: Path) -> None:
    options = options_of(tmp_path, at(8))
    memory = Memory(options, CALENDAR, TIMES)
    memory.beat_on()
    memory.beat(a_state(running=Run(slot=SLOT)))
    options.clock.sleep(3600)

    memory.beat_on()

    beat = HeartbeatFile(tmp_path / "data/state/paper/heartbeat.json").read()
    assert beat is not None
    assert (beat.at, beat.running) == (at(9), "execute")


def test_a_dry_run_remembers_only_its_own_doing(tmp_path: Path) -> None:
    write(tmp_path, PREPARED, FINISHED)
    before = snapshot(tmp_path / "data/state/paper")
    memory = Memory(options_of(tmp_path, at(8), is_dry_run=True), CALENDAR, TIMES)

    memory.record(FAILED)
    memory.live([PREPARED])

    history = memory.history()
    assert set(history.prepared) == {SESSION}
    assert history.finished == frozenset()
    assert [each.code for each in history.tries] == ["disk_full"]
    assert snapshot(tmp_path / "data/state/paper") == before
