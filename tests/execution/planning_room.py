"""A room to plan in, over bars, a listing and a strategy that do as they are told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from fakes import ASOF, Workbench
from khms_trader.data.universe import UniverseFiles
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.panel import Panel
from khms_trader.domain.plan import BarsState
from khms_trader.domain.quality import BarProblem
from khms_trader.execution.gather import PlanningRoom, PlanRules
from khms_trader.planning.build import SizingRule
from khms_trader.planning.universe import UniverseRules
from khms_trader.strategy.protocol import ParameterValue, Signals

ONE, TWO, THREE = "100000", "200000", "300000"


@dataclass(slots=True, kw_only=True)
class FakeBars:
    """Bars that all close at 10,000 won; a symbol in ``behind`` lacks the newest."""

    symbols: Sequence[str] = (ONE, TWO, THREE)
    behind: frozenset[str] = frozenset()
    newest: date = ASOF
    on_read: Callable[[], object] = lambda: None
    asked: list[Sequence[str] | None] = field(default_factory=list)
    name: str = "store"
    basis: str = "adjusted"
    spoilt: tuple[BarProblem, ...] = ()

    def panel(self, until: date, symbols: Sequence[str] | None = None) -> Panel:
        self.asked.append(symbols)
        self.on_read()
        wanted = set(self.symbols if symbols is None else symbols)
        known = tuple(sorted(wanted & set(self.symbols)))
        sessions = (date(2026, 2, 27), min(self.newest, until))
        close = np.full((2, len(known)), 10_000, dtype=np.int32)
        for column, symbol in enumerate(known):
            if symbol in self.behind:
                close[1, column] = 0
        return Panel(
            sessions=sessions,
            symbols=known,
            open=close,
            high=close,
            low=close,
            close=close,
            volume=np.where(close > 0, 100, 0).astype(np.int64),
            names={symbol: f"이름{symbol}" for symbol in known},
        )

    def problems(self) -> tuple[BarProblem, ...]:
        return self.spoilt

    def state_of(self, session: date, now: datetime) -> BarsState:
        return BarsState.FINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeListing:
    symbols: Sequence[str] = (ONE, TWO, THREE)

    def instruments(self, asof: date) -> tuple[Instrument, ...]:
        return tuple(
            Instrument(
                symbol=symbol,
                name=f"이름{symbol}",
                reference_price=10_000,
                reference_volume=100,
            )
            for symbol in self.symbols
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStrategy:
    """Enters and leaves what it is told; scores by the order of the symbols."""

    entries: frozenset[str] = frozenset()
    exits: frozenset[str] = frozenset()
    name: str = "told"
    lookback: int = 1
    params: Mapping[str, ParameterValue] = field(default_factory=dict)

    def evaluate(self, panel: Panel) -> Signals:
        shape = panel.close.shape
        enter = np.array([s in self.entries for s in panel.symbols], dtype=np.bool_)
        leave = np.array([s in self.exits for s in panel.symbols], dtype=np.bool_)
        return Signals(
            entries=np.broadcast_to(enter, shape).copy(),
            exits={"내림세": np.broadcast_to(leave, shape).copy()},
            score=np.broadcast_to(
                np.arange(len(panel.symbols), 0.0, -1.0), shape
            ).copy(),
            entry_reason="오름세",
        )


class Steps:
    def __init__(self) -> None:
        self.seen: list[str] = []

    def step(self, done: int, total: int, what: str) -> None:
        self.seen.append(f"{done}/{total} {what}")


RULES = PlanRules(
    universe=UniverseRules(limit=200),
    sizing=SizingRule(),
    max_positions=8,
    max_missing_percent=Decimal(10),
    has_quality_gate=True,
    fingerprint="0123456789ab",
)


def a_room(bench: Workbench) -> PlanningRoom:
    return PlanningRoom(
        office=bench.office,
        bars=FakeBars(),
        listing=FakeListing(),
        universes=UniverseFiles(bench.folder / "universe"),
        strategy=ToldStrategy(entries=frozenset({ONE, TWO}), exits=frozenset({THREE})),
        rules=RULES,
        progress=Steps(),
    )
