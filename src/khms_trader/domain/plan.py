"""The plan: what we meant, written once after a close for the next session's open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

SCHEMA_VERSION: Final = 1


class BarsState(StrEnum):
    """Whether the newest bar a plan used may still change."""

    FINAL = "final"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyUsed:
    """Which strategy made the signals, with every parameter it ran under."""

    name: str
    params: Mapping[str, float | int | str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyLine:
    """One entry signal of the universe, ranked.

    Attributes:
        quantity: shares to buy; at the open it may only be cut to the cash.
        reference_price: close of the as-of session, in won.
        rank: 1 for the highest score; lines of rank <= ``slots_free`` may trade.
        traded_value_20d: mean won traded per session, for the volume-share gate.
    """

    symbol: str
    name: str
    quantity: int
    reference_price: int
    rank: int
    score: float
    traded_value_20d: int = 0
    indicators: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SellLine:
    """One exit signal; sold at the open only if it is held and managed by then.

    Attributes:
        held: True when the account held it as managed while planning.
    """

    symbol: str
    name: str
    reference_price: int
    held: bool
    indicators: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedSymbol:
    """A symbol of the universe or the account that could give no signal."""

    symbol: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is meant for one session, and everything it was decided from.

    Attributes:
        plan_id: session and a hash of the content: equal content, equal id.
        data_asof: the last closed session the signals saw.
        for_trading_day: the session the plan is for, the one after ``data_asof``.
        bars: PROVISIONAL when the newest volume was not final while planning.
        slots_free: positions that may be opened: the maximum less managed holdings
            without an exit signal.
        errors: symbol to problem, for symbols whose data could not be judged.
        content_hash: SHA-256 over everything but itself.
    """

    schema_version: int = SCHEMA_VERSION
    plan_id: str
    generated_at: datetime
    data_asof: date
    bars: BarsState
    for_trading_day: date
    fill_mode: str = "next_open"
    market: str = "KOSDAQ"
    account: str
    data_source: str
    universe_file: str
    slots_free: int
    strategy: StrategyUsed
    config_hash: str
    buys: tuple[BuyLine, ...] = ()
    sells: tuple[SellLine, ...] = ()
    skipped: tuple[SkippedSymbol, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    content_hash: str = ""

    @property
    def names(self) -> dict[str, str]:
        """The display names that its lines tell, by symbol; never an empty one."""
        lines: tuple[BuyLine | SellLine, ...] = (*self.sells, *self.buys)
        return {line.symbol: line.name for line in lines if line.name}
