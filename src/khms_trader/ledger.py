"""What an account becomes after a fill and after a settlement day. Pure.

Won and shares are ints. Trades settle two sessions later (KRX, T+2); until then the
deposit does not move, but sale proceeds may already be spent on buys (재매매).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

SETTLEMENT_SESSIONS: Final = 2


class LedgerError(ValueError):
    """A booking that no broker would make; the caller checks before it books."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Shares of one symbol and what they cost.

    Attributes:
        cost: won paid for them in all, before fees.
    """

    quantity: int
    cost: int

    @property
    def average_price(self) -> Decimal:
        """Mean purchase price in won, four decimals, as KIS shows it."""
        return (Decimal(self.cost) / self.quantity).quantize(Decimal("0.0001"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Cash and positions of one account.

    Attributes:
        cash: settled deposit in won (KIS ``dnca_tot_amt``).
        pending: (session, won) not settled yet, oldest first; buys are negative.
        positions: by symbol, never with zero shares.
    """

    cash: int
    pending: tuple[tuple[date, int], ...] = ()
    positions: Mapping[str, Position] = field(default_factory=dict)

    @property
    def cash_d2(self) -> int:
        """Deposit once everything traded so far has settled, in won."""
        return self.cash + sum(amount for _, amount in self.pending)

    def quantity(self, symbol: str) -> int:
        """Return the shares held of ``symbol``."""
        position = self.positions.get(symbol)
        return position.quantity if position else 0


def buy(
    ledger: Ledger,
    symbol: str,
    *,
    quantity: int,
    value: int,
    costs: int,
    settles_on: date,
) -> Ledger:
    """Return the ledger after a filled buy.

    Args:
        value: won for the shares, before ``costs`` (fee, won).

    Raises:
        LedgerError: not enough money, or nothing bought.
    """
    if quantity < 1 or value < 1 or costs < 0:
        message = f"cannot buy {quantity} shares for {value} won"
        raise LedgerError(message)
    if value + costs > ledger.cash_d2:
        message = f"{value + costs} won needed, {ledger.cash_d2} there"
        raise LedgerError(message)
    held = ledger.positions.get(symbol, Position(quantity=0, cost=0))
    bought = Position(quantity=held.quantity + quantity, cost=held.cost + value)
    return replace(
        ledger,
        pending=_with_pending(ledger.pending, settles_on, -(value + costs)),
        positions={**ledger.positions, symbol: bought},
    )


def sell(
    ledger: Ledger,
    symbol: str,
    *,
    quantity: int,
    value: int,
    costs: int,
    settles_on: date,
) -> Ledger:
    """Return the ledger after a filled sale; ``costs`` are fee and tax in won.

    Raises:
        LedgerError: more shares than held, nothing sold, or costs below zero.
    """
    held = ledger.positions.get(symbol, Position(quantity=0, cost=0))
    if not 1 <= quantity <= held.quantity or value < 0 or costs < 0:
        message = f"cannot sell {quantity} of {held.quantity} shares"
        raise LedgerError(message)
    rest = held.quantity - quantity
    # The cost of the rest is rounded up, so that a profit is never shown too high.
    left = Position(quantity=rest, cost=-(-held.cost * rest // held.quantity))
    positions = {**ledger.positions, symbol: left}
    if rest == 0:
        del positions[symbol]
    return replace(
        ledger,
        pending=_with_pending(ledger.pending, settles_on, value - costs),
        positions=positions,
    )


def split(ledger: Ledger, symbol: str, ratio: int) -> Ledger:
    """Return the ledger after every share of ``symbol`` became ``ratio`` shares.

    Raises:
        LedgerError: nothing is held, or the ratio is no split.
    """
    held = ledger.positions.get(symbol)
    if held is None or ratio < 1:
        message = f"cannot split {symbol} {ratio}:1"
        raise LedgerError(message)
    after = replace(held, quantity=held.quantity * ratio)
    return replace(ledger, positions={**ledger.positions, symbol: after})


def settle(ledger: Ledger, today: date) -> Ledger:
    """Return the ledger with everything due on or before ``today`` settled."""
    due = sum(amount for session, amount in ledger.pending if session <= today)
    rest = tuple(entry for entry in ledger.pending if entry[0] > today)
    return replace(ledger, cash=ledger.cash + due, pending=rest)


def _with_pending(
    pending: tuple[tuple[date, int], ...], session: date, amount: int
) -> tuple[tuple[date, int], ...]:
    amounts = dict(pending)
    amounts[session] = amounts.get(session, 0) + amount
    return tuple(sorted(amounts.items()))
