"""The journal: durable, append-only, and refused as soon as it cannot be trusted."""

import errno
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import ACCOUNT, ASOF, SESSION, a_key, an_order, at
from khms_trader.domain.events import (
    Event,
    ExecutionStarted,
    HoldingAdopted,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderFilled,
    OrderIntended,
    OrderNoted,
    OrderNotPlaced,
    OrderRejected,
    OrderUnconfirmed,
    RunFailed,
)
from khms_trader.domain.order import OrderState, OrderType, Side
from khms_trader.errors import StorageError
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.journal_file import make_journal

ONE, TWO = "100000", "200000"
NOW = at(9, 1)
S = OrderState


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    with closing(opened(tmp_path)) as journal:
        yield journal


def opened(folder: Path) -> SqliteJournal:
    return SqliteJournal(folder / "journal.sqlite3", account=ACCOUNT)


def intended(journal: SqliteJournal, symbol: str = ONE, side: Side = Side.BUY) -> None:
    order = an_order(symbol, side, limit_price=10_300)
    journal.intend(a_key(symbol, side), order, plan_id="p-1", at=NOW)


def moved(journal: SqliteJournal, *states: OrderState, **changes: object) -> None:
    for state in states:
        journal.advance(a_key(ONE), state, at=NOW, **changes)  # type: ignore[arg-type]


def raw(path: Path, statement: str) -> None:
    """Do to the file what only a defect or a stranger would do."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def started(session: date = SESSION, **changes: object) -> Event:
    event = ExecutionStarted(at=NOW, account=ACCOUNT, session=session, plan_id="p-1")
    return replace(event, **changes)  # type: ignore[arg-type]


def adopted(symbol: str, quantity: int) -> Event:
    return HoldingAdopted(
        at=NOW, account=ACCOUNT, session=SESSION, symbol=symbol, quantity=quantity
    )


def test_a_new_journal_is_empty(journal: SqliteJournal) -> None:
    assert journal.order_records() == ()
    assert journal.events() == ()
    assert journal.managed() == {}
    assert journal.last_event_at() is None


def test_an_intent_is_a_row_and_an_event(journal: SqliteJournal) -> None:
    order = an_order(ONE, quantity=7, limit_price=10_300)

    is_new = journal.intend(a_key(ONE), order, plan_id="p-1", at=NOW, open_price=10_050)

    (record,) = journal.order_records()
    assert is_new
    assert (record.key, record.order, record.state) == (a_key(ONE), order, S.INTENDED)
    assert (record.plan_id, record.open_price, record.attempts) == ("p-1", 10_050, 0)
    assert record.intended_at == record.updated_at == NOW
    assert journal.events() == (
        OrderIntended(
            at=NOW,
            account=ACCOUNT,
            session=SESSION,
            key=a_key(ONE),
            quantity=7,
            limit_price=10_300,
            open_price=10_050,
        ),
    )


def test_a_market_order_comes_back_without_a_price(journal: SqliteJournal) -> None:
    journal.intend(a_key(ONE), an_order(ONE), plan_id="", at=NOW)

    (record,) = journal.order_records()
    assert (record.order.order_type, record.order.limit_price) == (
        OrderType.MARKET,
        None,
    )


def test_a_natural_key_is_taken_once_and_for_all(journal: SqliteJournal) -> None:
    intended(journal)
    moved(journal, S.REJECTED)

    again = journal.intend(a_key(ONE), an_order(ONE, quantity=1), plan_id="p-2", at=NOW)

    assert not again
    assert [r.order.quantity for r in journal.order_records()] == [10]
    assert len(journal.events()) == 2


@pytest.mark.parametrize(
    "other",
    [
        replace(a_key(ONE), account="virtual-99999999"),
        replace(a_key(ONE), session=ASOF),
        a_key(TWO),
        a_key(ONE, Side.SELL),
        replace(a_key(ONE), purpose="manual-1"),
    ],
)
def test_every_part_of_the_key_counts(journal: SqliteJournal, other: object) -> None:
    intended(journal)
    moved(journal, S.REJECTED)

    assert journal.intend(other, an_order(ONE), plan_id="", at=NOW)  # type: ignore[arg-type]


def test_one_open_order_per_symbol_and_side(journal: SqliteJournal) -> None:
    intended(journal)
    manual = replace(a_key(ONE), purpose="manual-1")

    while_open = journal.intend(manual, an_order(ONE), plan_id="", at=NOW)
    moved(journal, S.ACCEPTED, S.CANCELLED)
    afterwards = journal.intend(manual, an_order(ONE), plan_id="", at=NOW)

    assert (while_open, afterwards) == (False, True)


def test_two_programs_cannot_take_the_same_key(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as one, closing(opened(tmp_path)) as other:
        intended(one)

        assert not other.intend(a_key(ONE), an_order(ONE), plan_id="", at=NOW)
        assert other.order_records() == one.order_records()


def test_attempts_are_counted_on_the_row(journal: SqliteJournal) -> None:
    intended(journal)

    counts = [journal.attempt(a_key(ONE), at=NOW) for _ in range(3)]

    assert counts == [1, 2, 3]
    assert [r.attempts for r in journal.order_records()] == [3]


def test_an_order_that_left_the_intent_is_not_attempted_again(
    journal: SqliteJournal,
) -> None:
    intended(journal)
    moved(journal, S.UNCONFIRMED)

    with pytest.raises(StorageError) as caught:
        journal.attempt(a_key(ONE), at=NOW)

    assert caught.value.code == "journal_step_refused"


@pytest.mark.parametrize("step", ["attempt", "advance", "note"])
def test_an_unknown_order_is_refused(journal: SqliteJournal, step: str) -> None:
    steps: dict[str, Callable[[], object]] = {
        "attempt": lambda: journal.attempt(a_key(ONE), at=NOW),
        "advance": lambda: moved(journal, S.ACCEPTED),
        "note": lambda: journal.note(a_key(ONE), "ambiguous", at=NOW),
    }

    with pytest.raises(StorageError) as caught:
        steps[step]()

    assert (caught.value.code, caught.value.facts) == (
        "journal_order_missing",
        {"symbol": ONE},
    )


@pytest.mark.parametrize(
    ("states", "changes", "kind"),
    [
        ([S.ACCEPTED], {"number": "77"}, OrderAccepted),
        ([S.REJECTED], {"detail": "no"}, OrderRejected),
        ([S.UNCONFIRMED], {"detail": "lost"}, OrderUnconfirmed),
        ([S.UNCONFIRMED, S.NOT_PLACED], {}, OrderNotPlaced),
        ([S.ACCEPTED, S.CANCELLED], {}, OrderCancelled),
        ([S.ACCEPTED, S.EXPIRED], {}, OrderExpired),
    ],
)
def test_every_step_is_an_event(
    journal: SqliteJournal,
    states: list[OrderState],
    changes: dict[str, object],
    kind: type[Event],
) -> None:
    intended(journal)

    moved(journal, *states, **changes)

    last = journal.events()[-1]
    assert type(last) is kind
    assert journal.order_records()[0].state is states[-1]
    for name, value in changes.items():
        assert getattr(last, name) == value


def test_fills_are_events_with_the_figures_of_the_whole_order(
    journal: SqliteJournal,
) -> None:
    intended(journal)
    moved(journal, S.ACCEPTED, number="77")
    moved(journal, S.PARTIALLY_FILLED, filled_quantity=4, filled_value=40_000)
    moved(journal, S.FILLED, filled_quantity=10, filled_value=100_500)

    fills = [e for e in journal.events() if isinstance(e, OrderFilled)]
    assert [(f.filled_quantity, f.filled_value, f.is_complete) for f in fills] == [
        (4, 40_000, False),
        (10, 100_500, True),
    ]
    assert journal.order_records()[0].number == "77"


def test_a_fill_that_shows_up_with_the_cancel_is_told_first(
    journal: SqliteJournal,
) -> None:
    intended(journal)
    moved(journal, S.ACCEPTED)
    moved(journal, S.CANCELLED, filled_quantity=3, filled_value=30_000)

    assert [type(e) for e in journal.events()][-2:] == [OrderFilled, OrderCancelled]


# The whole table of design.md 5.2, written out: what may follow what.
ALLOWED = {
    S.INTENDED: {S.INTENDED, S.ACCEPTED, S.REJECTED, S.UNCONFIRMED},
    S.UNCONFIRMED: {S.ACCEPTED, S.NOT_PLACED},
    S.ACCEPTED: {S.ACCEPTED, S.PARTIALLY_FILLED, S.FILLED, S.CANCELLED, S.EXPIRED},
    S.PARTIALLY_FILLED: {S.PARTIALLY_FILLED, S.FILLED, S.CANCELLED, S.EXPIRED},
    S.FILLED: set(),
    S.CANCELLED: set(),
    S.EXPIRED: set(),
    S.REJECTED: set(),
    S.NOT_PLACED: set(),
}
PATHS = {
    S.INTENDED: (),
    S.UNCONFIRMED: (S.UNCONFIRMED,),
    S.ACCEPTED: (S.ACCEPTED,),
    S.PARTIALLY_FILLED: (S.ACCEPTED, S.PARTIALLY_FILLED),
    S.FILLED: (S.ACCEPTED, S.FILLED),
    S.CANCELLED: (S.ACCEPTED, S.CANCELLED),
    S.EXPIRED: (S.ACCEPTED, S.EXPIRED),
    S.REJECTED: (S.REJECTED,),
    S.NOT_PLACED: (S.UNCONFIRMED, S.NOT_PLACED),
}


@pytest.mark.parametrize("before", S)
def test_only_steps_of_the_state_table_are_taken(
    journal: SqliteJournal, before: OrderState
) -> None:
    for number, after in enumerate(S):
        key = a_key(f"{number:05d}0")
        journal.intend(key, an_order(key.symbol), plan_id="", at=NOW)
        for state in PATHS[before]:
            journal.advance(key, state, at=NOW)
        events = journal.events()
        if after in ALLOWED[before]:
            journal.advance(key, after, at=NOW)
            continue

        with pytest.raises(StorageError) as caught:
            journal.advance(key, after, at=NOW)

        assert caught.value.code == "journal_step_refused"
        assert journal.order_records()[-1].state is before
        assert journal.events() == events


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM events",
        "UPDATE events SET payload = '{}'",
        "DELETE FROM orders",
        "UPDATE orders SET symbol = '999990'",
        "UPDATE orders SET side = 'sell'",
        "UPDATE orders SET session = '2026-03-05'",
        "UPDATE orders SET purpose = 'manual-1'",
        "UPDATE orders SET account = 'paper'",
        "UPDATE orders SET quantity = 1",
        "UPDATE orders SET limit_price = 1",
        "UPDATE orders SET plan_id = ''",
        "UPDATE orders SET number = '2'",
        "UPDATE orders SET state = 'INTENDED'",
        "UPDATE orders SET filled_quantity = 3",
        "UPDATE orders SET filled_value = 3",
    ],
)
def test_history_cannot_be_changed_even_by_hand(tmp_path: Path, statement: str) -> None:
    with closing(opened(tmp_path)) as journal:
        intended(journal)
        moved(journal, S.ACCEPTED, number="1")
        moved(journal, S.PARTIALLY_FILLED, filled_quantity=4, filled_value=40_000)
        before = (journal.order_records(), journal.events())

        with pytest.raises(sqlite3.IntegrityError):
            raw(tmp_path / "journal.sqlite3", statement)

        assert (journal.order_records(), journal.events()) == before


def test_a_finished_order_cannot_fill_any_more(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as journal:
        intended(journal)
        moved(journal, S.ACCEPTED, S.CANCELLED)

        with pytest.raises(sqlite3.IntegrityError):
            raw(
                tmp_path / "journal.sqlite3",
                "UPDATE orders SET filled_quantity = 10",
            )


@given(first=st.integers(0, 10), second=st.integers(0, 10))
@settings(max_examples=12, deadline=None)
def test_fills_never_shrink(
    first: int, second: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with closing(opened(tmp_path_factory.mktemp("journal"))) as journal:
        intended(journal)
        moved(journal, S.ACCEPTED)
        moved(journal, S.PARTIALLY_FILLED, filled_quantity=first)

        if second < first:
            with pytest.raises(StorageError):
                moved(journal, S.PARTIALLY_FILLED, filled_quantity=second)
        else:
            moved(journal, S.PARTIALLY_FILLED, filled_quantity=second)

        assert journal.order_records()[0].filled_quantity == max(first, second)


def test_events_of_one_append_are_all_there_or_none(journal: SqliteJournal) -> None:
    unwritable = RunFailed(at=NOW, account=ACCOUNT, session=SESSION, job="x", code="y")
    object.__setattr__(unwritable, "session", None)

    with pytest.raises(AttributeError):
        journal.append(started(), unwritable)

    assert journal.events() == ()


def test_events_come_back_by_session_and_kind_in_their_order(
    journal: SqliteJournal,
) -> None:
    first, second = started(ASOF), adopted(ONE, 3)
    journal.append(first, second)
    journal.append(started(plan_id="p-2"))

    assert journal.events(ASOF) == (first,)
    assert journal.events(SESSION) == (second, started(plan_id="p-2"))
    assert journal.events(kinds=(HoldingAdopted,)) == (second,)
    assert journal.events(kinds=(HoldingAdopted, ExecutionStarted))[0] == first


def test_orders_come_back_by_session_and_state(journal: SqliteJournal) -> None:
    intended(journal, ONE)
    intended(journal, TWO)
    moved(journal, S.ACCEPTED)

    def symbols(*states: OrderState, session: date = SESSION) -> list[str]:
        records = journal.order_records(session, states=states)
        return [record.key.symbol for record in records]

    assert symbols() == [ONE, TWO]
    assert symbols(S.INTENDED) == [TWO]
    assert symbols(S.INTENDED, S.ACCEPTED) == [ONE, TWO]
    assert symbols(session=ASOF) == []


@pytest.mark.parametrize("kind", ["orders", "events"])
def test_the_journal_of_another_account_is_refused_and_left_alone(
    tmp_path: Path, kind: str
) -> None:
    with closing(opened(tmp_path)) as journal:
        if kind == "orders":
            intended(journal)
        else:
            journal.append(started())
    path = tmp_path / "journal.sqlite3"
    before = path.read_bytes()

    with pytest.raises(StorageError) as caught:
        SqliteJournal(path, account="paper")

    assert caught.value.code == "journal_of_another_account"
    assert caught.value.facts["found"] == ACCOUNT
    assert path.read_bytes() == before
    assert list(tmp_path.glob("*.damaged-*")) == []


def test_an_empty_journal_belongs_to_whoever_writes_first(tmp_path: Path) -> None:
    opened(tmp_path).close()

    with closing(SqliteJournal(tmp_path / "journal.sqlite3", account="paper")) as own:
        assert own.order_records() == ()


def test_a_note_is_kept_on_the_row_and_as_an_event(journal: SqliteJournal) -> None:
    intended(journal)
    moved(journal, S.UNCONFIRMED, detail="kis_no_answer")

    journal.note(a_key(ONE), "ambiguous", at=NOW + timedelta(seconds=9))

    (record,) = journal.order_records()
    assert (record.state, record.detail) == (S.UNCONFIRMED, "ambiguous")
    assert record.updated_at == NOW + timedelta(seconds=9)
    assert journal.events()[-1] == OrderNoted(
        at=NOW + timedelta(seconds=9),
        account=ACCOUNT,
        session=SESSION,
        key=a_key(ONE),
        detail="ambiguous",
    )


def test_nothing_is_noted_on_an_order_that_has_ended(journal: SqliteJournal) -> None:
    intended(journal)
    moved(journal, S.UNCONFIRMED, S.NOT_PLACED)
    before = journal.events()

    with pytest.raises(StorageError) as caught:
        journal.note(a_key(ONE), "vanished", at=NOW)

    assert caught.value.code == "journal_step_refused"
    assert journal.events() == before


def test_managed_shares_are_adoptions_and_fills(journal: SqliteJournal) -> None:
    journal.append(adopted(ONE, 5), adopted(TWO, 2))
    intended(journal, ONE)
    moved(journal, S.ACCEPTED)
    moved(journal, S.PARTIALLY_FILLED, filled_quantity=4)
    intended(journal, TWO, Side.SELL)
    sold = a_key(TWO, Side.SELL)
    journal.advance(sold, S.ACCEPTED, at=NOW)
    journal.advance(sold, S.FILLED, at=NOW, filled_quantity=2)

    assert journal.managed() == {ONE: 9}


def test_the_last_event_says_when(journal: SqliteJournal) -> None:
    journal.append(started(at=NOW), started(at=NOW + timedelta(seconds=5)))

    assert journal.last_event_at() == NOW + timedelta(seconds=5)


def test_the_last_event_is_the_one_written_last_whatever_time_it_carries(
    journal: SqliteJournal,
) -> None:
    # A record from a clock that stood wrong must not block every job until then.
    journal.append(started(at=NOW + timedelta(days=1)), started(at=NOW))

    assert journal.last_event_at() == NOW


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as journal:
        intended(journal)
        moved(journal, S.ACCEPTED, number="5")
        before = (journal.order_records(), journal.events())

    with closing(opened(tmp_path)) as journal:
        assert (journal.order_records(), journal.events()) == before


def test_opening_and_reading_writes_nothing(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as journal:
        intended(journal)
    before = (tmp_path / "journal.sqlite3").read_bytes()

    with closing(opened(tmp_path)) as journal:
        journal.events()

    assert (tmp_path / "journal.sqlite3").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_the_journal_is_its_owners_only(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "state")):
        path = tmp_path / "state" / "journal.sqlite3"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_commit_is_synced_to_the_disk_every_time(journal: SqliteJournal) -> None:
    connection = journal._connection

    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2


def fill_pages(folder: Path) -> Path:
    """Make a journal of several pages, closed as a run closes it."""
    with closing(opened(folder)) as journal:
        for number in range(60):
            intended(journal, f"{number:05d}0")
        journal.append(*[started(plan_id=f"p-{n}") for n in range(100)])
    return folder / "journal.sqlite3"


def flipped(content: bytes, start: int, count: int) -> bytes:
    middle = bytes(byte ^ 0xFF for byte in content[start : start + count])
    return content[:start] + middle + content[start + count :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda content: b"\x00\x17garbage" * 1000,
    "text": lambda content: b"nothing of ours\n",
    "empty": lambda content: b"",
    "a few bytes": lambda content: content[:50],
    "one page": lambda content: content[:4096],
    "half": lambda content: content[: len(content) // 2],
    "all but the last page": lambda content: content[:-4096],
    "zeroed middle": lambda content: content[:8192] + bytes(8192) + content[16384:],
    "flipped magic": lambda content: flipped(content, 0, 4),
    "flipped schema page": lambda content: flipped(content, 100, 60),
    "flipped second page": lambda content: flipped(content, 4096, 16),
    "flipped middle page": lambda content: flipped(
        content, len(content) // 8192 * 4096, 64
    ),
    "flipped state": lambda content: b"INTENDEX".join(content.rsplit(b"INTENDED", 1)),
    # The unique index holds the key without the plan that follows it in the table.
    "flipped index": lambda content: re.sub(
        rb"00059(0buyplan(?!p-1))", rb"99999\1", content
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_journal_is_refused_every_time_and_kept(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = fill_pages(tmp_path)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)

    for _ in range(2):
        with pytest.raises(StorageError) as caught:
            opened(tmp_path)

        assert caught.value.code == "journal_damaged"
        assert Path(str(caught.value.facts["kept"])).read_bytes() == damaged
        assert path.read_bytes() == damaged
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_damage_on_a_full_disk_is_refused_too(tmp_path: Path) -> None:
    path = fill_pages(tmp_path)
    path.write_bytes(path.read_bytes()[:8192])

    said = in_a_small_process(OPEN_WITHOUT_ROOM, path)

    assert said == ["journal_not_writable"]


def test_damage_found_beside_commits_that_wait_in_the_log_keeps_both(
    tmp_path: Path,
) -> None:
    path = fill_pages(tmp_path)
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with closing(opened(tmp_path)) as journal:
        journal.append(started(plan_id="late"))
        for name in ("journal.sqlite3", "journal.sqlite3-wal"):
            shutil.copyfile(tmp_path / name, crashed / name)
    path = crashed / "journal.sqlite3"
    damaged = flipped(path.read_bytes(), 8192, 64)
    log = (crashed / "journal.sqlite3-wal").read_bytes()
    path.write_bytes(damaged)

    with pytest.raises(StorageError) as caught:
        opened(crashed)

    kept = Path(str(caught.value.facts["kept"]))
    assert log
    assert path.read_bytes() == kept.read_bytes() == damaged
    assert (crashed / "journal.sqlite3-wal").read_bytes() == log
    assert Path(f"{kept}-wal").read_bytes() == log


def test_commits_that_wait_in_the_log_after_a_crash_are_there(tmp_path: Path) -> None:
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with closing(opened(tmp_path)) as journal:
        intended(journal)
        for name in ("journal.sqlite3", "journal.sqlite3-wal"):
            shutil.copyfile(tmp_path / name, crashed / name)

    with closing(opened(crashed)) as journal:
        assert [r.state for r in journal.order_records()] == [S.INTENDED]


def test_damage_that_shows_while_running_is_named(tmp_path: Path) -> None:
    path = fill_pages(tmp_path)
    with closing(opened(tmp_path)) as journal:
        content = path.read_bytes()
        path.write_bytes(content[:4096] + b"\x00garbage" * 4096)

        with pytest.raises(StorageError) as caught:
            journal.order_records()

    assert caught.value.code == "journal_damaged"


@given(
    place=st.integers(0, 100_000), count=st.integers(1, 40), what=st.integers(1, 255)
)
@settings(max_examples=20, deadline=None)
def test_whatever_is_flipped_nothing_but_a_storage_error_comes_out(
    place: int, count: int, what: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    path = folder / "journal.sqlite3"
    content = bytearray(pages(tmp_path_factory))
    for offset in range(place % len(content), len(content))[:count]:
        content[offset] ^= what
    path.write_bytes(content)

    code = code_of_reading(folder)

    assert code in {
        "",
        "journal_damaged",
        "journal_of_another_account",
        "journal_row_unreadable",
        "journal_too_new",
    }
    assert not code or path.read_bytes() == content


def code_of_reading(folder: Path) -> str:
    """Return the code with which reading everything is refused, empty for none."""
    try:
        with closing(opened(folder)) as journal:
            journal.order_records()
            journal.events()
            journal.managed()
            journal.last_event_at()
    except StorageError as error:
        return error.code
    return ""


PAGES: list[bytes] = []


def pages(factory: pytest.TempPathFactory) -> bytes:
    if not PAGES:
        PAGES.append(fill_pages(factory.mktemp("pages")).read_bytes())
    return PAGES[0]


def test_a_journal_of_a_newer_version_is_refused_and_left_alone(
    tmp_path: Path,
) -> None:
    path = fill_pages(tmp_path)
    raw(path, "PRAGMA user_version = 2")
    before = path.read_bytes()

    with pytest.raises(StorageError) as caught:
        opened(tmp_path)

    assert caught.value.code == "journal_too_new"
    assert caught.value.facts == {"path": str(path), "version": 2}
    assert path.read_bytes() == before
    assert list(tmp_path.glob("*.damaged-*")) == []


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").mkdir()

    with pytest.raises(StorageError) as caught:
        opened(tmp_path)

    assert caught.value.code == "journal_not_writable"


def test_a_file_in_the_place_of_its_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"mine")

    with pytest.raises(StorageError) as caught:
        opened(tmp_path / "state")

    assert caught.value.code == "journal_not_writable"


OPEN_WITHOUT_ROOM = """
import resource, signal, sys
from pathlib import Path
from fakes import ACCOUNT
from khms_trader.errors import StorageError
from khms_trader.storage.journal import SqliteJournal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    SqliteJournal(Path(sys.argv[1]), account=ACCOUNT)
except StorageError as error:
    print(error.code)
"""
FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from fakes import ACCOUNT, a_key, an_order, at
from khms_trader.errors import StorageError
from khms_trader.storage.journal import SqliteJournal

journal = SqliteJournal(Path(sys.argv[1]), account=ACCOUNT)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    journal.intend(a_key("100000"), an_order("100000"), plan_id="", at=at(9, 1))
except StorageError as error:
    print(error.code)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_an_intent_that_finds_no_room_is_refused_and_not_there(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with closing(opened(tmp_path)):
        pass

    said = in_a_small_process(FULL_DISK, path)

    with closing(opened(tmp_path)) as journal:
        assert journal.order_records() == ()
    assert said == ["journal_not_writable"]


def in_a_small_process(program: str, path: Path) -> list[str]:
    """Run ``program`` with ``path`` and return the words it says."""
    ran = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    return ran.stdout.split()


BEGIN_AND_DIE = """
import os, signal, sys
from pathlib import Path
from fakes import ACCOUNT
from khms_trader.storage.journal import SqliteJournal

SqliteJournal(Path(sys.argv[1]), account=ACCOUNT)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_a_first_run_that_dies_leaves_a_journal_that_opens(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", BEGIN_AND_DIE, str(tmp_path / "journal.sqlite3")],
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )

    with closing(opened(tmp_path)) as journal:
        assert journal.events() == ()


def test_a_file_system_without_links_gets_its_journal_too(tmp_path: Path) -> None:
    def no_links(draft: Path, path: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    make_journal(tmp_path / "journal.sqlite3", link=no_links)

    with closing(opened(tmp_path)) as journal:
        intended(journal)
    assert [p.name for p in tmp_path.iterdir()] == ["journal.sqlite3"]


def test_a_journal_that_another_program_made_meanwhile_is_not_replaced(
    tmp_path: Path,
) -> None:
    def too_late(draft: Path, path: Path) -> None:
        with closing(opened(tmp_path)) as journal:
            intended(journal)
        os.link(draft, path)

    make_journal(tmp_path / "journal.sqlite3", link=too_late)

    with closing(opened(tmp_path)) as journal:
        assert len(journal.order_records()) == 1


def test_making_a_journal_leaves_nothing_else_behind(tmp_path: Path) -> None:
    with closing(opened(tmp_path)):
        pass

    assert [p.name for p in tmp_path.iterdir()] == ["journal.sqlite3"]
