"""A paper account lives in the prices of one source."""

from datetime import datetime
from pathlib import Path

import pytest

from khms_trader.broker.opening_rules import BookedFill
from khms_trader.broker.paper_book import PaperBook
from khms_trader.domain.order import Order, OrderType, Side
from khms_trader.errors import Refused
from khms_trader.market.calendar import SEOUL

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=SEOUL)


@pytest.fixture
def book(tmp_path: Path) -> PaperBook:
    book = PaperBook(tmp_path / "paper.sqlite3", initial_cash=1_000_000)
    book.live_in("sample")
    return book


def test_an_account_that_never_traded_may_move(book: PaperBook) -> None:
    book.live_in("store")
    book.live_in("sample")


def test_an_account_that_traded_stays_where_it_is(book: PaperBook) -> None:
    order = Order(
        symbol="086520", side=Side.BUY, quantity=1, order_type=OrderType.MARKET
    )
    with book.transaction():
        book.add_order(order, at=NOON, reserved=0, fill=BookedFill())

    book.live_in("sample")
    with pytest.raises(Refused) as caught:
        book.live_in("store")

    assert caught.value.code == "paper_other_market"
    assert caught.value.facts["lives_in"] == "sample"
