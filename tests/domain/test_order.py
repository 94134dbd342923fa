"""Orders: the one state table, and what could not mean anything to an exchange."""

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_record, a_row, an_order
from khms_trader.domain.order import (
    TRANSITIONS,
    Order,
    OrderState,
    OrderType,
    Side,
)

S = OrderState
FINAL = {S.FILLED, S.CANCELLED, S.EXPIRED, S.REJECTED, S.NOT_PLACED}


def reachable(state: OrderState) -> set[OrderState]:
    """Return every state some steps lead to from ``state``, without itself."""
    seen, open_states = {state}, [state]
    while open_states:
        steps = TRANSITIONS[open_states.pop()] - seen
        seen |= steps
        open_states += steps
    return seen - {state}


def test_every_state_is_in_the_table_and_reachable_from_an_intent() -> None:
    assert set(TRANSITIONS) == set(S)
    assert reachable(S.INTENDED) == set(S) - {S.INTENDED}


def test_a_final_state_has_no_way_out_and_every_other_leads_to_one() -> None:
    assert {state for state in S if state.is_final} == FINAL
    assert all(not TRANSITIONS[state] for state in FINAL)
    assert all(reachable(state) & FINAL for state in set(S) - FINAL)


def test_an_unknown_outcome_is_never_sent_again_and_never_called_rejected() -> None:
    assert TRANSITIONS[S.UNCONFIRMED] == {S.ACCEPTED, S.NOT_PLACED}
    assert S.INTENDED not in reachable(S.UNCONFIRMED)
    assert S.REJECTED not in reachable(S.UNCONFIRMED)


def test_nothing_goes_back_to_before_the_broker_held_it() -> None:
    before = {S.INTENDED, S.UNCONFIRMED, S.REJECTED, S.NOT_PLACED}

    assert not reachable(S.ACCEPTED) & before
    assert S.ACCEPTED not in reachable(S.PARTIALLY_FILLED)


def test_only_an_order_never_answered_can_prove_not_placed() -> None:
    sources = {
        state for state, following in TRANSITIONS.items() if S.NOT_PLACED in following
    }

    assert sources == {S.UNCONFIRMED}


def test_the_broker_holds_working_orders() -> None:
    assert {state for state in S if state.is_working} == {
        S.ACCEPTED,
        S.PARTIALLY_FILLED,
    }


def test_a_row_repeats_a_state_only_while_it_is_working_or_tried() -> None:
    repeated = {state for state, following in TRANSITIONS.items() if state in following}

    assert repeated == {S.INTENDED, S.ACCEPTED, S.PARTIALLY_FILLED}


@pytest.mark.parametrize("quantity", [0, -1])
def test_an_order_needs_a_share(quantity: int) -> None:
    with pytest.raises(ValueError, match="at least 1 share"):
        Order(
            symbol="086520",
            side=Side.BUY,
            quantity=quantity,
            order_type=OrderType.MARKET,
        )


@pytest.mark.parametrize(
    ("order_type", "price"),
    [
        (OrderType.LIMIT, None),
        (OrderType.LIMIT, 0),
        (OrderType.LIMIT, -10),
        (OrderType.MARKET, 13_340),
    ],
)
def test_a_limit_order_has_a_price_and_a_market_order_none(
    order_type: OrderType, price: int | None
) -> None:
    with pytest.raises(ValueError, match="a limit order needs a price"):
        Order(
            symbol="086520",
            side=Side.BUY,
            quantity=1,
            order_type=order_type,
            limit_price=price,
        )


def test_an_order_does_not_change() -> None:
    order = an_order()

    with pytest.raises(FrozenInstanceError):
        order.quantity = 2  # type: ignore[misc]


def test_an_order_of_one_session_has_one_natural_key() -> None:
    record = a_record()

    assert record.key.purpose == "plan"
    assert record.key == a_record().key
    assert record.key != replace(record.key, side=Side.SELL)


@given(filled=st.integers(0, 10))
@settings(max_examples=11)
def test_what_is_not_filled_is_the_rest(filled: int) -> None:
    record = a_record(filled=(filled, filled * 13_000))

    assert record.unfilled_quantity + filled == 10


def test_a_new_row_of_the_broker_is_neither_filled_nor_cancelled() -> None:
    row = a_row()

    assert (row.filled_quantity, row.filled_value) == (0, 0)
    assert not row.is_cancelled
    assert not row.is_rejected


@pytest.mark.parametrize("detail", ["", "vanished", "ambiguous"])
def test_a_person_is_needed_for_unknown_orders_and_for_vanished_ones(
    detail: str,
) -> None:
    records = [replace(a_record(state=state), detail=detail) for state in S]
    needing = {record.state for record in records if record.needs_a_person}

    working = {S.ACCEPTED, S.PARTIALLY_FILLED} if detail == "vanished" else set()
    assert needing == {S.INTENDED, S.UNCONFIRMED} | working
