"""The trading rules as int functions: slots, shares, limit prices, cash, base price."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.market.prices import (
    ETF_TICKS,
    KOSDAQ_TICKS_BEFORE_2023,
    KRX_TICKS_SINCE_2023,
    is_on_tick,
    tick_size,
)
from khms_trader.planning.rules import (
    affordable,
    base_price_moved,
    buy_limit_price,
    cash_needed,
    sell_limit_price,
    shares_for,
    slots_free,
)

NEW = KRX_TICKS_SINCE_2023
ONE = 1_000_000_000
THREE_PERCENT = 30_000_000
FEE = 1_470_000  # 14.7 bps, as in the user's README

PRICES = st.integers(1, 3_000_000)
RULES = st.sampled_from((KOSDAQ_TICKS_BEFORE_2023, NEW, ETF_TICKS))
COLLARS = st.integers(0, 300_000_000)


@pytest.mark.parametrize(
    ("most", "kept", "free"), [(8, 3, 5), (8, 7, 1), (8, 8, 0), (8, 9, 0)]
)
def test_free_slots_are_what_the_kept_positions_leave(
    most: int, kept: int, free: int
) -> None:
    assert slots_free(most, kept) == free


@pytest.mark.parametrize(
    ("budget", "price", "shares"),
    [
        (1_250_000, 12_960, 96),
        (12_960, 12_960, 1),
        (12_959, 12_960, 0),
        (0, 100, 0),
        (-5, 100, 0),
        (100, 0, 0),
    ],
)
def test_a_budget_buys_whole_shares(budget: int, price: int, shares: int) -> None:
    assert shares_for(budget, price) == shares


@pytest.mark.parametrize(
    ("reference", "upper", "limit"),
    [
        (12_960, 16_840, 13_340),  # 13,348.8 down to the tick of 10
        (12_960, 0, 13_340),  # an issue without limits
        (12_960, 13_340, 13_340),
        (12_960, 13_000, 13_000),
        (19_900, 25_850, 20_450),  # 20,497 lies on the coarser ticks of 50
        (1_000, 1_300, 1_030),
        (10, 13, 10),  # 0.3 won is no won
    ],
)
def test_a_buy_accepts_the_collar_but_never_more_than_the_upper_limit(
    reference: int, upper: int, limit: int
) -> None:
    assert buy_limit_price(reference, THREE_PERCENT, upper, NEW) == limit


@pytest.mark.parametrize(
    ("reference", "lower", "limit"),
    [
        (12_960, 9_080, 12_580),  # 12,572 up to the tick of 10
        (12_960, 0, 12_580),
        (12_960, 12_600, 12_600),
        (20_300, 14_250, 19_700),  # 19,691 lies on the finer ticks of 10
        (10_000, 7_000, 9_700),
        (2_000, 1_400, 1_940),
    ],
)
def test_a_limit_sell_accepts_the_collar_but_never_less_than_the_lower_limit(
    reference: int, lower: int, limit: int
) -> None:
    assert sell_limit_price(reference, THREE_PERCENT, lower, NEW) == limit


@given(reference=PRICES, collar=COLLARS, upper=st.integers(0, 3_000_000), rule=RULES)
@settings(max_examples=300)
def test_a_buy_limit_is_the_highest_price_on_the_tick_within_collar_and_day(
    reference: int, collar: int, upper: int, rule: int
) -> None:
    limit = buy_limit_price(reference, collar, upper, rule)

    assert is_on_tick(limit, rule)
    assert limit * ONE <= reference * (ONE + collar)
    assert upper == 0 or limit <= upper
    higher = limit + tick_size(limit, rule)
    assert higher * ONE > reference * (ONE + collar) or 0 < upper < higher


@given(reference=PRICES, collar=COLLARS, lower=st.integers(0, 2_000_000), rule=RULES)
@settings(max_examples=300)
def test_a_sell_limit_is_the_lowest_price_on_the_tick_within_collar_and_day(
    reference: int, collar: int, lower: int, rule: int
) -> None:
    limit = sell_limit_price(reference, collar, lower, rule)

    assert is_on_tick(limit, rule)
    assert limit * ONE >= reference * (ONE - collar)
    assert limit >= lower
    finer = limit - tick_size(limit - 1, rule)
    assert finer * ONE <= reference * (ONE - collar) or finer < lower


def test_a_buy_takes_its_value_and_the_fee() -> None:
    assert cash_needed(10, 13_340, FEE) == 133_596  # 133,400 and 196.098 won
    assert cash_needed(10, 13_340, 0) == 133_400


@pytest.mark.parametrize(
    ("cash", "price", "fee_rate", "shares"),
    [
        (133_596, 13_340, FEE, 10),
        (133_595, 13_340, FEE, 9),
        (13_359, 13_340, FEE, 1),
        (13_358, 13_340, FEE, 0),
        (0, 13_340, FEE, 0),
        (-1, 13_340, FEE, 0),
        (100, 0, FEE, 0),
        (1_000, 100, 0, 10),
        (1_000_000, 1, FEE, 998_533),  # 998,533 and 1,467 won of fee
    ],
)
def test_cash_buys_whole_shares_with_their_fee(
    cash: int, price: int, fee_rate: int, shares: int
) -> None:
    assert affordable(cash, price, fee_rate) == shares


@given(
    cash=st.integers(0, 10**13),
    price=st.one_of(st.integers(1, 50), PRICES),
    fee_rate=st.integers(0, 100_000_000),
)
@settings(max_examples=300)
def test_what_cash_affords_never_overspends_and_leaves_less_than_a_share(
    cash: int, price: int, fee_rate: int
) -> None:
    quantity = affordable(cash, price, fee_rate)

    assert cash_needed(quantity, price, fee_rate) <= cash
    assert cash_needed(quantity + 1, price, fee_rate) > cash


@pytest.mark.parametrize(
    ("reference", "furthest"),
    [
        (12_960, 35),  # a tick of 10 and 25.92 won
        (1_000, 3),  # a tick of 1 and 2 won
        (50_000, 200),  # a tick of 100 and 100 won
        (4_162, 13),  # a half-tick close: a tick of 5 and 8.324 won
    ],
)
def test_a_base_price_has_moved_beyond_one_tick_and_two_permille(
    reference: int, furthest: int
) -> None:
    moved = [
        base_price_moved(reference + step, reference, NEW)
        for step in (-furthest - 1, -furthest, 0, furthest, furthest + 1)
    ]

    assert moved == [True, False, False, False, True]


def test_the_base_after_a_half_tick_close_has_not_moved() -> None:
    # 4,162 closes half way between two ticks; the next base is 4,165 (measured rule).
    assert not base_price_moved(4_165, 4_162, NEW)


def test_a_split_has_moved_the_base() -> None:
    assert base_price_moved(2_592, 12_960, NEW)
    assert base_price_moved(12_570, 12_960, NEW)  # rights issue of 3 %
