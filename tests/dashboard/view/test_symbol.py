"""Rows of one symbol: what sort of days, what the strategy says, what we traded."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.symbols import (
    CLOSES,
    DAYS,
    OTHER,
    REASONS,
    SYMBOL,
    the_orders,
    the_panel,
    the_signals,
)
from khms_trader.dashboard.view.symbol import (
    DayKind,
    Fill,
    Period,
    SymbolBars,
    bars_of,
    day_kinds,
    fills_of,
    within,
)
from khms_trader.domain.order import Side

D = DayKind


def the_bars() -> SymbolBars:
    bars = bars_of(the_panel(), SYMBOL, the_signals())
    assert bars is not None
    return bars


def test_every_sort_of_day_is_told_apart() -> None:
    assert the_bars().kinds == (
        D.TRADED,
        D.AT_UPPER,
        D.HALTED,
        D.AT_LOWER,
        D.MISSING,
        D.TRADED,
        D.TRADED,
        D.TRADED,
        D.TRADED,
    )


def test_a_symbol_without_bars_has_none() -> None:
    assert bars_of(the_panel(), OTHER, None) is None
    assert bars_of(the_panel(), "900300", None) is None


def test_rows_begin_and_end_with_the_symbol_itself() -> None:
    panel = the_panel()

    bars = bars_of(panel.until(DAYS[4]), SYMBOL, None)

    assert bars is not None
    assert bars.sessions == DAYS[:4]
    assert not bars.has_signals


def test_signals_and_figures_stand_on_their_days() -> None:
    bars = the_bars()

    assert bars.entries == (False, True, *[False] * 6, True)
    # Of two reasons that hold, the first is the one a plan names.
    assert bars.exits == (
        "",
        "",
        "",
        "종가가 낮음",
        "",
        "",
        "더 낮음",
        "종가가 낮음",
        "",
    )
    assert bars.indicators["ma"][:3] == (None, None, 12_000.0)


def test_a_change_is_against_the_close_that_was_there() -> None:
    bars = the_bars()

    assert bars.change(0) is None
    assert bars.change(1) == pytest.approx(30.0)
    assert bars.change(4) is None
    assert bars.change(5) == pytest.approx(4.3956, abs=1e-4)


@pytest.mark.parametrize(
    ("session", "close", "kind"),
    [
        (date(2026, 3, 3), 13_000, D.AT_UPPER),
        (date(2026, 3, 3), 12_990, D.TRADED),
        (date(2026, 3, 3), 7_000, D.AT_LOWER),
        (date(2026, 3, 3), 20_000, D.TRADED),
        (date(2015, 6, 12), 11_500, D.AT_UPPER),
        (date(2015, 6, 12), 13_000, D.TRADED),
    ],
)
def test_a_limit_is_that_of_its_time(session: date, close: int, kind: D) -> None:
    sessions = (date(2015, 6, 11), session)

    assert day_kinds(SYMBOL, sessions, (10_000, close), (1, 1))[1] is kind


def test_a_period_counts_back_from_the_last_bar() -> None:
    bars = the_bars()
    long_ago = (date(2025, 9, 1), date(2025, 12, 1), *DAYS)
    longer = SymbolBars(
        symbol=SYMBOL,
        sessions=long_ago,
        open=(1, 1, *bars.open),
        high=(1, 1, *bars.high),
        low=(1, 1, *bars.low),
        close=(1, 1, *bars.close),
        volume=(1, 1, *bars.volume),
        kinds=(D.TRADED, D.TRADED, *bars.kinds),
        indicators={"ma": (None, None, *bars.indicators["ma"])},
        entries=(False, False, *bars.entries),
        exits=("", "", *bars.exits),
    )

    assert within(longer, Period.QUARTER).sessions == long_ago[1:]
    assert within(longer, Period.HALF).close == (1, 1, *CLOSES)[0:]
    assert within(longer, Period.YEAR).sessions == long_ago
    assert within(longer, Period.ALL) is longer
    assert len(within(longer, Period.QUARTER).indicators["ma"]) == 10


def test_fills_are_ours_of_this_symbol_by_age() -> None:
    assert fills_of(the_orders(), SYMBOL, REASONS) == (
        Fill(session=DAYS[5], side=Side.BUY, quantity=10, price=9_400.0, value=94_000),
        Fill(
            session=DAYS[7],
            side=Side.SELL,
            quantity=4,
            price=9_600.5,
            value=38_402,
            reason="종가가 낮음",
        ),
    )


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 9)), max_size=9))
def test_a_halted_day_has_a_price_and_no_trade(rows: list[tuple[int, int]]) -> None:
    close, volume = [price for price, _ in rows], [shares for _, shares in rows]

    kinds = day_kinds(SYMBOL, DAYS[: len(rows)], close, volume)

    for (price, shares), kind in zip(rows, kinds, strict=True):
        assert (kind is D.MISSING) == (price == 0)
        assert (kind is D.HALTED) == (price > 0 and shares == 0)
