"""Journal first, then the log."""

import logging
from pathlib import Path
from typing import Final

import pytest

from fakes import ACCOUNT, SESSION, at
from khms_trader.bootstrap.publishing import publishing
from khms_trader.domain.events import ExecutionFinished
from khms_trader.errors import StorageError
from khms_trader.storage.journal import SqliteJournal

FINISHED: Final = ExecutionFinished(
    at=at(9, 2), account=ACCOUNT, session=SESSION, plan_id="20260304-00000000"
)


def test_an_event_reaches_journal_and_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    journal = SqliteJournal(tmp_path / "journal.sqlite3", account=ACCOUNT)

    publishing(journal)(FINISHED)

    assert journal.events() == (FINISHED,)
    assert "ExecutionFinished" in caplog.text
    journal.close()


def test_what_the_journal_refuses_is_not_logged_as_done(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    journal = SqliteJournal(tmp_path / "journal.sqlite3", account=ACCOUNT)
    (tmp_path / "journal.sqlite3").write_bytes(b"no journal any more" * 1000)

    with pytest.raises(StorageError):
        publishing(journal)(FINISHED)

    journal.close()
    assert "ExecutionFinished" not in caplog.text
