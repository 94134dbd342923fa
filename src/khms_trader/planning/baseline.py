"""The account as read before the first order, rolled forward by what our orders did.

A second reading of the balance costs a request and may still show what was sold: KIS
shows fills there some seconds late. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from khms_trader.domain.account import Account, Holding
from khms_trader.domain.order import OrderRecord, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The account and the session's orders of ours at one moment."""

    account: Account
    records: tuple[OrderRecord, ...]

    def has_moved(self, records: Sequence[OrderRecord]) -> bool:
        """Return whether our orders may have changed the cash since."""
        return tuple(records) != self.records

    def rolled_on(self, records: Sequence[OrderRecord], spendable: int) -> Account:
        """Return the account without the shares sold since, with ``spendable`` won."""
        before = {record.key: record.filled_quantity for record in self.records}
        sold: dict[str, int] = {}
        for record in records:
            if record.key.side is Side.SELL:
                symbol, filled = record.key.symbol, record.filled_quantity
                more = filled - before.get(record.key, 0)
                sold[symbol] = sold.get(symbol, 0) + more
        holdings = tuple(
            _without(holding, sold.get(holding.symbol, 0))
            for holding in self.account.holdings
        )
        return replace(self.account, spendable=spendable, holdings=holdings)


def _without(holding: Holding, sold: int) -> Holding:
    left = max(holding.quantity - sold, 0)
    return replace(holding, quantity=left, sellable=min(holding.sellable, left))
