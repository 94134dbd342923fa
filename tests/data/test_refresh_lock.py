"""One refresh of a store at a time: the second waits and begins with what it finds."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from data.racing_refresh import SYMBOLS, slow_room
from data.refreshing import ASOF, BEFORE, ONE, TWO, Room, at, series
from khms_trader.clock import ManualClock
from khms_trader.domain.bars import RefreshOutcome
from khms_trader.domain.quality import BarProblem, QualityCode
from khms_trader.errors import StorageError

TESTS = Path(__file__).parents[1]
WAIT = (0, 1, "bars_wait")


class Waiting(ManualClock):
    """A clock that calls a person back each time somebody sleeps."""

    def __init__(self, room: Room, meanwhile: Callable[[int], None]) -> None:
        super().__init__(room.clock.now())
        self.meanwhile = meanwhile
        self.slept = 0

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.slept += 1
        self.meanwhile(self.slept)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A store that was refreshed on the evening of the session before."""
    room = Room(tmp_path, ONE, TWO)
    room.refresh()
    room.source.asked.clear()
    return room


def lock_of(room: Room) -> FileLock:
    return FileLock(room.store.path.with_suffix(".lock"), is_singleton=False)


def waits(room: Room, meanwhile: Callable[[int], None]) -> Waiting:
    room.clock = room.source.clock = clock = Waiting(room, meanwhile)
    return clock


def test_two_processes_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "data.racing_refresh", str(tmp_path), "0"]
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    with subprocess.Popen(
        program, env=environment, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "begun\n"
        room = slow_room(tmp_path)
        room.refresh(*SYMBOLS[1::2])

    assert other.returncode == 0
    assert room.store.panel(BEFORE).symbols == SYMBOLS


def test_who_waited_finds_what_the_other_stored_and_keeps_its_problems(
    room: Room,
) -> None:
    other = Room(room.store.path.parent, ONE, TWO)
    quarrel = BarProblem(
        symbol="999990", code=QualityCode.OVERLAP_MISMATCH, session=ASOF
    )
    lock = lock_of(room)

    def meanwhile(slept: int) -> None:
        if slept == 3:
            lock.release()
            other.refresh(at=at("20:15"))
            store = other.store
            store.write_rows(store.rows(), (*store.problems(), quarrel))

    room.clock.move_to(at("20:15"))
    waits(room, meanwhile)
    lock.acquire()
    room.steps.seen.clear()

    refreshed = room.refresh()

    assert refreshed.of(RefreshOutcome.UNCHANGED) == (ONE, TWO)
    assert room.source.asked == []
    assert room.stored(ONE) == series(ONE)[-101:]
    assert quarrel in room.store.problems()
    assert room.steps.seen == [WAIT, WAIT, WAIT, (2, 2, "refresh")]


def test_who_need_not_wait_says_nothing_of_it(room: Room) -> None:
    room.steps.seen.clear()

    room.refresh()

    assert room.steps.seen == [(2, 2, "refresh")]


def test_a_wait_in_which_nothing_is_stored_ends_after_five_minutes(room: Room) -> None:
    content = room.store.path.read_bytes()
    clock = waits(room, lambda _: None)
    began_at = clock.now()

    with lock_of(room), pytest.raises(StorageError) as caught:
        room.refresh(at=None)

    assert caught.value.code == "bars_locked"
    assert caught.value.facts == {"path": str(room.store.path), "minutes": 5}
    assert clock.now() - began_at == timedelta(minutes=5)
    assert room.source.asked == []
    assert room.store.path.read_bytes() == content


def test_a_wait_goes_on_as_long_as_the_other_stores_something(room: Room) -> None:
    rows = room.store.rows()
    lock = lock_of(room)

    def meanwhile(slept: int) -> None:
        if slept in {200, 400, 600}:
            changed = replace(rows, volume=rows.volume + slept)
            room.store.write_rows(changed, ())
        if slept == 800:
            lock.release()

    clock = waits(room, meanwhile)
    lock.acquire()

    room.refresh()

    assert clock.slept == 800


def test_a_lock_that_cannot_be_made_is_told(room: Room) -> None:
    room.store.path.with_suffix(".lock").unlink(missing_ok=True)
    room.store.path.with_suffix(".lock").mkdir()

    with pytest.raises(StorageError) as caught:
        room.refresh()

    assert caught.value.code == "not_writable"


def test_a_refresh_that_fails_lets_go_of_the_lock(room: Room) -> None:
    room.source.failing = {ONE: StorageError("disk_full")}  # type: ignore[dict-item]
    with pytest.raises(StorageError):
        room.refresh(at=at("20:15"))

    with lock_of(room).acquire(timeout=0):
        pass
