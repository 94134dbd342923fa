"""What every broker does alike: paper, KIS over the practice server, a rehearsal.

Slippage is 0 throughout, as real fills have none of ours. Every symbol opens at 10,000
won (limits 7,000 and 13,000) and closes at 11,000.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from broker.contract.stages import Scene, Stage
from fakes import NEXT_SESSION, SESSION, an_order, at
from khms_trader.clock import ManualClock
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import BrokerOrder, Order, OrderType, Side
from khms_trader.errors import MarketClosed, OrderRejected
from khms_trader.market.rates import CostRates
from simulator.practice import ONE, TWO, Market

Opening = Callable[[Scene], Stage]

# 14.7 bp each way; the dated tax of 2026 is 20 bp.
FEE = CostRates(fee_rate=1_470_000)
SETTLEMENT = date(2026, 3, 6)
SATURDAY = date(2026, 3, 7)
CHILDRENS_DAY = date(2026, 5, 5)
SYMBOLS = tuple(f"{number}0" for number in range(30_000, 30_025))


def bought(symbol: str = ONE, quantity: int = 10, limit: int | None = None) -> Order:
    return an_order(symbol, quantity=quantity, limit_price=limit)


def sold(symbol: str = ONE, quantity: int = 10, limit: int | None = None) -> Order:
    return an_order(symbol, Side.SELL, quantity=quantity, limit_price=limit)


def refused(stage: Stage, order: Order) -> type[OrderRejected]:
    """Return how ``order`` was refused, having seen that it changed nothing."""
    session = stage.clock.now().date()
    before = stage.figures(), stage.held(), stage.rows(session)
    with pytest.raises(OrderRejected) as caught:
        stage.broker.submit(order)
    assert (stage.figures(), stage.held(), stage.rows(session)) == before
    return caught.type


def state(row: BrokerOrder) -> tuple[int, int, bool, bool, bool]:
    """Return shares and won filled, and whether open, cancelled, rejected."""
    return (
        row.filled_quantity,
        row.filled_value,
        row.is_open,
        row.is_cancelled,
        row.is_rejected,
    )


RESTS = (0, 0, True, False, False)
ENDED = (0, 0, False, False, False)
CANCELLED = (0, 0, False, True, False)


def test_a_fresh_account_has_its_cash_and_nothing_else(stage: Stage) -> None:
    account = stage.broker.account()

    assert account.account == stage.broker.account_id
    assert at(9, 1) <= account.observed_at <= stage.clock.now()
    assert (account.cash, account.cash_d2) == (1_000_000, 1_000_000)
    assert (account.spendable, account.total) == (1_000_000, 1_000_000)
    assert account.holdings == ()
    assert stage.rows() == ()


def test_shares_that_were_there_are_shown_with_price_and_name(opened: Opening) -> None:
    stage = opened(Scene(holdings={TWO: 7, ONE: 3}))

    account = stage.broker.account()

    assert [
        (h.symbol, h.name, h.quantity, h.sellable, h.average_price, h.price)
        for h in account.holdings
    ] == [
        (ONE, "이름100000", 3, 3, Decimal("9000.0000"), 10_000),
        (TWO, "이름200000", 7, 7, Decimal("9000.0000"), 10_000),
    ]
    assert account.total == 1_100_000


def test_a_market_buy_fills_at_the_open_and_pays_its_fee(opened: Opening) -> None:
    stage = opened(Scene(costs=FEE))

    ack = stage.broker.submit(bought())

    assert state(stage.row(ack.number)) == (10, 100_000, False, False, False)
    account = stage.broker.account()
    (holding,) = account.holdings
    assert (holding.symbol, holding.quantity, holding.sellable) == (ONE, 10, 10)
    assert (holding.name, holding.price) == ("이름100000", 10_000)
    assert holding.average_price == Decimal("10000.0000")
    # 100,000 won and a fee of 147; the deposit moves at settlement only.
    assert (account.cash, account.cash_d2) == (1_000_000, 899_853)
    assert (account.spendable, account.total) == (899_853, 999_853)


def test_a_second_buy_of_a_symbol_changes_its_average_price(opened: Opening) -> None:
    stage = opened(Scene(holdings={ONE: 20}))

    stage.broker.submit(bought(quantity=10))

    (holding,) = stage.broker.account().holdings
    assert holding.quantity == 30
    assert holding.average_price == Decimal("9333.3333")


def test_a_limit_buy_below_the_market_rests_and_holds_cash_back(
    opened: Opening,
) -> None:
    stage = opened(Scene(costs=FEE))

    ack = stage.broker.submit(bought(limit=9_000))

    assert state(stage.row(ack.number)) == RESTS
    assert stage.held() == {}
    # 90,000 won and a fee of 132 (132.3, cut to whole won).
    assert stage.figures() == (1_000_000, 1_000_000, 909_868)


def test_a_cancel_ends_an_order_and_frees_its_cash(stage: Stage) -> None:
    ack = stage.broker.submit(bought(limit=9_000))

    stage.broker.cancel(stage.row(ack.number))

    assert [state(row) for row in stage.rows()] == [CANCELLED]
    assert stage.figures() == (1_000_000, 1_000_000, 1_000_000)


def test_a_cancel_frees_the_shares_of_a_resting_sale(opened: Opening) -> None:
    stage = opened(Scene(holdings={ONE: 10}))
    ack = stage.broker.submit(sold(quantity=4, limit=12_000))
    resting = stage.held()

    stage.broker.cancel(stage.row(ack.number))

    assert resting == {ONE: (10, 6)}
    assert stage.held() == {ONE: (10, 10)}


def test_what_is_filled_or_cancelled_is_not_cancelled_again(stage: Stage) -> None:
    filled = stage.row(stage.broker.submit(bought()).number)
    resting = stage.row(stage.broker.submit(bought(limit=9_000)).number)
    stage.broker.cancel(resting)

    for row in (filled, resting):
        with pytest.raises(OrderRejected):
            stage.broker.cancel(row)

    assert [state(row) for row in stage.rows()] == [
        (10, 100_000, False, False, False),
        CANCELLED,
    ]
    assert stage.figures() == (1_000_000, 900_000, 900_000)


def test_a_limit_buy_above_the_market_gets_the_better_price(stage: Stage) -> None:
    ack = stage.broker.submit(bought(limit=10_300))

    assert state(stage.row(ack.number)) == (10, 100_000, False, False, False)
    assert stage.figures() == (1_000_000, 900_000, 900_000)


@pytest.mark.parametrize("limit", [None, 9_500, 10_000])
def test_a_sale_pays_fee_and_tax_and_its_proceeds_settle_later(
    opened: Opening, limit: int | None
) -> None:
    stage = opened(Scene(costs=FEE, holdings={ONE: 10}))

    ack = stage.broker.submit(sold(quantity=6, limit=limit))

    assert state(stage.row(ack.number)) == (6, 60_000, False, False, False)
    assert stage.held() == {ONE: (4, 4)}
    # 60,000 less a fee of 88 and a tax of 120; they may be spent at once.
    assert stage.figures() == (1_000_000, 1_059_792, 1_059_792)
    assert stage.broker.account().total == 1_099_792


def test_a_symbol_sold_out_is_held_no_more(opened: Opening) -> None:
    stage = opened(Scene(holdings={ONE: 10, TWO: 5}))

    stage.broker.submit(sold())

    assert stage.held() == {TWO: (5, 5)}


def test_shares_bought_today_may_be_sold_today(stage: Stage) -> None:
    stage.broker.submit(bought())

    stage.broker.submit(sold())

    assert stage.held() == {}
    assert stage.figures() == (1_000_000, 1_000_000, 1_000_000)


def test_proceeds_of_today_buy_today(opened: Opening) -> None:
    stage = opened(Scene(cash=0, holdings={ONE: 13}))
    stage.broker.submit(sold(quantity=13))

    stage.broker.submit(bought(TWO, quantity=10))

    assert stage.held() == {TWO: (10, 10)}
    assert stage.figures() == (0, 30_000, 30_000)


@pytest.mark.parametrize("limit", [None, 12_000])
def test_more_shares_than_are_held_are_not_sold(
    opened: Opening, limit: int | None
) -> None:
    stage = opened(Scene(holdings={ONE: 10}))

    assert refused(stage, sold(quantity=11, limit=limit)) is OrderRejected
    assert refused(stage, sold(TWO, quantity=1, limit=limit)) is OrderRejected


def test_shares_of_a_resting_sale_are_not_sold_twice(opened: Opening) -> None:
    stage = opened(Scene(holdings={ONE: 10}))
    stage.broker.submit(sold(quantity=6, limit=12_000))

    assert refused(stage, sold(quantity=5)) is OrderRejected
    assert stage.held() == {ONE: (10, 4)}


def test_cash_of_a_resting_buy_is_not_spent_twice(stage: Stage) -> None:
    stage.broker.submit(bought(quantity=60, limit=9_000))

    assert refused(stage, bought(TWO, quantity=47, limit=10_000)) is OrderRejected
    stage.broker.submit(bought(TWO, quantity=46, limit=10_000))

    assert stage.figures() == (1_000_000, 540_000, 0)


@pytest.mark.parametrize(
    ("quantity", "limit"),
    [(77, None), (98, 10_300), (100, 10_000)],
)
def test_a_buy_needs_the_cash_of_its_worst_price_and_the_fee(
    opened: Opening, quantity: int, limit: int | None
) -> None:
    stage = opened(Scene(cash=1_001_469, costs=FEE))

    assert refused(stage, bought(quantity=quantity, limit=limit)) is OrderRejected
    stage.broker.submit(bought(quantity=quantity - 1, limit=limit))

    assert stage.held() == {ONE: (quantity - 1, quantity - 1)}


def test_the_last_won_buys(opened: Opening) -> None:
    stage = opened(Scene(cash=1_001_470, costs=FEE))

    stage.broker.submit(bought(quantity=100, limit=10_000))

    assert stage.figures() == (1_001_470, 0, 0)


@pytest.mark.parametrize(
    "moment",
    [
        at(8, 20),
        at(8, 59, 50),
        at(15, 30),
        at(18),
        at(10, day=SATURDAY),
        at(10, day=CHILDRENS_DAY),
    ],
    ids=lambda moment: f"{moment:%m-%d %H:%M}",
)
@pytest.mark.parametrize("limit", [None, 9_000])
def test_outside_the_trading_hours_orders_are_refused(
    opened: Opening, moment: datetime, limit: int | None
) -> None:
    stage = opened(Scene(holdings={ONE: 10}, start_at=moment))

    with pytest.raises(MarketClosed):
        stage.broker.submit(bought(limit=limit))
    with pytest.raises(MarketClosed):
        stage.broker.submit(sold(limit=limit))

    assert stage.figures() == (1_000_000, 1_000_000, 1_000_000)
    assert stage.held() == {ONE: (10, 10)}
    assert stage.rows(moment.date()) == ()


def test_on_the_minute_of_the_open_orders_are_taken(opened: Opening) -> None:
    stage = opened(Scene(start_at=at(9)))

    stage.broker.submit(bought())

    assert [row.filled_quantity for row in stage.rows()] == [10]


def test_a_halted_symbol_is_refused(opened: Opening) -> None:
    market = Market()
    market.opens[TWO] = None
    market.marks[TWO] = frozenset({Designation.HALTED})
    stage = opened(Scene(market=market, holdings={TWO: 10}))

    assert refused(stage, bought(TWO)) is OrderRejected
    assert refused(stage, sold(TWO, limit=10_000)) is OrderRejected


def test_a_symbol_nobody_knows_is_refused(stage: Stage) -> None:
    assert refused(stage, bought("999990")) is OrderRejected


@pytest.mark.parametrize(
    "limit",
    [
        10_005,  # the tick from 5,000 to 20,000 won is 10
        9_999,
        13_010,
        6_990,
    ],
)
def test_a_limit_off_the_tick_or_beyond_the_days_limits_is_refused(
    opened: Opening, limit: int
) -> None:
    stage = opened(Scene(holdings={ONE: 10}))

    assert refused(stage, bought(limit=limit)) is OrderRejected
    assert refused(stage, sold(limit=limit)) is OrderRejected


@pytest.mark.parametrize("limit", [7_000, 13_000])
def test_the_days_limits_themselves_may_be_named(stage: Stage, limit: int) -> None:
    ack = stage.broker.submit(bought(limit=limit))

    assert stage.row(ack.number).limit_price == limit


def test_without_an_open_an_order_rests(opened: Opening) -> None:
    market = Market()
    market.opens[ONE] = None
    stage = opened(Scene(market=market))

    ack = stage.broker.submit(bought())

    assert state(stage.row(ack.number)) == RESTS
    # A market buy is held back at the upper limit of 13,000 won.
    assert stage.figures() == (1_000_000, 1_000_000, 870_000)


def test_every_order_of_a_session_is_listed_oldest_first(opened: Opening) -> None:
    stage = opened(Scene(holdings={ONE: 10}))
    orders = [
        sold(quantity=3),
        bought(TWO, quantity=2, limit=10_300),
        sold(quantity=4, limit=12_000),
        bought(TWO, quantity=5, limit=8_000),
        bought(ONE, quantity=1),
    ]
    acks = []
    for order in orders:
        acks.append(stage.broker.submit(order))
        stage.clock.sleep(60)

    rows = stage.rows()

    assert [
        (r.symbol, r.side, r.quantity, r.order_type, r.limit_price) for r in rows
    ] == [
        (ONE, Side.SELL, 3, OrderType.MARKET, None),
        (TWO, Side.BUY, 2, OrderType.LIMIT, 10_300),
        (ONE, Side.SELL, 4, OrderType.LIMIT, 12_000),
        (TWO, Side.BUY, 5, OrderType.LIMIT, 8_000),
        (ONE, Side.BUY, 1, OrderType.MARKET, None),
    ]
    assert [state(row) for row in rows] == [
        (3, 30_000, False, False, False),
        (2, 20_000, False, False, False),
        RESTS,
        RESTS,
        (1, 10_000, False, False, False),
    ]
    assert [(row.number, row.ordered_at) for row in rows] == [
        (ack.number, ack.accepted_at) for ack in acks
    ]


def test_an_order_carries_the_second_it_was_taken(stage: Stage) -> None:
    stage.clock.move_to(at(9, 17, 4))
    before = whole_second(stage.clock)

    ack = stage.broker.submit(bought())

    assert before <= ack.accepted_at <= stage.clock.now()
    assert stage.row(ack.number).ordered_at == ack.accepted_at


def whole_second(clock: ManualClock) -> datetime:
    return clock.now().replace(microsecond=0)


def test_two_orders_of_the_same_body_are_two_orders(stage: Stage) -> None:
    first, second = stage.broker.submit(bought()), stage.broker.submit(bought())

    assert first.number != second.number
    assert [row.filled_quantity for row in stage.rows()] == [10, 10]
    assert stage.held() == {ONE: (20, 20)}


def test_an_order_that_is_open_at_the_close_is_open_no_more(opened: Opening) -> None:
    stage = opened(Scene(holdings={TWO: 10}))
    stage.broker.submit(bought(limit=9_000))
    stage.broker.submit(sold(TWO, limit=12_000))
    during = [row.is_open for row in stage.rows()]

    stage.clock.move_to(at(15, 40))

    assert during == [True, True]
    assert [state(row) for row in stage.rows()] == [ENDED, ENDED]
    assert stage.figures() == (1_000_000, 1_000_000, 1_000_000)
    assert stage.held() == {TWO: (10, 10)}


def test_what_expired_cannot_be_cancelled(stage: Stage) -> None:
    row = stage.row(stage.broker.submit(bought(limit=9_000)).number)
    stage.clock.move_to(at(15, 40))

    with pytest.raises(OrderRejected):
        stage.broker.cancel(row)

    assert [state(row) for row in stage.rows()] == [ENDED]


def test_the_orders_of_yesterday_stay_yesterdays(stage: Stage) -> None:
    stage.broker.submit(bought())
    stage.broker.submit(bought(limit=9_000))
    stage.clock.move_to(at(9, 1, day=NEXT_SESSION))

    stage.broker.submit(bought(TWO))

    assert [state(row) for row in stage.rows(SESSION)] == [
        (10, 100_000, False, False, False),
        ENDED,
    ]
    assert [row.symbol for row in stage.rows(NEXT_SESSION)] == [TWO]
    assert stage.rows(SATURDAY) == ()
    assert stage.figures() == (1_000_000, 800_000, 800_000)


def test_trades_settle_two_sessions_later(opened: Opening) -> None:
    stage = opened(Scene(costs=FEE, holdings={TWO: 10}))
    stage.broker.submit(bought())
    seen = []
    for day in (SESSION, NEXT_SESSION, SETTLEMENT, date(2026, 3, 9)):
        stage.clock.move_to(at(9, 5, day=day))
        seen.append(stage.figures())
        if day == NEXT_SESSION:
            stage.broker.submit(sold(TWO))

    # The buy takes 100,147 won on the 6th, the sale of the 5th brings 99,653 (fee 147,
    # tax 200) on the 9th: a weekend lies between.
    assert seen == [
        (1_000_000, 899_853, 899_853),
        (1_000_000, 899_853, 899_853),
        (899_853, 999_506, 999_506),
        (999_506, 999_506, 999_506),
    ]


def test_long_accounts_and_order_lists_are_complete(opened: Opening) -> None:
    """KIS shows 20 holdings and 15 orders a page."""
    stage = opened(Scene(holdings=dict.fromkeys(SYMBOLS, 2)))
    for symbol in SYMBOLS[:20]:
        stage.broker.submit(bought(symbol, quantity=1))

    rows = stage.rows()

    assert [row.symbol for row in rows] == list(SYMBOLS[:20])
    assert {row.filled_value for row in rows} == {10_000}
    assert len({row.number for row in rows}) == 20
    assert stage.held() == {
        **dict.fromkeys(SYMBOLS[:20], (3, 3)),
        **dict.fromkeys(SYMBOLS[20:], (2, 2)),
    }
    assert stage.figures() == (1_000_000, 800_000, 800_000)
    assert stage.broker.account().total == 1_500_000


def test_the_generated_market_trades_alike(
    opened: Opening, sample: SampleMarket
) -> None:
    """Opens of that session: 33,900 and 3,615, 6,720 (preferred), 12,500 (ETF)."""
    stage = opened(
        Scene(
            market=sample,
            cash=5_000_000,
            costs=FEE,
            holdings={"701245": 5, "799150": 10},
            instruments={each.symbol: each for each in sample.instruments(SESSION)},
        )
    )

    stage.broker.submit(bought("700370", quantity=10))
    stage.broker.submit(bought("700660", quantity=20, limit=3_825))
    stage.broker.submit(sold("701245", quantity=5, limit=6_500))
    stage.broker.submit(sold("799150", quantity=4))

    assert [row.filled_value for row in stage.rows()] == [
        339_000,
        72_300,
        33_600,
        50_000,
    ]
    assert stage.held() == {"700370": (10, 10), "700660": (20, 20), "799150": (6, 6)}
    # Fees of 498, 106, 49 and 73; a tax of 67 on the shares and none on the ETF.
    assert stage.figures() == (5_000_000, 4_671_507, 4_671_507)
    assert stage.broker.account().total == 5_157_807


def test_numbers_are_unique_over_orders_and_cancels(stage: Stage) -> None:
    numbers = []
    for _ in range(4):
        ack = stage.broker.submit(bought(quantity=1, limit=9_000))
        stage.broker.cancel(stage.row(ack.number))
        numbers.append(ack.number)

    assert len(set(numbers)) == 4
    assert [row.number for row in stage.rows()] == numbers
    assert [state(row) for row in stage.rows()] == [CANCELLED] * 4
