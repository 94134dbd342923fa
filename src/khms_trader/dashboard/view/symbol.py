"""What the page 종목 shows of one symbol: its bars, what the strategy says, our fills.

Pure: it draws nothing and asks nobody; see ``symbol_figure`` and ``symbol_words``.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import numpy as np

from khms_trader.domain.instrument import kind_of
from khms_trader.domain.order import PLAN_PURPOSE, OrderRecord, Side
from khms_trader.domain.panel import Panel
from khms_trader.market.prices import (
    base_price,
    limit_permille,
    lower_limit,
    tick_rule,
    upper_limit,
)
from khms_trader.strategy.protocol import Signals


class DayKind(StrEnum):
    """What sort of session a row is."""

    TRADED = "traded"
    HALTED = "halted"
    MISSING = "missing"
    AT_UPPER = "at_upper"
    AT_LOWER = "at_lower"


class Period(StrEnum):
    """How much of the past is shown."""

    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    ALL = "all"


_DAYS: Final = {Period.QUARTER: 92, Period.HALF: 183, Period.YEAR: 366}


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolBars:
    """Rows of one symbol, oldest first, from its first bar to its last.

    Attributes:
        open, high, low, close: won; 0 on a MISSING row.
        volume: shares.
        indicators: the strategy's figures by name; None where unknown.
        entries: whether the strategy would buy at the next open.
        exits: why it would leave at the next open; empty where it would not.
        entry_reason: the strategy's phrase for an entry.
    """

    symbol: str
    sessions: tuple[date, ...]
    open: tuple[int, ...]
    high: tuple[int, ...]
    low: tuple[int, ...]
    close: tuple[int, ...]
    volume: tuple[int, ...]
    kinds: tuple[DayKind, ...]
    indicators: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    entries: tuple[bool, ...] = ()
    exits: tuple[str, ...] = ()
    entry_reason: str = ""

    @property
    def has_signals(self) -> bool:
        """False when the strategy could not be asked."""
        return bool(self.entries)

    def change(self, row: int) -> float | None:
        """Return the close of ``row`` against the one before, in percent."""
        before = next((close for close in reversed(self.close[:row]) if close), 0)
        if not before or not self.close[row]:
            return None
        return (self.close[row] / before - 1) * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One order of ours that bought or sold.

    Attributes:
        price: mean won per share.
        reason: why a plan sold; empty for a buy and where nobody knows.
        is_manual: a person's tool sent it, no plan.
    """

    session: date
    side: Side
    quantity: int
    price: float
    value: int
    reason: str = ""
    is_manual: bool = False


def bars_of(panel: Panel, symbol: str, signals: Signals | None) -> SymbolBars | None:
    """Return the rows of ``symbol``; None when it has none at all."""
    if symbol not in panel.symbols:
        return None
    column = panel.symbols.index(symbol)
    known = np.flatnonzero(panel.close[:, column])
    if not known.size:
        return None
    rows = slice(int(known[0]), int(known[-1]) + 1)
    sessions, close = panel.sessions[rows], panel.close[rows, column].tolist()
    volume = panel.volume[rows, column].tolist()
    return SymbolBars(
        symbol=symbol,
        sessions=sessions,
        open=tuple(panel.open[rows, column].tolist()),
        high=tuple(panel.high[rows, column].tolist()),
        low=tuple(panel.low[rows, column].tolist()),
        close=tuple(close),
        volume=tuple(volume),
        kinds=day_kinds(symbol, sessions, close, volume),
        indicators={} if signals is None else _indicators(signals, rows, column),
        entries=()
        if signals is None
        else tuple(signals.entries[rows, column].tolist()),
        exits=() if signals is None else _exits(signals, rows, column),
        entry_reason="" if signals is None else signals.entry_reason,
    )


def day_kinds(
    symbol: str, sessions: Sequence[date], close: Sequence[int], volume: Sequence[int]
) -> tuple[DayKind, ...]:
    """Return what sort of session each row is.

    A limit is that of the close before (KRX: base price +-30 %, 15 % before
    2015-06-15). Where another base held (ex-rights, a resumption) none is seen, and in
    adjusted prices of long ago one may be missed.
    """
    kinds, before = [], 0
    for session, price, shares in zip(sessions, close, volume, strict=True):
        kinds.append(_day_kind(symbol, session, (before, price), shares))
        before = price or before
    return tuple(kinds)


def within(bars: SymbolBars, period: Period) -> SymbolBars:
    """Return the newest rows of ``bars``, counted back from its last bar."""
    if period is Period.ALL:
        return bars
    since = bars.sessions[-1] - timedelta(days=_DAYS[period])
    rows = slice(bisect_left(bars.sessions, since), None)
    return SymbolBars(
        symbol=bars.symbol,
        sessions=bars.sessions[rows],
        open=bars.open[rows],
        high=bars.high[rows],
        low=bars.low[rows],
        close=bars.close[rows],
        volume=bars.volume[rows],
        kinds=bars.kinds[rows],
        indicators={name: told[rows] for name, told in bars.indicators.items()},
        entries=bars.entries[rows],
        exits=bars.exits[rows],
        entry_reason=bars.entry_reason,
    )


def fills_of(
    records: Sequence[OrderRecord],
    symbol: str,
    reasons: Mapping[tuple[date, str], str],
) -> tuple[Fill, ...]:
    """Return our fills of ``symbol``, oldest first."""
    own = [r for r in records if r.key.symbol == symbol and r.filled_quantity]
    return tuple(
        Fill(
            session=record.key.session,
            side=record.key.side,
            quantity=record.filled_quantity,
            price=record.filled_value / record.filled_quantity,
            value=record.filled_value,
            reason=_reason(record, reasons),
            is_manual=record.key.purpose != PLAN_PURPOSE,
        )
        for record in sorted(own, key=lambda r: (r.key.session, r.intended_at))
    )


def _reason(record: OrderRecord, reasons: Mapping[tuple[date, str], str]) -> str:
    if record.key.side is Side.BUY or record.key.purpose != PLAN_PURPOSE:
        return ""
    return reasons.get((record.key.session, record.key.symbol), "")


def _day_kind(
    symbol: str, session: date, prices: tuple[int, int], shares: int
) -> DayKind:
    before, price = prices
    if not price:
        return DayKind.MISSING
    if not shares:
        return DayKind.HALTED
    if not before:
        return DayKind.TRADED
    rule, permille = tick_rule(session, kind_of(symbol)), limit_permille(session)
    base = base_price(before, rule)
    if price == upper_limit(base, rule, permille):
        return DayKind.AT_UPPER
    if price == lower_limit(base, rule, permille):
        return DayKind.AT_LOWER
    return DayKind.TRADED


def _indicators(
    signals: Signals, rows: slice, column: int
) -> Mapping[str, tuple[float | None, ...]]:
    return {
        name: tuple(
            figure if np.isfinite(figure) else None
            for figure in figures[rows, column].tolist()
        )
        for name, figures in signals.indicators.items()
    }


def _exits(signals: Signals, rows: slice, column: int) -> tuple[str, ...]:
    said = [""] * len(signals.entries[rows])
    # The first reason that holds is the one a plan names.
    for reason, mask in reversed(list(signals.exits.items())):
        for row in np.flatnonzero(mask[rows, column]):
            said[row] = reason
    return tuple(said)
