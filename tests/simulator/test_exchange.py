"""Laws of the practice exchange over any sequence of orders."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import CALENDAR, at
from khms_trader.domain.order import Side
from khms_trader.market.rates import CostRates
from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.matching import spendable
from khms_trader.simulator.orders import (
    Act,
    Denial,
    Denied,
    Division,
    FillCap,
    OrderWanted,
    Seed,
)
from simulator.practice import ONE, TWO, Market, held

CASH = 1_000_000
# 14.7 bp fee, the dated tax (20 bp in 2026) and 10 bp slippage.
COSTS = CostRates(fee_rate=1_470_000, slippage_rate=1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing a client does, some seconds after the one before."""

    act: Act
    symbol: str
    side: Side
    quantity: int
    price: int
    target: int
    cap: int
    pause: int


STEPS = st.builds(
    Step,
    act=st.sampled_from(Act),
    symbol=st.sampled_from([ONE, TWO, "999990"]),
    side=st.sampled_from(Side),
    quantity=st.integers(0, 60),
    price=st.sampled_from([0, 7_000, 9_000, 9_990, 10_010, 10_015, 13_000, 14_000]),
    target=st.integers(1, 8),
    cap=st.integers(0, 40),
    pause=st.sampled_from([0, 1, 400, 9_000, 60_000]),
)


def an_exchange(now: datetime) -> tuple[Exchange, Market]:
    prices = Market()
    market = PracticeMarket(
        calendar=CALENDAR, quotes=prices, bars=prices, listing=prices, costs=COSTS
    )
    seed = Seed(cash=CASH, holdings=held({TWO: 30}))
    return Exchange(market, seed, now=now), prices


def take(exchange: Exchange, step: Step, now: datetime) -> Denial | None:
    wanted = OrderWanted(
        symbol=step.symbol,
        side=step.side,
        quantity=step.quantity,
        division=Division.LIMIT if step.price else Division.MARKET,
        price=step.price,
    )
    try:
        if step.act is Act.ORDER:
            exchange.place(wanted, now, cap=FillCap(most=step.cap))
        elif step.act is Act.AMENDMENT:
            exchange.amend(step.target, wanted, now)
        else:
            exchange.cancel(step.target, now, quantity=step.quantity)
    except Denied as denied:
        return denied.denial
    return None


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_money_and_shares_are_conserved_whatever_is_done(steps: list[Step]) -> None:
    now = at(9, 1)
    exchange, _ = an_exchange(now)

    for step in steps:
        now += timedelta(seconds=step.pause)
        before = exchange.books_at(now)
        denial = take(exchange, step, now)
        books = exchange.books
        assert denial is None or books == before

        bought = [row for row in books.orders if row.side is Side.BUY]
        sold = [row for row in books.orders if row.side is Side.SELL]
        paid = sum(row.filled_value + row.costs for row in bought)
        got = sum(row.filled_value - row.costs for row in sold)
        assert books.ledger.cash_d2 == CASH - paid + got
        for symbol, first in ((ONE, 0), (TWO, 30)):
            shares = first + sum(row.filled for row in bought if row.symbol == symbol)
            shares -= sum(row.filled for row in sold if row.symbol == symbol)
            assert books.ledger.quantity(symbol) == shares
            assert books.sellable(symbol) >= 0
        assert spendable(books, COSTS) >= 0
        assert all(
            row.filled + row.cancelled + row.expired + row.open_quantity == row.quantity
            and row.open_quantity >= 0
            for row in books.orders
        )


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_numbers_rise_within_a_session_and_nothing_stays_open_over_night(
    steps: list[Step],
) -> None:
    now = at(9, 1)
    exchange, _ = an_exchange(now)
    for step in steps:
        now += timedelta(seconds=step.pause)
        take(exchange, step, now)

    books = exchange.books_at(now)
    for session in {row.session for row in books.orders}:
        numbers = [row.number for row in books.of_session(session)]
        assert numbers == list(range(1, len(numbers) + 1))
    old = [row for row in books.orders if row.session < now.date()]
    assert all(row.open_quantity == 0 for row in old)


def test_fills_of_one_order_pay_their_fee_once() -> None:
    exchange, prices = an_exchange(at(9, 1))
    prices.opens[ONE] = 10_110
    later = at(9, 1, 30)
    cap = FillCap(most=1, until=later)
    wanted = OrderWanted(
        symbol=ONE, side=Side.BUY, quantity=3, division=Division.MARKET
    )

    exchange.place(wanted, at(9, 1), cap=cap)
    (first,) = exchange.books.orders
    (whole,) = exchange.books_at(later).orders

    # Slippage makes 10,130 won: a fee of 14.89 won on one share, 44.67 on three.
    assert (first.filled, first.filled_value, first.costs) == (1, 10_130, 14)
    assert (whole.filled, whole.filled_value, whole.costs) == (3, 30_390, 44)


def test_a_week_nobody_asked_for_is_lived_through_all_the_same() -> None:
    exchange, prices = an_exchange(at(9, 1))
    prices.splits[TWO, date(2026, 3, 9)] = 2
    sale = OrderWanted(
        symbol=TWO, side=Side.SELL, quantity=10, division=Division.MARKET
    )
    exchange.place(sale, at(9, 1))

    books = exchange.books_at(at(9, 1, day=date(2026, 3, 11)))

    # 99,900 won less a fee of 146 and a tax of 199, settled on the 6th.
    assert (books.ledger.cash, books.ledger.pending) == (1_099_555, ())
    assert (books.ledger.quantity(TWO), books.session) == (40, date(2026, 3, 11))


def test_the_books_of_a_moment_ago_can_be_asked_for() -> None:
    exchange, _ = an_exchange(at(9, 1))
    wanted = OrderWanted(
        symbol=ONE, side=Side.BUY, quantity=1, division=Division.MARKET
    )
    exchange.place(wanted, at(9, 1, 10))

    shown = [
        len(exchange.books_at(at(9, 1, second), lag=timedelta(seconds=5)).orders)
        for second in (14, 15)
    ]

    assert shown == [0, 1]


def test_a_client_that_goes_back_in_time_undoes_nothing() -> None:
    exchange, _ = an_exchange(at(9, 1))
    wanted = OrderWanted(
        symbol=ONE, side=Side.BUY, quantity=1, division=Division.MARKET
    )
    exchange.place(wanted, at(9, 30))

    assert len(exchange.books_at(at(9, 5)).orders) == 0
    assert len(exchange.books.orders) == 1
