"""Orders: what is asked, under which identity, and the states it may pass through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

PLAN_PURPOSE: Final = "plan"
# The detail of an accepted order that the broker's list lacks after the close.
VANISHED: Final = "vanished"
# The detail of an order whose run ended before it knew whether the request left.
CUT_OFF: Final = "cut_off"


class Side(StrEnum):
    """Buy or sell."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """1 for a buy, which brings shares and takes won; -1 for a sale."""
        return 1 if self is Side.BUY else -1


class OrderType(StrEnum):
    """Limit or market; KRX's opening auction takes no other kind."""

    LIMIT = "limit"
    MARKET = "market"


class OrderState(StrEnum):
    """Where an order of ours stands.

    INTENDED is committed before the request leaves, so an INTENDED row found later
    is an order whose outcome is unknown. UNCONFIRMED is never sent again.
    """

    INTENDED = "INTENDED"
    ACCEPTED = "ACCEPTED"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"
    UNCONFIRMED = "UNCONFIRMED"
    NOT_PLACED = "NOT_PLACED"

    @property
    def is_final(self) -> bool:
        """True when nothing can change the order any more."""
        return not TRANSITIONS[self]

    @property
    def is_working(self) -> bool:
        """True when the broker holds the order and it may still fill."""
        return self in {OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED}


_S = OrderState
_ENDS: Final = frozenset({_S.FILLED, _S.CANCELLED, _S.EXPIRED})

# The one state table: types, SQL trigger and tests are made from it. A row may be
# written again in the same state only while it is working (more shares filled) or
# INTENDED (another attempt after a definite refusal of the gateway).
TRANSITIONS: Final[Mapping[OrderState, frozenset[OrderState]]] = MappingProxyType(
    {
        _S.INTENDED: frozenset({_S.INTENDED, _S.ACCEPTED, _S.REJECTED, _S.UNCONFIRMED}),
        _S.UNCONFIRMED: frozenset({_S.ACCEPTED, _S.NOT_PLACED}),
        _S.ACCEPTED: frozenset({_S.ACCEPTED, _S.PARTIALLY_FILLED}) | _ENDS,
        _S.PARTIALLY_FILLED: frozenset({_S.PARTIALLY_FILLED}) | _ENDS,
        _S.FILLED: frozenset(),
        _S.CANCELLED: frozenset(),
        _S.EXPIRED: frozenset(),
        _S.REJECTED: frozenset(),
        _S.NOT_PLACED: frozenset(),
    }
)

OPEN_STATES: Final = tuple(state for state in OrderState if not state.is_final)
"""The states of orders that have not ended, unknown ones included."""

MAY_HAVE_FILLED: Final = (
    OrderState.FILLED,
    OrderState.PARTIALLY_FILLED,
    OrderState.CANCELLED,
    OrderState.EXPIRED,
)
"""The states in which an order may have filled shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderKey:
    """The natural key: the only idempotency there is, as KIS has no client order id."""

    account: str
    session: date
    symbol: str
    side: Side
    purpose: str = PLAN_PURPOSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of the broker.

    Attributes:
        quantity: shares, at least 1.
        limit_price: won; None for a market order, required for a limit order.
    """

    symbol: str
    side: Side
    quantity: int
    order_type: OrderType
    limit_price: int | None = None

    def __post_init__(self) -> None:
        """Refuse an order that could not mean anything to an exchange."""
        if self.quantity < 1:
            message = f"an order needs at least 1 share, not {self.quantity}"
            raise ValueError(message)
        is_limit = self.order_type is OrderType.LIMIT
        if is_limit != (self.limit_price is not None and self.limit_price > 0):
            message = "a limit order needs a price, a market order has none"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAck:
    """The broker's word that it holds the order."""

    number: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerOrder:
    """One row of the broker's order list of a session: its truth about an order.

    Attributes:
        number: the broker's order number, unique within the session.
        ordered_at: when the broker took it (there is no fill time at KIS).
        quantity, filled_quantity: shares.
        filled_value: won paid or received for the filled shares, before costs.
        is_open: True while it may still fill.
        is_cancelled: True when the rest was cancelled by us or by a person.
    """

    number: str
    symbol: str
    side: Side
    quantity: int
    order_type: OrderType
    ordered_at: datetime
    limit_price: int | None = None
    filled_quantity: int = 0
    filled_value: int = 0
    is_open: bool = False
    is_cancelled: bool = False
    is_rejected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """One order of ours as the journal knows it.

    Attributes:
        number: the broker's number once accepted.
        open_price: the session's open in won when it was known before sending.
        filled_value: won for the filled shares, before costs.
        attempts: how often the request left (more than 1 only after definite
            refusals of the gateway).
        detail: the broker's or our own word on the state; may be empty.
    """

    key: OrderKey
    order: Order
    state: OrderState
    plan_id: str = ""
    number: str = ""
    open_price: int | None = None
    filled_quantity: int = 0
    filled_value: int = 0
    attempts: int = 0
    intended_at: datetime
    updated_at: datetime
    detail: str = ""

    @property
    def unfilled_quantity(self) -> int:
        """Shares asked for and not (yet) filled."""
        return self.order.quantity - self.filled_quantity

    @property
    def net_quantity(self) -> int:
        """Shares that it brought so far; minus when it took them."""
        return self.key.side.sign * self.filled_quantity

    @property
    def has_vanished(self) -> bool:
        """True when the broker took the order and its list lacks it after the close."""
        return self.state.is_working and self.detail == VANISHED

    @property
    def needs_a_person(self) -> bool:
        """True when, as things are, only a person who looks can say what it became."""
        is_unknown = self.state in {OrderState.INTENDED, OrderState.UNCONFIRMED}
        return is_unknown or self.has_vanished
