"""What holds of every panel: no look-ahead, no matter of order, no false alarm."""

import time
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.markets import SYMBOLS, a_market, flat, seen, spoilt, weekdays
from khms_trader.data.bar_rows import panel_of, rows_of
from khms_trader.data.quality import find_problems
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.panel import Panel
from khms_trader.domain.quality import QualityCode, Verdict
from khms_trader.market.calendar import Calendar

# Closes and volumes that make every kind of problem likely.
bars = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 500, 510, 640, 1_000, 1_250, 2_500]),
        st.sampled_from([0, 0, 10]),
    ),
    min_size=45,
    max_size=45,
)
markets = st.lists(bars, min_size=1, max_size=4)


def market(columns: list[list[tuple[int, int]]]) -> Panel:
    close = np.array([[c for c, _ in column] for column in columns], dtype=np.int32).T
    volume = np.array([[v for _, v in column] for column in columns], dtype=np.int64).T
    volume = np.where(close > 0, volume, 0)
    return Panel(
        sessions=weekdays(45),
        symbols=SYMBOLS[: len(columns)],
        open=close,
        high=close,
        low=close,
        close=close,
        volume=volume,
    )


@given(
    columns=markets, cut=st.integers(1, 44), basis=st.sampled_from(["adjusted", "raw"])
)
@settings(max_examples=60, deadline=None)
def test_later_bars_never_change_what_was_told_before(
    columns: list[list[tuple[int, int]]], cut: int, basis: str
) -> None:
    panel = market(columns)
    asof = panel.sessions[cut - 1]

    before = seen(panel.until(asof), basis)

    assert before == [p for p in seen(panel, basis) if p.session <= asof]


@given(columns=markets)
@settings(max_examples=30, deadline=None)
def test_a_symbol_is_judged_alike_wherever_it_stands(
    columns: list[list[tuple[int, int]]],
) -> None:
    forward, backward = market(columns), market(columns[::-1])
    swapped = dict(zip(forward.symbols, reversed(forward.symbols), strict=True))

    there = {(p.symbol, p.code, p.session, p.detail) for p in seen(forward)}
    back = {
        (swapped.get(p.symbol, ""), p.code, p.session, p.detail) for p in seen(backward)
    }

    assert there == back


@given(columns=markets)
@settings(max_examples=30, deadline=None)
def test_rows_and_columns_without_bars_say_nothing(
    columns: list[list[tuple[int, int]]],
) -> None:
    panel = market(columns)

    assert seen(panel) == seen(panel_of(rows_of(panel)))


def test_the_generated_market_is_clean_but_for_splits_listings_and_endings() -> None:
    calendar = Calendar()
    sample = SampleMarket(calendar)
    until = date(2026, 3, 3)
    panel = sample.panel(until)
    sessions = calendar.sessions(panel.sessions[0], until)

    found = find_problems(panel, basis=sample.basis, calendar_sessions=sessions)

    spoiling = [p for p in found if p.code.verdict is Verdict.QUARANTINE]
    spoilt_symbols = {problem.symbol for problem in spoiling}
    assert {p.code for p in spoiling} == {QualityCode.SUSPICIOUS_SPLIT}
    assert all(_has_event(sample, panel, symbol) for symbol in spoilt_symbols)
    assert 0 < len(spoilt_symbols) < len(panel.symbols) / 4
    assert sample.problems() == ()


def _has_event(sample: SampleMarket, panel: Panel, symbol: str) -> bool:
    """Return whether the market split, listed or ended the issue, as it says itself."""
    held = panel.close[:, panel.symbols.index(symbol)] > 0
    if not held[0] or not held[-1]:
        return True
    quotes = (sample.opening_quote(symbol, session) for session in panel.sessions)
    return any(quote is not None and quote.split_ratio != 1 for quote in quotes)


def test_a_large_market_is_judged_in_seconds() -> None:
    panel = a_market(2_500, [f"{n:05d}0" for n in range(1_700)])
    panel = spoilt(panel, 1_000, "000010", **flat(9_999))
    start = time.perf_counter()

    found = find_problems(panel, basis="adjusted", calendar_sessions=weekdays(2_500))

    # 0.9 s measured; the margin is for a machine that does other things.
    assert time.perf_counter() - start < 30
    assert {p.symbol for p in found} == {"000010"}
