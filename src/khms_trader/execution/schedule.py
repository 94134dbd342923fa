"""The forever loop: ask what is next, do it, survive it, ask again.

It decides nothing itself and starts no thread; a failing job is told and tried again.
"""

import logging
from collections import deque
from datetime import date, timedelta
from typing import Final

from khms_trader.domain.events import Event
from khms_trader.edge import Containment, contained
from khms_trader.errors import KhmsTraderError
from khms_trader.execution.schedule_memory import OwnMemory, code_of, named
from khms_trader.execution.schedule_moments import JumpWatch, WarmUps
from khms_trader.execution.schedule_records import AGAIN_SECONDS, Records
from khms_trader.execution.schedule_room import JobResult, ScheduleRoom, ScheduleState
from khms_trader.execution.stopping import StopRequested
from khms_trader.planning.schedule import Miss, Run, Step, Wait, new_orders_until
from khms_trader.planning.schedule_history import History
from khms_trader.planning.schedule_times import JobKind

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS: Final = 30.0
FRESH_SECONDS: Final = 30.0
"""How long what was read of the past serves for waiting; acting reads it anew."""

_KEPT: Final = 8


def run_schedule(room: ScheduleRoom, *, once: bool = False) -> tuple[JobResult, ...]:
    """Serve slots until the room is stopping, or with ``once`` only what is due now.

    Returns the results of all jobs of this call with ``once``, else the last few.
    ``StopRequested`` of a job passes through: whoever called ends the process.

    Raises:
        KhmsTraderError: with ``once``, what was done before cannot be read.
    """
    loop = _Loop(room)
    try:
        if once:
            return loop.do_what_is_due()
        while not room.is_stopping():
            loop.turn()
    except StopRequested:
        loop.close()
        raise
    loop.close()
    return tuple(loop.results)


class _Loop:
    def __init__(self, room: ScheduleRoom) -> None:
        self.results: deque[JobResult] = deque(maxlen=_KEPT)
        self._room = room
        self._memory = OwnMemory(room)
        self._jumps = JumpWatch(room.clock)
        self._records = Records(room, self._jumps)
        self._warm_ups = WarmUps(room)
        self._beaten_at: float | None = None
        self._history: History | None = None
        self._read_at = 0.0
        self._problem = ""
        self._running: Run | None = None
        self._closed_day: date | None = None
        self._is_once = False

    def do_what_is_due(self) -> tuple[JobResult, ...]:
        """Run and record what is due now, then return what was run."""
        self._is_once = True
        self._beat(None)
        results: list[JobResult] = []
        while not self._room.is_stopping():
            step = self._memory.step_after(self._room.history())
            if isinstance(step, Run):
                results.append(self._run(step))
            elif isinstance(step, Miss):
                self._miss(step)
            else:
                self._beat(step)
                break
        self.close()
        return tuple(results)

    def close(self) -> None:
        """Write what is not written yet, if that can be."""
        with contained(self._records.failed):
            self._records.catch_up(is_last=True)

    def turn(self) -> None:
        """Do the next thing, or rest a little."""
        self._notice_a_jump()
        with contained(self._records.failed):
            self._records.catch_up()
        step = self._next(FRESH_SECONDS)
        if step is None:
            self._idle(None, AGAIN_SECONDS)
        elif isinstance(step, Wait):
            self._wait(step)
        elif (doubt := self._doubt(step)) > 0:
            self._idle(None, doubt)
        # Somebody may have done it by hand, or set the clock, since the past was read.
        elif self._next(0.0) == step and not self._notice_a_jump():
            if isinstance(step, Run):
                self._run(step)
            else:
                self._miss(step)

    def _doubt(self, step: Run | Miss) -> float:
        """Return the seconds until the clock is believed enough for ``step``."""
        if isinstance(step, Miss):
            return self._jumps.settles_in()
        doubt, slot, room = self._jumps.runs_in(), step.slot, self._room
        if slot.kind is JobKind.EXECUTE:
            left = new_orders_until(room.calendar, slot.session, room.rules)
            left_seconds = (left - room.clock.now()).total_seconds()
            # An execution that would be too late afterwards does not wait.
            return 0.0 if 0 <= left_seconds < doubt else doubt
        return doubt

    def _next(self, max_age: float) -> Step | None:
        """Return the next step; None while nobody knows what was done."""
        age = self._room.clock.monotonic() - self._read_at
        if self._problem and age < AGAIN_SECONDS:
            return None
        if self._history is None or age >= max_age:
            self._read()
        return self._memory.step_after(self._history) if self._history else None

    def _read(self) -> None:
        self._history, self._read_at = None, self._room.clock.monotonic()
        failed: list[Exception] = []
        with contained(failed.append):
            self._history = self._room.history()
        problem = code_of(failed[0]) if failed else ""
        if problem != self._problem:
            logger.warning("what was done: %s", problem or "readable again")
        self._problem = problem

    def _run(self, run: Run) -> JobResult:
        self._running, self._history = run, None
        logger.info("%s begins%s", named(run.slot), " late" if run.is_made_up else "")
        with _logged("the watcher failed"):
            self._room.watcher.began(run)
        self._beat(None)
        try:
            result = self._timed(run)
        finally:
            self._running = None
        self.results.append(result)
        if not self._is_once:
            # Before anything is written down by a clock set meanwhile.
            self._notice_a_jump()
        self._tell(result)
        failure = self._memory.keep(result)
        if failure is not None:
            self._record(failure)
        with _logged("the watcher failed"):
            self._room.watcher.ended(result)
        self._beaten_at = None
        return result

    def _timed(self, run: Run) -> JobResult:
        clock, jobs = self._room.clock, self._room.jobs
        began_at, since = clock.now(), clock.monotonic()
        failed: list[Exception] = []
        with contained(failed.append):
            if run.slot.kind is JobKind.PREPARE:
                jobs.prepare(run.slot, self._memory.prepare_until(run.slot))
            else:
                jobs.execute(run.slot)
        error = failed[0] if failed else None
        return JobResult(
            run=run,
            began_at=began_at,
            took=timedelta(seconds=clock.monotonic() - since),
            code=code_of(error) if error else "",
            error=error,
        )

    def _tell(self, result: JobResult) -> None:
        what, seconds = named(result.run.slot), result.took.total_seconds()
        if result.error is None:
            logger.info("%s ended after %.1f s", what, seconds)
            return
        is_ours = isinstance(result.error, KhmsTraderError)
        trace = None if is_ours else result.error
        logger.error("%s failed: %s", what, result.code, exc_info=trace)

    def _miss(self, miss: Miss) -> None:
        self._history = None
        logger.warning("%s was missed: %s", named(miss.slot), miss.reason)
        self._record(self._memory.give_up(miss))
        with _logged("the watcher failed"):
            self._room.watcher.missed(miss)

    def _record(self, event: Event) -> None:
        with contained(self._records.failed):
            self._records.add(event)

    def _wait(self, wait: Wait) -> None:
        self._name_a_closed_day()
        until = wait.until
        warm_up = self._warm_ups.next(self._history)
        if warm_up is not None:
            slot, moment = warm_up
            if moment.at <= self._room.clock.now():
                self._warm_ups.done(slot, moment)
                with _logged(f"warm-up {moment.stage} failed"):
                    self._room.jobs.warm(slot, moment.stage)
                return
            until = min(until, moment.at)
        self._idle(wait, (until - self._room.clock.now()).total_seconds())

    def _name_a_closed_day(self) -> None:
        today, calendar = self._room.clock.now().date(), self._room.calendar
        if today == self._closed_day or calendar.is_session(today):
            return
        self._closed_day, following = today, calendar.next_session(today)
        logger.info("%s is no session, the next one is %s", today, following)
        with _logged("the watcher failed"):
            self._room.watcher.closed_day(today, following)

    def _notice_a_jump(self) -> bool:
        by = self._jumps.jump()
        if not by:
            return False
        self._history = None
        logger.warning("the clock moved %+.0f s: set, or asleep", by.total_seconds())
        with _logged("the watcher failed"):
            self._room.watcher.jumped(by)
        return True

    def _idle(self, wait: Wait | None, seconds: float) -> None:
        """Show the state, give a sign of life when it is time, and rest."""
        since = self._room.clock.monotonic()
        with _logged("the watcher failed"):
            self._room.watcher.shown(self._state(wait))
        if self._beaten_at is None or since - self._beaten_at >= HEARTBEAT_SECONDS:
            self._beat(wait)
        # What was shown and written took its time.
        seconds -= self._room.clock.monotonic() - since
        if self._records.is_behind:
            seconds = min(seconds, AGAIN_SECONDS)
        self._room.rest(max(0.0, min(seconds, self._room.longest_rest)))

    def _beat(self, wait: Wait | None) -> None:
        self._beaten_at = self._room.clock.monotonic()
        with _logged("the heartbeat could not be written"):
            self._room.heartbeat(self._state(wait))

    def _state(self, wait: Wait | None) -> ScheduleState:
        room, now = self._room, self._room.clock.now()
        return ScheduleState(
            now=now,
            times=room.times,
            is_session=room.calendar.is_session(now.date()),
            next_slot=wait.slot if wait else None,
            next_at=wait.until if wait else None,
            running=self._running,
            results=tuple(self.results),
            prepare_took=self._memory.prepare_took,
            problem=self._problem,
        )


def _logged(what: str) -> Containment:
    def tell(error: Exception) -> None:
        trace = None if isinstance(error, KhmsTraderError) else error
        logger.error("%s: %s", what, error, exc_info=trace)

    return contained(tell)
