"""What the jobs work with: ports, calendar and rules, handed in by bootstrap.

``Office`` is what any job needs to know an account and to write down what happened;
``Desk`` adds a broker that can trade, so only execute receives it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountConfirmed, Event
from khms_trader.errors import Refused
from khms_trader.execution.progress import UNWATCHED, RunProgress
from khms_trader.market.calendar import Calendar
from khms_trader.planning.due import Holdings, TradingRules
from khms_trader.planning.gates import clock_is_ahead
from khms_trader.planning.refusals import Refusal
from khms_trader.ports import (
    AccountReader,
    Broker,
    Clock,
    Journal,
    PlanStore,
    Quotes,
    ReportStore,
    RunLock,
)


class Publish(Protocol):
    """The one way to say anything: journal first, then tell a person."""

    def __call__(self, *events: Event) -> None:
        """Commit ``events`` together and pass them on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One account and everything a job may look at.

    Attributes:
        reader: the account, without any way to trade it.
        legacy: symbols that settings keep out of the strategy's reach.
        needs_confirmation: True when a person must confirm the account's first use.
        state_folder: where the account's state lies, for messages.
        catch_up: brings a simulated account up to now, once the lock is held.
        clock_offset: asked how far the broker's clock is surely off ours; None while
            nobody knows, or where the time is made up.
    """

    clock: Clock
    calendar: Calendar
    reader: AccountReader
    journal: Journal
    plans: PlanStore
    lock: RunLock
    publish: Publish
    legacy: frozenset[str] = frozenset()
    needs_confirmation: bool = False
    state_folder: str = ""
    catch_up: Callable[[], None] = lambda: None
    clock_offset: Callable[[], timedelta | None] = lambda: None

    def holdings(self, account: Account) -> Holdings:
        """Return ``account`` with whose shares are whose."""
        return Holdings(
            account=account, managed=self.journal.managed(), legacy=self.legacy
        )

    def is_confirmed(self) -> bool:
        """Return True when the account may be traded at all."""
        if not self.needs_confirmation:
            return True
        return bool(self.journal.events(kinds=(AccountConfirmed,)))

    @contextmanager
    def open_for(self, job: str) -> Iterator[None]:
        """Hold the account's lock for ``job``, with a simulated account caught up.

        Raises:
            AlreadyRunning: another job holds the lock.
        """
        with self.lock.hold(job):
            self.catch_up()
            yield

    def refuse_a_clock_behind(self) -> None:
        """Let nothing be decided by a clock that runs behind the journal.

        Raises:
            Refused: the clock stands before the last recorded event.
        """
        refuse_if(
            clock_is_ahead(
                self.clock.now(),
                self.journal.last_event_at(),
                account=self.reader.account_id,
                folder=self.state_folder,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long execution waits.

    Attributes:
        sell_wait: for sells to fill before the buys go out.
        fill_wait: for buys to fill before the rest is cancelled.
        resolve: for the outcome of an unknown order to show up.
        poll: between two looks at the order list.
        start_window: after the open, how long new orders may leave.
        late_open: after the open, how long a run waits for lines without a first trade;
            not at all where no price ever comes later.
        look_again: between two looks at those lines.
    """

    sell_wait: timedelta
    fill_wait: timedelta
    resolve: timedelta
    poll: timedelta
    start_window: timedelta
    late_open: timedelta = timedelta(0)
    look_again: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An office that can trade.

    Attributes:
        data_source: whose prices the account trades at.
        halt_file: path of the halt file, for messages.
        progress: told what is done and waited for; it costs no time.
        rest_by: how ``rest`` waits; the clock's sleep without it.
    """

    office: Office
    broker: Broker
    quotes: Quotes
    reports: ReportStore
    rules: TradingRules
    pace: Pace
    data_source: str
    is_real: bool
    halt_file: str
    is_halted: "Halted"
    progress: RunProgress = UNWATCHED
    rest_by: Callable[[float], None] | None = None

    def rest(self, seconds: float) -> None:
        """Wait ``seconds`` between two orders or looks: a run may be stopped here.

        Raises:
            BaseException: whatever ``rest_by`` ends the run with.
        """
        (self.rest_by or self.office.clock.sleep)(seconds)


class Halted(Protocol):
    """Asked between two orders."""

    def __call__(self) -> bool:
        """Return True while the halt file exists."""


def refuse_if(refusal: Refusal | None) -> None:
    """Raise ``refusal`` when there is one.

    Raises:
        Refused: always, unless ``refusal`` is None.
    """
    if refusal is not None:
        raise Refused(refusal.code, **refusal.facts)
