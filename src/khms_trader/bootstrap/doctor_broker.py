"""Checks of keys, token, account and clock at KIS; nothing here can order."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from khms_trader.bootstrap.account import JOURNAL, opened
from khms_trader.bootstrap.doctor_rows import looked, rows_of
from khms_trader.bootstrap.kis_access import (
    KisAccess,
    access_of,
    client_of,
    data_access_of,
    data_client_of,
)
from khms_trader.bootstrap.options import PAPER, RunOptions, account_of
from khms_trader.bootstrap.rules import calendar_of
from khms_trader.broker.kis.broker import KisAccount
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.broker.kis.pacing import Urgency
from khms_trader.config.settings import Settings
from khms_trader.domain.account import Account
from khms_trader.errors import BrokerUnavailable, UsageError
from khms_trader.planning import checkup
from khms_trader.planning.checkup import (
    Check,
    Finding,
    Verdict,
    caution,
    good,
    problem,
    skipped,
)
from khms_trader.storage.dry_run import copy_database
from khms_trader.storage.inspection import first_seen
from khms_trader.storage.journal import SqliteJournal

# Long enough to outlive KIS's one token a minute, short enough for who waits.
_PATIENCE_MINUTES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A connection to one server with one pair of keys.

    Attributes:
        has_account: False where only prices are read.
    """

    access: KisAccess
    client: KisClient
    has_account: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The account and its connections, that of the account first."""

    options: RunOptions
    lines: tuple[Line, ...]


def needs_kis(settings: Settings) -> bool:
    """Return whether anything is asked of KIS: the account, or prices for paper."""
    return settings.broker.provider != PAPER or settings.data.source == "kis"


def visit_of(options: RunOptions) -> Visit:
    """Return the connections the settings need; nothing is sent yet.

    Raises:
        ConfigError: keys are missing or garbled, do not go together, or an address
            is neither KIS's nor this machine.
        UsageError: ``at_not_allowed``, the time is made up and the server is not.
        StorageError: the account's name cannot be made.
    """
    provider = options.settings.broker.provider
    account = account_of(options.settings, options.secrets, options.folders)
    options = replace(options, account=account)
    patient = _patient(options)
    lines: list[Line] = []
    if account != PAPER:
        access = access_of(patient)
        client = client_of(patient, access)
        lines.append(Line(access=access, client=client, has_account=True))
    prices = data_access_of(patient)
    if all(line.access.environment is not prices.environment for line in lines):
        client = data_client_of(patient, prices, urgency=Urgency.ACCOUNT)
        lines.append(Line(access=prices, client=client, has_account=False))
    is_timeless = all(line.access.is_practice for line in lines)
    if options.clock.is_shifted and not is_timeless:
        # A token would be stored with a life that nobody lives.
        raise UsageError("at_not_allowed", provider=provider)
    return Visit(options=options, lines=tuple(lines))


def keys(line: Line) -> Finding:
    """Say which server is asked with which keys."""
    environment = line.access.environment
    facts = {"address": line.access.address, "block": f"korea_invest.{environment}"}
    if line.access.is_practice:
        return good(Check.KEYS, "check_keys_practice", **facts)
    if line.has_account and environment is Environment.REAL:
        return caution(Check.KEYS, "check_keys_real", **facts)
    return good(Check.KEYS, "check_keys_fit", **facts)


def at_the_servers(visit: Visit) -> Iterator[Finding]:
    """Get a token of each server, read the account and compare the clocks."""
    for line in visit.lines:
        tokens = looked(Check.TOKEN, partial(_token, line))
        yield from tokens
        if not line.has_account:
            continue
        if all(found.verdict is Verdict.GOOD for found in tokens):
            yield from _account_and_shares(visit.options, line)
        else:
            yield blocked(Check.BALANCE, Check.TOKEN)
            yield blocked(Check.SHARES, Check.TOKEN)
    # Any answer tells the server's time, a refusal too.
    first = visit.lines[0]
    yield from looked(Check.CLOCK, partial(_clock, visit.options, first))


def nowhere(code: str, *checks: Check) -> Iterator[Finding]:
    """Say of ``checks`` why no server is asked."""
    return (skipped(check, code) for check in checks)


def blocked(check: Check, cause: Check) -> Finding:
    """Say that ``check`` waits for ``cause`` to be mended."""
    return skipped(check, "check_blocked", cause=cause)


def paper_balance(options: RunOptions) -> Finding:
    """Read the paper account in a copy: neither it nor its lock is touched."""
    if not (options.folders.state(PAPER) / JOURNAL).exists():
        return good(Check.BALANCE, "check_paper_not_begun")
    with TemporaryDirectory(prefix="khms-") as folder:
        apart = replace(options, is_dry_run=True, replay=Path(folder))
        with opened(apart) as account:
            return _read(account.office.reader.account())


def validity(visit: Visit) -> Finding:
    """Judge the age of a virtual account by its journal."""
    line = visit.lines[0]
    is_virtual = line.access.environment is Environment.VIRTUAL
    if not line.has_account or line.access.is_practice or not is_virtual:
        return skipped(Check.VALIDITY, "check_validity_only_virtual")
    options = visit.options
    first = first_seen(options.state / JOURNAL)
    return checkup.validity(first, options.clock.now().date())


def _patient(options: RunOptions) -> RunOptions:
    """The client waits for a token as long as execution may start; a person not."""
    chosen = replace(options.settings.execution, start_window_min=_PATIENCE_MINUTES)
    return replace(options, settings=replace(options.settings, execution=chosen))


def _token(line: Line) -> Finding:
    try:
        token = line.client.tokens.current()
    except BrokerUnavailable as error:
        if line.access.is_practice and error.code == "kis_unreachable":
            address = line.access.address
            return problem(Check.TOKEN, "check_practice_closed", address=address)
        (row,) = rows_of(Check.TOKEN, error)
        return row
    return good(
        Check.TOKEN,
        "check_token_fits",
        issued=f"{token.issued_at:%m-%d %H:%M}",
        expires=f"{token.expires_at:%m-%d %H:%M}",
    )


def _account_and_shares(options: RunOptions, line: Line) -> Iterator[Finding]:
    accounts: list[Account] = []

    def balance() -> Finding:
        accounts.append(_account(options, line))
        return _read(accounts[0])

    yield from looked(Check.BALANCE, balance)
    if not accounts:
        yield blocked(Check.SHARES, Check.BALANCE)
        return
    yield from looked(Check.SHARES, lambda: _shares(options, accounts[0]))


def _shares(options: RunOptions, account: Account) -> tuple[Finding, ...]:
    """Compare with the journal's books in a copy: neither it nor its lock is touched.

    The order list is not asked: an order of this very minute may be on its way.
    """
    with TemporaryDirectory(prefix="khms-") as folder:
        copy = Path(folder) / JOURNAL
        copy_database(options.state / JOURNAL, copy)
        if not copy.exists():
            return checkup.shares({}, {})
        with closing(SqliteJournal(copy, account=options.account)) as journal:
            managed = journal.managed()
    held = {holding.symbol: holding.quantity for holding in account.holdings}
    return checkup.shares(managed, held)


def _account(options: RunOptions, line: Line) -> Account:
    reader = KisAccount(
        line.client,
        line.access.number,
        account_id=options.account,
        clock=options.clock,
        calendar=calendar_of(options.settings),
    )
    return reader.account()


def _read(account: Account) -> Finding:
    return good(
        Check.BALANCE,
        "check_balance_read",
        count=len(account.holdings),
        cash=f"{account.cash:,}",
        spendable=f"{account.spendable:,}",
    )


def _clock(options: RunOptions, line: Line) -> Finding:
    if options.clock.is_shifted:
        return skipped(Check.CLOCK, "check_clock_shifted")
    offset = line.client.clock_offset
    if (
        offset is None
        and line.access.is_practice
        and line.client.last_seconds is not None
    ):
        return good(Check.CLOCK, "check_clock_practice")
    if offset is None:
        return skipped(Check.CLOCK, "check_clock_unknown")
    return checkup.clock(offset, is_practice=line.access.is_practice)
