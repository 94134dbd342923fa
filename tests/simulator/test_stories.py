"""What a story says happens to a symbol on its session, and nothing to any other."""

import contextlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import ASOF, CALENDAR, SESSION, at
from khms_trader.domain.instrument import Designation
from khms_trader.domain.quote import Quote
from khms_trader.errors import UsageError
from khms_trader.market.rates import CostRates
from khms_trader.simulator.stories import StoriedQuotes, parse_story
from simulator.practice import CLOSE, ONE, TWO, Market, Practice, said


def told(*events: str, symbol: str = ONE) -> StoriedQuotes:
    stories = [parse_story(f"{symbol}:{SESSION}:{event}") for event in events]
    return StoriedQuotes(Market(), CALENDAR, stories)


def quote_of(quotes: StoriedQuotes, symbol: str = ONE) -> Quote:
    quote = quotes.opening_quote(symbol, SESSION)
    assert quote is not None
    return quote


def storied(*events: str, holding: int = 10) -> Practice:
    practice = Practice(
        holdings={ONE: holding},
        start_at=at(16, day=ASOF),
        # A tenth of a percent worse than the open: nobody buys below the limit.
        costs=CostRates(fee_rate=0, slippage_rate=1_000_000),
    )
    practice.exchange.market = replace(practice.exchange.market, quotes=told(*events))
    practice.clock.move_to(at(9, 1))
    return practice


@pytest.mark.parametrize(
    ("event", "opens"),
    [("limit_up", 13_000), ("limit_down", 7_000), ("open:10204", 10_200)],
)
def test_it_opens_where_the_story_says_on_the_grid(event: str, opens: int) -> None:
    quotes = told(event)

    assert (quote_of(quotes).open_price, quote_of(quotes).price) == (opens, opens)
    assert quotes.last_price(ONE, at(9, 1)) == opens


def test_the_session_closes_where_the_market_behind_it_does() -> None:
    quotes = told("limit_down")

    assert quotes.last_price(ONE, at(8, 59)) == 10_000
    assert quotes.last_price(ONE, at(15, 30)) == CLOSE


def test_a_halted_symbol_has_no_open_and_keeps_the_last_price() -> None:
    quotes = told("halted")

    assert quote_of(quotes).is_halted
    assert quote_of(quotes).open_price is None
    # The close of the session before.
    assert quotes.last_price(ONE, at(9, 1)) == CLOSE


@pytest.mark.parametrize("mark", sorted(set(Designation) - {Designation.HALTED}))
def test_a_mark_is_there_from_the_morning_on_and_the_symbol_trades(
    mark: Designation,
) -> None:
    quote = quote_of(told(mark.value))

    assert quote.designations == {mark}
    assert quote.open_price == 10_000


def test_a_split_divides_every_price_and_says_by_how_much() -> None:
    quote = quote_of(told("split:5"))

    assert (quote.base_price, quote.open_price, quote.split_ratio) == (2_000, 2_000, 5)
    assert (quote.lower_limit, quote.upper_limit) == (1_400, 2_600)


def test_several_things_can_happen_to_one_symbol() -> None:
    quote = quote_of(told("split:5", "limit_up", "warning"))

    assert quote.open_price == 2_600
    assert quote.designations == {Designation.WARNING}


def test_no_other_symbol_and_no_other_session_knows_of_it() -> None:
    quotes, market = told("limit_up"), Market()
    following = CALENDAR.next_session(SESSION)

    assert quote_of(quotes, TWO) == market.opening_quote(TWO, SESSION)
    assert quotes.opening_quote(ONE, following) == market.opening_quote(ONE, following)
    assert quotes.last_price(TWO, at(9, 1)) == 10_000


def test_a_symbol_the_market_does_not_know_has_no_story() -> None:
    assert told("limit_up", symbol="999990").opening_quote("999990", SESSION) is None
    assert told("limit_up", symbol="999990").last_price("999990", at(9, 1)) is None


def test_a_sale_at_the_lower_limit_rests_until_the_close() -> None:
    practice = storied("limit_down")

    practice.sell()

    assert practice.row("0000000001")["rmn_qty"] == "10"
    practice.clock.move_to(at(15, 40))
    assert practice.row("0000000001")["rjct_qty"] == "10"


def test_the_account_has_the_shares_of_the_split() -> None:
    practice = storied("split:5")

    (row,) = practice.balance().json()["output1"]

    assert (row["hldg_qty"], row["ord_psbl_qty"], row["prpr"]) == ("50", "50", "2000")
    assert practice.price().json()["output"]["stck_sdpr"] == "2000"


def test_no_order_for_a_halted_symbol_is_taken() -> None:
    assert said(storied("halted").buy())[0] == 200
    assert storied("halted").rows() == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", ""),
        ("삼성:2026-03-04:halted", "삼성"),
        ("100000:20260399:halted", "20260399"),
        ("100000:2026-03-04", ""),
        ("100000:2026-03-04:stolen", "stolen"),
        ("100000:2026-03-04:halted:5", "5"),
        ("100000:2026-03-04:open", ""),
        ("100000:2026-03-04:open:0", "0"),
        ("100000:2026-03-04:open:many", "many"),
        ("100000:2026-03-04:split:1", "1"),
        ("100000:2026-03-04:split:-5", "-5"),
    ],
)
def test_a_story_that_means_nothing_is_refused_with_the_part_that_is_wrong(
    text: str, part: str
) -> None:
    with pytest.raises(UsageError) as caught:
        parse_story(text)

    assert caught.value.code == "story_unreadable"
    assert caught.value.facts == {"text": text, "part": part}


@settings(max_examples=60)
@given(st.text(alphabet="10:2-6034haltedopnsi", max_size=40))
def test_no_text_does_anything_but_tell_a_story_or_be_refused(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert parse_story(text).session > date.min
