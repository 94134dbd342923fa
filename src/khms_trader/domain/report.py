"""The report: what differed between the plan and what happened, line by line."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from khms_trader.domain.account import Account
from khms_trader.domain.difference import Difference
from khms_trader.domain.order import BrokerOrder, OrderType, Side
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
        accepted_at: when the broker's number was known to us; None without one.
        ended_at: when we saw it filled, ended or refused; None while it stands.
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
    accepted_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def average_price(self) -> float | None:
        """Mean won per filled share, or None."""
        if not self.filled_quantity:
            return None
        return self.filled_value / self.filled_quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWarning:
    """What a person should know of a line that was sent, as a word of ``reasons``."""

    warning: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReport:
    """One line of the plan with its end and the reason.

    Attributes:
        planned_quantity: shares the plan asked for; None for a sell, whose quantity
            is decided at the open.
        reason: a ``SkipReason`` value, or empty.
        detail: the broker's own word on the end, or empty.
        lost: why the answer was lost at first, of an order whose outcome is known
            since; empty for every other.
        is_candidate: True when the line could have traded: a buy of a rank that had a
            slot, a sell of managed shares.
        wanted_quantity: shares it would have traded; 0 when it was no candidate.
        warnings: what a person should know of it, in the order it was said.
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
    lost: str = ""
    is_candidate: bool = False
    wanted_quantity: int = 0
    warnings: tuple[LineWarning, ...] = ()

    @property
    def unsold_quantity(self) -> int:
        """Shares of a sell that did not fill, as far as is known; 0 for a buy."""
        if self.side is Side.BUY or not self.is_candidate:
            return 0
        if self.order is None:
            return self.wanted_quantity
        return max(self.order.quantity - self.order.filled_quantity, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunParts:
    """How long each part of one run took: seconds from ``began_at``, None if not done.

    Attributes:
        began_at: when the command began.
        account_read: until the account was known.
        first_order, last_sell, last_buy: until the broker had answered that order, or
            its answer was given up: it left before.
        sells_done: until the last sell had filled or ended; None while one rests.
        ended: until the run was over.
    """

    began_at: datetime
    account_read: float | None = None
    first_order: float | None = None
    last_sell: float | None = None
    sells_done: float | None = None
    last_buy: float | None = None
    ended: float | None = None

    @property
    def steps(self) -> tuple[tuple[str, float | None], ...]:
        """The parts in their order, each with its Korean name and seconds."""
        return (
            ("계좌 읽음", self.account_read),
            ("첫 주문", self.first_order),
            ("마지막 매도", self.last_sell),
            ("매도 체결 확인", self.sells_done),
            ("마지막 매수", self.last_buy),
            ("끝", self.ended),
        )

    @property
    def last_order(self) -> float | None:
        """Seconds until the last order of either side was answered."""
        return max(filter(None, (self.last_sell, self.last_buy)), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherOrder:
    """An order of ours that is no line of the plan: a person asked a tool for it.

    Attributes:
        purpose: ``manual-1`` and so on.
        detail, lost: as for ``LineReport``.
    """

    purpose: str
    side: Side
    symbol: str
    name: str
    end: LineEnd
    order: OrderReport
    detail: str = ""
    lost: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignOrder:
    """An order in the broker's list that is not ours.

    Attributes:
        looks_like_ours: True when an order of ours whose answer was lost asked for the
            same: nobody can tell the two apart.
    """

    row: BrokerOrder
    name: str = ""
    looks_like_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckShares:
    """Shares that were to be sold and were not.

    Attributes:
        price: won, as last known.
        end, reason: of the sell line.
    """

    symbol: str
    name: str
    quantity: int
    price: int
    end: LineEnd
    reason: str = ""

    @property
    def value(self) -> int:
        """Won that are tied up in them."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReport:
    """One session of one account.

    Attributes:
        before, after: the account as first and last read around the execution.
        runs: how long each run took that got as far as its first order.
        account_error: why ``after`` is missing, as a detail of ``reasons``.
        orders_error: why the order list could not be read while this was made.
        difference: why the money differed from the plan; None without any candidate.
        others: our orders that are no lines of the plan.
        foreign: orders that are not ours, as the broker's list last showed them.
        stuck: shares whose sell did not fill.
    """

    account: str
    session: date
    plan_id: str
    strategy: str
    lines: tuple[LineReport, ...]
    before: Account | None = None
    after: Account | None = None
    runs: tuple[RunParts, ...] = ()
    account_error: str = ""
    orders_error: str = ""
    difference: Difference | None = None
    others: tuple[OtherOrder, ...] = ()
    foreign: tuple[ForeignOrder, ...] = ()
    stuck: tuple[StuckShares, ...] = ()

    @property
    def ends(self) -> tuple[LineEnd, ...]:
        """How each line of the plan and each other order of ours ended."""
        lines = tuple(line.end for line in self.lines)
        return lines + tuple(other.end for other in self.others)

    def ending(self, *ends: LineEnd) -> tuple[LineReport, ...]:
        """Return the lines that ended in one of ``ends``."""
        return tuple(line for line in self.lines if line.end in ends)

    def skipped_candidates(self) -> tuple[LineReport, ...]:
        """Return the lines that could have traded and were held back by a gate."""
        return tuple(
            line
            for line in self.ending(LineEnd.SKIPPED)
            if line.is_candidate or line.reason not in _NEVER_CANDIDATES
        )

    @property
    def open_buys(self) -> int:
        """How many buys stand open although their time is over."""
        return sum(line.side is Side.BUY for line in self.ending(LineEnd.OPEN))

    @property
    def needs_a_person(self) -> bool:
        """True when the outcome of an order is unknown, or is not as it should be.

        A sale may rest, as long as its list can be read. A buy that is still open at
        the end of a run could not be cancelled: it may fill all day.
        """
        is_blind = bool(self.orders_error) and LineEnd.OPEN in self.ends
        is_unsure = LineEnd.UNCONFIRMED in self.ends
        return is_blind or is_unsure or self.open_buys > 0
