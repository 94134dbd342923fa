"""Whose shares are whose, and that a managed one is never chosen for sale."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_holding, a_record, at, holdings_of
from khms_trader.domain.order import Order, OrderRecord, OrderState, OrderType, Side
from khms_trader.planning.due import Holdings
from khms_trader.planning.sell_out import (
    Asked,
    Choice,
    HeldBack,
    Unmanaged,
    Whose,
    busy_symbols,
    choose_adoptions,
    choose_sales,
    market_sale,
    next_purpose,
    unmanaged,
)

ONE, TWO, THREE = "100000", "200000", "300000"
ALL = Asked(is_all=True)
NOW = at("10:00")


def found_in(holdings: Holdings, *, legacy: str = "") -> tuple[Unmanaged, ...]:
    return unmanaged(holdings, frozenset(legacy.split()))


def sales(
    holdings: Holdings, asked: Asked, busy: Mapping[str, HeldBack] | None = None
) -> dict[str, int | HeldBack]:
    chosen = choose_sales(holdings, found_in(holdings), asked, busy or {})
    return {choice.symbol: choice.held_back or choice.quantity for choice in chosen}


def adoptions(
    holdings: Holdings, asked: Asked, busy: Mapping[str, HeldBack] | None = None
) -> dict[str, int | HeldBack]:
    chosen = choose_adoptions(holdings, found_in(holdings), asked, busy or {})
    return {choice.symbol: choice.held_back or choice.quantity for choice in chosen}


def test_what_the_journal_manages_is_not_listed() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x10"), managed={ONE: 10})

    assert found_in(holdings) == ()


def test_what_was_there_when_the_account_was_confirmed_is_legacy() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x10"), a_holding(f"{TWO} x5"))

    found = found_in(holdings, legacy=ONE)

    assert [each.whose for each in found] == [Whose.LEGACY, Whose.OUTSIDE]


def test_what_the_settings_name_is_legacy() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x10"), legacy=frozenset({ONE}))

    assert [each.whose for each in found_in(holdings)] == [Whose.LEGACY]


def test_before_the_confirmation_everything_is_about_to_become_legacy() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x10"))

    assert [each.whose for each in unmanaged(holdings, None)] == [Whose.LEGACY]


def test_shares_on_top_of_managed_ones_are_a_surplus() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x15"), managed={ONE: 10})

    (found,) = found_in(holdings, legacy=ONE)

    assert (found.whose, found.quantity, found.managed) == (Whose.SURPLUS, 5, 10)
    assert found.value == 5 * 12_960


def test_a_holding_below_the_journals_count_leaves_nothing() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x3"), managed={ONE: 10})

    assert found_in(holdings) == ()


def test_all_sells_every_holding_but_no_surplus() -> None:
    holdings = holdings_of(
        a_holding(f"{ONE} x10"),
        a_holding(f"{TWO} x15"),
        a_holding(f"{THREE} x7"),
        managed={TWO: 10},
        legacy=frozenset({THREE}),
    )

    assert sales(holdings, ALL) == {ONE: 10, THREE: 7}


def test_a_surplus_is_sold_when_it_is_named() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x15"), managed={ONE: 10})

    assert sales(holdings, Asked(symbols=(ONE,))) == {ONE: 5}


def test_no_more_than_what_is_sellable_is_sold() -> None:
    holdings = holdings_of(
        a_holding(f"{ONE} x15", sellable=4), a_holding(f"{TWO} x5", sellable=0)
    )

    assert sales(holdings, ALL) == {ONE: 4, TWO: HeldBack.NOT_SELLABLE}


def test_a_managed_symbol_is_not_sold_by_name() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x10"), managed={ONE: 10})

    assert sales(holdings, Asked(symbols=(ONE,))) == {ONE: HeldBack.MANAGED}


def test_what_is_not_held_leaves_nothing_to_do() -> None:
    chosen = choose_sales(holdings_of(), (), Asked(symbols=(ONE,)), {})

    assert chosen == (Choice(symbol=ONE, held_back=HeldBack.NOT_HELD),)
    assert not chosen[0].is_refused


def test_a_symbol_named_twice_is_sold_once() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x10"))

    assert sales(holdings, Asked(symbols=(ONE, ONE))) == {ONE: 10}


@pytest.mark.parametrize(
    "reason", [HeldBack.UNKNOWN_ORDER, HeldBack.OPEN_ORDER, HeldBack.JUST_SOLD]
)
def test_a_busy_symbol_is_neither_sold_nor_adopted(reason: HeldBack) -> None:
    holdings = holdings_of(a_holding(f"{ONE} x10"))

    assert sales(holdings, ALL, {ONE: reason}) == {ONE: reason}
    assert adoptions(holdings, ALL, {ONE: reason}) == {ONE: reason}


def test_an_unknown_order_of_a_symbol_that_is_gone_is_told() -> None:
    lost = {ONE: HeldBack.UNKNOWN_ORDER}

    assert sales(holdings_of(), Asked(symbols=(ONE,)), lost) == lost


def test_a_symbol_that_was_just_sold_out_leaves_nothing_to_do() -> None:
    asked = Asked(symbols=(ONE,))

    assert sales(holdings_of(), asked, {ONE: HeldBack.JUST_SOLD}) == {
        ONE: HeldBack.NOT_HELD
    }


def test_adopting_takes_resting_shares_and_surplus_too() -> None:
    holdings = holdings_of(
        a_holding(f"{ONE} x10", sellable=0), a_holding(f"{TWO} x15"), managed={TWO: 10}
    )

    assert adoptions(holdings, ALL) == {ONE: 10, TWO: 5}


def test_what_is_managed_already_is_not_adopted_again() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x10"), managed={ONE: 10})

    assert adoptions(holdings, ALL) == {}
    assert adoptions(holdings, Asked(symbols=(ONE,))) == {ONE: HeldBack.ALREADY_MANAGED}


def test_adopting_what_is_not_held_is_refused() -> None:
    asked = Asked(symbols=(ONE,))

    assert adoptions(holdings_of(), asked) == {ONE: HeldBack.NOTHING_TO_ADOPT}
    assert not HeldBack.NOTHING_TO_ADOPT.is_nothing_to_do


def test_what_the_settings_keep_out_of_reach_is_not_adopted() -> None:
    holdings = holdings_of(a_holding(f"{ONE} x10"), legacy=frozenset({ONE}))

    assert adoptions(holdings, ALL) == {ONE: HeldBack.NAMED_IN_SETTINGS}


S = OrderState


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (S.INTENDED, HeldBack.UNKNOWN_ORDER),
        (S.UNCONFIRMED, HeldBack.UNKNOWN_ORDER),
        (S.ACCEPTED, HeldBack.OPEN_ORDER),
        (S.PARTIALLY_FILLED, HeldBack.OPEN_ORDER),
        (S.REJECTED, None),
        (S.NOT_PLACED, None),
    ],
)
@pytest.mark.parametrize("side", Side)
def test_an_order_that_has_not_ended_makes_its_symbol_busy(
    state: OrderState, reason: HeldBack | None, side: Side
) -> None:
    busy = busy_symbols([a_record(f"{side} {ONE} x10", state)], NOW)

    assert busy.get(ONE) is reason


@pytest.mark.parametrize(
    ("sold_at", "is_busy"), [("09:59:00.001", True), ("09:59:00", False)]
)
def test_sold_shares_are_waited_for_until_the_balance_must_show_it(
    sold_at: str, *, is_busy: bool
) -> None:
    sold = a_record(
        f"sell {ONE} x10", S.FILLED, filled=(10, 100_000), updated_at=at(sold_at)
    )

    assert (busy_symbols([sold], NOW) == {ONE: HeldBack.JUST_SOLD}) is is_busy


def test_a_purchase_that_has_ended_is_not_waited_for() -> None:
    bought = a_record(f"buy {ONE} x10", S.FILLED, filled=(10, 100_000), updated_at=NOW)

    assert busy_symbols([bought], NOW) == {}


def test_the_worst_reason_of_a_symbol_counts() -> None:
    records = [
        a_record(f"sell {ONE} x10", S.ACCEPTED),
        a_record(f"buy {ONE} x10", S.UNCONFIRMED),
        a_record(f"sell {ONE} x9", S.ACCEPTED),
    ]

    assert busy_symbols(records, NOW) == {ONE: HeldBack.UNKNOWN_ORDER}


@pytest.mark.parametrize(
    ("used", "following"),
    [
        ([], "manual-1"),
        (["plan"], "manual-1"),
        (["manual-1", "manual-3", "plan"], "manual-4"),
        (["manual-9", "manual-10"], "manual-11"),
    ],
)
def test_a_purpose_is_one_above_the_highest_used(
    used: list[str], following: str
) -> None:
    assert next_purpose(used) == following


def test_a_sale_goes_out_at_market() -> None:
    assert market_sale(Choice(symbol=ONE, quantity=3)) == Order(
        symbol=ONE, side=Side.SELL, quantity=3, order_type=OrderType.MARKET
    )


SYMBOLS = st.sampled_from((ONE, TWO, THREE))
COUNTS = st.integers(0, 20)
WORLDS = st.builds(
    lambda held, sellable, managed, legacy: holdings_of(
        *(
            a_holding(f"{symbol} x{count}", sellable=min(count, sellable[symbol]))
            for symbol, count in held.items()
        ),
        managed={symbol: count for symbol, count in managed.items() if count},
        legacy=legacy,
    ),
    st.dictionaries(SYMBOLS, COUNTS),
    st.fixed_dictionaries({ONE: COUNTS, TWO: COUNTS, THREE: COUNTS}),
    st.dictionaries(SYMBOLS, COUNTS),
    st.frozensets(SYMBOLS),
)
WISHES = st.one_of(
    st.just(ALL), st.builds(Asked, symbols=st.lists(SYMBOLS, max_size=4).map(tuple))
)


@given(holdings=WORLDS, asked=WISHES)
def test_whatever_is_asked_for_no_managed_share_is_sold(
    holdings: Holdings, asked: Asked
) -> None:
    for choice in choose_sales(holdings, found_in(holdings), asked, {}):
        holding = holdings.account.holding(choice.symbol)
        held = holding.quantity if holding else 0
        sellable = holding.sellable if holding else 0
        kept = min(holdings.managed.get(choice.symbol, 0), held)
        assert held - choice.quantity >= kept
        assert choice.quantity <= sellable
        assert (choice.quantity > 0) == (choice.held_back is None)


@given(holdings=WORLDS, asked=WISHES)
def test_adopting_makes_the_journal_count_what_is_held_and_again_changes_nothing(
    holdings: Holdings, asked: Asked
) -> None:
    managed = dict(holdings.managed)
    for choice in choose_adoptions(holdings, found_in(holdings), asked, {}):
        if choice.held_back is None:
            managed[choice.symbol] = managed.get(choice.symbol, 0) + choice.quantity
            holding = holdings.account.holding(choice.symbol)
            assert holding is not None
            assert managed[choice.symbol] == holding.quantity
    after = replace(holdings, managed=managed)

    again = choose_adoptions(after, found_in(after), asked, {})

    assert all(choice.held_back is not None for choice in again)


@given(holdings=WORLDS)
def test_managed_and_unmanaged_shares_are_all_there_are(holdings: Holdings) -> None:
    listed = {each.holding.symbol: each.quantity for each in found_in(holdings)}

    for holding in holdings.account.holdings:
        managed = min(holdings.managed.get(holding.symbol, 0), holding.quantity)
        assert listed.get(holding.symbol, 0) + managed == holding.quantity


RECORDS = st.lists(
    st.builds(
        lambda symbol, side, state: a_record(f"{side} {symbol} x10", state),
        SYMBOLS,
        st.sampled_from(Side),
        st.sampled_from(OrderState),
    ),
    max_size=6,
)


@given(records=RECORDS)
def test_exactly_the_symbols_of_orders_that_have_not_ended_are_busy(
    records: list[OrderRecord],
) -> None:
    open_symbols = {r.key.symbol for r in records if not r.state.is_final}

    assert set(busy_symbols(records, NOW)) == open_symbols
