"""The open questions of an account, and what follows from a person's word."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from fakes import (
    ACCOUNT,
    NEXT_SESSION,
    Answer,
    ScriptedBroker,
    Workbench,
    a_key,
    an_order,
    at,
    plan_of,
)
from khms_trader.domain.order import BrokerOrder, OrderState, Side
from khms_trader.errors import AlreadyRunning, BrokerUnavailable, Refused
from khms_trader.execution.resolve_by_hand import answer, look
from khms_trader.planning.resolved import Choice, Resolution, Word
from khms_trader.storage.run_lock import FileRunLock

ONE, TWO = "100000", "200000"
THIS = Choice(symbol=ONE)
ABSENT = Word(is_not_there=True)
EVENING = at(16)


def lose(bench: Workbench, symbol: str = ONE) -> None:
    bench.broker.answers[symbol] = [Answer.LOSE_UNPLACED]
    bench.execute(plan_of(buys=symbol))


def say(
    bench: Workbench, word: Word, choice: Choice = THIS, *, moment: datetime = EVENING
) -> Resolution:
    if moment > bench.clock.now():
        bench.clock.move_to(moment)
    return answer(bench.office, choice, word, is_confirmed=True)


def place_two_alike(bench: Workbench) -> None:
    """Leave a lost order beside two that fit, so that nobody can tell."""
    bench.journal.intend(
        a_key(ONE), an_order(ONE, limit_price=10_300), plan_id="p", at=at(9, 1)
    )
    for _ in range(2):
        bench.broker.place(an_order(ONE, limit_price=10_300))


def test_without_open_orders_there_is_no_question_and_no_request(
    bench: Workbench,
) -> None:
    bench.broker.failed_reads = 1

    assert look(bench.office) == Resolution(account=ACCOUNT)
    assert bench.broker.failed_reads == 1
    assert bench.broker.account_reads == 0


def test_a_lost_order_is_a_question_with_everything_around_it(
    bench: Workbench,
) -> None:
    place_two_alike(bench)

    found = look(bench.office)

    (question,) = found.questions
    assert found.needs_a_person
    assert question.record.detail == "ambiguous"
    assert [row.number for row in question.alike] == ["0000000001", "0000000002"]
    assert question.shares is not None
    assert (question.shares.expected, question.shares.held) == (0, 20)
    assert question.settles_at == at(15, 35)


def test_what_the_list_can_tell_by_now_is_no_question(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.LOSE]
    bench.broker.listed_from[ONE] = at(9, 10)
    bench.execute(plan_of(buys=ONE))
    bench.clock.move_to(at(9, 11))

    found = look(bench.office)

    assert found.questions == ()
    assert [record.state for record in found.settled] == [OrderState.FILLED]


def test_a_list_that_cannot_be_read_is_told(bench: Workbench) -> None:
    lose(bench)
    bench.broker.failed_reads = 9

    (question,) = look(bench.office).questions

    assert (question.rows, question.unread) == (None, "no_answer")


def test_nothing_is_recorded_without_a_confirmation(bench: Workbench) -> None:
    place_two_alike(bench)
    look(bench.office)
    before = bench.journal.events()

    shown = answer(bench.office, THIS, Word(number="2"), is_confirmed=False)

    assert shown.step is not None
    assert (shown.step.number, shown.is_done) == ("0000000002", False)
    assert shown.needs_a_person
    assert bench.journal.events() == before


def test_the_number_a_person_saw_is_recorded_and_settled_by_the_list(
    bench: Workbench,
) -> None:
    place_two_alike(bench)

    done = say(bench, Word(number="2"), moment=at(9, 2))

    record = bench.record(ONE)
    assert (record.state, record.number) == (OrderState.FILLED, "0000000002")
    assert record.detail == "by_person"
    assert not done.needs_a_person
    assert done.after == record


def test_an_absence_ends_the_question(bench: Workbench) -> None:
    place_two_alike(bench)

    done = say(bench, ABSENT)

    assert bench.state(ONE) is OrderState.NOT_PLACED
    assert bench.record(ONE).detail == "by_person"
    assert done.is_done
    assert bench.journal.managed() == {}


def test_an_absence_is_refused_while_the_session_runs(bench: Workbench) -> None:
    lose(bench)

    with pytest.raises(Refused) as caught:
        say(bench, ABSENT, moment=at(15, 35))

    assert caught.value.code == "resolve_session_not_over"
    assert bench.state(ONE) is OrderState.UNCONFIRMED


def test_a_number_of_ours_is_refused(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.LOSE_UNPLACED]
    bench.execute(plan_of(buys=f"{ONE} {TWO}"))
    number = bench.record(TWO).number

    with pytest.raises(Refused) as caught:
        say(bench, Word(number=number), moment=at(9, 10))

    assert caught.value.code == "resolve_number_taken"


def test_an_intent_of_a_dead_run_is_settled_by_hand_though_no_list_comes(
    bench: Workbench,
) -> None:
    bench.journal.intend(
        a_key(ONE), an_order(ONE, limit_price=10_300), plan_id="p", at=at(9, 1)
    )
    bench.broker.failed_reads = 99

    say(bench, ABSENT)

    assert bench.state(ONE) is OrderState.NOT_PLACED


def test_the_fills_of_a_vanished_order_come_from_a_person(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.fills[ONE] = 3
    bench.execute(plan_of(sells=ONE))
    bench.broker.rows = []
    bench.clock.move_to(at(16))
    (question,) = look(bench.office).questions

    done = say(bench, Word(filled=10, price=Decimal(10_000)))

    assert question.record.has_vanished
    assert question.moved == 3
    record = bench.record(ONE, Side.SELL)
    assert (record.state, record.filled_value) == (OrderState.FILLED, 100_000)
    assert not done.needs_a_person
    assert bench.journal.managed() == {}


class HidingBroker(ScriptedBroker):
    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        if super().orders(session):
            raise BrokerUnavailable("kis_orders_hidden", session=session)
        return ()


def test_an_account_that_never_lists_orders_is_settled_by_hand_in_two_steps(
    bench: Workbench,
) -> None:
    bench.broker = HidingBroker(clock=bench.clock, quotes=bench.quotes)
    bench.broker.answers[ONE] = [Answer.LOSE]
    bench.execute(plan_of(buys=ONE))

    numbered = say(bench, Word(number="1"))
    filled = say(bench, Word(filled=10, price=Decimal(10_000)))

    assert numbered.needs_a_person
    assert numbered.after is not None
    assert numbered.after.has_vanished
    assert not filled.needs_a_person
    assert bench.journal.managed() == {ONE: 10}


def test_the_session_tells_two_questions_of_a_symbol_apart(bench: Workbench) -> None:
    lose(bench)
    bench.clock.move_to(at(9, 1, day=NEXT_SESSION))
    bench.journal.intend(
        a_key(ONE, Side.SELL, session=NEXT_SESSION),
        an_order(ONE, Side.SELL),
        plan_id="p",
        at=bench.clock.now(),
    )
    bench.broker.shares[ONE] = 5  # keeps the first from being ruled out

    with pytest.raises(Refused) as caught:
        say(bench, ABSENT)
    say(bench, ABSENT, Choice(symbol=ONE, side=Side.BUY))

    assert caught.value.code == "resolve_which_one"
    assert bench.state(ONE) is OrderState.NOT_PLACED
    assert bench.state(ONE, Side.SELL) is OrderState.UNCONFIRMED


def test_the_account_is_held_while_a_question_is_settled(bench: Workbench) -> None:
    lose(bench)

    with (
        FileRunLock(bench.folder / "state" / "run.lock").hold("execute"),
        pytest.raises(AlreadyRunning),
    ):
        look(bench.office)
