"""The gates of one line, each on both sides of its edge."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_buy, a_quote, an_order
from khms_trader.domain.instrument import Designation
from khms_trader.domain.quote import NoOpen, Quote
from khms_trader.domain.reasons import Caution, SkipReason
from khms_trader.planning.line_gates import (
    BUY_GATES,
    NEVER_BOUGHT,
    NO_LIMITS,
    BuyFacts,
    Limits,
    cautions_of,
    has_base_moved,
    has_no_open,
    is_designated,
    is_halted,
    is_over_daily_cap,
    is_over_order_count,
    is_too_large,
    is_too_much_of_the_volume,
    refuse_buy,
    refuse_sell,
)

Gate = Callable[[BuyFacts], SkipReason | None]


def facts(
    quote: Quote | None = None,
    *,
    value: int = 133_596,
    bought_today: int = 0,
    orders_today: int = 0,
    limits: Limits = NO_LIMITS,
) -> BuyFacts:
    return BuyFacts(
        line=a_buy("086520 x10 @12960"),
        quote=quote or a_quote(),
        value=value,
        bought_today=bought_today,
        orders_today=orders_today,
        limits=limits,
    )


def test_an_ordinary_buy_passes_every_gate() -> None:
    assert [gate(facts()) for gate in BUY_GATES] == [None] * 8
    assert refuse_buy(facts()) is None


def test_a_halted_issue_is_refused() -> None:
    assert is_halted(facts(a_quote("086520", Designation.HALTED))) is SkipReason.HALTED
    assert is_halted(facts(a_quote("086520", Designation.RISK))) is None


@pytest.mark.parametrize(
    "word", ["관리종목", "정리매매", "투자주의환기", "투자경고", "투자위험", "단기과열"]
)
def test_a_designated_issue_is_refused(word: str) -> None:
    (designation,) = [d for d in Designation if d.korean == word]

    quote = a_quote("086520", designation)

    assert is_designated(facts(quote)) is SkipReason.DESIGNATED
    assert refuse_buy(facts(quote)) is SkipReason.DESIGNATED


def test_low_liquidity_alone_is_bought() -> None:
    quote = a_quote("086520", Designation.LOW_LIQUIDITY)

    assert refuse_buy(facts(quote)) is None
    assert len(NEVER_BOUGHT) == 6


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        (12_924, SkipReason.BASE_PRICE_MOVED),
        (12_925, None),
        (12_960, None),
        (12_995, None),
        (12_996, SkipReason.BASE_PRICE_MOVED),
    ],
)
def test_a_base_beyond_a_tick_and_two_permille_is_refused(
    base: int, reason: SkipReason | None
) -> None:
    assert has_base_moved(facts(replace(a_quote(), base_price=base))) is reason


def test_no_opening_price_is_refused() -> None:
    assert has_no_open(facts(a_quote(opened=None))) is SkipReason.NO_OPEN_PRICE
    assert has_no_open(facts(a_quote(opened=1))) is None


def test_a_first_trade_that_may_still_come_is_told_apart() -> None:
    awaited = replace(a_quote(opened=None), no_open=NoOpen.AWAITED)
    untold = replace(a_quote(opened=None), no_open=NoOpen.UNTOLD)

    assert has_no_open(facts(awaited)) is SkipReason.NOT_OPENED
    assert has_no_open(facts(untold)) is SkipReason.NO_OPEN_PRICE


@pytest.mark.parametrize(
    ("no_open", "reason"),
    [
        (NoOpen.AWAITED, SkipReason.NOT_OPENED),
        (NoOpen.UNKNOWN, SkipReason.NO_OPEN_PRICE),
        (NoOpen.UNTOLD, None),
    ],
)
def test_a_sale_goes_out_where_it_trades_even_without_a_known_open(
    no_open: NoOpen, reason: SkipReason | None
) -> None:
    quote = replace(a_quote(opened=None), no_open=no_open)
    halted = replace(quote, designations=frozenset({Designation.HALTED}))

    assert refuse_sell(quote) is reason
    assert refuse_sell(halted) is SkipReason.HALTED


@pytest.mark.parametrize(
    ("quote", "cautions"),
    [
        (a_quote(), ()),
        (a_quote("086520", Designation.ADMINISTRATIVE), ()),
        (
            a_quote("086520", Designation.LIQUIDATION),
            (Caution.SOLD_IN_LIQUIDATION,),
        ),
        (a_quote("086520", Designation.OVERHEATED), (Caution.SOLD_OVERHEATED,)),
        (a_quote(opened=9_080), (Caution.OPEN_AT_LOWER_LIMIT,)),
        (a_quote(opened=9_090), ()),
    ],
)
def test_a_sale_that_fills_late_or_perhaps_not_goes_out_with_a_caution(
    quote: Quote, cautions: tuple[Caution, ...]
) -> None:
    assert refuse_sell(quote) is None
    assert cautions_of(an_order("sell 086520 x10"), quote) == cautions


@pytest.mark.parametrize(
    ("order", "opened", "cautions"),
    [
        ("buy 086520 x10 @13340", 13_340, ()),
        ("buy 086520 x10 @13340", 13_350, (Caution.OPEN_ABOVE_LIMIT,)),
        ("buy 086520 x10 @13340", 16_840, (Caution.OPEN_ABOVE_LIMIT,)),
        ("buy 086520 x10 @16840", 16_840, (Caution.OPEN_AT_UPPER_LIMIT,)),
        ("buy 086520 x10", 16_840, (Caution.OPEN_AT_UPPER_LIMIT,)),
        ("buy 086520 x10", 16_830, ()),
    ],
)
def test_a_buy_that_may_only_rest_says_so(
    order: str, opened: int, cautions: tuple[Caution, ...]
) -> None:
    assert cautions_of(an_order(order), a_quote(opened=opened)) == cautions


@pytest.mark.parametrize(
    ("gate", "limits", "reason"),
    [
        (is_too_large, Limits(max_order_won=133_596), None),
        (is_too_large, Limits(max_order_won=133_595), SkipReason.ORDER_TOO_LARGE),
        (is_over_daily_cap, Limits(max_daily_won=133_596), None),
        (is_over_daily_cap, Limits(max_daily_won=133_595), SkipReason.DAILY_CAP),
        (is_over_order_count, Limits(max_orders=1), None),
        (is_over_order_count, Limits(max_orders=0), SkipReason.ORDER_COUNT),
    ],
)
def test_a_cap_holds_from_its_first_won_or_order_on(
    gate: Gate, limits: Limits, reason: SkipReason | None
) -> None:
    assert gate(facts(limits=limits)) is reason
    assert gate(facts()) is None


@pytest.mark.parametrize(
    ("bought", "reason"), [(66_404, None), (66_405, SkipReason.DAILY_CAP)]
)
def test_the_daily_cap_counts_the_buys_before(
    bought: int, reason: SkipReason | None
) -> None:
    limits = Limits(max_daily_won=200_000)

    assert is_over_daily_cap(facts(bought_today=bought, limits=limits)) is reason


@pytest.mark.parametrize(("orders", "reason"), [(4, None), (5, SkipReason.ORDER_COUNT)])
def test_the_order_count_counts_the_orders_before(
    orders: int, reason: SkipReason | None
) -> None:
    limits = Limits(max_orders=5)

    assert is_over_order_count(facts(orders_today=orders, limits=limits)) is reason


@pytest.mark.parametrize(
    ("value", "reason"), [(100_000, None), (100_001, SkipReason.VOLUME_SHARE)]
)
def test_a_share_of_what_usually_trades_is_the_most(
    value: int, reason: SkipReason | None
) -> None:
    # One ten-thousandth of the 1,000,000,000 won traded a session.
    limits = Limits(max_volume_share_permyriad=1)

    assert is_too_much_of_the_volume(facts(value=value, limits=limits)) is reason


def test_a_symbol_whose_volume_nobody_knows_is_too_much_of_it() -> None:
    limits = Limits(max_volume_share_permyriad=10_000)
    unknown = replace(facts(limits=limits), line=replace(a_buy(), traded_value_20d=0))

    assert is_too_much_of_the_volume(unknown) is SkipReason.VOLUME_SHARE


def test_the_first_reason_is_the_one_about_the_issue() -> None:
    quote = a_quote("086520", Designation.HALTED, Designation.RISK, opened=None)

    assert refuse_buy(facts(quote, limits=Limits(max_orders=0))) is SkipReason.HALTED


MARKS = st.sets(st.sampled_from(Designation)).map(frozenset)


@given(marks=MARKS, opened=st.none() | st.just(13_000))
@settings(max_examples=60)
def test_only_a_halt_or_a_missing_open_stops_a_sale(
    marks: frozenset[Designation], opened: int | None
) -> None:
    reason = refuse_sell(replace(a_quote(opened=opened), designations=marks))

    expected = SkipReason.NO_OPEN_PRICE if opened is None else None
    if Designation.HALTED in marks:
        expected = SkipReason.HALTED
    assert reason is expected


@given(marks=MARKS)
@settings(max_examples=60)
def test_any_mark_but_low_liquidity_stops_a_buy(marks: frozenset[Designation]) -> None:
    reason = refuse_buy(facts(replace(a_quote(), designations=marks)))

    assert (reason is None) is (marks <= {Designation.LOW_LIQUIDITY})
