"""A scheduler's room whose jobs only record that they were called.

What must outlive a scheduler (journal, heartbeat file, run lock) lies in a ``Disk``;
the world decides how a job ends, how long it takes and what time it is.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from khms_trader.clock import ManualClock
from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    ExecutionStarted,
    JobMissed,
    PlanPrepared,
)
from khms_trader.errors import AlreadyRunning, Refused
from khms_trader.execution.schedule_room import (
    JobResult,
    ScheduleRoom,
    ScheduleState,
)
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.planning.schedule import (
    Miss,
    Run,
    ScheduleRules,
    sessions_in_question,
)
from khms_trader.planning.schedule_history import History, history_of
from khms_trader.planning.schedule_times import Slot, WarmStage, classify

ACCOUNT = "paper"
KRX = Calendar()
WINDOW = timedelta(minutes=30)
USUAL = classify(["15:40", "09:01"], start_window=WINDOW)
RULES = ScheduleRules(start_window=WINDOW)
FOREVER = 1e9


def seoul(text: str) -> datetime:
    """Return the moment ``text`` (ISO, no zone) in Seoul."""
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


class Stopped(BaseException):
    """The process is gone: no exception handler of ours sees it."""


class WorldClock(ManualClock):
    """Moves when slept, and can be set without any time passing."""

    def set_by(self, by: timedelta) -> None:
        """Move the wall clock alone, back or forth."""
        self._now += by


@dataclass
class Disk:
    """What outlives a scheduler."""

    by_session: dict[date, list[Event]] = field(default_factory=dict)
    begun_at: datetime | None = None
    took: timedelta | None = None
    holder: object | None = None

    def append(self, event: Event) -> None:
        self.by_session.setdefault(event.session, []).append(event)

    def has(self, session: date, kind: type[Event]) -> bool:
        return any(isinstance(e, kind) for e in self.by_session.get(session, ()))

    def events(self, kind: type[Event]) -> list[Event]:
        return [
            event
            for session in sorted(self.by_session)
            for event in self.by_session[session]
            if isinstance(event, kind)
        ]

    def history(self, now: datetime, calendar: Calendar) -> History:
        found = [
            event
            for session in sessions_in_question(now, calendar)
            for event in self.by_session.get(session, ())
        ]
        return history_of(found, begun_at=self.begun_at, prepare_took=self.took)

    @contextmanager
    def lock(self) -> Iterator[None]:
        if self.holder is not None:
            raise AlreadyRunning("already_running", purpose="?", pid="?")
        self.holder = object()
        try:
            yield
        finally:
            self.holder = None


@dataclass
class World:
    """One machine's time, one disk, and everything that was called.

    Attributes:
        fails: asked before each job; may raise or move the clock.
        middle: called in the middle of each job, while it holds the lock.
        sent: executions that really sent orders, by session.
    """

    clock: WorldClock
    disk: Disk = field(default_factory=Disk)
    calendar: Calendar = KRX
    takes: timedelta = timedelta(minutes=4)
    fails: Callable[[Slot], None] = lambda _slot: None
    middle: Callable[[Slot], None] = lambda _slot: None
    calls: list[tuple[datetime, Slot]] = field(default_factory=list)
    warmed: list[tuple[datetime, WarmStage]] = field(default_factory=list)
    sent: Counter[date] = field(default_factory=Counter)
    told: list[object] = field(default_factory=list)
    beats: list[ScheduleState] = field(default_factory=list)

    # The jobs, as strict as the real ones about when they may run.

    def prepare(self, slot: Slot, until: datetime) -> None:
        self._call(slot)
        with self.disk.lock():
            now = self.clock.now()
            session = self.calendar.next_session(self.calendar.last_closed(now))
            if session == now.date() and now >= self.calendar.opens_at(session):
                raise Refused("session_running")
            if self.disk.has(session, ExecutionStarted):
                raise Refused("plan_in_use")
            self.middle(slot)
            left = max(timedelta(0), until - self.clock.now())
            self.clock.sleep(min(self.takes, left).total_seconds())
            if self.takes > left:
                raise Refused("prepare_out_of_time")
            if self.clock.now() >= self.calendar.opens_at(session):
                raise Refused("session_opened")
            self.disk.append(a_plan_for(session, at=now))

    def execute(self, slot: Slot) -> None:
        self._call(slot)
        with self.disk.lock():
            now = self.clock.now()
            session = now.date()
            has = partial(self.disk.has, session)
            if has(ExecutionFinished) or not self.calendar.is_session(session):
                return
            if not has(PlanPrepared):
                raise Refused("plan_missing")
            if now < self.calendar.opens_at(session):
                raise Refused("before_open")
            if now <= self.calendar.opens_at(session) + WINDOW:
                self.sent[session] += not has(ExecutionStarted)
                self.disk.append(a_start(session, at=now))
            elif not has(ExecutionStarted):
                raise Refused("start_window_over")
            self.middle(slot)
            self.clock.sleep(40)
            self.disk.append(an_end(session, at=self.clock.now()))

    def warm(self, slot: Slot, stage: WarmStage) -> None:
        self.warmed.append((self.clock.now(), stage))
        self.clock.sleep(20 if stage is not WarmStage.ACCOUNT else 3)

    def _call(self, slot: Slot) -> None:
        self.calls.append((self.clock.now(), slot))
        self.fails(slot)

    # The watcher.

    def shown(self, state: ScheduleState) -> None:
        pass

    def began(self, run: Run) -> None:
        self.told.append(run)

    def ended(self, result: JobResult) -> None:
        if not result.code and result.run.slot.kind == "prepare":
            self.disk.took = result.took
        self.told.append(result)

    def missed(self, miss: Miss) -> None:
        self.told.append(miss)

    def closed_day(self, day: date, next_session: date) -> None:
        self.told.append((day, next_session))

    def jumped(self, by: timedelta) -> None:
        self.told.append(by)

    def heartbeat(self, state: ScheduleState) -> None:
        self.disk.begun_at = self.disk.begun_at or state.now
        self.beats.append(state)

    def room(
        self,
        until: datetime,
        *,
        times: tuple[str, ...] = ("15:40", "09:01"),
        rest: Callable[[float], None] | None = None,
        longest_rest: float = FOREVER,
    ) -> ScheduleRoom:
        """Return a room whose scheduler stops at ``until``, resting in one piece."""

        def rest_until(seconds: float) -> None:
            left = (until - self.clock.now()).total_seconds()
            self.clock.sleep(max(0.0, min(seconds, left)))

        return ScheduleRoom(
            account=ACCOUNT,
            clock=self.clock,
            calendar=self.calendar,
            times=classify(times, start_window=WINDOW),
            rules=RULES,
            jobs=self,
            watcher=self,
            history=lambda: self.disk.history(self.clock.now(), self.calendar),
            record=self.disk.append,
            heartbeat=self.heartbeat,
            is_stopping=lambda: self.clock.now() >= until,
            rest=rest or rest_until,
            longest_rest=longest_rest,
        )

    def misses(self) -> list[tuple[str, date, str]]:
        """Return job, session and reason of every missed job recorded."""
        return [
            (event.job, event.session, event.reason)
            for event in self.disk.events(JobMissed)
            if isinstance(event, JobMissed)
        ]


def a_world(start: str, **given: object) -> World:
    """Return a world whose clock stands at ``start``."""
    return World(clock=WorldClock(seoul(start)), **given)  # type: ignore[arg-type]


def a_plan_for(session: date, *, at: datetime) -> PlanPrepared:
    return PlanPrepared(
        at=at,
        account=ACCOUNT,
        session=session,
        plan_id="p",
        buys=1,
        sells=0,
        slots_free=5,
    )


def a_start(session: date, *, at: datetime) -> ExecutionStarted:
    return ExecutionStarted(at=at, account=ACCOUNT, session=session, plan_id="p")


def an_end(session: date, *, at: datetime) -> ExecutionFinished:
    return ExecutionFinished(at=at, account=ACCOUNT, session=session, plan_id="p")
