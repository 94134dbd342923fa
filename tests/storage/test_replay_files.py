"""A replay's folder: what stands is the last checkpoint, whatever was cut off."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from khms_trader.errors import StorageError
from khms_trader.planning.replayed import LivedSession, Trades, figures_of
from khms_trader.storage.replay_files import ReplayFiles

DATABASE = "book.sqlite3"
ROW = LivedSession(
    session=date(2026, 3, 4),
    cash=900_000,
    total=1_000_500,
    positions=1,
    trades=Trades(buys=1, bought=100_000, fee=147, slippage=100),
    skips={"no_slot": 3},
    digest="ab12",
)


@pytest.fixture
def files(tmp_path: Path) -> ReplayFiles:
    return ReplayFiles(tmp_path, databases=(DATABASE,))


def write(folder: Path, value: int) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS book (value INTEGER)")
        connection.execute("INSERT INTO book VALUES (?)", (value,))
        connection.commit()


def read(folder: Path) -> list[int]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return [row[0] for row in connection.execute("SELECT value FROM book")]


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")
    return path


def test_nothing_was_lived_before_the_first_checkpoint(files: ReplayFiles) -> None:
    assert files.lived() == []


def test_a_checkpoint_gives_back_its_rows_and_databases(
    tmp_path: Path, files: ReplayFiles
) -> None:
    write(tmp_path, 1)
    files.keep([ROW])
    write(tmp_path, 2)

    files.restore({})

    assert files.lived() == [ROW]
    assert read(tmp_path) == [1]


def test_a_later_checkpoint_takes_the_place_of_an_earlier(
    tmp_path: Path, files: ReplayFiles
) -> None:
    for count in (1, 2):
        write(tmp_path, count)
        files.keep([ROW] * count)

    kept = [path.name for path in tmp_path.glob("checkpoint-*")]
    assert (kept, len(files.lived())) == (["checkpoint-000002"], 2)


def test_a_checkpoint_that_was_cut_off_does_not_count(
    tmp_path: Path, files: ReplayFiles
) -> None:
    write(tmp_path, 1)
    files.keep([ROW])
    put(tmp_path / "checkpoint-000002" / DATABASE)
    write(tmp_path, 2)

    files.restore({})

    assert read(tmp_path) == [1]
    assert len(files.lived()) == 1


def test_files_of_later_sessions_and_unfinished_ones_are_forgotten(
    tmp_path: Path, files: ReplayFiles
) -> None:
    plans = tmp_path / "plans"
    kept = put(plans / "next_open_plan_20260305.json")
    later = put(plans / "next_open_plan_20260306.json")
    archived = put(plans / "archive" / "next_open_plan_20260306_01.json")
    unfinished = put(plans / ".next_open_plan_20260305.json.1f0c.tmp")
    write(tmp_path, 1)
    files.keep([ROW])

    files.restore({plans: date(2026, 3, 5)})

    assert kept.exists()
    assert not any(path.exists() for path in (later, archived, unfinished))


def test_clearing_leaves_only_locks(tmp_path: Path, files: ReplayFiles) -> None:
    write(tmp_path, 1)
    files.keep([ROW])
    put(tmp_path / "plans" / "next_open_plan_20260305.json")
    put(tmp_path / "replay.lock")

    files.clear()

    assert [path.name for path in tmp_path.iterdir()] == ["replay.lock"]
    assert files.lived() == []


@pytest.mark.parametrize("content", ["", "{", '{"lived": []}'])
def test_progress_that_cannot_be_read_is_named(
    tmp_path: Path, files: ReplayFiles, content: str
) -> None:
    (tmp_path / "progress.json").write_text(content, encoding="utf-8")

    with pytest.raises(StorageError, match="replay_progress_unreadable"):
        files.lived()


def test_a_checkpoint_without_its_database_is_named(
    tmp_path: Path, files: ReplayFiles
) -> None:
    write(tmp_path, 1)
    files.keep([ROW])
    (tmp_path / "checkpoint-000001" / DATABASE).unlink()

    with pytest.raises(StorageError, match="replay_progress_unreadable"):
        files.restore({})


def test_the_equity_file_opens_in_excel_and_has_a_row_a_session(
    tmp_path: Path, files: ReplayFiles
) -> None:
    files.write_results({"from": "2026-03-04"}, figures_of([ROW], start=10**6), [ROW])

    content = (tmp_path / "equity.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines() == [
        (
            "session,total,cash,positions,buys,sells,unfilled,bought,sold,fee,tax,slippage,"
            "unfinished,no_plan,digest"
        ),
        "2026-03-04,1000500,900000,1,1,0,0,100000,0,147,0,100,0,,ab12",
    ]
