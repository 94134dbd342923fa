"""Plan and journal to report: how each line ended, what it cost, what changed."""

from dataclasses import replace

import pytest

from builders import (
    SESSION,
    a_buy,
    a_plan,
    a_record,
    a_sell,
    at,
)
from khms_trader.domain.events import (
    Event,
    LineSkipped,
)
from khms_trader.domain.order import OrderRecord, OrderState, OrderType, Side
from khms_trader.domain.report import LineEnd, LineReport, OrderReport, SessionReport
from khms_trader.execution.report import session_report
from khms_trader.market.rates import CostRates

COSTS = CostRates(fee_rate=1_470_000)  # 14.7 bps, tax by the dated table
PLAN_ID = "20260304-1f0c9a2e"
BUY = "buy 086520 x10 @13340"
SELL = "sell 086520 x10"


def skipped(symbol: str, side: Side, reason: str, detail: str = "") -> Event:
    return LineSkipped(
        at=at("09:01"),
        account="paper",
        session=SESSION,
        plan_id=PLAN_ID,
        symbol=symbol,
        side=side,
        reason=reason,
        detail=detail,
    )


def reported(
    *records: OrderRecord, events: tuple[Event, ...] = (), costs: CostRates = COSTS
) -> SessionReport:
    plan = a_plan(a_buy("086520 x10 @12960"), a_sell("086520 @12960"))
    return session_report(plan, records=records, events=events, costs=costs)


def line_of(record: OrderRecord, costs: CostRates = COSTS) -> LineReport:
    report = reported(record, costs=costs)
    (line,) = [line for line in report.lines if line.side is record.key.side]
    return line


def order_of(record: OrderRecord, costs: CostRates = COSTS) -> OrderReport:
    order = line_of(record, costs).order
    assert order is not None
    return order


@pytest.mark.parametrize(
    ("state", "end"),
    [
        (OrderState.INTENDED, LineEnd.UNCONFIRMED),
        (OrderState.UNCONFIRMED, LineEnd.UNCONFIRMED),
        (OrderState.ACCEPTED, LineEnd.OPEN),
        (OrderState.CANCELLED, LineEnd.CANCELLED),
        (OrderState.EXPIRED, LineEnd.EXPIRED),
        (OrderState.REJECTED, LineEnd.REJECTED),
        (OrderState.NOT_PLACED, LineEnd.NOT_PLACED),
    ],
)
def test_a_line_without_fills_ends_as_its_order_did(
    state: OrderState, end: LineEnd
) -> None:
    assert line_of(a_record(BUY, state)).end is end


@pytest.mark.parametrize(
    ("state", "shares", "end"),
    [
        (OrderState.FILLED, 10, LineEnd.FILLED),
        (OrderState.PARTIALLY_FILLED, 4, LineEnd.OPEN),
        (OrderState.CANCELLED, 4, LineEnd.PARTIAL),
        (OrderState.EXPIRED, 4, LineEnd.PARTIAL),
        (OrderState.CANCELLED, 0, LineEnd.CANCELLED),
    ],
)
def test_a_line_with_fills_is_partial_once_its_rest_is_gone(
    state: OrderState, shares: int, end: LineEnd
) -> None:
    record = a_record(BUY, state, filled=(shares, shares * 13_000))

    assert line_of(record).end is end


def test_an_unknown_outcome_needs_a_person() -> None:
    assert reported(a_record(BUY, OrderState.UNCONFIRMED)).needs_a_person
    assert not reported(a_record(BUY, OrderState.REJECTED)).needs_a_person


def test_a_line_that_was_not_sent_says_why() -> None:
    events = (skipped("086520", Side.BUY, "no_cash", "9,999원"),)

    report = reported(events=events)

    buy = report.lines[1]
    assert (buy.end, buy.reason, buy.detail) == (LineEnd.SKIPPED, "no_cash", "9,999원")
    assert buy.order is None


def test_the_newest_reason_of_a_line_counts() -> None:
    events = (
        skipped("086520", Side.BUY, "no_cash"),
        skipped("086520", Side.BUY, "no_slot"),
    )

    assert reported(events=events).lines[1].reason == "no_slot"


def test_a_line_that_was_sent_later_is_told_by_its_order() -> None:
    record = replace(a_record(BUY, OrderState.REJECTED), detail="not_enough_cash")

    line = reported(record, events=(skipped("086520", Side.BUY, "halt"),)).lines[1]

    assert (line.end, line.reason) == (LineEnd.REJECTED, "")
    assert line.detail == "not_enough_cash"


def test_sells_come_first_and_each_line_finds_its_own_order() -> None:
    sell = a_record(SELL, OrderState.FILLED, number="1", filled=(10, 129_000))
    buy = a_record(BUY, OrderState.ACCEPTED, number="2")

    lines = reported(buy, sell).lines

    assert [(line.side, line.end) for line in lines] == [
        (Side.SELL, LineEnd.FILLED),
        (Side.BUY, LineEnd.OPEN),
    ]
    assert [line.order.number for line in lines if line.order] == ["1", "2"]


def test_a_line_tells_what_was_planned() -> None:
    sell, buy = reported().lines

    assert (sell.planned_quantity, sell.reference_price) == (None, 12_960)
    assert (buy.planned_quantity, buy.name) == (10, "이름086520")


def test_an_order_placed_by_hand_is_no_line_of_the_plan() -> None:
    manual = replace(a_record(BUY, OrderState.FILLED), plan_id="")

    assert reported(manual).lines[1].order is None


def test_an_order_of_a_buy_is_told_in_full() -> None:
    record = replace(
        a_record(
            BUY,
            OrderState.FILLED,
            number="0000000007",
            filled=(10, 130_200),
            updated_at=at("09:01:03"),
        ),
        open_price=13_000,
    )

    assert order_of(record) == OrderReport(
        number="0000000007",
        order_type=OrderType.LIMIT,
        quantity=10,
        filled_quantity=10,
        filled_value=130_200,
        limit_price=13_340,
        open_price=13_000,
        slippage=200,
        slippage_bps=15.38,
        fee=191,
        tax=0,
        intended_at=at("09:01"),
        updated_at=at("09:01:03"),
    )


@pytest.mark.parametrize(
    ("text", "value", "slippage", "slippage_bps"),
    [
        (BUY, 130_200, 200, 15.38),  # paid more than at the open
        (BUY, 130_000, 0, 0.0),
        (BUY, 129_900, -100, -7.69),  # paid less
        (SELL, 129_800, 200, 15.38),  # received less than at the open
        (SELL, 130_000, 0, 0.0),
        (SELL, 130_100, -100, -7.69),  # received more
    ],
)
def test_slippage_is_what_was_lost_against_the_open(
    text: str, value: int, slippage: int, slippage_bps: float
) -> None:
    record = a_record(text, OrderState.FILLED, filled=(10, value))

    order = order_of(replace(record, open_price=13_000))

    assert order.slippage == slippage
    assert order.slippage_bps == slippage_bps


def test_slippage_counts_the_filled_shares_only() -> None:
    record = a_record(BUY, OrderState.CANCELLED, filled=(4, 52_040))

    assert order_of(replace(record, open_price=13_000)).slippage == 40


def test_without_fill_or_open_there_is_no_slippage() -> None:
    unfilled = replace(a_record(BUY, OrderState.EXPIRED), open_price=13_000)
    no_open = a_record(BUY, OrderState.FILLED, filled=(10, 130_000))

    for record in (unfilled, no_open):
        order = order_of(record)
        assert (order.slippage, order.slippage_bps) == (None, None)


def test_a_sale_pays_fee_and_tax_and_a_buy_the_fee() -> None:
    sale = order_of(a_record(SELL, OrderState.FILLED, filled=(10, 130_000)))
    buy = order_of(a_record(BUY, OrderState.FILLED, filled=(10, 130_000)))

    assert (sale.fee, sale.tax) == (191, 260)
    assert (buy.fee, buy.tax) == (191, 0)


def test_a_report_names_plan_account_and_strategy() -> None:
    report = reported()

    assert (report.account, report.session) == ("paper", SESSION)
    assert (report.plan_id, report.strategy) == (PLAN_ID, "trend_momentum")
    assert len(report.lines) == 2


def test_a_report_can_be_made_again() -> None:
    record = a_record(SELL, OrderState.FILLED, filled=(10, 129_000))

    assert reported(record) == reported(record)
