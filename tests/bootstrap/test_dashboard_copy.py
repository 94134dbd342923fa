"""The account in a copy: what is wrong is said of the files it was made from."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from khms_trader.bootstrap.dashboard_copy import opened_apart
from khms_trader.bootstrap.options import RunOptions
from khms_trader.clock import ManualClock
from khms_trader.config.settings import Settings
from khms_trader.errors import StorageError
from khms_trader.market.calendar import SEOUL
from khms_trader.storage.journal import SqliteJournal
from processes import make_home, snapshot


@pytest.fixture
def options(tmp_path: Path) -> RunOptions:
    clock = ManualClock(datetime(2026, 3, 4, 9, 30, tzinfo=SEOUL))
    home = make_home(tmp_path / "home")
    return RunOptions(home=home, settings=Settings(), clock=clock)


def test_the_account_is_read_without_a_trace(options: RunOptions) -> None:
    with closing(SqliteJournal(options.state / "journal.sqlite3", account="paper")):
        pass
    before = snapshot(options.home)

    with opened_apart(options) as account:
        assert account.office.reader.account().cash == 10_000_000

    assert snapshot(options.home) == before


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("journal.sqlite3", "database_damaged"),
        ("paper.sqlite3", "paper_book_unusable"),
    ],
)
def test_a_damaged_file_is_named_where_it_lies_and_nothing_is_said_to_be_kept(
    options: RunOptions, name: str, code: str
) -> None:
    path = options.state / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"scribble" * 1000)
    before = snapshot(options.home)

    with pytest.raises(StorageError) as told, opened_apart(options):
        pass

    assert told.value.code == code
    assert told.value.facts["path"] == str(path)
    assert "kept" not in told.value.facts
    assert snapshot(options.home) == before


def test_a_fault_of_the_block_is_said_of_the_original_too(options: RunOptions) -> None:
    with pytest.raises(StorageError) as told, opened_apart(options) as account:
        raise StorageError("x", folder=account.office.state_folder, count=1)

    assert told.value.facts == {"folder": str(options.state), "count": 1}


@pytest.mark.parametrize("code", ["disk_full", "journal_not_writable"])
def test_a_copy_that_finds_no_room_is_said_to_be_one(
    options: RunOptions, code: str
) -> None:
    with pytest.raises(StorageError) as told, opened_apart(options) as account:
        raise StorageError(code, path=account.office.state_folder, reason="full")

    assert told.value.code == "no_room_for_a_copy"
    assert told.value.facts == {"reason": "full"}


def test_what_cannot_be_written_elsewhere_keeps_its_name(options: RunOptions) -> None:
    with pytest.raises(StorageError) as told, opened_apart(options):
        raise StorageError("not_writable", path="/kis/gate", reason="no")

    assert told.value.code == "not_writable"
    assert told.value.facts == {"path": "/kis/gate", "reason": "no"}
