"""Everything the page 종목 knows of one symbol, read once and kept. Pure.

The room is only asked for what lies in files; what cannot be had is None and said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from khms_trader.dashboard.room import Room
from khms_trader.dashboard.view.symbol import Fill, SymbolBars, bars_of, fills_of
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.order import MAY_HAVE_FILLED
from khms_trader.domain.panel import Panel
from khms_trader.domain.plan import Plan
from khms_trader.domain.quality import BarProblem, Verdict, verdicts
from khms_trader.errors import KhmsTraderError
from khms_trader.strategy.protocol import Signals

_MARKET: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """What is known against the bars of a symbol, newest first."""

    verdict: Verdict = Verdict.OK
    problems: tuple[BarProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolFacts:
    """What is known of one symbol.

    Attributes:
        bars: None when there are none; ``problem`` may say why.
        doubts: None when nobody could tell.
        missing: sessions closed since the last bar.
        unsignalled: the sentence why the strategy could not be asked; else empty.
        instrument: as the newest universe lists it; None when it does not.
    """

    symbol: str
    bars: SymbolBars | None = None
    problem: str = ""
    unsignalled: str = ""
    fills: tuple[Fill, ...] = ()
    doubts: Doubts | None = None
    is_provisional: bool = False
    missing: int = 0
    instrument: Instrument | None = None
    params: Mapping[str, object] = field(default_factory=dict)


def facts_of(
    room: Room, symbol: str, plan: Plan | None, listed: Sequence[Instrument]
) -> SymbolFacts:
    """Return what the files of ``room`` say of ``symbol``.

    Raises:
        StorageError: the journal cannot be read.
    """
    until = room.calendar.last_closed(room.clock.now())
    records = [r for r in room.records(MAY_HAVE_FILLED) if r.key.symbol == symbol]
    fills = fills_of(records, symbol, room.sell_reasons(records))
    instrument = next((item for item in listed if item.symbol == symbol), None)
    params = {} if plan is None else plan.strategy.params
    try:
        panel = room.market.panel((symbol,), until)
    except KhmsTraderError as error:
        return SymbolFacts(
            symbol=symbol, problem=room.say(error), fills=fills, instrument=instrument
        )
    signals, unsignalled = _signals(room, panel)
    bars = bars_of(panel, symbol, signals)
    if bars is None:
        return SymbolFacts(symbol=symbol, fills=fills, instrument=instrument)
    last = bars.sessions[-1]
    return SymbolFacts(
        symbol=symbol,
        bars=bars,
        unsignalled=unsignalled,
        fills=fills,
        doubts=_doubts(room, symbol, until),
        is_provisional=room.market.is_provisional(last),
        missing=len(room.calendar.sessions(last, until)) - 1,
        instrument=instrument,
        params=params,
    )


def doubts_of(
    problems: Iterable[BarProblem],
    symbol: str,
    *,
    sessions: Sequence[date],
    asof: date,
) -> Doubts:
    """Return what ``problems`` say of ``symbol`` and of the market as of ``asof``."""
    own = [p for p in problems if p.symbol in {symbol, _MARKET} and p.session <= asof]
    found = verdicts(own, sessions, asof)
    worst = max(found.values(), key=lambda verdict: verdict.rank, default=Verdict.OK)
    newest = sorted(own, key=lambda p: (p.session, p.symbol, p.code), reverse=True)
    return Doubts(verdict=worst, problems=tuple(newest))


def _signals(room: Room, panel: Panel) -> tuple[Signals | None, str]:
    try:
        return room.market.signals(panel), ""
    except KhmsTraderError as error:
        return None, room.say(error)


def _doubts(room: Room, symbol: str, asof: date) -> Doubts | None:
    try:
        problems = room.market.problems()
    except KhmsTraderError:
        return None
    # A year and a half of sessions: more than any problem stays in reach.
    sessions = room.calendar.sessions(asof.replace(day=1, year=asof.year - 1), asof)
    return doubts_of(problems, symbol, sessions=sessions, asof=asof)
