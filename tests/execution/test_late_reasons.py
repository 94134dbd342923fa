"""What is said of late lines that were not sent: what held them back, or no trade."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from execution.practice_desk import PracticeDesk, a_practice_desk, swap_plan
from fakes import at
from khms_trader.clock import ManualClock
from khms_trader.domain.events import ExecutionFinished
from khms_trader.domain.quote import Quote
from khms_trader.domain.report import LineEnd
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.execute import execute
from khms_trader.planning.executed import Execution
from khms_trader.ports import Quotes

TWO, THREE = "200000", "200001"
PLAN = swap_plan(sold=(), bought=(TWO, THREE))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PracticeDesk]:
    with a_practice_desk(tmp_path, sold=()) as desk:
        desk.plans.save(PLAN)
        yield desk


class Unreadable:
    """Prices of which one cannot be read any more some minutes after the open."""

    def __init__(self, quotes: Quotes, symbol: str, clock: ManualClock) -> None:
        self.last_price = quotes.last_price
        self._quotes = quotes
        self._symbol = symbol
        self._clock = clock

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        if symbol == self._symbol and self._clock.now() > at(9, 2):
            raise BrokerUnavailable("no_answer")
        return self._quotes.opening_quote(symbol, session)


class Watched:
    """Prices that know when one of them was first seen to have opened."""

    def __init__(self, quotes: Quotes, symbol: str) -> None:
        self.last_price = quotes.last_price
        self.has_opened = False
        self._quotes = quotes
        self._symbol = symbol

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        quote = self._quotes.opening_quote(symbol, session)
        if symbol == self._symbol and quote is not None and quote.open_price:
            self.has_opened = True
        return quote


def ends_of(execution: Execution) -> dict[str, tuple[LineEnd, str]]:
    assert execution.report is not None
    return {line.symbol: (line.end, line.reason) for line in execution.report.lines}


def test_a_halt_file_holds_late_lines_back(desk: PracticeDesk) -> None:
    desk.practice.market.late[TWO] = at(9, 3)
    halted = replace(
        desk.desk(),
        is_halted=lambda: desk.clock.now() >= at(9, 2, 30),
        halt_file="HALT",
    )

    execution = execute(halted)

    assert desk.taken() == [(THREE, "buy")]
    assert ends_of(execution)[TWO] == (LineEnd.SKIPPED, "halt")
    # Its time is over: no later run may send it, so none is waited for.
    assert desk.journal.events(kinds=(ExecutionFinished,))
    desk.execute()
    assert desk.taken() == [(THREE, "buy")]


def test_a_halt_that_is_lifted_in_time_costs_no_late_line(desk: PracticeDesk) -> None:
    desk.practice.market.late[TWO] = at(9, 3)
    halted = replace(
        desk.desk(),
        is_halted=lambda: at(9, 2, 30) <= desk.clock.now() < at(9, 50),
        halt_file="HALT",
    )

    assert ends_of(execute(halted))[TWO] == (LineEnd.FILLED, "")


def test_a_halt_says_nothing_of_a_line_that_was_looked_at_after_it(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.late[TWO] = at(15)
    halted = replace(
        desk.desk(),
        is_halted=lambda: at(9, 2, 30) <= desk.clock.now() < at(9, 50),
        halt_file="HALT",
    )

    assert ends_of(execute(halted))[TWO] == (LineEnd.SKIPPED, "never_opened")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        # What is read before the first orders is not touched.
        ("price:3+:html", "no_open_price"),
        ("balance:2+:html", "account_unread"),
        ("orders:2+:html", "account_unread"),
    ],
)
def test_what_could_not_be_read_until_the_end_is_told_as_that(
    desk: PracticeDesk, fault: str, reason: str
) -> None:
    desk.practice.market.late[TWO] = at(9, 30)
    desk.faults.add(fault)

    execution = desk.execute()

    assert ends_of(execution)[TWO] == (LineEnd.SKIPPED, reason)
    assert desk.journal.events(kinds=(ExecutionFinished,))


def test_one_price_that_cannot_be_read_holds_no_other_line_back(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.late |= {TWO: at(9, 3), THREE: at(9, 3)}
    one = desk.desk()

    execution = execute(replace(one, quotes=Unreadable(one.quotes, TWO, desk.clock)))

    assert ends_of(execution) == {
        TWO: (LineEnd.SKIPPED, "no_open_price"),
        THREE: (LineEnd.FILLED, ""),
    }


def test_a_clock_that_runs_off_while_waiting_is_told(desk: PracticeDesk) -> None:
    desk.practice.market.late[TWO] = at(9, 3)
    one = desk.desk()

    def offset() -> timedelta:
        return timedelta(seconds=60 if desk.clock.now() > at(9, 2) else 0)

    execution = execute(replace(one, office=replace(one.office, clock_offset=offset)))

    assert ends_of(execution)[TWO] == (LineEnd.SKIPPED, "clock_off")


@pytest.mark.parametrize("window", [5, 120])
def test_ten_past_ten_is_the_edge_whatever_the_start_window(
    desk: PracticeDesk, window: int
) -> None:
    desk.practice.market.late |= {TWO: at(10, 9), THREE: at(10, 11)}
    one = desk.desk()
    pace = replace(one.pace, start_window=timedelta(minutes=window))

    execution = execute(replace(one, pace=pace))

    assert ends_of(execution) == {
        TWO: (LineEnd.FILLED, ""),
        THREE: (LineEnd.SKIPPED, "never_opened"),
    }


def test_in_a_longer_window_a_rerun_sends_what_a_halt_held_back(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.late[TWO] = at(9, 3)
    one = desk.desk()
    long = replace(one.pace, start_window=timedelta(minutes=120))
    halted = replace(
        one, pace=long, is_halted=lambda: desk.clock.now() >= at(9, 2), halt_file="HALT"
    )

    first = execute(halted)
    second = execute(replace(one, pace=long))

    assert ends_of(first)[TWO] == (LineEnd.SKIPPED, "halt")
    assert ends_of(second)[TWO] == (LineEnd.FILLED, "")
    assert desk.journal.events(kinds=(ExecutionFinished,))


def test_a_halt_between_the_look_and_the_order_is_waited_out(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.late[TWO] = at(9, 3)
    one = desk.desk()
    quotes = Watched(one.quotes, TWO)
    halted = replace(
        one,
        quotes=quotes,
        is_halted=lambda: quotes.has_opened and desk.clock.now() < at(9, 20),
        halt_file="HALT",
    )

    assert ends_of(execute(halted))[TWO] == (LineEnd.FILLED, "")
    assert desk.record(TWO).intended_at >= at(9, 20)
