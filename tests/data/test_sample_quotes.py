"""Quotes and listing of the sample market, story by story."""

import subprocess
import sys
from datetime import date, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from khms_trader.data.sample.issues import BENCHMARK
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.instrument import Designation, InstrumentKind
from khms_trader.domain.quote import Quote
from khms_trader.errors import DataError
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.ports import BarSource, Listing, Quotes

CALENDAR = Calendar()
MARKET = SampleMarket(CALENDAR)
SESSIONS = CALENDAR.sessions(date(2024, 1, 2), date(2027, 3, 31))

ORDINARY = "700370"
SPLITTER = "701820"  # halted from 2024-02-29, split on 2024-03-06
NEWCOMER = "7021B0"  # listed on 2024-04-03
LEAVER = "790270"  # last session 2024-09-03


def quote(symbol: str, session: date) -> Quote:
    found = MARKET.opening_quote(symbol, session)
    assert found is not None
    return found


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SEOUL)


def test_a_quote_of_a_session_to_come_knows_its_open() -> None:
    assert quote(ORDINARY, date(2026, 11, 23)) == Quote(
        symbol="700370",
        session=date(2026, 11, 23),
        base_price=27_500,
        upper_limit=35_750,
        lower_limit=19_250,
        open_price=27_300,
        price=27_300,
        name="예제전자",
    )


@given(
    symbol=st.sampled_from(sorted(i.symbol for i in MARKET.instruments(SESSIONS[-1]))),
    session=st.sampled_from(SESSIONS),
)
@settings(max_examples=40, deadline=None)
def test_the_open_lies_within_the_limits(symbol: str, session: date) -> None:
    found = MARKET.opening_quote(symbol, session)
    assume(found is not None and found.open_price is not None)
    assert found is not None
    assert found.open_price is not None
    assume(found.upper_limit is not None and found.lower_limit is not None)
    assert found.upper_limit is not None
    assert found.lower_limit is not None

    assert found.lower_limit <= found.open_price <= found.upper_limit
    assert found.lower_limit <= found.base_price <= found.upper_limit


def test_whole_bars_stay_within_the_limits_of_their_quotes() -> None:
    panel = MARKET.panel(date(2024, 12, 30))
    symbols = panel.symbols[::9]

    for row in range(0, len(panel.sessions), 7):
        for symbol in symbols:
            column = panel.symbols.index(symbol)
            found = MARKET.opening_quote(symbol, panel.sessions[row])
            if found is None or found.upper_limit is None or found.lower_limit is None:
                continue
            assert panel.high[row, column] <= found.upper_limit
            assert panel.low[row, column] >= found.lower_limit


def test_a_split_is_a_halt_of_three_sessions_and_then_a_fifth_of_the_price() -> None:
    halted = [quote(SPLITTER, date(2024, 3, d)) for d in (4, 5)]
    split = quote(SPLITTER, date(2024, 3, 6))

    assert all(found.is_halted and found.open_price is None for found in halted)
    assert [found.price for found in halted] == [117_700, 117_700]
    assert not quote(SPLITTER, date(2024, 2, 28)).is_halted
    assert (split.base_price, split.open_price) == (23_550, 24_250)
    assert (split.lower_limit, split.upper_limit) == (16_500, 30_600)


def test_a_listing_starts_at_its_offer_price_with_wide_limits() -> None:
    first = quote(NEWCOMER, date(2024, 4, 3))

    assert MARKET.opening_quote(NEWCOMER, date(2024, 4, 2)) is None
    assert (first.base_price, first.open_price) == (75_300, 90_400)
    assert (first.lower_limit, first.upper_limit) == (45_200, 301_000)


def test_a_delisting_ends_in_liquidation_without_limits() -> None:
    watched = quote(LEAVER, date(2024, 8, 1))
    halted = quote(LEAVER, date(2024, 8, 2))
    first = quote(LEAVER, date(2024, 8, 26))
    last = quote(LEAVER, date(2024, 9, 3))

    assert watched.designations == {Designation.ADMINISTRATIVE}
    assert halted.is_halted
    assert first.designations == {Designation.LIQUIDATION}
    assert (first.lower_limit, first.upper_limit) == (None, None)
    assert first.open_price is not None
    assert 0.03 <= first.open_price / first.base_price <= 0.33
    assert last.designations == {Designation.LIQUIDATION}
    assert MARKET.opening_quote(LEAVER, date(2024, 9, 4)) is None


def test_unknown_symbols_have_no_quote_and_no_price() -> None:
    assert MARKET.opening_quote("005930", date(2026, 11, 23)) is None
    assert MARKET.last_price("005930", at(date(2026, 11, 23), 9)) is None


def test_the_last_price_is_the_open_while_the_session_runs() -> None:
    day = date(2026, 11, 23)

    moments = [at(day, 8, 59), at(day, 9), at(day, 15, 29), at(day, 15, 30)]

    prices = [MARKET.last_price(ORDINARY, moment) for moment in moments]
    close = MARKET.panel(day, [ORDINARY]).close[-1, 0]
    assert prices == [27_500, 27_300, 27_300, close]


def test_the_last_price_outlives_nights_weekends_and_the_delisting() -> None:
    friday = MARKET.last_price(ORDINARY, at(date(2026, 11, 20), 16))
    final = MARKET.last_price(LEAVER, at(date(2024, 9, 3), 16))

    assert MARKET.last_price(ORDINARY, at(date(2026, 11, 22), 12)) == friday == 27_500
    assert MARKET.last_price(LEAVER, at(date(2025, 3, 4), 10)) == final


def test_there_is_no_price_before_the_listing() -> None:
    assert MARKET.last_price(NEWCOMER, at(date(2024, 4, 3), 8, 59)) is None
    assert MARKET.last_price(NEWCOMER, at(date(2024, 4, 3), 9)) == 90_400
    # The first session of a year opens at 10.
    assert MARKET.last_price(ORDINARY, at(date(2024, 1, 2), 9, 30)) is None


def test_the_listing_shows_the_turnover_of_the_session_before() -> None:
    asof, before = date(2026, 11, 20), date(2026, 11, 19)
    panel = MARKET.panel(before)

    listed = {i.symbol: i for i in MARKET.instruments(asof)}

    for symbol in (ORDINARY, SPLITTER, BENCHMARK):
        column = panel.symbols.index(symbol)
        assert listed[symbol].reference_price == panel.close[-1, column]
        assert listed[symbol].reference_volume == panel.volume[-1, column]
    assert len(listed) >= 330
    assert listed[BENCHMARK].kind is InstrumentKind.ETF
    assert listed["753440"].designations == {Designation.HALTED}
    assert listed["713420"].designations == {Designation.WARNING}


def test_the_listing_starts_and_ends_with_the_issue() -> None:
    first = {i.symbol: i for i in MARKET.instruments(date(2024, 4, 3))}
    gone = {i.symbol for i in MARKET.instruments(date(2024, 9, 4))}

    assert NEWCOMER not in {i.symbol for i in MARKET.instruments(date(2024, 4, 2))}
    assert (first[NEWCOMER].reference_price, first[NEWCOMER].reference_volume) == (0, 0)
    assert LEAVER in {i.symbol for i in MARKET.instruments(date(2024, 9, 3))}
    assert LEAVER not in gone


def test_the_epoch_has_a_listing_without_turnover() -> None:
    listed = MARKET.instruments(date(2024, 1, 2))

    assert len(listed) >= 330
    assert {i.reference_value for i in listed} == {0}


def test_a_listing_on_a_holiday_is_that_of_the_session_before() -> None:
    sunday, friday = date(2026, 11, 22), date(2026, 11, 20)

    assert MARKET.instruments(sunday) == MARKET.instruments(friday)


def test_a_far_future_is_as_believable_as_today() -> None:
    found = quote(ORDINARY, date(2060, 6, 1))

    assert found.open_price is not None
    assert 2_000 < found.open_price < 200_000


def test_a_day_without_a_session_has_no_quote() -> None:
    with pytest.raises(DataError) as caught:
        MARKET.opening_quote(ORDINARY, date(2026, 11, 22))

    assert (caught.value.code, caught.value.facts) == (
        "not_a_session",
        {"day": "2026-11-22"},
    )


def test_before_the_epoch_there_is_nothing_to_ask() -> None:
    with pytest.raises(DataError, match="sample_before_epoch"):
        MARKET.opening_quote(ORDINARY, date(2023, 12, 28))
    with pytest.raises(DataError, match="sample_before_epoch"):
        MARKET.last_price(ORDINARY, at(date(2023, 12, 29), 12))
    with pytest.raises(DataError, match="sample_before_epoch"):
        MARKET.instruments(date(2023, 12, 29))


def test_the_market_serves_all_three_ports() -> None:
    day = date(2026, 11, 20)
    bars: BarSource = MARKET
    quotes: Quotes = MARKET
    listing: Listing = MARKET

    assert bars.name == "sample"
    assert quotes.last_price(ORDINARY, at(day, 16)) == 27_500
    assert ORDINARY in {instrument.symbol for instrument in listing.instruments(day)}


def test_quotes_load_no_numpy() -> None:
    program = (
        "import sys; from datetime import date, datetime\n"
        "from khms_trader.data.sample.market import SampleMarket\n"
        "from khms_trader.market.calendar import SEOUL, Calendar\n"
        "market = SampleMarket(Calendar())\n"
        "assert market.opening_quote('700370', date(2024, 3, 4)).open_price == 22300\n"
        "now = datetime(2024, 3, 4, 16, tzinfo=SEOUL)\n"
        "assert market.last_price('700370', now) == 22000\n"
        "heavy = {'numpy', 'pandas', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
