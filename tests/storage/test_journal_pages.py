"""The journal in pages: counted and cut by SQL, the newest first."""

from collections.abc import Iterable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from builders import SESSION, at
from khms_trader.domain.events import Event, HoldingAdopted, LineSkipped
from khms_trader.errors import StorageError
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.journal_view import ReadOnlyJournal

BEFORE = date(2026, 3, 3)


def skipped(number: int, session: date = SESSION) -> LineSkipped:
    return LineSkipped(
        at=at("09:01") + timedelta(milliseconds=number),
        account="paper",
        session=session,
        plan_id="p-1",
        symbol=f"{number:06d}",
        side="buy",
        reason="no_slot",
    )


def adopted(session: date = SESSION) -> HoldingAdopted:
    return HoldingAdopted(
        at=at("09:00"), account="paper", session=session, symbol="086520", quantity=1
    )


def a_journal(folder: Path, events: Iterable[Event]) -> ReadOnlyJournal:
    path = folder / "state" / "journal.sqlite3"
    with closing(SqliteJournal(path, account="paper")) as journal:
        journal.append(*events)
    return ReadOnlyJournal(path, account="paper")


def symbols(page: tuple[Event, ...]) -> list[str]:
    return [event.symbol for event in page if isinstance(event, LineSkipped)]


def test_without_a_file_there_is_nothing_to_turn(tmp_path: Path) -> None:
    journal = ReadOnlyJournal(tmp_path / "none.sqlite3", account="paper")

    assert (journal.counts(), journal.page()) == ({}, ())


def test_events_are_counted_by_session_and_kind(tmp_path: Path) -> None:
    events = [adopted(), skipped(1), skipped(2), skipped(3, BEFORE)]

    assert a_journal(tmp_path, events).counts() == {
        (SESSION, "HoldingAdopted"): 1,
        (SESSION, "LineSkipped"): 2,
        (BEFORE, "LineSkipped"): 1,
    }


def test_a_page_begins_with_the_newest(tmp_path: Path) -> None:
    journal = a_journal(tmp_path, [skipped(n) for n in range(5)])

    assert symbols(journal.page(limit=2)) == ["000004", "000003"]
    assert symbols(journal.page(offset=2, limit=2)) == ["000002", "000001"]
    assert symbols(journal.page(offset=4, limit=2)) == ["000000"]
    assert journal.page(offset=5) == ()


def test_a_page_may_be_of_one_session_and_some_kinds(tmp_path: Path) -> None:
    events = [adopted(BEFORE), skipped(1, BEFORE), skipped(2), adopted()]
    journal = a_journal(tmp_path, events)

    assert journal.page(BEFORE) == (skipped(1, BEFORE), adopted(BEFORE))
    assert journal.page(kinds=(HoldingAdopted,)) == (adopted(), adopted(BEFORE))
    assert journal.page(SESSION, kinds=(LineSkipped,)) == (skipped(2),)


def test_only_the_page_that_is_shown_is_decoded(tmp_path: Path) -> None:
    journal = a_journal(tmp_path, [skipped(n) for n in range(10_000)])

    assert journal.counts() == {(SESSION, "LineSkipped"): 10_000}
    assert symbols(journal.page(offset=9_998)) == ["000001", "000000"]
    assert len(journal.page(offset=5_000)) == 100


def test_a_damaged_journal_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(StorageError):
        ReadOnlyJournal(path, account="paper").counts()
