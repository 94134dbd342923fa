"""When the account holds other shares of a symbol than our orders explain. Pure.

Fewer: a person sold some, or a merger took them. More: a person bought some, or a split
or a bonus issue made them. Only of the last nobody may sell before a person looked.
"""

from collections.abc import Collection, Mapping
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.plan import SellLine
from khms_trader.domain.quote import Quote
from khms_trader.market.prices import tick_rule
from khms_trader.planning.rules import base_price_moved

# Holdings and totals of one answer may be of different moments: 252,500 against 253,000
# won was seen (kis-wire.md 4.3). One part in 400.
_DRIFT: Final = 400


def is_round_multiple(held: int, journal: int) -> bool:
    """Return True when ``held`` is 1.5, 2, 2.5, 3 ... times ``journal`` shares.

    Splits and bonus issues are of that kind (KRX: 5:1, 2.5:1, 무상증자 0.5 or 1 a
    share). A person's own purchase may be as well: nobody can tell, so a person looks.
    """
    return held > journal > 0 and 2 * held % journal == 0


def has_new_basis(line: SellLine, quote: Quote) -> bool:
    """Return True when today's prices are of other shares than the plan's reference."""
    rule = tick_rule(quote.session, quote.kind)
    moved = base_price_moved(quote.base_price, line.reference_price, rule)
    return moved or quote.split_ratio > 1


def missing_shares(
    account: Account, managed: Mapping[str, int], busy: Collection[str]
) -> dict[str, int]:
    """Return the managed shares by symbol that ``account`` does not hold any more.

    ``account`` is one of after a session's close, when nothing of it is on the way.
    An answer whose holdings do not add up to its own total may lack a row, and then
    nothing is missing.

    Args:
        account: read completely.
        managed: shares by symbol as the journal has them.
        busy: symbols with an order of ours that is open or unknown.
    """
    if not adds_up(account):
        return {}
    held = {holding.symbol: holding.quantity for holding in account.holdings}
    return {
        symbol: shares - held.get(symbol, 0)
        for symbol, shares in sorted(managed.items())
        if symbol not in busy and shares > held.get(symbol, 0)
    }


def adds_up(account: Account) -> bool:
    """Return True when cash and holdings explain the account's own total.

    Only too large a total is suspect: it counts something that is not listed.
    """
    listed = sum(holding.value for holding in account.holdings)
    return account.total - account.cash_d2 - listed <= listed // _DRIFT
