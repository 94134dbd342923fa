"""A replay, put together: past sessions on a paper account of their own.

The same assembly as the two jobs, under a clock that is moved from session to session;
everything it writes lies under ``data/state/replay/<id>``.
"""

import hashlib
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from khms_trader import errors
from khms_trader.bootstrap.account import JOURNAL, TradingAccount, opened_to_trade
from khms_trader.bootstrap.execute import desk_of
from khms_trader.bootstrap.markets import Sources, market_of
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.bootstrap.paper_account import BOOK
from khms_trader.bootstrap.prepare import room_of, strategy_of
from khms_trader.bootstrap.rules import calendar_of
from khms_trader.clock import ManualClock
from khms_trader.config.settings import BrokerSettings, Settings
from khms_trader.data.universe import UniverseFiles
from khms_trader.errors import UsageError
from khms_trader.execution.progress import UNWATCHED
from khms_trader.execution.replay import ReplayRoom, check_whole_journal, live
from khms_trader.market.calendar import SEOUL
from khms_trader.planning.replayed import LivedSession, Replayed, figures_of
from khms_trader.ports import Progress
from khms_trader.storage.journal_digest import continued_digest
from khms_trader.storage.replay_files import ReplayFiles
from khms_trader.storage.run_lock import FileRunLock
from khms_trader.strategy.protocol import Strategy

CHECKPOINT_EVERY: Final = 25
_ID_LENGTH: Final = 12
_BARS: Final = "store-*"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """What the command line asked for.

    Attributes:
        first, last: the span, both included; it need not begin or end on sessions.
        is_restart: forget what was lived before.
    """

    home: Path
    settings: Settings
    first: date
    last: date
    universe_limit: int | None = None
    quantity: int | None = None
    is_restart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """Everything that stays the same from the first session to the last."""

    options: RunOptions
    clock: ManualClock
    sources: Sources
    strategy: Strategy
    files: ReplayFiles
    identity: Mapping[str, str]


def replay(request: ReplayRequest, progress: Progress) -> Replayed:
    """Live every session of the span, or the rest of it when some were lived before.

    Raises:
        UsageError: ``replay_span_empty`` or ``replay_beyond_bars``.
        StorageError: ``replay_does_not_reconcile``, or the folder cannot be used.
        KhmsTraderError: as the two jobs.
    """
    sessions = calendar_of(request.settings).sessions(request.first, request.last)
    if not sessions:
        code = "replay_span_empty"
        raise UsageError(code, first=request.first, last=request.last)
    stage = _staged(request, sessions)
    with FileRunLock(stage.options.state / "replay.lock").hold("replay"):
        if request.is_restart:
            stage.files.clear()
        before = _begun(stage)
        lived = _live_all(stage, sessions, before, progress)
        figures = figures_of(lived, start=request.settings.paper.initial_cash)
        stage.files.write_results(stage.identity, figures, lived)
    return Replayed(
        figures=figures,
        folder=stage.options.state,
        data_source=stage.sources[0].name,
        has_quality_gate=stage.options.settings.data.quality_gate,
        resumed_after=before[-1].session if before else None,
    )


def _staged(request: ReplayRequest, sessions: Sequence[date]) -> _Stage:
    clock = ManualClock(datetime.combine(sessions[0], time(), SEOUL))
    options = RunOptions(
        home=request.home,
        settings=_on_paper(request.settings),
        clock=clock,
        universe_limit=request.universe_limit,
        quantity=request.quantity,
    )
    sources = market_of(options, calendar_of(options.settings))
    # The generated market never ends; stored bars do.
    if options.settings.data.source == "store":
        newest = sources[0].bars.panel(date.max, ()).sessions[-1]
        if newest < sessions[-1]:
            raise UsageError("replay_beyond_bars", last=sessions[-1], newest=newest)
    strategy = strategy_of(options)
    identity = _identity(options, strategy, sessions[0])
    folder = options.folders.state("replay") / _hash(identity.items())[:_ID_LENGTH]
    return _Stage(
        options=replace(options, replay=folder),
        clock=clock,
        sources=sources,
        strategy=strategy,
        files=ReplayFiles(folder, databases=(JOURNAL, BOOK)),
        identity=identity,
    )


def _on_paper(settings: Settings) -> Settings:
    """Return ``settings`` for a paper account; bars never turn into generated ones."""
    if settings.broker.provider == PAPER:
        return replace(settings, broker=BrokerSettings())
    data = settings.data
    if data.source == "auto":
        data = replace(data, source="store")
    return replace(settings, broker=BrokerSettings(), data=data)


def _begun(stage: _Stage) -> list[LivedSession]:
    """Stand where the last checkpoint stood and return what was lived by then."""
    lived = stage.files.lived()
    if not lived:
        stage.files.clear()
        return lived
    last = lived[-1].session
    folders, output = stage.options.folders, stage.options.output
    next_session = calendar_of(stage.options.settings).next_session(last)
    stage.files.restore(
        {
            output(folders.plans): next_session,
            output(folders.universe): last,
            output(folders.reports): last,
        }
    )
    return lived


def _live_all(
    stage: _Stage,
    sessions: Sequence[date],
    before: Sequence[LivedSession],
    progress: Progress,
) -> list[LivedSession]:
    lived = list(before)
    for batch in _batches(sessions[len(before) :], CHECKPOINT_EVERY):
        with opened_to_trade(stage.options, stage.sources) as account:
            room = _room(stage, account)
            for session in batch:
                progress.step(len(lived), len(sessions), f"{session}")
                lived.append(live(room, session, lived))
            if batch[-1] == sessions[-1]:
                check_whole_journal(room, lived[-1])
        stage.files.keep(lived)
    return lived[: len(sessions)]


def _room(stage: _Stage, account: TradingAccount) -> ReplayRoom:
    return ReplayRoom(
        desk=desk_of(stage.options, account),
        planning=room_of(stage.options, account, stage.strategy, UNWATCHED),
        move_to=stage.clock.move_to,
        digest=continued_digest,
        start=stage.options.settings.paper.initial_cash,
    )


def _identity(
    options: RunOptions, strategy: Strategy, first: date
) -> Mapping[str, str]:
    """Return everything that decides how the sessions go; the end does not.

    Without the program and its data in it, a replay could go on under other rules than
    it began with.
    """
    settings = options.settings
    package = Path(inspect.getfile(errors)).parent
    rules = inspect.getsourcefile(type(strategy))
    folders = options.folders
    bars = folders.bars.glob(_BARS) if settings.data.source == "store" else ()
    return {
        "from": first.isoformat(),
        "universe_limit": str(options.universe_limit),
        "quantity": str(options.quantity),
        "source": settings.data.source,
        "fingerprint": settings.fingerprint(),
        "settings": _hash([repr(settings)]),
        "bars": _hash_files(bars),
        "universes": _hash(_own_universes(folders.universe)),
        "strategy": _hash_files([Path(rules)] if rules else ()),
        "program": _hash_files(package.rglob("*.py")),
    }


def _own_universes(folder: Path) -> Iterator[str]:
    """Yield the universe files the user wrote, which prepare takes as they are."""
    files = UniverseFiles(folder)
    for path in sorted(folder.glob("kosdaq_*.csv")):
        with suppress(ValueError):  # not a file of ours by its name
            session = date.fromisoformat(path.stem.removeprefix("kosdaq_"))
            own = files.own_file(session)
            if own is not None:
                yield repr(own)


def _hash_files(paths: Iterable[Path]) -> str:
    return _hash(
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(paths)
    )


def _hash(parts: Iterable[object]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{part}\n".encode())
    return digest.hexdigest()


def _batches(items: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    rest = iter(items)
    while batch := tuple(islice(rest, size)):
        yield batch
