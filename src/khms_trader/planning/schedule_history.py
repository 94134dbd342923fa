"""What was done of the schedule, as journal and heartbeat tell it: values only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
    JobMissed,
    PlanPrepared,
    RunFailed,
)
from khms_trader.planning.schedule_times import JobKind

HISTORY_EVENTS: Final[tuple[type[Event], ...]] = (
    PlanPrepared,
    ExecutionStarted,
    ExecutionPaused,
    ExecutionFinished,
    RunFailed,
    JobMissed,
)
"""The events that ``history_of`` reads."""

LOCKED: Final = "already_running"
"""The code of a try that found the account in somebody else's hands."""


class MissReason(StrEnum):
    """Why a job was not run at all; else the code of its last failure is the reason."""

    NOT_RUNNING = "not_running"
    BUSY = "busy"
    NO_TIME = "no_time"
    UNFINISHED = "unfinished"

    @property
    def korean(self) -> str:
        """What a reader is told."""
        return _KOREAN[self]


_KOREAN: Final = {
    MissReason.NOT_RUNNING: "그 시간에 스케줄러가 돌고 있지 않았음(컴퓨터 꺼짐·절전)",
    MissReason.BUSY: "그 시간에 스케줄러가 다른 일(계획 만들기 등)을 하느라 바빴음",
    MissReason.NO_TIME: "장이 열리기 전에 끝낼 시간이 모자람",
    MissReason.UNFINISHED: "시작한 실행이 그날 끝나지 않음",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A run that did not serve its slot.

    Attributes:
        at: when it ended.
        code: of the error; empty when it ended well and left something to do.
    """

    kind: JobKind
    session: date
    at: datetime
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """A time in which a job kept the scheduler from every other."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What journal and heartbeat say was done.

    Attributes:
        begun_at: since when a scheduler serves this account with these times (the
            heartbeat file keeps it); None when none ever did. Nothing due before is
            called missed, since other times promised other jobs, except the execution
            of the latest plan: who made one wanted it.
        prepared: when the newest plan of a session was made.
        started: sessions whose execution began.
        finished: sessions whose execution ended.
        missed: when a job of a session was recorded as missed.
        tries: runs that did not serve their slot, oldest first.
        prepare_took: the last prepare that made a plan; None while unknown.
        busy: the jobs this scheduler ran, as far as it remembers.
    """

    begun_at: datetime | None = None
    prepared: Mapping[date, datetime] = field(default_factory=dict)
    started: frozenset[date] = frozenset()
    finished: frozenset[date] = frozenset()
    missed: Mapping[tuple[JobKind, date], datetime] = field(default_factory=dict)
    tries: tuple[Try, ...] = ()
    prepare_took: timedelta | None = None
    busy: tuple[Busy, ...] = ()


def history_of(
    events: Iterable[Event],
    *,
    begun_at: datetime | None = None,
    prepare_took: timedelta | None = None,
) -> History:
    """Return what ``events`` (of ``HISTORY_EVENTS``, by age) say was done.

    Without ``begun_at`` slots are answered for since the first of them.
    """
    told = tuple(events)
    kinds = set(JobKind)
    tries = [
        Try(kind=JobKind(e.job), session=e.session, at=e.at, code=e.code)
        for e in told
        if isinstance(e, RunFailed) and e.job in kinds
    ]
    tries += [
        Try(kind=JobKind.EXECUTE, session=e.session, at=e.at)
        for e in told
        if isinstance(e, ExecutionPaused)
    ]
    return History(
        begun_at=begun_at or min((e.at for e in told), default=None),
        prepared={e.session: e.at for e in told if isinstance(e, PlanPrepared)},
        started=frozenset(e.session for e in told if isinstance(e, ExecutionStarted)),
        finished=frozenset(e.session for e in told if isinstance(e, ExecutionFinished)),
        missed={
            (JobKind(e.job), e.session): e.at for e in told if isinstance(e, JobMissed)
        },
        tries=tuple(sorted(tries, key=lambda each: each.at)),
        prepare_took=prepare_took,
    )
