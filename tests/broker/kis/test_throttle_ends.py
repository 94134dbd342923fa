"""A request counts from when it must have arrived, not from when it was let through."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.broker.kis.endpoints import Environment
from khms_trader.broker.kis.pacing import PACES, Pace, Urgency
from khms_trader.broker.kis.throttle import RequestGate
from khms_trader.clock import ManualClock
from khms_trader.market.calendar import SEOUL

VIRTUAL: Final = PACES[Environment.VIRTUAL]
START: Final = datetime(2026, 11, 23, 9, 1, tzinfo=SEOUL)
ANSWERING: Final = 0.05
STALLS: Final = st.lists(
    st.tuples(st.booleans(), st.floats(0, 3)), min_size=2, max_size=12
)


def a_gate(folder: Path, clock: ManualClock, pace: Pace = VIRTUAL) -> RequestGate:
    return RequestGate(folder / "shared", pace=pace, clock=clock)


def arrivals(
    gate: RequestGate, clock: ManualClock, sent: Sequence[tuple[bool, float]]
) -> list[float]:
    """Return when each request reaches the server, so long after it may leave."""
    at = []
    for is_order, stall in sent:
        with gate.passing(Urgency.ACCOUNT, is_order=is_order):
            clock.sleep(stall)
            at.append(clock.monotonic())
            clock.sleep(ANSWERING)
    return at


def test_quick_answers_cost_nothing(tmp_path: Path) -> None:
    clock = ManualClock(START)

    at = arrivals(a_gate(tmp_path, clock), clock, [(False, 0.0)] * 4)

    assert [round(each, 3) for each in at] == [0, 1.1, 2.2, 3.3]


def test_a_request_that_left_late_counts_from_its_arrival(tmp_path: Path) -> None:
    clock = ManualClock(START)
    gate = a_gate(tmp_path, clock)

    at = arrivals(gate, clock, [(False, 0.0), (False, 0.6), (False, 0.0)])

    assert [round(each, 3) for each in at] == [0, 1.7, 2.7]


def test_the_first_request_of_a_connection_is_not_trusted(tmp_path: Path) -> None:
    clock = ManualClock(START)

    at = arrivals(a_gate(tmp_path, clock), clock, [(False, 0.8), (False, 0.0)])

    assert at[1] - at[0] >= 1.0


@settings(max_examples=60, deadline=None)
@given(STALLS)
def test_whatever_stalls_no_second_sees_two_arrivals(
    sent: list[tuple[bool, float]],
) -> None:
    clock = ManualClock(START)
    with TemporaryDirectory() as folder:
        # The quickest answer tells what the server itself takes.
        at = arrivals(a_gate(Path(folder), clock), clock, [(False, 0.0), *sent])

    assert min(later - earlier for earlier, later in pairwise(at)) >= 1.0 - 1e-6


def test_others_wait_for_a_request_on_its_way(tmp_path: Path) -> None:
    clock = ManualClock(START)
    one, other = a_gate(tmp_path, clock), a_gate(tmp_path, clock)
    with one.passing(Urgency.ACCOUNT):
        clock.sleep(0.3)
        clock.sleep(0.5)
    other.wait(Urgency.ACCOUNT)

    assert clock.monotonic() == pytest.approx(1.8)


def test_a_process_that_died_on_the_way_holds_nobody_up_for_long(
    tmp_path: Path,
) -> None:
    clock = ManualClock(START)
    died, other = a_gate(tmp_path, clock), a_gate(tmp_path, clock)
    block = died.passing(Urgency.ACCOUNT)
    block.__enter__()

    other.wait(Urgency.ACCOUNT)
    waited = clock.monotonic()
    block.__exit__(None, None, None)

    assert 3.0 <= waited <= 3.3


def test_fast_paces_are_not_followed(tmp_path: Path) -> None:
    clock = ManualClock(START)
    pace = Pace(request_seconds=1 / 16, order_seconds=1 / 16)

    at = arrivals(a_gate(tmp_path, clock, pace), clock, [(False, 0.2)] * 3)

    assert [round(each, 3) for each in at] == [0.2, 0.45, 0.7]
