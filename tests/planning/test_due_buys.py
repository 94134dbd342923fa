"""Which buys are sent: best rank first, as far as slots, cash and caps go."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from builders import a_buy, a_holding, a_plan, a_quote, an_order, holdings_of
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import Order, OrderType, Side
from khms_trader.domain.plan import BuyLine
from khms_trader.domain.quote import Quote
from khms_trader.domain.reasons import SkipReason
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import (
    Budget,
    Decision,
    Holdings,
    TradingRules,
    choose_buys,
    symbols_to_quote,
    worst_price,
)
from khms_trader.planning.line_gates import Limits

RULES = TradingRules(
    max_positions=8, costs=CostRates(fee_rate=1_470_000), collar_rate=30_000_000
)
MARKET_BUYS = replace(RULES, buy_order=OrderType.MARKET)
NOTHING = holdings_of()
RICH = Budget(slots=8, cash=100_000_000)
# Ten shares at the limit of 13,340: 133,400 won and 196 won of fee.
TEN_SHARES = 133_596

Outcome = str | SkipReason


def decided(
    *lines: BuyLine,
    holdings: Holdings = NOTHING,
    quotes: Mapping[str, Quote] | None = None,
    rules: TradingRules = RULES,
    budget: Budget = RICH,
    slots_free: int = 5,
) -> list[Decision]:
    plan = a_plan(*(lines or (a_buy(),)), slots_free=slots_free)
    known = {line.symbol: a_quote(line.symbol) for line in plan.buys}
    return list(
        choose_buys(plan, holdings, known | dict(quotes or {}), rules, budget=budget)
    )


def outcome(decision: Decision) -> Outcome:
    """Return ``symbol xquantity`` of what is sent, or why nothing is."""
    if decision.order is not None:
        assert decision.skip is None
        return f"{decision.order.symbol} x{decision.order.quantity}"
    assert decision.skip is not None
    return decision.skip.reason


def outcomes(decisions: list[Decision]) -> list[Outcome]:
    return [outcome(decision) for decision in decisions]


def order_of(decisions: list[Decision]) -> Order:
    (decision,) = decisions
    assert decision.order is not None
    return decision.order


def test_a_buy_is_a_limit_order_at_the_collar() -> None:
    (decision,) = decided(a_buy("086520 x10 @12960"))

    assert decision.order == an_order("buy 086520 x10 @13340")
    assert decision.side is Side.BUY
    assert decision.open_price == 13_000


def test_a_buy_never_goes_above_the_upper_limit() -> None:
    quote = replace(a_quote(), upper_limit=13_100)

    assert order_of(decided(quotes={"086520": quote})).limit_price == 13_100


def test_a_market_buy_carries_no_price() -> None:
    assert order_of(decided(rules=MARKET_BUYS)) == an_order("buy 086520 x10")


def test_ranks_beyond_the_free_slots_of_the_plan_are_not_sent() -> None:
    lines = [a_buy("000010 x1 @12960"), a_buy("000020 x1 @12960")]

    assert outcomes(decided(*lines, slots_free=1)) == [
        *("000010 x1", SkipReason.NO_SLOT)
    ]
    assert outcomes(decided(*lines, slots_free=0)) == [SkipReason.NO_SLOT] * 2


def test_a_refused_buy_is_not_replaced_by_the_next_rank() -> None:
    lines = [a_buy(f"0000{n}0 x1 @12960") for n in (1, 2, 3)]
    halted = {"000010": a_quote("000010", Designation.HALTED)}

    decisions = decided(*lines, quotes=halted, slots_free=2)

    assert outcomes(decisions) == [
        *(SkipReason.HALTED, "000020 x1", SkipReason.NO_SLOT)
    ]


def test_a_slot_that_no_sell_has_freed_cannot_be_used() -> None:
    lines = [a_buy(f"0000{n}0 x1 @12960") for n in (1, 2)]
    one_free = replace(RICH, slots=1)

    decisions = decided(*lines, budget=one_free, slots_free=2)

    assert outcomes(decisions) == ["000010 x1", SkipReason.NO_SLOT]
    assert outcomes(decided(budget=replace(RICH, slots=0))) == [SkipReason.NO_SLOT]


def test_what_the_strategy_holds_is_not_bought_again() -> None:
    holdings = holdings_of(a_holding("086520 x1"), managed={"086520": 1})

    assert outcomes(decided(holdings=holdings)) == [SkipReason.ALREADY_HELD]


def test_what_somebody_else_holds_is_not_bought() -> None:
    outside = holdings_of(a_holding("086520 x1"))
    legacy = replace(outside, managed={"086520": 1}, legacy=frozenset({"086520"}))

    assert outcomes(decided(holdings=outside)) == [SkipReason.HELD_OUTSIDE]
    assert outcomes(decided(holdings=legacy)) == [SkipReason.HELD_OUTSIDE]


def test_a_symbol_out_of_reach_is_not_bought_even_while_nobody_holds_it() -> None:
    # It could never be sold again: the strategy does not touch legacy symbols.
    sold_by_hand = holdings_of(legacy=frozenset({"086520"}))

    assert outcomes(decided(holdings=sold_by_hand)) == [SkipReason.HELD_OUTSIDE]


def test_a_row_of_zero_shares_is_no_holding() -> None:
    emptied = holdings_of(a_holding("086520 x0"))

    assert outcomes(decided(holdings=emptied)) == ["086520 x10"]


def test_a_line_of_no_share_is_too_small() -> None:
    assert outcomes(decided(a_buy("086520 x0 @12960"))) == [SkipReason.TOO_SMALL]


@pytest.mark.parametrize(
    ("cash", "expected"),
    [
        (TEN_SHARES, "086520 x10"),
        (TEN_SHARES - 1, "086520 x9"),
        (13_359, "086520 x1"),
        (13_358, SkipReason.NO_CASH),
        (0, SkipReason.NO_CASH),
        (-1, SkipReason.NO_CASH),
    ],
)
def test_a_buy_is_cut_to_the_cash_and_never_beyond_it(
    cash: int, expected: Outcome
) -> None:
    budget = replace(RICH, cash=cash)

    assert outcomes(decided(budget=budget)) == [expected]


@pytest.mark.parametrize(
    ("cash", "expected"),
    # 168,400 won at the upper limit of 16,840, and 247 won of fee.
    [(168_647, "086520 x10"), (168_646, "086520 x9")],
)
def test_a_market_buy_is_paid_for_at_the_upper_limit(
    cash: int, expected: Outcome
) -> None:
    budget = replace(RICH, cash=cash)

    assert outcomes(decided(rules=MARKET_BUYS, budget=budget)) == [expected]


def test_a_share_of_a_buy_costs_at_worst_its_limit_or_the_days() -> None:
    quote = a_quote()
    unlimited = replace(quote, upper_limit=None)

    assert worst_price(an_order("buy 086520 x1 @13340"), quote) == 13_340
    assert worst_price(an_order("buy 086520 x1"), quote) == 16_840
    assert worst_price(an_order("buy 086520 x1"), unlimited) == 25_920


def test_each_buy_leaves_less_cash_for_the_next() -> None:
    lines = [a_buy(f"0000{n}0 x10 @12960") for n in (1, 2, 3)]
    budget = replace(RICH, cash=TEN_SHARES + 13_359)

    decisions = decided(*lines, budget=budget)

    assert outcomes(decisions) == [
        *("000010 x10", "000020 x1", SkipReason.NO_CASH),
    ]


def test_a_buy_too_dear_for_the_cash_leaves_it_to_the_next_rank() -> None:
    dear = a_buy("000010 x1 @500000")
    quotes = {"000010": a_quote("000010", base=500_000, opened=500_000)}

    decisions = decided(
        dear, a_buy(), quotes=quotes, budget=replace(RICH, cash=TEN_SHARES)
    )

    assert outcomes(decisions) == [SkipReason.NO_CASH, "086520 x10"]


def test_an_unknown_symbol_or_open_is_not_bought() -> None:
    plan = a_plan(a_buy())
    unquoted = choose_buys(plan, NOTHING, {}, RULES, budget=RICH)

    assert outcomes(list(unquoted)) == [SkipReason.NO_OPEN_PRICE]
    assert outcomes(decided(quotes={"086520": a_quote(opened=None)})) == [
        SkipReason.NO_OPEN_PRICE
    ]


def test_the_cap_of_the_day_counts_what_was_bought_before() -> None:
    lines = [a_buy(f"0000{n}0 x10 @12960") for n in (1, 2)]
    capped = replace(RULES, limits=Limits(max_daily_won=2 * TEN_SHARES))
    spent = replace(RICH, bought_today=1)

    assert outcomes(decided(*lines, rules=capped)) == ["000010 x10", "000020 x10"]
    assert outcomes(decided(*lines, rules=capped, budget=spent)) == [
        *("000010 x10", SkipReason.DAILY_CAP)
    ]


def test_the_number_of_orders_counts_what_was_sent_before() -> None:
    lines = [a_buy(f"0000{n}0 x1 @12960") for n in (1, 2)]
    capped = replace(RULES, limits=Limits(max_orders=3))

    sent = [outcomes(decided(*lines, rules=capped, budget=b)) for b in budgets(1, 2, 3)]

    assert sent == [
        ["000010 x1", "000020 x1"],
        ["000010 x1", SkipReason.ORDER_COUNT],
        [SkipReason.ORDER_COUNT, SkipReason.ORDER_COUNT],
    ]


def budgets(*orders_today: int) -> list[Budget]:
    return [replace(RICH, orders_today=count) for count in orders_today]


def test_a_cap_is_held_against_the_shares_that_are_really_sent() -> None:
    # Ten shares would be over the cap; the cash buys one.
    capped = replace(RULES, limits=Limits(max_order_won=13_359))

    assert outcomes(decided(rules=capped, budget=replace(RICH, cash=13_359))) == [
        "086520 x1"
    ]
    assert outcomes(decided(rules=capped)) == [SkipReason.ORDER_TOO_LARGE]


def test_a_budget_shrinks_by_what_a_buy_takes() -> None:
    budget = Budget(slots=3, cash=1_000, bought_today=50, orders_today=4)

    assert budget.less(300) == Budget(
        slots=2, cash=700, bought_today=350, orders_today=5
    )


def test_only_what_may_be_bought_needs_a_quote() -> None:
    plan = a_plan(*(a_buy(f"0000{n}0 x1 @100") for n in range(1, 6)), slots_free=4)
    holdings = holdings_of(
        a_holding("000010 x1"), a_holding("000020 x1"), managed={"000010": 1}
    )

    assert symbols_to_quote(plan, holdings, (), Side.BUY) == ("000030", "000040")
    assert symbols_to_quote(plan, holdings, {"000030"}, Side.BUY) == ("000040",)
