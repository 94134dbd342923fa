"""What the broker's list says of our order: its progress, or its one explanation."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_record, a_row, at
from khms_trader.domain.order import (
    TRANSITIONS,
    BrokerOrder,
    OrderRecord,
    OrderState,
    Side,
)
from khms_trader.planning.evidence import Evidence, Shares
from khms_trader.planning.match import (
    STILL_UNKNOWN,
    Verdict,
    progress_of,
    resolve,
    row_of,
)

LOST = a_record("buy 086520 x10 @13340", OrderState.UNCONFIRMED)
OURS = a_row("buy 086520 x10 @13340", number="0000000007")


def state_of(row: BrokerOrder, *, session_is_over: bool = False) -> OrderState:
    return progress_of(a_record(), row, session_is_over=session_is_over).state


def verdict_on(
    record: OrderRecord, *rows: BrokerOrder, known: tuple[str, ...] = ()
) -> Verdict:
    (verdict,) = resolve([record], Evidence(rows=rows, known=known))
    return verdict


def number(
    *rows: BrokerOrder, record: OrderRecord = LOST, known: tuple[str, ...] = ()
) -> str:
    return verdict_on(record, *rows, known=known).number


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


def test_a_rest_that_nobody_accounts_for_is_waited_for_until_the_close() -> None:
    # 4 of 10 filled, none open, none cancelled: KIS may be booking the other six.
    row = replace(a_row("buy 086520 x10 @13340", filled=(4, 52_000)), is_open=False)

    assert state_of(row) is OrderState.PARTIALLY_FILLED
    assert state_of(row, session_is_over=True) is OrderState.EXPIRED


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
    assert number(OURS) == "0000000007"
    assert verdict_on(LOST, OURS).state is OrderState.ACCEPTED
    assert verdict_on(LOST).state is OrderState.UNCONFIRMED


@pytest.mark.parametrize(
    "row",
    [
        a_row("buy 247540 x10 @13340"),
        a_row("sell 086520 x10 @13340"),
        a_row("buy 086520 x9 @13340"),
        a_row("buy 086520 x11 @13340"),
        a_row("buy 086520 x10"),
        a_row("buy 086520 x10 @13330"),
    ],
    ids=["symbol", "side", "fewer", "more", "order type", "limit price"],
)
def test_a_row_that_differs_is_no_explanation(row: BrokerOrder) -> None:
    assert verdict_on(LOST, row) == verdict_on(LOST)


def test_a_row_that_names_no_price_may_be_ours() -> None:
    assert number(replace(OURS, limit_price=None)) == "0000000007"


def test_a_market_order_is_explained_by_a_market_order() -> None:
    lost = a_record("sell 086520 x10", OrderState.UNCONFIRMED)

    assert number(a_row("sell 086520 x10", number="8"), record=lost) == "8"
    assert number(a_row("sell 086520 x10 @13000"), record=lost) == ""


def test_a_number_that_another_order_of_ours_has_is_no_explanation() -> None:
    assert number(OURS, known=("0000000007",)) == ""
    assert number(OURS, known=("0000000008",)) == "0000000007"


def test_two_fitting_rows_explain_nothing_and_that_is_said() -> None:
    verdict = verdict_on(LOST, OURS, replace(OURS, number="0000000009"))

    assert verdict.state is OrderState.UNCONFIRMED
    assert verdict.detail == "ambiguous"


def test_of_two_fitting_rows_one_may_be_another_order_of_ours() -> None:
    assert number(OURS, replace(OURS, number="9"), known=("9",)) == "0000000007"


def test_a_row_that_came_twice_is_one_row() -> None:
    assert number(OURS, OURS) == "0000000007"


def test_one_row_never_settles_two_orders() -> None:
    other = replace(LOST, key=replace(LOST.key, purpose="manual-1"))

    verdicts = resolve([LOST, other], Evidence(rows=[OURS]))

    assert [verdict.detail for verdict in verdicts] == ["ambiguous"] * 2


def test_unknown_orders_are_told_apart_by_what_they_asked_for() -> None:
    records = [
        LOST,
        a_record("sell 086520 x10 @13340", OrderState.UNCONFIRMED),
        a_record("buy 247540 x3", OrderState.UNCONFIRMED),
    ]
    rows = [
        a_row("buy 247540 x3", number="3"),
        a_row("sell 086520 x10 @13340", number="2"),
        a_row("buy 086520 x10 @13340", number="1"),
    ]

    verdicts = resolve(records, Evidence(rows=rows))

    assert [verdict.number for verdict in verdicts] == ["1", "2", "3"]


CUT = replace(
    a_row("buy 086520 x4 @13340", number="8", filled=(4, 52_000), is_open=False),
    is_cancelled=True,
)


def test_a_cancelled_row_of_fewer_shares_may_be_the_rest_of_ours_or_not() -> None:
    # A list that counts an order without what was cancelled (kis-wire.md 4.6).
    assert verdict_on(LOST, CUT).detail == "only_similar"
    assert verdict_on(LOST, CUT, OURS).detail == "ambiguous"
    assert number(replace(CUT, quantity=10)) == "8"


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

    assert bool(number(row)) is fits


def test_the_brokers_time_has_whole_seconds_only() -> None:
    lost = a_record(
        state=OrderState.UNCONFIRMED,
        intended_at=at("09:01") + timedelta(microseconds=900_000),
    )

    assert number(replace(OURS, ordered_at=at("09:00:55")), record=lost)
    assert not number(replace(OURS, ordered_at=at("09:00:54")), record=lost)


def shares(held: int, expected: int = 0, *, is_fresh: bool = True) -> Shares:
    return Shares(expected=expected, held=held, since=at("09:00"), is_fresh=is_fresh)


def with_shares(
    known: Shares, *rows: BrokerOrder, is_over: bool = False
) -> tuple[OrderState, str]:
    evidence = Evidence(rows=rows, shares={LOST.key: known}, is_over=is_over)
    (verdict,) = resolve([LOST], evidence)
    return verdict.state, verdict.detail


FILLED = replace(OURS, filled_quantity=10, filled_value=130_000, is_open=False)
ACCEPTED = (OrderState.ACCEPTED, "")
CONTRADICTED = (OrderState.UNCONFIRMED, "contradicted")


@pytest.mark.parametrize(
    ("held", "row", "expected"),
    [
        (0, OURS, ACCEPTED),
        (0, FILLED, ACCEPTED),  # the balance is late
        (10, FILLED, ACCEPTED),
        (10, OURS, ACCEPTED),  # it filled after the list was read
        (11, FILLED, CONTRADICTED),  # an order is hidden: which one is ours?
        (20, OURS, CONTRADICTED),
        (-1, OURS, CONTRADICTED),
    ],
)
def test_a_holding_that_the_list_cannot_explain_keeps_an_order_unknown(
    held: int, row: BrokerOrder, expected: tuple[OrderState, str]
) -> None:
    assert with_shares(shares(held), row) == expected


def test_orders_by_hand_explain_what_they_moved() -> None:
    bought = a_row("buy 086520 x5 @9000", number="2", filled=(5, 45_000), is_open=False)
    sold = a_row("sell 086520 x3", number="3", filled=(3, 39_000), is_open=False)

    assert with_shares(shares(15), FILLED, bought) == ACCEPTED
    assert with_shares(shares(-3), FILLED, sold) == ACCEPTED
    assert with_shares(shares(15), FILLED, sold) == CONTRADICTED


def test_a_later_session_may_have_changed_the_holding() -> None:
    assert with_shares(shares(50, is_fresh=False), FILLED, is_over=True) == ACCEPTED


NEVER = (OrderState.NOT_PLACED, "")
SILENT = (OrderState.UNCONFIRMED, "")


def test_list_and_account_together_prove_that_an_order_never_was() -> None:
    assert with_shares(shares(0), is_over=True) == NEVER
    assert with_shares(shares(7, expected=7), is_over=True) == NEVER


def test_nothing_is_proved_before_the_close_or_without_the_account() -> None:
    (verdict,) = resolve([LOST], Evidence(rows=(), is_over=True))

    assert (verdict.state, verdict.detail) == SILENT
    assert with_shares(shares(0)) == SILENT


def test_a_holding_that_changed_keeps_an_order_unknown() -> None:
    gained = (OrderState.UNCONFIRMED, "unlisted_change")

    assert with_shares(shares(10), is_over=True) == gained
    assert with_shares(shares(1), is_over=True) == gained
    # A split, or a sale of a later session, may hide what our order did.
    assert with_shares(shares(-1), is_over=True) == SILENT


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("buy 086520 x3 @9000", OrderState.UNCONFIRMED),  # it may be a part of ours
        ("sell 086520 x3 @9000", OrderState.NOT_PLACED),
        ("buy 247540 x10 @13340", OrderState.NOT_PLACED),
    ],
)
def test_a_row_of_its_symbol_and_side_keeps_an_order_unknown(
    text: str, state: OrderState
) -> None:
    row = replace(a_row(text, is_open=False), ordered_at=at("13:00"))

    assert with_shares(shares(0), row, is_over=True)[0] is state


def test_an_earlier_order_of_ours_of_its_symbol_and_side_is_no_such_row() -> None:
    row = a_row("buy 086520 x3", number="1", filled=(3, 39_000), is_open=False)
    evidence = Evidence(
        rows=[row], known={"1"}, shares={LOST.key: shares(3, 3)}, is_over=True
    )

    assert resolve([LOST], evidence)[0].state is OrderState.NOT_PLACED


def test_a_list_without_an_order_it_acknowledged_proves_nothing() -> None:
    evidence = Evidence(
        rows=[], known={"0000000007"}, shares={LOST.key: shares(0)}, is_over=True
    )

    assert resolve([LOST], evidence)[0].state is OrderState.UNCONFIRMED


def test_a_sale_by_hand_explains_the_shares_it_took() -> None:
    sold = a_row("sell 086520 x3", number="3", filled=(3, 39_000), is_open=False)

    assert with_shares(shares(4, expected=7), sold, is_over=True) == NEVER
    assert with_shares(shares(7, expected=7), sold, is_over=True)[0] is SILENT[0]


def test_a_row_belongs_to_its_number_symbol_and_side() -> None:
    record = a_record(number="0000000007")

    assert row_of(record, [a_row(number="0000000008"), OURS, OURS]) == OURS
    assert row_of(record, [replace(OURS, symbol="247540")]) is None
    assert row_of(record, [replace(OURS, side=Side.SELL)]) is None
    assert row_of(record, [replace(OURS, number="0000000007-00950")]) is not None
    assert (
        row_of(record, [replace(OURS, number=f"0000000007-{n}") for n in "12"]) is None
    )


SYMBOLS = st.sampled_from(["086520", "247540"])
TEXTS = st.builds(
    "{} {} x{}{}".format,
    st.sampled_from(["buy", "sell"]),
    SYMBOLS,
    st.sampled_from([3, 10]),
    st.sampled_from(["", " @13340"]),
)
MOMENTS = st.sampled_from(["09:00:30", "09:01:01", "09:02", "13:00"])
LISTED = st.builds(
    lambda text, number, moment, is_cut: replace(
        a_row(text, number=str(number), ordered_at=at(moment)), is_cancelled=is_cut
    ),
    TEXTS,
    st.integers(1, 6),
    MOMENTS,
    st.booleans(),
)
RECORDS = st.lists(TEXTS, max_size=4, unique_by=lambda text: text[:11]).map(
    lambda texts: [a_record(text, OrderState.UNCONFIRMED) for text in texts]
)
COUNTS = st.integers(0, 10)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[OrderRecord], Evidence]:
    records = draw(RECORDS)
    seen = {
        record.key: shares(draw(COUNTS), draw(COUNTS), is_fresh=draw(st.booleans()))
        for record in records
        if draw(st.booleans())
    }
    evidence = Evidence(
        rows=draw(st.lists(LISTED, max_size=6)),
        known=draw(st.sets(st.sampled_from(["1", "2"]))),
        shares=seen,
        is_over=draw(st.booleans()),
    )
    return records, evidence


@given(case=cases())
@settings(max_examples=150, deadline=None)
def test_no_number_is_given_twice_or_without_its_row(
    case: tuple[list[OrderRecord], Evidence],
) -> None:
    records, evidence = case
    verdicts = resolve(records, evidence)
    given_out = [verdict.number for verdict in verdicts if verdict.number]

    assert len(set(given_out)) == len(given_out)
    for record, verdict in zip(records, verdicts, strict=True):
        assert verdict.key == record.key
        is_accepted = verdict.state is OrderState.ACCEPTED
        assert is_accepted is bool(verdict.number)
        assert not is_accepted or verdict.number not in evidence.known
        assert not is_accepted or any(
            row.number == verdict.number
            and (row.symbol, row.side, row.quantity, row.order_type)
            == (
                record.key.symbol,
                record.key.side,
                record.order.quantity,
                record.order.order_type,
            )
            for row in evidence.rows
        )
        assert verdict.state in {*TRANSITIONS[OrderState.UNCONFIRMED], record.state}
        assert verdict.detail in {"", *STILL_UNKNOWN}
        is_never = verdict.state is OrderState.NOT_PLACED
        assert not is_never or (evidence.is_over and record.key in evidence.shares)


@given(case=cases(), data=st.data())
@settings(max_examples=100, deadline=None)
def test_neither_the_order_of_rows_nor_copies_of_them_change_a_verdict(
    case: tuple[list[OrderRecord], Evidence], data: st.DataObject
) -> None:
    records, evidence = case
    shuffled = data.draw(st.permutations([*evidence.rows, *evidence.rows]))
    others = data.draw(st.permutations(records))

    again = resolve(others, replace(evidence, rows=shuffled))

    assert {v.key: v for v in again} == {v.key: v for v in resolve(records, evidence)}


@given(case=cases())
@settings(max_examples=60, deadline=None)
def test_an_order_known_meanwhile_is_never_given_to_another(
    case: tuple[list[OrderRecord], Evidence],
) -> None:
    records, evidence = case
    given_out = {v.number for v in resolve(records, evidence) if v.number}
    known = {*evidence.known, *given_out}

    again = resolve(records, replace(evidence, known=known))

    assert not given_out & {verdict.number for verdict in again}
