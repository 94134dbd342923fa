"""The broker of a dry run: the account is read once, and nothing can reach it."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import (
    ACCOUNT,
    CALENDAR,
    NEXT_SESSION,
    SESSION,
    FakeQuotes,
    a_quote,
    an_order,
    at,
)
from khms_trader.broker.rehearsal import RehearsalBroker
from khms_trader.clock import ManualClock
from khms_trader.domain.account import Account, Holding
from khms_trader.domain.order import BrokerOrder, Order, OrderType, Side
from khms_trader.errors import BrokerUnavailable, OrderRejected
from khms_trader.market.rates import CostRates
from khms_trader.ports import AccountReader, Broker

ONE, TWO = "100000", "200000"
# 14.7 bp fee, the dated tax (20 bp in 2026), 10 bp slippage.
COSTS = CostRates(fee_rate=1_470_000, slippage_rate=1_000_000)
REAL_SALE = BrokerOrder(
    number="0000000007",
    symbol=TWO,
    side=Side.SELL,
    quantity=4,
    order_type=OrderType.LIMIT,
    limit_price=13_000,
    ordered_at=at(9, 0, 30),
    is_open=True,
)


class RecordingAccount:
    """A real account that could be traded, and fails the test when it is."""

    account_id = ACCOUNT

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.fails = False
        # 100,000 won of what may be spent are in no deposit; the total counts a fund.
        self.holds = Account(
            account=ACCOUNT,
            observed_at=at(9, 1),
            cash=800_000,
            cash_d2=900_000,
            spendable=1_000_000,
            total=2_000_000,
            holdings=(
                a_holding(TWO, quantity=10, sellable=6),
                a_holding("300000", quantity=5, sellable=0),
            ),
        )

    def account(self) -> Account:
        self._read("account")
        return self.holds

    def spendable(self) -> int:
        self._read("spendable")
        return self.holds.spendable

    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        self._read("orders")
        return (REAL_SALE,) if session == SESSION else ()

    def submit(self, order: Order) -> NoReturn:
        pytest.fail(f"a rehearsal sent {order}")

    def cancel(self, order: BrokerOrder) -> NoReturn:
        pytest.fail(f"a rehearsal cancelled {order}")

    def _read(self, what: str) -> None:
        self.reads.append(what)
        if self.fails:
            raise BrokerUnavailable("kis_no_answer")


def a_holding(symbol: str, *, quantity: int, sellable: int) -> Holding:
    return Holding(
        symbol=symbol,
        name=f"이름{symbol}",
        quantity=quantity,
        sellable=sellable,
        average_price=Decimal("9000.3333"),
        price=10_100,
    )


class Rehearsal:
    """A rehearsal and what stands around it."""

    def __init__(self) -> None:
        self.real = RecordingAccount()
        self.clock = ManualClock(at(9, 1))
        self.quotes = FakeQuotes()
        self.broker = RehearsalBroker(
            self.real,
            self.quotes,
            clock=self.clock,
            calendar=CALENDAR,
            costs=COSTS,
        )

    def figures(self) -> tuple[int, int, int, int]:
        """Return deposit, deposit after settlement, what may be spent, total."""
        account = self.broker.account()
        return account.cash, account.cash_d2, account.spendable, account.total

    def held(self) -> dict[str, tuple[int, int]]:
        holdings = self.broker.account().holdings
        return {h.symbol: (h.quantity, h.sellable) for h in holdings}

    def own(self) -> list[BrokerOrder]:
        rows = self.broker.orders(self.clock.now().date())
        return [row for row in rows if row.number.startswith("R")]

    def refused(self, do: Callable[[], object]) -> str:
        with pytest.raises(OrderRejected) as caught:
            do()
        return caught.value.code


@pytest.fixture
def rehearsal() -> Rehearsal:
    return Rehearsal()


def bought(symbol: str = ONE, quantity: int = 10, limit: int | None = 10_300) -> Order:
    return an_order(symbol, quantity=quantity, limit_price=limit)


def sold(symbol: str = TWO, quantity: int = 6, limit: int | None = None) -> Order:
    return an_order(symbol, Side.SELL, quantity=quantity, limit_price=limit)


def test_a_whole_rehearsal_reads_the_account_once_and_sends_nothing(
    rehearsal: Rehearsal,
) -> None:
    broker: Broker = rehearsal.broker

    before = broker.account()
    broker.submit(sold())
    broker.submit(bought())
    resting = broker.submit(bought(limit=9_000))
    (row,) = (r for r in broker.orders(SESSION) if r.number == resting.number)
    broker.cancel(row)
    after = broker.account()
    spendable = broker.spendable()

    assert rehearsal.real.reads == ["account", "orders"]
    assert before == rehearsal.real.holds
    assert after != before
    assert spendable == after.spendable


def test_what_it_reads_with_need_not_be_able_to_trade() -> None:
    class OnlyReads:
        account_id = ACCOUNT

        def account(self) -> Account:
            return RecordingAccount().holds

        def spendable(self) -> int:
            return RecordingAccount().holds.spendable

        def orders(self, session: date) -> tuple[BrokerOrder, ...]:
            return ()

    reader: AccountReader = OnlyReads()
    broker = RehearsalBroker(
        reader,
        FakeQuotes(),
        clock=ManualClock(at(9, 1)),
        calendar=CALENDAR,
        costs=COSTS,
    )

    assert broker.submit(bought()).number == "R0001"
    assert broker.account_id == ACCOUNT


def test_before_anything_is_ordered_the_account_is_as_it_was_read(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.clock.sleep(7)

    account = rehearsal.broker.account()

    assert account == replace(rehearsal.real.holds, observed_at=at(9, 1, 7))


def test_an_order_is_taken_under_a_made_up_number_and_fills_as_on_paper(
    rehearsal: Rehearsal,
) -> None:
    first = rehearsal.broker.submit(bought())
    second = rehearsal.broker.submit(bought(quantity=1, limit=9_000))

    assert (first.number, first.accepted_at) == ("R0001", at(9, 1))
    assert second.number == "R0002"
    # 10,000 won and 10 of slippage, up to the tick of 10.
    assert [
        (row.filled_quantity, row.filled_value, row.is_open) for row in rehearsal.own()
    ] == [(10, 100_100, False), (0, 0, True)]


def test_what_only_the_broker_knows_of_the_money_stays_in_the_figures(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.broker.submit(bought())
    rehearsal.broker.submit(bought(limit=9_000))

    # The buy takes 100,100 won and a fee of 147; 90,000 and 132 are held back. The
    # total loses the slippage of 100 and the fee.
    assert rehearsal.figures() == (800_000, 799_753, 809_621, 1_999_753)


def test_a_sale_brings_cash_less_fee_and_tax_at_the_opening_price(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.broker.submit(sold())

    # 6 x 9,990 less a fee of 88 and a tax of 119; they were worth 60,600 as read.
    assert rehearsal.figures() == (800_000, 959_733, 1_059_733, 1_999_133)
    assert rehearsal.held() == {TWO: (4, 0), "300000": (5, 0)}


def test_holdings_that_are_not_ordered_stay_exactly_as_they_were(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.broker.submit(bought())

    account = rehearsal.broker.account()

    assert account.holdings[1:] == rehearsal.real.holds.holdings
    (new,) = account.holdings[:1]
    assert (new.symbol, new.name, new.price) == (ONE, "이름100000", 10_000)
    assert (new.quantity, new.sellable) == (10, 10)
    assert new.average_price == Decimal("10010.0000")


def test_more_of_a_held_symbol_is_averaged_with_what_was_there(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.broker.submit(bought(TWO))

    holding = rehearsal.broker.account().holding(TWO)

    # 90,003 won for ten before, 100,100 for ten more.
    assert holding is not None
    assert holding.average_price == Decimal("9505.1500")
    assert (holding.quantity, holding.sellable, holding.price) == (20, 16, 10_100)


def test_shares_behind_a_real_resting_sale_are_not_sold(rehearsal: Rehearsal) -> None:
    code = rehearsal.refused(lambda: rehearsal.broker.submit(sold(quantity=7)))

    assert code == "not_enough_shares"
    rehearsal.broker.submit(sold(quantity=6))


def test_cash_that_may_not_be_spent_is_not_spent(rehearsal: Rehearsal) -> None:
    # 97 x 10,300 and a fee of 1,468; what may be spent counts, not the deposit.
    order = bought(quantity=97)

    assert rehearsal.refused(lambda: rehearsal.broker.submit(order)) == (
        "not_enough_cash"
    )
    rehearsal.broker.submit(bought(quantity=96))

    assert rehearsal.own()[0].filled_quantity == 96


def test_real_orders_are_listed_before_the_rehearsed_ones(rehearsal: Rehearsal) -> None:
    rehearsal.broker.submit(bought())

    rows = rehearsal.broker.orders(SESSION)

    assert rows[0] == REAL_SALE
    assert [row.number for row in rows] == ["0000000007", "R0001"]
    assert rehearsal.broker.orders(NEXT_SESSION) == ()


def test_a_real_order_is_not_even_seemingly_cancelled(rehearsal: Rehearsal) -> None:
    code = rehearsal.refused(lambda: rehearsal.broker.cancel(REAL_SALE))

    assert code == "rehearsal_keeps_real_order"
    assert rehearsal.broker.orders(SESSION) == (REAL_SALE,)


def test_a_halted_symbol_is_refused_without_reading_the_account(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.quotes.quotes[ONE] = None

    code = rehearsal.refused(lambda: rehearsal.broker.submit(bought()))

    assert code == "unknown_symbol"
    assert rehearsal.real.reads == []


def test_a_read_that_fails_raises_and_is_tried_again_next_time(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.real.fails = True
    for do in (
        rehearsal.broker.account,
        rehearsal.broker.spendable,
        lambda: rehearsal.broker.orders(SESSION),
        lambda: rehearsal.broker.submit(bought()),
    ):
        with pytest.raises(BrokerUnavailable, match="kis_no_answer"):
            do()

    rehearsal.real.fails = False

    assert rehearsal.figures() == (800_000, 900_000, 1_000_000, 2_000_000)
    assert rehearsal.own() == []


def test_a_price_that_moved_since_leaves_the_other_prices_alone(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.quotes.quotes[TWO] = a_quote(TWO, open_price=9_500)
    rehearsal.broker.account()

    rehearsal.broker.submit(sold(quantity=1))

    # 9,490 won (9,490.5 down to the tick) less a fee of 13 and a tax of 18.
    assert rehearsal.figures()[1] == 909_459
    holding = rehearsal.broker.account().holding(TWO)
    assert holding is not None
    assert holding.price == 10_100


def test_it_loads_neither_the_network_nor_the_file_of_the_paper_account() -> None:
    program = (
        "import sys, khms_trader.broker.rehearsal;"
        "print(*{'requests', 'sqlite3', 'numpy', 'pandas'} & set(sys.modules))"
    )

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert run.stdout.split() == []


ORDERS = st.builds(
    an_order,
    symbol=st.sampled_from([ONE, TWO, "300000"]),
    side=st.sampled_from(Side),
    quantity=st.integers(1, 60),
    limit_price=st.sampled_from([None, 9_000, 9_990, 10_010, 10_300, 13_000]),
)


@settings(max_examples=40, deadline=None)
@given(orders=st.lists(ORDERS, max_size=12))
def test_money_and_shares_are_conserved_and_a_second_rehearsal_is_the_same(
    orders: list[Order],
) -> None:
    ended = []
    for rehearsal in (Rehearsal(), Rehearsal()):
        for order in orders:
            try:
                rehearsal.broker.submit(order)
            except OrderRejected:
                continue
        ended.append((rehearsal.broker.account(), rehearsal.own()))
    account, rows = ended[0]

    assert ended[0] == ended[1]
    assert account.spendable >= 0
    assert account.cash == 800_000
    assert account.spendable <= account.cash_d2 + 100_000
    for symbol, first in ((ONE, 0), (TWO, 10), ("300000", 5)):
        held = account.holding(symbol)
        traded = sum(
            row.filled_quantity if row.side is Side.BUY else -row.filled_quantity
            for row in rows
            if row.symbol == symbol
        )
        assert (held.quantity if held else 0) == first + traded
        assert held is None or 0 <= held.sellable <= held.quantity
