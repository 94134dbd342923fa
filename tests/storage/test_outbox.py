"""Messages outlive processes, disks that are full, and each other's readers."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.clock import ManualClock
from khms_trader.domain.message import Claimed, Level, Message
from khms_trader.errors import StorageError
from khms_trader.market.calendar import SEOUL
from khms_trader.storage.outbox import OutboxFile

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=SEOUL)
SECOND = timedelta(seconds=1)


def outbox_at(folder: Path, now: datetime = NOW) -> OutboxFile:
    return OutboxFile(folder / "paper" / "outbox.sqlite3", ManualClock(now))


def message(key: str, html: str = "<b>체결</b>") -> Message:
    return Message(
        key=key, level=Level.TRADE, html=html, at=NOW, picture=b"\x89PNG\x00"
    )


def claimed_key(outbox: OutboxFile, now: datetime) -> str | None:
    claimed = outbox.claim(now)
    return claimed.message.key if claimed is not None else None


def claim(outbox: OutboxFile, now: datetime = NOW) -> Claimed:
    claimed = outbox.claim(now)
    assert claimed is not None
    return claimed


def test_a_message_comes_back_as_it_was(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"))

    claimed = claim(outbox_at(tmp_path))

    assert claimed.message == message("a")
    assert (claimed.parts_sent, claimed.is_repeat) == (0, False)


def test_a_key_is_queued_once(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)

    assert outbox.add(message("a"), message("a", "anders"), message("b")) == 2
    assert outbox_at(tmp_path).add(message("a"), message("c")) == 1
    assert outbox.waiting() == 3


def test_nothing_is_added_for_nothing(tmp_path: Path) -> None:
    assert outbox_at(tmp_path).add() == 0
    assert list(tmp_path.iterdir()) == []


def test_it_knows_since_when_it_is(tmp_path: Path) -> None:
    first = outbox_at(tmp_path).begun_at
    later = outbox_at(tmp_path, NOW + timedelta(days=9)).begun_at

    assert (first, later) == (NOW, NOW)


def test_messages_leave_in_order(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("b"), message("a"))

    first = claim(outbox)
    outbox.delivered(first, NOW)
    second = claim(outbox)
    outbox.delivered(second, NOW)

    assert (first.message.key, second.message.key) == ("b", "a")
    assert (outbox.claim(NOW), outbox.waiting()) == (None, 0)


def test_only_one_of_two_processes_has_a_message(tmp_path: Path) -> None:
    one, other = outbox_at(tmp_path), outbox_at(tmp_path)
    one.add(message("a"), message("b"))

    assert claimed_key(one, NOW) == "a"
    # The next one has to wait: what a person reads is in order.
    assert claimed_key(other, NOW + 89 * SECOND) is None
    assert claimed_key(other, NOW + 90 * SECOND) == "a"


def test_who_takes_over_says_that_it_may_be_a_repeat(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"))
    outbox.part_sent(claim(outbox), 2, NOW)

    taken_over = claim(outbox, NOW + 91 * SECOND)

    assert (taken_over.parts_sent, taken_over.is_repeat) == (2, True)


def test_a_part_that_arrived_begins_the_lease_anew(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"))
    claimed = claim(outbox)

    outbox.part_sent(claimed, 1, NOW + 60 * SECOND)

    assert claimed_key(outbox, NOW + 149 * SECOND) is None
    assert claimed_key(outbox, NOW + 150 * SECOND) == "a"


def test_a_message_that_is_put_off_holds_back_the_next(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"), message("b"))
    outbox.put_off(claim(outbox), NOW + 30 * SECOND, "too fast")

    assert claimed_key(outbox, NOW + 29 * SECOND) is None
    again = claim(outbox, NOW + 30 * SECOND)
    assert (again.message.key, again.is_repeat) == ("a", False)


def test_an_outdated_claim_ends_no_lease(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"))
    outdated = claim(outbox)
    claim(outbox, NOW + 91 * SECOND)

    outbox.put_off(outdated, NOW, "slow")

    assert claimed_key(outbox, NOW + 92 * SECOND) is None


def test_an_outdated_claim_that_arrived_after_all_ends_the_message(
    tmp_path: Path,
) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"))
    outdated = claim(outbox)
    newer = claim(outbox, NOW + 91 * SECOND)

    outbox.delivered(outdated, NOW + 92 * SECOND)
    outbox.put_off(newer, NOW + 93 * SECOND, "timed out")

    assert outbox.waiting() == 0


@pytest.mark.parametrize("hours", [-30, 2])
def test_a_clock_that_was_set_back_holds_up_nothing(tmp_path: Path, hours: int) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"))
    claim(outbox, NOW)

    assert claimed_key(outbox, NOW + timedelta(hours=hours)) == "a"


def test_a_server_cannot_put_a_message_off_for_days(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"))
    outbox.put_off(claim(outbox), NOW + timedelta(days=3), "clock was wrong")

    assert claimed_key(outbox, NOW) == "a"


def test_old_messages_go_and_their_keys_stay(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"), message("waiting"))
    outbox.delivered(claim(outbox), NOW)
    later = outbox_at(tmp_path, NOW + timedelta(days=61))

    assert later.add(message("b")) == 1
    assert later.add(message("a")) == 0

    with closing(sqlite3.connect(tmp_path / "paper" / "outbox.sqlite3")) as file:
        rows = file.execute("SELECT key, html, picture FROM messages").fetchall()
    assert rows[0] == ("a", "", None)
    assert rows[1] == ("waiting", "<b>체결</b>", b"\x89PNG\x00")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps its rights elsewhere")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    outbox_at(tmp_path).add(message("a"))
    path = tmp_path / "paper" / "outbox.sqlite3"

    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def garbage(path: Path) -> None:
    path.write_bytes(b"not a database, " * 500)


def hole(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[5000:9000] = b"\xff" * 4000
    path.write_bytes(content)


def other_tables(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE pets (name TEXT)")


@pytest.mark.parametrize("damage", [garbage, hole, other_tables])
@pytest.mark.parametrize("is_open", [True, False])
def test_a_damaged_file_is_kept_and_a_new_one_begun(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[Path], None],
    *,
    is_open: bool,
) -> None:
    outbox, path = outbox_at(tmp_path), tmp_path / "paper" / "outbox.sqlite3"
    outbox.add(*(message(f"old {number}") for number in range(50)))
    outbox.close()
    if is_open:
        outbox.waiting()
    damage(path)
    damaged = path.read_bytes()
    later = NOW + timedelta(days=1)
    survivor = outbox if is_open else outbox_at(tmp_path, later)
    other = outbox_at(tmp_path, later)

    with caplog.at_level(logging.ERROR):
        added = [survivor.add(message("new")), other.add(message("newer"))]

    assert added == [1, 1]
    # Who had the file open may have written once more into what it remembered of it.
    assert survivor.waiting() == other.waiting()
    assert survivor.waiting() == 2 or is_open
    kept = [p for p in path.parent.glob("*.damaged-*") if p.suffix != ".lock"]
    assert damaged in [p.read_bytes() for p in kept]
    assert caplog.text.count("the outbox was damaged") == 1


def test_a_row_that_is_no_message_holds_up_nothing(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"), message("b"))
    with closing(sqlite3.connect(tmp_path / "paper" / "outbox.sqlite3")) as file:
        file.execute("UPDATE messages SET level = 'loud' WHERE key = 'a'")
        file.commit()

    assert [claimed_key(outbox, NOW), claimed_key(outbox, NOW)] == [None, "b"]


def test_a_folder_that_is_gone_is_made_again(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"))
    (tmp_path / "paper").rename(tmp_path / "elsewhere")

    assert outbox.add(message("b")) == 1
    assert claimed_key(outbox, NOW) == "b"


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    outbox_at(tmp_path).add(message("a"))
    path = tmp_path / "paper" / "outbox.sqlite3"
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 9")

    with pytest.raises(StorageError) as caught:
        outbox_at(tmp_path).add(message("b"))

    assert caught.value.code == "outbox_too_new"
    assert list(path.parent.glob("*.damaged-*")) == []


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "paper").write_text("a file where the folder should be")

    with pytest.raises(StorageError) as caught:
        outbox_at(tmp_path).add(message("a"))

    assert caught.value.code == "outbox_unusable"


def test_a_file_that_another_program_holds_is_said_in_time(tmp_path: Path) -> None:
    outbox = outbox_at(tmp_path)
    outbox.add(message("a"))
    path = tmp_path / "paper" / "outbox.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")

        with pytest.raises(StorageError) as caught:
            outbox.add(message("b"))

    assert caught.value.code == "outbox_unusable"
    assert outbox.add(message("b")) == 1


def test_threads_and_processes_may_begin_it_together(tmp_path: Path) -> None:
    added: list[int] = []

    def add(number: int) -> None:
        added.append(outbox_at(tmp_path).add(message("same"), message(f"{number}")))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(added) == 7
    assert outbox_at(tmp_path).waiting() == 7


WRITER = """
import sys
from datetime import datetime
from pathlib import Path
from khms_trader.clock import ManualClock
from khms_trader.domain.message import Level, Message
from khms_trader.market.calendar import SEOUL
from khms_trader.storage.outbox import OutboxFile
now = datetime(2026, 11, 23, tzinfo=SEOUL)
outbox = OutboxFile(Path(sys.argv[1]), ManualClock(now))
for number in range(10_000):
    outbox.add(Message(key=f"{number}", level=Level.INFO, html="x" * 900, at=now))
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_a_kill_while_adding_loses_nothing_that_was_added(tmp_path: Path) -> None:
    path = tmp_path / "paper" / "outbox.sqlite3"
    for lines in (1, 7, 40):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as writer:
            assert writer.stdout is not None
            added = [int(writer.stdout.readline()) for _ in range(lines)]
            writer.send_signal(signal.SIGKILL)
            added += [int(line) for line in writer.stdout if line.endswith("\n")]

        known = outbox_at(tmp_path).add(*(message(f"{number}") for number in added))

        assert known == 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "claim", "deliver", "put off", "die", "wait"]),
        st.integers(0, 5),
    ),
    max_size=25,
)


class TwoProcesses:
    """Two that share an outbox, and what they did with its messages."""

    def __init__(self, folder: Path) -> None:
        self.boxes = [outbox_at(folder) for _ in range(2)]
        self.now = NOW
        self.added: set[str] = set()
        self.delivered: list[str] = []
        self.held: dict[int, Claimed] = {}

    def act(self, what: str, number: int) -> None:
        who = number % 2
        box, held = self.boxes[who], self.held.pop(who, None)
        if held is not None and what == "deliver":
            self.delivered.append(held.message.key)
            box.delivered(held, self.now)
        elif held is not None and what == "put off":
            box.put_off(held, self.now + number * SECOND, "x")
        elif held is not None and what != "die":
            self.held[who] = held
        if what == "add":
            box.add(message(f"{number}"))
            self.added.add(f"{number}")
        elif what == "claim" and who not in self.held:
            self.claim(who)
        elif what == "wait" and not self.held:
            self.now += 91 * SECOND

    def claim(self, who: int) -> None:
        claimed = self.boxes[who].claim(self.now)
        if claimed is not None:
            assert claimed.message.key not in {
                other.message.key for other in self.held.values()
            }
            self.held[who] = claimed

    def deliver_rest(self) -> None:
        self.now += timedelta(minutes=5)
        while (claimed := self.boxes[0].claim(self.now)) is not None:
            self.delivered.append(claimed.message.key)
            self.boxes[0].delivered(claimed, self.now)
        for box in self.boxes:
            box.close()


@given(STEPS)
@settings(max_examples=25, deadline=None)
def test_no_message_is_lost_and_none_is_had_by_two(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    processes = TwoProcesses(tmp_path_factory.mktemp("outbox"))

    for what, number in steps:
        processes.act(what, number)
    processes.deliver_rest()

    assert sorted(processes.delivered) == sorted(processes.added)
