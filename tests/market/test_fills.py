"""The opening fill: the price, or the reason why there is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.market.fills import (
    BEYOND_LIMIT,
    NO_OPEN_PRICE,
    OUTSIDE_DAY,
    opening_fill_price,
)
from khms_trader.market.prices import (
    ETF_TICKS,
    KOSDAQ_TICKS_BEFORE_2023,
    KRX_TICKS_SINCE_2023,
    is_on_tick,
)

NEW = KRX_TICKS_SINCE_2023
TEN_BPS = 1_000_000
OPENS = st.integers(1, 3_000_000)
RATES = st.integers(0, 20_000_000)
RULES = st.sampled_from((KOSDAQ_TICKS_BEFORE_2023, NEW, ETF_TICKS))


def buy(
    open_price: int,
    *,
    limit_price: int = 0,
    upper: int = 0,
    lower: int = 0,
    slippage: int = 0,
    rule: int = NEW,
) -> int:
    """Return the fill of a buy; no limits and no slippage unless told."""
    is_buy = True
    return opening_fill_price(
        open_price, is_buy, limit_price, upper, lower, slippage, rule
    )


def sell(
    open_price: int,
    *,
    limit_price: int = 0,
    upper: int = 0,
    lower: int = 0,
    slippage: int = 0,
    rule: int = NEW,
) -> int:
    """Return the fill of a sell; no limits and no slippage unless told."""
    is_buy = False
    return opening_fill_price(
        open_price, is_buy, limit_price, upper, lower, slippage, rule
    )


def test_without_slippage_an_order_fills_at_the_open() -> None:
    assert buy(12_960) == 12_960
    assert sell(12_960) == 12_960


def test_slippage_moves_the_price_against_us_to_the_next_tick() -> None:
    # 0.1 % of 12,960 is 12.96: 12,972.96 and 12,947.04 before the tick of 10.
    assert buy(12_960, slippage=TEN_BPS) == 12_980
    assert sell(12_960, slippage=TEN_BPS) == 12_940


def test_slippage_across_a_border_lands_on_the_grid_beyond_it() -> None:
    assert buy(19_990, slippage=TEN_BPS) == 20_050
    assert sell(20_000, slippage=TEN_BPS) == 19_980


def test_a_half_tick_open_is_filled_at_the_tick_against_us() -> None:
    assert buy(4_162) == 4_165
    assert sell(4_162) == 4_160


def test_without_an_open_price_there_is_no_fill() -> None:
    assert buy(0) == NO_OPEN_PRICE == 0
    assert sell(0) == NO_OPEN_PRICE


def test_the_reasons_cannot_be_taken_for_prices() -> None:
    assert (NO_OPEN_PRICE, BEYOND_LIMIT, OUTSIDE_DAY) == (0, -1, -2)


@pytest.mark.parametrize(
    ("limit_price", "result"),
    [(12_980, 12_980), (12_990, 12_980), (12_970, BEYOND_LIMIT), (0, 12_980)],
)
def test_a_buy_fills_only_up_to_its_limit_price(limit_price: int, result: int) -> None:
    assert buy(12_960, limit_price=limit_price, slippage=TEN_BPS) == result


@pytest.mark.parametrize(
    ("limit_price", "result"),
    [(12_940, 12_940), (12_930, 12_940), (12_950, BEYOND_LIMIT), (0, 12_940)],
)
def test_a_sell_fills_only_down_to_its_limit_price(
    limit_price: int, result: int
) -> None:
    assert sell(12_960, limit_price=limit_price, slippage=TEN_BPS) == result


def test_a_limit_up_open_cannot_be_bought_but_can_be_sold() -> None:
    assert buy(6_240, upper=6_240, lower=3_360, slippage=TEN_BPS) == OUTSIDE_DAY
    assert sell(6_240, upper=6_240, lower=3_360, slippage=TEN_BPS) == 6_230


def test_a_limit_down_open_cannot_be_sold_but_can_be_bought() -> None:
    assert sell(3_360, upper=6_240, lower=3_360, slippage=TEN_BPS) == OUTSIDE_DAY
    assert buy(3_360, upper=6_240, lower=3_360, slippage=TEN_BPS) == 3_365


def test_without_slippage_an_order_fills_exactly_at_the_days_limit() -> None:
    assert buy(6_240, limit_price=6_240, upper=6_240, lower=3_360) == 6_240
    assert sell(3_360, upper=6_240, lower=3_360) == 3_360


def test_an_open_outside_the_day_fills_nobody() -> None:
    assert buy(3_000, upper=6_240, lower=3_360) == OUTSIDE_DAY
    assert sell(7_000, upper=6_240, lower=3_360) == OUTSIDE_DAY


def test_a_day_without_limits_fills_at_any_price() -> None:
    # The first session of a liquidation (정리매매): 2,750 fell to 310.
    assert sell(310) == 310
    assert buy(890_000) == 890_000


def test_the_orders_own_limit_is_the_reason_before_the_days() -> None:
    assert buy(6_300, limit_price=4_940, upper=6_240, lower=3_360) == BEYOND_LIMIT


def test_a_share_of_one_won_is_sold_at_one_won() -> None:
    assert sell(1, slippage=TEN_BPS) == 1


@settings(max_examples=150, deadline=None)
@given(open_price=OPENS, slippage=RATES, rule=RULES)
def test_a_fill_is_on_the_grid_and_never_better_than_the_open(
    open_price: int, slippage: int, rule: int
) -> None:
    bought = buy(open_price, slippage=slippage, rule=rule)
    sold = sell(open_price, slippage=slippage, rule=rule)

    assert 0 < sold <= open_price <= bought
    assert is_on_tick(bought, rule)
    assert is_on_tick(sold, rule)


@settings(max_examples=150, deadline=None)
@given(open_price=OPENS, slippage=RATES, more=RATES, rule=RULES)
def test_more_slippage_never_gives_a_better_fill(
    open_price: int, slippage: int, more: int, rule: int
) -> None:
    worse = slippage + more

    assert buy(open_price, slippage=worse, rule=rule) >= buy(
        open_price, slippage=slippage, rule=rule
    )
    assert sell(open_price, slippage=worse, rule=rule) <= sell(
        open_price, slippage=slippage, rule=rule
    )


@settings(max_examples=150, deadline=None)
@given(
    open_price=OPENS,
    limit_price=OPENS,
    day=st.tuples(OPENS, OPENS).map(sorted),
    slippage=RATES,
)
def test_a_fill_respects_the_order_and_the_day(
    open_price: int, limit_price: int, day: list[int], slippage: int
) -> None:
    lower, upper = day
    limits = {"limit_price": limit_price, "upper": upper, "lower": lower}

    bought = buy(open_price, slippage=slippage, **limits)
    sold = sell(open_price, slippage=slippage, **limits)

    assert bought in (BEYOND_LIMIT, OUTSIDE_DAY) or bought <= min(limit_price, upper)
    assert sold in (BEYOND_LIMIT, OUTSIDE_DAY) or sold >= max(limit_price, lower)
