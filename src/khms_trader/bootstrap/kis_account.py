"""A KIS account: read by a client that cannot order, traded by one that can."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TypeVar

from khms_trader.bootstrap.account import (
    JOURNAL,
    OpenAccount,
    TradingAccount,
    copy_state,
    plans_of,
)
from khms_trader.bootstrap.kis_access import (
    READS,
    KisAccess,
    access_of,
    client_of,
)
from khms_trader.bootstrap.markets import market_of
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.publishing import publishing
from khms_trader.bootstrap.rules import calendar_of, costs
from khms_trader.broker.kis.broker import KisAccount, KisBroker
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import ENDPOINTS
from khms_trader.broker.kis.pacing import Urgency
from khms_trader.execution.office import Office
from khms_trader.market.calendar import Calendar
from khms_trader.planning.gates import certain_offset
from khms_trader.ports import AccountReader, Broker, Journal, Quotes
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.run_lock import FileRunLock

_Kind = TypeVar("_Kind", bound=KisAccount)


@contextmanager
def read_only(options: RunOptions) -> Iterator[OpenAccount]:
    """Open the account for a ``with`` block; its client refuses every order call.

    Raises:
        ConfigError: keys are missing or do not go together.
        StorageError: the account's files cannot be used.
    """
    calendar = calendar_of(options.settings)
    access = access_of(options)
    market, quotes = market_of(options, calendar)
    client = client_of(options, access)
    reader = _account(KisAccount, options, access, client, calendar=calendar)
    with _journal(options) as journal:
        yield OpenAccount(
            office=_office(options, reader, journal, calendar, client=client),
            quotes=quotes,
            market=market,
            client=client,
        )


@contextmanager
def to_trade(options: RunOptions) -> Iterator[TradingAccount]:
    """Open the account for a ``with`` block, with a broker that takes orders.

    A dry run's broker reads the account once and plays the rest in memory.

    Raises:
        ConfigError, StorageError: as for ``read_only``.
    """
    calendar = calendar_of(options.settings)
    access = access_of(options)
    market, quotes = market_of(options, calendar, urgency=Urgency.EXECUTE)
    calls = READS if options.is_dry_run else ENDPOINTS
    client = client_of(options, access, urgency=Urgency.EXECUTE, calls=calls)
    broker: Broker
    if options.is_dry_run:
        reader = _account(KisAccount, options, access, client, calendar=calendar)
        broker = _rehearsal(options, reader, calendar, quotes)
    else:
        broker = _account(KisBroker, options, access, client, calendar=calendar)
    with _journal(options) as journal:
        yield TradingAccount(
            office=_office(options, broker, journal, calendar, client=client),
            broker=broker,
            quotes=quotes,
            market=market,
        )


def _account(
    kind: type[_Kind],
    options: RunOptions,
    access: KisAccess,
    client: KisClient,
    *,
    calendar: Calendar,
) -> _Kind:
    return kind(
        client,
        access.number,
        account_id=options.account,
        clock=options.clock,
        calendar=calendar,
    )


def _rehearsal(
    options: RunOptions, reader: KisAccount, calendar: Calendar, quotes: Quotes
) -> Broker:
    from khms_trader.broker.rehearsal import RehearsalBroker

    return RehearsalBroker(
        reader,
        quotes,
        clock=options.clock,
        calendar=calendar,
        costs=costs(options.settings),
    )


@contextmanager
def _journal(options: RunOptions) -> Iterator[Journal]:
    if options.is_dry_run:
        copy_state(options, JOURNAL)
    path = options.state / JOURNAL
    with closing(SqliteJournal(path, account=options.account)) as journal:
        yield journal


def _office(
    options: RunOptions,
    reader: AccountReader,
    journal: Journal,
    calendar: Calendar,
    *,
    client: KisClient,
) -> Office:
    return Office(
        clock=options.clock,
        calendar=calendar,
        reader=reader,
        journal=journal,
        plans=plans_of(options),
        lock=FileRunLock(options.state / "run.lock"),
        publish=publishing(journal),
        legacy=frozenset(options.settings.legacy_holdings),
        needs_confirmation=True,
        state_folder=str(options.state),
        clock_offset=lambda: _clock_offset(options, client),
    )


def _clock_offset(options: RunOptions, client: KisClient) -> timedelta | None:
    """Return how far KIS's clock is surely off ours; a made-up time is off for good."""
    if options.clock.is_shifted:
        return None
    return certain_offset(client.clock_offset, client.last_seconds)
