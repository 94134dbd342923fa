"""Where an indicator of a strategy nobody knows is drawn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.symbols import SYMBOL, the_panel, the_signals
from khms_trader.dashboard.view.symbol import bars_of
from khms_trader.dashboard.view.symbol_panes import Pane, pane_of, panes_of

CLOSE = (10_000, 10_500, 0, 9_800)
VOLUME = (90_000, 800_000, 0, 120_000)


@pytest.mark.parametrize(
    ("figures", "pane"),
    [
        ((10_100.0, 10_200.0, None, 10_000.0), Pane.PRICE),
        ((300_000.0, 310_000.0, None, 330_000.0), Pane.VOLUME),
        ((31.0, 70.5, 50.0, 48.0), Pane.OWN),
        ((-0.02, 0.05, None, -0.07), Pane.OWN),
        ((None, None, None, None), Pane.OWN),
    ],
)
def test_size_decides(figures: tuple[float | None, ...], pane: Pane) -> None:
    assert pane_of(figures, CLOSE, VOLUME) is pane


def test_what_is_never_known_is_left_out() -> None:
    bars = bars_of(the_panel(), SYMBOL, the_signals())
    assert bars is not None

    assert panes_of(bars) == {"ma": Pane.PRICE}


@settings(max_examples=50)
@given(closes=st.lists(st.integers(100, 1_000_000), min_size=1, max_size=20))
def test_a_close_belongs_among_prices(closes: list[int]) -> None:
    assert pane_of([float(c) for c in closes], closes, [1] * len(closes)) is Pane.PRICE
