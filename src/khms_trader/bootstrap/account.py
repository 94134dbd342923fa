"""The account that the settings name, opened on its own or as a dry run's copy."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from khms_trader.bootstrap.markets import Market, Sources, market_of
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.bootstrap.paper_accounts import catch_up, refuse_strangers
from khms_trader.bootstrap.rules import calendar_of, costs
from khms_trader.broker.paper import PaperBroker, PaperMarket
from khms_trader.broker.paper_book import PaperBook
from khms_trader.domain.event_log import log_lines
from khms_trader.domain.events import Event
from khms_trader.errors import ConfigError
from khms_trader.execution.office import Office, Publish
from khms_trader.market.calendar import Calendar
from khms_trader.ports import Broker, Journal, PlanStore, Quotes
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.plan_store import PlanFiles
from khms_trader.storage.run_lock import FileRunLock

logger = logging.getLogger(__name__)

JOURNAL: Final = "journal.sqlite3"
BOOK: Final = "paper.sqlite3"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccount:
    """What the jobs are put together from."""

    office: Office
    broker: Broker
    quotes: Quotes
    market: Market


@contextmanager
def opened(
    options: RunOptions, sources: Sources | None = None
) -> Iterator[OpenAccount]:
    """Open the account for a ``with`` block.

    ``sources`` are those of an account opened before, so that nothing is read twice.

    Raises:
        ConfigError: the broker is not available.
        StorageError: the account's files cannot be used.
    """
    provider = options.settings.broker.provider
    if provider != PAPER:
        raise ConfigError("broker_not_available", provider=provider)
    calendar = calendar_of(options.settings)
    market, quotes = sources or market_of(options, calendar)
    if options.is_dry_run:
        _copy_state(options)
    cash = options.settings.paper.initial_cash
    # A replay cut off by a loss of power is lived again from its last checkpoint.
    lasts = options.replay is None
    with (
        closing(
            PaperBook(options.state / BOOK, initial_cash=cash, is_durable=lasts)
        ) as book,
        closing(
            SqliteJournal(options.state / JOURNAL, account=PAPER, is_durable=lasts)
        ) as journal,
    ):
        book.live_in(market.name)
        world = PaperMarket(
            clock=options.clock,
            calendar=calendar,
            quotes=quotes,
            costs=costs(options.settings),
        )
        broker = PaperBroker(book, world)
        office = _office(options, broker, journal, calendar)
        yield OpenAccount(office=office, broker=broker, quotes=quotes, market=market)


def _office(
    options: RunOptions, broker: PaperBroker, journal: Journal, calendar: Calendar
) -> Office:
    is_replay = options.replay is not None
    catch_up_once = partial(catch_up, broker, journal, calendar)

    def checked() -> None:
        refuse_strangers(broker, journal, options.state)
        catch_up_once()

    return Office(
        clock=options.clock,
        calendar=calendar,
        reader=broker,
        journal=journal,
        plans=_plans(options),
        lock=FileRunLock(options.state / "run.lock"),
        # The operating log is not for what happened years ago.
        publish=journal.append if is_replay else _publisher(journal),
        legacy=frozenset(options.settings.legacy_holdings),
        needs_confirmation=False,
        state_folder=str(options.state),
        catch_up=catch_up_once if is_replay else checked,
    )


def _copy_state(options: RunOptions) -> None:
    from khms_trader.storage.dry_run import copy_database

    operating = options.folders.state(PAPER)
    for name in (JOURNAL, BOOK):
        copy_database(operating / name, options.state / name)


def _plans(options: RunOptions) -> PlanStore:
    if options.replay is not None:
        return PlanFiles(options.output(options.folders.plans))
    operating = PlanFiles(options.folders.plans)
    if not options.is_dry_run:
        return operating
    from khms_trader.storage.dry_run import DryRunPlans

    return DryRunPlans(options.output(options.folders.plans), operating)


def _publisher(journal: Journal) -> Publish:
    def publish(*events: Event) -> None:
        journal.append(*events)
        for line in log_lines(events):
            logger.info("%s", line)

    return publish
