"""What a strategy says of a symbol after a session's close, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySignal:
    """A wish to buy at the next open.

    Attributes:
        close: the as-of session's close in won.
        score: ranks entries, highest first.
        traded_value_20d: mean won traded over the symbol's last 20 traded bars.
        indicators: the figures behind the signal, by name.
        reason: one Korean phrase for the reader of the plan.
    """

    symbol: str
    close: int
    score: float
    traded_value_20d: int = 0
    indicators: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitSignal:
    """A wish to be out at the next open; whether anything is sold is decided later."""

    symbol: str
    close: int
    indicators: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
