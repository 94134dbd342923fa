"""The forever scheduler, put together: its lock, its memory, its jobs and its loop."""

import logging
from collections.abc import Callable, Iterator
from contextlib import (
    AbstractContextManager,
    ExitStack,
    closing,
    contextmanager,
    nullcontext,
)
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from khms_trader.bootstrap.account import opened
from khms_trader.bootstrap.execute import desk_opened
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.bootstrap.rules import calendar_of
from khms_trader.bootstrap.scheduler_jobs import Cut, JobView, RealJobs
from khms_trader.bootstrap.scheduler_memory import Memory
from khms_trader.edge import contained
from khms_trader.errors import AlreadyRunning, Refused
from khms_trader.execution.confirm import confirm
from khms_trader.execution.schedule import run_schedule
from khms_trader.execution.schedule_room import (
    JobResult,
    ScheduleRoom,
    ScheduleState,
    Watcher,
)
from khms_trader.execution.stopping import SLICE_SECONDS, StopFlag, StopRequested
from khms_trader.planning.account_line import AccountLine
from khms_trader.planning.executed import Execution, Outcome
from khms_trader.planning.schedule import Miss, Run, ScheduleRules
from khms_trader.planning.schedule_times import Times, classify
from khms_trader.storage.run_lock import FileRunLock

logger = logging.getLogger(__name__)


class SchedulerView(Watcher, JobView, Protocol):
    """Shown everything a scheduler does."""

    def started(self, times: Times, *, is_dry_run: bool) -> None:
        """Hear that the scheduler serves ``times`` from now on."""

    def account(self, line: AccountLine) -> None:
        """Take how the account stands."""

    def unconfirmed(self) -> None:
        """Hear, at the start, that nobody confirmed the account yet."""

    def confirmed(self, execution: Execution) -> None:
        """Take what was confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerOptions:
    """What the command line asked for.

    Attributes:
        times: as typed, ``HH:MM`` each.
        flag: set when the scheduler shall end.
        is_once: do what is due now and end.
        confirms: confirm the account's first use before anything else.
        after_job: called after each job and each missed one, on the loop's thread.
        background: entered for the life of the loop.
    """

    run: RunOptions
    times: tuple[str, ...]
    flag: StopFlag
    view: SchedulerView
    is_once: bool = False
    confirms: bool = False
    after_job: Callable[[], None] = lambda: None
    background: AbstractContextManager[object] = field(default_factory=nullcontext)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a scheduler did until it ended.

    Attributes:
        results: of all jobs of a single round, else the last few.
        cut: the job that was stopped between two pieces of its work; None when none
            was.
        needs_a_person: an order's outcome is unknown, or is not as it should be.
    """

    results: tuple[JobResult, ...] = ()
    cut: Cut | None = None
    needs_a_person: bool = False


def serve(options: SchedulerOptions) -> Served:
    """Serve the account's slots until somebody asks to stop.

    Raises:
        UsageError: the times cannot be used.
        Refused: ``real_not_supported``.
        AlreadyRunning: ``scheduler_running``, another scheduler serves the account.
        ConfigError, StorageError: the account cannot be opened.
    """
    run = options.run
    if run.settings.broker.env == "real":
        raise Refused("real_not_supported")
    window = timedelta(minutes=run.settings.execution.start_window_min)
    times = classify(options.times, start_window=window)
    with _only_scheduler(run):
        options.view.started(times, is_dry_run=run.is_dry_run)
        _see_confirmed(options)
        calendar = calendar_of(run.settings)
        memory = Memory(run, calendar, times)
        jobs = RealJobs(run, view=options.view, flag=options.flag, beat=memory.beat_on)
        with closing(jobs), options.background:
            room = _room(options, memory, jobs, times=times, window=window)
            served = _served(room, jobs, is_once=options.is_once)
            with contained(_end_untold):
                memory.end()
    return served


def _served(room: ScheduleRoom, jobs: RealJobs, *, is_once: bool) -> Served:
    try:
        results = run_schedule(room, once=is_once)
    except StopRequested:
        logger.warning("stopped in the middle of a job: %s", jobs.cut)
        return Served(cut=jobs.cut, needs_a_person=jobs.needs_a_person)
    return Served(results=results, needs_a_person=jobs.needs_a_person)


def _end_untold(error: Exception) -> None:
    logger.error("the end could not be written down: %s", error)


@contextmanager
def _only_scheduler(run: RunOptions) -> Iterator[None]:
    """Hold the account's scheduler lock, for life."""
    lock = FileRunLock(run.state / "scheduler.lock")
    with ExitStack() as stack:
        try:
            stack.enter_context(lock.hold("scheduler"))
        except AlreadyRunning as error:
            raise AlreadyRunning(
                "scheduler_running", account=run.account, pid=error.facts.get("pid")
            ) from error
        yield


def _see_confirmed(options: SchedulerOptions) -> None:
    """Confirm the account when asked to, or say that nobody has."""
    run = options.run
    if options.confirms:
        _confirm(options)
    if run.account == PAPER:
        return
    with opened(run) as account:
        is_confirmed = account.office.is_confirmed()
    if not is_confirmed:
        options.view.unconfirmed()


def _confirm(options: SchedulerOptions) -> None:
    """Record the first use; unlike an execution it sends nothing, at any hour."""
    run = options.run
    session = run.clock.now().date()
    with desk_opened(run) as desk, desk.office.open_for("execute"):
        desk.office.refuse_a_clock_behind()
        confirmed = confirm(desk, session)
        following = desk.office.calendar.next_session(session)
    if confirmed is not None:
        options.view.confirmed(
            Execution(
                outcome=Outcome.CONFIRMED_ONLY,
                session=session,
                next_session=following,
                confirmed=confirmed,
            )
        )


def _room(
    options: SchedulerOptions,
    memory: Memory,
    jobs: RealJobs,
    *,
    times: Times,
    window: timedelta,
) -> ScheduleRoom:
    run, flag = options.run, options.flag

    def rest(seconds: float) -> None:
        until = run.clock.monotonic() + seconds
        while not flag.is_set and (left := until - run.clock.monotonic()) > 0:
            run.clock.sleep(min(left, SLICE_SECONDS))

    def beat(state: ScheduleState) -> None:
        options.view.account(memory.account_line())
        memory.beat(state)

    return ScheduleRoom(
        account=run.account,
        clock=run.clock,
        calendar=calendar_of(run.settings),
        times=times,
        rules=ScheduleRules(start_window=window),
        jobs=jobs,
        watcher=_Watched(options, memory),
        history=memory.history,
        record=memory.record,
        heartbeat=beat,
        is_stopping=lambda: flag.is_set,
        rest=rest,
    )


class _Watched:
    """The view, with what else is to be done when a job has ended."""

    def __init__(self, options: SchedulerOptions, memory: Memory) -> None:
        self._view = options.view
        self._options = options
        self._memory = memory

    def shown(self, state: ScheduleState) -> None:
        self._view.shown(state)

    def began(self, run: Run) -> None:
        self._view.began(run)

    def ended(self, result: JobResult) -> None:
        self._view.ended(result)
        self._after(result)

    def missed(self, miss: Miss) -> None:
        self._view.missed(miss)
        self._after()

    def closed_day(self, day: date, next_session: date) -> None:
        self._view.closed_day(day, next_session)

    def jumped(self, by: timedelta) -> None:
        self._view.jumped(by)

    def _after(self, result: JobResult | None = None) -> None:
        def failed(error: Exception) -> None:
            logger.error("what comes after a job failed", exc_info=error)

        with contained(failed):
            if result is not None and self._options.run.is_dry_run:
                session = result.run.slot.session
                self._memory.live(self._memory.job_events(session, result.began_at))
        with contained(failed):
            self._options.after_job()
