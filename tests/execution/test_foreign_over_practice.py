"""A person's own order in the broker's app: ours beside it would double it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from execution.practice_desk import BOUGHT, PracticeDesk, a_practice_desk, swap_plan
from fakes import at
from khms_trader.domain.events import ExecutionFinished, ExecutionPaused
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import OrderState, Side
from khms_trader.domain.quote import Quote
from khms_trader.domain.report import LineEnd
from khms_trader.errors import Refused
from khms_trader.execution.execute import execute
from khms_trader.planning.executed import Execution, Outcome
from khms_trader.ports import Quotes
from khms_trader.simulator.orders import Division, OrderWanted

ONE, TWO, THREE = "100000", "200000", "200001"
PLAN = swap_plan(sold=(), bought=(TWO, THREE))
HELD_BACK = (LineEnd.SKIPPED, "foreign_order")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PracticeDesk]:
    with a_practice_desk(tmp_path, sold=(ONE,)) as desk:
        yield desk


def asked(symbol: str, side: Side, price: int, quantity: int = 10) -> OrderWanted:
    return OrderWanted(
        symbol=symbol,
        side=side,
        quantity=quantity,
        division=Division.LIMIT,
        price=price,
    )


def in_the_app(desk: PracticeDesk, wanted: OrderWanted) -> int:
    """Place an order as a person does, and return its number."""
    return desk.practice.exchange.place(wanted, desk.clock.now()).number


RESTING = asked(TWO, Side.BUY, 9_000)


def cancel_in_the_app(desk: PracticeDesk, number: int) -> None:
    desk.practice.exchange.cancel(number, desk.clock.now())


def ends_of(execution: Execution) -> dict[str, tuple[LineEnd, str]]:
    assert execution.report is not None
    return {line.symbol: (line.end, line.reason) for line in execution.report.lines}


class Reading:
    """Prices; while the one of ``symbol`` is read, something happens."""

    def __init__(
        self, quotes: Quotes, symbol: str, meanwhile: Callable[[], object]
    ) -> None:
        self.last_price = quotes.last_price
        self._quotes = quotes
        self._symbol = symbol
        self._meanwhile = meanwhile

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        if symbol == self._symbol:
            self._meanwhile()
        return self._quotes.opening_quote(symbol, session)


def test_a_buy_goes_out_once_the_persons_own_is_cancelled(desk: PracticeDesk) -> None:
    number = in_the_app(desk, RESTING)

    first = desk.execute(PLAN)
    cancel_in_the_app(desk, number)
    second = desk.execute()
    third = desk.execute()

    assert ends_of(first) == {TWO: HELD_BACK, THREE: (LineEnd.FILLED, "")}
    assert len(desk.journal.events(kinds=(ExecutionPaused,))) == 1
    assert ends_of(second)[TWO] == (LineEnd.FILLED, "")
    assert third.outcome is Outcome.DONE_BEFORE
    assert desk.count("buy") == 2


def test_the_report_says_whose_order_it_is_and_what_to_do(desk: PracticeDesk) -> None:
    in_the_app(desk, RESTING)

    execution = desk.execute(PLAN)

    text = Path(execution.report_path).read_text("utf-8")
    assert "안 보냄: 같은 종목의 외부 주문이 있음" in text
    assert "앱에서 취소하고 실행 시간(start_window_min) 안에 다시 실행" in text


def test_as_long_as_it_stands_every_rerun_leaves_the_line_alone(
    desk: PracticeDesk,
) -> None:
    in_the_app(desk, RESTING)
    desk.execute(PLAN)

    assert ends_of(desk.execute())[TWO] == HELD_BACK
    assert desk.taken() == [(TWO, "buy"), (THREE, "buy")]


def test_once_it_has_filled_the_shares_are_the_persons(desk: PracticeDesk) -> None:
    number = in_the_app(desk, RESTING)
    desk.execute(PLAN)
    now = desk.clock.now()
    desk.practice.exchange.amend(number, asked(TWO, Side.BUY, 10_300), now)
    desk.clock.sleep(2)

    again = desk.execute()

    assert ends_of(again)[TWO] == (LineEnd.SKIPPED, "held_outside")
    assert desk.journal.events(kinds=(ExecutionFinished,))


def test_after_the_window_it_stays_unsent_and_the_session_ends(
    desk: PracticeDesk,
) -> None:
    number = in_the_app(desk, RESTING)
    desk.execute(PLAN)
    cancel_in_the_app(desk, number)
    desk.clock.move_to(at(9, 31))

    late = desk.execute()

    assert late.outcome is Outcome.DONE_BEFORE
    assert ends_of(late)[TWO] == HELD_BACK
    assert desk.journal.events(kinds=(ExecutionFinished,))
    assert desk.count("buy") == 1


def test_a_run_that_ends_after_the_window_ends_the_session(desk: PracticeDesk) -> None:
    in_the_app(desk, RESTING)
    desk.practice.market.opens[THREE] = 10_400  # above its limit: waited for
    desk.clock.move_to(at(9, 28))

    execution = desk.execute(PLAN)

    assert ends_of(execution)[TWO] == HELD_BACK
    assert desk.clock.now() > at(9, 30)
    assert desk.journal.events(kinds=(ExecutionPaused,)) == ()
    assert len(desk.journal.events(kinds=(ExecutionFinished,))) == 1


@pytest.mark.parametrize("quantity", [4, 10])
def test_a_sale_goes_out_once_the_persons_own_is_cancelled(
    desk: PracticeDesk, quantity: int
) -> None:
    number = in_the_app(desk, asked(ONE, Side.SELL, 12_000, quantity))

    first = desk.execute(swap_plan(sold=(ONE,), bought=()))
    cancel_in_the_app(desk, number)
    desk.clock.sleep(2)
    second = desk.execute()

    assert ends_of(first)[ONE] == HELD_BACK
    assert ends_of(second)[ONE] == (LineEnd.FILLED, "")
    assert desk.record(ONE, Side.SELL).order.quantity == 10


def test_a_halt_beside_it_refuses_the_rerun_and_keeps_the_line(
    desk: PracticeDesk,
) -> None:
    number = in_the_app(desk, RESTING)
    desk.execute(PLAN)
    cancel_in_the_app(desk, number)
    halted = replace(desk.desk(), is_halted=lambda: True, halt_file="HALT")

    with pytest.raises(Refused, match="halted"):
        execute(halted)

    assert ends_of(desk.execute())[TWO] == (LineEnd.FILLED, "")


@pytest.mark.parametrize("sold", [(), (ONE,)])
def test_a_buy_made_while_prices_are_read_is_seen(
    desk: PracticeDesk, sold: tuple[str, ...]
) -> None:
    desk.plans.save(swap_plan(sold=sold, bought=BOUGHT[:4]))
    one = desk.desk()

    def order() -> None:
        in_the_app(desk, RESTING)

    execution = execute(replace(one, quotes=Reading(one.quotes, BOUGHT[1], order)))

    assert ends_of(execution)[TWO] == HELD_BACK
    assert desk.taken().count((TWO, "buy")) == 1
    # A sale of ours has the list read anyway: it is not read twice in a row.
    calls = [seen.call for seen in desk.practice.server.log.seen]
    assert calls[: calls.index("buy")].count("orders") == 2


def test_a_buy_made_while_a_refused_sale_was_sent_is_seen(desk: PracticeDesk) -> None:
    desk.plans.save(swap_plan(sold=(ONE,), bought=BOUGHT[:4]))
    desk.faults.add("sell:1:reject:40250000")
    one = desk.desk()

    def order() -> None:
        in_the_app(desk, RESTING)

    execution = execute(replace(one, quotes=Reading(one.quotes, BOUGHT[1], order)))

    assert ends_of(execution)[ONE][0] is LineEnd.REJECTED
    assert ends_of(execution)[TWO] == HELD_BACK


def test_a_second_list_that_cannot_be_read_holds_no_buy_back(
    desk: PracticeDesk,
) -> None:
    desk.faults.add("orders:2-4:html")

    desk.execute(swap_plan(sold=(), bought=BOUGHT[:4]))

    assert set(desk.states().values()) == {OrderState.FILLED}


def test_lists_that_fail_while_sales_fill_are_no_look_at_what_a_person_did(
    desk: PracticeDesk,
) -> None:
    desk.plans.save(swap_plan(sold=(ONE,), bought=(TWO,)))
    # The whole wait for the sale: every list of it fails, the next one does not.
    desk.faults.add("orders:2-13:html")
    one = desk.desk()

    def order() -> None:
        in_the_app(desk, asked(TWO, Side.BUY, 10_300))

    execution = execute(replace(one, quotes=Reading(one.quotes, TWO, order)))

    assert ends_of(execution)[TWO] == HELD_BACK
    assert desk.taken().count((TWO, "buy")) == 1


def test_where_no_list_is_read_at_all_after_the_sales_nothing_is_bought(
    desk: PracticeDesk,
) -> None:
    desk.faults.add("orders:2+:html")

    execution = desk.execute(swap_plan(sold=(ONE,), bought=BOUGHT[:2]))

    assert desk.count("buy") == 0
    reasons = {ends_of(execution)[symbol] for symbol in BOUGHT[:2]}
    assert reasons == {(LineEnd.SKIPPED, "account_unread")}


def test_where_nothing_is_bought_no_list_is_read_for_it(desk: PracticeDesk) -> None:
    marks = dict.fromkeys(BOUGHT, frozenset({Designation.HALTED}))
    desk.practice.market.marks.update(marks)

    desk.execute(swap_plan(sold=()))

    assert desk.count("orders") == 1
