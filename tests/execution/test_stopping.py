"""Stopping a run: between two orders, and nothing is lost or sent twice by it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from execution.practice_desk import (
    BOUGHT,
    SOLD,
    PracticeDesk,
    a_practice_desk,
    swap_plan,
)
from fakes import at
from khms_trader.clock import ManualClock
from khms_trader.domain.order import OrderState
from khms_trader.errors import Refused
from khms_trader.execution.execute import execute
from khms_trader.execution.stopping import (
    SLICE_SECONDS,
    StopFlag,
    Stopping,
    StopRequested,
)

ONE, TWO = "200000", "200001"
LAG = timedelta(seconds=3)


class AskingAt:
    """Somebody who asks to stop when a run tells of a certain moment."""

    def __init__(self, flag: StopFlag, *moment: object) -> None:
        self._flag = flag
        self._moment = moment

    def step(self, done: int, total: int, what: str) -> None:
        if (what, done) == self._moment:
            self._flag.ask()

    def wait(self, count: int, what: str, at_most: timedelta) -> None:
        if (what,) == self._moment:
            self._flag.ask()


def stopped(desk: PracticeDesk, *moment: object) -> None:
    """Execute and stop at ``moment``: a step's name and number, or a wait's name."""
    flag = StopFlag()
    stopping = Stopping(flag, desk.clock, AskingAt(flag, *moment))
    one = replace(desk.desk(), progress=stopping, rest_by=stopping.rest)
    with pytest.raises(StopRequested):
        execute(one)


def test_nothing_stops_while_nobody_asks(tmp_path: Path) -> None:
    with a_practice_desk(tmp_path, sold=()) as desk:
        desk.plans.save(swap_plan(sold=(), bought=(ONE,)))
        stopping = Stopping(StopFlag(), desk.clock)

        execute(replace(desk.desk(), progress=stopping, rest_by=stopping.rest))

        assert desk.states() == {ONE: OrderState.FILLED}


@pytest.mark.parametrize(
    ("moment", "orders"),
    [
        (("account", 0), 0),
        (("quotes", 3), 0),
        (("sells", 0), 0),
        (("sells", 1), 1),
        (("sells", 5), 5),
        (("fills",), 16),
        (("buys", 0), 8),
        (("buys", 3), 11),
        (("buys", 7), 15),
    ],
)
def test_a_run_stopped_between_two_orders_goes_on_where_it_stopped(
    tmp_path: Path, moment: tuple[object, ...], orders: int
) -> None:
    with a_practice_desk(tmp_path, lag=LAG) as desk:
        desk.plans.save(swap_plan())

        stopped(desk, *moment)

        assert len(desk.taken()) == orders
        assert not [r for r in desk.journal.order_records() if not r.number]
        desk.clock.sleep(60)
        execution = desk.execute()
        assert desk.taken() == [
            *((symbol, "sell") for symbol in SOLD),
            *((symbol, "buy") for symbol in BOUGHT),
        ]
        assert set(desk.states().values()) == {OrderState.FILLED}
        assert execution.report is not None


def test_a_run_stopped_while_it_waits_for_sales_buys_when_it_goes_on(
    tmp_path: Path,
) -> None:
    with a_practice_desk(tmp_path) as desk:
        desk.plans.save(swap_plan())
        desk.faults.add("sell:1:partial:3@60")

        stopped(desk, "fills")

        assert desk.count("buy") == 0
        desk.clock.sleep(60)
        desk.execute()
        assert (desk.count("sell"), desk.count("buy")) == (8, 8)
        assert set(desk.states().values()) == {OrderState.FILLED}


def test_buys_that_are_open_when_a_run_stops_stay_open_until_the_next(
    tmp_path: Path,
) -> None:
    with a_practice_desk(tmp_path, sold=()) as desk:
        desk.plans.save(swap_plan(sold=(), bought=(ONE, TWO)))
        desk.faults.add("buy:1:partial:3")

        stopped(desk, "fills")

        assert desk.states()[ONE] in {
            OrderState.ACCEPTED,
            OrderState.PARTIALLY_FILLED,
        }
        assert desk.count("change") == 0
        desk.clock.move_to(at(9, 40))
        desk.execute()
        assert desk.states() == {ONE: OrderState.CANCELLED, TWO: OrderState.FILLED}
        assert desk.record(ONE).filled_quantity == 3
        assert desk.count("buy") == 2


def test_buys_at_their_deadline_are_cancelled_although_somebody_asked_to_stop(
    tmp_path: Path,
) -> None:
    with a_practice_desk(tmp_path, sold=()) as desk:
        desk.plans.save(swap_plan(sold=(), bought=(ONE,)))
        desk.faults.add("buy:1:partial:3")
        flag = StopFlag()
        asking = AskingAt(flag, "cancels", 0)

        execute(replace(desk.desk(), progress=Stopping(flag, desk.clock, asking)))

        assert flag.is_set
        assert desk.states() == {ONE: OrderState.CANCELLED}


def test_work_that_must_be_over_by_a_moment_ends_at_its_next_step() -> None:
    clock = ManualClock(at(8, 49))
    stopping = Stopping(StopFlag(), clock)
    late = Refused("prepare_out_of_time")

    with stopping.until(at(8, 50), late):
        stopping.step(1, 200, "refresh")
        clock.sleep(60)
        # What only has to be saved is saved.
        stopping.step(4, 5, "save")
        with pytest.raises(Refused) as caught:
            stopping.step(2, 200, "refresh")

    assert caught.value is late
    stopping.step(3, 200, "refresh")


def test_whoever_asks_to_stop_is_heard_before_a_deadline() -> None:
    flag = StopFlag()
    flag.ask()
    stopping = Stopping(flag, ManualClock(at(9)))

    with (
        pytest.raises(StopRequested),
        stopping.until(at(8), Refused("prepare_out_of_time")),
    ):
        stopping.step(1, 200, "refresh")


def test_a_rest_is_as_long_as_it_should_be() -> None:
    clock = ManualClock(at(9))

    Stopping(StopFlag(), clock).rest(1.1)

    assert clock.monotonic() == pytest.approx(1.1)


class Impatient(ManualClock):
    """A clock by which somebody asks to stop at a certain second."""

    def __init__(self, flag: StopFlag, asks_at: float) -> None:
        super().__init__(at(9))
        self._flag = flag
        self._asks_at = asks_at

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.monotonic() >= self._asks_at:
            self._flag.ask()


@settings(max_examples=60)
@given(
    rests=st.lists(st.floats(0, 400), min_size=1, max_size=4), asks_at=st.floats(0, 900)
)
def test_a_rest_ends_within_a_slice_of_the_request(
    rests: list[float], asks_at: float
) -> None:
    flag = StopFlag()
    clock = Impatient(flag, asks_at)
    stopping = Stopping(flag, clock)
    was_stopped = False

    try:
        for seconds in rests:
            stopping.rest(seconds)
    except StopRequested:
        was_stopped = True

    assert clock.monotonic() <= min(sum(rests), asks_at + SLICE_SECONDS) + 1e-6
    assert was_stopped or clock.monotonic() == pytest.approx(sum(rests))
