"""What the state check makes of account, journal, plan and prices."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import (
    SYMBOL,
    a_buy,
    a_holding,
    a_plan,
    a_quote,
    a_record,
    a_row,
    a_sell,
    at,
    holdings_of,
)
from khms_trader.domain.order import BrokerOrder, OrderState, OrderType, Side
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import TradingRules, choose_sells
from khms_trader.planning.state_check import (
    after_sells,
    differences,
    held_rows,
    order_rows,
    symbols_in_order,
)
from khms_trader.planning.state_view import Glance, HeldRow, Whose, change_percent

RULES = TradingRules(
    max_positions=8,
    costs=CostRates(fee_rate=1_000_000, tax_rate=2_000_000),
    collar_rate=30_000_000,
)
NOTHING: Mapping[Side, frozenset[str]] = {}


def test_prices_are_asked_for_sells_held_then_buys_by_rank_then_holdings() -> None:
    plan = a_plan(
        a_buy("100000 x1 @1000"),
        a_buy("110000 x1 @1000"),
        a_sell("200000 @1000"),
        a_sell("210000 @1000", held=False),
    )
    held = holdings_of(
        a_holding("300000 x1"), a_holding("200000 x1"), managed={"200000": 1}
    )

    found = symbols_in_order(plan, held, NOTHING)

    assert found == ("200000", "100000", "110000", "300000")


def test_the_prices_of_lines_that_are_dealt_with_come_last() -> None:
    plan = a_plan(a_buy("100000 x1 @1000"), a_buy("110000 x1 @1000"))

    found = symbols_in_order(plan, holdings_of(), {Side.BUY: {"100000"}})

    assert found == ("110000", "100000")


def test_without_a_plan_only_holdings_are_priced() -> None:
    held = holdings_of(a_holding("300000 x1"), a_holding("200000 x1"))

    assert symbols_in_order(None, held, NOTHING) == ("300000", "200000")


class TestHoldings:
    def test_the_newest_price_values_a_holding(self) -> None:
        held = holdings_of(a_holding("100000 x10"), managed={"100000": 10})
        glances = {"100000": Glance(symbol="100000", price=15_000)}

        (row,) = held_rows(held, (), glances)

        assert (row.price, row.profit, row.profit_percent) == (
            15_000,
            30_000,
            Decimal("25.00"),
        )
        assert row.whose is Whose.PLAN

    def test_a_price_that_was_not_read_leaves_the_brokers_own(self) -> None:
        held = holdings_of(a_holding("100000 x10"))

        (row,) = held_rows(
            held, (), {"100000": Glance(symbol="100000", is_failed=True)}
        )

        assert (row.price, row.is_failed) == (12_960, True)

    def test_without_any_price_there_is_no_profit(self) -> None:
        holding = replace(a_holding("100000 x10"), price=0)

        row = HeldRow(holding=holding, whose=Whose.OUTSIDE, price=0)

        assert (row.profit, row.profit_percent) == (None, None)

    def test_shares_that_cost_nothing_have_no_profit_in_percent(self) -> None:
        holding = replace(a_holding("100000 x10"), average_price=Decimal(0))

        row = HeldRow(holding=holding, whose=Whose.OUTSIDE, price=100)

        assert (row.profit, row.profit_percent) == (1_000, None)

    def test_what_settings_keep_out_is_legacy_even_when_the_journal_knows_it(
        self,
    ) -> None:
        held = holdings_of(
            a_holding("100000 x1"),
            managed={"100000": 1},
            legacy=frozenset({"100000"}),
        )

        assert [row.whose for row in held_rows(held, (), {})] == [Whose.LEGACY]


class TestDifferences:
    @pytest.mark.parametrize("quantity", [0, 7, 12])
    def test_another_quantity_than_the_journals_is_named(self, quantity: int) -> None:
        holding = (a_holding(f"100000 x{quantity}"),) if quantity else ()
        held = holdings_of(*holding, managed={"100000": 10})

        (found,) = differences(held, (), {"100000": "가나다"})

        assert (found.in_account, found.in_journal) == (quantity, 10)
        assert (found.name, found.is_moving) == ("가나다", False)

    def test_an_order_that_has_not_ended_explains_it(self) -> None:
        held = holdings_of(managed={"100000": 10})

        (found,) = differences(held, {"100000"}, {})

        assert found.is_moving

    def test_equal_quantities_and_what_is_not_managed_are_no_difference(self) -> None:
        held = holdings_of(
            a_holding("100000 x10"), a_holding("200000 x3"), managed={"100000": 10}
        )

        assert differences(held, (), {}) == ()


class TestOrders:
    def test_ours_and_the_brokers_row_are_one_the_others_are_outside(self) -> None:
        record = a_record(state=OrderState.PARTIALLY_FILLED, number="1", filled=(3, 9))
        rows = (a_row(number="1", filled=(3, 9)), a_row(number="2", filled=(10, 9)))

        ours, other = order_rows(rows, [record], {SYMBOL: "에코프로"})

        assert (ours.whose, ours.state, ours.name) == (
            Whose.PLAN,
            OrderState.PARTIALLY_FILLED,
            "에코프로",
        )
        assert (other.whose, other.state) == (Whose.OUTSIDE, OrderState.FILLED)

    def test_an_order_without_a_row_is_shown_at_its_time(self) -> None:
        record = a_record(state=OrderState.UNCONFIRMED, intended_at=at("09:00:30"))
        rows = (a_row(number="2", ordered_at=at("09:00:10")),)

        found = order_rows(rows, [record], {})

        assert [(row.number, row.is_listed) for row in found] == [
            ("2", True),
            ("", False),
        ]

    @pytest.mark.parametrize(
        ("row", "state"),
        [
            (a_row(), OrderState.ACCEPTED),
            (a_row(filled=(3, 9)), OrderState.PARTIALLY_FILLED),
            (a_row(filled=(10, 9), is_open=False), OrderState.FILLED),
            (a_row(is_open=False), OrderState.EXPIRED),
            (replace(a_row(is_open=False), is_cancelled=True), OrderState.CANCELLED),
            (replace(a_row(is_open=False), is_rejected=True), OrderState.REJECTED),
        ],
    )
    def test_an_order_of_somebody_else_stands_where_its_row_says(
        self, row: BrokerOrder, state: OrderState
    ) -> None:
        (found,) = order_rows([row], (), {})

        assert found.state is state


class TestAfterSells:
    def test_proceeds_less_costs_may_be_spent_and_the_shares_are_gone(self) -> None:
        held = holdings_of(a_holding("100000 x10"), managed={"100000": 10})
        quotes = {"100000": a_quote("100000", opened=13_000)}
        sells = choose_sells(a_plan(a_sell("100000 @12960")), held, quotes, RULES)

        left = after_sells(held, sells, quotes, RULES)

        # 130,000 won less 0.1 % fee and 0.2 % tax.
        assert left.account.spendable - held.account.spendable == 129_610
        assert left.account.holdings == ()
        assert left.managed == {}

    def test_a_surplus_that_is_not_ours_stays(self) -> None:
        held = holdings_of(a_holding("100000 x13"), managed={"100000": 10})
        quotes = {"100000": a_quote("100000")}
        sells = choose_sells(a_plan(a_sell("100000 @12960")), held, quotes, RULES)

        left = after_sells(held, sells, quotes, RULES)

        (holding,) = left.account.holdings
        assert (holding.quantity, holding.sellable) == (3, 3)
        assert left.is_outside("100000")

    def test_a_sale_that_cannot_fill_frees_nothing(self) -> None:
        rules = replace(RULES, sell_order=OrderType.LIMIT)
        held = holdings_of(a_holding("100000 x10"), managed={"100000": 10})
        # Opened far below the 3 percent the sale would give way.
        quotes = {"100000": a_quote("100000", opened=11_000)}
        sells = choose_sells(a_plan(a_sell("100000 @12960")), held, quotes, rules)

        assert after_sells(held, sells, quotes, rules) == held


@given(st.integers(1, 2_000_000), st.integers(1, 2_000_000))
def test_a_change_has_the_sign_of_the_difference(price: int, reference: int) -> None:
    change = change_percent(price, Decimal(reference))

    assert change is not None
    assert (change >= 0) if price >= reference else (change <= 0)
