"""History and the newest day of many symbols, from KIS."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.kis import wire_bodies as bodies
from broker.kis.scripted_caller import (
    CALENDAR,
    SESSION,
    ScriptedCaller,
    a_reply,
    kst,
)
from broker.kis.wire_bodies import body_of
from broker.kis.wire_builders import Row, a_bar_page, a_bar_row
from khms_trader.broker.kis.bars import KisBars, is_day_done
from khms_trader.broker.kis.endpoints import MULTI_PRICE, PERIOD_BARS, Endpoint
from khms_trader.broker.kis.paging import Reader
from khms_trader.broker.kis.reply import Reply
from khms_trader.clock import ManualClock
from khms_trader.errors import (
    BrokerError,
    BrokerUnavailable,
    NotInVirtual,
    TokenRefused,
)

SYMBOL = "086520"
EVENING = kst(20, 10)
SESSIONS = CALENDAR.sessions(date(2025, 6, 2), SESSION)
ROWS = [a_bar_row(f"{day:%Y%m%d}", 10_000 + n % 7) for n, day in enumerate(SESSIONS)]


class BarServer:
    """Serves period bars as KIS does: the newest 100 of the span, newest first."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self.spans: list[tuple[str, str]] = []

    def read(
        self, endpoint: Endpoint, fields: Mapping[str, str], *, continuation: str = ""
    ) -> Reply:
        first, last = fields["FID_INPUT_DATE_1"], fields["FID_INPUT_DATE_2"]
        self.spans.append((first, last))
        rows = [row for row in self._rows if first <= row["stck_bsop_date"] <= last]
        return a_reply(a_bar_page(*rows[::-1][:100]))


def bars_of(reader: Reader, moment: datetime = EVENING) -> KisBars:
    return KisBars(reader, clock=ManualClock(moment), calendar=CALENDAR)


def test_a_history_is_read_page_by_page_and_comes_oldest_first() -> None:
    server = BarServer(ROWS)

    history = bars_of(server).history(SYMBOL, date(2025, 6, 2))

    assert history.name == "에코프로"
    assert [bar.session for bar in history.bars] == list(SESSIONS)
    assert len(server.spans) == 3
    ends = [end for _, end in server.spans]
    assert ends[0] == "20260731"
    assert ends == sorted(ends, reverse=True)


def test_a_span_of_a_hundred_sessions_takes_one_request() -> None:
    server = BarServer(ROWS)

    history = bars_of(server).history(SYMBOL, SESSIONS[-100])

    assert len(history.bars) == 100
    assert len(server.spans) == 1


@settings(max_examples=30)
@given(first=st.integers(0, len(SESSIONS) - 1))
def test_wherever_a_history_begins_no_session_is_lost(first: int) -> None:
    history = bars_of(BarServer(ROWS)).history(SYMBOL, SESSIONS[first])

    assert [bar.session for bar in history.bars] == list(SESSIONS[first:])


def test_a_history_that_begins_at_the_listing_ends_there_after_a_look() -> None:
    server = BarServer(ROWS[-30:])

    history = bars_of(server).history(SYMBOL, date(2020, 1, 1))

    assert len(history.bars) == 30
    assert history.is_beginning
    day_before = SESSIONS[-30] - timedelta(days=1)
    assert server.spans[1:] == [("20200101", f"{day_before:%Y%m%d}")]


def test_a_history_that_reaches_back_says_nothing_of_older_bars() -> None:
    history = bars_of(BarServer(ROWS)).history(SYMBOL, SESSIONS[-30])

    assert len(history.bars) == 30
    assert not history.is_beginning


def test_a_short_answer_is_not_taken_for_the_beginning() -> None:
    pages = [a_bar_page(*ROWS[-40:][::-1]), a_bar_page(*ROWS[-90:-40][::-1])]
    caller = ScriptedCaller({PERIOD_BARS: [a_reply(page) for page in pages]})

    history = bars_of(caller).history(SYMBOL, SESSIONS[-90])

    assert [bar.session for bar in history.bars] == list(SESSIONS[-90:])
    assert not history.is_beginning


def test_a_look_without_an_answer_leaves_the_beginning_open() -> None:
    page, silent = a_reply(a_bar_page(*ROWS[-30:])), BrokerUnavailable("kis_no_answer")
    caller = ScriptedCaller({PERIOD_BARS: [page, silent]})

    history = bars_of(caller).history(SYMBOL, SESSIONS[0])

    assert len(history.bars) == 30
    assert not history.is_beginning


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        (ROWS[-100:], BrokerUnavailable("kis_no_answer")),
        (ROWS[-30:], TokenRefused("kis_token_refused")),
    ],
)
def test_a_page_that_must_follow_or_a_token_that_is_gone_is_a_failure(
    rows: list[Row], error: BrokerUnavailable
) -> None:
    caller = ScriptedCaller({PERIOD_BARS: [a_reply(a_bar_page(*rows)), error]})

    with pytest.raises(type(error)):
        bars_of(caller).history(SYMBOL, SESSIONS[0])


@pytest.mark.parametrize(
    ("moment", "newest"),
    [
        (kst(15, 34, 59), date(2026, 7, 30)),
        (kst(15, 35), SESSION),
        (kst(7, 50, day=date(2026, 8, 1)), SESSION),
    ],
)
def test_the_row_of_a_running_session_is_no_bar(moment: datetime, newest: date) -> None:
    history = bars_of(BarServer(ROWS), moment).history(SYMBOL, SESSIONS[-10])

    assert history.bars[-1].session == newest


def test_a_row_beyond_the_span_that_was_asked_for_is_dropped() -> None:
    page = a_bar_page(*(row for row in ROWS[-3:]))
    caller = ScriptedCaller({PERIOD_BARS: [a_reply(page)]})

    history = bars_of(caller, kst(9, 1)).history(SYMBOL, SESSIONS[-2])

    assert [bar.session for bar in history.bars] == [SESSIONS[-2]]


def test_a_page_that_does_not_move_on_ends_the_history() -> None:
    page = a_reply(a_bar_page(*ROWS[-100:]))
    caller = ScriptedCaller({PERIOD_BARS: [page]})

    history = bars_of(caller).history(SYMBOL, SESSIONS[0])

    assert len(history.bars) == 100
    assert not history.is_beginning
    assert len(caller.asked) == 2


def prices_of(symbols: Sequence[str]) -> Reply:
    (row,) = body_of(bodies.MULTI_PRICE)["output"]
    return a_reply({"output": [row | {"inter_shrn_iscd": s} for s in symbols]})


def test_thirty_symbols_are_asked_for_at_once() -> None:
    symbols = [f"{n:05d}0" for n in range(61)]
    answers = [prices_of(symbols[:30]), prices_of(symbols[30:59]), prices_of([])]
    caller = ScriptedCaller({MULTI_PRICE: answers})

    prices = bars_of(caller, kst(15, 35)).today(symbols)

    assert list(prices) == symbols[:59]
    assert prices["000000"].bar.session == SESSION
    assert len(caller.asked) == 3


@pytest.mark.parametrize(
    "moment",
    [
        kst(15, 34, 59),
        kst(7, 50, day=date(2026, 8, 1)),
        kst(7, 50, day=date(2026, 8, 3)),
    ],
)
def test_nothing_is_asked_while_the_day_is_not_done_or_another_begins(
    moment: datetime,
) -> None:
    caller = ScriptedCaller({MULTI_PRICE: [prices_of([])]})

    assert bars_of(caller, moment).today([SYMBOL]) == {}
    assert caller.asked == []


def test_the_virtual_server_has_no_call_for_many() -> None:
    refused = NotInVirtual("kis_not_in_virtual", call="intstock-multprice")
    caller = ScriptedCaller({MULTI_PRICE: [refused]})

    with pytest.raises(NotInVirtual):
        bars_of(caller, kst(15, 35)).today([SYMBOL])


def test_prices_that_came_before_a_request_failed_are_kept() -> None:
    symbols = [f"{n:05d}0" for n in range(90)]
    failure = BrokerUnavailable("kis_no_answer")
    caller = ScriptedCaller({MULTI_PRICE: [prices_of(symbols[:30]), failure]})

    prices = bars_of(caller, kst(15, 35)).today(symbols)

    assert list(prices) == symbols[:30]
    assert len(caller.asked) == 2


@pytest.mark.parametrize(
    "answers",
    [
        [BrokerUnavailable("kis_no_answer")],
        [prices_of([]), TokenRefused("kis_token_refused")],
    ],
)
def test_no_prices_at_all_or_no_token_is_a_failure(
    answers: list[Reply | BrokerError],
) -> None:
    caller = ScriptedCaller({MULTI_PRICE: answers})

    with pytest.raises(BrokerUnavailable):
        bars_of(caller, kst(15, 35)).today([f"{n:05d}0" for n in range(31)])


def test_what_the_caller_may_not_ask_cannot_be_had() -> None:
    refused = BrokerError("kis_call_not_allowed", call=PERIOD_BARS.name)
    caller = ScriptedCaller({PERIOD_BARS: [refused]})

    with pytest.raises(BrokerUnavailable) as caught:
        bars_of(caller).history(SYMBOL, SESSIONS[-10])

    assert caught.value.code == "kis_call_not_allowed"


def test_only_the_real_server_is_asked_for_many() -> None:
    caller = ScriptedCaller({})
    clock = ManualClock(EVENING)

    real = KisBars(caller, clock=clock, calendar=CALENDAR, has_many=True)

    assert (real.has_many, bars_of(caller).has_many) == (True, False)


def test_a_day_is_done_from_its_time_on_and_only_that_day() -> None:
    done_at = kst(15, 35)

    assert not is_day_done(SESSION, done_at, kst(15, 34, 59))
    assert is_day_done(SESSION, done_at, done_at)
    assert not is_day_done(SESSION, done_at, kst(7, 50, day=date(2026, 8, 3)))
