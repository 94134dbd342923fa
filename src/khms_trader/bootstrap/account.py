"""The account that the settings name, opened to be read, or to be traded too."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from khms_trader.bootstrap.markets import Market, Sources
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.execution.office import Office
from khms_trader.ports import Broker, PlanStore, Quotes
from khms_trader.storage.plan_store import PlanFiles

if TYPE_CHECKING:  # paper needs none
    from khms_trader.broker.kis.client import KisClient

JOURNAL = "journal.sqlite3"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccount:
    """What the jobs are put together from, without any way to order.

    Attributes:
        client: what an account at KIS is read through, for latency and token; it
            refuses every order call.
    """

    office: Office
    quotes: Quotes
    market: Market
    client: "KisClient | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingAccount(OpenAccount):
    """An open account that orders can be sent to."""

    broker: Broker


def opened(
    options: RunOptions, sources: Sources | None = None
) -> AbstractContextManager[OpenAccount]:
    """Open the account for a ``with`` block, to be read.

    ``sources`` are those of an account opened before, so that nothing is read twice.

    Raises:
        ConfigError: keys or source are missing, or do not go together.
        StorageError: the account's files cannot be used.
    """
    if options.account == PAPER:
        return _paper(options, sources)
    from khms_trader.bootstrap.kis_account import read_only

    return read_only(options)


def opened_to_trade(
    options: RunOptions, sources: Sources | None = None
) -> AbstractContextManager[TradingAccount]:
    """Open the account for a ``with`` block, with a broker that takes orders.

    Raises:
        ConfigError, StorageError: as for ``opened``.
    """
    if options.account == PAPER:
        return _paper(options, sources)
    from khms_trader.bootstrap.kis_account import to_trade

    return to_trade(options)


def _paper(
    options: RunOptions, sources: Sources | None
) -> AbstractContextManager[TradingAccount]:
    from khms_trader.bootstrap.paper_account import paper_account

    return paper_account(options, sources)


def copy_state(options: RunOptions, *names: str) -> None:
    """Copy the operating account's databases to where a dry run works on them."""
    from khms_trader.storage.dry_run import copy_database

    operating = options.folders.state(options.account)
    for name in names:
        copy_database(operating / name, options.state / name)


def plans_of(options: RunOptions) -> PlanStore:
    """Return where plans are read from and written to."""
    if options.replay is not None:
        return PlanFiles(options.output(options.folders.plans))
    operating = PlanFiles(options.folders.plans)
    if not options.is_dry_run:
        return operating
    from khms_trader.storage.dry_run import DryRunPlans

    return DryRunPlans(options.output(options.folders.plans), operating)
