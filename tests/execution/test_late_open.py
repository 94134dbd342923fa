"""Lines whose symbol has not traded yet: looked at each minute, sent once it has."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from execution.practice_desk import PracticeDesk, a_practice_desk, swap_plan
from fakes import Workbench, a_quote, at, plan_of
from khms_trader.clock import ManualClock
from khms_trader.domain.events import ExecutionFinished, LineSkipped, LineWarned
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import OrderState, Side
from khms_trader.domain.quote import NoOpen
from khms_trader.domain.report import LineEnd
from khms_trader.execution.execute import execute
from khms_trader.planning.executed import Execution
from khms_trader.planning.line_gates import Limits
from khms_trader.simulator.orders import Division, OrderWanted

ONE, TWO, THREE = "100000", "200000", "200001"
PLAN = swap_plan(sold=(ONE,), bought=(TWO, THREE))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PracticeDesk]:
    with a_practice_desk(tmp_path, sold=(ONE,)) as desk:
        yield desk


class PowerLossError(Exception):
    """The machine went off."""


class DyingClock:
    """A clock whose machine goes off while it sleeps after ``dies_at``."""

    is_shifted = True

    def __init__(self, clock: ManualClock, dies_at: datetime) -> None:
        self.now = clock.now
        self.monotonic = clock.monotonic
        self._clock = clock
        self._dies_at = dies_at

    def sleep(self, seconds: float) -> None:
        if self.now() > self._dies_at:
            raise PowerLossError
        self._clock.sleep(seconds)


def ends_of(execution: Execution) -> dict[str, tuple[LineEnd, str]]:
    assert execution.report is not None
    return {line.symbol: (line.end, line.reason) for line in execution.report.lines}


def reasons(desk: PracticeDesk, symbol: str) -> list[str]:
    events = desk.journal.events(kinds=(LineSkipped,))
    return [
        e.reason for e in events if isinstance(e, LineSkipped) if e.symbol == symbol
    ]


def test_a_sale_held_up_by_a_vi_goes_out_in_the_minute_it_opens(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.late[ONE] = at(9, 2, 30)

    execution = desk.execute(PLAN)

    assert ends_of(execution)[ONE] == (LineEnd.FILLED, "")
    sent_at = desk.record(ONE, Side.SELL).intended_at
    assert at(9, 2, 30) <= sent_at <= at(9, 3, 40)
    assert desk.taken() == [(TWO, "buy"), (THREE, "buy"), (ONE, "sell")]
    assert desk.journal.events(kinds=(ExecutionFinished,))


def test_a_late_buy_has_its_own_five_minutes(desk: PracticeDesk) -> None:
    desk.practice.market.late[TWO] = at(9, 4, 30)
    desk.practice.market.opens |= {TWO: 10_500, THREE: 10_400}

    execution = desk.execute(PLAN)

    ends = {symbol: desk.record(symbol) for symbol in (TWO, THREE)}
    assert {record.state for record in ends.values()} == {OrderState.CANCELLED}
    for record in ends.values():
        waited = record.updated_at - record.intended_at
        assert timedelta(seconds=300) <= waited <= timedelta(seconds=320)
    assert ends[TWO].intended_at >= at(9, 4, 30)
    assert ends_of(execution)[TWO][0] is LineEnd.CANCELLED


def test_what_never_trades_is_given_up_at_ten_past_ten(desk: PracticeDesk) -> None:
    desk.practice.market.late[TWO] = at(15)

    execution = desk.execute(PLAN)

    assert ends_of(execution)[TWO] == (LineEnd.SKIPPED, "never_opened")
    assert reasons(desk, TWO) == ["not_opened", "never_opened"]
    assert at(10, 10) <= desk.clock.now() <= at(10, 10, 10)
    assert desk.journal.events(kinds=(ExecutionFinished,))
    # Nothing is asked for again afterwards.
    asked = desk.count("price")
    desk.execute()
    assert desk.count("price") == asked
    assert asked <= 75


@pytest.mark.parametrize(
    ("minute", "end"), [(9, LineEnd.FILLED), (11, LineEnd.SKIPPED)]
)
def test_ten_past_ten_is_the_edge(
    desk: PracticeDesk, minute: int, end: LineEnd
) -> None:
    desk.practice.market.late[TWO] = at(10, minute)

    assert ends_of(desk.execute(PLAN))[TWO][0] is end


def test_the_gates_are_asked_again(desk: PracticeDesk) -> None:
    desk.practice.market.late[TWO] = at(9, 3)
    desk.rules = replace(desk.rules, limits=Limits(max_order_won=90_000))

    execution = desk.execute(PLAN)

    assert ends_of(execution)[TWO] == (LineEnd.SKIPPED, "order_too_large")
    assert reasons(desk, TWO) == ["not_opened", "order_too_large"]


def test_a_price_that_cannot_be_read_meanwhile_is_asked_for_a_minute_later(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.late[TWO] = at(9, 2)
    desk.faults.add("price:4-7:html")

    execution = desk.execute(PLAN)

    assert ends_of(execution)[TWO] == (LineEnd.FILLED, "")
    assert desk.record(TWO).intended_at >= at(9, 3)


def test_an_account_that_cannot_be_read_meanwhile_loses_no_line(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.late[TWO] = at(9, 2)
    desk.faults.add("balance:2-5:html")

    assert ends_of(desk.execute(PLAN))[TWO] == (LineEnd.FILLED, "")


def test_a_buy_whose_list_is_too_old_after_a_late_sale_has_another_minute(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.late |= {ONE: at(9, 3), TWO: at(9, 3)}
    # Every list of the wait for the late sale fails, and the one after it.
    desk.faults.add("orders:3-24:html")

    execution = desk.execute(swap_plan(sold=(ONE,), bought=(TWO,)))

    assert reasons(desk, TWO) == ["not_opened", "account_unread"]
    assert ends_of(execution)[TWO] == (LineEnd.FILLED, "")


def test_a_lost_late_order_is_looked_up_and_not_sent_again(desk: PracticeDesk) -> None:
    desk.practice.market.late[TWO] = at(9, 3)
    desk.faults.add("buy:2:lost")

    execution = desk.execute(PLAN)

    assert ends_of(execution)[TWO] == (LineEnd.FILLED, "")
    assert desk.taken().count((TWO, "buy")) == 1


def test_a_second_run_goes_on_where_a_first_was_cut_off(desk: PracticeDesk) -> None:
    desk.practice.market.late[TWO] = at(9, 10)
    desk.plans.save(PLAN)
    first = desk.desk()
    dying = DyingClock(desk.clock, at(9, 4))
    with pytest.raises(PowerLossError):
        execute(replace(first, office=replace(first.office, clock=dying)))

    second = desk.execute()

    assert ends_of(second)[TWO] == (LineEnd.FILLED, "")
    assert desk.taken().count((TWO, "buy")) == 1


def test_a_sale_into_a_marked_issue_goes_out_with_a_caution(desk: PracticeDesk) -> None:
    desk.practice.market.marks[ONE] = frozenset({Designation.OVERHEATED})

    execution = desk.execute(PLAN)

    assert ends_of(execution)[ONE] == (LineEnd.FILLED, "")
    (warned,) = desk.journal.events(kinds=(LineWarned,))
    assert isinstance(warned, LineWarned)
    assert (warned.symbol, warned.side, warned.warning) == (
        ONE,
        "sell",
        "sold_overheated",
    )


def test_an_open_above_the_limit_rests_is_cancelled_and_says_so(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.opens[TWO] = 13_000  # the upper limit

    execution = desk.execute(PLAN)

    assert ends_of(execution)[TWO][0] is LineEnd.CANCELLED
    (warned,) = desk.journal.events(kinds=(LineWarned,))
    assert isinstance(warned, LineWarned)
    assert warned.warning == "open_above_limit"


def test_where_no_price_ever_comes_later_nothing_is_waited_for(
    bench: Workbench,
) -> None:
    bench.quotes.quotes[ONE] = replace(
        a_quote(ONE, open_price=None), no_open=NoOpen.AWAITED
    )

    execution = bench.execute(plan_of(buys=ONE))

    assert ends_of(execution)[ONE] == (LineEnd.SKIPPED, "not_opened")
    assert bench.clock.now() < at(9, 2)


def test_a_slow_list_lets_no_late_line_leave_after_its_time(desk: PracticeDesk) -> None:
    # 200000 rests above its limit; 200001 opens a second after the last look's time.
    desk.practice.market.late[TWO] = at(10, 3, 50)
    desk.practice.market.late[THREE] = at(10, 10, 1)
    desk.practice.market.opens[TWO] = 10_500
    desk.faults.add("orders:8+:timeout")

    desk.execute(PLAN)

    sent = desk.practice.exchange.books_at(desk.clock.now()).orders
    late = [row.ordered_at for row in sent if row.symbol == THREE]
    assert [moment for moment in late if moment > at(10, 10, 30)] == []


def test_a_persons_order_made_while_waiting_holds_a_late_line(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.late[TWO] = at(9, 30)
    wanted = OrderWanted(
        symbol=TWO, side=Side.BUY, quantity=1, division=Division.LIMIT, price=9_000
    )
    # The practice exchange knows it from the start; no list of ours is read before.
    desk.practice.exchange.place(wanted, at(9, 1))

    desk.execute(PLAN)

    sent = desk.practice.exchange.books_at(desk.clock.now()).orders
    assert [row.quantity for row in sent if row.symbol == TWO] == [1]
    assert reasons(desk, TWO)[-1] == "foreign_order"
