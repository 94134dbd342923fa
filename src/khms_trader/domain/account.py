"""What the broker says of the account at one moment."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Shares of one symbol in the account.

    Attributes:
        quantity: shares held.
        sellable: shares that may be sold now (held minus resting sells).
        average_price: mean purchase price in won, before costs.
        price: last known price in won; 0 when nobody knows one.
    """

    symbol: str
    name: str
    quantity: int
    sellable: int
    average_price: Decimal
    price: int

    @property
    def value(self) -> int:
        """Worth at the last known price, in won."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Cash and holdings, read completely or not at all.

    Attributes:
        account: the folder name of the account, such as ``paper``.
        cash: deposit today in won (KIS ``dnca_tot_amt``); moves at settlement only.
        cash_d2: deposit after everything traded so far has settled, in won.
        spendable: won a cash buy may use now, same-day sale proceeds included.
        total: value of the holdings plus ``cash_d2`` in won (KIS ``tot_evlu_amt``).
    """

    account: str
    observed_at: datetime
    cash: int
    cash_d2: int
    spendable: int
    total: int
    holdings: tuple[Holding, ...] = ()

    def holding(self, symbol: str) -> Holding | None:
        """Return the holding of ``symbol``, or None."""
        return next((h for h in self.holdings if h.symbol == symbol), None)
