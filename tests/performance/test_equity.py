"""The equity curve: which look counts, and that no deposit is ever earned."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.performance.equity import EquityCurve, equity_curve
from khms_trader.performance.flows import FlowKind
from performance.accounts import (
    FREE,
    FRI,
    MON,
    THU,
    TUE,
    TUE2,
    WED,
    WED2,
    filled,
    held,
    looked,
)

SESSIONS = (TUE, WED, THU, FRI, MON, TUE2, WED2)


def totals(curve: EquityCurve) -> list[int]:
    return [point.total for point in curve.points]


def growths(curve: EquityCurve) -> list[float]:
    return [point.growth for point in curve.points]


def test_the_last_look_of_a_session_is_its_point() -> None:
    curve = equity_curve(
        [
            looked(TUE, 10_000_000, clock="09:01"),
            looked(TUE, 10_500_000, clock="15:45"),
            looked(WED, 10_290_000, clock="09:01"),
        ],
        (),
        FREE,
    )

    assert [point.session for point in curve.points] == [TUE, WED]
    assert totals(curve) == [10_500_000, 10_290_000]


def test_a_look_without_a_price_is_left_out() -> None:
    curve = equity_curve(
        [
            looked(TUE, 4_000_000, held("086520", 100, 60_000), clock="09:01"),
            looked(TUE, 4_000_000, held("086520", 100, 0), clock="15:45"),
            looked(WED, 4_000_000, held("086520", 100, 0)),
        ],
        (),
        FREE,
    )

    assert totals(curve) == [10_000_000]
    assert curve.left_out == (WED,)


def test_growth_is_the_total_over_the_total_before() -> None:
    curve = equity_curve(
        [
            looked(TUE, 0, held("086520", 100, 10_000)),
            looked(WED, 0, held("086520", 100, 11_000)),
            looked(THU, 0, held("086520", 100, 9_900)),
        ],
        (),
        FREE,
    )

    assert growths(curve) == [1.0, pytest.approx(1.1), pytest.approx(0.9)]
    assert curve.flows == ()


def test_a_deposit_is_marked_and_is_no_return() -> None:
    curve = equity_curve(
        [
            looked(TUE, 1_000_000, held("086520", 100, 10_000)),
            looked(WED, 4_000_000, held("086520", 100, 11_000)),
        ],
        (),
        FREE,
    )

    assert growths(curve) == [1.0, pytest.approx(1.05)]
    assert [(day, flow.amount) for day, flow in curve.flows] == [(WED, 3_000_000)]


def test_what_a_deposit_earns_on_its_first_session_is_earned_on_all_of_it() -> None:
    bought = filled(WED, "buy", "086520", quantity=1_000, value=10_000_000)

    curve = equity_curve(
        [
            looked(TUE, 1_000_000),
            looked(WED, 11_000_000, clock="09:00:30"),
            looked(WED, 1_000_000, held("086520", 1_000, 10_330)),
        ],
        [bought],
        FREE,
    )

    # 330,000 won on 11,000,000, not on the 1,000,000 of the evening before.
    assert growths(curve) == [1.0, pytest.approx(1.03)]


def test_a_reset_is_marked_and_is_no_return() -> None:
    curve = equity_curve(
        [
            looked(TUE, 2_000_000, held("086520", 100, 50_000)),
            looked(WED, 10_000_000),
            looked(THU, 10_000_000),
        ],
        (),
        FREE,
    )

    assert growths(curve)[1] == 1.0
    assert [(day, flow.kind) for day, flow in curve.flows] == [
        (WED, FlowKind.RESET),
    ]


def test_an_account_that_was_empty_earned_nothing_with_its_first_money() -> None:
    curve = equity_curve([looked(TUE, 0), looked(WED, 5_000_000)], (), FREE)

    assert growths(curve) == [1.0, 1.0]


def test_a_journal_without_a_look_has_no_point() -> None:
    assert equity_curve((), (), FREE) == EquityCurve()


PRICES = st.lists(st.integers(7_000, 13_000), min_size=2, max_size=7)


@settings(max_examples=60, deadline=None)
@given(prices=PRICES)
def test_without_flows_the_chain_is_the_last_total_over_the_first(
    prices: list[int],
) -> None:
    looks = [
        looked(session, 500_000, held("086520", 100, price))
        for session, price in zip(SESSIONS, prices, strict=False)
    ]

    curve = equity_curve(looks, (), FREE)

    chain = 1.0
    for point in curve.points:
        chain *= point.growth
    assert chain == pytest.approx(totals(curve)[-1] / totals(curve)[0])
    assert curve.flows == ()


@settings(max_examples=60, deadline=None)
@given(
    prices=PRICES,
    moved=st.integers(-400_000, 50_000_000).filter(lambda won: abs(won) > 20_000),
    place=st.integers(1, 6),
)
def test_money_put_in_or_taken_out_changes_no_return_of_that_session(
    prices: list[int], moved: int, place: int
) -> None:
    place = min(place, len(prices) - 1)

    def lived(extra: int) -> EquityCurve:
        looks = [
            looked(
                session,
                500_000 + (extra if number >= place else 0),
                held("086520", 100, price),
            )
            for number, (session, price) in enumerate(
                zip(SESSIONS, prices, strict=False)
            )
        ]
        return equity_curve(looks, (), FREE)

    with_money, without = lived(moved), lived(0)

    assert [flow.amount for _, flow in with_money.flows] == [moved]
    assert growths(with_money)[: place + 1] == pytest.approx(
        growths(without)[: place + 1]
    )


@settings(max_examples=60, deadline=None)
@given(
    quantity=st.integers(1, 700),
    open_price=st.integers(7_000, 13_000),
    close=st.integers(7_000, 13_000),
    is_learnt_late=st.booleans(),
)
def test_a_trade_is_never_told_as_money_from_outside(
    *, quantity: int, open_price: int, close: int, is_learnt_late: bool
) -> None:
    value = quantity * open_price
    known = looked(THU, 0).at if is_learnt_late else None
    bought = filled(WED, "buy", "086520", quantity=quantity, value=value, known=known)
    after = 10_000_000 - value
    looks = [
        looked(TUE, 10_000_000),
        looked(WED, after, held("086520", quantity, close)),
        looked(THU, after, held("086520", quantity, close)),
    ]

    curve = equity_curve(looks, [bought], FREE)

    # KRX lets no price move by more than 30 % a session; neither may the example.
    if abs(open_price - close) * 100 <= 30 * close:
        assert curve.flows == ()
