"""A buy has one deadline, counted from when it was sent, whoever runs by then."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from execution.practice_desk import PracticeDesk, a_practice_desk, swap_plan
from execution.test_stopping import stopped
from fakes import at
from khms_trader.domain.order import OrderState, Side

ONE, TWO, THREE = "100000", "200000", "200001"
WAIT = timedelta(seconds=300)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PracticeDesk]:
    with a_practice_desk(tmp_path, sold=(ONE,)) as desk:
        yield desk


def stopped_with_an_open_buy(desk: PracticeDesk) -> None:
    """Run until a buy rests above its limit, and stop there."""
    desk.practice.market.opens[TWO] = 10_500
    desk.plans.save(swap_plan(sold=(), bought=(TWO,)))
    stopped(desk, "fills")
    assert desk.states() == {TWO: OrderState.ACCEPTED}


def cancelled_after(desk: PracticeDesk, symbol: str) -> timedelta:
    record = desk.record(symbol)
    assert record.state is OrderState.CANCELLED
    return record.updated_at - record.intended_at


@pytest.mark.parametrize("minute", [7, 20, 29])
def test_a_buy_past_its_deadline_is_cancelled_at_once_by_a_restart(
    desk: PracticeDesk, minute: int
) -> None:
    stopped_with_an_open_buy(desk)
    desk.clock.move_to(at(9, minute))

    desk.execute()

    assert desk.record(TWO).state is OrderState.CANCELLED
    assert desk.record(TWO).updated_at - at(9, minute) < timedelta(seconds=15)


@pytest.mark.parametrize("restart", [at(9, 2), at(9, 3), at(9, 5, 50)])
def test_a_restart_gives_no_second_deadline(
    desk: PracticeDesk, restart: datetime
) -> None:
    stopped_with_an_open_buy(desk)
    desk.clock.move_to(restart)

    desk.execute()

    assert WAIT <= cancelled_after(desk, TWO) <= WAIT + timedelta(seconds=20)


def test_a_buy_sent_by_the_restart_has_its_own_five_minutes(desk: PracticeDesk) -> None:
    desk.practice.market.opens |= {TWO: 10_500, THREE: 10_500}
    desk.practice.market.late[THREE] = at(9, 3)
    desk.plans.save(swap_plan(sold=(), bought=(TWO, THREE)))
    stopped(desk, "fills")
    desk.clock.move_to(at(9, 4))

    desk.execute()

    for symbol in (TWO, THREE):
        waited = cancelled_after(desk, symbol)
        assert WAIT <= waited <= WAIT + timedelta(seconds=20)


def test_a_sale_that_a_restart_finds_open_is_followed_for_five_minutes(
    desk: PracticeDesk,
) -> None:
    desk.faults.add("sell:1:partial:3@1500")
    desk.plans.save(swap_plan(sold=(ONE,), bought=()))
    stopped(desk, "fills")
    desk.clock.move_to(at(9, 24))

    desk.execute()

    assert desk.record(ONE, Side.SELL).state is OrderState.FILLED


def test_a_lost_buy_that_a_restart_finds_is_past_its_deadline_too(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.opens[TWO] = 10_500
    desk.faults.add("buy:1:lost")
    desk.faults.add("orders:2-4:no_rows")
    desk.plans.save(swap_plan(sold=(), bought=(TWO,)))
    stopped(desk, "resolve")
    assert desk.states() == {TWO: OrderState.UNCONFIRMED}
    desk.clock.move_to(at(9, 20))

    desk.execute()

    assert desk.record(TWO).state is OrderState.CANCELLED
    assert desk.record(TWO).updated_at < at(9, 21)
