"""Every Protocol, on one page.

What cannot trade cannot trade by type: prepare, the state check and the dashboard
receive an ``AccountReader``, which has no ``submit``.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from khms_trader.domain.account import Account
from khms_trader.domain.events import Event
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.order import (
    BrokerOrder,
    Order,
    OrderAck,
    OrderKey,
    OrderRecord,
    OrderState,
)
from khms_trader.domain.plan import BarsState, Plan
from khms_trader.domain.quote import Quote

if TYPE_CHECKING:  # what execute does not need before its orders stays out of its way
    from khms_trader.domain.bars import MultiPrice, Refreshed, SymbolBars
    from khms_trader.domain.message import Claimed, Message
    from khms_trader.domain.panel import Panel
    from khms_trader.domain.quality import BarProblem
    from khms_trader.domain.report import SessionReport


class Clock(Protocol):
    """Time in Asia/Seoul; pacing and time-outs use ``monotonic``."""

    @property
    def is_shifted(self) -> bool:
        """True when ``now`` is not the real time (``--at``, tests)."""

    def now(self) -> datetime:
        """Return the aware time in Asia/Seoul."""

    def monotonic(self) -> float:
        """Return seconds that never jump."""

    def sleep(self, seconds: float) -> None:
        """Wait ``seconds``."""


class AccountReader(Protocol):
    """Everything that may be known of an account without being able to change it."""

    @property
    def account_id(self) -> str:
        """The folder name of the account."""

    def account(self) -> Account:
        """Return cash and holdings, complete, or ``BrokerUnavailable``."""

    def spendable(self) -> int:
        """Return the won a cash buy may use now; raises as ``account``."""

    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        """Return every order of ``session``, oldest first; raises as ``account``."""


class Broker(AccountReader, Protocol):
    """An account that can be traded."""

    def submit(self, order: Order) -> OrderAck:
        """Place ``order`` once.

        Raises:
            OrderRejected: definitely refused; the order does not exist.
            OrderUnconfirmed: the outcome is unknown.
            BrokerUnavailable: the request never left.
        """

    def cancel(self, order: BrokerOrder) -> None:
        """Cancel the open rest of ``order``; fills stand. ``BrokerError`` when not."""


class Quotes(Protocol):
    """Prices of a session for execution and valuation."""

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        """Return the quote of ``session``, or None when the symbol is unknown.

        Its ``open_price`` is None when the opening price is not known.
        """

    def last_price(self, symbol: str, at: datetime) -> int | None:
        """Return the newest price in won known at ``at``, or None."""


class BarSource(Protocol):
    """Daily bars of one source on one price basis."""

    @property
    def name(self) -> str:
        """``sample``, ``store``, ``kis`` or ``practice``."""

    @property
    def basis(self) -> str:
        """``adjusted`` or ``raw``."""

    def panel(self, until: date, symbols: Sequence[str] | None = None) -> "Panel":
        """Return bars up to ``until`` inclusive, or ``DataError`` without any."""

    def state_of(self, session: date, now: datetime) -> BarsState:
        """Return whether the bar of ``session`` may still change after ``now``."""

    def problems(self) -> "tuple[BarProblem, ...]":
        """Return the bars' problems by session and symbol; raises as ``panel``."""


class BarStore(BarSource, Protocol):
    """A bar source that can be written: one Parquet file per source and basis."""

    def write(self, panel: "Panel", problems: "Iterable[BarProblem]" = ()) -> None:
        """Replace everything stored by ``panel`` and ``problems``, all or nothing."""


class BarFetcher(Protocol):
    """Adjusted daily bars from outside; ``BrokerUnavailable`` when they fail."""

    @property
    def has_many(self) -> bool:
        """Whether ``today`` is offered; when not, it is never asked."""

    def history(self, symbol: str, since: date) -> "SymbolBars":
        """Return all bars of ``symbol`` from ``since`` to the last closed session."""

    def today(self, symbols: Sequence[str]) -> "Mapping[str, MultiPrice]":
        """Return today's day, once it is over, of those of ``symbols`` it has."""


class Refresher(Protocol):
    """Brings the bars of a source up to date before they are read."""

    def refresh(
        self, symbols: Sequence[str], asof: date, *, sessions: int, progress: "Progress"
    ) -> "Refreshed":
        """Store bars up to ``asof``, ``sessions`` or more each, or ``NotAvailable``."""


class Listing(Protocol):
    """What may be traded, as known after a session's close."""

    def instruments(self, asof: date) -> tuple[Instrument, ...]:
        """Return what is listed on ``asof`` with the turnover of the session before.

        ``DataError`` when the listing cannot be had.
        """


class UniverseStore(Protocol):
    """The universe of a session, kept as a CSV file a person can open."""

    def save(self, asof: date, instruments: Sequence[Instrument]) -> str:
        """Store the ranked universe and return the file's name."""

    def own_file(self, asof: date) -> "tuple[str, tuple[Instrument, ...]] | None":
        """Return name and content of a universe file the user wrote for ``asof``."""

    def newest_between(
        self, first: date, last: date
    ) -> "tuple[str, tuple[Instrument, ...]] | None":
        """Return name and content of the newest file of these days, if any."""


class PlanStore(Protocol):
    """Plan files: written once, archived when superseded, never edited."""

    def save(self, plan: Plan) -> Path:
        """Write ``plan`` atomically; an earlier plan of the session is archived."""

    def load(self, session: date) -> Plan | None:
        """Return the plan for ``session`` or None; ``PlanError`` if it is unusable."""

    def newest(self) -> Plan | None:
        """Return the plan of the latest session, or None."""


class JournalReader(Protocol):
    """What happened, for those who may only read it."""

    def order_records(
        self, session: date | None = None, *, states: Sequence[OrderState] = ()
    ) -> tuple[OrderRecord, ...]:
        """Return orders of ``session`` (or all) in ``states`` (or any), by age."""

    def events(
        self, session: date | None = None, *, kinds: Sequence[type[Event]] = ()
    ) -> tuple[Event, ...]:
        """Return events of ``session`` (or all) of ``kinds`` (or any), by age."""

    def managed(self) -> Mapping[str, int]:
        """Return the shares under management by symbol; never zero or less."""

    def last_event_at(self) -> datetime | None:
        """Return when the newest event happened."""


class Journal(JournalReader, Protocol):
    """The append-only record, durable before every send."""

    def append(self, *events: Event) -> None:
        """Commit ``events`` together, in order."""

    def intend(
        self,
        key: OrderKey,
        order: Order,
        *,
        plan_id: str,
        at: datetime,
        open_price: int | None = None,
    ) -> bool:
        """Commit the intent; False when the natural key was used before."""

    def attempt(self, key: OrderKey, *, at: datetime) -> int:
        """Count one more request on the row and return the number of requests."""

    def advance(
        self,
        key: OrderKey,
        state: OrderState,
        *,
        at: datetime,
        number: str | None = None,
        filled_quantity: int | None = None,
        filled_value: int | None = None,
        detail: str = "",
    ) -> None:
        """Move the order to ``state`` and append the event that says so.

        Raises:
            StorageError: the state table does not allow the step, or the commit
                failed; nothing changed.
        """

    def note(self, key: OrderKey, detail: str, *, at: datetime) -> None:
        """Keep ``detail`` on an order that has not ended; raises as ``advance``."""


class ReportStore(Protocol):
    """Reports: the difference between plan and journal, one per session."""

    def save(self, report: "SessionReport") -> Path:
        """Write the report for people and for programs; return the people's path."""


class RunLock(Protocol):
    """One job, tool or resolve at a time per account."""

    def hold(self, purpose: str) -> AbstractContextManager[None]:
        """Hold the lock for a ``with`` block; ``AlreadyRunning`` while another does."""


class Notifier(Protocol):
    """Tells a person; never raises and never blocks its caller."""

    def send(self, text: str) -> None:
        """Queue ``text`` for delivery."""


class Outbox(Protocol):
    """Messages until delivered, shared by processes; all may raise ``StorageError``."""

    @property
    def begun_at(self) -> datetime:
        """When it was begun; what happened before is not told."""

    def add(self, *messages: "Message") -> int:
        """Keep those whose key is new, and return how many."""

    def claim(self, now: datetime) -> "Claimed | None":
        """Lease the oldest for 90 s; None when it is put off, leased or not there."""

    def part_sent(self, claimed: "Claimed", parts: int, now: datetime) -> None:
        """Remember that ``parts`` parts arrived, and begin the lease anew."""

    def delivered(self, claimed: "Claimed", at: datetime) -> None:
        """Take the message out, whoever has leased it; its key stays known."""

    def put_off(self, claimed: "Claimed", until: datetime, problem: str) -> None:
        """End the lease; ``claimed`` says whether its next part may have arrived."""

    def waiting(self) -> int:
        """Return how many are not delivered."""


class Progress(Protocol):
    """Shows long work as it goes."""

    def step(self, done: int, total: int, what: str) -> None:
        """Say that ``done`` of ``total`` steps of ``what`` are done."""
