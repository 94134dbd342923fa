"""A person's own order stands for a line, and only for that line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_buy, a_row, a_sell, an_order
from khms_trader.domain.order import Side
from khms_trader.domain.reasons import Caution, SkipReason
from khms_trader.planning.due import Decision, Remark, Skip
from khms_trader.planning.foreign import held_by_person, keys_of

ONE, TWO = "100000", "200000"
SIDES = st.sampled_from(Side)
SYMBOLS = st.sampled_from((ONE, TWO))


def a_decision(symbol: str, side: Side, skip: SkipReason | None = None) -> Decision:
    line = a_buy(f"{symbol} x10 @10000") if side is Side.BUY else a_sell(f"{symbol} @1")
    if skip is not None:
        return Decision(line=line, skip=Skip(reason=skip))
    order = an_order(f"{side} {symbol} x10 @10300")
    remark = Remark(caution=Caution.OPEN_ABOVE_LIMIT)
    return Decision(line=line, order=order, open_price=10_000, remarks=(remark,))


@pytest.mark.parametrize(
    ("side", "is_open", "filled", "holds"),
    [
        (Side.BUY, True, 0, True),
        (Side.BUY, True, 4, True),
        (Side.BUY, False, 0, False),
        # The balance may not show it yet.
        (Side.BUY, False, 4, True),
        (Side.SELL, True, 0, True),
        (Side.SELL, False, 4, False),
        (Side.SELL, False, 0, False),
    ],
)
def test_an_open_order_or_a_filled_buy_holds_its_line(
    side: Side, *, is_open: bool, filled: int, holds: bool
) -> None:
    row = a_row(f"{side} {ONE} x10 @9000", is_open=is_open, filled=(filled, 9_000))

    keys = keys_of([row])

    assert keys == (frozenset({(ONE, side)}) if holds else frozenset())


@pytest.mark.parametrize(
    ("side", "own"),
    [
        (Side.BUY, None),
        (Side.SELL, None),
        # It is what binds the shares, or the cash.
        (Side.SELL, SkipReason.NOT_SELLABLE),
        (Side.BUY, SkipReason.NO_CASH),
    ],
)
def test_its_line_is_held_back_with_the_one_reason(
    side: Side, own: SkipReason | None
) -> None:
    (held,) = held_by_person([a_decision(ONE, side, own)], {(ONE, side)})

    assert held.skip == Skip(reason=SkipReason.FOREIGN_ORDER)
    assert held.order is None
    assert held.remarks == ()


@pytest.mark.parametrize(
    "own", sorted(set(SkipReason) - {SkipReason.NOT_SELLABLE, SkipReason.NO_CASH})
)
def test_a_reason_of_the_lines_own_stays(own: SkipReason) -> None:
    decision = a_decision(ONE, Side.BUY, own)

    assert held_by_person([decision], {(ONE, Side.BUY)}) == (decision,)


def test_what_holds_it_back_may_pass_and_our_own_order_may_not() -> None:
    assert SkipReason.FOREIGN_ORDER.may_pass
    assert not SkipReason.OPEN_ORDER.may_pass


@settings(max_examples=60)
@given(
    lines=st.lists(st.tuples(SYMBOLS, SIDES), unique=True),
    foreign=st.sets(st.tuples(SYMBOLS, SIDES)),
)
def test_no_order_is_left_beside_a_persons_and_no_other_is_touched(
    lines: list[tuple[str, Side]], foreign: set[tuple[str, Side]]
) -> None:
    decisions = [a_decision(symbol, side) for symbol, side in lines]

    held = held_by_person(decisions, foreign)

    assert [(d.line.symbol, d.side) for d in held] == lines
    for before, after in zip(decisions, held, strict=True):
        is_foreign = (before.line.symbol, before.side) in foreign
        assert (after.order is None) == is_foreign
        assert is_foreign or after == before
