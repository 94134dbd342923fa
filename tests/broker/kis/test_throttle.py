"""No window of a second ever sees more requests than KIS allows."""

import stat
import subprocess
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.broker.kis.endpoints import Environment
from khms_trader.broker.kis.pacing import (
    PACES,
    GateState,
    Moment,
    Pace,
    Request,
    Urgency,
    step,
)
from khms_trader.broker.kis.throttle import RequestGate
from khms_trader.clock import ManualClock
from khms_trader.errors import StorageError
from khms_trader.market.calendar import SEOUL

VIRTUAL: Final = PACES[Environment.VIRTUAL]
REAL: Final = PACES[Environment.REAL]
START: Final = datetime(2026, 11, 23, 9, 1, tzinfo=SEOUL)
READ, ORDER = False, True
VISITS = """
import sys
from pathlib import Path
from khms_trader.broker.kis.pacing import Pace, Urgency
from khms_trader.broker.kis.throttle import RequestGate
from khms_trader.clock import SystemClock

clock = SystemClock()
pace = Pace(request_seconds=0.15, order_seconds=0.25)
gate = RequestGate(Path(sys.argv[1]), pace=pace, clock=clock)
for number in range(4):
    is_order = sys.argv[2] == "EXECUTE" and number % 2 == 0
    gate.wait(Urgency[sys.argv[2]], is_order=is_order)
    print(clock.monotonic(), int(is_order))
"""


def a_gate(folder: Path, clock: ManualClock, pace: Pace = VIRTUAL) -> RequestGate:
    return RequestGate(folder / "shared", pace=pace, clock=clock)


def passes(gate: RequestGate, clock: ManualClock, *kinds: bool) -> list[float]:
    at = []
    for is_order in kinds:
        gate.wait(Urgency.ACCOUNT, is_order=is_order)
        at.append(round(clock.monotonic(), 3))
    return at


def test_reads_are_spaced_by_the_request_interval(tmp_path: Path) -> None:
    clock = ManualClock(START)

    assert passes(a_gate(tmp_path, clock), clock, READ, READ, READ) == [0, 1.1, 2.2]


def test_an_order_keeps_its_distance_on_both_sides(tmp_path: Path) -> None:
    clock = ManualClock(START)

    at = passes(a_gate(tmp_path, clock), clock, READ, ORDER, ORDER, READ, READ)

    assert at == [0, 1.5, 3.0, 4.5, 5.6]


def test_time_spent_elsewhere_counts(tmp_path: Path) -> None:
    clock = ManualClock(START)
    gate = a_gate(tmp_path, clock)
    gate.wait(Urgency.ACCOUNT)
    clock.sleep(0.7)

    assert passes(gate, clock, READ) == [1.1]


def test_two_gates_of_one_folder_are_one_gate(tmp_path: Path) -> None:
    clock = ManualClock(START)
    one, other = a_gate(tmp_path, clock), a_gate(tmp_path, clock)

    assert passes(one, clock, READ) + passes(other, clock, READ) == [0, 1.1]


def test_a_practice_server_may_be_asked_faster(tmp_path: Path) -> None:
    clock = ManualClock(START)
    pace = Pace(request_seconds=0.01, order_seconds=0.02)

    at = passes(a_gate(tmp_path, clock, pace), clock, READ, READ, ORDER)

    assert at == [0, 0.01, 0.03]


@pytest.mark.parametrize("jump", [timedelta(hours=-9), timedelta(hours=9)])
def test_a_changed_clock_neither_opens_nor_blocks_the_gate(
    tmp_path: Path, jump: timedelta
) -> None:
    clock = ManualClock(START)
    passes(a_gate(tmp_path, clock), clock, READ)
    shifted = ManualClock(START + jump)

    assert passes(a_gate(tmp_path, shifted), shifted, READ) == [1.1]


def test_a_restarted_machine_goes_by_the_wall_clock(tmp_path: Path) -> None:
    clock = ManualClock(START)
    clock.sleep(5000)
    passes(a_gate(tmp_path, clock), clock, READ)
    restarted = ManualClock(START + timedelta(seconds=5000.4))

    assert passes(a_gate(tmp_path, restarted), restarted, READ) == [0.7]


def test_a_state_from_another_age_costs_one_interval(tmp_path: Path) -> None:
    clock = ManualClock(START)
    clock.sleep(5000)
    passes(a_gate(tmp_path, clock), clock, ORDER)
    earlier = ManualClock(START)

    assert passes(a_gate(tmp_path, earlier), earlier, READ, READ) == [1.5, 2.6]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"last": [1], "order": false, "claims": {}}',
        '{"last": [NaN, 1], "order": false, "claims": {}}',
        '{"last": null, "order": false, "claims": {"NOBODY": [1, 1, 1]}}',
        '{"last": null, "order": false, "claims": {"BULK": 7}}',
    ],
)
def test_a_broken_state_is_taken_as_a_send_just_now(tmp_path: Path, text: str) -> None:
    clock = ManualClock(START)
    gate = a_gate(tmp_path, clock)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "gate.json").write_text(text, encoding="utf-8")

    assert passes(gate, clock, READ, READ) == [1.5, 2.6]


def test_the_shared_folder_is_private(tmp_path: Path) -> None:
    a_gate(tmp_path, ManualClock(START)).wait(Urgency.BULK)

    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o700


def test_a_state_that_cannot_be_written_stops_the_request(tmp_path: Path) -> None:
    (tmp_path / "shared" / "gate.json").mkdir(parents=True)

    with pytest.raises(StorageError) as caught:
        a_gate(tmp_path, ManualClock(START)).wait(Urgency.BULK)

    assert caught.value.code == "not_writable"


def moment(seconds: float) -> Moment:
    return Moment(wall=1e9 + seconds, monotonic=seconds)


def tried(state: GateState, urgency: Urgency, at: float, waited: float = 0) -> bool:
    request = Request(urgency=urgency, is_order=False, waited_seconds=waited)
    return step(state, VIRTUAL, request, moment(at)).wait_seconds == 0


def waiting(urgency: Urgency, at: float, last: float = 0) -> GateState:
    state = GateState(last=moment(last))
    request = Request(urgency=urgency, is_order=False)
    return step(state, VIRTUAL, request, moment(at)).state


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        (Urgency.EXECUTE, Urgency.ACCOUNT),
        (Urgency.EXECUTE, Urgency.BULK),
        (Urgency.ACCOUNT, Urgency.BULK),
    ],
)
def test_who_waits_with_more_urgency_goes_first(
    higher: Urgency, lower: Urgency
) -> None:
    state = waiting(higher, at=0.5)

    assert not tried(state, lower, 1.2)
    assert tried(state, higher, 1.2)


def test_the_lower_class_does_not_hold_up_the_higher() -> None:
    assert tried(waiting(Urgency.BULK, at=0.5), Urgency.ACCOUNT, 1.2)


def test_execution_keeps_the_next_place_for_a_moment() -> None:
    request = Request(urgency=Urgency.EXECUTE, is_order=True)
    state = step(GateState(), VIRTUAL, request, moment(0)).state

    assert not tried(state, Urgency.BULK, 1.6)
    assert tried(state, Urgency.EXECUTE, 1.6)
    assert tried(state, Urgency.BULK, 2.1)


def test_the_claim_of_a_process_that_died_soon_ends() -> None:
    assert tried(waiting(Urgency.EXECUTE, at=0.5), Urgency.BULK, 1.7)


@pytest.mark.parametrize("hours", [-72, -1, 1, 72])
def test_execution_goes_first_whatever_time_of_day_the_others_practise(
    hours: int,
) -> None:
    state = waiting(Urgency.EXECUTE, at=0.5)
    request = Request(urgency=Urgency.ACCOUNT, is_order=False)
    elsewhere = Moment(wall=1e9 + 1.2 + hours * 3600, monotonic=1.2)

    assert step(state, VIRTUAL, request, elsewhere).wait_seconds > 0


def test_a_patient_caller_is_not_held_up_for_ever() -> None:
    state = waiting(Urgency.EXECUTE, at=0.5)

    assert not tried(state, Urgency.BULK, 1.2, waited=89)
    assert tried(state, Urgency.BULK, 1.2, waited=91)
    assert not tried(state, Urgency.BULK, 1.0, waited=91)


requests = st.builds(
    Request,
    urgency=st.sampled_from(Urgency),
    is_order=st.booleans(),
    waited_seconds=st.sampled_from([0.0, 100.0]),
)
visits = st.lists(
    st.tuples(
        requests,
        st.floats(0, 2) | st.sampled_from([0.0, 0.05, 0.0625, 1.1, 1.5]),
        st.sampled_from([0.0, 0.0, 0.0, -3600.0, -0.4, 0.4, 3600.0]),
    ),
    max_size=40,
)


def let_through(
    callers: list[tuple[Request, float, float]], pace: Pace
) -> list[tuple[float, bool]]:
    """Return when which kind passed, seen by a clock that never jumps."""
    state, now, drift, passed = GateState(), 0.0, 0.0, []
    for request, delay, jump in callers:
        now += delay
        drift += jump
        outcome = step(state, pace, request, Moment(wall=now + drift, monotonic=now))
        state = outcome.state
        if outcome.wait_seconds == 0:
            passed.append((now, request.is_order))
    return passed


@settings(max_examples=150)
@given(visits)
def test_no_second_of_the_virtual_server_sees_two_requests(
    callers: list[tuple[Request, float, float]],
) -> None:
    passed = let_through(callers, VIRTUAL)

    for (before, was_order), (after, is_order) in pairwise(passed):
        assert after - before >= (1.5 if was_order or is_order else 1.1) - 2e-5


@settings(max_examples=100)
@given(visits)
def test_no_second_of_the_real_server_sees_more_than_eighteen(
    callers: list[tuple[Request, float, float]],
) -> None:
    quick = [(request, delay / 16, jump) for request, delay, jump in callers]
    at = [when for when, _ in let_through(quick, REAL)]

    assert all(sum(t <= other <= t + 1 for other in at) <= 18 for t in at)


moments = st.builds(Moment, wall=st.floats(-1e9, 1e9), monotonic=st.floats(0, 1e6))


@settings(max_examples=100)
@given(last=st.none() | moments, now=moments, was_order=st.booleans())
def test_whoever_waits_as_told_gets_through_whatever_was_stored(
    last: Moment | None, now: Moment, *, was_order: bool
) -> None:
    state = GateState(last=last, last_was_order=was_order)
    request = Request(urgency=Urgency.BULK, is_order=False)
    waited = 0.0
    for _ in range(5):
        at = Moment(wall=now.wall + waited, monotonic=now.monotonic + waited)
        outcome = step(state, VIRTUAL, request, at)
        state, waited = outcome.state, waited + outcome.wait_seconds

    assert waited <= 4 * 1.5 + 0.1
    assert state.last != last


def test_processes_share_one_gate(tmp_path: Path) -> None:
    command = [sys.executable, "-c", VISITS, str(tmp_path / "shared")]
    running = [
        subprocess.Popen([*command, who], stdout=subprocess.PIPE, text=True)
        for who in ("BULK", "ACCOUNT", "EXECUTE")
    ]
    lines = [
        line for process in running for line in process.communicate()[0].split("\n")
    ]

    passed = sorted(tuple(map(float, line.split())) for line in lines if line)

    assert len(passed) == 12
    for (before, was_order), (after, is_order) in pairwise(passed):
        gap = 0.25 if was_order or is_order else 0.15
        # On a busy machine a process may notice late that it was let through.
        assert after - before >= gap - 0.08


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_pace_is_an_interval(seconds: float) -> None:
    with pytest.raises(ValueError, match="not a pace"):
        Pace(request_seconds=seconds, order_seconds=1.5)


class Claimed(ManualClock):
    """A clock on which another process asks for the gate whenever we sleep."""

    other: RequestGate

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.monotonic() < self.busy_until:
            self.other.wait(Urgency.EXECUTE)

    busy_until = 0.0


@pytest.mark.parametrize(("seconds", "words"), [(4.0, 0), (20.0, 1)])
def test_a_long_wait_for_others_is_told_once(
    tmp_path: Path, seconds: float, words: int
) -> None:
    told: list[str] = []
    clock = Claimed(START)
    other_clock = ManualClock(START)
    clock.other = RequestGate(tmp_path / "shared", pace=VIRTUAL, clock=other_clock)
    gate = RequestGate(
        tmp_path / "shared",
        pace=VIRTUAL,
        clock=clock,
        tell=lambda code, _: told.append(code),
    )
    clock.busy_until = seconds
    gate.wait(Urgency.BULK)

    gate.wait(Urgency.BULK)

    assert told == ["kis_gate_wait"] * words


def test_whoever_watches_sees_when_a_request_last_left(tmp_path: Path) -> None:
    clock = ManualClock(START)
    watching = a_gate(tmp_path, clock)
    assert watching.last_passed() is None

    passes(a_gate(tmp_path, clock), clock, READ, READ)

    assert watching.last_passed() == START + timedelta(seconds=1.1)
    (tmp_path / "shared/gate.json").write_text("{")
    assert watching.last_passed() is None
