"""What a strategy is: a panel of daily bars in, signals of the same shape out.

A strategy knows no account, no clock and no file, and row ``i`` of what it returns may
depend on rows ``0..i`` of the panel only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from khms_trader.domain.panel import Mask, Panel

Floats: TypeAlias = npt.NDArray[np.float64]
ParameterValue: TypeAlias = int | float | str | bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signals:
    """What a strategy says of every symbol after every session's close.

    Attributes:
        entries: True where it would buy at the next open; shape (sessions, symbols)
            like the panel, as are all arrays here.
        exits: by a Korean phrase that gives the reason, True where it would leave at
            the next open; where several hold, the first in order is named.
        score: ranks the entries of a row, highest first; finite at every entry.
        indicators: the figures behind the signals, by name; NaN where unknown.
        entry_reason: the Korean phrase that a plan shows beside an entry.
    """

    entries: Mask
    exits: Mapping[str, Mask]
    score: Floats
    indicators: Mapping[str, Floats] = field(default_factory=dict)
    entry_reason: str


@runtime_checkable
class Strategy(Protocol):
    """The seam for strategies; it is constructed with its parameters as keywords."""

    @property
    def name(self) -> str:
        """What plans and reports call it."""

    @property
    def lookback(self) -> int:
        """Traded bars it needs, the newest included, before it can say anything."""

    @property
    def params(self) -> Mapping[str, ParameterValue]:
        """Every parameter it runs under, defaults included."""

    def evaluate(self, panel: Panel) -> Signals:
        """Return the signals of every row, each from that row and earlier ones."""
