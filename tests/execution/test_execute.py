"""A run of execute: what leaves, in which order, at most once, and what is reported."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fakes import (
    ACCOUNT,
    ASOF,
    NEXT_SESSION,
    SESSION,
    Answer,
    Workbench,
    a_buy,
    a_key,
    a_plan,
    a_quote,
    a_sell,
    an_order,
    at,
    plan_of,
)
from khms_trader.domain.events import (
    AccountConfirmed,
    AccountObserved,
    ExecutionFinished,
    ExecutionStarted,
    LineSkipped,
    OrderAccepted,
    OrderFilled,
    OrderIntended,
)
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import Order, OrderState, OrderType, Side
from khms_trader.domain.report import LineEnd
from khms_trader.errors import AlreadyRunning, BrokerUnavailable, PlanError, Refused
from khms_trader.execution.execute import execute
from khms_trader.execution.follow import settle_orders
from khms_trader.market.rates import CostRates
from khms_trader.planning.executed import Outcome

ONE, TWO, THREE, FOUR = "100000", "200000", "300000", "400000"


def reason_of(bench: Workbench, symbol: str) -> list[str]:
    return [
        event.reason
        for event in bench.published
        if isinstance(event, LineSkipped) and event.symbol == symbol
    ]


def intents_on_disk(path: Path, symbol: str) -> int:
    """Count committed intents from a connection of our own, as another program."""
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM orders WHERE symbol = ? AND state = 'INTENDED'"
            " AND attempts > 0",
            (symbol,),
        ).fetchone()
    return int(count)


def test_a_plan_is_bought_and_sold_and_reported(bench: Workbench) -> None:
    bench.own(ONE)

    execution = bench.execute(plan_of(buys=f"{TWO} {THREE}", sells=ONE))

    assert execution.outcome is Outcome.EXECUTED
    assert bench.broker.shares == {ONE: 0, TWO: 10, THREE: 10}
    assert execution.report is not None
    assert [(line.symbol, line.end) for line in execution.report.lines] == [
        (ONE, LineEnd.FILLED),
        (TWO, LineEnd.FILLED),
        (THREE, LineEnd.FILLED),
    ]
    assert Path(execution.report_path).name == f"20260304_{ACCOUNT}.md"
    assert Path(execution.report_path).exists()


def test_the_intent_is_on_the_disk_before_the_request_leaves(bench: Workbench) -> None:
    seen: list[int] = []
    bench.broker.on_submit = lambda order: seen.append(
        intents_on_disk(bench.journal_path, order.symbol)
    )

    bench.execute(plan_of(buys=f"{ONE} {TWO}"))

    assert seen == [1, 1]


def test_sells_go_first_and_buys_in_the_order_of_their_rank(bench: Workbench) -> None:
    bench.own(THREE)

    bench.execute(plan_of(buys=f"{TWO} {ONE}", sells=THREE))

    assert [(o.side, o.symbol) for o in bench.broker.submitted] == [
        (Side.SELL, THREE),
        (Side.BUY, TWO),
        (Side.BUY, ONE),
    ]


def test_buys_are_limit_orders_within_the_collar_and_sells_market_orders(
    bench: Workbench,
) -> None:
    bench.own(ONE)

    bench.execute(plan_of(buys=TWO, sells=ONE))

    sell, buy = bench.broker.submitted
    assert (sell.order_type, sell.limit_price) == (OrderType.MARKET, None)
    assert (buy.order_type, buy.limit_price) == (OrderType.LIMIT, 10_300)


def test_proceeds_of_a_sale_pay_for_a_buy(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.cash = 3_000

    bench.execute(plan_of(buys=TWO, sells=ONE))

    # 3,000 + 100,000 won pay for ten shares at the limit of 10,300.
    assert bench.broker.shares[TWO] == 10


def test_an_order_is_cut_to_the_cash(bench: Workbench) -> None:
    bench.broker.cash = 50_000

    bench.execute(plan_of(buys=f"{ONE} {TWO}"))

    assert bench.broker.shares == {ONE: 4}
    assert reason_of(bench, TWO) == ["no_cash"]


def test_a_sale_frees_the_slot_for_a_buy(bench: Workbench) -> None:
    bench.own(ONE)
    bench.rules = replace(bench.rules, max_positions=1)

    bench.execute(plan_of(buys=f"{TWO} {THREE}", sells=ONE))

    assert bench.broker.shares == {ONE: 0, TWO: 10}
    assert reason_of(bench, THREE) == ["no_slot"]


def test_a_sale_that_did_not_fill_frees_no_slot(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.fills[ONE] = 4
    bench.rules = replace(bench.rules, max_positions=1)

    bench.execute(plan_of(buys=TWO, sells=ONE))

    assert reason_of(bench, TWO) == ["no_slot"]
    assert bench.state(ONE, Side.SELL) is OrderState.PARTIALLY_FILLED


def test_shares_sold_by_hand_free_their_slot(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.shares[ONE] = 0
    bench.rules = replace(bench.rules, max_positions=1)

    bench.execute(plan_of(buys=TWO))

    assert bench.broker.shares[TWO] == 10


def test_a_market_buy_of_unknown_outcome_keeps_its_cash_at_the_upper_limit(
    bench: Workbench,
) -> None:
    bench.rules = replace(bench.rules, buy_order=OrderType.MARKET)
    bench.broker.cash = 150_000
    bench.broker.answers[ONE] = [Answer.LOSE_UNPLACED]
    bench.broker.on_submit = lambda order: bench.clock.sleep(1)
    bench.execute(plan_of(buys=ONE))
    reopen(bench)

    bench.execute(plan_of(buys=f"{ONE} {TWO}"))

    # 130,000 of 150,000 won stay with the order nobody knows; one share costs 13,000.
    assert bench.broker.shares == {TWO: 1}


def reopen(bench: Workbench) -> None:
    """Forget that the session's plan was executed, as if the run had crashed."""
    bench.journal.close()
    with closing(sqlite3.connect(bench.journal_path)) as connection:
        connection.executescript(
            "DROP TRIGGER events_stay;"
            "DELETE FROM events WHERE kind IN ('ExecutionStarted', 'ExecutionFinished')"
        )
    bench.journal = bench._open_journal()


def test_a_market_buy_of_unknown_outcome_keeps_cash_even_without_a_quote(
    bench: Workbench,
) -> None:
    bench.rules = replace(bench.rules, buy_order=OrderType.MARKET)
    bench.broker.cash = 210_000
    bench.broker.answers[ONE] = [Answer.LOSE_UNPLACED]
    bench.execute(plan_of(buys=ONE))
    reopen(bench)
    bench.quotes.quotes[ONE] = None

    bench.execute(plan_of(buys=f"{ONE} {TWO}"))

    # Without a quote twice the known open is kept: 10,000 won are left, a share is
    # reserved at 13,000.
    assert bench.broker.shares == {}
    assert reason_of(bench, TWO) == ["no_cash"]


def test_holdings_of_a_person_are_neither_sold_nor_bought_more_of(
    bench: Workbench,
) -> None:
    bench.broker.shares = {ONE: 7, TWO: 3}

    bench.execute(plan_of(buys=TWO, sells=ONE))

    assert bench.broker.submitted == []
    assert reason_of(bench, ONE) == ["held_outside"]
    assert reason_of(bench, TWO) == ["held_outside"]


def test_a_symbol_of_the_settings_is_never_sold(bench: Workbench) -> None:
    bench.own(ONE)
    bench.legacy = frozenset({ONE})

    bench.execute(plan_of(sells=ONE))

    assert bench.broker.submitted == []


def test_shares_a_person_added_are_not_sold_along(bench: Workbench) -> None:
    bench.own(ONE, 10)
    bench.broker.shares[ONE] = 23

    bench.execute(plan_of(sells=ONE))

    assert bench.broker.shares[ONE] == 13


def test_lines_that_cannot_trade_say_why(bench: Workbench) -> None:
    bench.own(THREE)
    bench.quotes.quotes = {
        ONE: a_quote(
            ONE, open_price=None, designations=frozenset({Designation.HALTED})
        ),
        TWO: None,
        THREE: a_quote(THREE, open_price=None),
    }

    bench.execute(plan_of(buys=f"{ONE} {TWO}", sells=f"{THREE} {FOUR}"))

    assert bench.broker.submitted == []
    assert reason_of(bench, ONE) == ["halted"]
    assert reason_of(bench, TWO) == ["no_open_price"]
    assert reason_of(bench, THREE) == ["no_open_price"]
    assert reason_of(bench, FOUR) == ["not_held"]


def test_only_candidates_cost_a_quote(bench: Workbench) -> None:
    plan = a_plan(
        buys=[a_buy(ONE, rank=1), a_buy(TWO, rank=2)],
        sells=[a_sell(THREE), a_sell(FOUR)],
        slots_free=1,
    )
    bench.plans.save(plan)
    asked = bench.quotes.asked
    bench.broker.quotes = type(bench.quotes)()

    bench.execute()

    assert asked == [ONE]


def test_a_definite_no_ends_that_line_only(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.REJECT]

    execution = bench.execute(plan_of(buys=f"{ONE} {TWO}"))

    assert execution.report is not None
    assert [line.end for line in execution.report.lines] == [
        LineEnd.REJECTED,
        LineEnd.FILLED,
    ]
    assert len(bench.broker.submitted) == 2


def test_a_refused_buy_is_not_replaced_by_the_next_rank(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.REJECT]
    plan = a_plan(buys=[a_buy(ONE, rank=1), a_buy(TWO, rank=2)], slots_free=1)

    bench.execute(plan)

    assert bench.broker.shares == {}
    assert reason_of(bench, TWO) == ["no_slot"]


def test_unfilled_buys_are_cancelled_at_the_deadline(bench: Workbench) -> None:
    bench.broker.fills = {ONE: 0, TWO: 4}

    execution = bench.execute(plan_of(buys=f"{ONE} {TWO}"))

    assert execution.report is not None
    assert [line.end for line in execution.report.lines] == [
        LineEnd.CANCELLED,
        LineEnd.PARTIAL,
    ]
    assert [row.is_cancelled for row in bench.broker.rows] == [True, True]
    assert bench.clock.now() >= at(9, 6)


def test_unfilled_sells_rest_and_are_settled_after_the_close(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.fills[ONE] = 0

    first = bench.execute(plan_of(sells=ONE))
    bench.clock.move_to(at(15, 36))
    second = bench.execute()

    assert first.report is not None
    assert second.report is not None
    assert [line.end for line in first.report.lines] == [LineEnd.OPEN]
    assert [line.end for line in second.report.lines] == [LineEnd.EXPIRED]
    assert not bench.broker.rows[0].is_cancelled


def test_a_fill_of_the_closing_auction_is_not_missed_right_after_the_close(
    bench: Workbench,
) -> None:
    bench.own(ONE)
    bench.broker.fills[ONE] = 0
    bench.execute(plan_of(sells=ONE))

    bench.clock.move_to(at(15, 30, 5))
    bench.execute()
    bench.broker.fills[ONE] = 10
    bench.clock.sleep(30)
    bench.execute()

    assert bench.state(ONE, Side.SELL) is OrderState.FILLED


def test_a_cancel_that_fails_leaves_the_order_open_until_the_list_says_more(
    bench: Workbench,
) -> None:
    bench.broker.fills[ONE] = 0
    bench.broker.can_cancel = False

    first = bench.execute(plan_of(buys=ONE))
    bench.clock.move_to(at(15, 36))
    second = bench.execute()

    assert first.report is not None
    assert second.report is not None
    assert [line.end for line in first.report.lines] == [LineEnd.OPEN]
    assert [line.end for line in second.report.lines] == [LineEnd.EXPIRED]


def test_a_second_run_tries_a_failed_cancel_again(bench: Workbench) -> None:
    bench.broker.fills[ONE] = 0
    bench.broker.can_cancel = False
    bench.execute(plan_of(buys=ONE))

    bench.broker.can_cancel = True
    bench.execute()

    assert bench.state(ONE) is OrderState.CANCELLED


def test_a_read_that_fails_while_waiting_does_not_leave_buys_uncancelled(
    bench: Workbench,
) -> None:
    def fail_later(order: Order) -> None:
        bench.broker.failed_reads = 2

    bench.broker.fills[ONE] = 0
    bench.broker.on_submit = fail_later

    bench.execute(plan_of(buys=ONE))

    assert bench.state(ONE) is OrderState.CANCELLED


def test_a_second_run_sends_nothing_and_shows_the_report(bench: Workbench) -> None:
    first = bench.execute(plan_of(buys=f"{ONE} {TWO}", sells=THREE))
    sent = list(bench.broker.submitted)
    bench.restart()
    bench.clock.sleep(60)

    second = bench.execute()

    assert second.outcome is Outcome.DONE_BEFORE
    assert bench.broker.submitted == sent
    assert second.report == first.report


def test_a_second_run_long_after_the_window_still_shows_the_report(
    bench: Workbench,
) -> None:
    first = bench.execute(plan_of(buys=ONE))
    bench.clock.move_to(at(14))

    assert bench.execute().report == first.report


def test_the_report_stays_the_same_after_the_evenings_look_at_the_account(
    bench: Workbench,
) -> None:
    first = bench.execute(plan_of(buys=ONE))
    bench.clock.move_to(at(15, 40))
    bench.broker.cash += 777
    evening = AccountObserved(
        at=bench.clock.now(),
        account=ACCOUNT,
        session=SESSION,
        observed=bench.broker.account(),
    )
    bench.journal.append(evening)

    assert bench.execute().report == first.report


def test_what_happened_is_published_in_order(bench: Workbench) -> None:
    bench.execute(plan_of(buys=ONE))

    kinds = [type(event) for event in bench.journal.events(SESSION)]
    assert kinds == [
        ExecutionStarted,
        AccountObserved,
        OrderIntended,
        OrderAccepted,
        OrderFilled,
        AccountObserved,
        ExecutionFinished,
    ]


def test_nothing_is_sent_while_another_run_holds_the_account(bench: Workbench) -> None:
    bench.plans.save(plan_of(buys=ONE))

    with bench.office.lock.hold("prepare"), pytest.raises(AlreadyRunning):
        bench.execute()

    assert bench.broker.submitted == []


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (at(8, 59, 59), "before_open"),
        (at(9, 30, 1), "start_window_over"),
        (at(15, 40), "start_window_over"),
    ],
)
def test_outside_the_window_nothing_is_sent(
    tmp_path: Path, moment: object, code: str
) -> None:
    bench = Workbench(tmp_path, start_at=at(8))
    bench.clock.move_to(moment)  # type: ignore[arg-type]

    with pytest.raises(Refused) as caught:
        bench.execute(plan_of(buys=ONE))

    bench.close()
    assert caught.value.code == code
    assert bench.broker.submitted == []


@pytest.mark.parametrize("moment", [at(9), at(9, 30)])
def test_at_both_edges_of_the_window_orders_leave(
    tmp_path: Path, moment: object
) -> None:
    bench = Workbench(tmp_path, start_at=at(8))
    bench.clock.move_to(moment)  # type: ignore[arg-type]

    bench.execute(plan_of(buys=ONE))

    bench.close()
    assert len(bench.broker.submitted) == 1


def test_without_a_plan_nothing_is_sent(bench: Workbench) -> None:
    with pytest.raises(PlanError) as caught:
        bench.execute()

    assert (caught.value.code, caught.value.facts) == (
        "plan_missing",
        {"session": SESSION, "since": "2026-03-04 15:35", "planned": NEXT_SESSION},
    )


def test_a_plan_for_another_account_is_refused(bench: Workbench) -> None:
    with pytest.raises(Refused) as caught:
        bench.execute(a_plan(buys=[a_buy(ONE)], account="virtual-99999999"))

    assert caught.value.code == "plan_wrong_account"
    assert bench.broker.submitted == []


def test_a_plan_that_missed_a_session_is_refused(bench: Workbench) -> None:
    bench.clock.move_to(at(9, 1, day=NEXT_SESSION))

    with pytest.raises(Refused) as caught:
        bench.execute(a_plan(buys=[a_buy(ONE)], session=NEXT_SESSION, asof=ASOF))

    assert caught.value.code == "plan_stale"


def test_a_real_account_is_refused(bench: Workbench) -> None:
    bench.is_real = True

    with pytest.raises(Refused) as caught:
        bench.execute(plan_of(buys=ONE))

    assert caught.value.code == "real_not_supported"


def test_the_halt_file_stops_a_run_before_it_starts(bench: Workbench) -> None:
    bench.halt_file.touch()

    with pytest.raises(Refused) as caught:
        bench.execute(plan_of(buys=ONE))

    assert caught.value.code == "halted"
    assert bench.journal.order_records() == ()


def test_the_halt_file_stops_a_run_between_two_orders(bench: Workbench) -> None:
    bench.broker.on_submit = lambda order: bench.halt_file.touch()

    bench.execute(plan_of(buys=f"{ONE} {TWO} {THREE}"))

    assert bench.broker.shares == {ONE: 10}
    assert reason_of(bench, TWO) == reason_of(bench, THREE) == ["halt"]


def test_a_clock_behind_the_journal_is_refused(bench: Workbench) -> None:
    started = ExecutionStarted(
        at=at(9, 3), account="paper", session=SESSION, plan_id="cut off"
    )
    bench.journal.append(started)
    bench.clock = type(bench.clock)(at(9, 1, 59))

    with pytest.raises(Refused) as caught:
        bench.execute(plan_of(buys=ONE))

    assert caught.value.code == "clock_behind"


def test_a_finished_plan_is_shown_again_whatever_the_clock_says(
    bench: Workbench,
) -> None:
    bench.execute(plan_of(buys=ONE))
    bench.clock = type(bench.clock)(at(8, 0))

    execution = bench.execute()

    assert execution.outcome is Outcome.DONE_BEFORE


def test_another_plan_put_in_place_of_the_executed_one_is_refused(
    bench: Workbench,
) -> None:
    bench.execute(plan_of(buys=ONE))

    with pytest.raises(PlanError) as caught:
        bench.execute(plan_of(buys=f"{TWO} {THREE}"))

    assert caught.value.code == "plan_swapped"
    assert bench.journal.order_records(states=(OrderState.INTENDED,)) == ()


def test_a_report_shown_again_keeps_the_costs_of_its_day(bench: Workbench) -> None:
    bench.rules = replace(bench.rules, costs=CostRates(fee_rate=1_470_000))
    first = bench.execute(plan_of(buys=ONE))
    bench.rules = replace(bench.rules, costs=CostRates(fee_rate=0))

    second = bench.execute()

    assert first.report is not None
    assert second.report is not None
    (line,) = first.report.lines
    assert line.order is not None
    assert line.order.fee == 147
    assert second.report.lines == first.report.lines


def test_a_line_without_an_opening_price_goes_out_once_there_is_one(
    bench: Workbench,
) -> None:
    bench.quotes.quotes[ONE] = replace(a_quote(ONE), open_price=None)
    first = bench.execute(plan_of(buys=ONE))
    del bench.quotes.quotes[ONE]

    second = bench.execute()
    third = bench.execute()

    assert first.report is not None
    assert [line.reason for line in first.report.lines] == ["no_open_price"]
    assert second.report is not None
    assert [line.end for line in second.report.lines] == [LineEnd.FILLED]
    assert third.outcome is Outcome.DONE_BEFORE


def test_a_holiday_ends_well_and_names_the_next_session(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, start_at=at(9, 1, day=ASOF - timedelta(days=1)))

    execution = bench.execute()

    bench.close()
    assert execution.outcome is Outcome.NOT_A_SESSION
    assert execution.next_session == ASOF


def test_an_account_that_cannot_be_read_sends_nothing(bench: Workbench) -> None:
    class Unreadable(type(bench.broker)):  # type: ignore[misc]
        def account(self) -> None:
            raise BrokerUnavailable("no_answer")

    bench.broker = Unreadable(clock=bench.clock, quotes=bench.quotes)

    with pytest.raises(BrokerUnavailable):
        bench.execute(plan_of(buys=ONE))

    assert bench.broker.submitted == []


def test_an_unconfirmed_account_is_refused(bench: Workbench) -> None:
    bench.needs_confirmation = True

    with pytest.raises(Refused) as caught:
        bench.execute(plan_of(buys=ONE))

    assert caught.value.code == "account_unconfirmed"


def test_a_first_use_is_confirmed_with_its_legacy_and_then_traded(
    bench: Workbench,
) -> None:

    bench.needs_confirmation = True
    bench.broker.shares = {THREE: 5}
    bench.plans.save(plan_of(buys=ONE))

    execution = execute(bench.desk, confirm_first_run=True)

    (confirmed,) = bench.journal.events(kinds=(AccountConfirmed,))
    assert isinstance(confirmed, AccountConfirmed)
    assert confirmed.legacy == {THREE: 5}
    assert execution.outcome is Outcome.EXECUTED
    assert bench.broker.shares == {THREE: 5, ONE: 10}


def test_a_first_use_can_be_confirmed_at_night_without_a_plan(tmp_path: Path) -> None:

    bench = Workbench(tmp_path, start_at=at(22))
    bench.needs_confirmation = True
    bench.broker.shares = {THREE: 5}

    execution = execute(bench.desk, confirm_first_run=True)

    bench.close()
    assert execution.outcome is Outcome.CONFIRMED_ONLY
    assert execution.confirmed is not None
    assert [holding.symbol for holding in execution.confirmed.account.holdings] == [
        THREE
    ]


def test_the_account_is_read_before_between_and_after(bench: Workbench) -> None:
    bench.own(ONE)
    bench.plans.save(plan_of(buys=TWO, sells=ONE))

    bench.execute()

    # The look between is the fake's way to know the cash.
    assert bench.broker.account_reads == 3


def test_without_a_sale_the_cash_is_not_read_again(bench: Workbench) -> None:
    bench.plans.save(plan_of(buys=TWO))

    bench.execute()

    assert bench.broker.account_reads == 2


def test_a_confirmation_and_its_execution_read_the_account_once(
    bench: Workbench,
) -> None:
    bench.needs_confirmation = True
    bench.plans.save(plan_of(buys=TWO))

    execute(bench.desk, confirm_first_run=True)

    assert bench.broker.account_reads == 2
    assert bench.broker.shares[TWO] == 10


def test_a_window_that_closes_while_the_account_is_read_lets_nothing_out(
    tmp_path: Path,
) -> None:
    bench = Workbench(tmp_path, start_at=at(9, 29))
    bench.plans.save(plan_of(buys=ONE))
    bench.broker.read_seconds = 90

    with pytest.raises(Refused) as caught:
        bench.execute()

    bench.close()
    assert caught.value.code == "start_window_over"
    assert bench.broker.submitted == []


def test_the_report_counts_from_when_the_command_began(bench: Workbench) -> None:
    bench.plans.save(plan_of(buys=ONE))

    execution = execute(bench.desk, began_at=at(9, 0, 57))

    assert execution.report is not None
    (run,) = execution.report.runs
    assert (run.began_at, run.account_read) == (at(9, 0, 57), 3.0)


def test_an_old_list_that_cannot_be_read_does_not_keep_todays_from_being_settled(
    bench: Workbench,
) -> None:
    bench.own(ONE)
    bench.broker.fills[ONE] = 0
    bench.execute(plan_of(sells=ONE))
    bench.clock.move_to(at(9, 1, day=NEXT_SESSION))
    bench.broker.account_id = ACCOUNT
    key = a_key(TWO, session=NEXT_SESSION)
    order = an_order(TWO, limit_price=10_300)
    bench.journal.intend(key, order, plan_id="p", at=bench.clock.now())
    bench.broker.place(order)
    bench.broker.failed_reads = 1

    with pytest.raises(BrokerUnavailable):
        settle_orders(bench.office)

    assert bench.state(TWO) is OrderState.FILLED
    assert bench.state(ONE, Side.SELL) is OrderState.ACCEPTED
