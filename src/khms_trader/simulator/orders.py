"""The values of the practice exchange: what is wanted, what is booked, what is denied.

Pure and in the words of an exchange; KIS's field names live in ``kis_api``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum, auto

from khms_trader.domain.order import Side
from khms_trader.ledger import Ledger, Position


class Division(StrEnum):
    """The order types a virtual account takes (``ORD_DVSN``, wire sheet 4.1).

    A conditional limit order is treated as a plain one: the market here has no closing
    auction it could turn to.
    """

    LIMIT = "00"
    MARKET = "01"
    CONDITIONAL = "02"
    BEST_OPPOSITE = "03"
    BEST_OWN = "04"


class Act(Enum):
    """What a row of the order list stands for."""

    ORDER = auto()
    AMENDMENT = auto()
    CANCELLATION = auto()


class Denial(Enum):
    """Why the exchange takes no order."""

    NOT_A_SESSION = auto()
    BEFORE_OPEN = auto()
    AFTER_CLOSE = auto()
    NOT_OFFERED = auto()
    BAD_QUANTITY = auto()
    UNTRADABLE = auto()
    OFF_TICK = auto()
    BEYOND_LIMITS = auto()
    NO_CASH = auto()
    NO_SHARES = auto()
    NOTHING_LEFT = auto()
    NO_SUCH_ORDER = auto()


class Denied(Exception):
    """The exchange took no order; nothing changed."""

    def __init__(self, denial: Denial) -> None:
        """Say why."""
        self.denial = denial
        super().__init__(denial.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWanted:
    """An order as it arrives.

    Attributes:
        price: won; ignored for the types that have none.
    """

    symbol: str
    side: Side
    quantity: int
    division: Division
    price: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FillCap:
    """How much of an order may fill, as a fault asks.

    Attributes:
        most: shares.
        until: from when on the rest may fill; None for never.
    """

    most: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One row of a session's order list.

    Attributes:
        number: rising within the session, unique only together with it.
        limit_price: won; 0 for a market order.
        reserve_price: won that a share of an open buy holds back.
        original: the number of the order an amendment or cancellation is about.
        filled_value, costs: won for all filled shares.
        cancelled, expired: shares that will not fill any more.
    """

    number: int
    session: date
    ordered_at: datetime
    symbol: str
    side: Side
    quantity: int
    division: Division
    limit_price: int = 0
    reserve_price: int = 0
    act: Act = Act.ORDER
    original: int = 0
    filled: int = 0
    filled_value: int = 0
    costs: int = 0
    cancelled: int = 0
    expired: int = 0
    cap: FillCap | None = None

    @property
    def open_quantity(self) -> int:
        """Shares that may still fill."""
        return self.quantity - self.filled - self.cancelled - self.expired

    def fillable(self, at: datetime) -> int:
        """Return the shares that may fill at ``at``."""
        cap = self.cap
        if cap is None or (cap.until is not None and at >= cap.until):
            return self.open_quantity
        return max(min(self.open_quantity, cap.most - self.filled), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Everything the exchange knows of the account at one moment.

    Attributes:
        orders: of all sessions, oldest first.
        session: the session it has lived to.
        last_number: of that session.
        closing_total: won the account was worth at the close before.
    """

    ledger: Ledger
    session: date
    orders: tuple[OrderRow, ...] = ()
    last_number: int = 0
    closing_total: int = 0

    def of_session(self, session: date) -> tuple[OrderRow, ...]:
        """Return the orders of ``session``, oldest first."""
        return tuple(row for row in self.orders if row.session == session)

    def resting(self, symbol: str) -> int:
        """Return the shares of ``symbol`` that open sells hold back."""
        return sum(
            row.open_quantity
            for row in self.orders
            if row.side is Side.SELL and row.symbol == symbol
        )

    def sellable(self, symbol: str) -> int:
        """Return the shares of ``symbol`` a new sell may take."""
        return self.ledger.quantity(symbol) - self.resting(symbol)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What the account starts with; for tests and for people who practise.

    Attributes:
        cash: settled won.
        unpriced: shares that are counted at the last close before the start.
        orders: rows of earlier or the present session, oldest first.
    """

    cash: int = 10_000_000
    holdings: Mapping[str, Position] = field(default_factory=dict)
    unpriced: Mapping[str, int] = field(default_factory=dict)
    orders: tuple[OrderRow, ...] = ()
