"""Whatever happens to the machine, each session is accounted for and sent once.

Sleeps, kills, clocks set wrong and a second scheduler are drawn, at any point at which
the loop touches the world.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from execution.schedule_rooms import (
    KRX,
    Disk,
    Stopped,
    World,
    WorldClock,
    seoul,
)
from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    JobMissed,
    PlanPrepared,
)
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.schedule import run_schedule
from khms_trader.execution.schedule_room import ScheduleRoom
from khms_trader.planning.schedule_history import History
from khms_trader.planning.schedule_times import JobKind, Slot, classify, slots

# Friday before a holiday Monday, to the Friday after.
START, END = seoul("2026-02-27T14:00"), seoul("2026-03-06T21:00")
SESSIONS = [date(2026, 3, day) for day in (3, 4, 5, 6)]
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What happens at a point: hours are off, asleep, or set on (or back)."""

    what: str
    hours: float = 0.0


def incidents() -> st.SearchStrategy[dict[int, Incident]]:
    happens = st.one_of(
        st.builds(
            Incident,
            what=st.sampled_from(["kill", "sleep"]),
            hours=st.floats(0, 30, allow_nan=False),
        ),
        st.builds(Incident, what=st.just("set"), hours=st.floats(-20, 20)),
        st.builds(Incident, what=st.sampled_from(["double", "fail"])),
    )
    return st.dictionaries(st.integers(0, 160), happens, max_size=6)


@dataclass
class Fate:
    """Lets incidents happen to a world, point by point."""

    world: World
    left: dict[int, Incident]
    times: tuple[str, ...]
    count: int = 0
    is_doubled: bool = False
    called: list[tuple[datetime, Slot]] = field(default_factory=list)

    def point(self) -> None:
        incident = self.left.pop(self.count, None)
        self.count += 1
        if incident is None:
            return
        by = timedelta(hours=incident.hours)
        match incident.what:
            case "kill":
                # Off for so long; the next process starts its own monotonic clock.
                self.world.clock.set_by(by)
                raise Stopped
            case "sleep" | "set":
                self.world.clock.set_by(by)
            case "double" if not self.is_doubled:
                self.is_doubled = True
                run_schedule(self.room(), once=True)
                self.is_doubled = False
            case _:
                raise BrokerUnavailable("kis_unreachable")

    def in_job(self, slot: Slot) -> None:
        self.called.append((self.world.clock.now(), slot))
        self.point()

    def room(self, until: datetime = END) -> ScheduleRoom:
        room = self.world.room(until=until, times=self.times)

        def history() -> History:
            self.point()
            return room.history()

        def record(event: Event) -> None:
            self.point()
            room.record(event)
            self.point()

        def rest(seconds: float) -> None:
            try:
                self.point()
            except BrokerUnavailable:
                return
            # An alarm clock is of no use to a machine that sleeps.
            room.rest(min(seconds, 6 * 3600.0))

        return replace(room, history=history, record=record, rest=rest)


def live(left: dict[int, Incident], times: tuple[str, ...]) -> Fate:
    """Return what became of a week with ``left`` happening in it."""
    world = World(clock=WorldClock(START), disk=Disk())
    fate = Fate(world, dict(left), times)
    world.fails = world.middle = fate.in_job
    while world.clock.now() < END:
        try:
            run_schedule(fate.room())
        except Stopped:
            world.disk.holder = None
            fate.is_doubled = False
    fate.left.clear()
    run_schedule(fate.room(until=world.clock.now() + HOUR), once=True)
    return fate


def missed(disk: Disk, kind: JobKind, session: date) -> list[Event]:
    events = of(disk, session, JobMissed)
    return [e for e in events if isinstance(e, JobMissed) and e.job == kind]


def of(disk: Disk, session: date, kind: type[Event]) -> list[Event]:
    return [e for e in disk.by_session.get(session, ()) if isinstance(e, kind)]


@given(
    incidents(),
    st.sampled_from([("15:40", "09:01"), ("15:40", "20:10", "07:50", "09:01")]),
)
@settings(max_examples=60, deadline=None)
@example({3: Incident(what="kill", hours=19.0)}, ("15:40", "09:01"))
@example({9: Incident(what="double")}, ("15:40", "09:01"))
def test_every_session_is_accounted_for_and_sent_at_most_once(
    left: dict[int, Incident], times: tuple[str, ...]
) -> None:
    fate = live(left, times)

    disk, told = fate.world.disk, classify(times, start_window=HOUR)
    begun_at = disk.begun_at or END
    # Two that decide at once may both write; ``scheduler.lock`` forbids two.
    most = 1 + sum(each.what == "double" for each in left.values())
    assert all(count == 1 for count in fate.world.sent.values())
    assert all(KRX.is_session(at.date()) for at, slot in fate.world.calls)
    for session in SESSIONS:
        for kind, done in (
            (JobKind.PREPARE, PlanPrepared),
            (JobKind.EXECUTE, ExecutionFinished),
        ):
            last = slots(KRX, told, kind, session)[-1]
            assert len(missed(disk, kind, session)) <= most
            if last.due_at >= begun_at:
                assert disk.has(session, done) or missed(disk, kind, session)


@given(st.dictionaries(st.integers(0, 160), st.just(Incident(what="kill")), max_size=8))
@settings(max_examples=30, deadline=None)
def test_kills_with_a_restart_at_once_change_no_day(left: dict[int, Incident]) -> None:
    fate = live(left, ("15:40", "09:01"))

    disk = fate.world.disk
    assert fate.world.misses() == []
    assert [len(of(disk, day, PlanPrepared)) for day in SESSIONS] == [1, 1, 1, 1]
    assert [len(of(disk, day, ExecutionFinished)) for day in SESSIONS] == [1, 1, 1, 1]
    assert fate.world.sent == dict.fromkeys(SESSIONS, 1)


@given(st.integers(0, 120), st.integers(0, 120))
@settings(max_examples=30, deadline=None)
def test_two_schedulers_over_one_journal_do_the_work_of_one(
    first: int, second: int
) -> None:
    double = Incident(what="double")

    fate = live({first: double, second: double}, ("15:40", "09:01"))

    disk = fate.world.disk
    assert fate.world.misses() == []
    # One that was about to begin makes a plan anew; the newest is the one that counts.
    assert {len(of(disk, day, PlanPrepared)) for day in SESSIONS} <= {1, 2}
    assert fate.world.sent == dict.fromkeys(SESSIONS, 1)
