"""What the scheduler's loop works with: jobs, memory, a watcher and a way to rest.

Values and protocols only; ``execution.schedule`` is the loop, bootstrap fills the room.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from khms_trader.domain.events import Event
from khms_trader.market.calendar import Calendar
from khms_trader.planning.schedule import Miss, Run, ScheduleRules
from khms_trader.planning.schedule_history import History
from khms_trader.planning.schedule_times import Slot, Times, WarmStage
from khms_trader.ports import Clock


class Jobs(Protocol):
    """The real work; each runs on the thread of the loop and may raise anything."""

    def prepare(self, slot: Slot, until: datetime) -> None:
        """Make the plan for ``slot.session``; one that is not made by then is left."""

    def execute(self, slot: Slot) -> None:
        """Execute the plan of ``slot.session``."""

    def warm(self, slot: Slot, stage: WarmStage) -> None:
        """Read before the execute ``slot`` what ``stage`` names; nothing is sent.

        What is not read ten seconds before ``slot.due_at`` is better left unread.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """How a run of a job ended.

    Attributes:
        code: of the error that ended it; empty when none did.
        error: that error, for whoever can put it into words.
    """

    run: Run
    began_at: datetime
    took: timedelta
    code: str = ""
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleState:
    """The scheduler at a moment, for screen and heartbeat.

    Attributes:
        next_slot: waited for until ``next_at``, which is later than its due time when
            it is tried again.
        running: the run in hand.
        results: the last few, newest last.
        prepare_took: of the last prepare that made a plan; None while unknown.
        problem: the code of what keeps the loop from its memory, else empty.
    """

    now: datetime
    times: Times
    is_session: bool
    next_slot: Slot | None = None
    next_at: datetime | None = None
    running: Run | None = None
    results: tuple[JobResult, ...] = ()
    prepare_took: timedelta | None = None
    problem: str = ""


class Watcher(Protocol):
    """Told what the loop does; for a terminal, a plain log or nobody."""

    def shown(self, state: ScheduleState) -> None:
        """Take the newest state; called about once a second while waiting."""

    def began(self, run: Run) -> None:
        """Hear that a job begins."""

    def ended(self, result: JobResult) -> None:
        """Hear how a job ended."""

    def missed(self, miss: Miss) -> None:
        """Hear of a slot that is not served any more."""

    def closed_day(self, day: date, next_session: date) -> None:
        """Hear, once a day, that the exchange does not trade on ``day``."""

    def jumped(self, by: timedelta) -> None:
        """Hear that the clock moved ``by`` more than time passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRoom:
    """Everything the loop works with.

    Attributes:
        account: id, for the events the loop records.
        history: what was done, read anew; may raise. ``history_of`` makes it.
        record: commits ``RunFailed`` and ``JobMissed`` to the journal and tells; may
            raise, and is asked again later with the same event.
        heartbeat: called at the start, at least every 30 seconds while waiting, and
            around each job; may raise.
        is_stopping: True once a person asked the scheduler to end.
        rest: waits at most so many seconds; may return earlier, as when stopping.
        longest_rest: seconds of one rest, so that a moved clock is met at once.
    """

    account: str
    clock: Clock
    calendar: Calendar
    times: Times
    rules: ScheduleRules
    jobs: Jobs
    watcher: Watcher
    history: Callable[[], History]
    record: Callable[[Event], None]
    heartbeat: Callable[[ScheduleState], None]
    is_stopping: Callable[[], bool]
    rest: Callable[[float], None]
    longest_rest: float = 1.0
