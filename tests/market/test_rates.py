"""Fee and tax of a trade: who pays what, and when."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.instrument import InstrumentKind
from khms_trader.domain.order import Side
from khms_trader.market.rates import CostRates

EQUITY = InstrumentKind.EQUITY
SESSION = date(2026, 3, 4)
DATED = CostRates(fee_rate=1_470_000)  # 14.7 bps
OWN_TAX = CostRates(fee_rate=1_470_000, tax_rate=1_800_000)


@pytest.mark.parametrize(
    ("value", "fee"), [(133_400, 196), (680, 0), (681, 1), (0, 0), (10_000_000, 14_700)]
)
def test_the_fee_is_cut_to_whole_won(value: int, fee: int) -> None:
    assert DATED.fee(value) == fee


@pytest.mark.parametrize(
    ("session", "tax"),
    [
        (date(2024, 12, 31), 1_800),
        (date(2025, 1, 1), 1_500),
        (date(2025, 12, 31), 1_500),
        (date(2026, 1, 1), 2_000),
        (SESSION, 2_000),
    ],
)
def test_a_sale_is_taxed_by_the_dated_table(session: date, tax: int) -> None:
    assert DATED.tax(Side.SELL, 1_000_000, session, EQUITY) == tax


def test_the_users_own_rate_wins_over_the_table() -> None:
    assert OWN_TAX.tax(Side.SELL, 1_000_000, SESSION, EQUITY) == 1_800


def test_a_rate_of_zero_is_a_rate_and_not_the_table() -> None:
    free = CostRates(fee_rate=0, tax_rate=0)

    assert free.tax(Side.SELL, 1_000_000, SESSION, EQUITY) == 0
    assert free.fee(1_000_000) == 0


@pytest.mark.parametrize("rates", [DATED, OWN_TAX])
@pytest.mark.parametrize("kind", list(InstrumentKind))
def test_a_buy_is_never_taxed(rates: CostRates, kind: InstrumentKind) -> None:
    assert rates.tax(Side.BUY, 1_000_000, SESSION, kind) == 0


@pytest.mark.parametrize("rates", [DATED, OWN_TAX])
def test_an_etf_is_not_taxed_whatever_the_user_set(rates: CostRates) -> None:
    assert rates.tax(Side.SELL, 1_000_000, SESSION, InstrumentKind.ETF) == 0


@pytest.mark.parametrize("kind", [InstrumentKind.PREFERRED, InstrumentKind.SPAC])
def test_other_shares_are_taxed_like_common_ones(kind: InstrumentKind) -> None:
    assert DATED.tax(Side.SELL, 1_000_000, SESSION, kind) == 2_000


@given(
    value=st.integers(0, 10**12),
    rate=st.integers(0, 100_000_000),
    side=st.sampled_from(Side),
    kind=st.sampled_from(InstrumentKind),
)
@settings(max_examples=100)
def test_costs_are_never_negative_nor_more_than_their_exact_rate(
    value: int, rate: int, side: Side, kind: InstrumentKind
) -> None:
    rates = CostRates(fee_rate=rate, tax_rate=rate)

    fee, tax = rates.fee(value), rates.tax(side, value, SESSION, kind)

    assert 0 <= value * rate - fee * 1_000_000_000 < 1_000_000_000
    assert tax in {0, fee}
