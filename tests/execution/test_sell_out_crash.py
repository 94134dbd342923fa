"""Lost answers, lost power: an order sent by hand is never doubled either."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from execution.by_hand import ONE, THREE, TWO, ends, held_back, looked, named, sold
from fakes import Answer, ScriptedBroker, Workbench, at
from khms_trader.domain.account import Account
from khms_trader.domain.order import Order
from khms_trader.domain.report import LineEnd
from khms_trader.errors import BrokerUnavailable
from khms_trader.planning.sell_out import HeldBack


def test_a_lost_answer_is_found_in_the_list(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    bench.broker.answers[ONE] = [Answer.LOSE]

    shown = sold(bench)

    assert ends(shown) == {ONE: LineEnd.FILLED}
    assert not shown.needs_a_person


def test_an_order_that_never_shows_up_needs_a_person_and_is_not_sent_again(
    bench: Workbench,
) -> None:
    bench.broker.shares[ONE] = 10
    bench.broker.answers[ONE] = [Answer.LOSE_UNPLACED]

    first, second = sold(bench), sold(bench)

    assert first.needs_a_person
    assert second.needs_a_person
    assert held_back(second) == {ONE: HeldBack.UNKNOWN_ORDER}
    assert len(bench.broker.submitted) == 1


def test_after_the_close_an_order_that_left_no_trace_was_never_placed(
    bench: Workbench,
) -> None:
    bench.broker.shares[ONE] = 10
    bench.broker.answers[ONE] = [Answer.LOSE_UNPLACED]
    sold(bench)
    bench.clock.move_to(at(16))

    shown = looked(bench)

    assert [line.end for line in shown.standing.settled] == [LineEnd.NOT_PLACED]


def test_shares_that_are_gone_keep_a_lost_sale_open(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    bench.broker.answers[ONE] = [Answer.LOSE_UNPLACED]
    sold(bench)
    bench.broker.shares[ONE] = 0
    bench.clock.move_to(at(16))

    shown = looked(bench)

    assert shown.needs_a_person


class PowerLost(BaseException):
    """The machine stops: nothing in our program may catch this."""


class Power:
    """Goes out with the first request after as many as it ``lasts``."""

    def __init__(self, *, lasts: int) -> None:
        self._left = lasts

    def __call__(self, _: Order) -> None:
        self._left -= 1
        if self._left < 0:
            raise PowerLost


def test_killed_before_the_broker_took_it_nothing_is_sent_again(
    bench: Workbench,
) -> None:
    bench.broker.shares |= {ONE: 10, TWO: 5}
    bench.broker.on_submit = Power(lasts=0)
    with pytest.raises(PowerLost):
        sold(bench)
    bench.restart()
    bench.broker.on_submit = lambda _: None

    shown = sold(bench)

    assert held_back(shown) == {ONE: HeldBack.UNKNOWN_ORDER}
    assert ends(shown) == {TWO: LineEnd.FILLED}
    assert shown.needs_a_person
    assert len(bench.broker.rows) == 1


def test_killed_after_the_broker_took_it_the_order_is_found_and_told(
    bench: Workbench,
) -> None:
    bench.broker.shares |= {ONE: 10, TWO: 5}

    def taken_then_lost(order: Order) -> None:
        bench.broker.place(order)
        raise PowerLost

    bench.broker.on_submit = taken_then_lost
    with pytest.raises(PowerLost):
        sold(bench)
    bench.restart()
    bench.broker.on_submit = lambda _: None

    shown = sold(bench)

    assert [(s.symbol, s.end) for s in shown.standing.settled] == [
        (ONE, LineEnd.FILLED)
    ]
    assert ends(shown) == {TWO: LineEnd.FILLED}
    assert [row.symbol for row in bench.broker.rows] == [ONE, TWO]


class ReadOnce(ScriptedBroker):
    """A broker that shows the account before the orders, and not again."""

    def account(self) -> Account:
        if self.submitted:
            raise BrokerUnavailable("no_answer")
        return super().account()


def test_an_account_that_cannot_be_read_afterwards_hides_no_order(
    bench: Workbench,
) -> None:
    bench.broker = ReadOnce(clock=bench.clock, quotes=bench.quotes, shares={ONE: 10})

    shown = sold(bench)

    assert ends(shown) == {ONE: LineEnd.FILLED}
    assert shown.after is None


@settings(max_examples=15, deadline=None)
@given(
    runs=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 90)), max_size=4),
    answers=st.dictionaries(
        st.sampled_from([ONE, TWO, THREE]),
        st.lists(st.sampled_from(Answer), max_size=3),
    ),
    fills=st.integers(0, 10),
)
def test_however_often_it_runs_and_dies_no_managed_share_is_sold(
    runs: list[tuple[int, int]],
    answers: dict[str, list[Answer]],
    fills: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    bench = Workbench(tmp_path_factory.mktemp("bench"))
    bench.own(THREE, 10)
    bench.broker.shares |= {ONE: 10, TWO: 5, THREE: 14}
    bench.broker.answers = {symbol: list(each) for symbol, each in answers.items()}
    bench.broker.fills = {ONE: fills, TWO: fills}

    for dies_at, pause in runs:
        bench.broker.on_submit = Power(lasts=dies_at)
        try:
            sold(bench, named(ONE, TWO, THREE))
        except PowerLost:
            bench.restart()
        bench.clock.sleep(pause)
    shares, managed = dict(bench.broker.shares), dict(bench.journal.managed())
    bench.close()

    placed = {
        symbol: sum(r.quantity for r in bench.broker.rows if r.symbol == symbol)
        for symbol in (ONE, TWO, THREE)
    }
    assert managed == {THREE: 10}
    assert shares[THREE] in {10, 14}
    assert placed[ONE] <= 10
    assert placed[TWO] <= 5
    assert placed[THREE] <= 4
