"""One order out: intent, request, answer, and what is never done twice."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import ACCOUNT, SESSION, Answer, Workbench, a_key, an_order, at, plan_of
from khms_trader.domain.events import (
    OrderAccepted,
    OrderIntended,
    OrderRejected,
    OrderUnconfirmed,
)
from khms_trader.domain.order import Order, OrderState, Side
from khms_trader.errors import StorageError
from khms_trader.execution.send import send
from khms_trader.storage.journal import SqliteJournal

ONE = "100000"
PLAN = plan_of(buys=ONE)
ORDER = an_order(ONE, limit_price=10_300)


def sent(bench: Workbench, order: Order = ORDER) -> bool:
    return send(bench.desk, PLAN, order, open_price=10_000)


def test_an_accepted_order_keeps_the_brokers_number(bench: Workbench) -> None:
    assert sent(bench)

    record = bench.record(ONE)
    assert (record.state, record.number, record.attempts) == (
        OrderState.ACCEPTED,
        "0000000001",
        1,
    )
    assert (record.plan_id, record.open_price) == (PLAN.plan_id, 10_000)


def test_a_natural_key_is_used_once(bench: Workbench) -> None:
    assert sent(bench)

    assert not sent(bench)
    assert bench.broker.submitted == [ORDER]


def test_the_other_side_is_another_order(bench: Workbench) -> None:
    sent(bench)

    assert sent(bench, an_order(ONE, Side.SELL, quantity=3))


def test_a_lost_answer_is_unconfirmed_and_not_sent_again(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.LOSE]

    sent(bench)
    sent(bench)

    assert bench.state(ONE) is OrderState.UNCONFIRMED
    assert bench.record(ONE).detail == "no_answer"
    assert len(bench.broker.submitted) == 1


@pytest.mark.parametrize("failures", [1, 2])
def test_a_broker_that_was_not_reached_is_tried_again_on_the_same_row(
    bench: Workbench, failures: int
) -> None:
    bench.broker.answers[ONE] = [Answer.UNAVAILABLE] * failures

    sent(bench)

    assert bench.state(ONE) is OrderState.ACCEPTED
    assert bench.record(ONE).attempts == failures + 1
    assert len(bench.journal.order_records()) == 1


def test_after_three_attempts_the_order_is_given_up(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.UNAVAILABLE] * 9

    sent(bench)

    record = bench.record(ONE)
    assert (record.state, record.detail) == (OrderState.REJECTED, "no_connection")
    assert len(bench.broker.submitted) == record.attempts == 3


def test_a_lost_answer_after_a_failed_attempt_is_unconfirmed(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.UNAVAILABLE, Answer.LOSE]

    sent(bench)

    assert bench.state(ONE) is OrderState.UNCONFIRMED
    assert len(bench.broker.submitted) == 2


def test_a_definite_no_keeps_the_brokers_reason(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.REJECT]

    sent(bench)

    record = bench.record(ONE)
    assert (record.state, record.detail) == (OrderState.REJECTED, "not_enough_cash")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer.ACK, OrderAccepted),
        (Answer.REJECT, OrderRejected),
        (Answer.LOSE, OrderUnconfirmed),
    ],
)
def test_every_answer_is_an_event_beside_the_row(
    bench: Workbench, answer: Answer, kind: type
) -> None:
    bench.broker.answers[ONE] = [answer]

    sent(bench)

    assert [type(e) for e in bench.journal.events(SESSION)] == [OrderIntended, kind]


class FullDisk(SqliteJournal):
    def intend(self, *arguments: object, **named: object) -> bool:
        raise StorageError("journal_not_writable", path="journal.sqlite3")


def test_an_intent_that_cannot_be_committed_sends_nothing(bench: Workbench) -> None:
    bench.journal.close()
    bench.journal = FullDisk(bench.journal_path, account=ACCOUNT)

    with pytest.raises(StorageError):
        sent(bench)

    assert bench.broker.submitted == []


def test_an_open_order_of_an_earlier_session_blocks_another(bench: Workbench) -> None:
    earlier = SESSION - timedelta(days=1)
    bench.journal.intend(
        a_key(ONE, session=earlier), ORDER, plan_id="p", at=at(9, day=earlier)
    )

    assert not sent(bench)
    assert bench.broker.submitted == []


@settings(max_examples=15, deadline=None)
@given(
    answers=st.lists(st.sampled_from(Answer), max_size=5),
    runs=st.integers(1, 3),
)
def test_whatever_the_broker_answers_one_key_places_at_most_one_order(
    answers: list[Answer], runs: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bench = Workbench(tmp_path_factory.mktemp("bench"))
    bench.broker.answers[ONE] = list(answers)

    for _ in range(runs):
        sent(bench)
    state = bench.state(ONE)
    bench.close()

    first_final = next((a for a in answers if a is not Answer.UNAVAILABLE), Answer.ACK)
    assert len(bench.broker.rows) <= 1
    assert len(bench.broker.submitted) <= 3
    if len(bench.broker.submitted) < 3:
        assert (state is OrderState.REJECTED) == (first_final is Answer.REJECT)
