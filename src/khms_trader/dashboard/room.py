"""Everything the pages may ask, in one value; none of it can order, write or lock.

Bootstrap puts it together (``bootstrap/dashboard.py``); tests build one with
``tests/dashboard/rooms.py``. A page is ``draw(room: Room) -> None``.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from khms_trader.dashboard.live import Live
from khms_trader.dashboard.sources import (
    JournalView,
    Machine,
    MarketData,
    PlanFile,
    PlanShelf,
    SettingRow,
)
from khms_trader.domain.events import Event
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.domain.plan import Plan
from khms_trader.domain.report import SessionReport
from khms_trader.market.calendar import Calendar
from khms_trader.market.rates import CostRates
from khms_trader.ports import Clock

SellReasons = Mapping[tuple[date, str], str]
"""Why a plan sold a symbol on a session."""


class Kind(StrEnum):
    """What sort of account is shown."""

    PAPER = "paper"
    PRACTICE = "practice"
    VIRTUAL = "virtual"


class Why(StrEnum):
    """Why this account is shown (``bootstrap.state_check.Choice``)."""

    AS_SET = "as_set"
    NO_KEYS = "no_keys"
    OTHER_THAN_SET = "other_than_set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The account that is shown and everything that may be read of it.

    Attributes:
        account_id: folder name, such as ``practice-1a2b3c4d``; holds no number.
        account_number: masked, such as ``5000****-01``; empty for paper.
        needs_confirmation: a person must confirm the first use of such an account.
        legacy: symbols that settings keep out of the strategy's reach.
        costs: rates in force now; a session's own are in its ``ExecutionStarted``.
        journal: also asked through ``events`` and ``records``.
        max_positions: the most positions held at once, by the settings.
        start_window: how long after the open execute may start.
        report: the report of a session made from plan and journal; None when it was
            not executed. ``PlanError``, ``StorageError``.
        reasons: see ``sell_reasons``.
        say: one Korean sentence, masked, for an error or a code with its facts.
        settings: those in force, masked.
        data_source: ``sample``, ``store``, ``practice`` or ``kis``.
        home: path of the home folder.
    """

    account_id: str
    account_number: str = ""
    kind: Kind
    why: Why = Why.AS_SET
    needs_confirmation: bool = False
    legacy: frozenset[str] = frozenset()
    max_positions: int = 8
    start_window: timedelta = timedelta(minutes=30)
    clock: Clock
    calendar: Calendar
    costs: CostRates
    journal: JournalView
    plans: PlanShelf
    report: Callable[[date], SessionReport | None]
    reasons: Callable[[Sequence[OrderRecord]], SellReasons]
    machine: Machine
    market: MarketData
    live: Live
    say: Callable[[Exception], str]
    settings: tuple[SettingRow, ...] = field(default=())
    data_source: str = ""
    home: str = ""

    def events(
        self, kinds: Sequence[type[Event]], session: date | None = None
    ) -> tuple[Event, ...]:
        """Return the journal's events of ``kinds`` (of ``session``, or all), by age.

        Always name the kinds: a year holds tens of thousands of skipped lines.

        Raises:
            StorageError: the journal cannot be read.
        """
        return self.journal.events(session, kinds=kinds)

    def records(
        self, states: Sequence[OrderState] = (), session: date | None = None
    ) -> tuple[OrderRecord, ...]:
        """Return our orders in ``states`` (or any), by age; raises as ``events``."""
        return self.journal.order_records(session, states=states)

    def stamp(self) -> Hashable:
        """Return what changes whenever journal, plans or bars did: a key for caches."""
        return (
            self.account_id,
            self.journal.stamp(),
            self.plans.stamp(),
            self.market.stamp(),
        )

    def newest_plan(self) -> Plan | None:
        """Return the plan of the latest session; ``PlanError`` if unusable."""
        files = self.plans.files()
        return self.plans.read(files[0]) if files else None

    def plan_of(self, session: date) -> Plan | None:
        """Return the plan in force for ``session``; ``PlanError`` if unusable."""
        wanted = (
            f for f in self.plans.files() if (f.session, f.archived) == (session, 0)
        )
        found: PlanFile | None = next(wanted, None)
        return None if found is None else self.plans.read(found)

    def may_start_until(self, session: date) -> datetime:
        """Return until when execute may start on ``session``."""
        return self.calendar.opens_at(session) + self.start_window

    def sell_reasons(self, records: Sequence[OrderRecord]) -> SellReasons:
        """Return why plans sold what ``records`` sold; what is unknown is missing."""
        return self.reasons(records)

    def benchmark(self) -> Mapping[date, int] | None:
        """Return the closes of 229200 in won by session; None when not stored."""
        return self.market.benchmark()

    def names(self) -> Mapping[str, str]:
        """Return display names by symbol, as far as any file tells them."""
        return self.market.names()
