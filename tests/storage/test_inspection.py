"""An account's files are looked at without a trace."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from fakes import ACCOUNT, SESSION, at
from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved, RunFailed
from khms_trader.errors import StorageError
from khms_trader.storage.inspection import (
    Holder,
    check_database,
    first_seen,
    holder_of,
    watched_holder_of,
)
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.run_lock import FileRunLock
from processes import snapshot

EMPTY = Account(
    account=ACCOUNT, observed_at=at(15, 40), cash=0, cash_d2=0, spendable=0, total=0
)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """The journal of an account that failed once, and was read a day later."""
    path = tmp_path / "journal.sqlite3"
    later = date(2026, 3, 5)
    events = (
        RunFailed(at=at(9), account=ACCOUNT, session=SESSION, job="x", code="y"),
        AccountObserved(
            at=at(9, day=later), account=ACCOUNT, session=later, observed=EMPTY
        ),
        AccountObserved(
            at=at(9, day=date(2026, 3, 6)),
            account=ACCOUNT,
            session=later,
            observed=EMPTY,
        ),
    )
    with closing(SqliteJournal(path, account=ACCOUNT)) as opened:
        opened.append(*events)
    return path


def test_a_whole_journal_is_read_without_a_trace(journal: Path) -> None:
    before = snapshot(journal.parent)

    check_database(journal)
    first_seen(journal)

    assert snapshot(journal.parent) == before


def test_a_journal_in_use_is_read_with_its_newest_rows(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with closing(SqliteJournal(path, account=ACCOUNT)) as opened:
        opened.append(
            AccountObserved(at=at(9), account=ACCOUNT, session=SESSION, observed=EMPTY)
        )

        assert first_seen(path) == SESSION
        check_database(path)


def scribbled(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:200] + b"\xff" * (len(content) - 200))


@pytest.mark.parametrize(
    "spoil",
    [
        scribbled,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database at all, but text" * 99),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
    ],
)
def test_a_damaged_file_is_named_and_left_as_it_is(
    journal: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(journal)
    before = snapshot(journal.parent)

    with pytest.raises(StorageError) as caught:
        check_database(journal)

    assert caught.value.code == "database_damaged"
    assert caught.value.facts["path"] == str(journal)
    assert snapshot(journal.parent) == before


def test_the_first_day_is_that_of_the_first_look_at_the_account(journal: Path) -> None:
    assert first_seen(journal) == date(2026, 3, 5)
    assert first_seen(journal.with_name("none.sqlite3")) is None


def test_an_account_without_a_look_has_no_first_day(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    SqliteJournal(path, account=ACCOUNT).close()

    assert first_seen(path) is None


def test_a_lock_nobody_ever_took_is_free(tmp_path: Path) -> None:
    assert holder_of(tmp_path / "run.lock") is None
    assert list(tmp_path.iterdir()) == []


def test_a_held_lock_names_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"

    with FileRunLock(path).hold("execute"):
        holder = holder_of(path)

    assert holder is not None
    assert (holder.purpose, holder.pid) == ("execute", str(os.getpid()))


def test_a_lock_whose_holder_lives_but_let_go_is_free(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with FileRunLock(path).hold("execute"):
        pass
    path.touch()

    assert holder_of(path) is None


def test_a_lock_whose_holder_died_is_free(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    path.touch()
    signed = {"purpose": "execute", "pid": int(gone.stdout)}
    path.with_suffix(".holder").write_text(json.dumps(signed), encoding="utf-8")

    assert holder_of(path) is None


def test_a_held_lock_without_a_name_is_held_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"

    with FileRunLock(path).hold("execute"):
        path.with_suffix(".holder").write_text("{", encoding="utf-8")
        holder = holder_of(path)

    assert holder is not None
    assert holder.purpose == "?"


KERNEL = Path("/proc/locks")


@pytest.mark.skipif(not KERNEL.exists(), reason="only Linux tells its locks")
def test_a_lock_is_watched_without_being_tried(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with FileRunLock(lock).hold("execute"):
        holder = watched_holder_of(lock)

    assert holder == Holder(purpose="execute", pid=str(os.getpid()))
    assert watched_holder_of(lock) is None


def test_the_kernels_list_is_read_by_inode_and_holder(tmp_path: Path) -> None:
    lock, told = tmp_path / "run.lock", tmp_path / "locks"
    lock.touch()
    inode = lock.stat().st_ino
    told.write_text(
        "1: POSIX  ADVISORY  READ 11 fe:00:5 128 128\n"
        f"2: FLOCK  ADVISORY  WRITE 77 fe:00:{inode} 0 EOF\n"
        f"2: -> FLOCK  ADVISORY  WRITE 88 fe:00:{inode} 0 EOF\n"
    )
    lock.with_suffix(".holder").write_text('{"purpose": "prepare", "pid": 77}')

    assert watched_holder_of(lock, kernel_list=told) == Holder(
        purpose="prepare", pid="77"
    )


def test_who_has_not_signed_yet_is_nobody_of_before(tmp_path: Path) -> None:
    lock, told = tmp_path / "run.lock", tmp_path / "locks"
    lock.touch()
    told.write_text(f"1: FLOCK ADVISORY WRITE 77 fe:00:{lock.stat().st_ino} 0 EOF\n")
    lock.with_suffix(".holder").write_text('{"purpose": "prepare", "pid": 5}')

    assert watched_holder_of(lock, kernel_list=told) == Holder(purpose="?", pid="77")


def test_without_the_kernels_list_the_lock_is_tried(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with FileRunLock(lock).hold("execute"):
        holder = watched_holder_of(lock, kernel_list=tmp_path / "none")

    assert holder is not None
    assert holder.purpose == "execute"
