"""What the state check found: frozen values for whoever shows them, nothing more.

Money is whole won, quantities shares, times Asia/Seoul.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from khms_trader.domain.account import Account, Holding
from khms_trader.domain.order import Order, OrderRecord, OrderState, Side
from khms_trader.domain.plan import BuyLine, Plan, SellLine
from khms_trader.domain.quote import Quote
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.state_market import MarketNow, NextJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How the account is reached.

    Attributes:
        kind: ``paper``, ``practice``, ``virtual`` or ``real``.
        latency_seconds: from the last request to its answer; None without one.
        clock_offset_seconds: how far the server's clock is ahead of ours, or None.
        token_issued_at, token_expires_at: of the stored access token, or None.
    """

    kind: str
    latency_seconds: float | None = None
    clock_offset_seconds: float | None = None
    token_issued_at: datetime | None = None
    token_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One look at a price.

    Attributes:
        price: the newest one; None when nobody knows it.
        quote: of the running session; None while no session runs.
        is_failed: the price was asked for and could not be read.
    """

    symbol: str
    price: int | None = None
    quote: Quote | None = None
    is_failed: bool = False


class Whose(StrEnum):
    """Whose shares or orders they are."""

    PLAN = "plan"
    MANUAL = "manual"
    LEGACY = "legacy"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """One holding, valued at the newest price known.

    Attributes:
        whose: PLAN, LEGACY or OUTSIDE.
        price: 0 when nobody knows one.
        is_failed: its price was asked for and could not be read.
    """

    holding: Holding
    whose: Whose
    price: int
    is_failed: bool = False

    @property
    def profit(self) -> int | None:
        """Won gained against the purchase, before costs; None without a price."""
        if not self.price:
            return None
        gained = (self.price - self.holding.average_price) * self.holding.quantity
        return int(gained.to_integral_value())

    @property
    def profit_percent(self) -> Decimal | None:
        """The same in percent of the purchase; None when that cost nothing."""
        return change_percent(self.price, self.holding.average_price)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A symbol of which account and journal hold different quantities.

    Attributes:
        is_moving: an order of ours for it is open or unknown, so it may still change.
    """

    symbol: str
    name: str
    in_account: int
    in_journal: int
    is_moving: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One order of today: the broker's row, the journal's, or both.

    Attributes:
        whose: PLAN, MANUAL or OUTSIDE.
        is_listed: False while the broker's list does not show it.
    """

    at: datetime
    whose: Whose
    side: Side
    symbol: str
    name: str
    quantity: int
    filled_quantity: int
    limit_price: int | None
    state: OrderState
    number: str = ""
    detail: str = ""
    is_listed: bool = True


class Settling(StrEnum):
    """What was done about orders of ours that had not ended."""

    NOTHING_OPEN = "nothing_open"
    SETTLED = "settled"
    LOCK_HELD = "lock_held"
    LEFT_TO_EXECUTE = "left_to_execute"
    CLOCK_BEHIND = "clock_behind"


class Verdict(StrEnum):
    """What execute would do if it were run now."""

    NOT_A_SESSION = "not_a_session"
    DONE_BEFORE = "done_before"
    CLOSES_DOWN = "closes_down"
    REFUSED = "refused"
    TRADES = "trades"


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The verdict with every refusal behind it, in the order to mend them."""

    verdict: Verdict
    refusals: tuple[Refusal, ...] = ()


class LineStanding(StrEnum):
    """Where one line of a plan stands."""

    SENT = "sent"
    SKIPPED = "skipped"
    WOULD_SEND = "would_send"
    WOULD_SKIP = "would_skip"
    LATER = "later"
    NOT_QUOTED = "not_quoted"
    QUOTE_FAILED = "quote_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line of the plan against the newest price.

    Attributes:
        limit_price: the worst price its order would accept; None for a market order.
        order: what would be sent; set when ``standing`` is WOULD_SEND.
        record: what was sent; set when ``standing`` is SENT.
        reason: a ``SkipReason`` value; set when it was or would be skipped.
    """

    line: BuyLine | SellLine
    standing: LineStanding
    price: int | None = None
    limit_price: int | None = None
    order: Order | None = None
    record: OrderRecord | None = None
    reason: str = ""

    @property
    def side(self) -> Side:
        """Which side the line is on."""
        return Side.BUY if isinstance(self.line, BuyLine) else Side.SELL

    @property
    def change(self) -> Decimal | None:
        """How far the price is from the plan's reference, in percent."""
        return change_percent(self.price or 0, Decimal(self.line.reference_price))

    @property
    def is_beyond_limit(self) -> bool | None:
        """True when the price is worse than the limit; None when nobody can tell."""
        if self.limit_price is None or not self.price:
            return None
        if self.side is Side.BUY:
            return self.price > self.limit_price
        return self.price < self.limit_price


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """The newest plan.

    Attributes:
        rows: the lines that trade, or could, sells first.
        rest: how many other lines there are, by side and reason.
        refusals: what would refuse it once its session, which has not, has opened.
    """

    plan: Plan
    rows: tuple[LineRow, ...] = ()
    rest: Mapping[tuple[Side, str], int] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateView:
    """Everything one round of the state check shows.

    Attributes:
        settling, holder: what was done about open orders; who holds the lock when it
            could not be.
        unknown: orders of ours whose outcome nobody knows, of any session.
        plan_problem: why the newest plan cannot be read.
        halt_file: path of the halt file when it exists, else empty.
        quote_limit: how many prices a round may ask for; ``quoted`` were.
        is_shifted: the time was made up.
    """

    at: datetime
    connection: Connection
    account: Account
    is_confirmed: bool
    held: tuple[HeldRow, ...]
    differences: tuple[Difference, ...]
    orders: tuple[OrderRow, ...]
    settling: Settling
    unknown: tuple[OrderRecord, ...]
    market: MarketNow
    next_job: NextJob
    now: Now
    holder: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    plan: PlanView | None = None
    plan_problem: Refusal | None = None
    halt_file: str = ""
    quote_limit: int = 0
    quoted: int = 0
    is_shifted: bool = False

    @property
    def plan_ahead(self) -> Plan | None:
        """The plan shown while its session is the next to open and none is open."""
        if self.plan is None or self.market.is_open(self.at):
            return None
        plan = self.plan.plan
        return plan if plan.for_trading_day == self.market.next_session else None

    @property
    def needs_a_person(self) -> bool:
        """True when the outcome of an order is unknown."""
        return bool(self.unknown)


def change_percent(price: int, reference: Decimal) -> Decimal | None:
    """Return how far ``price`` is from ``reference`` in percent, two decimals."""
    if not price or reference <= 0:
        return None
    return ((price - reference) * 100 / reference).quantize(Decimal("0.01"))
