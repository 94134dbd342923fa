"""The report: what differed between the plan and what happened, line by line."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from khms_trader.domain.account import Account
from khms_trader.domain.order import OrderType, Side
from khms_trader.domain.reasons import SkipReason


class LineEnd(StrEnum):
    """How a line of a plan ended, or where it stands."""

    FILLED = "FILLED"
    PARTIAL = "PARTIAL"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"
    NOT_PLACED = "NOT_PLACED"
    SKIPPED = "SKIPPED"
    OPEN = "OPEN"
    UNCONFIRMED = "UNCONFIRMED"

    @property
    def korean(self) -> str:
        """The word shown to the reader."""
        return _KOREAN[self]


_KOREAN = {
    LineEnd.FILLED: "체결",
    LineEnd.PARTIAL: "일부 체결",
    LineEnd.CANCELLED: "취소",
    LineEnd.EXPIRED: "미체결 종료",
    LineEnd.REJECTED: "거부",
    LineEnd.NOT_PLACED: "접수 안 됨",
    LineEnd.SKIPPED: "보내지 않음",
    LineEnd.OPEN: "대기 중",
    LineEnd.UNCONFIRMED: "확인 필요",
}

# Most lines of a plan are signals of symbols that are not held or have no slot.
_NEVER_CANDIDATES = frozenset(
    {SkipReason.NOT_HELD, SkipReason.NO_SLOT, SkipReason.ALREADY_HELD}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReport:
    """One order against what it was meant to be; money in won.

    Attributes:
        slippage: won paid more (received less) than at the session's open, for the
            filled shares; None without a fill or a known open.
        slippage_bps: the same in basis points of the open.
        fee, tax: estimated, because the broker lists none per order.
    """

    number: str
    order_type: OrderType
    quantity: int
    filled_quantity: int
    filled_value: int
    limit_price: int | None
    open_price: int | None
    slippage: int | None
    slippage_bps: float | None
    fee: int
    tax: int
    intended_at: datetime
    updated_at: datetime

    @property
    def average_price(self) -> float | None:
        """Mean won per filled share, or None."""
        if not self.filled_quantity:
            return None
        return self.filled_value / self.filled_quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReport:
    """One line of the plan with its end and the reason.

    Attributes:
        planned_quantity: shares the plan asked for; None for a sell, whose quantity
            is decided at the open.
        reason: a ``SkipReason`` value, or empty.
        detail: the broker's own word, or empty.
    """

    side: Side
    symbol: str
    name: str
    planned_quantity: int | None
    reference_price: int
    end: LineEnd
    reason: str = ""
    detail: str = ""
    order: OrderReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReport:
    """One session of one account.

    Attributes:
        before, after: the account as first and last read around the execution.
    """

    account: str
    session: date
    plan_id: str
    strategy: str
    lines: tuple[LineReport, ...]
    before: Account | None = None
    after: Account | None = None

    def ending(self, *ends: LineEnd) -> tuple[LineReport, ...]:
        """Return the lines that ended in one of ``ends``."""
        return tuple(line for line in self.lines if line.end in ends)

    def skipped_candidates(self) -> tuple[LineReport, ...]:
        """Return the lines that could have traded and were held back by a gate."""
        return tuple(
            line
            for line in self.ending(LineEnd.SKIPPED)
            if line.reason not in _NEVER_CANDIDATES
        )

    @property
    def needs_a_person(self) -> bool:
        """True when the outcome of an order is unknown."""
        return bool(self.ending(LineEnd.UNCONFIRMED))
