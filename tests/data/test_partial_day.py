"""A last day that was taken while the market was open."""

from dataclasses import replace

import numpy as np

from data.markets import a_market
from khms_trader.data.partial_day import partial_last_day
from khms_trader.domain.panel import Panel

SYMBOLS = [f"000{n}0" for n in range(10, 42)]


def a_day(share: float, *, count: int = 40, symbols: int = 32) -> Panel:
    """Return a market whose last session has ``share`` of the usual volume."""
    panel = a_market(count, SYMBOLS[:symbols])
    volume = panel.volume.copy()
    volume[-1] = np.rint(volume[-1] * share)
    return replace(panel, volume=volume)


def test_a_market_with_a_third_of_its_volume_is_unfinished() -> None:
    found = partial_last_day(a_day(0.33))

    assert found is not None
    assert (found.symbol, found.code, found.session) == (
        "",
        "partial_last_day",
        a_day(0.33).sessions[-1],
    )
    assert found.detail == "0.33 < 0.60 x 1.00, 0.64 x 1.00"


def test_a_quieter_day_is_final() -> None:
    assert partial_last_day(a_day(0.61)) is None


def test_a_quiet_day_after_quiet_days_is_final() -> None:
    panel = a_day(0.5)
    volume = panel.volume.copy()
    volume[-6:] = 500

    assert partial_last_day(replace(panel, volume=volume)) is None


def test_a_day_as_quiet_as_the_quietest_of_the_five_before_is_final() -> None:
    # 2026-03-10 had 0.48 after 0.76, as one of the five days before had 0.53.
    panel = a_day(0.55)
    volume = panel.volume.copy()
    volume[-3] = 800

    assert partial_last_day(replace(panel, volume=volume)) is None


def test_few_symbols_or_sessions_say_nothing() -> None:
    assert partial_last_day(a_day(0.1, symbols=29)) is None
    assert partial_last_day(a_day(0.1, count=25)) is None
    assert partial_last_day(a_day(0.1, symbols=30, count=26)) is not None


def test_one_symbol_that_hardly_trades_is_no_market() -> None:
    panel = a_market(40, SYMBOLS)
    volume = panel.volume.copy()
    volume[-1, 0] = 1

    assert partial_last_day(replace(panel, volume=volume)) is None
