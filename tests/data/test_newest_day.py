"""A day asked for with many others is believed only when it follows from the store."""

from datetime import date

import pytest

from khms_trader.data.newest_day import bar_to_append
from khms_trader.domain.bars import DailyBar, MultiPrice
from khms_trader.domain.instrument import InstrumentKind

SESSION, BEFORE = date(2026, 7, 31), date(2026, 7, 30)
EQUITY = InstrumentKind.EQUITY


def a_bar(session: date, close: int, volume: int = 100) -> DailyBar:
    return DailyBar(
        session=session, open=close, high=close, low=close, close=close, volume=volume
    )


def a_price(bar: DailyBar, base: int) -> MultiPrice:
    return MultiPrice(symbol="086520", name="에코프로", bar=bar, base_price=base)


@pytest.mark.parametrize(
    ("last_close", "base", "is_taken"),
    [
        (10_000, 10_000, True),
        (4_162, 4_165, True),
        (4_162, 4_160, False),
        (10_000, 9_980, False),
        (50_000, 10_000, False),
    ],
)
def test_a_day_is_appended_only_when_its_base_follows_from_the_stored_close(
    last_close: int, base: int, *, is_taken: bool
) -> None:
    price = a_price(a_bar(SESSION, base), base)

    bar = bar_to_append(
        price, a_bar(BEFORE, last_close), EQUITY, previous_session=BEFORE
    )

    assert bar == (price.bar if is_taken else None)


def test_the_grid_is_that_of_the_kind() -> None:
    price = a_price(a_bar(SESSION, 12_345), 12_345)
    last = a_bar(BEFORE, 12_342)

    fund = bar_to_append(price, last, InstrumentKind.ETF, previous_session=BEFORE)
    share = bar_to_append(price, last, EQUITY, previous_session=BEFORE)

    assert (fund, share) == (price.bar, None)


def test_a_gap_before_the_day_needs_the_history() -> None:
    price = a_price(a_bar(SESSION, 10_000), 10_000)
    last = a_bar(date(2026, 7, 29), 10_000)

    assert bar_to_append(price, last, EQUITY, previous_session=BEFORE) is None


@pytest.mark.parametrize(
    ("opened", "high", "low", "close"),
    [
        (10_000, 9_000, 10_000, 10_000),
        (10_000, 10_000, 10_500, 10_000),
        (11_000, 10_000, 10_000, 10_000),
        (10_000, 10_000, 10_000, 11_000),
    ],
)
def test_an_impossible_day_needs_the_history(
    opened: int, high: int, low: int, close: int
) -> None:
    bar = DailyBar(
        session=SESSION, open=opened, high=high, low=low, close=close, volume=100
    )
    price = a_price(bar, 10_000)

    found = bar_to_append(price, a_bar(BEFORE, 10_000), EQUITY, previous_session=BEFORE)

    assert found is None


@pytest.mark.parametrize(("close", "is_taken"), [(10_000, True), (10_100, False)])
def test_a_day_without_trades_keeps_the_close(close: int, *, is_taken: bool) -> None:
    price = a_price(a_bar(SESSION, close, volume=0), 10_000)

    bar = bar_to_append(price, a_bar(BEFORE, 10_000), EQUITY, previous_session=BEFORE)

    assert (bar is not None) == is_taken
