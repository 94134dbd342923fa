"""The cost rates a trade is computed with, live, on paper and in backtests."""

from dataclasses import dataclass
from datetime import date

from khms_trader.domain.instrument import InstrumentKind
from khms_trader.domain.order import Side
from khms_trader.market.costs import charge, sell_tax_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRates:
    """Fee, tax and slippage in parts per billion (ppb).

    Attributes:
        tax_rate: sell tax; None takes the dated table of ``market.costs``.
    """

    fee_rate: int
    tax_rate: int | None = None
    slippage_rate: int = 0

    def fee(self, value: int) -> int:
        """Return the fee in won on a trade of ``value`` won."""
        return charge(value, self.fee_rate)

    def tax(self, side: Side, value: int, session: date, kind: InstrumentKind) -> int:
        """Return the tax in won; only sales are taxed, and no ETF (KRX)."""
        if side is Side.BUY:
            return 0
        dated = sell_tax_rate(session, kind)
        is_exempt = dated == 0
        rate = dated if self.tax_rate is None or is_exempt else self.tax_rate
        return charge(value, rate)
