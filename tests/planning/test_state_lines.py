"""Each line of the newest plan, with where it stands now."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from builders import a_buy, a_holding, a_plan, a_quote, a_record, a_sell, holdings_of
from khms_trader.domain.order import OrderState, OrderType, Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.reasons import SkipReason
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import (
    Budget,
    Holdings,
    TradingRules,
    choose_buys,
    choose_sells,
)
from khms_trader.planning.state_lines import Known, line_rows
from khms_trader.planning.state_view import Glance, LineRow, LineStanding

RULES = TradingRules(
    max_positions=8, costs=CostRates(fee_rate=0, tax_rate=0), collar_rate=30_000_000
)
BUY, SELL = "100000", "200000"
KNOWN = Known(
    records={},
    skips={},
    quotable=frozenset({(BUY, Side.BUY), (SELL, Side.SELL)}),
    glances={},
    is_running=True,
)
PLAN = a_plan(a_buy(f"{BUY} x10 @10000"), a_sell(f"{SELL} @10000"))
HELD = holdings_of(a_holding(f"{SELL} x10"), managed={SELL: 10})


def opened(symbol: str, price: int = 10_000) -> Glance:
    quote = a_quote(symbol, base=10_000, opened=price)
    return Glance(symbol=symbol, price=price, quote=quote)


def rows_and_rest(
    known: Known = KNOWN,
    plan: Plan = PLAN,
    held: Holdings = HELD,
    rules: TradingRules = RULES,
) -> tuple[dict[str, LineRow], Mapping[tuple[Side, str], int]]:
    quotes = {symbol: glance.quote for symbol, glance in known.glances.items()}
    budget = Budget(slots=8, cash=10_000_000)
    decisions = (
        *choose_sells(plan, held, quotes, rules),
        *choose_buys(plan, held, quotes, rules, budget=budget),
    )
    rows, rest = line_rows(plan, decisions, known, rules)
    return {row.line.symbol: row for row in rows}, rest


def test_with_its_price_a_line_says_which_order_it_becomes() -> None:
    glances = {BUY: opened(BUY, 10_200), SELL: opened(SELL)}

    rows, _ = rows_and_rest(replace(KNOWN, glances=glances))

    buy, sell = rows[BUY].order, rows[SELL].order
    assert buy is not None
    assert sell is not None
    assert (buy.quantity, buy.limit_price) == (10, 10_300)
    assert (sell.quantity, sell.order_type) == (10, OrderType.MARKET)
    assert str(rows[BUY].change) == "2.00"


@pytest.mark.parametrize(
    ("glance", "is_running", "expected"),
    [
        (None, True, LineStanding.NOT_QUOTED),
        (Glance(symbol=BUY, is_failed=True), True, LineStanding.QUOTE_FAILED),
        (Glance(symbol=BUY, price=9_900), False, LineStanding.LATER),
        (opened(BUY), True, LineStanding.WOULD_SEND),
        (Glance(symbol=BUY), True, LineStanding.WOULD_SKIP),
    ],
)
def test_a_line_is_judged_only_by_a_price_of_its_running_session(
    glance: Glance | None, expected: LineStanding, *, is_running: bool
) -> None:
    glances = {} if glance is None else {BUY: glance}

    rows, _ = rows_and_rest(replace(KNOWN, glances=glances, is_running=is_running))

    assert rows[BUY].standing is expected


def test_what_was_sent_or_skipped_for_good_is_not_judged_again() -> None:
    record = a_record(f"buy {BUY} x10 @10300", OrderState.FILLED)
    known = replace(
        KNOWN,
        records={(BUY, Side.BUY): record},
        skips={(SELL, Side.SELL): SkipReason.HALTED},
        glances={BUY: opened(BUY), SELL: opened(SELL)},
    )

    rows, _ = rows_and_rest(known)

    assert (rows[BUY].standing, rows[BUY].record) == (LineStanding.SENT, record)
    assert (rows[SELL].standing, rows[SELL].reason) == (
        LineStanding.SKIPPED,
        SkipReason.HALTED,
    )
    assert rows[SELL].order is None


@pytest.mark.parametrize(
    ("price", "is_beyond"), [(10_250, False), (10_300, False), (10_350, True)]
)
def test_a_price_above_the_limit_of_a_buy_is_beyond_it(
    price: int, *, is_beyond: bool
) -> None:
    known = replace(KNOWN, glances={BUY: opened(BUY, price)})

    rows, _ = rows_and_rest(known)

    assert rows[BUY].limit_price == 10_300
    assert rows[BUY].is_beyond_limit is is_beyond


@pytest.mark.parametrize(
    ("price", "is_beyond"), [(9_750, False), (9_700, False), (9_690, True)]
)
def test_a_price_below_the_limit_of_a_sale_is_beyond_it(
    price: int, *, is_beyond: bool
) -> None:
    known = replace(KNOWN, glances={SELL: opened(SELL, price)})

    rows, _ = rows_and_rest(known, rules=replace(RULES, sell_order=OrderType.LIMIT))

    assert rows[SELL].limit_price == 9_700
    assert rows[SELL].is_beyond_limit is is_beyond


def test_market_orders_have_no_limit() -> None:
    known = replace(KNOWN, glances={BUY: opened(BUY), SELL: opened(SELL)})

    rows, _ = rows_and_rest(known, rules=replace(RULES, buy_order=OrderType.MARKET))

    assert rows[BUY].is_beyond_limit is rows[SELL].is_beyond_limit is None


def test_signals_that_could_never_trade_are_counted_not_listed() -> None:
    plan = a_plan(
        *(a_buy(f"1{n}0000 x1 @1000") for n in range(4)),
        a_sell("210000 @1000", held=False),
        a_sell("220000 @1000", held=False),
        slots_free=1,
    )
    known = replace(KNOWN, quotable=frozenset({("100000", Side.BUY)}))

    rows, rest = rows_and_rest(known, plan)

    assert list(rows) == ["100000"]
    assert rest == {(Side.BUY, "no_slot"): 3, (Side.SELL, "not_held"): 2}


def test_a_candidate_held_outside_keeps_its_row() -> None:
    held = holdings_of(a_holding(f"{SELL} x10"), a_holding(f"{BUY} x1"))

    rows, rest = rows_and_rest(replace(KNOWN, quotable=frozenset()), held=held)

    assert {row.reason for row in rows.values()} == {SkipReason.HELD_OUTSIDE}
    assert rest == {}
