"""Ticks, rounding and the day's limits."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.instrument import InstrumentKind
from khms_trader.market.prices import (
    ETF_TICKS,
    KOSDAQ_TICKS_BEFORE_2023,
    KRX_TICKS_SINCE_2023,
    base_price,
    is_on_tick,
    limit_permille,
    listing_day_limits,
    lower_limit,
    round_down,
    round_up,
    tick_rule,
    tick_size,
    upper_limit,
)

OLD, NEW, ETF = KOSDAQ_TICKS_BEFORE_2023, KRX_TICKS_SINCE_2023, ETF_TICKS
RULES = st.sampled_from((OLD, NEW, ETF))
PRICES = st.one_of(
    st.integers(1, 3_000_000),
    # Where a table changes its tick is where rounding goes wrong.
    st.sampled_from((1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 200_000, 500_000))
    .flatmap(lambda border: st.integers(border - 1_000, border + 1_000))
    .filter(lambda price: price > 0),
)


@pytest.mark.parametrize(
    ("session", "kind", "rule"),
    [
        (date(2023, 1, 20), InstrumentKind.EQUITY, OLD),
        (date(2023, 1, 25), InstrumentKind.EQUITY, NEW),
        (date(2023, 1, 25), InstrumentKind.PREFERRED, NEW),
        (date(2023, 1, 20), InstrumentKind.SPAC, OLD),
        (date(2018, 1, 2), InstrumentKind.ETF, ETF),
        (date(2026, 11, 23), InstrumentKind.ETF, ETF),
    ],
)
def test_the_tick_table_depends_on_the_session_and_the_kind(
    session: date, kind: InstrumentKind, rule: int
) -> None:
    assert tick_rule(session, kind) == rule


@pytest.mark.parametrize(
    ("price", "tick"),
    [
        (1, 1),
        (1_999, 1),
        (2_000, 5),
        (4_995, 5),
        (5_000, 10),
        (19_990, 10),
        (20_000, 50),
        (49_950, 50),
        (50_000, 100),
        (199_900, 100),
        (200_000, 500),
        (499_500, 500),
        (500_000, 1_000),
        (5_000_000, 1_000),
    ],
)
def test_the_ticks_since_2023(price: int, tick: int) -> None:
    assert tick_size(price, NEW) == tick


@pytest.mark.parametrize(
    ("price", "tick"),
    [
        (1, 1),
        (999, 1),
        (1_000, 5),
        (4_995, 5),
        (5_000, 10),
        (9_990, 10),
        (10_000, 50),
        (49_950, 50),
        (50_000, 100),
        (890_000, 100),
    ],
)
def test_the_kosdaq_ticks_before_2023(price: int, tick: int) -> None:
    assert tick_size(price, OLD) == tick


@pytest.mark.parametrize(
    ("price", "tick"), [(1_999, 1), (2_000, 5), (14_905, 5), (500_000, 5)]
)
def test_a_fund_has_a_five_won_tick(price: int, tick: int) -> None:
    assert tick_size(price, ETF) == tick


@pytest.mark.parametrize(
    ("price", "down", "up"),
    [
        (4_162, 4_160, 4_165),
        (4_160, 4_160, 4_160),
        (4_996, 4_995, 5_000),
        (19_991, 19_990, 20_000),
        (49_951, 49_950, 50_000),
        (199_901, 199_900, 200_000),
        (499_501, 499_500, 500_000),
    ],
)
def test_rounding_lands_on_the_grid_on_both_sides_of_a_border(
    price: int, down: int, up: int
) -> None:
    assert (round_down(price, NEW), round_up(price, NEW)) == (down, up)


def test_a_half_tick_close_is_off_the_grid_and_its_base_is_the_next_tick_up() -> None:
    assert not is_on_tick(4_162, NEW)
    assert base_price(4_162, NEW) == 4_165
    assert base_price(4_160, NEW) == 4_160


@pytest.mark.parametrize(
    ("session", "permille"), [(date(2015, 6, 12), 150), (date(2015, 6, 15), 300)]
)
def test_the_limit_doubled_in_june_2015(session: date, permille: int) -> None:
    assert limit_permille(session) == permille


@pytest.mark.parametrize(
    ("base", "lower", "upper"),
    [
        (1_000, 700, 1_300),
        (4_800, 3_360, 6_240),
        (10_000, 7_000, 13_000),
        # 0.7 x 1,365 = 955.5: the width of 409 gives 956, on the finer grid below.
        (1_365, 956, 1_774),
        # The width is cut to base's tick of 50, not the limit to its own of 10.
        (26_350, 18_450, 34_250),
        # The upper limit falls to the coarser grid above the border.
        (3_855, 2_700, 5_010),
        (18_010, 12_610, 23_400),
        (160_100, 112_100, 208_000),
        # Below four won no step fits into 30 %: the price cannot move.
        (3, 3, 3),
        (4, 3, 5),
    ],
)
def test_the_limits_follow_the_measured_rule(base: int, lower: int, upper: int) -> None:
    assert (lower_limit(base, NEW), upper_limit(base, NEW)) == (lower, upper)


def test_the_old_table_gives_its_own_limits() -> None:
    assert (lower_limit(1_365, OLD), upper_limit(1_365, OLD)) == (960, 1_770)


def test_the_narrow_limits_of_before_2015() -> None:
    assert (lower_limit(10_000, OLD, 150), upper_limit(10_000, OLD, 150)) == (
        8_500,
        11_500,
    )


@pytest.mark.parametrize(
    ("offer", "limits"),
    [
        (5_300, (3_180, 21_200)),  # 457550 closed at 21,200 on 2024-01-24
        (26_000, (15_600, 104_000)),  # 493280 closed at 104,000 on 2026-03-20
        (7_300, (4_380, 29_200)),  # 460930 closed at 29,200 on 2024-01-26
        (13_000, (7_800, 52_000)),  # 373160 fell to 7,800 on 2025-01-24
    ],
)
def test_a_new_listing_moves_between_60_and_400_percent_of_its_offer(
    offer: int, limits: tuple[int, int]
) -> None:
    assert listing_day_limits(offer, NEW) == limits


@settings(max_examples=150, deadline=None)
@given(price=PRICES, rule=RULES)
def test_rounding_is_on_the_grid_and_leaves_the_grid_alone(
    price: int, rule: int
) -> None:
    down, up = round_down(price, rule), round_up(price, rule)

    assert is_on_tick(down, rule)
    assert is_on_tick(up, rule)
    assert (round_down(down, rule), round_up(up, rule)) == (down, up)
    assert (round_up(down, rule), round_down(up, rule)) == (down, up)


@settings(max_examples=150, deadline=None)
@given(price=PRICES, rule=RULES)
def test_rounding_encloses_the_price_within_one_tick(price: int, rule: int) -> None:
    down, up = round_down(price, rule), round_up(price, rule)

    assert down <= price <= up
    assert up - down == (0 if is_on_tick(price, rule) else tick_size(price, rule))


@settings(max_examples=150, deadline=None)
@given(price=PRICES, step=st.integers(0, 5_000), rule=RULES)
def test_rounding_keeps_the_order_of_prices(price: int, step: int, rule: int) -> None:
    assert round_down(price, rule) <= round_down(price + step, rule)
    assert round_up(price, rule) <= round_up(price + step, rule)


@settings(max_examples=150, deadline=None)
@given(price=PRICES, rule=RULES, permille=st.sampled_from((150, 300)))
def test_the_limits_enclose_the_base_on_the_grid_and_within_the_percentage(
    price: int, rule: int, permille: int
) -> None:
    base = base_price(price, rule)

    lower, upper = lower_limit(base, rule, permille), upper_limit(base, rule, permille)

    assert 0 < lower <= base <= upper
    assert is_on_tick(lower, rule)
    assert is_on_tick(upper, rule)
    assert (base - lower) * 1_000 <= base * permille
    assert (upper - base) * 1_000 <= base * permille
