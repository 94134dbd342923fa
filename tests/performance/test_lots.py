"""Lots: no share and no won is lost between parts."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.performance.lots import Lot, divided, spread, take


def a_lot(quantity: int, cost: int | None, fee: int = 0) -> Lot:
    return Lot(
        symbol="086520",
        opened=date(2026, 3, 3),
        quantity=quantity,
        cost=cost,
        fee=fee,
    )


LOTS = st.lists(
    st.builds(
        a_lot, st.integers(1, 500), st.integers(0, 9_999_999), st.integers(0, 9_999)
    ),
    min_size=1,
    max_size=5,
)


def test_the_oldest_shares_go_first() -> None:
    taken, left, lacking = take([a_lot(10, 1_000, 10), a_lot(10, 3_000, 30)], 15)

    assert [(lot.quantity, lot.cost, lot.fee) for lot in taken] == [
        (10, 1_000, 10),
        (5, 1_500, 15),
    ]
    assert [(lot.quantity, lot.cost, lot.fee) for lot in left] == [(5, 1_500, 15)]
    assert lacking == 0


def test_more_than_there_is_leaves_a_lack() -> None:
    taken, left, lacking = take([a_lot(10, 1_000)], 25)

    assert ([lot.quantity for lot in taken], left, lacking) == ([10], [], 15)


def test_a_won_that_cannot_be_halved_stays_with_the_rest() -> None:
    first, rest = divided(a_lot(2, 1_001, 3), 1)

    assert (first.cost, first.fee) == (500, 1)
    assert (rest.cost, rest.fee) == (501, 2)


def test_an_unknown_cost_stays_unknown() -> None:
    first, rest = divided(a_lot(2, None), 1)

    assert (first.cost, rest.cost) == (None, None)


def test_free_shares_are_dealt_out_by_what_each_lot_holds() -> None:
    grown = spread([a_lot(10, 1_000), a_lot(30, 6_000)], 160)

    assert [(lot.quantity, lot.cost) for lot in grown] == [(50, 1_000), (150, 6_000)]


@settings(max_examples=60, deadline=None)
@given(lots=LOTS, quantity=st.integers(0, 3_000))
def test_taking_loses_no_share_and_no_won(lots: list[Lot], quantity: int) -> None:
    taken, left, lacking = take(lots, quantity)

    both = taken + left
    assert sum(lot.quantity for lot in taken) + lacking == quantity
    assert sum(lot.quantity for lot in both) == sum(lot.quantity for lot in lots)
    assert sum(lot.cost or 0 for lot in both) == sum(lot.cost or 0 for lot in lots)
    assert sum(lot.fee for lot in both) == sum(lot.fee for lot in lots)
    assert all(lot.quantity > 0 for lot in both)


@settings(max_examples=60, deadline=None)
@given(lots=LOTS, quantity=st.integers(0, 3_000))
def test_dealing_out_adds_exactly_what_came(lots: list[Lot], quantity: int) -> None:
    grown = spread(lots, quantity)

    came = [
        after.quantity - before.quantity
        for before, after in zip(lots, grown, strict=True)
    ]
    assert sum(came) == quantity
    assert min(came) >= 0
