"""The paper account: a book of our own, its own or a dry run's copy."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Final

from khms_trader.bootstrap.account import (
    JOURNAL,
    TradingAccount,
    copy_state,
    plans_of,
)
from khms_trader.bootstrap.markets import Sources, market_of
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.bootstrap.paper_accounts import catch_up, refuse_strangers
from khms_trader.bootstrap.publishing import publishing
from khms_trader.bootstrap.rules import calendar_of, costs
from khms_trader.broker.paper import PaperBroker, PaperMarket
from khms_trader.broker.paper_book import PaperBook
from khms_trader.execution.office import Office
from khms_trader.market.calendar import Calendar
from khms_trader.ports import Journal
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.run_lock import FileRunLock

BOOK: Final = "paper.sqlite3"


@contextmanager
def paper_account(
    options: RunOptions, sources: Sources | None = None
) -> Iterator[TradingAccount]:
    """Open the paper account for a ``with`` block.

    Raises:
        ConfigError: the source of its prices is not available.
        StorageError: the account's files cannot be used.
    """
    calendar = calendar_of(options.settings)
    market, quotes = sources or market_of(options, calendar)
    if options.is_dry_run:
        copy_state(options, JOURNAL, BOOK)
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
        yield TradingAccount(office=office, broker=broker, quotes=quotes, market=market)


def _office(
    options: RunOptions,
    broker: PaperBroker,
    journal: Journal,
    calendar: Calendar,
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
        plans=plans_of(options),
        lock=FileRunLock(options.state / "run.lock"),
        # The operating log is not for what happened years ago.
        publish=journal.append if is_replay else publishing(journal),
        legacy=frozenset(options.settings.legacy_holdings),
        needs_confirmation=False,
        state_folder=str(options.state),
        catch_up=catch_up_once if is_replay else checked,
    )
