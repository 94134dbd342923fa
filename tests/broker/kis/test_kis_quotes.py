"""The quotes of today's session, one request each."""

from datetime import date, datetime, timedelta

import pytest

from broker.kis import wire_bodies as bodies
from broker.kis.scripted_caller import (
    CALENDAR,
    SESSION,
    ScriptedCaller,
    a_reply,
    kst,
)
from broker.kis.wire_bodies import body_of
from broker.kis.wire_builders import a_price
from khms_trader.broker.kis.endpoints import ASKING_PRICE, PRICE
from khms_trader.broker.kis.quotes import KisQuotes
from khms_trader.clock import ManualClock
from khms_trader.domain.instrument import Instrument
from khms_trader.errors import BrokerUnavailable, NotInVirtual
from khms_trader.ports import Quotes

SYMBOL = "086520"
PRICED = ScriptedCaller({PRICE: [a_reply(a_price())]})


def quotes_at(moment: datetime, caller: ScriptedCaller = PRICED) -> KisQuotes:
    return KisQuotes(caller, clock=ManualClock(moment), calendar=CALENDAR)


def test_the_open_is_known_from_the_open_on() -> None:
    before: Quotes = quotes_at(kst(8, 59, 59))
    after = quotes_at(kst(9))

    early, late = (quotes.opening_quote(SYMBOL, SESSION) for quotes in (before, after))

    assert early is not None
    assert late is not None
    assert (early.open_price, late.open_price) == (None, 10_000)
    assert (early.base_price, early.upper_limit) == (10_000, 13_000)


def test_an_unknown_symbol_has_no_quote_and_no_price() -> None:
    caller = ScriptedCaller({PRICE: [a_reply(a_price(stck_prpr="0"))]})
    quotes = quotes_at(kst(9, 1), caller)

    assert quotes.opening_quote(SYMBOL, SESSION) is None
    assert quotes.last_price(SYMBOL, kst(9, 1)) is None


@pytest.mark.parametrize("session", [date(2026, 7, 30), date(2026, 8, 3)])
def test_the_quote_of_another_day_is_not_made_up(session: date) -> None:
    with pytest.raises(BrokerUnavailable) as caught:
        quotes_at(kst(9, 1)).opening_quote(SYMBOL, session)

    assert caught.value.code == "kis_quote_not_today"


def test_the_last_price_is_todays_or_unknown() -> None:
    quotes = quotes_at(kst(9, 1))

    assert quotes.last_price(SYMBOL, kst(9, 1)) == 10_100
    assert quotes.last_price(SYMBOL, kst(9, 1, day=date(2026, 7, 30))) is None


def test_names_come_from_the_listing() -> None:
    known = {SYMBOL: Instrument(symbol=SYMBOL, name="에코프로")}
    quotes = KisQuotes(
        PRICED,
        clock=ManualClock(kst(9, 1)),
        calendar=CALENDAR,
        instruments=known,
    )

    quote = quotes.opening_quote(SYMBOL, SESSION)

    assert quote is not None
    assert quote.name == "에코프로"


def test_the_expected_auction_price_is_a_call_of_its_own() -> None:
    caller = ScriptedCaller({ASKING_PRICE: [a_reply(body_of(bodies.ASKING_PRICE))]})

    assert quotes_at(kst(8, 55), caller).expected_price(SYMBOL) == 12_340


def test_whatever_fails_is_unavailable() -> None:
    caller = ScriptedCaller({PRICE: [NotInVirtual("kis_not_in_virtual", call="x")]})

    with pytest.raises(BrokerUnavailable):
        quotes_at(kst(9, 1), caller).last_price(SYMBOL, kst(9, 1))


def test_a_quote_with_an_open_is_asked_for_once_a_minute() -> None:
    caller = ScriptedCaller({PRICE: [a_reply(a_price())]})
    clock = ManualClock(kst(9, 1))
    quotes = KisQuotes(caller, clock=clock, calendar=CALENDAR)

    first = quotes.opening_quote(SYMBOL, SESSION)
    clock.sleep(59)
    again = quotes.opening_quote(SYMBOL, SESSION)
    asked = len(caller.asked)
    clock.sleep(1)
    quotes.opening_quote(SYMBOL, SESSION)

    assert (first, asked, len(caller.asked)) == (again, 1, 2)


class Machine(ManualClock):
    """The clock of a computer that sleeps, or whose time is set."""

    def suspend(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [60, 20 * 60, -1])
def test_a_machine_that_slept_or_whose_clock_was_set_back_asks_again(
    seconds: float,
) -> None:
    caller = ScriptedCaller({PRICE: [a_reply(a_price())]})
    clock = Machine(kst(9, 1))
    quotes = KisQuotes(caller, clock=clock, calendar=CALENDAR)

    quotes.opening_quote(SYMBOL, SESSION)
    clock.suspend(seconds)
    quotes.opening_quote(SYMBOL, SESSION)

    assert len(caller.asked) == 2


def test_a_quote_without_an_open_is_asked_for_again() -> None:
    caller = ScriptedCaller({PRICE: [a_reply(a_price())]})
    clock = ManualClock(kst(8, 59, 59))
    quotes = KisQuotes(caller, clock=clock, calendar=CALENDAR)
    quotes.opening_quote(SYMBOL, SESSION)
    clock.sleep(1)

    opened = quotes.opening_quote(SYMBOL, SESSION)

    assert opened is not None
    assert opened.open_price == 10_000


def test_the_last_price_is_always_a_new_one() -> None:
    caller = ScriptedCaller({PRICE: [a_reply(a_price())]})
    quotes = quotes_at(kst(9, 1), caller)
    quotes.opening_quote(SYMBOL, SESSION)

    quotes.last_price(SYMBOL, kst(9, 1))

    assert len(caller.asked) == 2
