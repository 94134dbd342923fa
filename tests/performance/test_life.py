"""One account's life worked out with pencil and paper, through all of the room.

Fees are 0.1 % each way, the tax 0.2 % of a sale::

    Tue  10,000,000 won of cash
    Wed  buys 100 A at 20,000 (two fills of the order: 40 and 60), fee 2,000;
         A closes at 21,000:          7,998,000 + 2,100,000 = 10,098,000
    Thu  5,000,000 won come in; A closes at 19,000:
                                     12,998,000 + 1,900,000 = 14,898,000
    Fri  buys 50 A at 18,000, fee 900; A closes at 18,000:
                                     12,097,100 + 2,700,000 = 14,797,100
    Mon  sells 120 A at 19,000: 2,280,000, fee 2,280, tax 4,560; A closes at 20,000:
                                     14,370,260 +   600,000 = 14,970,260
    Tue  a person takes 4,000,000 won out; A closes at 22,000:
                                     10,370,260 +   660,000 = 11,030,260
    Wed  the account is opened anew with 10,000,000 won
"""

import pytest

from khms_trader.market.calendar import Calendar
from khms_trader.performance.equity import equity_curve
from khms_trader.performance.flows import FlowKind
from khms_trader.performance.returns import chained, deepest_drawdown
from khms_trader.performance.summary import figures_of, grouped, turnover_of
from khms_trader.performance.trades import TradeFacts, trades_of
from performance.accounts import (
    FRI,
    MON,
    PLAIN,
    THU,
    TUE,
    TUE2,
    WED,
    WED2,
    filled,
    held,
    looked,
)

A = "086520"
LOOKS = (
    looked(TUE, 10_000_000),
    looked(WED, 7_998_000, held(A, 100, 21_000)),
    looked(THU, 12_998_000, held(A, 100, 19_000)),
    looked(FRI, 12_097_100, held(A, 150, 18_000)),
    looked(MON, 14_370_260, held(A, 30, 20_000)),
    looked(TUE2, 10_370_260, held(A, 30, 22_000)),
    looked(WED2, 10_000_000),
)
ORDERS = (
    filled(WED, "buy", A, quantity=100, value=2_000_000),
    filled(FRI, "buy", A, quantity=50, value=900_000),
    filled(MON, "sell", A, quantity=120, value=2_280_000),
)


def test_money_that_came_went_or_was_given_anew_is_marked() -> None:
    curve = equity_curve(LOOKS, ORDERS, PLAIN)

    assert [(day, flow.kind, flow.amount) for day, flow in curve.flows] == [
        (THU, FlowKind.DEPOSIT, 5_000_000),
        (TUE2, FlowKind.WITHDRAWAL, -4_000_000),
        (WED2, FlowKind.RESET, -1_030_260),
    ]


def test_the_return_is_that_of_the_sessions_chained_without_the_money() -> None:
    # pd.Series([10_098_000 / 10_000_000, 9_898_000 / 10_098_000,
    #            14_797_100 / 14_898_000, 14_970_260 / 14_797_100,
    #            15_030_260 / 14_970_260, 1]).cumprod()
    curve = equity_curve(LOOKS, ORDERS, PLAIN)

    index = chained(point.growth for point in curve.points)

    assert list(index) == pytest.approx(
        [1, 1.0098, 0.9898, 0.98309636, 0.99460084, 0.99858715, 0.99858715]
    )


def test_the_deepest_fall_is_from_wednesday_to_friday_and_lasts() -> None:
    curve = equity_curve(LOOKS, ORDERS, PLAIN)
    index = chained(point.growth for point in curve.points)

    found = deepest_drawdown([point.session for point in curve.points], index)

    # 0.98309636 / 1.0098 - 1
    assert found is not None
    assert found.depth == pytest.approx(-0.02644448)
    assert (found.peak, found.lowest, found.recovered) == (WED, FRI, None)
    assert found.length == 5


def test_the_oldest_lot_is_sold_first_and_costs_are_split_to_the_won() -> None:
    facts = TradeFacts(
        records=ORDERS,
        events=LOOKS,
        rates=PLAIN,
        calendar=Calendar(),
        reasons={(MON, A): "종가가 5일 전보다 낮음"},
    )

    found = trades_of(facts)

    # 100 of the first lot: fee 2,000 + 1,900, tax 3,800. 20 of the second's 50:
    # bought for 360,000, fee 360 + 380, tax 760.
    assert [
        (t.opened, t.quantity, t.buy_value, t.sell_value, t.fee, t.tax, t.profit)
        for t in found.closed
    ] == [
        (WED, 100, 2_000_000, 1_900_000, 3_900, 3_800, -107_700),
        (FRI, 20, 360_000, 380_000, 740, 760, 18_500),
    ]
    assert [trade.sessions_held for trade in found.closed] == [3, 1]
    assert [(lot.quantity, lot.cost, lot.fee) for lot in found.open] == [
        (30, 540_000, 540)
    ]
    (reason,) = grouped(found.closed, lambda trade: trade.reason)
    assert (reason.name, reason.trades, reason.winners, reason.profit) == (
        "종가가 5일 전보다 낮음",
        2,
        1,
        -89_200,
    )
    assert figures_of(found.closed).profit == -89_200


def test_turnover_is_what_was_bought_and_sold_in_means_of_the_totals() -> None:
    found = turnover_of(ORDERS, PLAIN)

    # 2,000,000 + 900,000 + 2,280,000; fees 2,000 + 900 + 2,280; tax 4,560.
    assert (found.traded, found.fee, found.tax) == (5_180_000, 5_180, 4_560)
    # mean(10_000_000, 10_098_000, 14_898_000, 14_797_100, 14_970_260, 11_030_260,
    #      10_000_000) is 12,256,231.43
    totals = [look.observed.total for look in LOOKS]
    assert found.times(totals) == pytest.approx(0.42264215)
