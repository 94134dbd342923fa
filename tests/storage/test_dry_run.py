"""A dry run sees everything of the operating account and touches none of it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import (
    ACCOUNT,
    SESSION,
    Workbench,
    a_buy,
    a_key,
    a_plan,
    a_workbench,
    an_order,
    at,
    plan_of,
)
from khms_trader.errors import StorageError
from khms_trader.execution.execute import execute
from khms_trader.storage.dry_run import DryRunPlans, copy_database
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.plan_store import PlanFiles
from khms_trader.storage.reports import ReportFiles
from khms_trader.storage.run_lock import FileRunLock
from processes import snapshot

ONE = "100000"


def rows(path: Path) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT a, b FROM pairs ORDER BY a").fetchall()


def a_database(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE pairs (a INTEGER PRIMARY KEY, b INTEGER)")
    return connection


def test_a_copy_holds_what_was_committed(tmp_path: Path) -> None:
    with closing(a_database(tmp_path / "source")) as source:
        source.execute("INSERT INTO pairs VALUES (1, 2)")

        copy_database(tmp_path / "source", tmp_path / "far" / "copy")

    assert rows(tmp_path / "far" / "copy") == [(1, 2)]


def test_what_is_not_committed_is_not_copied(tmp_path: Path) -> None:
    with closing(a_database(tmp_path / "source")) as source:
        source.execute("BEGIN")
        source.execute("INSERT INTO pairs VALUES (1, 2)")

        copy_database(tmp_path / "source", tmp_path / "copy")
        source.execute("ROLLBACK")

    assert rows(tmp_path / "copy") == []


def test_an_older_copy_is_replaced_whole(tmp_path: Path) -> None:
    with closing(a_database(tmp_path / "copy")) as old:
        old.execute("INSERT INTO pairs VALUES (7, 7)")
        shutil.copyfile(tmp_path / "copy-wal", tmp_path / "left behind")
    (tmp_path / "left behind").rename(tmp_path / "copy-wal")
    with closing(a_database(tmp_path / "source")) as source:
        source.execute("INSERT INTO pairs VALUES (1, 2)")

    copy_database(tmp_path / "source", tmp_path / "copy")

    assert rows(tmp_path / "copy") == [(1, 2)]


def test_without_a_source_there_is_no_copy_and_no_older_one(tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(b"of yesterday")

    copy_database(tmp_path / "nothing", tmp_path / "copy")

    assert list(tmp_path.iterdir()) == []


def test_copying_leaves_no_trace_beside_the_source(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    with closing(a_database(state / "source")) as source:
        source.execute("INSERT INTO pairs VALUES (1, 2)")
        before = snapshot(state)

        copy_database(state / "source", tmp_path / "copy")

        assert snapshot(state) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads all")
def test_a_source_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"")
    (tmp_path / "source").chmod(0)

    with pytest.raises(StorageError) as caught:
        copy_database(tmp_path / "source", tmp_path / "copy")

    assert caught.value.code == "not_readable"


def test_a_source_that_is_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()

    with pytest.raises(StorageError) as caught:
        copy_database(tmp_path / "source", tmp_path / "copy")

    assert caught.value.code == "not_readable"


WRITE = """
import sqlite3, sys, time
a = 0
while True:
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("PRAGMA wal_autocheckpoint = 3")
    for _ in range(20):
        a += 1
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO pairs VALUES (?, ?)", (2 * a, 2 * a + 1))
        connection.execute("INSERT INTO pairs VALUES (?, ?)", (2 * a + 1, 2 * a))
        connection.execute("COMMIT")
        print(a, flush=True)
        time.sleep(0.002)
    connection.close()
"""


def test_copies_are_consistent_while_another_program_writes(tmp_path: Path) -> None:
    a_database(tmp_path / "source").close()
    with subprocess.Popen(
        [sys.executable, "-c", WRITE, str(tmp_path / "source")],
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        copies = 0
        for _ in range(60):
            committed = int(writer.stdout.readline())
            if not is_copied(tmp_path / "source", tmp_path / "copy"):
                continue
            copies += 1
            found = rows(tmp_path / "copy")
            assert {b: a for a, b in found} == dict(found)
            assert len(found) >= 2 * committed
        writer.kill()

    assert copies > 0


def is_copied(source: Path, target: Path) -> bool:
    """Copy, and return False when the source was too busy."""
    try:
        copy_database(source, target)
    except StorageError as error:
        if error.code != "state_busy":
            raise
        return False
    return True


NEVER_THE_SAME = Path("/proc/sys/kernel/random/uuid")


@pytest.mark.skipif(not NEVER_THE_SAME.exists(), reason="a file of Linux")
def test_a_source_that_never_rests_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        copy_database(NEVER_THE_SAME, tmp_path / "copy")

    assert caught.value.code == "state_busy"
    assert list(tmp_path.iterdir()) == []


def dry_desk(bench: Workbench, folder: Path) -> SqliteJournal:
    copy_database(bench.journal_path, folder / "journal.sqlite3")
    return SqliteJournal(folder / "journal.sqlite3", account=ACCOUNT)


def test_a_dry_run_of_execute_changes_no_byte_of_the_operating_account(
    tmp_path: Path,
) -> None:
    with a_workbench(tmp_path / "home") as bench:
        bench.own("300000")
        bench.plans.save(plan_of(buys=ONE, sells="300000"))
        before = snapshot(tmp_path / "home")
        dry = tmp_path / "dry-run"

        with closing(dry_desk(bench, dry)) as journal:
            office = replace(
                bench.office,
                journal=journal,
                publish=journal.append,
                plans=DryRunPlans(dry / "plans", bench.plans),
                lock=FileRunLock(dry / "run.lock"),
            )
            desk = replace(
                bench.desk, office=office, reports=ReportFiles(dry / "reports")
            )
            execution = execute(desk)

        assert execution.report is not None
        assert len(execution.report.lines) == 2
        assert snapshot(tmp_path / "home") == before


def test_a_dry_run_reads_the_operating_plan_first(tmp_path: Path) -> None:
    operating = PlanFiles(tmp_path / "plans")
    operating.save(plan_of(buys=ONE))
    dry = DryRunPlans(tmp_path / "dry", operating)

    dry.save(a_plan(buys=[a_buy("200000")]))

    assert dry.load(SESSION) == plan_of(buys=ONE)


def test_a_dry_run_reads_its_own_plan_where_there_is_no_other(tmp_path: Path) -> None:
    operating = PlanFiles(tmp_path / "plans")
    dry = DryRunPlans(tmp_path / "dry", operating)

    path = dry.save(plan_of(buys=ONE))

    assert path.parent == tmp_path / "dry"
    assert dry.load(SESSION) == plan_of(buys=ONE)
    assert operating.load(SESSION) is None


def test_the_copied_journal_lives_on_its_own(tmp_path: Path) -> None:
    with a_workbench(tmp_path / "home") as bench:
        bench.journal.intend(a_key(ONE), an_order(ONE), plan_id="p", at=at(9, 1))

        with closing(dry_desk(bench, tmp_path / "dry")) as journal:
            journal.intend(
                a_key("200000"), an_order("200000"), plan_id="p", at=at(9, 1)
            )
            copied = [r.key.symbol for r in journal.order_records()]

        assert copied == [ONE, "200000"]
        assert [r.key.symbol for r in bench.journal.order_records()] == [ONE]
