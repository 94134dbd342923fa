"""Which sells are sent: only what is held and managed, at most what is ours."""

from dataclasses import replace

import pytest

from builders import a_holding, a_plan, a_quote, a_sell, an_order, holdings_of
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import Order, OrderType, Side
from khms_trader.domain.plan import SellLine
from khms_trader.domain.quote import Quote
from khms_trader.domain.reasons import SkipReason
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import (
    Decision,
    Holdings,
    TradingRules,
    choose_sells,
    symbols_to_quote,
)
from khms_trader.planning.line_gates import Limits

RULES = TradingRules(
    max_positions=8, costs=CostRates(fee_rate=1_470_000), collar_rate=30_000_000
)
LIMIT_SELLS = replace(RULES, sell_order=OrderType.LIMIT)
MANAGED = holdings_of(a_holding("086520 x10"), managed={"086520": 10})


def decided(
    holdings: Holdings,
    quote: Quote | None = None,
    *,
    rules: TradingRules = RULES,
    line: SellLine | None = None,
) -> Decision:
    plan = a_plan(line or a_sell("086520 @12960"))
    (decision,) = choose_sells(plan, holdings, {"086520": quote or a_quote()}, rules)
    return decision


def order_of(decision: Decision) -> Order:
    assert decision.skip is None
    assert decision.order is not None
    return decision.order


def reason_of(decision: Decision) -> SkipReason:
    assert decision.order is None
    assert decision.skip is not None
    return decision.skip.reason


def test_a_managed_holding_is_sold_at_the_market() -> None:
    decision = decided(MANAGED)

    assert order_of(decision) == an_order("sell 086520 x10")
    assert decision.side is Side.SELL
    assert decision.open_price == 13_000


def test_a_signal_for_what_is_not_held_sells_nothing() -> None:
    nothing = holdings_of(managed={"086520": 10})
    emptied = holdings_of(a_holding("086520 x0"), managed={"086520": 10})

    assert reason_of(decided(nothing)) is SkipReason.NOT_HELD
    assert reason_of(decided(emptied)) is SkipReason.NOT_HELD


def test_a_holding_that_the_journal_does_not_know_is_never_sold() -> None:
    outside = holdings_of(a_holding("086520 x10"))

    assert reason_of(decided(outside)) is SkipReason.HELD_OUTSIDE


def test_a_legacy_holding_is_never_sold_even_if_the_journal_knows_it() -> None:
    legacy = replace(MANAGED, legacy=frozenset({"086520"}))

    assert reason_of(decided(legacy)) is SkipReason.HELD_OUTSIDE


@pytest.mark.parametrize(
    ("held", "sellable", "journal", "sold"),
    [
        (10, 10, 10, 10),
        (13, 13, 10, 10),  # three were bought by hand
        (7, 7, 10, 7),  # three were sold by hand
        (10, 4, 10, 4),  # six lie in an open order
        (10, 1, 10, 1),
    ],
)
def test_the_quantity_is_the_least_of_sellable_and_journal(
    held: int, sellable: int, journal: int, sold: int
) -> None:
    holding = a_holding(f"086520 x{held}", sellable=sellable)

    decision = decided(holdings_of(holding, managed={"086520": journal}))

    assert order_of(decision).quantity == sold


def test_what_cannot_be_sold_now_says_so() -> None:
    locked = holdings_of(a_holding(sellable=0), managed={"086520": 10})

    assert reason_of(decided(locked)) is SkipReason.NOT_SELLABLE


def test_a_halted_issue_is_not_sold() -> None:
    quote = a_quote("086520", Designation.HALTED)

    assert reason_of(decided(MANAGED, quote)) is SkipReason.HALTED


@pytest.mark.parametrize("designation", sorted(set(Designation) - {Designation.HALTED}))
def test_no_other_designation_keeps_a_holding(designation: Designation) -> None:
    quote = a_quote("086520", designation)

    assert order_of(decided(MANAGED, quote)).quantity == 10


def test_without_an_opening_price_nothing_is_sold() -> None:
    quote = a_quote(opened=None)
    unquoted = choose_sells(a_plan(a_sell()), MANAGED, {}, RULES)

    assert reason_of(decided(MANAGED, quote)) is SkipReason.NO_OPEN_PRICE
    assert reason_of(unquoted[0]) is SkipReason.NO_OPEN_PRICE


def test_the_caps_of_the_user_never_keep_a_holding() -> None:
    caps = Limits(
        max_orders=0, max_order_won=1, max_daily_won=1, max_volume_share_permyriad=1
    )

    assert order_of(decided(MANAGED, rules=replace(RULES, limits=caps))).quantity == 10


def test_a_base_that_left_the_reference_does_not_keep_a_holding() -> None:
    decision = decided(MANAGED, a_quote(base=2_592, opened=2_600))

    assert order_of(decision).quantity == 10


def test_a_limit_sell_goes_down_to_the_collar_below_the_base() -> None:
    order = order_of(decided(MANAGED, rules=LIMIT_SELLS))

    assert order == an_order("sell 086520 x10 @12580")


def test_a_limit_sell_after_a_split_follows_the_new_base() -> None:
    split = a_quote(base=2_592, opened=2_600)

    assert order_of(decided(MANAGED, split, rules=LIMIT_SELLS)).limit_price == 2_515


def test_a_limit_sell_never_goes_below_the_lower_limit() -> None:
    wide = replace(LIMIT_SELLS, collar_rate=300_000_000)
    quote = replace(a_quote(), lower_limit=9_300)

    assert order_of(decided(MANAGED, quote, rules=wide)).limit_price == 9_300


def test_a_limit_sell_works_without_a_lower_limit() -> None:
    quote = replace(a_quote(), lower_limit=None)

    assert order_of(decided(MANAGED, quote, rules=LIMIT_SELLS)).limit_price == 12_580


def test_every_sell_line_is_decided_in_the_order_of_the_plan() -> None:
    plan = a_plan(a_sell("247540 @100"), a_sell("086520 @12960"), a_sell("005290 @5"))

    decisions = choose_sells(plan, MANAGED, {"086520": a_quote()}, RULES)

    assert [decision.line.symbol for decision in decisions] == [
        *("247540", "086520", "005290")
    ]
    assert [decision.order is not None for decision in decisions] == [
        *(False, True, False)
    ]


def test_only_what_may_be_sold_needs_a_quote() -> None:
    plan = a_plan(*(a_sell(f"{symbol} @100") for symbol in ("086520", "247540")))
    both = holdings_of(
        a_holding("086520 x10"),
        a_holding("247540 x3"),
        managed={"086520": 10, "247540": 3},
    )

    assert symbols_to_quote(plan, MANAGED, (), Side.SELL) == ("086520",)
    assert symbols_to_quote(plan, both, (), Side.SELL) == ("086520", "247540")
    assert symbols_to_quote(plan, both, {"086520"}, Side.SELL) == ("247540",)
