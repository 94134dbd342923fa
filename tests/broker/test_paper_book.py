"""The paper account's file: all or nothing, and never guessed at."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import NEXT_SESSION, SESSION, an_order, at
from khms_trader.broker.opening_rules import BookedFill
from khms_trader.broker.paper_book import PaperBook
from khms_trader.domain.order import BrokerOrder, OrderType, Side
from khms_trader.errors import StorageError
from khms_trader.ledger import Ledger, Position

ONE = "100000"
NO_FILL = BookedFill()


def opened(folder: Path, *, cash: int = 1_000) -> PaperBook:
    return PaperBook(folder / "paper.sqlite3", initial_cash=cash)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[PaperBook]:
    with closing(opened(tmp_path)) as book:
        yield book


def add(
    book: PaperBook, side: Side = Side.BUY, *, reserved: int = 0, filled: int = 0
) -> int:
    fill = BookedFill(quantity=filled, value=filled * 100, costs=filled)
    order = an_order(ONE, side, limit_price=100)
    return book.add_order(order, at=at(9, 1), reserved=reserved, fill=fill)


def test_the_first_opening_decides_the_cash(tmp_path: Path) -> None:
    opened(tmp_path, cash=1_000).close()

    with closing(opened(tmp_path, cash=9_999)) as book:
        assert book.ledger() == Ledger(cash=1_000)


def test_a_ledger_comes_back_as_it_was(tmp_path: Path) -> None:
    ledger = Ledger(
        cash=5,
        pending=((date(2026, 3, 6), -100), (date(2026, 3, 9), 70)),
        positions={ONE: Position(quantity=3, cost=299)},
    )
    with closing(opened(tmp_path)) as book:
        book.write_ledger(ledger)

    with closing(opened(tmp_path)) as book:
        assert book.ledger() == ledger


def test_an_order_comes_back_as_the_broker_would_list_it(book: PaperBook) -> None:
    number = add(book, filled=4)

    assert book.orders(SESSION, is_over=False) == (
        BrokerOrder(
            number="0000000001",
            symbol=ONE,
            side=Side.BUY,
            quantity=10,
            order_type=OrderType.LIMIT,
            ordered_at=at(9, 1),
            limit_price=100,
            filled_quantity=4,
            filled_value=400,
            is_open=True,
        ),
    )
    assert number == 1


def test_orders_belong_to_their_session(book: PaperBook) -> None:
    add(book)

    assert book.orders(NEXT_SESSION, is_over=False) == ()


@pytest.mark.parametrize(
    ("filled", "is_cancelled", "is_over", "is_open"),
    [
        (0, False, False, True),
        (10, False, False, False),
        (4, True, False, False),
        (4, False, True, False),
    ],
)
def test_an_order_is_open_while_it_may_still_fill(
    book: PaperBook, filled: int, *, is_cancelled: bool, is_over: bool, is_open: bool
) -> None:
    number = add(book, filled=filled)
    if is_cancelled:
        book.cancel_order(number)

    (row,) = book.orders(SESSION, is_over=is_over)
    assert (row.is_open, row.is_cancelled) == (is_open, is_cancelled)


def test_open_orders_hold_back_cash_and_shares(book: PaperBook) -> None:
    add(book, reserved=500)
    add(book, Side.SELL, filled=3)
    book.cancel_order(add(book, reserved=70))
    add(book, filled=10)

    assert book.reserved(SESSION) == (500, {ONE: 7})
    assert book.reserved(NEXT_SESSION) == (0, {})


def test_numbers_are_never_used_again(book: PaperBook) -> None:
    add(book)

    assert add(book) == 2


def test_a_transaction_that_fails_changes_nothing(book: PaperBook) -> None:
    def halfway() -> None:
        with book.transaction():
            book.write_ledger(Ledger(cash=0))
            add(book)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        halfway()

    assert book.ledger() == Ledger(cash=1_000)
    assert book.orders(SESSION, is_over=False) == ()


def test_a_split_day_is_remembered(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as book:
        before = book.lived_until()
        book.live_until(SESSION)
        book.live_until(NEXT_SESSION)

    with closing(opened(tmp_path)) as book:
        assert (before, book.lived_until()) == (None, NEXT_SESSION)


def test_every_commit_is_synced(book: PaperBook) -> None:
    connection = book._connection  # no method tells how durable it is

    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\x00" + b"x"])
def test_a_damaged_book_is_refused_and_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "paper.sqlite3"
    path.write_bytes(content)

    with pytest.raises(StorageError) as caught:
        opened(tmp_path)

    assert caught.value.code == "paper_book_unusable"
    assert caught.value.facts["path"] == str(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("document", ["", "[]", '{"cash": 1}', '{"cash": "x"}'])
def test_a_ledger_that_cannot_be_read_is_refused(tmp_path: Path, document: str) -> None:
    with closing(opened(tmp_path)) as book:
        with closing(sqlite3.connect(tmp_path / "paper.sqlite3")) as stranger:
            stranger.execute("UPDATE ledger SET document = ?", (document,))
            stranger.commit()

        with pytest.raises(StorageError) as caught:
            book.ledger()

    assert caught.value.code == "paper_book_unusable"


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"")

    with pytest.raises(StorageError) as caught:
        opened(tmp_path / "state")

    assert caught.value.code == "paper_book_unusable"


LEDGERS = st.builds(
    Ledger,
    cash=st.integers(-(10**15), 10**15),
    pending=st.lists(
        st.tuples(st.dates(), st.integers(-(10**12), 10**12)), max_size=3
    ).map(tuple),
    positions=st.dictionaries(
        st.sampled_from([ONE, "0007C0"]),
        st.builds(
            Position, quantity=st.integers(1, 10**9), cost=st.integers(0, 10**15)
        ),
    ),
)


@given(ledger=LEDGERS)
@settings(max_examples=20, deadline=None)
def test_every_ledger_comes_back(
    ledger: Ledger, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with closing(opened(tmp_path_factory.getbasetemp())) as book:
        book.write_ledger(ledger)

        assert book.ledger() == ledger
