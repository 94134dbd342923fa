"""What happened, as frozen values in the past tense.

Journal row, log line, message and dashboard row are renderings of the same value.
Every event knows the account and the session it belongs to and when it happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from khms_trader.domain.account import Account
from khms_trader.domain.order import BrokerOrder, OrderKey
from khms_trader.domain.value import Value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Event(Value):
    """Base of all events.

    Attributes:
        at: aware, in Asia/Seoul.
        session: the session the event belongs to; for a plan, the one it is for.
    """

    at: datetime
    account: str
    session: date


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PlanPrepared(Event):
    """A plan was saved.

    Attributes:
        sorted_out: how many issues each filter took from the listing, in the order of
            the filters (``planning.universe.FunnelStep``); empty where the universe is
            a file's.
    """

    plan_id: str
    buys: int
    sells: int
    slots_free: int
    sorted_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class AccountObserved(Event):
    """The account was read completely: one point of the equity curve."""

    observed: Account


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class AccountConfirmed(Event):
    """A person confirmed the first use of the account.

    Attributes:
        legacy: symbol to shares that were there already and stay untouched.
    """

    legacy: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class HoldingAdopted(Event):
    """A person put shares under the strategy's management."""

    symbol: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class HoldingReleased(Event):
    """Managed shares that the account does not hold any more left the books.

    A person sold them by hand, or a merger took them: after a session's close the
    account, read completely, held fewer than our orders explain.
    """

    symbol: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ExecutionStarted(Event):
    """The plan of the session began to be executed.

    Attributes:
        fee_rate, tax_rate: the rates the session's costs are estimated with, in ppb;
            a ``tax_rate`` of None takes the dated table.
        began_at: when the command began, before lock, plan and settling; None in rows
            written before this was kept.
    """

    plan_id: str
    fee_rate: int = 0
    tax_rate: int | None = None
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OrderEvent(Event):
    """Base of what happens to one order."""

    key: OrderKey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OrderIntended(OrderEvent):
    """The order was committed to the journal; the request leaves after this.

    Attributes:
        open_price: the session's official open in won, when it was known by then;
            slippage is measured against it.
    """

    quantity: int
    limit_price: int | None = None
    open_price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OrderAccepted(OrderEvent):
    """The broker holds the order."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OrderRejected(OrderEvent):
    """The broker definitely refused the order."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OrderUnconfirmed(OrderEvent):
    """The outcome is unknown; a person or a later run finds out, nothing is resent."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OrderFilled(OrderEvent):
    """Shares were filled; figures are of the whole order so far.

    Attributes:
        filled_value: won before costs.
        is_complete: False while shares are still open.
    """

    filled_quantity: int
    filled_value: int
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OrderCancelled(OrderEvent):
    """The open rest was cancelled."""

    filled_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OrderExpired(OrderEvent):
    """The session closed over the open rest."""

    filled_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OrderNotPlaced(OrderEvent):
    """After the close a complete list proved that the order never existed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OrderNoted(OrderEvent):
    """Something was learnt about an order that is no step of its own.

    Attributes:
        detail: one word, as ``reasons.korean_of`` reads it: ``vanished``, or why an
            order of unknown outcome stays unknown.
    """

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LineSkipped(Event):
    """A line of the plan was not sent.

    Attributes:
        side: ``buy`` or ``sell``.
        reason: a ``SkipReason`` value.
    """

    plan_id: str
    symbol: str
    side: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LineWarned(Event):
    """A line of the plan was sent, and a person should know something about it.

    Attributes:
        side: ``buy`` or ``sell``.
        warning: one stable word, as ``reasons.korean_of`` reads it.
        detail: a figure to it, such as the shares of a surplus; may be empty.
    """

    plan_id: str
    symbol: str
    side: str
    warning: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ForeignOrdersSeen(Event):
    """The broker's list held orders that are not ours: a person's, in the app.

    Attributes:
        rows: every such order of the session as the list showed it then; the newest
            event of a session holds them all.
    """

    rows: tuple[BrokerOrder, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ExecutionPaused(Event):
    """Lines were held back by something that may pass: run again, they are tried.

    Attributes:
        account_error: as for ``ExecutionFinished``.
    """

    plan_id: str
    account_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ExecutionFinished(Event):
    """Every line of the plan was dealt with as far as this run could.

    Attributes:
        account_error: why the account could not be read afterwards, as a detail of
            ``reasons.detail_of``; empty when its ``AccountObserved`` stands before.
    """

    plan_id: str
    account_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RunFailed(Event):
    """A job ended with an error.

    Attributes:
        code: the error's code, with nothing secret in it.
    """

    job: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class JobMissed(Event):
    """A job of the scheduler was not done in its time, and will not be made up.

    Attributes:
        job: ``prepare`` or ``execute``.
        due_at: when it should have begun, aware, in Asia/Seoul.
        reason: a ``MissReason`` of the schedule, or the code of the last failure.
    """

    job: str
    due_at: datetime
    reason: str
