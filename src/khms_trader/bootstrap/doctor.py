"""The check-up, put together: every check looks by itself and gives its own rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from khms_trader.bootstrap import doctor_broker as broker
from khms_trader.bootstrap import doctor_files as files
from khms_trader.bootstrap.doctor_rows import looked, rows_of
from khms_trader.bootstrap.kis_access import quoting_environment
from khms_trader.bootstrap.markets import market_of
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.bootstrap.rules import calendar_of, costs
from khms_trader.config.settings import Settings
from khms_trader.console.cost_notes import cost_notes
from khms_trader.errors import DataError, KhmsTraderError, NotAvailable
from khms_trader.market.calendar import VERIFIED_YEARS
from khms_trader.notifications.access import Access, access_of
from khms_trader.notifications.reach import reached
from khms_trader.planning import checkup
from khms_trader.planning.checkup import (
    Check,
    Finding,
    caution,
    good,
    problem,
    skipped,
)
from khms_trader.ports import Clock

if TYPE_CHECKING:
    from khms_trader.config.secrets import Secrets

_TELEGRAM: Final = "telegram."
_READABLE: Final = "secrets_readable_by_others"  # a row of its own
_LAST_KNOWN: Final = date(VERIFIED_YEARS[-1], 12, 31)
_AT_THE_SERVERS: Final = (Check.TOKEN, Check.BALANCE, Check.SHARES, Check.CLOCK)
_ONLY_AT_KIS: Final = (Check.KEYS, Check.TOKEN, Check.SHARES, Check.CLOCK)
_NEED_KEYS: Final = (Check.KEYS, *_AT_THE_SERVERS, Check.VALIDITY, Check.BARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What could be read before the check-up, and why not the rest.

    Attributes:
        home, settings, secrets: None where there is none, or ``errors`` says why.
        errors: by HOME, SETTINGS and SECRETS.
        stay_away: why no server is asked, as a code; None asks it.
        tell: told of long waits, as that of ``RunOptions``.
    """

    home: Path | None
    settings: Settings | None
    secrets: "Secrets | None"
    clock: Clock
    errors: Mapping[Check, KhmsTraderError] = field(default_factory=dict)
    stay_away: str | None = None
    tell: Callable[[str, Mapping[str, object]], None] = lambda _code, _facts: None


def examine(patient: Patient) -> tuple[Finding, ...]:
    """Return every row, in the order of ``Check``; no fault stops the next check."""
    found = [
        *looked(Check.PYTHON, files.python_version),
        *looked(Check.PACKAGES, files.packages),
        *_read_before(patient),
    ]
    if patient.home is not None:
        found += _files(patient.home)
        found += _secrets_and_telegram(patient)
        found += _settled(patient)
    done = {finding.check for finding in found}
    cause = Check.HOME if patient.home is None else Check.SETTINGS
    found += [broker.blocked(check, cause) for check in Check if check not in done]
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.check]))


_ORDER: Final = {check: place for place, check in enumerate(Check)}


def _read_before(patient: Patient) -> Iterator[Finding]:
    for check, error in patient.errors.items():
        yield from rows_of(check, error)
    if patient.home is not None:
        yield good(Check.HOME, "check_home_found", path=str(patient.home))
    if patient.settings is not None:
        yield good(
            Check.SETTINGS,
            "check_settings_fit",
            provider=patient.settings.broker.provider,
            env=patient.settings.broker.env,
            source=patient.settings.data.source,
        )


def _files(home: Path) -> Iterator[Finding]:
    yield from looked(Check.FOLDERS, partial(files.folders, home))
    yield from looked(Check.SECRETS_MODE, partial(files.secrets_mode, home))
    yield from looked(Check.SECRETS_GIT, partial(files.secrets_git, home))
    yield from looked(Check.LOCKS, partial(files.locks, home))
    yield from looked(Check.HALT, partial(files.halt, home))
    yield from looked(Check.DISK, partial(files.disk, home))
    databases = files.databases(home)
    rows = [
        row
        for path in databases
        for row in looked(Check.DATABASES, partial(files.database, path))
    ]
    damaged = [row for row in rows if row.verdict is not checkup.Verdict.GOOD]
    code = "check_databases_fit" if databases else "check_databases_none"
    whole = good(Check.DATABASES, code, count=len(databases))
    yield from damaged or [whole]


def _secrets_and_telegram(patient: Patient) -> Iterator[Finding]:
    if Check.SECRETS in patient.errors:
        yield broker.blocked(Check.TELEGRAM, Check.SECRETS)
        return
    secrets = patient.secrets
    blocks = _needed_blocks(patient.settings)
    yield from looked(Check.SECRETS, lambda: _secrets(secrets, blocks))
    yield from looked(Check.TELEGRAM, lambda: _telegram(patient))


def _needed_blocks(settings: Settings | None) -> dict[str, str]:
    """Return which of ``virtual`` and ``real`` is needed, and by which setting."""
    if settings is None or not broker.needs_kis(settings):
        return {}
    quotes = str(quoting_environment(settings))
    needed = {quotes: f"data.quotes: {quotes}"}
    if settings.broker.provider == PAPER:
        return needed
    env = settings.broker.env
    return {env: f"broker.env: {env}"} | {q: s for q, s in needed.items() if q != env}


def _secrets(secrets: "Secrets | None", needed: Mapping[str, str]) -> Iterator[Finding]:
    if secrets is None:
        if needed:
            blocks = [f"korea_invest.{name}" for name in needed]
            yield problem(Check.SECRETS, "check_secrets_missing", blocks=blocks)
        else:
            yield good(Check.SECRETS, "check_secrets_not_needed")
        return
    keys = secrets.korea_invest
    filled = {"virtual": keys.virtual is not None, "real": keys.real is not None}
    begun: set[str] = set()
    for warning in secrets.warnings:
        if warning.code == _READABLE or warning.key.startswith(_TELEGRAM):
            continue
        block = warning.key.split(".")[1]
        begun.add(block)
        verdict = problem if block in needed else caution
        yield verdict(Check.SECRETS, warning.code, problems=(warning,))
    for name, setting in needed.items():
        if not filled[name] and name not in begun:
            facts = {"block": name, "setting": setting}
            yield problem(Check.SECRETS, "check_secrets_empty", **facts)
    if not begun and all(filled[name] for name in needed):
        names = [
            f"korea_invest.{name}" for name, is_filled in filled.items() if is_filled
        ]
        code = "check_secrets_fit" if names else "check_secrets_unused"
        yield good(Check.SECRETS, code, blocks=names)


def _telegram(patient: Patient) -> Iterator[Finding]:
    secrets = patient.secrets
    warnings = secrets.warnings if secrets is not None else ()
    gaps = [each for each in warnings if each.key.startswith(_TELEGRAM)]
    for gap in gaps:
        yield caution(Check.TELEGRAM, gap.code, problems=(gap,))
    if gaps:
        return
    access = access_of(patient.settings, secrets) if patient.settings else None
    if access is None:
        yield good(Check.TELEGRAM, "check_telegram_off")
    elif patient.stay_away is not None:
        yield good(Check.TELEGRAM, "check_telegram_on")
    else:
        yield _telegram_reached(access)


def _telegram_reached(access: Access) -> Finding:
    """Ask Telegram; a fault is a caution, as orders never wait for messages."""
    try:
        found = reached(access)
    except NotAvailable as error:
        return caution(Check.TELEGRAM, error.code, **error.facts)
    names = {"bot": found.bot, "chat": found.chat or "설정한"}
    return good(Check.TELEGRAM, "check_telegram_reached", **names)


def _settled(patient: Patient) -> Iterator[Finding]:
    """Check what the settings decide; without them nothing can be said."""
    if patient.home is None or patient.settings is None:
        return
    options = RunOptions(
        home=patient.home,
        settings=patient.settings,
        clock=patient.clock,
        secrets=patient.secrets,
        tell=patient.tell,
    )
    yield from looked(Check.CALENDAR, lambda: _calendar(options))
    yield from looked(Check.COSTS, lambda: _costs(options))
    if broker.needs_kis(patient.settings):
        yield from _kis(options, patient)
        return
    yield from broker.nowhere("check_only_paper", *_ONLY_AT_KIS)
    yield skipped(Check.VALIDITY, "check_validity_only_virtual")
    yield from looked(Check.BALANCE, lambda: broker.paper_balance(options))
    yield from looked(Check.BARS, lambda: _bars(options))


def _kis(options: RunOptions, patient: Patient) -> Iterator[Finding]:
    keys = patient.secrets.korea_invest if patient.secrets is not None else None
    needed = _needed_blocks(options.settings)
    if any(getattr(keys, block, None) is None for block in needed):
        yield from (broker.blocked(check, Check.SECRETS) for check in _NEED_KEYS)
        return
    visits: list[broker.Visit] = []

    def arrange() -> Iterator[Finding]:
        visits.append(broker.visit_of(options))
        return map(broker.keys, visits[0].lines)

    yield from looked(Check.KEYS, arrange)
    if not visits:
        rest = [check for check in _NEED_KEYS if check is not Check.KEYS]
        yield from (broker.blocked(check, Check.KEYS) for check in rest)
        return
    (visit,) = visits
    yield from looked(Check.VALIDITY, lambda: broker.validity(visit))
    yield from looked(Check.BARS, lambda: _bars(visit.options))
    if patient.stay_away is not None:
        yield from broker.nowhere(patient.stay_away, *_AT_THE_SERVERS)
        return
    yield from broker.at_the_servers(visit)
    if visit.options.account == PAPER:
        yield from looked(Check.BALANCE, lambda: broker.paper_balance(options))
        yield from broker.nowhere("check_only_paper", Check.SHARES)


def _calendar(options: RunOptions) -> Finding:
    today = options.clock.now().date()
    following = calendar_of(options.settings).next_session(today)
    return checkup.calendar_reach(_LAST_KNOWN, today, following)


def _costs(options: RunOptions) -> Iterator[Finding]:
    today = options.clock.now().date()
    session = calendar_of(options.settings).next_session(today)
    notes = cost_notes(costs(options.settings), session)
    for note in notes:
        yield caution(Check.COSTS, "check_costs_differ", note=note)
    if not notes:
        yield good(Check.COSTS, "check_costs_fit")


def _bars(options: RunOptions) -> Finding:
    calendar = calendar_of(options.settings)
    market, _ = market_of(options, calendar)
    if market.name == "sample":
        return good(Check.BARS, "check_bars_made")
    is_refreshed = market.refresher is not None
    last = calendar.last_closed(options.clock.now())
    try:
        newest = market.bars.panel(last).sessions[-1]
    except DataError as error:
        if is_refreshed and error.code == "bars_missing":
            return caution(Check.BARS, "check_bars_none")
        raise
    since = calendar.sessions(newest + timedelta(days=1), last)
    return checkup.bars_age(newest, len(since), is_refreshed=is_refreshed)
