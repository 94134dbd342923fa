"""A journal is glanced at without a trace, whoever is writing it."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from builders import ASOF, SESSION, a_record, an_order, at
from khms_trader.domain.events import (
    ExecutionFinished,
    ExecutionStarted,
    JobMissed,
    PlanPrepared,
)
from khms_trader.domain.order import VANISHED, OrderKey, OrderState
from khms_trader.errors import StorageError
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.journal_glance import Glance, glance_at
from processes import snapshot

PREPARED = PlanPrepared(
    at=at("15:40", ASOF),
    account="paper",
    session=SESSION,
    plan_id="p",
    buys=0,
    sells=0,
    slots_free=8,
)
BEFORE = ExecutionFinished(
    at=at("09:02", ASOF), account="paper", session=ASOF, plan_id="o"
)
STARTED = ExecutionStarted(
    at=at("09:01"), account="paper", session=SESSION, plan_id="p"
)
MISSED = JobMissed(
    at=at("09:31"),
    account="paper",
    session=SESSION,
    job="execute",
    due_at=at("09:01"),
    reason="not_running",
)
KINDS = (ExecutionStarted, ExecutionFinished, JobMissed)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "journal.sqlite3"
    with closing(SqliteJournal(path, account="paper")) as journal:
        journal.append(BEFORE, PREPARED, STARTED, MISSED)
        for symbol in ("100010", "100020", "100030", "100040"):
            order = an_order(f"buy {symbol} x1 @1000")
            key = key_of(symbol)
            journal.intend(key, order, plan_id="p", at=at("09:01"))
        journal.advance(key_of("100020"), OrderState.UNCONFIRMED, at=at("09:01"))
        for symbol in ("100030", "100040"):
            state = OrderState.ACCEPTED
            journal.advance(key_of(symbol), state, at=at("09:01"), number=symbol)
        journal.note(key_of("100040"), VANISHED, at=at("15:40"))
    return path


def key_of(symbol: str) -> OrderKey:
    side = a_record().key.side
    return OrderKey(account="paper", session=SESSION, symbol=symbol, side=side)


def test_the_events_asked_for_and_the_orders_nobody_knows_of_are_seen(
    path: Path,
) -> None:
    seen = glance_at(path, "paper", since=SESSION, kinds=KINDS)

    assert seen.begun_at == at("09:02", ASOF)
    assert seen.events == (STARTED, MISSED)
    assert [record.key.symbol for record in seen.unknown] == [
        "100010",
        "100020",
        "100040",
    ]


def test_it_leaves_no_trace(path: Path) -> None:
    before = snapshot(path.parent)

    glance_at(path, "paper", since=SESSION, kinds=KINDS)

    assert snapshot(path.parent) == before


def test_a_journal_that_is_being_written_is_seen_up_to_its_newest_row(
    path: Path,
) -> None:
    with closing(SqliteJournal(path, account="paper")) as journal:
        later = ExecutionFinished(
            at=at("09:02") + timedelta(minutes=1),
            account="paper",
            session=SESSION,
            plan_id="p",
        )
        journal.append(later)

        seen = glance_at(path, "paper", since=SESSION, kinds=KINDS)

    assert seen.events[-1] == later


def test_without_a_journal_nothing_is_seen_and_none_is_made(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"

    assert glance_at(path, "paper", since=SESSION, kinds=KINDS) == Glance()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_journal_never_began(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    SqliteJournal(path, account="paper").close()

    assert glance_at(path, "paper", since=SESSION, kinds=KINDS) == Glance()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database at all, but text" * 99),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
    ],
)
def test_a_damaged_journal_is_named_and_left_as_it_is(
    path: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(path)
    before = snapshot(path.parent)

    with pytest.raises(StorageError) as caught:
        glance_at(path, "paper", since=SESSION, kinds=KINDS)

    assert caught.value.code == "database_damaged"
    assert caught.value.facts["path"] == str(path)
    assert snapshot(path.parent) == before


def test_the_journal_of_another_account_is_not_believed(path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        glance_at(path, "virtual-1234abcd", since=SESSION, kinds=KINDS)

    assert caught.value.code == "journal_of_another_account"
    assert caught.value.facts["path"] == str(path)


def test_a_folder_in_its_place_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        glance_at(tmp_path, "paper", since=SESSION, kinds=KINDS)

    assert caught.value.facts["path"] == str(tmp_path)
