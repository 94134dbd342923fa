"""Daily bars as whoever fetches them hands them over, and what a refresh came to.

Plain values without numpy: ``ports`` names them, and is on the 09:01 path. What is
stored of them, and how, is for ``data``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyBar:
    """One session of one symbol: won and shares.

    A bar without trades has volume 0 and its close as open, high and low.
    """

    session: date
    open: int
    high: int
    low: int
    close: int
    volume: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolBars:
    """Bars of one symbol, oldest first; ``name`` may be empty.

    Attributes:
        is_beginning: the source was asked for bars between the first day wanted and
            the first bar, and said that there is none.
    """

    symbol: str
    name: str
    bars: tuple[DailyBar, ...]
    is_beginning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiPrice:
    """The day so far of one of many symbols.

    Attributes:
        bar: with the last price as its close.
        base_price: what the day's limits are computed from, in won.
    """

    symbol: str
    name: str
    bar: DailyBar
    base_price: int


class RefreshOutcome(StrEnum):
    """What a refresh did with the stored bars of one symbol."""

    UNCHANGED = "unchanged"
    APPENDED = "appended"
    FILLED = "filled"  # nothing useful was stored of it
    REBASED = "rebased"  # fetched anew on another price basis
    QUARANTINED = "quarantined"  # the overlap is not understood: it stays as it was
    UNKNOWN = "unknown"  # the source has no bars of it
    FAILED = "failed"  # the source did not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh up to the session ``asof`` came to, symbol by symbol."""

    asof: date
    outcomes: Mapping[str, RefreshOutcome]

    def of(self, outcome: RefreshOutcome) -> tuple[str, ...]:
        """Return the symbols that ended so, in the order they were asked for."""
        return tuple(s for s, own in self.outcomes.items() if own is outcome)
