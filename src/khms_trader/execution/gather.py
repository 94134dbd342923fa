"""Gather: everything a plan is decided from, read once and judged.

What cannot be judged, or not be trusted, is named here and gives no signal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.panel import Panel
from khms_trader.domain.quality_summary import QualitySummary, summarised
from khms_trader.domain.reasons import NoSignalReason
from khms_trader.errors import DataError
from khms_trader.execution.follow import settle_orders
from khms_trader.execution.office import Office
from khms_trader.planning.build import SizingRule
from khms_trader.planning.universe import Universe, UniverseRules, select_universe
from khms_trader.ports import BarSource, Listing, Progress, UniverseStore
from khms_trader.strategy.evaluation import evaluate
from khms_trader.strategy.latest import LatestSignals, latest_signals
from khms_trader.strategy.protocol import Strategy

STEPS: Final = 5
MISSING: Final = frozenset({NoSignalReason.NO_BARS, NoSignalReason.MISSING_SESSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRules:
    """The settings that decide a plan.

    Attributes:
        max_missing_percent: of the universe that may lack its newest bar.
        has_quality_gate: False takes signals of quarantined symbols too.
        fingerprint: short hash of everything in the settings that decides a plan.
    """

    universe: UniverseRules
    sizing: SizingRule
    max_positions: int
    max_missing_percent: Decimal
    has_quality_gate: bool
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningRoom:
    """An office that can plan."""

    office: Office
    bars: BarSource
    listing: Listing
    universes: UniverseStore
    strategy: Strategy
    rules: PlanRules
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything a plan is decided from, read once."""

    account: Account
    managed: Mapping[str, int]
    universe: Universe
    universe_file: str
    is_own_universe: bool
    panel: Panel
    signals: LatestSignals
    unable: Mapping[str, NoSignalReason]
    quality: QualitySummary


def _universe(room: PlanningRoom, asof: date) -> tuple[Universe, str, bool]:
    own = room.universes.own_file(asof)
    if own is not None:
        name, instruments = own
        rules = room.rules.universe
        allowed = [i for i in instruments if i.symbol not in rules.exclude]
        chosen = tuple(allowed[: rules.limit])
        return Universe(instruments=chosen, funnel=()), name, True
    universe = select_universe(room.listing.instruments(asof), room.rules.universe)
    return universe, room.universes.save(asof, universe.instruments), False


def gather(room: PlanningRoom, asof: date) -> Gathered:
    """Return everything a plan as of ``asof`` is decided from.

    Raises:
        NotAvailable: account or bars cannot be had, or too many bars are missing.
    """
    room.progress.step(0, STEPS, "account")
    settle_orders(room.office)
    account = room.office.reader.account()
    room.progress.step(1, STEPS, "universe")
    universe, file, is_own = _universe(room, asof)
    held = frozenset(h.symbol for h in account.holdings if h.quantity > 0)
    wanted = sorted(held | set(universe.symbols))
    room.progress.step(2, STEPS, "bars")
    panel = _panel(room, asof, wanted)
    room.progress.step(3, STEPS, "signals")
    signals = latest_signals(panel, evaluate(room.strategy, panel), room.strategy)
    unable = _unable(signals, wanted, panel)
    _check_missing(room, universe, unable)
    problems = room.bars.problems() if room.rules.has_quality_gate else ()
    quality = summarised(
        problems,
        sessions=panel.sessions,
        symbols=panel.symbols,
        names=panel.names,
        asof=asof,
        lookback=room.strategy.lookback,
    )
    spoilt = quality.quarantined
    return Gathered(
        account=account,
        managed=_managed(room.office, held),
        universe=universe,
        universe_file=file,
        is_own_universe=is_own,
        panel=panel,
        signals=_without(signals, spoilt),
        unable=unable | dict.fromkeys(spoilt, NoSignalReason.QUARANTINED),
        quality=quality,
    )


def _without(signals: LatestSignals, symbols: frozenset[str]) -> LatestSignals:
    return replace(
        signals,
        entries=tuple(s for s in signals.entries if s.symbol not in symbols),
        exits=tuple(s for s in signals.exits if s.symbol not in symbols),
    )


def _panel(room: PlanningRoom, asof: date, wanted: list[str]) -> Panel:
    panel = room.bars.panel(asof, wanted)
    # Signals speak for the newest row; a source that lacks the session must not
    # pass an older one off as it.
    if wanted and (not panel.sessions or panel.sessions[-1] != asof):
        newest = panel.sessions[-1] if panel.sessions else None
        raise DataError("bars_not_up_to_date", asof=asof, newest=newest)
    return panel


def _unable(
    signals: LatestSignals, wanted: list[str], panel: Panel
) -> dict[str, NoSignalReason]:
    unknown = set(wanted) - set(panel.symbols)
    return {**signals.unable, **dict.fromkeys(unknown, NoSignalReason.NO_BARS)}


def _check_missing(
    room: PlanningRoom, universe: Universe, unable: Mapping[str, NoSignalReason]
) -> None:
    missing = sum(unable.get(symbol) in MISSING for symbol in universe.symbols)
    if missing * 100 > len(universe.symbols) * room.rules.max_missing_percent:
        raise DataError(
            "bars_too_many_missing",
            missing=missing,
            universe=len(universe.symbols),
            allowed=room.rules.max_missing_percent,
        )


def _managed(office: Office, held: frozenset[str]) -> dict[str, int]:
    # The journal may still count shares a person sold in the broker's app.
    return {
        symbol: quantity
        for symbol, quantity in office.journal.managed().items()
        if symbol in held and symbol not in office.legacy
    }
