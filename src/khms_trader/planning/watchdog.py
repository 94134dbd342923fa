"""When silence is an alarm: what should be there by now and is not.

Pure: the same facts at the same time always sound the same alarms, whose keys stay the
same all day. It judges the scheduler from outside and shares nothing with it but its
times.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.market.hours import NORMAL, OPENING_AUCTION
from khms_trader.planning.schedule_times import JobKind, Times, slots
from khms_trader.planning.watchdog_facts import JournalSeen, Run, RunStep, WatchFacts

EXECUTE_GRACE: Final = timedelta(minutes=5)
"""How long after its time an execution may still be without a record."""

PLAN_BY: Final = time(20, 30)
"""When the next session's plan should be there, on a session that closes at 15:30."""

PREPARE_GRACE: Final = timedelta(minutes=20)
"""How long a prepare may take: 200 symbols at one request per 1.1 s, twice over."""

HEARTBEAT_AGE: Final = timedelta(minutes=5)
BUSY_AGE: Final = timedelta(minutes=90)
"""The same while a job runs, which may wait for a late open until 10:10."""

UNSENT_AGE: Final = timedelta(hours=1)
LEAST_FREE: Final = 500_000_000
"""Bytes of disk below which a journal or a plan may soon not be written."""

_ONE_DAY: Final = timedelta(days=1)


class AlarmKind(StrEnum):
    """What is wrong, gravest first."""

    JOURNAL_UNREADABLE = "journal_unreadable"
    NO_EXECUTION = "no_execution"
    EXECUTION_FAILED = "execution_failed"
    EXECUTION_MISSED = "execution_missed"
    EXECUTION_UNFINISHED = "execution_unfinished"
    NO_PLAN = "no_plan"
    PREPARE_FAILED = "prepare_failed"
    PLAN_UNUSABLE = "plan_unusable"
    HALTED = "halted"
    UNCONFIRMED = "unconfirmed"
    NO_HEARTBEAT = "no_heartbeat"
    HEARTBEAT_OLD = "heartbeat_old"
    DISK_FULL = "disk_full"
    OUTBOX_UNREADABLE = "outbox_unreadable"
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing a person has to look at.

    Attributes:
        session: the session it is about.
        due_at: when it should have been well; not after the moment it is told.
        told_on: the date it is told; tomorrow the same trouble is told again.
        detail: what the text fills in.
    """

    kind: AlarmKind
    session: date
    due_at: datetime
    told_on: date
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The same for the same trouble on the same day, and never for another."""
        return f"watchdog:{self.kind}:{self.session}:{self.told_on}"


def planned_session(now: datetime, calendar: Calendar) -> date:
    """Return the session after the last closed one: the one a plan is wanted for."""
    return calendar.next_session(calendar.last_closed(now))


def execution_due(session: date, calendar: Calendar, times: Times) -> datetime | None:
    """Return when ``session`` should begin to be executed; None if never."""
    found = slots(calendar, times, JobKind.EXECUTE, session)
    return found[0].due_at if found else None


def plan_due(session: date, calendar: Calendar, times: Times) -> datetime | None:
    """Return when the plan for ``session`` should be there; None if never.

    20:30 after the close before it (moved as that close is), but never sooner than
    ``PREPARE_GRACE`` after the first time that makes it.
    """
    found = slots(calendar, times, JobKind.PREPARE, session)
    if not found:
        return None
    before = calendar.previous_session(session)
    shift = calendar.closes_at(before) - _at(before, NORMAL.close)
    return max(_at(before, PLAN_BY) + shift, found[0].due_at + PREPARE_GRACE)


def watch(
    now: datetime,
    calendar: Calendar,
    times: Times,
    facts: WatchFacts,
    *,
    execution_takes: timedelta,
) -> tuple[Alarm, ...]:
    """Return what is wrong at ``now``, gravest first; each key once.

    On a date without a session only the heartbeat counts. ``execution_takes`` is how
    long after its time an execution may be at work: late opens and waits included.
    """
    now = now.astimezone(SEOUL)
    look = _Look(now, calendar, times, facts, execution_takes)
    found = list(look.heartbeat())
    if calendar.is_session(now.date()):
        found += look.session_alarms()
    return tuple(sorted(found, key=lambda alarm: _ORDER[alarm.kind]))


_ORDER: Final = {kind: place for place, kind in enumerate(AlarmKind)}


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at everything; each method is one rule."""

    now: datetime
    calendar: Calendar
    times: Times
    facts: WatchFacts
    execution_takes: timedelta

    def session_alarms(self) -> Iterator[Alarm]:
        """What counts only on a date with a session."""
        journal = self.facts.journal
        if journal.problem:
            told = {"problem": journal.problem}
            yield self._alarm(AlarmKind.JOURNAL_UNREADABLE, self.now, told)
        else:
            yield from self._execution(journal)
            yield from self._unconfirmed(journal)
        yield from self._plan(journal)
        yield from self._halt()
        yield from self._disk()
        yield from self._outbox()

    def heartbeat(self) -> Iterator[Alarm]:
        """A scheduler that says nothing, or says it from another time."""
        seen = self.facts.heartbeat
        if not seen.is_expected:
            return
        if seen.at is None:
            yield self._alarm(AlarmKind.NO_HEARTBEAT, self.now)
            return
        is_working = seen.is_busy and not seen.is_gone
        allowed = BUSY_AGE if is_working else HEARTBEAT_AGE
        if self.now - seen.at > allowed or seen.at - self.now > HEARTBEAT_AGE:
            due = min(seen.at + allowed, self.now)
            yield self._alarm(AlarmKind.HEARTBEAT_OLD, due, {"last": seen.at})

    def _execution(self, journal: JournalSeen) -> Iterator[Alarm]:
        session = self.now.date()
        at = execution_due(session, self.calendar, self.times)
        if at is None or self.now < at + EXECUTE_GRACE:
            return
        runs = [run for run in journal.runs if _is_of(run, JobKind.EXECUTE, session)]
        if any(run.step is RunStep.DONE for run in runs):
            return
        if runs:
            yield from self._not_done(runs[-1], at)
        elif journal.begun_at is None or journal.begun_at <= at:
            # An account that began later had nothing to do today.
            told = {"at": at, "is_new": journal.begun_at is None}
            yield self._alarm(AlarmKind.NO_EXECUTION, at + EXECUTE_GRACE, told)

    def _not_done(self, last: Run, at: datetime) -> Iterator[Alarm]:
        """Judge by the last thing known of an execution that has not ended."""
        if last.step is RunStep.STARTED:
            # Whoever was killed, or stopped, among his orders will not end them.
            is_cut = self.facts.heartbeat.is_gone
            takes = EXECUTE_GRACE if is_cut else self.execution_takes
            end = max(at, last.at) + takes
            if self.now >= end:
                kind = AlarmKind.EXECUTION_UNFINISHED
                yield self._alarm(kind, end, {"began": last.at})
            return
        is_missed = last.step is RunStep.MISSED
        kind = AlarmKind.EXECUTION_MISSED if is_missed else AlarmKind.EXECUTION_FAILED
        told = {"at": at, "reason": last.reason}
        yield self._alarm(kind, at + EXECUTE_GRACE, told)

    def _plan(self, journal: JournalSeen) -> Iterator[Alarm]:
        session = planned_session(self.now, self.calendar)
        due = plan_due(session, self.calendar, self.times)
        if due is None or not due <= self.now < self.calendar.opens_at(session):
            return
        seen = self.facts.plan
        kind, told = AlarmKind.NO_PLAN, {"problem": seen.problem}
        tried = [run for run in journal.runs if _is_of(run, JobKind.PREPARE, session)]
        if seen.problem:
            kind = AlarmKind.PLAN_UNUSABLE
        elif tried:
            kind, told = AlarmKind.PREPARE_FAILED, {"reason": tried[-1].reason}
        if seen.problem or not seen.is_there:
            yield self._alarm(kind, due, told, session=session)

    def _halt(self) -> Iterator[Alarm]:
        halt, session = self.facts.halt, self.now.date()
        due = self.calendar.opens_at(session) - OPENING_AUCTION
        if halt is None or not due <= self.now < self.calendar.closes_at(session):
            return
        # Who halts in the morning knows it; who halted before may have forgotten.
        if halt.since is None or halt.since < due:
            told = {"since": halt.since, "reason": halt.reason}
            yield self._alarm(AlarmKind.HALTED, due, told)

    def _unconfirmed(self, journal: JournalSeen) -> Iterator[Alarm]:
        found: dict[date, list[str]] = {}
        for record in journal.unknown:
            found.setdefault(record.key.session, []).append(record.key.symbol)
        for session, symbols in sorted(found.items()):
            morning = self.calendar.next_session(session)
            due = self.calendar.opens_at(morning) - OPENING_AUCTION
            if self.now >= due:
                kind, told = AlarmKind.UNCONFIRMED, {"symbols": tuple(symbols)}
                yield self._alarm(kind, due, told, session=session)

    def _disk(self) -> Iterator[Alarm]:
        if self.facts.free_bytes < LEAST_FREE:
            told = {"free_bytes": self.facts.free_bytes}
            yield self._alarm(AlarmKind.DISK_FULL, self.now, told)

    def _outbox(self) -> Iterator[Alarm]:
        seen = self.facts.outbox
        if seen.problem:
            told = {"problem": seen.problem}
            yield self._alarm(AlarmKind.OUTBOX_UNREADABLE, self.now, told)
        elif seen.oldest is not None and self.now - seen.oldest > UNSENT_AGE:
            due, waiting = seen.oldest + UNSENT_AGE, seen.waiting
            unsent = {"waiting": waiting, "oldest": seen.oldest}
            yield self._alarm(AlarmKind.UNSENT, due, unsent)

    def _alarm(
        self,
        kind: AlarmKind,
        due_at: datetime,
        detail: Mapping[str, object] | None = None,
        *,
        session: date | None = None,
    ) -> Alarm:
        today = self.now.date()
        about = session or self.calendar.next_session(today - _ONE_DAY)
        return Alarm(
            kind=kind, session=about, due_at=due_at, told_on=today, detail=detail or {}
        )


def _is_of(run: Run, job: JobKind, session: date) -> bool:
    return run.job == job and run.session == session


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SEOUL)
