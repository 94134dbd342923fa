"""When the account holds other shares of a symbol than our orders explain. Pure.

Fewer: a person sold some, or a merger took them. More: a person bought some, or a split
or a bonus issue made them. Only of the last nobody may sell before a person looked.
"""

from collections.abc import Collection, Mapping

from khms_trader.domain.account import Account, Holding
from khms_trader.domain.plan import SellLine
from khms_trader.domain.quote import Quote
from khms_trader.market.prices import tick_rule
from khms_trader.planning.rules import base_price_moved


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
    nothing is missing. ``says_the_same`` tells whether prices stood still meanwhile.

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
    """Return True when cash and holdings explain the account's own total to the won.

    A row that is left out is still in the total, however small beside the rest. KIS's
    own sums agree exactly (kis-wire.md 4.3); where rows and total are of different
    moments, or the answer is blank, nobody can tell, and it does not add up.
    """
    listed = sum(holding.value for holding in account.holdings)
    return 0 < account.total == account.cash_d2 + listed


def says_the_same(first: Account, second: Account) -> bool:
    """Return True when two readings agree on cash, total and every row and price.

    Only then are rows and totals of one moment: prices stood still in between.
    """
    return _figures(first) == _figures(second)


def _figures(account: Account) -> tuple[int, int, tuple[Holding, ...]]:
    return account.cash_d2, account.total, account.holdings
