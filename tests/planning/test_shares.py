"""Other shares than our orders explain: frozen, sold as far as they go, or released."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import (
    a_holding,
    a_plan,
    a_quote,
    a_sell,
    an_account,
    an_order,
    holdings_of,
)
from khms_trader.domain.account import Account, Holding
from khms_trader.domain.quote import Quote
from khms_trader.domain.reasons import Caution, SkipReason
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import Decision, Remark, TradingRules, choose_sells
from khms_trader.planning.shares import (
    adds_up,
    has_new_basis,
    is_round_multiple,
    missing_shares,
    says_the_same,
)

ONE = "086520"
RULES = TradingRules(
    max_positions=8, costs=CostRates(fee_rate=0), collar_rate=30_000_000
)


def decided(held: int, journal: int, quote: Quote | None = None) -> Decision:
    holdings = holdings_of(a_holding(f"{ONE} x{held}"), managed={ONE: journal})
    quotes = {ONE: quote or a_quote()}
    (decision,) = choose_sells(a_plan(a_sell(f"{ONE} @12960")), holdings, quotes, RULES)
    return decision


@pytest.mark.parametrize(
    ("held", "journal", "is_round"),
    [
        (10, 10, False),
        (11, 10, False),
        (14, 10, False),
        (15, 10, True),
        (16, 10, False),
        (20, 10, True),
        (25, 10, True),
        (50, 10, True),
        (5, 10, False),
        (2, 1, True),
        (4, 3, False),
        (10, 0, False),
    ],
)
def test_one_and_a_half_times_and_more_may_be_a_split(
    held: int, journal: int, *, is_round: bool
) -> None:
    assert is_round_multiple(held, journal) is is_round


@given(journal=st.integers(1, 10_000), ratio=st.integers(2, 50))
@settings(max_examples=60)
def test_every_whole_split_is_seen(journal: int, ratio: int) -> None:
    assert is_round_multiple(journal * ratio, journal)
    assert not is_round_multiple(journal, journal * ratio)


@pytest.mark.parametrize(
    ("quote", "is_new"),
    [
        (a_quote(), False),
        (a_quote(base=12_995), False),
        (a_quote(base=12_996), True),
        (replace(a_quote(), split_ratio=5), True),
    ],
)
def test_a_moved_base_price_is_one_of_other_shares(
    quote: Quote, *, is_new: bool
) -> None:
    assert has_new_basis(a_sell(f"{ONE} @12960"), quote) is is_new


def test_what_a_person_bought_stays_and_is_said() -> None:
    decision = decided(13, 10)

    assert decision.order == an_order(f"sell {ONE} x10")
    assert decision.remarks == (Remark(caution=Caution.HELD_MORE, detail="10->13"),)


def test_of_what_a_person_sold_the_rest_is_sold_and_it_is_said() -> None:
    decision = decided(7, 10)

    assert decision.order == an_order(f"sell {ONE} x7")
    assert decision.remarks == (Remark(caution=Caution.HELD_LESS, detail="10->7"),)


@pytest.mark.parametrize(
    ("held", "quote"),
    [
        (50, a_quote()),
        (15, a_quote()),
        (13, a_quote(base=9_970)),
        (13, replace(a_quote(), split_ratio=2)),
    ],
)
def test_shares_that_a_split_may_have_made_freeze_the_line(
    held: int, quote: Quote
) -> None:
    decision = decided(held, 10, quote)

    assert decision.order is None
    assert decision.skip is not None
    assert decision.skip.reason is SkipReason.QUANTITY_CHANGED
    assert decision.skip.detail == f"10->{held}"


@pytest.mark.parametrize("held", [10, 7])
def test_a_moved_base_price_alone_stops_no_sale(held: int) -> None:
    assert decided(held, 10, a_quote(base=2_600, opened=2_600)).order is not None


def test_a_frozen_line_may_go_out_once_a_person_has_adopted_the_shares() -> None:
    assert SkipReason.QUANTITY_CHANGED.may_pass
    assert decided(50, 50).order == an_order(f"sell {ONE} x50")


def test_missing_shares_are_those_nobody_holds_any_more() -> None:
    account = an_account(a_holding("100000 x7"), a_holding("200000 x12"))
    managed = {"100000": 10, "200000": 10, "300000": 4}

    assert missing_shares(account, managed, ()) == {"100000": 3, "300000": 4}


def test_a_symbol_with_an_open_order_misses_nothing() -> None:
    assert missing_shares(an_account(), {"100000": 10}, {"100000"}) == {}


@pytest.mark.parametrize(
    ("more", "is_whole"), [(0, True), (1, False), (-1, False), (-50_000, False)]
)
def test_an_account_that_is_not_worth_what_it_lists_says_nothing(
    more: int, *, is_whole: bool
) -> None:
    account = an_account(a_holding(f"{ONE} x10"))
    account = replace(account, total=account.total + more)

    assert adds_up(account) is is_whole
    assert bool(missing_shares(account, {"100000": 10}, ())) is is_whole


def test_an_account_that_lists_nothing_must_be_worth_its_cash() -> None:
    empty = an_account()

    assert missing_shares(empty, {ONE: 10}, ()) == {ONE: 10}
    assert missing_shares(replace(empty, total=empty.total + 1), {ONE: 10}, ()) == {}


def test_one_cheap_share_is_seen_beside_a_fortune() -> None:
    fortune = replace(a_holding("200000 x9000"), price=900_000)
    whole = worth(fortune, replace(a_holding("100000 x1"), price=1))
    cut = replace(whole, holdings=(fortune,))

    assert missing_shares(cut, {"100000": 1}, ()) == {}


def test_a_total_below_the_cash_says_nothing() -> None:
    account = replace(an_account(), total=an_account().cash_d2 - 1)

    assert missing_shares(account, {ONE: 10}, ()) == {}


def test_an_account_of_nothing_at_all_is_no_answer() -> None:
    blank = replace(an_account(), cash=0, cash_d2=0, spendable=0, total=0)

    assert missing_shares(blank, {ONE: 10}, ()) == {}


def test_two_readings_agree_only_when_no_price_moved_in_between() -> None:
    first = an_account(a_holding(f"{ONE} x10"))
    later = replace(first, observed_at=first.observed_at + timedelta(seconds=10))
    moved = replace(a_holding(f"{ONE} x10"), price=1)

    assert says_the_same(first, later)
    assert not says_the_same(first, replace(later, holdings=(moved,)))
    assert not says_the_same(first, replace(later, holdings=()))
    assert not says_the_same(first, replace(later, total=later.total + 1))
    assert not says_the_same(first, replace(later, cash_d2=later.cash_d2 + 1))


def worth(*holdings: Holding) -> Account:
    """Return an account that adds up."""
    empty = an_account()
    total = empty.cash_d2 + sum(holding.value for holding in holdings)
    return replace(empty, holdings=holdings, total=total)


HOLDINGS = st.dictionaries(
    st.sampled_from(["100000", "200000", "300000", "400000"]),
    st.tuples(st.integers(1, 9_999), st.integers(1, 999_999)),
    min_size=1,
)


@given(held=HOLDINGS, lost=st.sets(st.integers(0, 3), min_size=1))
@settings(max_examples=100)
def test_no_row_can_be_left_out_and_taken_for_sold(
    held: dict[str, tuple[int, int]], lost: set[int]
) -> None:
    rows = [
        replace(a_holding(f"{symbol} x{shares}"), price=price)
        for symbol, (shares, price) in held.items()
    ]
    managed = {symbol: shares for symbol, (shares, _) in held.items()}
    whole = worth(*rows)
    listed = tuple(row for place, row in enumerate(rows) if place not in lost)

    assert missing_shares(whole, managed, ()) == {}
    assert missing_shares(replace(whole, holdings=listed), managed, ()) == {}


SHARES = st.dictionaries(
    st.sampled_from(["100000", "200000", "300000"]), st.integers(1, 99)
)


@given(held=SHARES, managed=SHARES, busy=st.sets(st.sampled_from(["100000", "300000"])))
@settings(max_examples=100)
def test_what_is_released_leaves_exactly_what_is_held(
    held: dict[str, int], managed: dict[str, int], busy: set[str]
) -> None:
    account = an_account(*(a_holding(f"{s} x{n}") for s, n in held.items()))

    missing = missing_shares(account, managed, busy)

    for symbol, shares in managed.items():
        left = shares - missing.get(symbol, 0)
        if symbol in busy:
            assert left == shares
        else:
            assert left == min(shares, held.get(symbol, 0))
