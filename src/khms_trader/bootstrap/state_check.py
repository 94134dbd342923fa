"""The state check, put together: the KIS virtual account, or paper without its keys.

It opens the account to be read: nothing in here could order anything.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from khms_trader.bootstrap.account import OpenAccount, opened
from khms_trader.bootstrap.options import (
    TELL_NOBODY,
    RunOptions,
    Tell,
    account_of,
    is_timeless,
)
from khms_trader.bootstrap.rules import pace_of, trading_rules
from khms_trader.config.home import Folders
from khms_trader.config.settings import BrokerSettings, Settings
from khms_trader.data.universe import UniverseFiles
from khms_trader.errors import DataError, UsageError
from khms_trader.execution.state_check import check_state
from khms_trader.execution.state_plan import StateRoom
from khms_trader.planning.state_view import Connection, StateView
from khms_trader.ports import Clock, Progress

if TYPE_CHECKING:
    from khms_trader.config.secrets import Secrets

_NAMES_FOR: Final = timedelta(days=30)
Look = Callable[[Progress], StateView]


class Choice(StrEnum):
    """Why this account is looked at."""

    AS_SET = "as_set"
    NO_KEYS = "no_keys"
    OTHER_THAN_SET = "other_than_set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The account to look at; its settings name it, whatever the file says."""

    options: RunOptions
    choice: Choice


def choose_account(
    home: Path,
    settings: Settings,
    secrets: "Secrets | None",
    clock: Clock,
    *,
    tell: Tell = TELL_NOBODY,
) -> Chosen:
    """Return the KIS virtual account when there are keys for it, else paper.

    ``tell`` is told of long waits while the work goes on.

    Raises:
        UsageError: ``at_not_allowed``, the time is made up and the server's is not.
        ConfigError: keys and settings do not go together.
        StorageError: the account's name cannot be made.
    """
    has_keys = secrets is not None and secrets.korea_invest.virtual is not None
    broker = BrokerSettings(
        provider="korea_invest" if has_keys else "paper", env="virtual"
    )
    choice = Choice.AS_SET if settings.broker == broker else Choice.OTHER_THAN_SET
    chosen = replace(settings, broker=broker)
    options = RunOptions(
        home=home,
        settings=chosen,
        clock=clock,
        secrets=secrets,
        account=account_of(chosen, secrets, Folders(home)),
        tell=tell,
    )
    if clock.is_shifted and not is_timeless(chosen, secrets):
        raise UsageError("at_not_allowed", provider=broker.provider)
    return Chosen(options=options, choice=choice if has_keys else Choice.NO_KEYS)


@contextmanager
def state_check(options: RunOptions, *, quote_limit: int) -> Iterator[Look]:
    """Open the account for a ``with`` block and return what looks at it once.

    Raises:
        ConfigError: keys or source are missing, or do not go together.
        StorageError: the account's files cannot be used.
    """
    with opened(options) as account:

        def look(progress: Progress) -> StateView:
            return check_state(state_room(options, account, quote_limit, progress))

        yield look


def state_room(
    options: RunOptions, account: OpenAccount, quote_limit: int, progress: Progress
) -> StateRoom:
    """Return what the state check of ``account`` looks at."""
    return StateRoom(
        office=account.office,
        quotes=account.quotes,
        rules=trading_rules(options.settings),
        data_source=account.market.name,
        is_real=options.settings.broker.env == "real",
        halt_file=str(options.halt_file),
        is_halted=options.halt_file.exists,
        start_window=pace_of(options).start_window,
        quote_limit=quote_limit,
        connection=lambda: _connection(account),
        progress=progress,
        listed_names=lambda: listed_names(options),
    )


def listed_names(options: RunOptions) -> dict[str, str]:
    """Return the names in the newest universe file; none where it cannot be read."""
    files, today = UniverseFiles(options.folders.universe), options.clock.now().date()
    try:
        newest = files.newest_between(today - _NAMES_FOR, today)
    except DataError:
        return {}
    return {} if newest is None else {i.symbol: i.name for i in newest[1]}


def _connection(account: OpenAccount) -> Connection:
    kind = account.office.reader.account_id.partition("-")[0]
    client = account.client
    if client is None:
        return Connection(kind=kind)
    offset, token = client.clock_offset, client.tokens.stored()
    return Connection(
        kind=kind,
        latency_seconds=client.last_seconds,
        clock_offset_seconds=None if offset is None else offset.total_seconds(),
        token_issued_at=None if token is None else token.issued_at,
        token_expires_at=None if token is None else token.expires_at,
    )
