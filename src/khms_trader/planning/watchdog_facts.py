"""What a watchdog knows of an account, gathered elsewhere: values without opinions.

Nothing in here reads a file; ``runs_of`` only renames what the journal says.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
    JobMissed,
    RunFailed,
)
from khms_trader.domain.order import OrderRecord
from khms_trader.planning.schedule_times import JobKind

RUN_EVENTS: tuple[type[Event], ...] = (
    ExecutionStarted,
    ExecutionPaused,
    ExecutionFinished,
    JobMissed,
    RunFailed,
)


class RunStep(StrEnum):
    """How far a job came."""

    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One thing the journal says of a job.

    Attributes:
        session: the session the job was for.
        job: ``prepare``, ``execute``, or another that failed.
        reason: the code of an error or of a miss; empty otherwise.
    """

    at: datetime
    session: date
    job: str
    step: RunStep
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSeen:
    """The plan of the session that has none executed yet.

    Attributes:
        problem: a sentence on why the file cannot be used; empty when it can.
    """

    is_there: bool
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltSeen:
    """A halt in force.

    Attributes:
        since: None when nobody wrote it down.
    """

    since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSeen:
    """What the journal says.

    Attributes:
        begun_at: when its first event happened; None when there is none.
        runs: of the sessions around now, by age.
        unknown: orders whose outcome only a person can find out.
        problem: a sentence on why it cannot be read; the rest then means nothing.
    """

    begun_at: datetime | None = None
    runs: tuple[Run, ...] = ()
    unknown: tuple[OrderRecord, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatSeen:
    """The scheduler's sign of life.

    Attributes:
        is_expected: one was there, or somebody says that there must be one.
        at: when it was made; None when there is none, or it cannot be read.
        is_busy: it was made as a job began, which may keep the scheduler from the next.
        is_gone: who made it is surely dead, or was ended on purpose.
    """

    is_expected: bool = False
    at: datetime | None = None
    is_busy: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSeen:
    """Messages that nobody received yet.

    Attributes:
        oldest: when the oldest was queued; None without any.
        problem: a sentence on why the outbox cannot be read; empty when it can.
    """

    waiting: int = 0
    oldest: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFacts:
    """Everything a watchdog looks at.

    Attributes:
        plan: of ``watchdog.planned_session``.
        free_bytes: space left where the home lies.
    """

    journal: JournalSeen = field(default_factory=JournalSeen)
    plan: PlanSeen = field(default_factory=lambda: PlanSeen(is_there=False))
    heartbeat: HeartbeatSeen = field(default_factory=HeartbeatSeen)
    halt: HaltSeen | None = None
    outbox: OutboxSeen = field(default_factory=OutboxSeen)
    free_bytes: int


def runs_of(events: Iterable[Event]) -> tuple[Run, ...]:
    """Return what ``events`` say of jobs, in their order; other events say nothing."""
    return tuple(run for event in events if (run := _run_of(event)) is not None)


def _run_of(event: Event) -> Run | None:
    job, reason = str(JobKind.EXECUTE), ""
    match event:
        case ExecutionStarted():
            step = RunStep.STARTED
        case ExecutionPaused() | ExecutionFinished():
            step = RunStep.DONE
        case JobMissed():
            step, job, reason = RunStep.MISSED, event.job, event.reason
        case RunFailed():
            step, job, reason = RunStep.FAILED, event.job, event.code
        case _:
            return None
    return Run(at=event.at, session=event.session, job=job, step=step, reason=reason)
