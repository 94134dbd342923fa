"""Fee and tax: what a trade costs, in won.

Rates are whole parts per billion (ppb), so that every charge is exact int arithmetic;
1 bp is 100,000 ppb. The tables are published rates: what an account really pays is the
broker's word. Nothing here reads a clock, file or network.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from khms_trader.domain.instrument import InstrumentKind

PARTS_PER_ONE: Final = 1_000_000_000
_PPB_PER_BP: Final = 100_000

PUBLISHED_ONLINE_FEE_RATE: Final = 140_527
"""KIS's published online fee (BanKIS), 0.0140527 % each way, in ppb (bullroit.net)."""

# KOSDAQ's whole sell tax in ppb by the law's date, newest first. The law counts the
# settlement day (joseplus 2019-05-27), so the last two sessions before a date pay its
# new rate already (0.25 % from trades of 2019-05-30, 0.23 % from 2020-12-29, 0.15 %
# from 2024-12-27): ask with the settlement session to be exact to the day.
_SELL_TAX: Final = (
    (date(2026, 1, 1), 2_000_000),  # [S] MOEF notice: livein.co.kr n04/242737
    (date(2025, 1, 1), 1_500_000),  # [S] Hanyang Securities notice, 2024-12-26
    (date(2024, 1, 1), 1_800_000),  # [S] the same notice's "before"
    (date(2023, 1, 1), 2_000_000),  # [S] minamjjh.kr: 2026 returns to the rate of 2023
    (date(2021, 1, 1), 2_300_000),  # [S] edaily 2020-12-29
    (date(2019, 6, 3), 2_500_000),  # [S] fntimes 2019-05-30
)
_SELL_TAX_BEFORE: Final = 3_000_000  # [S] etnews 2019-05-21


def rate_ppb(bps: Decimal) -> int:
    """Return ``bps`` basis points as parts per billion, to the nearest part.

    Raises:
        ValueError: ``bps`` is negative or not a number.
    """
    if not bps.is_finite() or bps < 0:
        message = f"a rate is zero or more basis points, not {bps}"
        raise ValueError(message)
    return int((bps * _PPB_PER_BP).to_integral_value(ROUND_HALF_UP))


def charge(amount_won: int, rate: int) -> int:
    """Return ``rate`` ppb of ``amount_won`` in won, cut to whole won per order [K]."""
    return amount_won * rate // PARTS_PER_ONE


def sell_tax_rate(session: date, kind: InstrumentKind) -> int:
    """Return the securities transaction tax on a sale, in ppb; 0 for an ETF [K].

    ``session`` is compared with the law's date, which counts the settlement session;
    passing the trading session differs on a change's last two sessions only.
    """
    if kind is InstrumentKind.ETF:
        return 0
    for since, rate in _SELL_TAX:
        if session >= since:
            return rate
    return _SELL_TAX_BEFORE
