"""Bars of the sample market: frozen for ever, within KRX's rules, and believable."""

import hashlib
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.data.sample.issues import BENCHMARK
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.panel import Panel
from khms_trader.domain.plan import BarsState
from khms_trader.errors import DataError
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.market.prices import ETF_TICKS, KRX_TICKS_SINCE_2023, tick_size

LAST = date(2025, 6, 30)
CALENDAR = Calendar()
SESSIONS = CALENDAR.sessions(date(2024, 1, 2), LAST)
Floats = npt.NDArray[np.float64]


@cache
def whole() -> Panel:
    return SampleMarket(CALENDAR).panel(LAST)


def bar(panel: Panel, session: date, symbol: str) -> tuple[int, ...]:
    row, column = panel.sessions.index(session), panel.symbols.index(symbol)
    fields = (panel.open, panel.high, panel.low, panel.close, panel.volume)
    return tuple(int(field[row, column]) for field in fields)


def same(one: Panel, other: Panel) -> bool:
    fields = ("open", "high", "low", "close", "volume")
    return (one.sessions, one.symbols) == (other.sessions, other.symbols) and all(
        np.array_equal(getattr(one, field), getattr(other, field)) for field in fields
    )


def traded_moves() -> tuple[Floats, Floats, Floats]:
    """Return gap, day's change and turnover (won) of bars traded two days in a row."""
    panel = whole()
    both = panel.traded[1:] & panel.traded[:-1]
    before = np.where(both, panel.close[:-1], 1)
    gap = (panel.open[1:] / before - 1)[both]
    change = (panel.close[1:] / before - 1)[both]
    value = (panel.close[1:] * panel.volume[1:])[both]
    return gap, change, value.astype(float)


@pytest.mark.parametrize(
    ("symbol", "session", "expected"),
    [
        ("700370", date(2024, 1, 2), (20950, 21200, 20300, 20750, 8724)),
        ("700370", date(2024, 3, 4), (22300, 22400, 21900, 22000, 7084)),
        ("7021A0", date(2024, 2, 28), (3040, 3155, 3040, 3080, 219133)),
        ("701820", date(2024, 2, 28), (108800, 118300, 108600, 117700, 274615)),
        ("701820", date(2024, 3, 4), (117700, 117700, 117700, 117700, 0)),
        (BENCHMARK, date(2024, 3, 4), (12835, 12845, 12740, 12755, 3190338)),
    ],
)
def test_bars_are_these_on_every_machine(
    symbol: str, session: date, expected: tuple[int, ...]
) -> None:
    assert bar(whole(), session, symbol) == expected


def test_the_first_half_year_is_frozen_as_a_whole() -> None:
    panel = SampleMarket(CALENDAR).panel(date(2024, 6, 28))

    digest = hashlib.sha256()
    for prices in (panel.open, panel.high, panel.low, panel.close):
        digest.update(prices.astype("<i4").tobytes())
    digest.update(panel.volume.astype("<i8").tobytes())

    assert panel.close.shape == (121, 342)
    assert digest.hexdigest() == (
        "be0dfdd1d5af120aec540afb17b5e7dfc6a6352e7b150a1255e0d2f49761e5ba"
    )


@given(until=st.sampled_from(SESSIONS))
@settings(max_examples=5, deadline=None)
def test_later_days_never_change_earlier_ones(until: date) -> None:
    short = SampleMarket(CALENDAR).panel(until)

    later = whole().until(until)

    assert same(short, later.only(short.symbols))
    unborn = [n for n, s in enumerate(later.symbols) if s not in set(short.symbols)]
    assert not later.close[:, unborn].any()


@given(
    days=st.lists(st.sampled_from(SESSIONS), min_size=1, max_size=6),
    symbols=st.sets(st.integers(0, 330), min_size=1, max_size=4),
)
@settings(max_examples=15, deadline=None)
def test_any_part_in_any_order_has_the_values_of_the_whole(
    days: list[date], symbols: set[int]
) -> None:
    market = SampleMarket(CALENDAR)
    wanted = sorted(whole().symbols[column] for column in symbols)

    for day in days:
        part = market.panel(day, wanted[::-1])
        assert same(part, whole().until(day).only(part.symbols))


def test_unknown_symbols_are_left_out() -> None:
    panel = SampleMarket(CALENDAR).panel(date(2024, 1, 5), ["005930", "700370"])

    assert panel.symbols == ("700370",)
    assert panel.names == {"700370": "예제전자"}
    assert panel.close.shape == (4, 1)


def test_a_bar_is_ordered_and_on_the_grid() -> None:
    panel = whole()
    shares = [n for n, s in enumerate(panel.symbols) if s != BENCHMARK]

    low_ok = panel.low <= np.minimum(panel.open, panel.close)
    high_ok = panel.high >= np.maximum(panel.open, panel.close)

    assert low_ok.all()
    assert high_ok.all()
    for prices in (panel.open, panel.high, panel.low, panel.close):
        assert all(
            price % tick_size(price, KRX_TICKS_SINCE_2023) == 0
            for price in np.unique(prices[:, shares]).tolist()
        )
        column = prices[:, panel.symbols.index(BENCHMARK)]
        assert all(price % tick_size(price, ETF_TICKS) == 0 for price in column)


def test_a_session_without_trades_repeats_the_previous_close() -> None:
    panel = whole()
    halted = ~panel.traded[1:] & (panel.close[1:] > 0)

    for prices in (panel.open, panel.high, panel.low, panel.close):
        assert np.array_equal(prices[1:][halted], panel.close[:-1][halted])
    assert 400 < int(halted.sum()) < 1_500


def test_opening_gaps_are_as_wide_as_real_ones() -> None:
    gap, _, _ = traded_moves()

    quartiles = np.percentile(abs(gap), [25, 50, 75])

    assert 0.002 < quartiles[0] < 0.005
    assert 0.005 < quartiles[1] < 0.010
    assert 0.010 < quartiles[2] < 0.018
    assert 0.02 < (abs(gap) > 0.03).mean() < 0.08
    assert 10 <= int((gap > 0.29).sum()) <= 60
    assert 5 <= int((gap < -0.29).sum()) <= 60


def test_days_are_as_volatile_as_real_ones() -> None:
    _, change, _ = traded_moves()

    assert 0.025 < change.std() < 0.04
    assert 0.01 < np.percentile(abs(change), 50) < 0.02
    assert 0.04 < np.percentile(abs(change), 95) < 0.08


def test_prices_and_turnover_span_what_a_trader_meets() -> None:
    panel = whole()
    alive = panel.close[-1][panel.traded[-1]]
    _, _, value = traded_moves()

    assert alive.min() < 1_500
    assert 2_000 < np.median(alive) < 10_000
    assert 100_000 < alive.max() < 500_000
    assert value.min() > 90_000_000
    assert value.max() <= 200_000_000_000
    assert 5e8 < np.median(value) < 2e9


def test_turnover_rises_with_the_size_of_the_move() -> None:
    _, change, value = traded_moves()
    large, small = abs(change) > 0.05, abs(change) < 0.01

    assert np.median(value[large]) > 2 * np.median(value[small])


def test_the_ranking_by_turnover_moves_slowly() -> None:
    value = whole().close * whole().volume
    top = [set(np.argsort(-row)[:200].tolist()) for row in value[100:200]]

    changed = [len(b - a) for a, b in pairwise(top)]

    assert 5 < float(np.mean(changed)) < 35


def test_the_benchmark_follows_the_market() -> None:
    panel = whole()
    changes: Floats = np.diff(panel.close.astype(float), axis=0) / np.maximum(
        panel.close[:-1], 1
    )
    typical = np.median(changes, axis=1)
    column = panel.symbols.index(BENCHMARK)

    assert np.corrcoef(typical, changes[:, column])[0, 1] > 0.9
    assert 0.006 < changes[:, column].std() < 0.02


def entries_on(row: int) -> int:
    """Count entries of the issue's rule among the 200 most traded the day before."""
    panel = whole()
    value = panel.close[row - 1] * panel.volume[row - 1]
    ranked = np.argsort(-value)[:200]
    window: Any = slice(row - 19, row + 1)
    close, volume = panel.close[window, ranked], panel.volume[window, ranked]
    rising = (close[-1] > close.mean(axis=0)) & (close[-1] > close[-6])
    busy = (volume > 0).all(axis=0) & (volume[-1] > 1.1 * volume.mean(axis=0))
    return int((rising & busy).sum())


def test_a_typical_day_gives_some_entry_signals_and_not_too_many() -> None:
    counts = [entries_on(row) for row in range(60, len(SESSIONS))]

    assert 12 < np.median(counts) < 35
    assert np.mean([5 <= count <= 60 for count in counts]) > 0.95


def test_bars_are_raw_and_final() -> None:
    market = SampleMarket(CALENDAR)
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=SEOUL)

    assert (market.name, market.basis) == ("sample", "raw")
    assert market.state_of(date(2026, 11, 20), noon) is BarsState.FINAL


def test_there_is_no_market_before_the_epoch() -> None:
    with pytest.raises(DataError) as caught:
        SampleMarket(CALENDAR).panel(date(2024, 1, 1))

    assert caught.value.code == "sample_before_epoch"
    assert caught.value.facts == {"epoch": "2024-01-02", "asked": "2024-01-01"}
