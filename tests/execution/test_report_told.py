"""What a report says beside its lines: money stuck, orders of others, lost answers."""

from collections.abc import Mapping
from dataclasses import replace

from builders import (
    SESSION,
    a_buy,
    a_holding,
    a_plan,
    a_record,
    a_row,
    a_sell,
    an_account,
    at,
)
from khms_trader.domain.account import Account
from khms_trader.domain.difference import Amounts, Cause
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionStarted,
    ForeignOrdersSeen,
    LineSkipped,
    LineWarned,
    OrderUnconfirmed,
)
from khms_trader.domain.order import BrokerOrder, OrderRecord, OrderState, Side
from khms_trader.domain.plan import BuyLine, SellLine
from khms_trader.domain.report import LineEnd, LineWarning, SessionReport
from khms_trader.execution.report import session_report
from khms_trader.market.rates import CostRates

PLAN_ID = "20260304-1f0c9a2e"
BUY = "buy 086520 x10 @13340"
SELL = "sell 086520 x10"
HELD = a_holding("086520 x10")
ONE_OF_EACH = (a_buy("086520 x10 @12960"), a_sell("086520 @12960"))


def reported(
    *records: OrderRecord,
    events: tuple[Event, ...] = (),
    lines: tuple[BuyLine | SellLine, ...] = ONE_OF_EACH,
    managed: Mapping[str, int] | None = None,
    slots_free: int = 5,
) -> SessionReport:
    return session_report(
        a_plan(*lines, slots_free=slots_free),
        records=records,
        events=events,
        costs=CostRates(fee_rate=0, tax_rate=0),
        managed=managed or {},
    )


def skipped(symbol: str, side: Side, reason: str) -> Event:
    return LineSkipped(
        at=at("09:01"),
        account="paper",
        session=SESSION,
        plan_id=PLAN_ID,
        symbol=symbol,
        side=side,
        reason=reason,
    )


def lost(record: OrderRecord, detail: str = "kis_no_answer") -> Event:
    return OrderUnconfirmed(
        at=at("09:01"),
        account="paper",
        session=SESSION,
        key=record.key,
        detail=detail,
    )


def around(before: Account, *after: Account, account_error: str = "") -> list[Event]:
    looks = [
        AccountObserved(at=at("09:01"), account="paper", session=SESSION, observed=seen)
        for seen in (before, *after)
    ]
    started = ExecutionStarted(
        at=at("09:01"), account="paper", session=SESSION, plan_id=PLAN_ID
    )
    finished = ExecutionFinished(
        at=at("09:06"),
        account="paper",
        session=SESSION,
        plan_id=PLAN_ID,
        account_error=account_error,
    )
    return [started, *looks, finished]


def foreign(*rows: BrokerOrder) -> Event:
    return ForeignOrdersSeen(
        at=at("09:06"), account="paper", session=SESSION, rows=rows
    )


def test_a_lost_answer_that_was_found_out_is_not_told_as_if_still_lost() -> None:
    record = replace(
        a_record(BUY, OrderState.FILLED, number="7", filled=(10, 130_000)),
        detail="kis_no_answer",
    )

    line = reported(record, events=(lost(record),)).lines[1]

    assert (line.end, line.detail, line.lost) == (LineEnd.FILLED, "", "kis_no_answer")


def test_an_answer_that_is_still_lost_is_told_as_it_stands() -> None:
    record = replace(a_record(BUY, OrderState.UNCONFIRMED), detail="kis_no_answer")

    line = reported(record, events=(lost(record),)).lines[1]

    assert (line.detail, line.lost) == ("kis_no_answer", "")


def test_a_refusal_keeps_the_brokers_words() -> None:
    record = replace(a_record(BUY, OrderState.REJECTED), detail="not_enough_cash")

    line = reported(record).lines[1]

    assert (line.detail, line.lost) == ("not_enough_cash", "")


def test_an_unsold_rest_ties_up_its_last_known_price() -> None:
    record = a_record(SELL, OrderState.EXPIRED, number="7", filled=(4, 52_000))
    rest = replace(HELD, quantity=6, price=9_070)

    report = reported(record, events=tuple(around(an_account(HELD), an_account(rest))))

    (stuck,) = report.stuck
    assert (stuck.quantity, stuck.price, stuck.value) == (6, 9_070, 54_420)
    assert stuck.end is LineEnd.PARTIAL


def test_an_account_not_read_afterwards_leaves_the_price_of_before() -> None:
    record = a_record(SELL, OrderState.ACCEPTED, number="7")
    events = around(an_account(HELD), account_error="kis_no_answer")

    report = reported(record, events=tuple(events))

    assert report.after is None
    assert [(s.quantity, s.price) for s in report.stuck] == [(10, 12_960)]
    assert report.difference is not None


def test_a_sell_that_was_held_back_is_counted_with_the_managed_shares() -> None:
    events = (
        *around(an_account(a_holding("086520 x15"))),
        skipped("086520", Side.SELL, "halted"),
    )

    report = reported(events=events, managed={"086520": 10})

    assert [(s.quantity, s.reason) for s in report.stuck] == [(10, "halted")]
    assert report.difference is not None
    assert report.difference.planned == Amounts(buy=129_600, sell=129_600)


def test_a_split_ties_up_every_share_there_is_now() -> None:
    events = (
        *around(an_account(a_holding("086520 x50"))),
        skipped("086520", Side.SELL, "quantity_changed"),
    )

    (stuck,) = reported(events=events, managed={"086520": 10}).stuck

    assert stuck.quantity == 50


def test_shares_that_a_person_sold_meanwhile_are_not_stuck() -> None:
    record = a_record(SELL, OrderState.CANCELLED, number="7")

    report = reported(record, events=tuple(around(an_account(HELD), an_account())))

    assert report.stuck == ()


def test_a_buy_whose_slot_never_came_free_is_named() -> None:
    events = (skipped("086520", Side.BUY, "no_slot"),)

    report = reported(events=events, lines=(a_buy("086520 x10 @12960"),))

    assert [line.symbol for line in report.skipped_candidates()] == ["086520"]
    assert report.difference is not None
    assert [row.reason for row in report.difference.rows] == ["no_slot"]


def test_buys_beyond_the_free_slots_were_never_planned() -> None:
    report = reported(
        events=(skipped("086520", Side.BUY, "no_slot"),),
        lines=(a_buy("086520 x10 @12960"),),
        slots_free=0,
    )

    assert report.difference is None
    assert report.skipped_candidates() == ()


def test_a_planned_sell_of_shares_that_are_gone_is_named() -> None:
    report = reported(
        events=(*around(an_account()), skipped("086520", Side.SELL, "not_held")),
        lines=(a_sell("086520 @12960", held=True),),
    )

    assert [line.reason for line in report.skipped_candidates()] == ["not_held"]


def test_a_line_that_an_interrupted_run_never_reached_is_counted() -> None:
    report = reported(lines=(a_buy("086520 x10 @12960"),))

    assert report.difference is not None
    (row,) = report.difference.rows
    assert (row.cause, row.korean) == (Cause.NOT_SENT, "안 보냄: 기록 없음")


def test_a_warning_is_told_once_with_its_newest_figure() -> None:
    def warned(detail: str) -> Event:
        return LineWarned(
            at=at("09:01"),
            account="paper",
            session=SESSION,
            plan_id=PLAN_ID,
            symbol="086520",
            side="sell",
            warning="held_more",
            detail=detail,
        )

    sell, buy = reported(events=(warned("3"), warned("5"))).lines

    assert sell.warnings == (LineWarning(warning="held_more", detail="5"),)
    assert buy.warnings == ()


def test_an_order_that_a_person_asked_for_stands_apart() -> None:
    record = a_record("sell 247540 x3", OrderState.FILLED, filled=(3, 30_000))
    manual = replace(
        record, plan_id="", key=replace(record.key, purpose="manual-1"), number="9"
    )

    report = reported(manual, lines=())

    (other,) = report.others
    assert (other.purpose, other.symbol, other.end) == (
        "manual-1",
        "247540",
        LineEnd.FILLED,
    )
    assert other.order.filled_value == 30_000
    assert report.difference is None


def test_an_unknown_order_by_hand_needs_a_person() -> None:
    record = replace(a_record(SELL, OrderState.UNCONFIRMED), plan_id="")

    assert reported(record).needs_a_person


def test_an_order_of_a_symbol_that_no_line_names_is_not_lost() -> None:
    record = a_record("buy 247540 x3 @10000", OrderState.FILLED, filled=(3, 30_000))

    assert [other.symbol for other in reported(record).others] == ["247540"]


def test_the_newest_list_tells_the_orders_of_others() -> None:
    early = a_row("buy 086520 x1 @13000", number="5")
    late = replace(early, filled_quantity=1, filled_value=13_000, is_open=False)

    report = reported(events=(foreign(early), foreign(late)))

    (seen,) = report.foreign
    assert (seen.row, seen.name) == (late, "이름086520")
    assert not seen.looks_like_ours


def test_a_row_that_turned_out_ours_is_no_order_of_others() -> None:
    record = a_record(BUY, OrderState.FILLED, number="5", filled=(10, 130_000))

    report = reported(record, events=(foreign(a_row(BUY, number="5")),))

    assert report.foreign == ()


def test_an_equal_order_by_hand_cannot_be_told_from_a_lost_one() -> None:
    record = replace(a_record(BUY, OrderState.UNCONFIRMED), detail="kis_no_answer")
    equal = a_row(BUY, number="5", ordered_at=at("09:01:10"))
    later = a_row(BUY, number="6", ordered_at=at("14:00"))
    smaller = a_row("buy 086520 x9 @13340", number="7", ordered_at=at("09:01:10"))

    report = reported(record, events=(foreign(equal, later, smaller),))

    assert [seen.looks_like_ours for seen in report.foreign] == [True, False, False]


def test_an_equal_order_by_hand_is_said_even_when_ours_was_found() -> None:
    record = a_record(BUY, OrderState.FILLED, number="4", filled=(10, 130_000))
    equal = a_row(BUY, number="5", ordered_at=at("09:01:10"))

    report = reported(record, events=(lost(record), foreign(equal)))

    assert [seen.looks_like_ours for seen in report.foreign] == [True]


def test_an_order_that_was_answered_is_never_mistaken() -> None:
    record = a_record(BUY, OrderState.FILLED, number="4", filled=(10, 130_000))
    equal = a_row(BUY, number="5", ordered_at=at("09:01:10"))

    report = reported(record, events=(foreign(equal),))

    assert [seen.looks_like_ours for seen in report.foreign] == [False]


def test_an_accepted_order_that_left_the_list_needs_a_person() -> None:
    record = replace(a_record(BUY, OrderState.ACCEPTED, number="7"), detail="vanished")

    report = reported(record)

    assert report.lines[1].end is LineEnd.UNCONFIRMED
    assert report.needs_a_person
