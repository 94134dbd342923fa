"""What a finished trade is, and what was left open. Pure values."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khms_trader.performance.lots import Lot


class ExitKind(StrEnum):
    """Who ended a trade."""

    PLAN = "plan"
    MANUAL = "manual"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTrade:
    """Shares that came together and went together.

    Attributes:
        opened: None when nobody knows.
        sessions_held: sessions from ``opened`` to ``closed``; 1 for the next one.
        buy_value, sell_value: won before costs.
        fee: won of both ways; ``tax``: won of the sale; both estimated.
        reason: the plan's words for the exit; may be empty.
        is_estimated: True when one of the values is no fill of ours.
    """

    symbol: str
    opened: date | None
    closed: date
    sessions_held: int | None
    quantity: int
    buy_value: int
    sell_value: int
    fee: int
    tax: int
    kind: ExitKind
    reason: str = ""
    is_estimated: bool = False

    @property
    def profit(self) -> int:
        """Won earned after costs; minus when lost."""
        return self.sell_value - self.buy_value - self.fee - self.tax

    @property
    def profit_rate(self) -> float | None:
        """``profit / buy_value``; None for shares that cost nothing."""
        return self.profit / self.buy_value if self.buy_value else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCost:
    """Shares that went, and nobody knows what they had cost: no trade of theirs."""

    symbol: str
    session: date
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trades:
    """Everything that was closed, by time, and what is open still."""

    closed: tuple[ClosedTrade, ...] = ()
    open: tuple[Lot, ...] = ()
    unknown: tuple[UnknownCost, ...] = ()
