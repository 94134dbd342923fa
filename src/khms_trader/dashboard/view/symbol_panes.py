"""Where an indicator of any strategy belongs in the figure: by its size alone. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from khms_trader.dashboard.view.symbol import SymbolBars

Figures = Sequence[float | None]

MOST_OWN_PANES: Final = 3
_LIKE_PRICE: Final = 2.0
_LIKE_VOLUME: Final = 20.0
_MOST: Final = 0.9


class Pane(StrEnum):
    """A part of the figure."""

    PRICE = "price"
    VOLUME = "volume"
    OWN = "own"


def panes_of(bars: SymbolBars) -> Mapping[str, Pane]:
    """Return where each indicator is drawn; unknown throughout, it is left out."""
    return {
        name: pane_of(figures, bars.close, bars.volume)
        for name, figures in bars.indicators.items()
        if any(figure is not None for figure in figures)
    }


def pane_of(figures: Figures, close: Figures, volume: Figures) -> Pane:
    """Return PRICE or VOLUME for what is of that size nearly always, else OWN.

    An average of prices stays within half and twice the close; an average of volumes
    within a twentieth and twenty times the volume, which jumps.
    """
    if _is_like(figures, close, _LIKE_PRICE):
        return Pane.PRICE
    if _is_like(figures, volume, _LIKE_VOLUME):
        return Pane.VOLUME
    return Pane.OWN


def _is_like(figures: Figures, measure: Figures, factor: float) -> bool:
    pairs = [
        (figure, size)
        for figure, size in zip(figures, measure, strict=True)
        if figure is not None and size
    ]
    alike = sum(size / factor <= figure <= size * factor for figure, size in pairs)
    return bool(pairs) and alike >= _MOST * len(pairs)
