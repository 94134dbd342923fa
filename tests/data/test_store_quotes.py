"""What stored bars say of a session's open, and what they refuse to make up."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import a_panel, a_store
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.store_quotes import StoreQuotes
from khms_trader.domain.instrument import Designation, InstrumentKind
from khms_trader.domain.panel import Panel
from khms_trader.domain.quote import Quote
from khms_trader.errors import DataError
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.ports import Quotes

# 2026-03-02 is a holiday: a substitute for 1 March.
FRI, TUE, WED, THU = (
    date(2026, 2, 27),
    date(2026, 3, 3),
    date(2026, 3, 4),
    date(2026, 3, 5),
)
SYMBOL = "000250"


def quotes(folder: Path, closes: dict[str, dict[date, int]]) -> StoreQuotes:
    return StoreQuotes(a_store(folder, closes, _000250="삼천당제약"), Calendar())


def idle_on_wednesday(folder: Path) -> StoreQuotes:
    """Return quotes of a symbol that closed at 10,000 and then did not trade."""
    prices = np.full((2, 1), 10_000, dtype=np.int32)
    store = ParquetBarStore(folder, name="store", basis="raw")
    store.write(
        Panel(
            sessions=(TUE, WED),
            symbols=(SYMBOL,),
            open=prices,
            high=prices,
            low=prices,
            close=prices,
            volume=np.array([[7], [0]], dtype=np.int64),
        )
    )
    return StoreQuotes(store, Calendar())


def at(session: date, time: str) -> datetime:
    return datetime.fromisoformat(f"{session}T{time}").replace(tzinfo=SEOUL)


def test_the_quote_of_a_session_has_its_open_and_the_limits_of_the_close_before(
    tmp_path: Path,
) -> None:
    source: Quotes = quotes(tmp_path, {SYMBOL: {TUE: 10_000, WED: 10_501}})

    assert source.opening_quote(SYMBOL, WED) == Quote(
        symbol=SYMBOL,
        session=WED,
        base_price=10_000,
        upper_limit=13_000,
        lower_limit=7_000,
        open_price=10_500,
        price=10_500,
        name="삼천당제약",
    )


def test_the_base_is_the_last_close_of_the_symbol_itself(tmp_path: Path) -> None:
    source = quotes(tmp_path, {SYMBOL: {FRI: 1_000, WED: 1_100}, "000440": {TUE: 1}})

    quote = source.opening_quote(SYMBOL, WED)

    assert quote is not None
    assert (quote.base_price, quote.open_price) == (1_000, 1_099)


def test_an_adjusted_close_between_ticks_moves_the_base_up(tmp_path: Path) -> None:
    source = quotes(tmp_path, {SYMBOL: {TUE: 12_341, WED: 12_500}})

    quote = source.opening_quote(SYMBOL, WED)

    assert quote is not None
    assert quote.base_price == 12_350


def test_limits_are_those_of_the_sessions_own_rules(tmp_path: Path) -> None:
    # 15 % until 2015-06-12, and 50-won ticks between 10,000 and 50,000 won.
    before, session = date(2015, 6, 11), date(2015, 6, 12)
    source = quotes(tmp_path, {SYMBOL: {before: 20_000, session: 20_500}})

    quote = source.opening_quote(SYMBOL, session)

    assert quote is not None
    assert (quote.lower_limit, quote.upper_limit) == (17_000, 23_000)


def test_an_open_outside_the_limits_is_told_as_it_is(tmp_path: Path) -> None:
    source = quotes(tmp_path, {SYMBOL: {TUE: 10_000, WED: 2_001}})

    quote = source.opening_quote(SYMBOL, WED)

    assert quote is not None
    assert (quote.lower_limit, quote.open_price) == (7_000, 2_000)


def test_a_preferred_share_is_named_as_one(tmp_path: Path) -> None:
    quote = quotes(tmp_path, {"000255": {TUE: 10}}).opening_quote("000255", WED)

    assert quote is not None
    assert quote.kind is InstrumentKind.PREFERRED


def test_without_a_bar_of_the_session_there_is_no_open(tmp_path: Path) -> None:
    source = quotes(tmp_path, {SYMBOL: {TUE: 10_000}, "000440": {WED: 5}})

    quote = source.opening_quote(SYMBOL, WED)

    assert quote is not None
    assert (quote.open_price, quote.price, quote.is_halted) == (None, None, False)


def test_after_the_last_stored_session_there_is_no_open(tmp_path: Path) -> None:
    quote = quotes(tmp_path, {SYMBOL: {TUE: 10_000}}).opening_quote(SYMBOL, THU)

    assert quote is not None
    assert (quote.base_price, quote.open_price) == (10_000, None)


def test_a_session_without_trades_is_a_halt(tmp_path: Path) -> None:
    quote = idle_on_wednesday(tmp_path).opening_quote(SYMBOL, WED)

    assert quote is not None
    assert quote.open_price is None
    assert quote.designations == {Designation.HALTED}


@pytest.mark.parametrize("symbol", ["999990", "000440"])
def test_a_symbol_without_a_close_before_is_unknown(
    tmp_path: Path, symbol: str
) -> None:
    source = quotes(tmp_path, {SYMBOL: {TUE: 10}, "000440": {WED: 20, THU: 30}})

    assert source.opening_quote(symbol, WED) is None


def test_no_bars_at_all_are_an_error_and_no_unknown_symbol(tmp_path: Path) -> None:
    source = StoreQuotes(a_store(tmp_path), Calendar())

    with pytest.raises(DataError, match="bars_missing"):
        source.opening_quote(SYMBOL, WED)


@pytest.mark.parametrize(
    ("moment", "price"),
    [
        (at(WED, "08:59:59"), 10_000),
        (at(WED, "09:00:00"), 10_500),
        (at(WED, "15:29:59"), 10_500),
        (at(WED, "15:30:00"), 10_501),
        (at(THU, "12:00:00"), 10_501),
        (at(TUE, "15:30:00"), 10_000),
        (at(date(2026, 3, 7), "12:00:00"), 10_501),
    ],
)
def test_the_last_price_is_the_newest_one_known_by_then(
    tmp_path: Path, moment: datetime, price: int
) -> None:
    source = quotes(tmp_path, {SYMBOL: {TUE: 10_000, WED: 10_501}})

    assert source.last_price(SYMBOL, moment) == price


def test_the_hours_of_the_day_decide_what_is_known(tmp_path: Path) -> None:
    # 2024-01-02, the first session of the year, opened at 10:00.
    before, first = date(2023, 12, 28), date(2024, 1, 2)
    source = quotes(tmp_path, {SYMBOL: {before: 1_000, first: 1_100}})

    assert source.last_price(SYMBOL, at(first, "09:59:00")) == 1_000
    assert source.last_price(SYMBOL, at(first, "10:00:00")) == 1_099


def test_the_last_price_of_a_halted_symbol_is_its_old_close(tmp_path: Path) -> None:
    source = idle_on_wednesday(tmp_path)

    assert source.last_price(SYMBOL, at(WED, "12:00:00")) == 10_000


def test_nobody_knows_the_price_of_an_unknown_symbol(tmp_path: Path) -> None:
    source = quotes(tmp_path, {SYMBOL: {TUE: 10}, "000440": {WED: 20}})

    assert source.last_price("999990", at(WED, "16:00:00")) is None
    assert source.last_price("000440", at(WED, "08:00:00")) is None


@given(before=st.integers(4, 900_000), close=st.integers(4, 900_000))
@settings(max_examples=25, deadline=None)
def test_the_close_of_a_session_never_shows_in_its_opening_quote(
    before: int, close: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("store")
    panel = a_panel({SYMBOL: {TUE: before, WED: close}})
    store = ParquetBarStore(folder, name="store", basis="raw")
    store.write(panel)
    quote = StoreQuotes(store, Calendar()).opening_quote(SYMBOL, WED)

    assert quote is not None
    assert quote.open_price == quote.price == close - 1
    assert 0 <= quote.base_price - before < 1_000
