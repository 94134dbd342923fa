"""What a scheduler knows of the past: journal and heartbeat, read when they changed.

Other processes write the journal too (a person runs a script), so nothing is believed
for longer than the files stay as they are. A dry run remembers only its own doing: its
journal is made anew by every job.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from khms_trader.bootstrap.account import JOURNAL, copy_state
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.bootstrap.publishing import publishing
from khms_trader.domain.account import Account
from khms_trader.domain.event_log import log_lines
from khms_trader.domain.events import (
    AccountConfirmed,
    AccountObserved,
    Event,
    PlanPrepared,
)
from khms_trader.execution.schedule_room import JobResult, ScheduleState
from khms_trader.market.calendar import Calendar
from khms_trader.planning.account_line import AccountLine
from khms_trader.planning.schedule import sessions_in_question
from khms_trader.planning.schedule_history import HISTORY_EVENTS, History, history_of
from khms_trader.planning.schedule_times import Times
from khms_trader.storage.heartbeat import (
    HEARTBEAT,
    Heartbeat,
    HeartbeatFile,
    LastResult,
    NextJob,
)
from khms_trader.storage.journal import SqliteJournal

logger = logging.getLogger(__name__)

_Stamp = tuple[tuple[int, int] | None, ...]
# How many sessions back the account's last reading is looked for, before anywhere.
_LOOK_BACK: Final = 5
# How far back a plan is looked for that nobody executed, after a long absence.
_LONGEST_AWAY: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """What the journal said, as of ``stamp``."""

    stamp: _Stamp
    sessions: tuple[date, ...]
    events: tuple[Event, ...] = ()
    is_confirmed: bool = False
    seen: Account | None = None


class Memory:
    """Journal and heartbeat of one scheduler's account."""

    def __init__(self, options: RunOptions, calendar: Calendar, times: Times) -> None:
        """Remember for the account of ``options``; reads the last heartbeat."""
        self._options = options
        self._calendar = calendar
        self._path = options.state / JOURNAL
        if options.is_dry_run:
            copy_state(options, JOURNAL)
        self._file = HeartbeatFile(options.state / HEARTBEAT)
        before = self._file.read()
        now = options.clock.now()
        # Other times promised other jobs; what was planned is asked after all the same.
        is_same = before is not None and before.times == times.texts
        known = before.begun_at if before and is_same else None
        self._begun_at = now if known is None or known > now else known
        self._took = before.prepare_seconds if before else None
        self._results = {each.kind: each for each in before.results} if before else {}
        self._last: Heartbeat | None = None
        self._lived: list[Event] = []
        self._past: _Past | None = None

    def history(self) -> History:
        """Return what was done.

        Raises:
            StorageError: the journal cannot be read.
        """
        lived = self._options.is_dry_run
        took = None if self._took is None else timedelta(seconds=self._took)
        return history_of(
            self._lived if lived else self._known().events,
            begun_at=self._begun_at,
            prepare_took=took,
        )

    def live(self, events: Sequence[Event]) -> None:
        """Remember what a job of a dry run did."""
        self._lived.extend(events)

    def job_events(self, session: date, since: datetime) -> tuple[Event, ...]:
        """Return what the journal holds of ``session`` since then.

        Raises:
            StorageError: the journal cannot be read.
        """
        with self._journal() as journal:
            events = journal.events(session, kinds=HISTORY_EVENTS)
        return tuple(event for event in events if event.at >= since)

    def record(self, event: Event) -> None:
        """Commit ``event`` to the journal and tell; a dry run only remembers it.

        Raises:
            StorageError: it cannot be written.
        """
        if self._options.is_dry_run:
            self._lived.append(event)
            for line in log_lines([event]):
                logger.info("dry run: %s", line)
            return
        with self._journal() as journal:
            publishing(journal)(event)

    def beat(self, state: ScheduleState) -> None:
        """Give a sign of life.

        Raises:
            StorageError: it cannot be written.
        """
        if state.prepare_took is not None:
            self._took = state.prepare_took.total_seconds()
        for result in state.results:
            self._results[result.run.slot.kind] = _last_result(result)
        coming = state.next_slot
        self._last = Heartbeat(
            pid=os.getpid(),
            at=state.now,
            begun_at=self._begun_at,
            times=state.times.texts,
            next=None
            if coming is None
            else NextJob(
                kind=coming.kind,
                session=coming.session,
                due_at=state.next_at or coming.due_at,
            ),
            running=state.running.slot.kind if state.running else "",
            prepare_seconds=self._took,
            results=tuple(self._results.values()),
        )
        self._file.write(self._last)

    def beat_on(self) -> None:
        """Give the last sign of life again, as of now.

        Raises:
            StorageError: it cannot be written.
        """
        if self._last is not None:
            self._last = replace(self._last, at=self._options.clock.now())
            self._file.write(self._last)

    def end(self) -> None:
        """Leave word that the scheduler was ended on purpose: nobody need miss it.

        Raises:
            StorageError: it cannot be written.
        """
        if self._last is not None:
            now = self._options.clock.now()
            ended = replace(self._last, at=now, next=None, running="", ended_at=now)
            self._file.write(ended)

    def account_line(self) -> AccountLine:
        """Return how the account stands, as far as journal and halt file say.

        Raises:
            StorageError: the journal cannot be read.
        """
        options = self._options
        past = self._known()
        return AccountLine(
            account=options.account,
            is_dry_run=options.is_dry_run,
            is_halted=options.halt_file.exists(),
            is_confirmed=past.is_confirmed or options.account == PAPER,
            total=past.seen.total if past.seen else None,
            seen_at=past.seen.observed_at if past.seen else None,
        )

    def _known(self) -> _Past:
        now = self._options.clock.now()
        sessions = sessions_in_question(now, self._calendar)
        # Taken first: what is written while we read is read the next time.
        stamp = _stamp(self._path)
        past = self._past
        if past is None or past.stamp != stamp or past.sessions != sessions:
            past = self._past = self._read(stamp, sessions)
        return past

    def _read(self, stamp: _Stamp, sessions: tuple[date, ...]) -> _Past:
        if not self._path.exists():
            return _Past(stamp=stamp, sessions=sessions)
        with self._journal() as journal:
            return _Past(
                stamp=stamp,
                sessions=sessions,
                events=self._events(journal, sessions),
                is_confirmed=bool(journal.events(kinds=(AccountConfirmed,))),
                seen=self._seen(journal),
            )

    def _events(
        self, journal: SqliteJournal, sessions: Sequence[date]
    ) -> tuple[Event, ...]:
        """Return what was done, at least since the last plan of the last months."""
        events = [
            event
            for session in sessions
            for event in journal.events(session, kinds=HISTORY_EVENTS)
        ]
        session = sessions[0]
        last = session - _LONGEST_AWAY
        while session > last and not any(isinstance(e, PlanPrepared) for e in events):
            session = self._calendar.previous_session(session)
            events[:0] = journal.events(session, kinds=HISTORY_EVENTS)
        return tuple(events)

    def _seen(self, journal: SqliteJournal) -> Account | None:
        """Return the account as it was read last."""
        session = self._calendar.next_session(self._options.clock.now().date())
        for _ in range(_LOOK_BACK):
            seen = _newest(journal.events(session, kinds=(AccountObserved,)))
            if seen is not None:
                return seen
            session = self._calendar.previous_session(session)
        return _newest(journal.events(kinds=(AccountObserved,)))

    @contextmanager
    def _journal(self) -> Iterator[SqliteJournal]:
        opened = SqliteJournal(self._path, account=self._options.account)
        with closing(opened) as journal:
            yield journal


def _newest(events: Sequence[Event]) -> Account | None:
    seen = [event.observed for event in events if isinstance(event, AccountObserved)]
    # Of two readings of one moment the later one.
    return max(reversed(seen), key=lambda each: each.observed_at, default=None)


def _stamp(path: Path) -> _Stamp:
    """Return what changes whenever the journal or its log is written."""
    return tuple(_written(each) for each in (path, path.with_name(f"{path.name}-wal")))


def _written(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    # An empty log comes and goes with every reader.
    return (found.st_mtime_ns, found.st_size) if found.st_size else None


def _last_result(result: JobResult) -> LastResult:
    slot = result.run.slot
    return LastResult(
        kind=slot.kind,
        session=slot.session,
        at=result.began_at + result.took,
        code=result.code,
    )
