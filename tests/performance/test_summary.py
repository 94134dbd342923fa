"""Closed trades and orders added up, worked by hand."""

from datetime import date

import pytest

from khms_trader.performance.summary import (
    Group,
    TradeFigures,
    Turnover,
    figures_of,
    grouped,
    turnover_of,
)
from khms_trader.performance.trade import ClosedTrade, ExitKind
from performance.accounts import PLAIN, THU, TUE, filled


def a_trade(profit: int, reason: str = "") -> ClosedTrade:
    return ClosedTrade(
        symbol="086520",
        opened=date(2026, 3, 3),
        closed=date(2026, 3, 5),
        sessions_held=2,
        quantity=10,
        buy_value=1_000_000,
        sell_value=1_000_000 + profit,
        fee=0,
        tax=0,
        kind=ExitKind.PLAN,
        reason=reason,
    )


def test_winners_and_losers_are_added_up_apart() -> None:
    found = figures_of([a_trade(30_000), a_trade(-10_000), a_trade(0), a_trade(20_000)])

    assert found == TradeFigures(trades=4, winners=2, won=50_000, lost=10_000)
    assert (found.profit, found.win_rate, found.profit_factor) == (40_000, 0.5, 5.0)


def test_without_trades_or_losses_there_is_no_ratio() -> None:
    assert figures_of([]).win_rate is None
    assert figures_of([a_trade(1)]).profit_factor is None


def test_groups_come_with_the_greatest_profit_first() -> None:
    trades = [a_trade(-10_000, "나"), a_trade(30_000, "가"), a_trade(5_000, "나")]

    assert grouped(trades, lambda trade: trade.reason) == (
        Group(name="가", trades=1, winners=1, profit=30_000),
        Group(name="나", trades=2, winners=1, profit=-5_000),
    )


def test_turnover_is_both_ways_and_costs_are_of_all_orders() -> None:
    found = turnover_of(
        [
            filled(TUE, "buy", "086520", quantity=100, value=1_000_000),
            filled(THU, "sell", "086520", quantity=100, value=1_100_000),
        ],
        PLAIN,
    )

    assert found == Turnover(bought=1_000_000, sold=1_100_000, fee=2_100, tax=2_200)
    assert found.times([1_000_000, 1_100_000]) == pytest.approx(2.0)


def test_turnover_of_an_empty_account_means_nothing() -> None:
    assert Turnover(bought=1).times([]) is None
    assert Turnover(bought=1).times([0, 0]) is None
