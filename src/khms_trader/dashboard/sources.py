"""What the dashboard may ask of the machine: protocols only, made by bootstrap.

Nothing in here can order, write or lock. The names of ``storage`` are not known here,
but its values fit: ``storage.heartbeat.Heartbeat`` is a ``Heartbeat`` as it stands.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from khms_trader.domain.events import Event
from khms_trader.domain.plan import Plan
from khms_trader.ports import JournalReader

if TYPE_CHECKING:  # numpy comes with the pages that draw bars, not before
    from khms_trader.domain.instrument import Instrument
    from khms_trader.domain.panel import Panel
    from khms_trader.domain.quality import BarProblem
    from khms_trader.planning.state_view import Glance, PlanView
    from khms_trader.strategy.protocol import Signals

EventKind = TypeVar("EventKind", bound=Event)


class NextJob(Protocol):
    """What the scheduler waits for."""

    @property
    def kind(self) -> str:
        """``prepare`` or ``execute``."""

    @property
    def session(self) -> date:
        """The session it is for."""

    @property
    def due_at(self) -> datetime:
        """Aware, in Asia/Seoul."""


class LastResult(Protocol):
    """What a job of the scheduler came to."""

    @property
    def kind(self) -> str:
        """``prepare`` or ``execute``."""

    @property
    def session(self) -> date:
        """The session it was for."""

    @property
    def at(self) -> datetime:
        """When it ended."""

    @property
    def code(self) -> str:
        """Code of the error it ended with; empty when it ended well."""


class Heartbeat(Protocol):
    """The scheduler's sign of life."""

    @property
    def at(self) -> datetime:
        """When it was written."""

    @property
    def times(self) -> tuple[str, ...]:
        """What the scheduler was started with, such as ``15:40``."""

    @property
    def next(self) -> NextJob | None:
        """None while a job runs, or when nothing will come."""

    @property
    def running(self) -> str:
        """The kind of the job that runs; empty while none does."""

    @property
    def results(self) -> Sequence[LastResult]:
        """The newest job of each kind."""


class Halt(Protocol):
    """A halt in force; both are empty for a file somebody made by hand."""

    @property
    def since(self) -> str:
        """ISO time."""

    @property
    def reason(self) -> str:
        """What the person said."""


class Holder(Protocol):
    """Who holds the account's run.lock."""

    @property
    def purpose(self) -> str:
        """``execute``, ``prepare``, ``state_check`` and so on; ``?`` when unsigned."""

    @property
    def pid(self) -> str:
        """Process id, ``?`` when unsigned."""


class LogLine(Protocol):
    """One entry of the log, its traceback left out or folded into ``text``."""

    @property
    def at(self) -> datetime | None:
        """When; None for a line that does not say."""

    @property
    def level(self) -> str:
        """``DEBUG``, ``INFO``, ``WARNING``, ``ERROR`` or ``CRITICAL``."""

    @property
    def name(self) -> str:
        """The logger."""

    @property
    def text(self) -> str:
        """The message, masked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One setting in force; ``value`` is masked where it is a secret."""

    key: str
    value: str
    default: str = ""

    @property
    def is_changed(self) -> bool:
        """True when it is not the default."""
        return self.value != self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the machine and the line to the server are; None is "not known".

    Attributes:
        request_seconds: the shortest time between two requests to the server.
        last_request_at: when any process last passed the shared request gate.
        token_issued_at, token_expires_at: of the shared access token.
        clock_offset_seconds: how far the server's clock is ahead of ours.
        latency_seconds: from our last request to its answer.
        disk_free: bytes left where the home lies.
        outbox_waiting: Telegram messages not delivered; ``outbox_oldest`` the oldest.
        journal_bytes: the journal's size, its log included.
        is_read_only: the home's state cannot be written, so values may be stale.
    """

    request_seconds: float | None = None
    last_request_at: datetime | None = None
    token_issued_at: datetime | None = None
    token_expires_at: datetime | None = None
    clock_offset_seconds: float | None = None
    latency_seconds: float | None = None
    disk_free: int | None = None
    outbox_waiting: int | None = None
    outbox_oldest: datetime | None = None
    journal_bytes: int | None = None
    is_read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A plan file, unread.

    Attributes:
        session: the one it is for, by its name.
        archived: 0 for the plan in force, else the number in the archive; a higher
            number was superseded later.
        name: file name, such as ``next_open_plan_20261123.json``.
    """

    session: date
    archived: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """A plan's lines judged as execute would judge them now.

    Attributes:
        view: rows that trade or could, the rest counted; None when the account is
            not known at all.
        glances: the prices that were asked for, by symbol.
        problem: one Korean sentence when something could not be had; else empty.
    """

    at: datetime
    view: "PlanView | None" = None
    glances: "Mapping[str, Glance]" = field(default_factory=dict)
    problem: str = ""


class JournalView(JournalReader, Protocol):
    """The journal, read only; without a file it is empty."""

    @property
    def is_stale(self) -> bool:
        """True when the folder is read-only: what a job writes now is not seen."""

    def newest(
        self, kind: type[EventKind], *, before: date | None = None
    ) -> EventKind | None:
        """Return the newest event of ``kind``, of sessions before ``before`` if any."""

    def counts(self) -> Mapping[tuple[date, str], int]:
        """Return how many events of each kind (its name) each session has."""

    def page(
        self,
        session: date | None = None,
        *,
        kinds: Sequence[type[Event]] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> tuple[Event, ...]:
        """Return ``limit`` events after the newest ``offset``, the newest first."""

    def stamp(self) -> Hashable:
        """Return what changes whenever the journal did; cheap."""


class PlanShelf(Protocol):
    """Plan files of the home, of whatever account."""

    def files(self) -> tuple[PlanFile, ...]:
        """Return all: newest session first, the plan in force before its archive."""

    def read(self, file: PlanFile) -> Plan:
        """Return the plan; ``PlanError`` when it cannot be used."""

    def stamp(self) -> Hashable:
        """Return what changes whenever a plan file did; cheap."""


class Machine(Protocol):
    """What else lies on this machine; every answer is read anew and cheap."""

    def heartbeat(self) -> Heartbeat | None:
        """Return the scheduler's newest sign of life, or None."""

    def halt(self) -> Halt | None:
        """Return the halt in force, or None."""

    def holder(self) -> Holder | None:
        """Return who is at work on the account now, or None."""

    def health(self) -> Health:
        """Return how things are."""

    def logs(
        self, *, levels: Sequence[str] = (), text: str = "", limit: int = 500
    ) -> Sequence[LogLine]:
        """Return the newest log entries of ``levels`` with ``text``, newest first."""


class MarketData(Protocol):
    """Bars and what is made of them; slow ones are asked for by their page only."""

    def panel(self, symbols: Sequence[str], until: date) -> "Panel":
        """Return stored bars of ``symbols`` up to ``until``; ``DataError`` without."""

    def signals(self, panel: "Panel") -> "Signals":
        """Return what the strategy of the settings says; ``ConfigError``."""

    def is_provisional(self, session: date) -> bool:
        """Return whether bars of ``session`` may still change."""

    def problems(self) -> "tuple[BarProblem, ...]":
        """Return what is doubtful about the stored bars; ``DataError``."""

    def benchmark(self) -> Mapping[date, int] | None:
        """Return the closes of 229200 in won by session; None when not stored."""

    def universe(self, asof: date) -> "tuple[Instrument, ...] | None":
        """Return the ranked universe of ``asof``; None without a file."""

    def names(self) -> Mapping[str, str]:
        """Return display names by symbol, as far as any file tells them."""

    def stamp(self) -> Hashable:
        """Return what changes whenever bars did; cheap."""

    def checkup(self, plan: Plan, symbols: Sequence[str]) -> Checkup:
        """Judge ``plan`` now, asking for the prices of ``symbols``, 10 at most.

        Without ``symbols`` nothing is asked of the server.
        """
