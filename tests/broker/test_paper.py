"""The paper account: one price a session, real costs, and a memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import (
    CALENDAR,
    NEXT_SESSION,
    SESSION,
    FakeQuotes,
    a_quote,
    an_order,
    at,
)
from khms_trader.broker.paper import PaperBroker, PaperMarket
from khms_trader.broker.paper_book import PaperBook
from khms_trader.clock import ManualClock
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import BrokerOrder, Order, Side
from khms_trader.domain.quote import Quote
from khms_trader.errors import OrderRejected
from khms_trader.market.rates import CostRates

ONE, TWO = "100000", "200000"
SETTLEMENT = date(2026, 3, 6)
# 14.7 bp fee, the dated tax (20 bp in 2026), 10 bp slippage.
COSTS = CostRates(fee_rate=1_470_000, slippage_rate=1_000_000)


class Paper:
    """A paper account and the world it lives in."""

    def __init__(self, folder: Path, *, cash: int = 1_000_000) -> None:
        self._path = folder / "paper.sqlite3"
        self._cash = cash
        self.clock = ManualClock(at(9, 1))
        self.quotes = FakeQuotes()
        self.costs = COSTS
        self.book = PaperBook(self._path, initial_cash=cash)

    @property
    def broker(self) -> PaperBroker:
        return PaperBroker(
            self.book,
            PaperMarket(
                clock=self.clock,
                calendar=CALENDAR,
                quotes=self.quotes,
                costs=self.costs,
            ),
        )

    def opens_at(self, symbol: str, price: int | None, *, base: int = 10_000) -> None:
        self.quotes.quotes[symbol] = a_quote(symbol, open_price=price, base=base)

    def restart(self) -> None:
        self.book.close()
        self.book = PaperBook(self._path, initial_cash=self._cash)

    def rows(self, session: date = SESSION) -> tuple[BrokerOrder, ...]:
        return self.broker.orders(session)

    def figures(self) -> tuple[int, int, int]:
        """Return deposit, deposit after settlement, and what may be spent."""
        account = self.broker.account()
        return account.cash, account.cash_d2, account.spendable

    def held(self) -> dict[str, tuple[int, int]]:
        """Return shares held and sellable by symbol."""
        holdings = self.broker.account().holdings
        return {h.symbol: (h.quantity, h.sellable) for h in holdings}


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    paper = Paper(tmp_path)
    yield paper
    paper.book.close()


def bought(symbol: str = ONE, quantity: int = 10, limit: int | None = 10_300) -> Order:
    return an_order(symbol, quantity=quantity, limit_price=limit)


def sold(symbol: str = ONE, quantity: int = 10, limit: int | None = None) -> Order:
    return an_order(symbol, Side.SELL, quantity=quantity, limit_price=limit)


def refused(paper: Paper, order: Order) -> str:
    with pytest.raises(OrderRejected) as caught:
        paper.broker.submit(order)
    assert caught.value.facts["symbol"] == order.symbol
    return caught.value.code


def test_a_new_account_has_its_cash_and_nothing_else(paper: Paper) -> None:
    account = paper.broker.account()

    assert (account.account, account.observed_at) == ("paper", at(9, 1))
    assert (account.cash, account.cash_d2) == (1_000_000, 1_000_000)
    assert (account.spendable, account.total) == (1_000_000, 1_000_000)
    assert account.holdings == ()
    assert paper.rows() == ()


def test_a_buy_fills_at_the_open_with_slippage_and_fee(paper: Paper) -> None:
    ack = paper.broker.submit(bought())

    (row,) = paper.rows()
    assert (ack.number, ack.accepted_at) == ("0000000001", at(9, 1))
    assert (row.filled_quantity, row.filled_value) == (10, 100_100)
    assert not row.is_open
    # 100,100 won and a fee of 147 (100,100 x 0.147 %, cut to whole won).
    assert paper.figures() == (1_000_000, 899_753, 899_753)
    (holding,) = paper.broker.account().holdings
    assert (holding.quantity, holding.average_price) == (10, Decimal("10010.0000"))
    assert (holding.name, holding.price) == ("이름100000", 10_000)
    assert paper.broker.account().total == 999_753


def test_a_sale_fills_below_the_open_with_fee_and_tax(paper: Paper) -> None:
    paper.broker.submit(bought())

    paper.broker.submit(sold())

    assert paper.rows()[1].filled_value == 99_900
    # 99,900 - fee 146 - tax 199 come back to 899,753 won.
    assert paper.figures() == (1_000_000, 999_308, 999_308)
    assert paper.held() == {}


@pytest.mark.parametrize(
    ("opened", "base", "limit", "paid"),
    [
        (10_000, 10_000, 10_300, 10_010),
        (10_010, 10_000, 10_300, 10_030),  # 10,021 and up to the next 10
        (1_998, 2_000, 2_100, 2_000),
        (19_990, 20_000, 20_050, 20_050),  # 20,010 and up to the next 50
        (57_300, 57_000, 58_000, 57_400),
    ],
)
def test_slippage_goes_to_the_next_tick_against_the_buyer(
    paper: Paper, opened: int, base: int, limit: int, paid: int
) -> None:
    paper.opens_at(ONE, opened, base=base)

    paper.broker.submit(bought(quantity=1, limit=limit))

    assert paper.rows()[0].filled_value == paid


def test_the_deposit_moves_two_sessions_later(paper: Paper) -> None:
    paper.broker.submit(bought())
    seen = []
    for day in (SESSION, NEXT_SESSION, SETTLEMENT, date(2026, 3, 9)):
        paper.clock.move_to(at(15, 40, day=day))
        seen.append(paper.figures()[0])

    assert seen == [1_000_000, 1_000_000, 899_753, 899_753]
    assert paper.figures()[1:] == (899_753, 899_753)


def test_settlement_counts_sessions_and_not_days(paper: Paper) -> None:
    paper.clock.move_to(at(9, 1, day=SETTLEMENT))
    paper.broker.submit(bought())
    seen = []
    for day in (date(2026, 3, 8), date(2026, 3, 9), date(2026, 3, 10)):
        paper.clock.move_to(at(15, 40, day=day))
        seen.append(paper.figures()[0])

    assert seen == [1_000_000, 1_000_000, 899_753]


def test_proceeds_of_a_sale_may_be_spent_the_same_day(tmp_path: Path) -> None:
    paper = Paper(tmp_path, cash=110_000)
    paper.broker.submit(bought())
    assert refused(paper, bought(TWO, 9)) == "not_enough_cash"

    paper.broker.submit(sold())
    paper.broker.submit(bought(TWO, 9))

    assert paper.held() == {TWO: (9, 9)}
    # 110,000 - 100,247 + 99,555 - 90,090 - 132, of which nothing has settled yet.
    assert paper.figures() == (110_000, 19_086, 19_086)
    paper.book.close()


def test_a_halted_symbol_is_refused(paper: Paper) -> None:
    paper.quotes.quotes[ONE] = a_quote(
        ONE, open_price=None, designations=frozenset({Designation.HALTED})
    )

    assert refused(paper, bought()) == "symbol_halted"


def test_a_symbol_nobody_knows_is_refused(paper: Paper) -> None:
    paper.quotes.quotes[ONE] = None

    assert refused(paper, bought()) == "unknown_symbol"


def test_without_an_open_an_order_rests(paper: Paper) -> None:
    paper.opens_at(ONE, None)

    paper.broker.submit(bought())

    (row,) = paper.rows()
    assert (row.is_open, row.filled_quantity) == (True, 0)
    assert paper.held() == {}


def test_a_buy_whose_limit_the_open_passed_rests(paper: Paper) -> None:
    paper.opens_at(ONE, 10_300)

    paper.broker.submit(bought(limit=10_300))  # with slippage 10,320

    assert [row.is_open for row in paper.rows()] == [True]


def test_a_buy_exactly_at_its_limit_fills(paper: Paper) -> None:
    paper.opens_at(ONE, 10_280)

    paper.broker.submit(bought(limit=10_300))  # with slippage 10,300

    assert paper.rows()[0].filled_value == 103_000


def test_nobody_sells_at_the_upper_limit(paper: Paper) -> None:
    paper.opens_at(ONE, 13_000)

    paper.broker.submit(bought(limit=13_000))
    paper.broker.submit(bought(TWO, limit=None))
    paper.opens_at(TWO, 13_000)

    assert [row.is_open for row in paper.rows()] == [True, False]


def test_nobody_buys_at_the_lower_limit(paper: Paper) -> None:
    paper.broker.submit(bought())
    paper.opens_at(ONE, 7_000)

    paper.broker.submit(sold())

    assert paper.rows()[1].is_open
    assert paper.held() == {ONE: (10, 0)}


@pytest.mark.parametrize(
    ("price", "is_allowed"),
    [
        (6_990, False),
        (7_000, True),
        (10_005, False),  # between the ticks of 10
        (10_300, True),
        (13_000, True),
        (13_010, False),
    ],
)
def test_a_price_off_the_tick_or_outside_the_day_is_refused(
    paper: Paper, price: int, *, is_allowed: bool
) -> None:
    if is_allowed:
        paper.broker.submit(bought(limit=price))
    else:
        assert refused(paper, bought(limit=price)) == "price_not_allowed"
    assert len(paper.rows()) == is_allowed


def test_without_day_limits_any_tick_is_allowed(paper: Paper) -> None:
    paper.quotes.quotes[ONE] = a_quote(ONE, has_limits=False)

    paper.broker.submit(bought(limit=30_000))

    assert paper.rows()[0].filled_quantity == 10


def test_a_market_buy_of_a_price_without_limits_needs_the_cash_it_costs(
    paper: Paper,
) -> None:
    paper.quotes.quotes[ONE] = a_quote(ONE, open_price=90_000, has_limits=False)

    code = refused(paper, bought(quantity=20, limit=None))

    assert code == "not_enough_cash"
    assert paper.figures() == (1_000_000, 1_000_000, 1_000_000)


@pytest.mark.parametrize(("cash", "is_enough"), [(103_151, True), (103_150, False)])
def test_a_buy_needs_the_cash_of_its_limit_and_the_fee(
    tmp_path: Path, cash: int, *, is_enough: bool
) -> None:
    paper = Paper(tmp_path, cash=cash)  # 103,000 + 151

    if is_enough:
        paper.broker.submit(bought())
    else:
        assert refused(paper, bought()) == "not_enough_cash"
    assert len(paper.rows()) == is_enough
    paper.book.close()


def test_a_market_buy_reserves_the_upper_limit(tmp_path: Path) -> None:
    paper = Paper(tmp_path, cash=130_000)

    code = refused(paper, bought(limit=None))
    paper.broker.submit(bought(quantity=9, limit=None))

    assert code == "not_enough_cash"
    assert paper.rows()[0].filled_value == 90_090
    paper.book.close()


def test_cash_of_a_resting_buy_is_not_spent_twice(paper: Paper) -> None:
    paper.opens_at(ONE, None)

    paper.broker.submit(bought(quantity=60))

    # 618,000 and a fee of 908.
    assert paper.figures() == (1_000_000, 1_000_000, 381_092)
    assert refused(paper, bought(TWO, 40)) == "not_enough_cash"


def test_a_cancelled_buy_gives_its_cash_back(paper: Paper) -> None:
    paper.opens_at(ONE, None)
    paper.broker.submit(bought(quantity=60))

    paper.broker.cancel(paper.rows()[0])

    (row,) = paper.rows()
    assert (row.is_open, row.is_cancelled) == (False, True)
    assert paper.figures() == (1_000_000, 1_000_000, 1_000_000)


def test_a_filled_order_is_not_cancelled_afterwards(paper: Paper) -> None:
    paper.broker.submit(bought())

    with pytest.raises(OrderRejected, match="nothing_to_cancel"):
        paper.broker.cancel(paper.rows()[0])

    assert not paper.rows()[0].is_cancelled
    assert paper.held() == {ONE: (10, 10)}


@pytest.mark.parametrize("quantity", [11, 1_000])
def test_more_shares_than_there_are_are_not_sold(paper: Paper, quantity: int) -> None:
    paper.broker.submit(bought())

    assert refused(paper, sold(quantity=quantity)) == "not_enough_shares"


def test_shares_of_a_resting_sale_are_not_sold_twice(paper: Paper) -> None:
    paper.broker.submit(bought())
    paper.broker.submit(sold(quantity=6, limit=12_000))

    assert paper.held() == {ONE: (10, 4)}
    assert refused(paper, sold(quantity=5)) == "not_enough_shares"


def test_a_limit_sale_fills_when_the_open_is_better(paper: Paper) -> None:
    paper.broker.submit(bought())

    paper.broker.submit(sold(limit=9_990))

    assert paper.rows()[1].filled_value == 99_900


@pytest.mark.parametrize(
    "moment",
    [
        at(15, 30),
        at(20),
        at(8, 59, 59, day=NEXT_SESSION),
        at(10, day=date(2026, 3, 7)),
    ],
)
def test_outside_the_session_orders_are_refused(paper: Paper, moment: datetime) -> None:
    paper.clock.move_to(moment)

    assert refused(paper, bought()) == "market_closed"


@pytest.mark.parametrize("moment", [at(9, 1), at(15, 29, 59)])
def test_to_the_last_second_orders_are_taken(paper: Paper, moment: datetime) -> None:
    paper.clock.move_to(moment)

    paper.broker.submit(bought())

    assert len(paper.rows()) == 1


def test_a_resting_order_expires_after_the_close(paper: Paper) -> None:
    paper.broker.submit(bought(TWO))
    paper.opens_at(ONE, None)
    paper.broker.submit(bought())
    paper.opens_at(TWO, 7_000)
    paper.broker.submit(sold(TWO))
    while_open = paper.held(), paper.figures()[2]

    paper.clock.move_to(at(15, 30, 1))

    assert while_open == ({TWO: (10, 0)}, 796_602)
    assert [(row.is_open, row.is_cancelled) for row in paper.rows()] == [
        (False, False)
    ] * 3
    assert paper.held() == {TWO: (10, 10)}
    assert paper.figures()[2] == 899_753


def test_an_expired_order_binds_nothing_on_the_next_day(paper: Paper) -> None:
    paper.opens_at(ONE, None)
    paper.broker.submit(bought())

    paper.clock.move_to(at(9, 1, day=NEXT_SESSION))

    assert paper.figures() == (1_000_000, 1_000_000, 1_000_000)
    assert paper.rows(NEXT_SESSION) == ()
    assert [row.is_open for row in paper.rows(SESSION)] == [False]


def test_what_expired_is_not_cancelled(paper: Paper) -> None:
    paper.opens_at(ONE, None)
    paper.broker.submit(bought())
    (row,) = paper.rows()
    paper.clock.move_to(at(15, 30))

    with pytest.raises(OrderRejected, match="nothing_to_cancel"):
        paper.broker.cancel(row)

    assert not paper.rows()[0].is_cancelled


def test_a_day_without_a_session_has_no_orders(paper: Paper) -> None:
    assert paper.rows(date(2026, 3, 7)) == ()


def test_a_restart_keeps_everything(paper: Paper) -> None:
    paper.broker.submit(bought())
    paper.opens_at(TWO, None)
    paper.broker.submit(bought(TWO))
    before = (paper.broker.account(), paper.rows())

    paper.restart()

    assert (paper.broker.account(), paper.rows()) == before
    assert paper.broker.submit(sold(quantity=1)).number == "0000000003"


def test_a_refused_order_leaves_no_trace(paper: Paper) -> None:
    refused(paper, bought(quantity=1_000))

    paper.restart()

    assert paper.rows() == ()
    assert paper.figures() == (1_000_000, 1_000_000, 1_000_000)


def test_on_a_day_without_a_session_the_account_can_be_read(paper: Paper) -> None:
    paper.broker.submit(bought())

    class OnlySessions(FakeQuotes):
        def opening_quote(self, symbol: str, session: date) -> Quote | None:
            assert CALENDAR.is_session(session)
            return super().opening_quote(symbol, session)

        def last_price(self, symbol: str, at: datetime) -> int | None:
            return 10_500

    paper.quotes = OnlySessions()
    paper.clock.move_to(at(12, day=date(2026, 3, 7)))

    (holding,) = paper.broker.account().holdings
    assert (holding.name, holding.price) == ("이름100000", 10_500)


def test_a_holding_nobody_quotes_any_more_is_worth_nothing_known(paper: Paper) -> None:
    paper.broker.submit(bought())
    paper.quotes.quotes[ONE] = None

    account = paper.broker.account()

    assert [(h.name, h.price) for h in account.holdings] == [("", 0)]
    assert account.total == 899_753


ORDERS = st.builds(
    lambda is_buy, symbol, quantity, limit: an_order(
        symbol,
        Side.BUY if is_buy else Side.SELL,
        quantity=quantity,
        limit_price=limit,
    ),
    is_buy=st.booleans(),
    symbol=st.sampled_from([ONE, TWO]),
    quantity=st.integers(1, 60),
    limit=st.sampled_from([None, 9_000, 10_010, 10_300, 13_000]),
)


@given(orders=st.lists(ORDERS, max_size=12))
@settings(max_examples=20, deadline=None)
def test_whatever_is_sent_money_and_shares_are_conserved(
    orders: list[Order], tmp_path_factory: pytest.TempPathFactory
) -> None:
    paper = Paper(tmp_path_factory.mktemp("paper"))
    paper.costs = replace(COSTS, fee_rate=0, tax_rate=0)

    for order in orders:
        try:
            paper.broker.submit(order)
        except OrderRejected:
            continue
    cash, cash_d2, spendable = paper.figures()
    rows, held = paper.rows(), paper.held()
    paper.book.close()

    signed = [(1 if row.side is Side.BUY else -1, row) for row in rows]
    assert cash == 1_000_000
    assert cash_d2 == cash - sum(sign * row.filled_value for sign, row in signed)
    assert 0 <= spendable <= cash_d2
    for symbol in (ONE, TWO):
        traded = sum(s * r.filled_quantity for s, r in signed if r.symbol == symbol)
        quantity, sellable = held.get(symbol, (0, 0))
        assert quantity == traded
        assert 0 <= sellable <= quantity
