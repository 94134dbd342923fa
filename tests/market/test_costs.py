"""Fees and taxes to the won."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.instrument import InstrumentKind
from khms_trader.market.costs import (
    PUBLISHED_ONLINE_FEE_RATE,
    charge,
    rate_ppb,
    sell_tax_rate,
)


@pytest.mark.parametrize(
    ("bps", "rate"),
    [
        ("0", 0),
        ("1", 100_000),
        ("14.7", 1_470_000),
        ("10.0", 1_000_000),
        ("1.40527", 140_527),
        ("0.000005", 1),
        ("0.000004", 0),
    ],
)
def test_basis_points_become_whole_parts_per_billion(bps: str, rate: int) -> None:
    assert rate_ppb(Decimal(bps)) == rate


@pytest.mark.parametrize("bps", ["-0.1", "NaN", "Infinity"])
def test_an_impossible_rate_is_refused(bps: str) -> None:
    with pytest.raises(ValueError, match="basis points"):
        rate_ppb(Decimal(bps))


def test_the_published_fee_is_a_tenth_of_the_fee_in_the_users_settings() -> None:
    assert PUBLISHED_ONLINE_FEE_RATE == 140_527
    assert charge(1_000_000, PUBLISHED_ONLINE_FEE_RATE) == 140
    assert charge(1_000_000, 1_470_000) == 1_470


@pytest.mark.parametrize(
    ("amount", "charged"), [(0, 0), (499, 0), (500, 1), (999, 1), (12_345_678, 24_691)]
)
def test_a_charge_is_cut_to_whole_won(amount: int, charged: int) -> None:
    assert charge(amount, 2_000_000) == charged


@pytest.mark.parametrize(
    ("session", "rate"),
    [
        (date(2019, 5, 31), 3_000_000),
        (date(2019, 6, 3), 2_500_000),
        (date(2020, 12, 30), 2_500_000),
        (date(2021, 1, 4), 2_300_000),
        (date(2022, 12, 29), 2_300_000),
        (date(2023, 1, 2), 2_000_000),
        (date(2024, 1, 2), 1_800_000),
        (date(2025, 1, 2), 1_500_000),
        (date(2025, 12, 30), 1_500_000),
        (date(2026, 1, 2), 2_000_000),
        (date(2026, 11, 23), 2_000_000),
    ],
)
def test_the_sell_tax_follows_the_dated_table(session: date, rate: int) -> None:
    assert sell_tax_rate(session, InstrumentKind.EQUITY) == rate
    assert sell_tax_rate(session, InstrumentKind.SPAC) == rate


def test_a_fund_pays_no_transaction_tax() -> None:
    assert sell_tax_rate(date(2026, 11, 23), InstrumentKind.ETF) == 0


def test_a_kosdaq_round_trip_of_2026_costs_0_228_percent() -> None:
    amount = 100_000_000

    fees = 2 * charge(amount, PUBLISHED_ONLINE_FEE_RATE)
    tax = charge(amount, sell_tax_rate(date(2026, 11, 23), InstrumentKind.EQUITY))

    assert fees + tax == 228_104


@settings(max_examples=100, deadline=None)
@given(amount=st.integers(0, 10**12), rate=st.integers(0, 10**7))
def test_a_charge_is_the_exact_amount_less_a_part_of_a_won(
    amount: int, rate: int
) -> None:
    exact = Decimal(amount) * Decimal(rate) / Decimal(10**9)

    assert 0 <= exact - charge(amount, rate) < 1


@settings(max_examples=100, deadline=None)
@given(
    first=st.integers(0, 10**10),
    second=st.integers(0, 10**10),
    rate=st.integers(0, 10**7),
)
def test_one_order_is_never_charged_less_than_its_two_halves(
    first: int, second: int, rate: int
) -> None:
    together = charge(first + second, rate)

    assert 0 <= together - charge(first, rate) - charge(second, rate) <= 1
