"""What becomes of orders that left: looked up, never guessed, never sent again."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from fakes import (
    ACCOUNT,
    NEXT_SESSION,
    SESSION,
    Answer,
    ScriptedBroker,
    Workbench,
    a_buy,
    a_key,
    a_plan,
    an_order,
    at,
    plan_of,
)
from khms_trader.domain.events import (
    ForeignOrdersSeen,
    LineSkipped,
    OrderAccepted,
    OrderNoted,
    OrderNotPlaced,
    OrderUnconfirmed,
)
from khms_trader.domain.order import BrokerOrder, OrderState, Side
from khms_trader.domain.report import LineEnd
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.follow import settle_orders

ONE, TWO, THREE = "100000", "200000", "300000"


def intend(bench: Workbench, symbol: str, side: Side = Side.BUY) -> None:
    """Leave behind what a run leaves that dies before its request is answered."""
    limit = 10_300 if side is Side.BUY else None
    key = a_key(symbol, side)
    order = an_order(symbol, side, limit_price=limit)
    bench.journal.intend(key, order, plan_id="p", at=bench.clock.now())
    bench.journal.attempt(key, at=bench.clock.now())


def settle_at(bench: Workbench, moment: datetime) -> None:
    bench.clock.move_to(moment)
    settle_orders(bench.office)


def test_a_lost_answer_is_explained_by_the_one_new_row(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.LOSE]

    execution = bench.execute(plan_of(buys=ONE))

    assert bench.record(ONE).number == "0000000001"
    assert bench.state(ONE) is OrderState.FILLED
    assert execution.report is not None
    assert not execution.report.needs_a_person
    assert len(bench.broker.submitted) == 1


def test_a_row_that_shows_up_late_is_waited_for(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.LOSE]
    bench.broker.listed_from[ONE] = at(9, 1, 25)

    bench.execute(plan_of(buys=ONE))

    assert bench.state(ONE) is OrderState.FILLED


def test_an_order_nobody_shows_stays_unconfirmed_and_needs_a_person(
    bench: Workbench,
) -> None:
    bench.broker.answers[ONE] = [Answer.LOSE_UNPLACED]

    execution = bench.execute(plan_of(buys=f"{ONE} {TWO}"))

    assert execution.report is not None
    assert execution.report.needs_a_person
    assert [line.end for line in execution.report.lines] == [
        LineEnd.UNCONFIRMED,
        LineEnd.FILLED,
    ]
    assert bench.clock.now() < at(9, 2)


def test_an_unknown_buy_keeps_its_slot(bench: Workbench) -> None:
    bench.rules = replace(bench.rules, max_positions=1)
    bench.journal.intend(
        a_key(ONE, session=at(9).date() - timedelta(days=1)),
        an_order(ONE, limit_price=10_300),
        plan_id="p",
        at=at(9, day=at(9).date() - timedelta(days=1)),
    )
    # A row of the same symbol and side keeps the old order from being ruled out.
    stranger = an_order(ONE, quantity=3, limit_price=9_000)
    bench.clock = type(bench.clock)(at(9, day=at(9).date() - timedelta(days=1)))
    bench.broker.clock = bench.clock
    bench.broker.fills[ONE] = 0
    bench.broker.place(stranger)
    bench.clock.move_to(at(9, 1))

    bench.execute(plan_of(buys=TWO))

    skips = [e.reason for e in bench.published if isinstance(e, LineSkipped)]
    assert bench.state(ONE) is OrderState.UNCONFIRMED
    assert skips == ["no_slot"]


def test_a_buy_that_vanished_from_the_list_keeps_its_slot(bench: Workbench) -> None:
    bench.rules = replace(bench.rules, max_positions=1)
    before = at(9).date() - timedelta(days=1)
    key = a_key(ONE, session=before)
    moment = at(9, day=before)
    bench.journal.intend(key, an_order(ONE, limit_price=10_300), plan_id="p", at=moment)
    bench.journal.attempt(key, at=moment)
    bench.journal.advance(key, OrderState.ACCEPTED, at=moment, number="0000000042")
    # The broker's list of that day lacks it, though it was accepted.

    bench.execute(plan_of(buys=TWO))

    skips = [e.reason for e in bench.published if isinstance(e, LineSkipped)]
    assert bench.journal.order_records(before)[0].has_vanished
    assert skips == ["no_slot"]


def test_an_unknown_buy_keeps_its_cash(bench: Workbench) -> None:
    bench.broker.cash = 110_000
    intend(bench, ONE)

    bench.execute(plan_of(buys=f"{ONE} {TWO}"))

    # 103,000 of 110,000 won stay with the unknown order, at its limit price.
    assert bench.broker.submitted == []


def test_an_intent_found_at_the_start_is_unconfirmed(bench: Workbench) -> None:
    intend(bench, ONE)
    bench.restart()

    bench.execute(plan_of(buys=ONE))

    assert bench.state(ONE) is OrderState.UNCONFIRMED
    assert bench.broker.submitted == []


def test_an_intent_whose_order_did_arrive_is_taken_up(bench: Workbench) -> None:
    intend(bench, ONE)
    bench.broker.place(an_order(ONE, limit_price=10_300))

    bench.execute(plan_of(buys=ONE))

    assert bench.state(ONE) is OrderState.FILLED
    assert bench.broker.submitted == []
    assert bench.journal.managed() == {ONE: 10}


def test_two_rows_that_fit_explain_nothing(bench: Workbench) -> None:
    intend(bench, ONE)
    bench.broker.place(an_order(ONE, limit_price=10_300))
    bench.broker.place(an_order(ONE, limit_price=10_300))

    settle_at(bench, at(9, 2))
    settle_at(bench, at(16))

    assert bench.state(ONE) is OrderState.UNCONFIRMED
    assert bench.record(ONE).detail == "ambiguous"
    notes = bench.journal.events(SESSION, kinds=(OrderNoted,))
    assert [event.detail for event in notes if isinstance(event, OrderNoted)] == [
        "ambiguous"
    ]


@pytest.mark.parametrize(
    "order",
    [
        an_order(TWO, limit_price=10_300),
        an_order(ONE, Side.SELL),
        an_order(ONE, quantity=9, limit_price=10_300),
        an_order(ONE),
    ],
)
def test_a_row_that_differs_explains_nothing(bench: Workbench, order: object) -> None:
    intend(bench, ONE)
    bench.broker.fills = {ONE: 0, TWO: 0}
    bench.broker.place(order)  # type: ignore[arg-type]

    settle_at(bench, at(9, 2))

    assert bench.state(ONE) is OrderState.UNCONFIRMED


def test_a_row_from_before_the_intent_explains_nothing(bench: Workbench) -> None:
    bench.broker.fills[ONE] = 0
    bench.broker.place(an_order(ONE, limit_price=10_300))
    bench.clock.sleep(10)
    intend(bench, ONE)

    settle_at(bench, at(9, 2))

    assert bench.state(ONE) is OrderState.UNCONFIRMED


@pytest.mark.parametrize("moment", [at(9, 2), at(15, 30), at(15, 30, 20), at(15, 35)])
def test_while_the_session_may_still_run_a_missing_row_proves_nothing(
    bench: Workbench, moment: datetime
) -> None:
    intend(bench, ONE)

    settle_at(bench, moment)

    assert bench.state(ONE) is OrderState.UNCONFIRMED


def test_after_the_close_a_complete_list_proves_it_was_never_placed(
    bench: Workbench,
) -> None:
    intend(bench, ONE)

    settle_at(bench, at(15, 35, 1))

    assert bench.state(ONE) is OrderState.NOT_PLACED
    kinds = [type(event) for event in bench.journal.events(SESSION)][-2:]
    assert kinds == [OrderUnconfirmed, OrderNotPlaced]


def test_the_next_day_proves_it_too(bench: Workbench) -> None:
    intend(bench, ONE)

    settle_at(bench, at(7, 50, day=NEXT_SESSION))

    assert bench.state(ONE) is OrderState.NOT_PLACED


def test_shares_that_came_from_nowhere_keep_a_buy_unconfirmed(bench: Workbench) -> None:
    intend(bench, ONE)
    bench.broker.shares[ONE] = 10

    settle_at(bench, at(16))

    assert bench.state(ONE) is OrderState.UNCONFIRMED


def test_shares_that_went_missing_keep_a_sale_unconfirmed(bench: Workbench) -> None:
    bench.own(ONE)
    intend(bench, ONE, Side.SELL)
    bench.broker.shares[ONE] = 0

    settle_at(bench, at(16))

    assert bench.state(ONE, Side.SELL) is OrderState.UNCONFIRMED


def test_unchanged_shares_let_a_sale_be_ruled_out(bench: Workbench) -> None:
    bench.own(ONE)
    intend(bench, ONE, Side.SELL)

    settle_at(bench, at(16))

    assert bench.state(ONE, Side.SELL) is OrderState.NOT_PLACED


def test_a_list_that_cannot_be_read_settles_nothing(bench: Workbench) -> None:
    intend(bench, ONE)
    bench.broker.failed_reads = 1

    with pytest.raises(BrokerUnavailable):
        settle_at(bench, at(16))

    assert bench.state(ONE) is OrderState.INTENDED


def test_without_open_orders_the_broker_is_not_asked(bench: Workbench) -> None:
    bench.broker.failed_reads = 1

    settle_at(bench, at(16))

    assert bench.broker.failed_reads == 1


def test_a_broker_that_counts_fewer_fills_than_before_is_not_believed(
    bench: Workbench,
) -> None:
    bench.broker.fills[ONE] = 6
    bench.own(ONE)
    bench.execute(plan_of(sells=ONE))
    before = bench.record(ONE, Side.SELL)

    bench.broker.fills[ONE] = 0
    bench.broker.rows = [
        replace(row, filled_quantity=0, filled_value=0) for row in bench.broker.rows
    ]
    settle_at(bench, at(10))

    assert bench.record(ONE, Side.SELL) == before


def test_fills_are_rolled_on_as_the_list_shows_them(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.fills[ONE] = 3
    bench.execute(plan_of(sells=ONE))
    seen = [bench.record(ONE, Side.SELL).filled_quantity]

    for most, moment in ((7, at(10)), (10, at(11))):
        bench.broker.fills[ONE] = most
        settle_at(bench, moment)
        seen.append(bench.record(ONE, Side.SELL).filled_quantity)

    assert seen == [3, 7, 10]
    assert bench.record(ONE, Side.SELL).filled_value == 100_000
    assert bench.state(ONE, Side.SELL) is OrderState.FILLED
    assert bench.journal.managed() == {}


def test_an_order_that_a_person_cancelled_is_cancelled(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.fills[ONE] = 3
    bench.execute(plan_of(sells=ONE))
    (row,) = bench.broker.rows
    bench.broker.cancel(row)

    settle_at(bench, at(10))

    record = bench.record(ONE, Side.SELL)
    assert (record.state, record.filled_quantity) == (OrderState.CANCELLED, 3)
    assert bench.journal.managed() == {ONE: 7}


def test_numbers_of_other_orders_explain_nothing(bench: Workbench) -> None:
    intend(bench, ONE)
    number = bench.broker.place(an_order(ONE, limit_price=10_300))
    other = replace(a_key(ONE), purpose="manual-1")
    bench.journal.advance(a_key(ONE), OrderState.UNCONFIRMED, at=at(9, 1))
    bench.journal.advance(a_key(ONE), OrderState.ACCEPTED, at=at(9, 1), number=number)
    settle_at(bench, at(9, 2))
    bench.journal.intend(
        other, an_order(ONE, limit_price=10_300), plan_id="", at=at(9, 2)
    )

    settle_at(bench, at(9, 3))

    states = {r.key.purpose: r.state for r in bench.journal.order_records()}
    assert states == {"plan": OrderState.FILLED, "manual-1": OrderState.UNCONFIRMED}


def test_unknown_lines_of_one_phase_are_resolved_together(bench: Workbench) -> None:
    symbols = (ONE, TWO, THREE)
    bench.broker.answers = {symbol: [Answer.LOSE] for symbol in symbols}

    bench.execute(plan_of(buys=" ".join(symbols)))

    accepted = [
        event.key.symbol
        for event in bench.journal.events(SESSION, kinds=(OrderAccepted,))
        if isinstance(event, OrderAccepted)
    ]
    assert accepted == [ONE, TWO, THREE]
    assert bench.broker.shares == {ONE: 10, TWO: 10, THREE: 10}


def test_an_unknown_sale_keeps_its_slot_until_it_is_explained(
    bench: Workbench,
) -> None:
    bench.rules = replace(bench.rules, max_positions=1)
    bench.own(ONE)
    bench.broker.answers[ONE] = [Answer.LOSE_UNPLACED]

    bench.execute(plan_of(buys=TWO, sells=ONE))

    assert bench.state(ONE, Side.SELL) is OrderState.UNCONFIRMED
    assert bench.broker.shares == {ONE: 10}


def test_orders_of_several_sessions_are_settled_by_their_own_lists(
    bench: Workbench,
) -> None:
    bench.own(ONE)
    bench.broker.fills[ONE] = 0
    bench.execute(plan_of(sells=ONE))
    bench.clock.move_to(at(9, 1, day=NEXT_SESSION))

    plan = a_plan(
        buys=[a_buy(TWO)], session=NEXT_SESSION, asof=SESSION, account=ACCOUNT
    )
    bench.execute(plan)

    assert bench.state(ONE, Side.SELL) is OrderState.EXPIRED
    assert bench.state(TWO) is OrderState.FILLED


def test_one_reading_of_the_account_serves_every_unknown_order(
    bench: Workbench,
) -> None:
    for symbol in (ONE, TWO, THREE):
        intend(bench, symbol)
    bench.broker.place(an_order(TWO, limit_price=10_300))

    settle_at(bench, at(16))

    assert bench.broker.account_reads == 1
    assert [bench.state(symbol) for symbol in (ONE, TWO, THREE)] == [
        OrderState.NOT_PLACED,
        OrderState.EXPIRED,
        OrderState.NOT_PLACED,
    ]


def test_the_account_is_not_read_while_the_list_is_silent(bench: Workbench) -> None:
    intend(bench, ONE)

    settle_at(bench, at(9, 2))

    assert bench.broker.account_reads == 0


def test_a_holding_that_moved_too_far_keeps_a_fitting_order_back(
    bench: Workbench,
) -> None:
    intend(bench, ONE)
    bench.broker.place(an_order(ONE, limit_price=10_300))
    bench.broker.shares[ONE] = 10  # an order the list does not show

    settle_at(bench, at(9, 2))
    kept = bench.record(ONE)
    bench.broker.shares[ONE] = 10
    settle_at(bench, at(9, 3))

    assert (kept.state, kept.detail) == (OrderState.UNCONFIRMED, "contradicted")
    assert bench.state(ONE) is OrderState.FILLED
    assert bench.record(ONE).detail == "found_in_list"


def test_orders_by_hand_are_named_and_never_adopted(bench: Workbench) -> None:
    intend(bench, ONE)
    bench.broker.place(an_order(ONE, quantity=3, limit_price=9_900))
    bench.broker.place(an_order(TWO, Side.SELL))

    settle_at(bench, at(9, 2))
    settle_at(bench, at(9, 3))

    seen = bench.journal.events(SESSION, kinds=(ForeignOrdersSeen,))
    assert [
        [row.number for row in event.rows]
        for event in seen
        if isinstance(event, ForeignOrdersSeen)
    ] == [["0000000001", "0000000002"]]
    assert bench.state(ONE) is OrderState.UNCONFIRMED


def test_orders_of_ours_are_not_named_as_foreign(bench: Workbench) -> None:
    bench.own(TWO)
    bench.broker.answers[ONE] = [Answer.LOSE]

    bench.execute(plan_of(buys=ONE, sells=TWO))

    assert bench.journal.events(SESSION, kinds=(ForeignOrdersSeen,)) == ()


def resting_sale(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.fills[ONE] = 3
    bench.execute(plan_of(sells=ONE))


def test_an_accepted_order_missing_from_the_list_stays_while_the_session_runs(
    bench: Workbench,
) -> None:
    resting_sale(bench)
    bench.broker.rows = []
    before = bench.record(ONE, Side.SELL)

    settle_at(bench, at(15, 35))

    assert bench.record(ONE, Side.SELL) == before


def test_an_accepted_order_missing_after_the_close_needs_a_person(
    bench: Workbench,
) -> None:
    resting_sale(bench)
    bench.broker.rows = []

    settle_at(bench, at(15, 35, 1))
    settle_at(bench, at(16))
    execution = bench.execute()

    record = bench.record(ONE, Side.SELL)
    assert record.state is OrderState.PARTIALLY_FILLED
    assert record.has_vanished
    assert record.needs_a_person
    assert execution.report is not None
    assert execution.report.needs_a_person
    assert len(bench.journal.events(SESSION, kinds=(OrderNoted,))) == 1


def test_an_order_that_shows_up_again_is_settled_by_its_row(bench: Workbench) -> None:
    resting_sale(bench)
    rows, bench.broker.rows = bench.broker.rows, []
    settle_at(bench, at(16))
    bench.broker.rows = rows

    settle_at(bench, at(17))

    record = bench.record(ONE, Side.SELL)
    assert (record.state, record.filled_quantity) == (OrderState.EXPIRED, 3)
    assert record.detail == "listed_again"
    assert not record.needs_a_person


def test_a_row_of_another_symbol_under_our_number_is_not_ours(
    bench: Workbench,
) -> None:
    resting_sale(bench)
    bench.broker.rows = [
        replace(row, symbol=TWO, filled_quantity=10, is_open=False)
        for row in bench.broker.rows
    ]

    settle_at(bench, at(16))

    assert bench.record(ONE, Side.SELL).has_vanished
    assert bench.record(ONE, Side.SELL).filled_quantity == 3


class HidingBroker(ScriptedBroker):
    """Counts orders and never lists them, as some virtual accounts do."""

    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        raise BrokerUnavailable("kis_orders_hidden", session=session)


def test_a_list_that_hides_its_orders_for_good_keeps_no_job_waiting(
    bench: Workbench,
) -> None:
    resting_sale(bench)
    intend(bench, TWO)
    bench.broker = HidingBroker(
        clock=bench.clock, quotes=bench.quotes, shares=bench.broker.shares
    )

    with pytest.raises(BrokerUnavailable):
        settle_at(bench, at(15, 35))
    settle_at(bench, at(15, 35, 1))

    assert bench.record(ONE, Side.SELL).has_vanished
    assert bench.state(TWO) is OrderState.UNCONFIRMED
