"""What the broker's list says of our order: its progress, or its one explanation."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_record, a_row, at
from khms_trader.domain.order import TRANSITIONS, BrokerOrder, OrderRecord, OrderState
from khms_trader.planning.match import explanations, progress_of, was_never_placed

LOST = a_record("buy 086520 x10 @13340", OrderState.UNCONFIRMED)
OURS = a_row("buy 086520 x10 @13340", number="0000000007")


def state_of(row: BrokerOrder, *, session_is_over: bool = False) -> OrderState:
    return progress_of(a_record(), row, session_is_over=session_is_over).state


def numbers(
    *rows: BrokerOrder, record: OrderRecord = LOST, known: tuple[str, ...] = ()
) -> list[str]:
    return [row.number for row in explanations(record, rows, known)]


def test_an_open_row_without_fills_is_accepted() -> None:
    assert state_of(a_row()) is OrderState.ACCEPTED


def test_an_open_row_with_fills_is_partially_filled() -> None:
    progress = progress_of(a_record(), a_row(filled=(4, 52_000)), session_is_over=False)

    assert progress.state is OrderState.PARTIALLY_FILLED
    assert (progress.filled_quantity, progress.filled_value) == (4, 52_000)


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("is_over", [True, False])
def test_all_shares_filled_is_filled_whatever_else_the_row_says(
    *, is_open: bool, is_over: bool
) -> None:
    row = replace(a_row(filled=(10, 130_000), is_open=is_open), is_cancelled=True)

    assert state_of(row, session_is_over=is_over) is OrderState.FILLED


@pytest.mark.parametrize("filled", [(0, 0), (9, 117_000)])
def test_a_cancelled_rest_is_cancelled_even_after_the_close(
    filled: tuple[int, int],
) -> None:
    row = replace(a_row(filled=filled, is_open=False), is_cancelled=True)

    assert state_of(row) is OrderState.CANCELLED
    assert state_of(row, session_is_over=True) is OrderState.CANCELLED


def test_a_row_that_shrank_to_its_fills_is_not_filled() -> None:
    # The broker shows 4 of 4; we asked for 10.
    row = replace(a_row("buy 086520 x4 @13340", filled=(4, 52_000)), is_open=False)

    assert state_of(replace(row, is_cancelled=True)) is OrderState.CANCELLED
    assert state_of(row) is OrderState.EXPIRED


def test_a_rejected_rest_is_cancelled_in_the_session_and_expired_after_it() -> None:
    # After the close KIS shows every unfilled day order as rejected.
    row = replace(a_row(is_open=False), is_rejected=True)

    assert state_of(row) is OrderState.CANCELLED
    assert state_of(row, session_is_over=True) is OrderState.EXPIRED


@pytest.mark.parametrize("filled", [(0, 0), (9, 117_000)])
@pytest.mark.parametrize("is_open", [True, False])
def test_an_unfilled_rest_expires_with_the_session(
    filled: tuple[int, int], *, is_open: bool
) -> None:
    row = a_row(filled=filled, is_open=is_open)

    assert state_of(row, session_is_over=True) is OrderState.EXPIRED


ROWS = st.builds(
    lambda shares, flags: replace(
        a_row(filled=(shares, shares * 13_000)),
        is_open=flags[0],
        is_cancelled=flags[1],
        is_rejected=flags[2],
    ),
    st.integers(0, 10),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
)


@given(row=ROWS, is_over=st.booleans())
@settings(max_examples=100)
def test_progress_is_always_a_step_an_accepted_order_may_take(
    row: BrokerOrder, *, is_over: bool
) -> None:
    progress = progress_of(a_record(), row, session_is_over=is_over)

    assert progress.state in TRANSITIONS[OrderState.ACCEPTED]
    assert (progress.state is OrderState.FILLED) is (row.filled_quantity == 10)
    assert not is_over or progress.state.is_final


def test_the_row_of_the_order_explains_it() -> None:
    assert numbers(OURS) == ["0000000007"]
    assert numbers() == []


@pytest.mark.parametrize(
    "row",
    [
        a_row("buy 247540 x10 @13340"),
        a_row("sell 086520 x10 @13340"),
        a_row("buy 086520 x9 @13340"),
        a_row("buy 086520 x10"),
        a_row("buy 086520 x10 @13330"),
    ],
    ids=["symbol", "side", "quantity", "order type", "limit price"],
)
def test_a_row_that_differs_is_no_explanation(row: BrokerOrder) -> None:
    assert numbers(row) == []


def test_a_row_that_names_no_price_may_be_ours() -> None:
    assert numbers(replace(OURS, limit_price=None)) == ["0000000007"]


def test_a_market_order_is_explained_by_a_market_order() -> None:
    lost = a_record("sell 086520 x10", OrderState.UNCONFIRMED)

    assert numbers(a_row("sell 086520 x10", number="8"), record=lost) == ["8"]
    assert numbers(a_row("sell 086520 x10 @13000"), record=lost) == []


def test_a_number_that_another_order_of_ours_has_is_no_explanation() -> None:
    assert numbers(OURS, known=("0000000007",)) == []
    assert numbers(OURS, known=("0000000008",)) == ["0000000007"]


def test_two_fitting_rows_are_two_explanations() -> None:
    assert numbers(OURS, replace(OURS, number="0000000009")) == [
        *("0000000007", "0000000009")
    ]


@pytest.mark.parametrize(
    ("ordered_at", "fits"),
    [
        ("09:00:54", False),
        ("09:00:55", True),  # five seconds between the two clocks
        ("09:01:00", True),
        ("09:03:00", True),
        ("09:03:01", False),  # so late a person placed it, not we
        ("10:00:00", False),
    ],
)
def test_only_a_row_of_about_the_same_time_explains_an_order(
    ordered_at: str, *, fits: bool
) -> None:
    row = replace(OURS, ordered_at=at(ordered_at))

    assert bool(numbers(row)) is fits


def test_the_brokers_time_has_whole_seconds_only() -> None:
    lost = a_record(
        state=OrderState.UNCONFIRMED,
        intended_at=at("09:01") + timedelta(microseconds=900_000),
    )

    assert numbers(replace(OURS, ordered_at=at("09:00:55")), record=lost)
    assert not numbers(replace(OURS, ordered_at=at("09:00:54")), record=lost)


@given(
    rows=st.permutations(
        [
            OURS,
            a_row("sell 086520 x10 @13340", number="2"),
            a_row("buy 086520 x3 @13340", number="3"),
            a_row("buy 247540 x10 @13340", number="4"),
        ]
    ),
    cut=st.integers(0, 4),
)
@settings(max_examples=50)
def test_strange_rows_never_hide_or_forge_an_explanation(
    rows: list[BrokerOrder], cut: int
) -> None:
    seen = rows[:cut]

    assert numbers(*seen) == [row.number for row in seen if row is OURS]


@pytest.mark.parametrize(
    ("now", "proven"), [("15:29:59", False), ("15:30", False), ("15:30:01", True)]
)
def test_an_empty_list_proves_nothing_before_the_close(
    now: str, *, proven: bool
) -> None:
    closes_at = at("15:30")

    assert was_never_placed(LOST, (), closes_at=closes_at, now=at(now)) is proven


@pytest.mark.parametrize(
    ("text", "proven"),
    [
        ("buy 086520 x10 @13340", False),
        ("buy 086520 x3 @9000", False),  # whatever it is, it may be a part of ours
        ("sell 086520 x10 @13340", True),
        ("buy 247540 x10 @13340", True),
    ],
)
def test_a_row_of_its_symbol_and_side_keeps_an_order_unknown(
    text: str, *, proven: bool
) -> None:
    verdict = was_never_placed(
        LOST, (a_row(text),), closes_at=at("15:30"), now=at("15:40")
    )

    assert verdict is proven
