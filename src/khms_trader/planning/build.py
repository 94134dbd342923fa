"""Signals to plan: rank, size, count the free slots. No clock, file or network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from khms_trader.domain.plan import (
    BarsState,
    BuyLine,
    Plan,
    SellLine,
    SkippedSymbol,
    StrategyUsed,
)
from khms_trader.domain.signal import EntrySignal, ExitSignal
from khms_trader.planning.document import seal
from khms_trader.planning.rules import shares_for, slots_free


class Sizing(StrEnum):
    """How many shares a buy line asks for."""

    FIXED = "fixed"
    EQUAL_SLOTS = "equal_slots"
    CASH_PER_TRADE = "cash_per_trade"


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingRule:
    """The sizing of a plan.

    Attributes:
        quantity: shares per line under FIXED.
        cash_per_trade: won per line under CASH_PER_TRADE.
    """

    sizing: Sizing = Sizing.FIXED
    quantity: int = 1
    cash_per_trade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFrame:
    """What a plan says of itself: when, from what and for whom it was made."""

    generated_at: datetime
    data_asof: date
    bars: BarsState
    for_trading_day: date
    account: str
    data_source: str
    universe_file: str
    strategy: StrategyUsed
    config_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInputs:
    """Everything a plan is decided from.

    Attributes:
        managed: shares under the strategy's management by symbol.
        outside: symbols held, or named legacy, that the strategy does not manage.
        managed_equity: cash after settlement plus the managed holdings at the as-of
            close, in won.
        names: display name by symbol.
        unable: symbol to why it could give no signal.
        errors: symbol to problem.
    """

    frame: PlanFrame
    entries: Sequence[EntrySignal]
    exits: Sequence[ExitSignal]
    managed: Mapping[str, int]
    outside: frozenset[str]
    managed_equity: int
    max_positions: int
    sizing: SizingRule
    names: Mapping[str, str] = field(default_factory=dict)
    unable: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def build_plan(inputs: PlanInputs) -> Plan:
    """Return the sealed plan; the order of the inputs' symbols does not matter."""
    leaving = {signal.symbol for signal in inputs.exits}
    kept = sum(symbol not in leaving for symbol in inputs.managed)
    frame = inputs.frame
    return seal(
        Plan(
            plan_id="",
            generated_at=frame.generated_at,
            data_asof=frame.data_asof,
            bars=frame.bars,
            for_trading_day=frame.for_trading_day,
            account=frame.account,
            data_source=frame.data_source,
            universe_file=frame.universe_file,
            slots_free=slots_free(inputs.max_positions, kept),
            strategy=frame.strategy,
            config_hash=frame.config_hash,
            buys=_buy_lines(inputs),
            sells=_sell_lines(inputs),
            skipped=tuple(
                SkippedSymbol(symbol=symbol, reason=reason)
                for symbol, reason in sorted(inputs.unable.items())
            ),
            errors=dict(sorted(inputs.errors.items())),
        )
    )


def _buy_lines(inputs: PlanInputs) -> tuple[BuyLine, ...]:
    # What is held already cannot be bought, so it must not use up a rank that could
    # trade: held symbols are listed after the rest.
    held = inputs.outside | set(inputs.managed)
    # A strategy may say both of one symbol; leaving wins, or it would be bought back
    # at the very open it is sold at.
    leaving = {signal.symbol for signal in inputs.exits}
    ranked = sorted(
        (signal for signal in inputs.entries if signal.symbol not in leaving),
        key=lambda signal: (signal.symbol in held, -signal.score, signal.symbol),
    )
    return tuple(
        BuyLine(
            symbol=signal.symbol,
            name=inputs.names.get(signal.symbol, ""),
            quantity=_quantity(inputs, signal.close),
            reference_price=signal.close,
            rank=rank,
            score=signal.score,
            traded_value_20d=signal.traded_value_20d,
            indicators=dict(sorted(signal.indicators.items())),
            reason=signal.reason,
        )
        for rank, signal in enumerate(ranked, start=1)
    )


def _sell_lines(inputs: PlanInputs) -> tuple[SellLine, ...]:
    ordered = sorted(
        inputs.exits,
        key=lambda signal: (signal.symbol not in inputs.managed, signal.symbol),
    )
    return tuple(
        SellLine(
            symbol=signal.symbol,
            name=inputs.names.get(signal.symbol, ""),
            reference_price=signal.close,
            held=signal.symbol in inputs.managed,
            indicators=dict(sorted(signal.indicators.items())),
            reason=signal.reason,
        )
        for signal in ordered
    )


def _quantity(inputs: PlanInputs, reference: int) -> int:
    match inputs.sizing.sizing:
        case Sizing.FIXED:
            return inputs.sizing.quantity
        case Sizing.CASH_PER_TRADE:
            return shares_for(inputs.sizing.cash_per_trade, reference)
        case Sizing.EQUAL_SLOTS:
            return shares_for(inputs.managed_equity // inputs.max_positions, reference)
