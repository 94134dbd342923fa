"""What a person saw of an order: a step, or why it cannot be so."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_record, a_row, at
from khms_trader.domain.order import (
    TRANSITIONS,
    BrokerOrder,
    OrderRecord,
    OrderState,
)
from khms_trader.planning.evidence import Shares
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.resolved import (
    Choice,
    Doubt,
    Question,
    Step,
    Word,
    choose,
    judge,
)

LOST = a_record("buy 086520 x10 @13340", OrderState.UNCONFIRMED)
GONE = replace(
    a_record("buy 086520 x10 @13340", number="0000000007"), detail="vanished"
)
OURS = a_row("buy 086520 x10 @13340", number="0000000007")


def question(
    record: OrderRecord = LOST,
    *rows: BrokerOrder,
    known: tuple[str, ...] = (),
    moved: int | None = None,
    now: str = "16:00",
) -> Question:
    seen = None if moved is None else Shares(expected=0, held=moved, since=at("09:00"))
    return Question(
        record=record,
        name="",
        rows=rows,
        known=frozenset(known),
        shares=seen,
        settles_at=at("15:35"),
        now=at(now),
    )


def step(asked: Question, word: Word) -> Step:
    found = judge(asked, word)
    assert isinstance(found, Step)
    return found


def refusal(asked: Question, word: Word) -> str:
    found = judge(asked, word)
    assert isinstance(found, Refusal)
    return found.code


@pytest.mark.parametrize("typed", ["7", "0000000007"])
def test_a_number_that_the_list_shows_is_taken(typed: str) -> None:
    found = step(question(LOST, OURS), Word(number=typed))

    assert found == Step(state=OrderState.ACCEPTED, number="0000000007")


def test_a_number_with_a_branch_is_taken_as_the_list_names_it() -> None:
    rows = [replace(OURS, number=f"0000000007-{b}") for b in ("00950", "00951")]
    other = replace(rows[1], symbol="247540")

    assert step(question(LOST, rows[0], other), Word(number="7")).number == (
        "0000000007-00950"
    )
    assert refusal(question(LOST, *rows), Word(number="7")) == "resolve_number_differs"


@pytest.mark.parametrize("now", ["10:00", "16:00"])
def test_a_list_that_shows_nothing_speaks_against_no_number(now: str) -> None:
    found = step(question(now=now), Word(number="38614"))

    assert found.number == "0000038614"
    assert found.doubts == (Doubt.NUMBER_UNLISTED,)


def test_a_number_missing_from_a_full_list_is_refused_after_the_close_only() -> None:
    assert step(question(LOST, OURS, now="10:00"), Word(number="9")).doubts == (
        Doubt.NUMBER_UNLISTED,
    )
    assert refusal(question(LOST, OURS), Word(number="9")) == "resolve_number_unlisted"


@pytest.mark.parametrize(
    "text", ["buy 247540 x10 @13340", "sell 086520 x10 @13340", "buy 086520 x9 @13340"]
)
def test_a_number_of_another_order_is_refused(text: str) -> None:
    other = a_row(text, number="0000000007")

    assert refusal(question(LOST, other), Word(number="7")) == "resolve_number_differs"


@pytest.mark.parametrize("known", ["0000000007", "0000000007-00950"])
def test_a_number_that_is_ours_already_is_refused(known: str) -> None:
    asked = question(LOST, OURS, known=(known,))

    assert refusal(asked, Word(number="7")) == "resolve_number_taken"


def test_another_price_is_doubtful_and_left_to_the_person() -> None:
    other = a_row("buy 086520 x10 @13000", number="0000000007")

    assert step(question(LOST, other), Word(number="7")).doubts == (
        Doubt.PRICE_DIFFERS,
    )


@pytest.mark.parametrize(
    ("now", "is_over"), [("15:34:59", False), ("15:35", False), ("15:35:01", True)]
)
def test_absence_is_recorded_after_the_close_only(now: str, *, is_over: bool) -> None:
    found = judge(question(now=now), Word(is_not_there=True))

    expected = Step(state=OrderState.NOT_PLACED)
    assert (found == expected) is is_over
    assert is_over or isinstance(found, Refusal)


def test_absence_is_doubtful_when_list_or_account_speak_against_it() -> None:
    absent = Word(is_not_there=True)

    assert step(question(LOST, OURS), absent).doubts == (Doubt.ALIKE_LISTED,)
    assert step(question(moved=10), absent).doubts == (Doubt.SHARES_MOVED,)
    assert step(question(moved=0), absent).doubts == ()


def test_fills_end_an_order_that_vanished() -> None:
    whole = step(question(GONE), Word(filled=10, price=Decimal(13_000)))
    part = step(question(GONE), Word(filled=3, price=Decimal("13000.5")))
    none = step(question(GONE), Word(filled=0))

    assert whole == Step(
        state=OrderState.FILLED, filled_quantity=10, filled_value=130_000
    )
    assert (part.state, part.filled_value) == (OrderState.EXPIRED, 39_002)
    assert (none.state, none.filled_quantity, none.filled_value) == (
        OrderState.EXPIRED,
        0,
        0,
    )


def test_fills_that_the_account_does_not_show_are_doubtful() -> None:
    word = Word(filled=10, price=Decimal(13_000))

    assert step(question(GONE, moved=10), word).doubts == ()
    assert step(question(GONE, moved=4), word).doubts == (Doubt.SHARES_DIFFER,)


@pytest.mark.parametrize(
    ("filled", "price", "code"),
    [
        (11, 13_000, "resolve_filled_out_of_range"),
        (10, 13_341, "resolve_price_impossible"),
        (10, 13_340, ""),
        (3, 13_000, "resolve_filled_out_of_range"),  # four had filled already
        (4, 12_999, "resolve_price_impossible"),  # for 52,000 won
        (4, 13_000, ""),
    ],
)
def test_fills_that_cannot_be_are_refused(filled: int, price: int, code: str) -> None:
    record = replace(
        GONE,
        state=OrderState.PARTIALLY_FILLED,
        filled_quantity=4,
        filled_value=52_000,
    )

    found = judge(question(record), Word(filled=filled, price=Decimal(price)))

    assert (found.code if isinstance(found, Refusal) else "") == code


def test_a_sale_never_fills_below_its_limit() -> None:
    record = replace(a_record("sell 086520 x10 @13340", number="7"), detail="vanished")
    prices = {
        price: judge(question(record), Word(filled=10, price=Decimal(price)))
        for price in (13_339, 13_340)
    }

    assert isinstance(prices[13_339], Refusal)
    assert isinstance(prices[13_340], Step)


def test_each_word_is_for_its_kind_of_question() -> None:
    assert refusal(question(), Word(filled=10, price=Decimal(1))) == "resolve_no_number"
    assert refusal(question(GONE), Word(number="8")) == "resolve_has_number"
    assert refusal(question(GONE), Word(is_not_there=True)) == "resolve_has_number"


def test_the_order_meant_is_found_by_what_was_said_of_it() -> None:
    sale = a_record("sell 086520 x10", OrderState.UNCONFIRMED)
    both = [question(LOST), question(sale)]

    assert choose(both, Choice(symbol="086520", side=sale.key.side)) == both[1]
    for choice, code in (
        (Choice(symbol="086520"), "resolve_which_one"),
        (Choice(symbol="247540"), "resolve_no_question"),
        (Choice(symbol="086520", session=at("09:00").date()), "resolve_which_one"),
    ):
        found = choose(both, choice)
        assert isinstance(found, Refusal)
        assert found.code == code


def test_later_trades_tell_nothing_of_the_shares() -> None:
    asked = question(moved=10)
    assert asked.shares is not None
    stale = replace(asked, shares=replace(asked.shares, is_fresh=False))

    assert (asked.moved, stale.moved) == (10, None)


WORDS = st.one_of(
    st.builds(Word, number=st.integers(1, 12).map(str)),
    st.just(Word(is_not_there=True)),
    st.builds(
        Word,
        filled=st.integers(0, 12),
        price=st.integers(1, 20_000).map(Decimal),
    ),
)


@given(
    word=WORDS,
    record=st.sampled_from([LOST, GONE]),
    rows=st.lists(st.sampled_from([OURS, replace(OURS, number="0000000009")])),
    known=st.sets(st.sampled_from(["0000000007", "0000000008"])),
    now=st.sampled_from(["10:00", "16:00"]),
)
@settings(max_examples=150)
def test_whatever_a_person_says_the_step_is_one_the_order_may_take(
    word: Word,
    record: OrderRecord,
    rows: list[BrokerOrder],
    known: set[str],
    now: str,
) -> None:
    found = judge(question(record, *rows, known=tuple(known), now=now), word)

    if isinstance(found, Refusal):
        assert found.code.startswith("resolve_")
        return
    assert found.state in TRANSITIONS[record.state]
    assert found.number not in known
    assert (found.filled_quantity or 0) <= record.order.quantity
