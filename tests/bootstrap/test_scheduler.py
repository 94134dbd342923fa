"""A scheduler put together over paper: its jobs, its lock, and what is told."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from khms_trader.bootstrap.execute import desk_opened
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.scheduler import SchedulerOptions, Served, serve
from khms_trader.bootstrap.scheduler_jobs import Cut, RealJobs
from khms_trader.clock import ManualClock
from khms_trader.config.settings import BrokerSettings, Settings
from khms_trader.domain.order import OrderRecord
from khms_trader.errors import AlreadyRunning, Refused, UsageError
from khms_trader.execution.progress import RunProgress, Unwatched
from khms_trader.execution.schedule_room import JobResult, ScheduleState
from khms_trader.execution.stopping import StopFlag, StopRequested
from khms_trader.market.calendar import SEOUL
from khms_trader.planning.account_line import AccountLine
from khms_trader.planning.executed import Execution, Outcome
from khms_trader.planning.prepared import Prepared
from khms_trader.planning.schedule import Miss, Run
from khms_trader.planning.schedule_times import JobKind, Slot, Times, WarmStage
from khms_trader.ports import Clock
from khms_trader.storage.heartbeat import Heartbeat, HeartbeatFile
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.run_lock import FileRunLock

EVENING = datetime(2025, 7, 21, 15, 40, tzinfo=SEOUL)
MORNING = datetime(2025, 7, 22, 9, 1, tzinfo=SEOUL)
DAY = MORNING.date()
SLOT = Slot(kind=JobKind.EXECUTE, session=DAY, due_at=MORNING)
PREPARE = Slot(kind=JobKind.PREPARE, session=DAY, due_at=EVENING)


class Audience:
    """A view that remembers what it was shown, and may ask to stop."""

    def __init__(self) -> None:
        self.flag = StopFlag()
        self.said: list[str] = []
        self.plans: list[Prepared] = []
        self.executions: list[Execution] = []
        self.lines: list[AccountLine] = []
        self.progress: RunProgress = Unwatched()
        self.stops_at = ""

    def started(self, times: Times, *, is_dry_run: bool) -> None:
        self._say("started")

    def account(self, line: AccountLine) -> None:
        self.lines.append(line)

    def unconfirmed(self) -> None:
        self._say("unconfirmed")

    def confirmed(self, execution: Execution) -> None:
        self._say("confirmed")

    def prepared(self, prepared: Prepared) -> None:
        self.plans.append(prepared)

    def executed(self, execution: Execution) -> None:
        self.executions.append(execution)

    def shown(self, state: ScheduleState) -> None:
        self._say("shown")

    def began(self, run: Run) -> None:
        self._say(f"{run.slot.kind} begins")

    def ended(self, result: JobResult) -> None:
        self._say(f"{result.run.slot.kind} ends {result.code}".strip())

    def missed(self, miss: Miss) -> None:
        self._say(f"{miss.slot.kind} missed")

    def closed_day(self, day: date, next_session: date) -> None:
        self._say("closed")

    def jumped(self, by: timedelta) -> None:
        self._say("jumped")

    def _say(self, what: str) -> None:
        self.said.append(what)
        if what == self.stops_at:
            self.flag.ask()


class StoppingAt(Unwatched):
    """Progress that asks to stop at a step, such as before an order."""

    def __init__(self, flag: StopFlag, done: int, what: str = "buys") -> None:
        self._flag = flag
        self._moment = (what, done)

    def step(self, done: int, total: int, what: str) -> None:
        if (what, done) == self._moment:
            self._flag.ask()


class Dragging(Unwatched):
    """Progress of which each step takes a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.steps: list[str] = []

    def step(self, done: int, total: int, what: str) -> None:
        self._clock.sleep(60)
        self.steps.append(what)


def run_of(home: Path, now: datetime, settings: Settings | None = None) -> RunOptions:
    return RunOptions(
        home=home,
        settings=settings or Settings(),
        clock=ManualClock(now),
        universe_limit=20,
        quantity=5,
    )


def options_of(
    home: Path, now: datetime, view: Audience, *, is_once: bool = True
) -> SchedulerOptions:
    return SchedulerOptions(
        run=run_of(home, now),
        times=("15:40", "09:01"),
        flag=view.flag,
        view=view,
        is_once=is_once,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a plan for the morning."""
    serve(options_of(tmp_path, EVENING, Audience()))
    return tmp_path


def orders(home: Path) -> Sequence[OrderRecord]:
    path = home / "data/state/paper/journal.sqlite3"
    with closing(SqliteJournal(path, account="paper")) as journal:
        return journal.order_records()


def beat_of(home: Path) -> Heartbeat:
    beat = HeartbeatFile(home / "data/state/paper/heartbeat.json").read()
    assert beat is not None
    return beat


def test_a_single_round_in_the_evening_makes_a_plan(tmp_path: Path) -> None:
    view = Audience()
    after: list[str] = []
    options = options_of(tmp_path, EVENING, view)

    served = serve(replace(options, after_job=lambda: after.append(view.said[-1])))

    assert [plan.plan.for_trading_day for plan in view.plans] == [DAY]
    assert view.said == ["started", "prepare begins", "prepare ends"]
    assert after == ["prepare ends"]
    assert len(served.results) == 1
    assert view.lines[0].account == "paper"


def test_it_waits_until_the_trigger_and_serves_until_somebody_asks_to_stop(
    home: Path,
) -> None:
    view = Audience()
    view.stops_at = "execute ends"
    early = MORNING - timedelta(minutes=2)

    served = serve(options_of(home, early, view, is_once=False))

    assert [word for word in view.said if word != "shown"] == [
        *("started", "execute begins", "execute ends"),
    ]
    (execution,) = view.executions
    assert execution.outcome is Outcome.EXECUTED
    assert execution.report is not None
    assert execution.report.runs[0].began_at == MORNING
    assert len(orders(home)) == 4
    assert served.cut is None


def test_the_background_lives_as_long_as_the_loop(tmp_path: Path) -> None:
    view = Audience()
    seen: list[str] = []

    @contextmanager
    def background() -> Iterator[None]:
        seen.append(f"begins {len(view.plans)}")
        yield
        seen.append(f"ends {len(view.plans)}")

    options = options_of(tmp_path, EVENING, view)
    serve(replace(options, background=background()))

    assert seen == ["begins 0", "ends 1"]


def test_what_fails_after_a_job_costs_nothing_else(tmp_path: Path) -> None:
    view = Audience()

    def fail() -> None:
        message = "no network"
        raise ConnectionError(message)

    serve(replace(options_of(tmp_path, EVENING, view), after_job=fail))

    assert len(view.plans) == 1


def test_a_stop_between_two_orders_ends_it_and_a_restart_goes_on(home: Path) -> None:
    view = Audience()
    view.progress = StoppingAt(view.flag, 2)

    served = serve(options_of(home, MORNING, view, is_once=False))
    sent = len(orders(home))
    again = Audience()
    serve(options_of(home, MORNING + timedelta(minutes=5), again))

    assert served == Served(cut=Cut.ORDERS)
    assert beat_of(home).ended_at is not None
    assert sent == 2
    assert len(orders(home)) == 4
    assert again.said == ["started", "execute begins", "execute ends"]


@pytest.mark.parametrize(
    ("moment", "now", "cut"),
    [
        (("bars", 2), EVENING, Cut.PREPARE),
        (("account", 0), MORNING, Cut.EXECUTE),
        (("quotes", 1), MORNING - timedelta(minutes=10), Cut.WARM_UP),
    ],
)
def test_a_stop_before_any_order_says_what_was_stopped(
    tmp_path: Path, moment: tuple[str, int], now: datetime, cut: Cut
) -> None:
    if cut is not Cut.PREPARE:
        serve(options_of(tmp_path, EVENING, Audience()))
    view = Audience()
    view.progress = StoppingAt(view.flag, moment[1], moment[0])

    served = serve(options_of(tmp_path, now, view, is_once=False))

    assert served.cut is cut
    assert beat_of(tmp_path).ended_at is not None
    assert bool(list(tmp_path.glob("plans/*.json"))) is (cut is not Cut.PREPARE)


def test_a_scheduler_that_lives_has_not_ended(tmp_path: Path) -> None:
    view = Audience()
    seen: list[Heartbeat] = []
    options = options_of(tmp_path, EVENING, view)

    serve(replace(options, after_job=lambda: seen.append(beat_of(tmp_path))))

    assert seen[0].ended_at is None
    assert beat_of(tmp_path).ended_at is not None
    assert beat_of(tmp_path).next is None


def test_a_plan_that_is_not_made_in_time_leaves_the_older_one(home: Path) -> None:
    (plan,) = home.glob("plans/*.json")
    before = plan.read_bytes()
    run = run_of(home, MORNING - timedelta(minutes=13))
    view = Audience()
    view.progress = Dragging(run.clock)
    jobs = RealJobs(run, view=view, flag=view.flag, beat=lambda: None)

    with pytest.raises(Refused) as caught:
        jobs.prepare(PREPARE, MORNING - timedelta(minutes=11))

    assert caught.value.code == "prepare_out_of_time"
    assert caught.value.facts == {"session": DAY, "until": "08:50"}
    assert plan.read_bytes() == before
    assert view.plans == []
    # What comes afterwards has all the time it needs.
    run.clock.sleep(600)
    jobs.execute(SLOT)
    assert len(orders(home)) == 4


def test_a_second_scheduler_is_told_who_serves(home: Path) -> None:
    lock = FileRunLock(home / "data/state/paper/scheduler.lock")
    with lock.hold("scheduler"), pytest.raises(AlreadyRunning) as caught:
        serve(options_of(home, MORNING, Audience()))

    assert caught.value.code == "scheduler_running"
    assert isinstance(caught.value.facts["pid"], int)


def test_a_job_by_hand_at_the_same_time_is_waited_for(home: Path) -> None:
    view = Audience()
    with FileRunLock(home / "data/state/paper/run.lock").hold("prepare"):
        served = serve(options_of(home, MORNING, view))

    assert [result.code for result in served.results] == ["already_running"]
    assert view.said[-1] == "execute ends already_running"


def test_a_real_account_is_refused(tmp_path: Path) -> None:
    settings = Settings(broker=BrokerSettings(env="real"))
    view = Audience()
    options = options_of(tmp_path, EVENING, view)

    with pytest.raises(Refused) as caught:
        serve(replace(options, run=run_of(tmp_path, EVENING, settings)))

    assert caught.value.code == "real_not_supported"
    assert view.said == []


def test_times_are_checked_before_anything_is_touched(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        serve(replace(options_of(tmp_path, EVENING, Audience()), times=("15:25",)))

    assert list(tmp_path.iterdir()) == []


def jobs_of(home: Path, now: datetime, view: Audience) -> RealJobs:
    return RealJobs(run_of(home, now), view=view, flag=view.flag, beat=lambda: None)


def test_a_warm_desk_is_held_until_its_execution(home: Path) -> None:
    view = Audience()
    run = run_of(home, MORNING - timedelta(minutes=11))
    jobs = RealJobs(run, view=view, flag=view.flag, beat=lambda: None)

    for stage in WarmStage:
        jobs.warm(SLOT, stage)
    run.clock.sleep(660)
    jobs.execute(SLOT)
    jobs.close()

    (execution,) = view.executions
    assert execution.report is not None
    assert execution.report.runs[0].began_at == MORNING
    assert len(orders(home)) == 4


def test_a_desk_warmed_for_another_slot_is_let_go(home: Path) -> None:
    view = Audience()
    jobs = jobs_of(home, MORNING, view)
    jobs.warm(replace(SLOT, due_at=MORNING + timedelta(minutes=5)), WarmStage.ACCOUNT)

    jobs.execute(SLOT)

    assert len(view.executions) == 1
    assert len(orders(home)) == 4


def test_a_late_execution_begins_when_it_begins(home: Path) -> None:
    view = Audience()
    late = MORNING + timedelta(minutes=9)

    jobs_of(home, late, view).execute(SLOT)

    report = view.executions[0].report
    assert report is not None
    assert report.runs[0].began_at == late


def test_a_plan_is_not_begun_once_somebody_asked_to_stop(tmp_path: Path) -> None:
    view = Audience()
    view.flag.ask()

    with pytest.raises(StopRequested):
        jobs_of(tmp_path, EVENING, view).prepare(PREPARE, MORNING)

    assert not list(tmp_path.glob("plans/*"))


def test_a_refusal_still_says_why_somebody_halted(home: Path) -> None:
    halt = home / "data/state/HALT"
    run = run_of(home, MORNING)
    with desk_opened(run):
        pass
    halt.write_text('{"since": "2025-07-22T08:00", "reason": "점검"}', "utf-8")
    view = Audience()
    jobs = RealJobs(run, view=view, flag=view.flag, beat=lambda: None)
    jobs.warm(SLOT, WarmStage.ACCOUNT)

    with pytest.raises(Refused) as caught:
        jobs.execute(SLOT)

    assert caught.value.code in {"halted", "halted_because"}
    assert not orders(home)
