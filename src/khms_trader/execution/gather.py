"""Gather: everything a plan is decided from, read once and judged.

Stored bars are brought up to date first, where somebody can. What cannot be judged,
or not be trusted, is named here and gives no signal.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.bars import Refreshed
from khms_trader.domain.events import HoldingReleased
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.panel import Panel
from khms_trader.domain.quality_summary import QualitySummary, summarised
from khms_trader.domain.reasons import NoSignalReason
from khms_trader.errors import DataError, NotAvailable
from khms_trader.execution.follow import settle_orders
from khms_trader.execution.office import Office
from khms_trader.execution.release import release_missing
from khms_trader.planning.build import SizingRule
from khms_trader.planning.universe import Universe, UniverseRules, select_universe
from khms_trader.ports import (
    BarSource,
    Listing,
    Progress,
    Refresher,
    UniverseStore,
)
from khms_trader.strategy.evaluation import evaluate
from khms_trader.strategy.latest import LatestSignals, latest_signals
from khms_trader.strategy.protocol import Strategy

logger = logging.getLogger(__name__)

STEPS: Final = 5
BENCHMARK: Final = "229200"
"""KODEX KOSDAQ150: no candidate, but what results are compared with later."""

UNIVERSE_SESSIONS: Final = 5
"""How many sessions old a universe may be that stands in for one nobody can have."""
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
    """An office that can plan.

    Attributes:
        refresher: brings ``bars`` up to date; None where they need no help.
        reuses_universe: without a listing, the newest universe file will do.
    """

    office: Office
    bars: BarSource
    listing: Listing
    universes: UniverseStore
    strategy: Strategy
    rules: PlanRules
    progress: Progress
    refresher: Refresher | None = None
    reuses_universe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenUniverse:
    """The universe of a plan and the file it is kept in.

    Attributes:
        is_own: the user wrote the file for this session.
        problem: the code of why an older file had to do; empty when it had not.
    """

    universe: Universe
    file: str
    is_own: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything a plan is decided from, read once.

    Attributes:
        released: managed shares that the account turned out not to hold any more.
    """

    account: Account
    released: tuple[HoldingReleased, ...]
    managed: Mapping[str, int]
    chosen: ChosenUniverse
    refreshed: Refreshed | None
    panel: Panel
    signals: LatestSignals
    unable: Mapping[str, NoSignalReason]
    quality: QualitySummary


def gather(room: PlanningRoom, asof: date) -> Gathered:
    """Return everything a plan as of ``asof`` is decided from.

    Raises:
        NotAvailable: account or bars cannot be had, or too many bars are missing.
    """
    room.progress.step(0, STEPS, "account")
    settle_orders(room.office)
    account = room.office.reader.account()
    released = release_missing(room.office, account)
    room.progress.step(1, STEPS, "universe")
    chosen = _universe(room, asof)
    universe = chosen.universe
    held = frozenset(h.symbol for h in account.holdings if h.quantity > 0)
    wanted = sorted(held | set(universe.symbols))
    first = [*sorted(held), *(s for s in universe.symbols if s not in held)]
    refreshed = _refreshed(room, asof, first)
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
        released=released,
        managed=_managed(room.office, held),
        chosen=chosen,
        refreshed=refreshed,
        panel=panel,
        signals=_without(signals, spoilt),
        unable=unable | dict.fromkeys(spoilt, NoSignalReason.QUARANTINED),
        quality=quality,
    )


def _universe(room: PlanningRoom, asof: date) -> ChosenUniverse:
    own = room.universes.own_file(asof)
    if own is not None:
        name, instruments = own
        universe = _listed(instruments, room.rules.universe)
        return ChosenUniverse(universe=universe, file=name, is_own=True)
    try:
        listing = room.listing.instruments(asof)
    except DataError as error:
        older = _older_universe(room, asof) if room.reuses_universe else None
        if older is None:
            raise
        logger.warning("the universe is that of %s: %s", older[0], error)
        universe = _listed(older[1], room.rules.universe)
        return ChosenUniverse(universe=universe, file=older[0], problem=error.code)
    universe = select_universe(listing, room.rules.universe)
    file = room.universes.save(asof, universe.instruments)
    return ChosenUniverse(universe=universe, file=file)


def _listed(instruments: Sequence[Instrument], rules: UniverseRules) -> Universe:
    """Return what a file lists, in its order, less what is never looked at."""
    allowed = [i for i in instruments if i.symbol not in rules.exclude]
    return Universe(instruments=tuple(allowed[: rules.limit]), funnel=())


def _older_universe(
    room: PlanningRoom, asof: date
) -> tuple[str, tuple[Instrument, ...]] | None:
    first = asof
    for _ in range(UNIVERSE_SESSIONS):
        first = room.office.calendar.previous_session(first)
    return room.universes.newest_between(first, asof)


def _refreshed(room: PlanningRoom, asof: date, wanted: list[str]) -> Refreshed | None:
    """Bring the bars of ``wanted`` up to date, and those of the benchmark if possible.

    What could not be had is missing from the panel, which is judged there.
    """
    if room.refresher is None:
        return None
    sessions, progress = room.strategy.lookback, room.progress
    extra = [BENCHMARK] if BENCHMARK not in wanted else []
    whole = len(wanted) + len(extra)
    refreshed = room.refresher.refresh(
        wanted, asof, sessions=sessions, progress=_Part(progress, whole=whole)
    )
    if extra:
        rest = _Part(progress, whole=whole, before=len(wanted))
        try:
            room.refresher.refresh(extra, asof, sessions=sessions, progress=rest)
        except NotAvailable as error:
            logger.warning("no bars of the benchmark %s: %s", BENCHMARK, error)
    return refreshed


@dataclass(frozen=True, slots=True)
class _Part:
    """The ``Progress`` of a refresh that is one part of ``whole`` symbols."""

    progress: Progress
    _: KW_ONLY
    whole: int
    before: int = 0

    def step(self, done: int, total: int, what: str) -> None:
        """Show ``done`` beside what the parts ``before`` did; the bar never goes back.

        ``total``, that of this part, is of no use to the reader.
        """
        del total
        self.progress.step(self.before + done, self.whole, what)


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
