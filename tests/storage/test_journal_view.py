"""The journal, only looked at: what it says, and that it stays as it is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from fakes import ACCOUNT, NEXT_SESSION, SESSION, a_key, an_order, at
from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    HoldingAdopted,
    LineSkipped,
    RunFailed,
)
from khms_trader.domain.order import OrderState, Side
from khms_trader.errors import StorageError
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.journal_view import ReadOnlyJournal

ONE = "100000"


def observed(total: int, session: date = SESSION) -> AccountObserved:
    account = Account(
        account=ACCOUNT,
        observed_at=at(15, 40, day=session),
        cash=total,
        cash_d2=total,
        spendable=total,
        total=total,
    )
    return AccountObserved(
        at=account.observed_at, account=ACCOUNT, session=session, observed=account
    )


def failed(session: date = SESSION) -> RunFailed:
    return RunFailed(at=at(9), account=ACCOUNT, session=session, job="x", code="y")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    with closing(SqliteJournal(path, account=ACCOUNT)) as opened:
        yield opened


class Scribbling(ReadOnlyJournal):
    def scribble(self) -> None:
        self._query("DELETE FROM orders", [])


def viewed(path: Path) -> ReadOnlyJournal:
    return ReadOnlyJournal(path, account=ACCOUNT)


def test_without_a_file_everything_is_empty_and_none_is_made(path: Path) -> None:
    view = viewed(path)

    assert view.events() == ()
    assert view.order_records() == ()
    assert view.managed() == {}
    assert view.last_event_at() is None
    assert view.newest(RunFailed) is None
    assert not view.is_stale
    assert not path.exists()


def test_it_reads_what_the_trader_reads(path: Path, journal: SqliteJournal) -> None:
    key = a_key(ONE)
    journal.intend(key, an_order(ONE, Side.BUY), plan_id="p-1", at=at(9, 1))
    journal.advance(key, OrderState.ACCEPTED, at=at(9, 1, 1), number="7")
    journal.advance(
        key,
        OrderState.FILLED,
        at=at(9, 1, 2),
        filled_quantity=10,
        filled_value=100_000,
    )
    view = viewed(path)

    assert view.order_records() == journal.order_records()
    assert view.events() == journal.events()
    assert view.managed() == {ONE: 10}
    assert view.last_event_at() == at(9, 1, 2)


def test_a_commit_is_seen_at_once_and_changes_the_stamp(
    path: Path, journal: SqliteJournal
) -> None:
    view = viewed(path)
    before = view.stamp()

    journal.append(failed())

    assert view.events() == (failed(),)
    assert view.stamp() != before


def test_the_newest_of_a_kind_is_found_before_a_session(
    path: Path, journal: SqliteJournal
) -> None:
    first, second = observed(1), observed(2, NEXT_SESSION)
    journal.append(first, second, failed(NEXT_SESSION))
    view = viewed(path)

    assert view.newest(AccountObserved) == second
    assert view.newest(AccountObserved, before=NEXT_SESSION) == first
    assert view.newest(AccountObserved, before=SESSION) is None
    assert view.newest(LineSkipped) is None


def test_a_journal_begun_anew_counts_its_own_shares_only(path: Path) -> None:
    view = viewed(path)
    adopted: list[Event] = [
        HoldingAdopted(
            at=at(9), account=ACCOUNT, session=SESSION, symbol=ONE, quantity=5
        )
    ]
    with closing(SqliteJournal(path, account=ACCOUNT)) as journal:
        journal.append(*adopted)
    assert view.managed() == {ONE: 5}
    for part in path.parent.glob("journal.sqlite3*"):
        part.unlink()
    with closing(SqliteJournal(path, account=ACCOUNT)):
        pass

    assert view.managed() == {}


def test_sqlite_itself_refuses_to_write(path: Path, journal: SqliteJournal) -> None:
    journal.append(failed())
    view = Scribbling(path, account=ACCOUNT)

    with pytest.raises(StorageError) as told:
        view.scribble()

    assert told.value.code == "not_readable"


def test_a_read_only_folder_is_read_as_it_lies_there_and_says_so(
    path: Path, journal: SqliteJournal
) -> None:
    journal.append(failed())
    view = ReadOnlyJournal(path, account=ACCOUNT, is_writable=lambda _: False)
    with closing(sqlite3.connect(path)) as folding:
        folding.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    journal.append(observed(1))  # stays in the log, which nobody may open

    assert view.is_stale
    assert view.events() == (failed(),)


@pytest.mark.parametrize("content", [b"", b"scribble" * 1000])
def test_a_damaged_file_is_named_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(StorageError) as told:
        viewed(path).events()

    assert told.value.code == "database_damaged"
    assert [p.name for p in path.parent.iterdir()] == ["journal.sqlite3"]
    assert path.read_bytes() == content


def test_the_journal_of_another_account_is_refused(
    path: Path, journal: SqliteJournal
) -> None:
    journal.append(failed())

    with pytest.raises(StorageError) as told:
        ReadOnlyJournal(path, account="virtual-ffffffff").events()

    assert told.value.code == "journal_of_another_account"


def test_looking_takes_no_lock_that_a_commit_would_wait_for(
    path: Path, journal: SqliteJournal
) -> None:
    view = viewed(path)
    journal.append(failed())

    for _ in range(20):
        view.events()
        journal.append(failed())

    assert len(view.events()) == 21
