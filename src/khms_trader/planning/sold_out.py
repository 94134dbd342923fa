"""What looking at unmanaged shares, selling or adopting them came to: values."""

from dataclasses import dataclass

from khms_trader.domain.account import Account
from khms_trader.domain.order import Side
from khms_trader.domain.report import LineEnd, OrderReport
from khms_trader.planning.sale_gates import TradingHours
from khms_trader.planning.sell_out import Choice, Unmanaged


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One order of ours and how it ended, or where it stands.

    Attributes:
        name: empty when the symbol is not held any more.
        detail: the broker's or our own word on it, as ``reasons.korean_of`` reads it.
    """

    symbol: str
    name: str
    side: Side
    end: LineEnd
    detail: str
    order: OrderReport

    @property
    def open_quantity(self) -> int:
        """Shares that may still fill."""
        is_open = self.end is LineEnd.OPEN
        return self.order.quantity - self.order.filled_quantity if is_open else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The account as the tool found it, once its open orders were looked up.

    Attributes:
        managed_positions: holdings with managed shares.
        max_positions: how many the strategy may hold.
        is_paper: True for an account of ours, which never had a life before us.
        is_confirmed: False while nobody confirmed the account's first use.
        is_open: True while ``hours`` run.
        settled: orders that earlier runs left open, as they stand now.
        sold: the other orders of today that a person sent through this tool.
    """

    account: Account
    found: tuple[Unmanaged, ...]
    managed_positions: int
    max_positions: int
    is_paper: bool
    is_confirmed: bool
    hours: TradingHours
    is_open: bool
    settled: tuple[OrderLine, ...] = ()
    sold: tuple[OrderLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SellOut:
    """What was asked for, and what became of it.

    Attributes:
        choices: every symbol asked for, in order.
        is_done: False while it was only shown.
        lines: the orders this run sent.
        unread: why the order list could not be read in the end, as a detail; empty
            when it was.
        after: the account once the fills were followed; None when nothing was sent or
            it could not be read.
    """

    standing: Standing
    choices: tuple[Choice, ...] = ()
    is_done: bool = False
    lines: tuple[OrderLine, ...] = ()
    unread: str = ""
    after: Account | None = None

    @property
    def needs_a_person(self) -> bool:
        """True when the outcome of an order is unknown."""
        known = (*self.standing.settled, *self.standing.sold, *self.lines)
        return any(line.end is LineEnd.UNCONFIRMED for line in known)

    @property
    def is_refused(self) -> bool:
        """True when a gate stopped the rest, or let nothing of what was asked pass."""
        if not self.is_done:
            return False
        refused = [choice.held_back for choice in self.choices if choice.is_refused]
        is_stopped = any(reason.is_gate for reason in refused if reason)
        passed = any(choice.held_back is None for choice in self.choices)
        return is_stopped or (bool(refused) and not passed)
