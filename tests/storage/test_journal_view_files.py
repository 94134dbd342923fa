"""The journal, only looked at: what it leaves in the folder, and beside a writer."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fakes import ACCOUNT, SESSION, at
from khms_trader.domain.events import RunFailed
from khms_trader.errors import StorageError
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.journal_view import ReadOnlyJournal
from processes import snapshot

EVENT = RunFailed(at=at(9), account=ACCOUNT, session=SESSION, job="x", code="y")
WRITER = """
import sys
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from khms_trader.storage.journal import SqliteJournal
from storage.test_journal_view_files import ACCOUNT, EVENT

path, end = Path(sys.argv[1]), monotonic() + 1.5
number = 0
while monotonic() < end:
    number += 1
    with closing(SqliteJournal(path, account=ACCOUNT, is_durable=False)) as journal:
        for _ in range(number % 4):
            journal.append(EVENT, EVENT)
            sleep(0.002 * (number % 3))
    sleep((0, 0.001, 0.03)[number % 3])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the journal of one event that its writer has closed."""
    path = tmp_path / "state/journal.sqlite3"
    with closing(SqliteJournal(path, account=ACCOUNT)) as journal:
        journal.append(EVENT)
    return path


def viewed(path: Path) -> ReadOnlyJournal:
    return ReadOnlyJournal(path, account=ACCOUNT)


def test_looking_leaves_no_trace_beside_a_journal_nobody_writes(path: Path) -> None:
    before = snapshot(path.parent)
    view = viewed(path)

    assert view.events() == (EVENT,)
    assert view.managed() == {}
    assert view.counts() == {(SESSION, "RunFailed"): 1}

    assert list(before) == ["journal.sqlite3"]
    assert snapshot(path.parent) == before


def test_looking_leaves_no_trace_beside_an_empty_log(path: Path) -> None:
    path.with_name("journal.sqlite3-wal").touch()
    before = snapshot(path.parent)

    assert viewed(path).events() == (EVENT,)

    assert snapshot(path.parent) == before


def test_a_log_without_its_index_is_read_and_left_without_it(path: Path) -> None:
    # As a backup has it that was made while a job ran.
    restored = path.parent.parent / "restored" / path.name
    restored.parent.mkdir()
    with closing(SqliteJournal(path, account=ACCOUNT)) as journal:
        journal.append(EVENT)
        for name in ("journal.sqlite3", "journal.sqlite3-wal"):
            shutil.copyfile(path.with_name(name), restored.with_name(name))
    before = snapshot(restored.parent)

    assert viewed(restored).events() == (EVENT, EVENT)

    assert snapshot(restored.parent) == before


def test_what_a_writer_commits_between_two_questions_is_seen(path: Path) -> None:
    view = viewed(path)
    assert len(view.events()) == 1

    with closing(SqliteJournal(path, account=ACCOUNT)) as journal:
        assert len(view.events()) == 1
        journal.append(EVENT)
        assert len(view.events()) == 2
        journal.append(EVENT)
        assert len(view.events()) == 3

    assert len(view.events()) == 3


def test_a_journal_that_appears_and_goes_is_read_as_it_is(path: Path) -> None:
    kept = path.with_name("kept")
    view = viewed(path)
    path.rename(kept)
    assert view.events() == ()

    kept.rename(path)
    assert view.events() == (EVENT,)


def test_beside_a_writer_no_answer_is_torn_late_or_an_error(path: Path) -> None:
    view = viewed(path)
    tests = str(Path(__file__).parents[1])
    seen = [0]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        env={**os.environ, "PYTHONPATH": tests},
    ) as writer:
        while writer.poll() is None:
            seen.append(sum(view.counts().values()) - 1)
    with closing(SqliteJournal(path, account=ACCOUNT)) as journal:
        written = len(journal.events()) - 1

    assert writer.returncode == 0
    # Every commit is of two events.
    assert [each for each in seen if each % 2] == []
    assert seen == sorted(seen)
    assert len(set(seen)) > 5
    assert sum(view.counts().values()) - 1 == written


def in_a_file(folder: Path) -> Path:
    (folder / "state").touch()
    return folder / "state" / "journal.sqlite3"


def in_a_circle(folder: Path) -> Path:
    (folder / "state").symlink_to(folder / "state")
    return folder / "state" / "journal.sqlite3"


def with_a_long_name(folder: Path) -> Path:
    return folder / ("j" * 300)


def a_folder(folder: Path) -> Path:
    (folder / "journal.sqlite3").mkdir()
    return folder / "journal.sqlite3"


@pytest.mark.parametrize("place", [in_a_file, in_a_circle, with_a_long_name, a_folder])
def test_what_cannot_be_looked_into_is_named_and_nothing_else_fails(
    tmp_path: Path, place: Callable[[Path], Path]
) -> None:
    path = place(tmp_path)
    view = viewed(path)

    assert view.is_stale is False
    view.stamp()
    with pytest.raises(StorageError) as told:
        view.events()

    assert told.value.code == "not_readable"
    assert told.value.facts["path"] == str(path)
