"""Why plan and result differ: every won belongs to exactly one cause."""

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import at
from khms_trader.domain.difference import Amounts, Cause, CauseRow, Difference, Step
from khms_trader.domain.order import OrderType, Side
from khms_trader.domain.reasons import SkipReason
from khms_trader.domain.report import LineEnd, LineReport, OrderReport
from khms_trader.planning.difference import difference_of

SENT = [end for end in LineEnd if end is not LineEnd.SKIPPED]


def an_order(
    quantity: int,
    filled: int = 0,
    value: int = 0,
    *,
    opened: int | None = None,
    costs: tuple[int, int] = (0, 0),
) -> OrderReport:
    return OrderReport(
        number="1",
        order_type=OrderType.LIMIT,
        quantity=quantity,
        filled_quantity=filled,
        filled_value=value,
        limit_price=None,
        open_price=opened,
        slippage=None,
        slippage_bps=None,
        fee=costs[0],
        tax=costs[1],
        intended_at=at("09:01"),
        updated_at=at("09:01"),
    )


def a_line(
    side: Side,
    end: LineEnd,
    order: OrderReport | None = None,
    *,
    wanted: int = 10,
    reference: int = 1_000,
    reason: str = "",
) -> LineReport:
    return LineReport(
        side=side,
        symbol="086520",
        name="",
        planned_quantity=wanted if side is Side.BUY else None,
        reference_price=reference,
        end=end,
        reason=reason,
        order=order,
        is_candidate=True,
        wanted_quantity=wanted,
    )


def found(*lines: LineReport) -> Difference:
    difference = difference_of(lines)
    assert difference is not None
    return difference


def causes(difference: Difference) -> list[tuple[Cause, int, int]]:
    return [(row.cause, row.change.buy, row.change.sell) for row in difference.rows]


def test_a_buy_is_told_from_plan_to_what_was_paid() -> None:
    order = an_order(8, 8, 8_240, opened=1_020, costs=(12, 0))

    difference = found(a_line(Side.BUY, LineEnd.FILLED, order))

    assert difference.planned == Amounts(buy=10_000)
    assert difference.ordered == Amounts(buy=8_000)
    assert difference.filled == Amounts(buy=8_240)
    assert difference.result == Amounts(buy=8_252)
    assert causes(difference) == [
        (Cause.LESS_CASH, -2_000, 0),
        (Cause.OPEN_PRICE, 160, 0),
        (Cause.SLIPPAGE, 80, 0),
        (Cause.FEE, 12, 0),
    ]


def test_a_sale_is_told_from_plan_to_what_was_received() -> None:
    order = an_order(10, 4, 3_920, opened=990, costs=(5, 7))

    difference = found(a_line(Side.SELL, LineEnd.PARTIAL, order))

    assert difference.result == Amounts(sell=3_908)
    assert difference.result.cash == 3_908
    assert causes(difference) == [
        (Cause.PARTIAL, 0, -6_000),
        (Cause.OPEN_PRICE, 0, -40),
        (Cause.SLIPPAGE, 0, -40),
        (Cause.FEE, 0, -5),
        (Cause.TAX, 0, -7),
    ]


def test_an_open_that_nobody_knows_is_a_cause_of_its_own() -> None:
    difference = found(a_line(Side.BUY, LineEnd.FILLED, an_order(10, 10, 10_300)))

    assert causes(difference) == [(Cause.NO_OPEN_PRICE, 300, 0)]


def test_what_was_not_sent_is_told_by_reason() -> None:
    difference = found(
        a_line(Side.SELL, LineEnd.SKIPPED, reason=SkipReason.HALTED),
        a_line(Side.BUY, LineEnd.SKIPPED, reason=SkipReason.HALTED),
        a_line(Side.BUY, LineEnd.SKIPPED, reason=SkipReason.NO_CASH, wanted=3),
    )

    assert difference.rows == (
        CauseRow(
            cause=Cause.NOT_SENT,
            reason="halted",
            lines=2,
            change=Amounts(buy=-10_000, sell=-10_000),
        ),
        CauseRow(
            cause=Cause.NOT_SENT, reason="no_cash", lines=1, change=Amounts(buy=-3_000)
        ),
    )
    assert difference.rows[0].korean == "안 보냄: 거래정지"
    assert difference.result == Amounts()


def test_lines_that_were_never_to_trade_are_not_counted() -> None:
    line = LineReport(
        side=Side.BUY,
        symbol="086520",
        name="",
        planned_quantity=10,
        reference_price=1_000,
        end=LineEnd.SKIPPED,
        reason="no_slot",
    )

    assert difference_of([line]) is None


def test_a_session_that_went_as_planned_differs_by_its_costs_only() -> None:
    order = an_order(10, 10, 10_000, opened=1_000, costs=(14, 0))

    assert found(a_line(Side.BUY, LineEnd.FILLED, order)).is_only_costs


def test_the_story_names_the_amounts_and_the_causes_between_them() -> None:
    order = an_order(10, 10, 10_100, opened=1_000, costs=(14, 0))

    story = found(a_line(Side.BUY, LineEnd.FILLED, order)).story

    assert [(name, amounts.buy, is_amount) for name, amounts, is_amount in story] == [
        ("계획", 10_000, True),
        ("주문", 10_000, True),
        ("체결 미끄러짐", 100, False),
        ("체결", 10_100, True),
        ("수수료(추정)", 14, False),
        ("결과", 10_114, True),
    ]


def test_more_shares_than_asked_for_would_show() -> None:
    order = an_order(10, 12, 12_000, opened=1_000)

    difference = found(a_line(Side.BUY, LineEnd.FILLED, order))

    assert causes(difference) == [(Cause.MORE_FILLED, 2_000, 0)]


WON = st.integers(0, 10**7)
SHARES = st.integers(0, 500)
ORDERS = st.builds(
    an_order,
    st.integers(1, 500),
    SHARES,
    WON,
    opened=st.none() | st.integers(1, 10**6),
    costs=st.tuples(st.integers(0, 9_999), st.integers(0, 9_999)),
)
SIDES = st.sampled_from(Side)
PRICES = st.integers(1, 10**6)
UNSENT = st.builds(
    a_line,
    SIDES,
    st.just(LineEnd.SKIPPED),
    wanted=SHARES,
    reference=PRICES,
    reason=st.sampled_from(["", *SkipReason]),
)
TRIED = st.builds(
    a_line, SIDES, st.sampled_from(SENT), ORDERS, wanted=SHARES, reference=PRICES
)
LINES = st.lists(UNSENT | TRIED, min_size=1, max_size=8)


def changed(difference: Difference, step: Step) -> Amounts:
    rows = [row.change for row in difference.rows if row.cause.step is step]
    return sum(rows, Amounts())


@given(lines=LINES)
@settings(max_examples=150, deadline=None)
def test_the_causes_add_up_to_the_won_between_all_amounts(
    lines: list[LineReport],
) -> None:
    difference = found(*lines)

    assert difference.ordered == difference.planned + changed(
        difference, Step.PLAN_TO_ORDERS
    )
    assert difference.filled == difference.ordered + changed(
        difference, Step.ORDERS_TO_FILLS
    )
    assert difference.result == difference.filled + changed(
        difference, Step.FILLS_TO_RESULT
    )


@given(lines=LINES)
@settings(max_examples=150, deadline=None)
def test_the_amounts_are_those_of_plan_orders_and_fills(
    lines: list[LineReport],
) -> None:
    difference = found(*lines)

    for side, planned, ordered, filled, result in (
        (Side.BUY, *(a.buy for a in amounts_of(difference))),
        (Side.SELL, *(a.sell for a in amounts_of(difference))),
    ):
        ours = [line for line in lines if line.side is side]
        orders = [(line, line.order) for line in ours if line.order]
        costs = sum(order.fee + order.tax for _, order in orders)
        assert planned == sum(
            line.wanted_quantity * line.reference_price for line in ours
        )
        assert ordered == sum(o.quantity * line.reference_price for line, o in orders)
        assert filled == sum(order.filled_value for _, order in orders)
        assert result == filled + (costs if side is Side.BUY else -costs)


def amounts_of(difference: Difference) -> tuple[Amounts, ...]:
    return (
        difference.planned,
        difference.ordered,
        difference.filled,
        difference.result,
    )


@given(lines=LINES)
@settings(max_examples=60, deadline=None)
def test_no_row_is_empty_and_cash_is_sells_less_buys(lines: list[LineReport]) -> None:
    for row in found(*lines).rows:
        assert (row.change.buy, row.change.sell) != (0, 0)
        assert row.change.cash == row.change.sell - row.change.buy
        assert row.korean
