"""What the scheduler does next: one pure function of time, calendar and what was done.

It reads no clock and starts nothing; ``execution.schedule`` acts on its answers.
"""

import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.planning.schedule_history import LOCKED, History, MissReason, Try
from khms_trader.planning.schedule_times import (
    PREPARE_TAKES,
    SPARE_BEFORE_OPEN,
    JobKind,
    Slot,
    Times,
    coming,
    slots,
)

_HORIZON: Final = timedelta(days=10)
_PUNCTUAL: Final = timedelta(minutes=1)
_MARGIN: Final = 1.5
_NOTHING: Final = timedelta(0)
# No job runs on a closed day, nor in the night that follows one: what it could make up
# waits for the session's morning.
_MORNING: Final = time(6)
_NIGHT: Final = timedelta(hours=6)
_DAY_ENDS: Final = time(23, 59)
_LOCKED_PAUSE: Final = timedelta(seconds=10)
_UNFINISHED_PAUSE: Final = timedelta(minutes=3)
# Up to so many failures of a slot, so long until the next try: a broker that is down
# over a weekend is not asked, nor a person told, every five minutes of it.
_PAUSES: Final = (
    (1, timedelta(minutes=1)),
    (2, timedelta(minutes=2)),
    (12, timedelta(minutes=5)),
    (24, timedelta(minutes=15)),
    (sys.maxsize, timedelta(hours=1)),
)
# What no later try of the same slot gets past.
_FINAL: Final = {
    JobKind.PREPARE: frozenset({"plan_in_use", "session_running", "session_opened"}),
    JobKind.EXECUTE: frozenset(
        {"plan_missing", "plan_stale", "real_not_supported", "start_window_over"}
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRules:
    """The settings that decide what may still be made up.

    Attributes:
        start_window: after the open, how long new orders may leave.
    """

    start_window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Run the job of ``slot`` now.

    Attributes:
        is_made_up: the slot was due more than a minute ago and was never tried.
        tries: how often it was tried before.
    """

    slot: Slot
    is_made_up: bool = False
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """Record that ``slot`` was missed.

    Attributes:
        reason: a ``MissReason``, or the code of the last failure.
    """

    slot: Slot
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing is due before ``until``, when ``slot`` is (again)."""

    until: datetime
    slot: Slot


Step = Run | Miss | Wait


def sessions_in_question(now: datetime, calendar: Calendar) -> tuple[date, ...]:
    """Return the sessions whose events ``next_step`` looks at, ascending."""
    today = now.date()
    past = calendar.sessions(today - _HORIZON, today)
    return (*past, calendar.next_session(today))


def next_step(
    now: datetime,
    calendar: Calendar,
    times: Times,
    *,
    history: History,
    rules: ScheduleRules,
) -> Step:
    """Return what the scheduler does next.

    An execute comes first, then what was missed is recorded, then a prepare. Of several
    slots for a session only the newest that is due counts: it supersedes the earlier.
    ``times`` holds at least one time.
    """
    judge = _Judge(
        now=now, calendar=calendar, times=times, history=history, rules=rules
    )
    sessions = sessions_in_question(now, calendar)
    executes = [
        step
        for day in (*judge.planned_before(sessions[0]), *sessions)
        if (step := judge.execute(day))
    ]
    prepares = [step for day in sessions if (step := judge.prepare(day))]
    steps = (*executes, *prepares)
    misses = [step for step in steps if isinstance(step, Miss)]
    due: list[Step] = [step for step in executes if isinstance(step, Run)]
    due += sorted(misses, key=lambda miss: miss.slot.due_at)
    due += [step for step in prepares if isinstance(step, Run)]
    waits = [step for step in steps if isinstance(step, Wait)] + judge.coming()
    return due[0] if due else min(waits, key=lambda wait: wait.until)


def new_orders_until(
    calendar: Calendar, session: date, rules: ScheduleRules
) -> datetime:
    """Return until when an execution of ``session`` may begin."""
    window_ends = calendar.opens_at(session) + rules.start_window
    return min(window_ends, calendar.closes_at(session))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    now: datetime
    calendar: Calendar
    times: Times
    history: History
    rules: ScheduleRules

    def planned_before(self, first: date) -> list[date]:
        """Return the latest session before ``first`` that had a plan, if one had."""
        return sorted(day for day in self.history.prepared if day < first)[-1:]

    def execute(self, session: date) -> Step | None:
        """Return what becomes of the execution of ``session``, None for nothing now."""
        if self._is_closed(JobKind.EXECUTE, session):
            return None
        due, _ = self._newest(JobKind.EXECUTE, session)
        is_started = session in self.history.started
        if due is None or not (
            is_started or session in self.history.prepared or self._is_answered(due)
        ):
            return None
        tries = self._tries(due)
        start = max(self.now, _next_try(due, tries))
        # An execution cut off sends nothing after its window, but is closed down.
        until = datetime.combine(session, _DAY_ENDS, SEOUL)
        if not is_started:
            until = new_orders_until(self.calendar, session, self.rules)
        if start > until or _is_final(due, tries):
            reason = MissReason.UNFINISHED if is_started else self._absence(due)
            return self._miss(due, tries, reason)
        return self._run_at(start, due, tries)

    def prepare(self, session: date) -> Step | None:
        """Return what becomes of the plan for ``session``, None for nothing now."""
        if self._is_closed(JobKind.PREPARE, session):
            return None
        due, has_later = self._newest(JobKind.PREPARE, session)
        made_at = self.history.prepared.get(session)
        if due is None or (made_at is not None and made_at >= due.due_at):
            return None
        tries = self._tries(due)
        start = max(self.now, _next_try(due, tries))
        if due.due_at.date() != session and not self._is_working(start):
            start = max(start, datetime.combine(session, _MORNING, SEOUL))
        is_on_time = not tries and self.now <= due.due_at + _PUNCTUAL
        opens = self._opens(session)
        took = self.history.prepare_took
        if is_on_time:
            until = opens - _MARGIN * (took or _NOTHING)
        else:
            until = opens - SPARE_BEFORE_OPEN - _MARGIN * (took or PREPARE_TAKES)
        if start <= until and not _is_final(due, tries):
            return self._run_at(start, due, tries)
        if has_later:
            return None
        no_time = self.now < opens
        reason = MissReason.NO_TIME if no_time else self._absence(due)
        return self._miss(due, tries, reason)

    def coming(self) -> list[Wait]:
        """Return the waits for what is due next."""
        found = [
            coming(
                self.calendar,
                self.times,
                kind,
                self.now,
                is_over=lambda slot: self._is_closed(slot.kind, slot.session),
            )
            for kind in JobKind
        ]
        return [Wait(until=slot.due_at, slot=slot) for slot in found if slot]

    def _is_working(self, moment: datetime) -> bool:
        days = {moment.date(), (moment - _NIGHT).date()}
        return all(self.calendar.is_session(day) for day in days)

    def _is_closed(self, kind: JobKind, session: date) -> bool:
        if kind is JobKind.EXECUTE and session in self.history.finished:
            return True
        # A clock that ran ahead may have recorded what has not come yet.
        missed_at = self.history.missed.get((kind, session))
        return missed_at is not None and missed_at <= self.now + _PUNCTUAL

    def _newest(self, kind: JobKind, session: date) -> tuple[Slot | None, bool]:
        """Return the newest slot that is due, and whether another is to come."""
        found = slots(self.calendar, self.times, kind, session)
        due = [slot for slot in found if slot.due_at <= self.now]
        return (due[-1] if due else None), len(due) < len(found)

    def _is_answered(self, slot: Slot) -> bool:
        begun_at = self.history.begun_at
        if begun_at is not None and slot.due_at >= max(begun_at, self.now - _HORIZON):
            return True
        return slot.kind is JobKind.EXECUTE and slot.session == self._latest_planned()

    def _latest_planned(self) -> date | None:
        """Return the latest session whose plan should be executed by now and is not."""
        planned = self.history.prepared.keys() - self.history.finished
        due = [day for day in planned if self._newest(JobKind.EXECUTE, day)[0]]
        return max(due, default=None)

    def _absence(self, slot: Slot) -> MissReason:
        is_busy = any(b.since <= slot.due_at < b.until for b in self.history.busy)
        return MissReason.BUSY if is_busy else MissReason.NOT_RUNNING

    def _tries(self, slot: Slot) -> list[Try]:
        return [
            each
            for each in self.history.tries
            if (each.kind, each.session) == (slot.kind, slot.session)
            and slot.due_at <= each.at <= self.now + _PUNCTUAL
        ]

    def _opens(self, session: date) -> datetime:
        return self.calendar.opens_at(session)

    def _run_at(self, start: datetime, slot: Slot, tries: list[Try]) -> Run | Wait:
        if start > self.now:
            return Wait(until=start, slot=slot)
        is_late = self.now > slot.due_at + _PUNCTUAL
        return Run(slot=slot, is_made_up=is_late and not tries, tries=len(tries))

    def _miss(self, slot: Slot, tries: list[Try], reason: MissReason) -> Miss | None:
        is_recorded = (slot.kind, slot.session) in self.history.missed
        if is_recorded or not self._is_answered(slot):
            return None
        if tries:
            return Miss(slot=slot, reason=tries[-1].code or MissReason.UNFINISHED)
        return Miss(slot=slot, reason=reason)


def _next_try(slot: Slot, tries: list[Try]) -> datetime:
    if not tries:
        return slot.due_at
    last = tries[-1]
    if last.code == LOCKED:
        return last.at + _LOCKED_PAUSE
    if not last.code:
        return last.at + _UNFINISHED_PAUSE
    failures = sum(each.code not in {"", LOCKED} for each in tries)
    return last.at + next(pause for most, pause in _PAUSES if failures <= most)


def _is_final(slot: Slot, tries: list[Try]) -> bool:
    return bool(tries) and tries[-1].code in _FINAL[slot.kind]
