"""How long the parts of a run took, by the journal's events."""

from datetime import datetime

from builders import SESSION, a_record, an_account, at
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
    LineSkipped,
    OrderAccepted,
    OrderFilled,
    OrderIntended,
    OrderRejected,
    OrderUnconfirmed,
)
from khms_trader.domain.order import OrderKey
from khms_trader.domain.report import RunParts
from khms_trader.execution.run_parts import accepted_at, ended_at, runs_of

SELL = a_record("sell 086520 x10").key
BUY = a_record("buy 247540 x10 @13340").key


def started(moment: str, began_at: datetime | None = None) -> Event:
    return ExecutionStarted(
        at=at(moment), account="paper", session=SESSION, plan_id="p", began_at=began_at
    )


def ended(moment: str, kind: type = ExecutionFinished) -> Event:
    event: Event = kind(at=at(moment), account="paper", session=SESSION, plan_id="p")
    return event


def observed(moment: str) -> Event:
    account = an_account(read_at=moment)
    return AccountObserved(
        at=at(moment), account="paper", session=SESSION, observed=account
    )


def intended(key: OrderKey, moment: str) -> Event:
    return OrderIntended(
        at=at(moment), account="paper", session=SESSION, key=key, quantity=10
    )


def accepted(key: OrderKey, moment: str) -> Event:
    return OrderAccepted(
        at=at(moment), account="paper", session=SESSION, key=key, number="7"
    )


def filled(key: OrderKey, moment: str, *, is_complete: bool = True) -> Event:
    return OrderFilled(
        at=at(moment),
        account="paper",
        session=SESSION,
        key=key,
        filled_quantity=10,
        filled_value=100_000,
        is_complete=is_complete,
    )


def unknown(key: OrderKey, moment: str, detail: str = "x") -> Event:
    return OrderUnconfirmed(
        at=at(moment), account="paper", session=SESSION, key=key, detail=detail
    )


def skipped(moment: str, reason: str) -> Event:
    return LineSkipped(
        at=at(moment),
        account="paper",
        session=SESSION,
        plan_id="p",
        symbol="086520",
        side="buy",
        reason=reason,
    )


def test_each_part_is_counted_from_when_the_command_began() -> None:
    events = (
        started("09:01:02", at("09:01:00")),
        observed("09:01:05"),
        intended(SELL, "09:01:06"),
        accepted(SELL, "09:01:08"),
        filled(SELL, "09:01:12"),
        intended(BUY, "09:01:13"),
        accepted(BUY, "09:01:15"),
        filled(BUY, "09:01:18"),
        observed("09:01:20"),
        ended("09:01:21"),
    )

    assert runs_of(events) == (
        RunParts(
            began_at=at("09:01:00"),
            account_read=5.0,
            first_order=8.0,
            last_sell=8.0,
            sells_done=12.0,
            last_buy=15.0,
            ended=21.0,
        ),
    )


def test_a_row_of_before_counts_from_the_start_of_execution() -> None:
    (run,) = runs_of((started("09:01:02"), observed("09:01:05")))

    assert run == RunParts(began_at=at("09:01:02"), account_read=3.0)


def test_sells_are_done_only_when_all_of_them_are() -> None:
    events = (
        started("09:01:00"),
        intended(SELL, "09:01:01"),
        accepted(SELL, "09:01:02"),
        filled(SELL, "09:01:04", is_complete=False),
        ended("09:06:00"),
        filled(SELL, "15:36:00"),
    )

    (run,) = runs_of(events)

    assert run.sells_done is None
    assert run.ended == 300.0


def test_a_refusal_and_a_lost_answer_are_answers_too() -> None:
    refused = OrderRejected(
        at=at("09:01:03"), account="paper", session=SESSION, key=SELL, detail="x"
    )
    events = (
        started("09:01:00"),
        intended(SELL, "09:01:01"),
        refused,
        intended(BUY, "09:01:04"),
        unknown(BUY, "09:01:20"),
        accepted(BUY, "09:01:40"),
    )

    (run,) = runs_of(events)

    assert (run.last_sell, run.sells_done, run.last_buy) == (3.0, 3.0, 20.0)


def test_each_run_of_a_session_has_its_own_parts() -> None:
    events = (
        started("09:01:00"),
        intended(BUY, "09:01:01"),
        ended("09:01:10", ExecutionPaused),
        # What the first run left behind is no order of the second.
        accepted(BUY, "09:02:59"),
        started("09:03:00"),
        observed("09:03:02"),
        ended("09:03:04"),
    )

    first, second = runs_of(events)

    assert (first.last_buy, first.ended) == (None, 10.0)
    assert (second.last_order, second.account_read, second.ended) == (None, 2.0, 4.0)


def test_what_a_later_run_finds_is_no_part_of_the_one_that_was_cut_off() -> None:
    events = (
        started("09:01:00"),
        observed("09:01:02"),
        intended(SELL, "09:01:03"),
        accepted(SELL, "09:01:04"),
        intended(BUY, "09:01:05"),
        unknown(BUY, "09:09:00", "cut_off"),
        filled(SELL, "09:09:00"),
        started("09:09:01"),
        ended("09:09:30"),
    )

    cut_off, resumed = runs_of(events)

    assert (cut_off.last_sell, cut_off.sells_done) == (4.0, None)
    assert (cut_off.last_buy, cut_off.ended) == (None, None)
    assert resumed.ended == 29.0


def test_closing_down_is_not_the_end_of_the_run_that_was_cut_off() -> None:
    events = (
        started("09:01:00"),
        intended(SELL, "09:01:03"),
        accepted(SELL, "09:01:04"),
        skipped("10:00:00", "interrupted"),
        ended("10:00:02"),
    )

    (cut_off,) = runs_of(events)

    assert cut_off.ended is None


def test_times_of_an_order_are_those_of_its_events() -> None:
    events = (
        accepted(SELL, "09:01:02"),
        filled(SELL, "09:01:03", is_complete=False),
        filled(SELL, "09:01:05"),
        accepted(BUY, "09:01:09"),
    )

    assert (accepted_at(events, SELL), ended_at(events, SELL)) == (
        at("09:01:02"),
        at("09:01:05"),
    )
    assert (accepted_at(events, BUY), ended_at(events, BUY)) == (at("09:01:09"), None)
    assert accepted_at((), BUY) is None
