"""The only place that names concrete classes: one function per job.

Imports happen inside the functions, so that each job loads only what it needs.
"""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from khms_trader.config.home import Folders
from khms_trader.config.settings import Settings
from khms_trader.errors import ConfigError
from khms_trader.ports import BarSource, Broker, Clock, Listing, Progress, Quotes

if TYPE_CHECKING:
    from khms_trader.domain.events import Event
    from khms_trader.execution.execute import Execution
    from khms_trader.execution.office import Office, Pace, Publish
    from khms_trader.execution.prepare import PlanRules, Prepared
    from khms_trader.market.calendar import Calendar
    from khms_trader.market.rates import CostRates
    from khms_trader.planning.due import TradingRules
    from khms_trader.ports import Journal, PlanStore

logger = logging.getLogger(__name__)

PAPER: Final = "paper"
_JOURNAL: Final = "journal.sqlite3"
_BOOK: Final = "paper.sqlite3"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What the command line asked for.

    Attributes:
        clock: real, or started elsewhere by ``--at``.
        is_dry_run: write only under ``data/state/dry-run``.
        universe_limit, quantity: override the settings when given.
    """

    home: Path
    settings: Settings
    clock: Clock
    is_dry_run: bool = False
    universe_limit: int | None = None
    quantity: int | None = None

    @property
    def folders(self) -> Folders:
        """Where everything of the home lies."""
        return Folders(self.home)


class Market(BarSource, Listing, Protocol):
    """Bars and a listing from one source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """An opened account: what the jobs are put together from."""

    office: "Office"
    broker: Broker
    quotes: Quotes
    market: Market


def prepare(options: RunOptions, progress: Progress) -> "Prepared":
    """Make and save the plan for the next session."""
    from khms_trader.data.universe import UniverseFiles
    from khms_trader.execution.prepare import PlanningRoom
    from khms_trader.execution.prepare import prepare as run
    from khms_trader.strategy.registry import create

    chosen = options.settings.strategy
    strategy = create(chosen.name, chosen.params, search_path=options.home)
    universes = UniverseFiles(
        options.folders.universe, save_to=_output(options, "universe")
    )
    with _opened(options) as parts:
        return run(
            PlanningRoom(
                office=parts.office,
                bars=parts.market,
                listing=parts.market,
                universes=universes,
                strategy=strategy,
                rules=_plan_rules(options),
                progress=progress,
            )
        )


def execute(options: RunOptions, *, confirm_first_run: bool = False) -> "Execution":
    """Execute the plan of today's session, once."""
    from khms_trader.broker.guarded import GuardedBroker
    from khms_trader.execution.execute import execute as run
    from khms_trader.execution.office import Desk
    from khms_trader.storage.reports import ReportFiles

    halt_file = options.folders.halt_file
    with _opened(options) as parts:
        desk = Desk(
            office=parts.office,
            broker=GuardedBroker(parts.broker, halt_file.exists),
            quotes=parts.quotes,
            reports=ReportFiles(_output(options, "reports")),
            rules=_trading_rules(options.settings),
            pace=_paper_pace(options.settings),
            is_real=options.settings.broker.env == "real",
            halt_file=str(halt_file),
            is_halted=halt_file.exists,
        )
        return run(desk, confirm_first_run=confirm_first_run)


@contextmanager
def _opened(options: RunOptions) -> Iterator[_Parts]:
    """Open the account that the settings name, on its own or as a dry run's copy."""
    from khms_trader.broker.paper import PaperBroker, PaperMarket
    from khms_trader.broker.paper_book import PaperBook
    from khms_trader.execution.office import Office
    from khms_trader.storage.journal import SqliteJournal
    from khms_trader.storage.run_lock import FileRunLock

    if options.settings.broker.provider != PAPER:
        raise ConfigError(
            "broker_not_available", provider=options.settings.broker.provider
        )
    calendar = _calendar(options.settings)
    market, quotes = _market(options, calendar)
    state = _state(options)
    book = PaperBook(state / _BOOK, initial_cash=options.settings.paper.initial_cash)
    with (
        closing(book),
        closing(SqliteJournal(state / _JOURNAL, account=PAPER)) as journal,
    ):
        world = PaperMarket(
            clock=options.clock,
            calendar=calendar,
            quotes=quotes,
            costs=costs(options.settings),
        )
        broker = PaperBroker(book, world)
        office = Office(
            clock=options.clock,
            calendar=calendar,
            reader=broker,
            journal=journal,
            plans=_plans(options),
            lock=FileRunLock(state / "run.lock"),
            publish=_publisher(journal),
            legacy=frozenset(options.settings.legacy_holdings),
            needs_confirmation=False,
            state_folder=str(state),
        )
        yield _Parts(office=office, broker=broker, quotes=quotes, market=market)


def _state(options: RunOptions) -> Path:
    """Return the account's folder; a dry run gets fresh copies in its own."""
    operating = options.folders.state(PAPER)
    if not options.is_dry_run:
        return operating
    from khms_trader.storage.dry_run import copy_database

    own = options.folders.dry_run(PAPER)
    for name in (_JOURNAL, _BOOK):
        copy_database(operating / name, own / name)
    return own


def _output(options: RunOptions, room: str) -> Path:
    """Return the folder ``room`` is written to: the home's, or the dry run's."""
    if options.is_dry_run:
        return options.folders.dry_run(PAPER) / room
    folder: Path = getattr(options.folders, room)
    return folder


def _plans(options: RunOptions) -> "PlanStore":
    from khms_trader.storage.plan_store import PlanFiles

    operating = PlanFiles(options.folders.plans)
    if not options.is_dry_run:
        return operating
    from khms_trader.storage.dry_run import DryRunPlans

    return DryRunPlans(_output(options, "plans"), operating)


def _market(options: RunOptions, calendar: "Calendar") -> tuple[Market, Quotes]:
    source = options.settings.data.source
    if source in {"auto", "sample"}:
        from khms_trader.data.sample.market import SampleMarket

        sample = SampleMarket(calendar)
        return sample, sample
    if source == "store":
        from khms_trader.data.bar_store import ParquetBarStore
        from khms_trader.data.store_quotes import StoreQuotes

        bars = options.folders.bars
        # Signals belong on adjusted prices; raw ones serve where nothing else is.
        is_adjusted = (bars / "store-adjusted.parquet").exists()
        basis = "adjusted" if is_adjusted else "raw"
        store = ParquetBarStore(bars, name="store", basis=basis)
        return store, StoreQuotes(store, calendar)
    raise ConfigError("source_not_available", source=source)


def _calendar(settings: Settings) -> "Calendar":
    from khms_trader.market.calendar import Calendar, CalendarOverrides
    from khms_trader.market.hours import SessionHours

    chosen = settings.calendar
    times = {
        day: SessionHours(open=opens, close=closes)
        for day, (opens, closes) in chosen.times.items()
    }
    return Calendar(
        CalendarOverrides(
            closed=frozenset(chosen.closed), open=frozenset(chosen.open), times=times
        )
    )


def costs(settings: Settings) -> "CostRates":
    """Return the cost rates the settings ask for."""
    from khms_trader.market.costs import rate_ppb
    from khms_trader.market.rates import CostRates

    tax = settings.trading.tax_bps
    return CostRates(
        fee_rate=rate_ppb(settings.trading.fee_bps),
        tax_rate=None if tax == "auto" else rate_ppb(tax),
        slippage_rate=rate_ppb(settings.trading.slippage_bps),
    )


def _trading_rules(settings: Settings) -> "TradingRules":
    from khms_trader.planning.due import TradingRules
    from khms_trader.planning.line_gates import Limits

    chosen = settings.execution
    share = chosen.max_volume_share
    return TradingRules(
        max_positions=settings.live.max_positions,
        costs=costs(settings),
        collar_rate=chosen.price_collar_bps * 100_000,
        buy_order=chosen.buy_order,
        sell_order=chosen.sell_order,
        limits=Limits(
            max_orders=chosen.max_orders,
            max_order_won=chosen.max_order_won,
            max_daily_won=chosen.max_daily_won,
            max_volume_share_permyriad=None if share is None else int(share * 10_000),
        ),
    )


def _plan_rules(options: RunOptions) -> "PlanRules":
    from khms_trader.execution.prepare import PlanRules
    from khms_trader.planning.build import Sizing, SizingRule
    from khms_trader.planning.universe import UniverseRules

    settings = options.settings
    is_fixed = options.quantity is not None
    return PlanRules(
        universe=UniverseRules(
            limit=options.universe_limit or settings.universe.limit,
            min_price=settings.universe.min_price,
            min_traded_value=settings.universe.min_traded_value,
            exclude=frozenset(settings.universe.exclude),
        ),
        sizing=SizingRule(
            sizing=Sizing.FIXED if is_fixed else Sizing(settings.execution.sizing),
            quantity=options.quantity or 1,
            cash_per_trade=settings.execution.cash_per_trade or 0,
        ),
        max_positions=settings.live.max_positions,
        max_missing_percent=settings.data.max_missing_pct,
        fingerprint=settings.fingerprint(),
    )


def _paper_pace(settings: Settings) -> "Pace":
    """Return a pace without waiting: a paper session has one price, the open."""
    from khms_trader.execution.office import Pace

    nothing = timedelta(0)
    return Pace(
        sell_wait=nothing,
        fill_wait=nothing,
        resolve=nothing,
        poll=nothing,
        start_window=timedelta(minutes=settings.execution.start_window_min),
    )


def _publisher(journal: "Journal") -> "Publish":
    def publish(*events: "Event") -> None:
        journal.append(*events)
        for event in events:
            logger.info("%s", event)

    return publish
