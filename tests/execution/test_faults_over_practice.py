"""Reads that fail after the first order: a report always, nothing twice, no guess."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from execution.practice_desk import PracticeDesk, a_practice_desk, swap_plan
from fakes import at
from khms_trader.domain.events import ExecutionFinished, ExecutionPaused
from khms_trader.domain.order import OrderState, Side
from khms_trader.domain.report import LineEnd, SessionReport
from khms_trader.errors import BrokerUnavailable
from khms_trader.planning.executed import Execution

ONE, TWO, THREE = "100000", "200000", "200001"
PLAN = swap_plan(sold=(ONE,), bought=(TWO, THREE))
LOSSES = ("timeout", "html", "empty")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PracticeDesk]:
    with a_practice_desk(tmp_path, sold=(ONE,)) as desk:
        yield desk


def reported(execution: Execution) -> SessionReport:
    assert execution.report is not None
    return execution.report


def text_of(execution: Execution) -> str:
    return Path(execution.report_path).read_text(encoding="utf-8")


def ends_of(execution: Execution) -> dict[str, LineEnd]:
    return {line.symbol: line.end for line in reported(execution).lines}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("call", ["balance:2+", "buying_power:3+"])
def test_an_account_that_cannot_be_read_at_the_end_loses_no_report(
    desk: PracticeDesk, call: str, loss: str
) -> None:
    desk.faults.add(f"{call}:{loss}")

    execution = desk.execute(PLAN)

    assert set(ends_of(execution).values()) == {LineEnd.FILLED}
    assert reported(execution).after is None
    assert not reported(execution).needs_a_person
    assert "실행 뒤 계좌를 읽지 못했습니다: 답을 받지 못함" in text_of(execution)
    assert desk.journal.events(kinds=(ExecutionFinished,))


@pytest.mark.parametrize("loss", LOSSES)
def test_without_the_cash_nothing_is_bought_until_the_next_run(
    desk: PracticeDesk, loss: str
) -> None:
    desk.faults.add(f"buying_power:2-5:{loss}")

    first = desk.execute(PLAN)
    bought_then = [side for _, side in desk.taken()]
    second = desk.execute()

    assert ends_of(first)[TWO] is LineEnd.SKIPPED
    assert {line.reason for line in reported(first).lines} == {"", "cash_unknown"}
    assert bought_then == ["sell"]
    assert set(ends_of(second).values()) == {LineEnd.FILLED}
    assert desk.taken() == [(ONE, "sell"), (TWO, "buy"), (THREE, "buy")]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_list_that_fails_throughout_leaves_orders_open_for_a_person(
    desk: PracticeDesk, loss: str
) -> None:
    # The list is read before the sale and while it fills.
    desk.faults.add(f"orders:3+:{loss}")

    execution = desk.execute(PLAN)

    assert ends_of(execution) == {
        ONE: LineEnd.FILLED,
        TWO: LineEnd.OPEN,
        THREE: LineEnd.OPEN,
    }
    assert reported(execution).needs_a_person
    assert "주문 목록을 읽지 못했습니다" in text_of(execution)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_list_that_fails_before_the_first_order_lets_none_leave(
    desk: PracticeDesk, loss: str
) -> None:
    desk.faults.add(f"orders:*:{loss}")

    with pytest.raises(BrokerUnavailable):
        desk.execute(PLAN)

    assert desk.taken() == []


@pytest.mark.parametrize("loss", LOSSES)
def test_a_second_run_finds_out_what_the_first_could_not_read(
    desk: PracticeDesk, loss: str
) -> None:
    desk.faults.add(f"orders:3+:{loss}")
    desk.execute(PLAN)
    taken = desk.taken()
    desk.faults.clear()

    second = desk.execute()

    assert set(ends_of(second).values()) == {LineEnd.FILLED}
    assert reported(second).orders_error == ""
    assert desk.taken() == taken


@pytest.mark.parametrize("loss", LOSSES)
def test_buys_whose_list_cannot_be_read_wait_for_the_next_run(
    desk: PracticeDesk, loss: str
) -> None:
    desk.faults.add(f"orders:2+:{loss}")

    first = desk.execute(PLAN)
    told = text_of(first)
    desk.faults.clear()
    second = desk.execute()

    # What was sold keeps its place in the journal, so this is all that is known.
    assert ends_of(first)[ONE] is LineEnd.OPEN
    assert reported(first).needs_a_person
    assert "주문 목록을 제때 읽지 못함" in told
    assert set(ends_of(second).values()) == {LineEnd.FILLED}
    assert desk.taken() == [(ONE, "sell"), (TWO, "buy"), (THREE, "buy")]


def test_an_empty_list_that_counts_orders_is_no_empty_list(desk: PracticeDesk) -> None:
    desk.faults.add("orders:*:no_rows")

    execution = desk.execute(PLAN)

    assert reported(execution).orders_error == "kis_orders_hidden"
    assert reported(execution).needs_a_person
    assert OrderState.NOT_PLACED not in desk.states().values()
    assert "주문이 있다고 하면서 목록은 비어 있음" in text_of(execution)


def test_hidden_orders_prove_nothing_after_the_close_either(desk: PracticeDesk) -> None:
    desk.faults.add("buy:1:lost", "orders:3+:no_rows")
    first = desk.execute(PLAN)
    desk.clock.move_to(at(16))

    second = desk.execute()

    assert ends_of(first)[TWO] is ends_of(second)[TWO] is LineEnd.UNCONFIRMED
    assert reported(second).needs_a_person
    assert desk.taken() == [(ONE, "sell"), (TWO, "buy"), (THREE, "buy")]


def test_an_order_hidden_at_first_is_found_while_waiting(desk: PracticeDesk) -> None:
    desk.faults.add("buy:1:lost", "orders:1-12:no_rows")

    execution = desk.execute(PLAN)

    assert set(ends_of(execution).values()) == {LineEnd.FILLED}
    assert not reported(execution).needs_a_person


@pytest.mark.parametrize("loss", LOSSES)
def test_open_buys_are_cancelled_even_when_no_list_can_be_read(
    desk: PracticeDesk, loss: str
) -> None:
    # 200000 opens above its collar and rests.
    desk.practice.market.opens[TWO] = 10_500
    desk.faults.add(f"orders:3+:{loss}")

    desk.execute(PLAN)

    rows = desk.practice.exchange.books_at(desk.clock.now()).orders
    assert [row.open_quantity for row in rows if row.symbol == TWO] == [0, 0]
    assert desk.record(TWO).state is OrderState.ACCEPTED
    desk.faults.clear()
    assert ends_of(desk.execute())[TWO] is LineEnd.CANCELLED


def test_a_buy_that_cannot_be_cancelled_is_told(desk: PracticeDesk) -> None:
    desk.practice.market.opens[TWO] = 10_500
    desk.faults.add("change:*:throttled")

    first = desk.execute(PLAN)
    told = text_of(first)
    desk.faults.clear()
    second = desk.execute()

    assert ends_of(first)[TWO] is LineEnd.OPEN
    assert reported(first).needs_a_person
    assert "취소되지 않은 매수 1건" in told
    assert ends_of(second)[TWO] is LineEnd.CANCELLED
    assert not reported(second).needs_a_person


def test_a_cancellation_that_shows_late_is_waited_for(tmp_path: Path) -> None:
    with a_practice_desk(tmp_path, sold=(), lag=timedelta(seconds=5)) as desk:
        desk.practice.market.opens[TWO] = 10_500

        execution = desk.execute(swap_plan(sold=(), bought=(TWO,)))

        assert ends_of(execution)[TWO] is LineEnd.CANCELLED


@pytest.mark.parametrize("refusal", ["throttled", "ledger", "refused"])
def test_a_cancellation_that_never_arrived_is_sent_again(
    desk: PracticeDesk, refusal: str
) -> None:
    desk.practice.market.opens[TWO] = 10_500
    desk.faults.add(f"change:1-2:{refusal}")

    assert ends_of(desk.execute(PLAN))[TWO] is LineEnd.CANCELLED


@pytest.mark.parametrize("loss", LOSSES)
def test_a_price_that_cannot_be_read_after_the_sale_holds_back_its_line_only(
    desk: PracticeDesk, loss: str
) -> None:
    desk.faults.add(f"price:2-5:{loss}")

    first = desk.execute(PLAN)
    second = desk.execute()

    assert ends_of(first) == {
        ONE: LineEnd.FILLED,
        TWO: LineEnd.SKIPPED,
        THREE: LineEnd.FILLED,
    }
    assert desk.journal.events(kinds=(ExecutionPaused,))
    assert set(ends_of(second).values()) == {LineEnd.FILLED}
    assert desk.taken() == [(ONE, "sell"), (THREE, "buy"), (TWO, "buy")]


def test_when_no_price_can_be_read_at_all_the_run_says_so(tmp_path: Path) -> None:
    with a_practice_desk(tmp_path, sold=()) as desk:
        desk.faults.add("price:*:html")

        with pytest.raises(BrokerUnavailable):
            desk.execute(swap_plan(sold=(), bought=(TWO, THREE)))

        assert desk.taken() == []
        assert not (tmp_path / "reports").exists()


def test_a_run_that_cannot_go_on_after_a_crash_still_leaves_a_report(
    desk: PracticeDesk,
) -> None:
    desk.faults.add("buying_power:2-5:html")
    desk.execute(PLAN)
    (report,) = desk.folder.glob("reports/*.md")
    report.unlink()
    desk.faults.add("balance:*:html")

    with pytest.raises(BrokerUnavailable):
        desk.execute()

    assert "주문 1건, 체결 1건" in report.read_text(encoding="utf-8")


def test_the_brokers_own_words_reach_journal_and_report(desk: PracticeDesk) -> None:
    desk.faults.add("buy:1:reject:40250000")

    execution = desk.execute(PLAN)

    kept = desk.record(TWO, Side.BUY)
    assert kept.state is OrderState.REJECTED
    assert kept.detail.startswith("not_enough_cash|40250000|모의투자 주문가능금액이")
    assert (
        "- 증권사 거부: 40250000 모의투자 주문가능금액이 부족합니다 "
        "— 현금을 확인하세요" in text_of(execution)
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_a_run_that_was_cut_off_has_its_buys_cancelled_behind_an_unreadable_list(
    desk: PracticeDesk, loss: str
) -> None:
    desk.practice.market.opens[TWO] = 10_500
    desk.faults.add("change:*:throttled")
    desk.execute(PLAN)
    desk.faults.clear()
    desk.faults.add(f"orders:*:{loss}")

    second = desk.execute()

    rows = desk.practice.exchange.books_at(desk.clock.now()).orders
    assert [row.open_quantity for row in rows if row.symbol == TWO] == [0, 0]
    assert reported(second).needs_a_person
