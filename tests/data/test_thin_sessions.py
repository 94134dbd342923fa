"""A session inside the bars in which nearly nothing of the market's volume is."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.markets import a_market, told
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.import_files import BarImport
from khms_trader.data.thin_sessions import thin_sessions
from khms_trader.domain.panel import Panel
from khms_trader.market.calendar import Calendar

REAL = Path(__file__).parents[2].parent / "shared" / "realdata"
CHAINED = "kosdaq_adjusted_202312_202607.parquet"
SYMBOLS = [f"000{n}0" for n in range(10, 22)]


def a_thin_day(volume: int, *, row: int = 30, symbols: int = 12) -> Panel:
    """Return a market of 1,000 shares a day with ``volume`` on one of them."""
    panel = a_market(60, SYMBOLS[:symbols])
    volumes = panel.volume.copy()
    volumes[row] = volume
    return replace(panel, volume=volumes)


def test_a_session_inside_with_a_hundredth_of_the_volume_is_told_on_its_day() -> None:
    assert told(a_thin_day(14)) == [("thin_session", "", 30, "0.014")]


def test_the_last_session_is_looked_at_too() -> None:
    assert told(a_thin_day(14, row=59)) == [("thin_session", "", 59, "0.014")]


@pytest.mark.parametrize(("volume", "is_thin"), [(149, True), (150, False)])
def test_less_than_fifteen_hundredths_is_thin(volume: int, *, is_thin: bool) -> None:
    assert bool(told(a_thin_day(volume))) is is_thin


@pytest.mark.parametrize(("symbols", "is_thin"), [(10, True), (9, False)])
def test_fewer_than_ten_symbols_are_no_market(symbols: int, *, is_thin: bool) -> None:
    assert bool(told(a_thin_day(1, symbols=symbols))) is is_thin


def test_without_twenty_sessions_before_nothing_is_said() -> None:
    assert told(a_thin_day(1, row=19)) == []
    assert told(a_thin_day(1, row=20)) == [("thin_session", "", 20, "0.001")]


def test_some_symbols_that_hardly_trade_are_no_thin_session() -> None:
    panel = a_market(60, SYMBOLS)
    volume = panel.volume.copy()
    volume[30, :5] = 1

    assert told(replace(panel, volume=volume)) == []


@given(
    thin=st.sets(st.integers(20, 59), max_size=6),
    cut=st.integers(1, 60),
    seed=st.integers(0, 99),
)
@settings(max_examples=30, deadline=None)
def test_nothing_after_a_session_says_anything_of_it(
    thin: set[int], cut: int, seed: int
) -> None:
    panel = a_market(60, SYMBOLS)
    volume = np.random.default_rng(seed).integers(200, 2_000, panel.volume.shape)
    volume[sorted(thin)] //= 50
    panel = replace(panel, volume=volume)
    asof = panel.sessions[cut - 1]

    before = list(thin_sessions(panel.until(asof)))

    assert before == [p for p in thin_sessions(panel) if p.session <= asof]


@pytest.mark.realdata
@pytest.mark.skipif(not REAL.exists(), reason="no ../shared/realdata")
def test_the_broken_session_of_the_chained_file_is_the_only_one(tmp_path: Path) -> None:
    BarImport(Calendar().is_session).run([REAL / CHAINED], tmp_path)
    store = ParquetBarStore(tmp_path, name="store", basis="adjusted")
    bars = pd.read_parquet(REAL / CHAINED)
    volume = bars.pivot_table(index="date", columns="ticker", values="volume")
    share = (volume / volume.shift(1).rolling(20).mean()).median(axis=1)

    found = [p for p in store.problems() if p.code == "thin_session"]

    assert [(p.symbol, p.session, p.detail) for p in found] == [
        ("", date(2026, 6, 10), "0.014")
    ]
    assert list(share.index[share < 0.15]) == [pd.Timestamp("2026-06-10")]
