"""Closed trades worked by hand, and the identities that hold for any journal."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.events import Event
from khms_trader.domain.order import OrderRecord
from khms_trader.market.calendar import Calendar
from khms_trader.performance.costing import SessionRates
from khms_trader.performance.trade import ExitKind, Trades, UnknownCost
from khms_trader.performance.trades import SellReasons, TradeFacts, trades_of
from performance.accounts import (
    FREE,
    FRI,
    MON,
    PLAIN,
    THU,
    TUE,
    TUE2,
    WED,
    WED2,
    adopted,
    filled,
    held,
    looked,
    released,
)

CALENDAR = Calendar()
SESSIONS = (TUE, WED, THU, FRI, MON, TUE2, WED2)
SYMBOL = "086520"


def traded(
    *records: OrderRecord,
    events: Sequence[Event] = (),
    reasons: SellReasons | None = None,
    rates: SessionRates = PLAIN,
) -> Trades:
    facts = TradeFacts(
        records=records,
        events=events,
        rates=rates,
        calendar=CALENDAR,
        reasons=reasons or {},
    )
    return trades_of(facts)


def buy(session: date, quantity: int, value: int) -> OrderRecord:
    return filled(session, "buy", SYMBOL, quantity=quantity, value=value)


def sale(
    session: date, quantity: int, value: int, *, purpose: str = "plan"
) -> OrderRecord:
    return filled(
        session, "sell", SYMBOL, quantity=quantity, value=value, purpose=purpose
    )


def test_a_purchase_and_its_sale_are_one_trade() -> None:
    found = traded(
        buy(TUE, 100, 1_000_000),
        sale(FRI, 100, 1_100_000),
        reasons={(FRI, SYMBOL): "종가가 5일 전보다 낮음"},
    )

    (trade,) = found.closed
    assert (trade.opened, trade.closed, trade.sessions_held) == (TUE, FRI, 3)
    # Fees 1,000 and 1,100, tax 2,200: 100,000 less 4,300.
    assert (trade.fee, trade.tax, trade.profit) == (2_100, 2_200, 95_700)
    assert trade.profit_rate == pytest.approx(0.0957)
    assert (trade.kind, trade.reason) == (ExitKind.PLAN, "종가가 5일 전보다 낮음")
    assert not trade.is_estimated
    assert found.open == ()


def test_a_week_end_is_no_session_held() -> None:
    (trade,) = traded(buy(FRI, 1, 10_000), sale(MON, 1, 10_000)).closed

    assert trade.sessions_held == 1


def test_the_oldest_purchase_is_sold_first() -> None:
    found = traded(
        buy(TUE, 100, 1_000_000),
        buy(WED, 100, 1_200_000),
        sale(THU, 150, 1_650_000),
    )

    assert [
        (t.opened, t.quantity, t.buy_value, t.sell_value) for t in found.closed
    ] == [
        (TUE, 100, 1_000_000, 1_100_000),
        (WED, 50, 600_000, 550_000),
    ]
    assert [(lot.opened, lot.quantity, lot.cost) for lot in found.open] == [
        (WED, 50, 600_000)
    ]


def test_a_persons_sale_closes_no_purchase_of_a_plan() -> None:
    found = traded(
        buy(WED, 100, 1_000_000),
        sale(THU, 30, 330_000, purpose="manual-1"),
        events=[looked(TUE, 0, held(SYMBOL, 50, 10_000, average=9_000))],
    )

    (trade,) = found.closed
    assert (trade.kind, trade.opened, trade.sessions_held) == (
        ExitKind.MANUAL,
        None,
        None,
    )
    assert (trade.buy_value, trade.sell_value, trade.is_estimated) == (
        270_000,
        330_000,
        True,
    )
    assert [lot.quantity for lot in found.open] == [100]


def test_a_sale_of_shares_nobody_knows_the_cost_of_is_no_trade() -> None:
    found = traded(sale(THU, 30, 330_000))

    assert found.closed == ()
    assert found.unknown == (UnknownCost(symbol=SYMBOL, session=THU, quantity=30),)


def test_adopted_shares_cost_the_brokers_average_price() -> None:
    found = traded(
        sale(THU, 50, 600_000),
        events=[
            looked(TUE, 0, held(SYMBOL, 50, 10_000, average=9_000)),
            adopted(TUE, SYMBOL, 50),
        ],
    )

    (trade,) = found.closed
    assert (trade.opened, trade.buy_value, trade.is_estimated) == (TUE, 450_000, True)


def test_shares_adopted_before_any_look_take_the_first_look_after() -> None:
    found = traded(
        events=[
            adopted(TUE, SYMBOL, 50, clock="15:00"),
            looked(TUE, 0, held(SYMBOL, 50, 10_000, average=9_000)),
        ],
    )

    assert [lot.cost for lot in found.open] == [450_000]


def test_a_split_is_dealt_out_over_the_lots_there_were() -> None:
    found = traded(
        buy(TUE, 100, 1_000_000),
        sale(FRI, 500, 1_250_000),
        events=[
            looked(TUE, 0, held(SYMBOL, 100, 10_000)),
            adopted(THU, SYMBOL, 400, clock="09:00"),
            looked(THU, 0, held(SYMBOL, 500, 2_100, average=2_000)),
        ],
        rates=FREE,
    )

    (trade,) = found.closed
    assert (trade.opened, trade.quantity, trade.profit) == (TUE, 500, 250_000)


def test_shares_bought_by_hand_and_adopted_keep_their_own_cost() -> None:
    found = traded(
        buy(TUE, 100, 1_000_000),
        events=[
            looked(WED, 0, held(SYMBOL, 150, 11_000, average=10_400)),
            adopted(WED, SYMBOL, 50),
        ],
    )

    assert [(lot.quantity, lot.cost) for lot in found.open] == [
        (100, 1_000_000),
        (50, 560_000),
    ]


def test_released_shares_went_for_the_last_price_seen() -> None:
    found = traded(
        buy(TUE, 100, 1_000_000),
        events=[
            looked(WED, 0, held(SYMBOL, 100, 10_700)),
            released(THU, SYMBOL, 100),
        ],
    )

    (trade,) = found.closed
    assert (trade.kind, trade.sell_value, trade.tax) == (
        ExitKind.RELEASED,
        1_070_000,
        0,
    )
    assert trade.is_estimated


def test_released_shares_nobody_ever_priced_are_not_made_up() -> None:
    found = traded(buy(TUE, 100, 1_000_000), events=[released(THU, SYMBOL, 100)])

    assert (found.closed, found.open) == ((), ())
    assert found.unknown == (UnknownCost(symbol=SYMBOL, session=THU, quantity=100),)


def test_an_order_that_never_filled_is_no_trade() -> None:
    assert traded(buy(TUE, 100, 1_000_000), sale(WED, 1, 0)).closed[0].sell_value == 0
    assert traded() == Trades()


ORDERS = st.lists(
    st.tuples(
        st.sampled_from(SESSIONS),
        st.sampled_from(["buy", "sell"]),
        st.integers(1, 500),
        st.integers(1_000, 9_999_999),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(orders=ORDERS)
def test_profit_less_what_is_open_is_the_cash_that_moved(
    orders: list[tuple[date, str, int, int]],
) -> None:
    """Sold less bought less costs, of everything, whatever was closed by what."""
    bought = [order for order in orders if order[1] == "buy"]
    records, shares = [], 0
    for session, side, quantity, value in sorted(orders, key=lambda order: order[0]):
        shares += quantity if side == "buy" else -min(quantity, shares)
        records.append(filled(session, side, SYMBOL, quantity=quantity, value=value))
    found = traded(*records, events=[looked(TUE, 0, held(SYMBOL, 1, 1), clock="08:00")])

    cash = sum(
        value - value // 1_000 - value // 500
        if side == "sell"
        else -value - value // 1_000
        for _, side, _, value in orders
    )
    # What was sold and never bought cost one won a share: the broker's average price.
    elsewhere = sum(trade.buy_value for trade in found.closed if trade.opened is None)
    rest = sum((lot.cost or 0) + lot.fee for lot in found.open)
    assert sum(t.profit for t in found.closed) - rest + elsewhere == cash
    known = [trade for trade in found.closed if trade.opened is not None]
    left = sum(lot.quantity for lot in found.open)
    assert sum(trade.quantity for trade in known) + left == sum(
        quantity for _, _, quantity, _ in bought
    )
    assert left == shares
