"""What a check-up finds, and the rules that judge its figures.

Pure: who looks at files and servers hands the figures in. A finding is a code and
facts, never a sentence; none may hold a secret.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

OLDEST_PYTHON: Final = (3, 11)
CLOCK_CAUTION: Final = timedelta(seconds=2)
CLOCK_PROBLEM: Final = timedelta(seconds=5)
"""From here on execution refuses to start."""
CALENDAR_DAYS: Final = 60
VALIDITY_DAYS: Final = 90
"""How long KIS keeps a virtual account (wire sheet, section 7)."""
VALIDITY_CAUTION_DAYS: Final = 80
DISK_CAUTION: Final = 1_000_000_000
DISK_PROBLEM: Final = 100_000_000

_REQUIREMENT: Final = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)>=(?P<least>[0-9.]+)"
    r"(?:;sys_platform==['\"](?P<platform>\w+)['\"])?"
)
_RELEASE: Final = re.compile(r"\d+(?:\.\d+)*")


class Verdict(StrEnum):
    """How a check ended; a caution does not stop anybody."""

    GOOD = "good"
    CAUTION = "caution"
    PROBLEM = "problem"
    SKIPPED = "skipped"


class Check(StrEnum):
    """What is looked at, in the order a person should mend it."""

    PYTHON = "python"
    PACKAGES = "packages"
    HOME = "home"
    FOLDERS = "folders"
    SETTINGS = "settings"
    SECRETS = "secrets"
    SECRETS_MODE = "secrets_mode"
    SECRETS_GIT = "secrets_git"
    KEYS = "keys"
    TOKEN = "token"  # noqa: S105 - the name of a check
    BALANCE = "balance"
    SHARES = "shares"
    CLOCK = "clock"
    VALIDITY = "validity"
    CALENDAR = "calendar"
    BARS = "bars"
    COSTS = "costs"
    TELEGRAM = "telegram"
    DATABASES = "databases"
    LOCKS = "locks"
    HALT = "halt"
    DISK = "disk"


CONFIGURATION: Final = frozenset(
    {
        Check.PYTHON,
        Check.PACKAGES,
        Check.HOME,
        Check.FOLDERS,
        Check.SETTINGS,
        Check.SECRETS,
        Check.SECRETS_MODE,
        Check.SECRETS_GIT,
        Check.KEYS,
        Check.COSTS,
        Check.TELEGRAM,
    }
)
"""Checks whose problems lie in what the user wrote or installed."""


class Outcome(StrEnum):
    """What a check-up came to; configuration is to be mended first."""

    FINE = "fine"
    MISCONFIGURED = "misconfigured"
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of the check-up.

    Attributes:
        code: stable; the reader's sentence is made of it and of ``facts``.
    """

    check: Check
    verdict: Verdict
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def good(check: Check, code: str, **facts: object) -> Finding:
    """Return that ``check`` found all as it should be."""
    return Finding(check=check, verdict=Verdict.GOOD, code=code, facts=facts)


def caution(check: Check, code: str, **facts: object) -> Finding:
    """Return that ``check`` found what the user should know and may leave."""
    return Finding(check=check, verdict=Verdict.CAUTION, code=code, facts=facts)


def problem(check: Check, code: str, **facts: object) -> Finding:
    """Return that ``check`` found what must be mended."""
    return Finding(check=check, verdict=Verdict.PROBLEM, code=code, facts=facts)


def skipped(check: Check, code: str, **facts: object) -> Finding:
    """Return that ``check`` was not made, and why."""
    return Finding(check=check, verdict=Verdict.SKIPPED, code=code, facts=facts)


def outcome(findings: Iterable[Finding]) -> Outcome:
    """Return what ``findings`` come to; cautions count for nothing."""
    failed = {f.check for f in findings if f.verdict is Verdict.PROBLEM}
    if failed & CONFIGURATION:
        return Outcome.MISCONFIGURED
    return Outcome.NOT_AVAILABLE if failed else Outcome.FINE


def python_version(version: tuple[int, int, int]) -> Finding:
    """Judge the interpreter's ``version``."""
    text = ".".join(map(str, version))
    if version[:2] < OLDEST_PYTHON:
        return problem(Check.PYTHON, "check_python_too_old", version=text)
    return good(Check.PYTHON, "check_python_fits", version=text)


def packages(
    requirements: Collection[str], installed: Mapping[str, str], platform: str
) -> tuple[Finding, ...]:
    """Judge the ``installed`` versions by our own ``requirements``.

    Requirements read ``name>=1.2``, some with one marker for ``sys.platform``;
    whatever else they may say is for the installer.
    """
    versions = {_plain(name): version for name, version in installed.items()}
    found: list[Finding] = []
    for requirement in requirements:
        match = _REQUIREMENT.fullmatch(requirement.replace(" ", ""))
        if match is None or match["platform"] not in (None, platform):
            continue
        name, least = match["name"], match["least"]
        version = versions.get(_plain(name))
        facts = {"name": name, "least": least}
        if version is None:
            found.append(problem(Check.PACKAGES, "check_package_missing", **facts))
        elif _release(version) < _release(least):
            facts["version"] = version
            found.append(problem(Check.PACKAGES, "check_package_too_old", **facts))
    if found:
        return tuple(found)
    count = len(requirements)
    return (good(Check.PACKAGES, "check_packages_fit", count=count),)


def clock(offset: timedelta, *, is_practice: bool = False) -> Finding:
    """Judge how far our clock is off the server's, in either direction."""
    seconds = f"{abs(offset).total_seconds():.1f}"
    if abs(offset) > CLOCK_PROBLEM:
        code = "check_clock_not_practice" if is_practice else "check_clock_wrong"
        return problem(Check.CLOCK, code, seconds=seconds)
    if abs(offset) > CLOCK_CAUTION:
        return caution(Check.CLOCK, "check_clock_off", seconds=seconds)
    return good(Check.CLOCK, "check_clock_fits", seconds=seconds)


def calendar_reach(last: date, today: date, next_session: date) -> Finding:
    """Judge how far ahead the closures are known: up to ``last``."""
    days = (last - today).days
    facts = {"last": last, "days": days, "next": next_session}
    if days < 0:
        return caution(Check.CALENDAR, "check_calendar_over", **facts)
    if days < CALENDAR_DAYS:
        return caution(Check.CALENDAR, "check_calendar_short", **facts)
    return good(Check.CALENDAR, "check_calendar_fits", **facts)


def validity(first_used: date | None, today: date) -> Finding:
    """Judge the age of a virtual account by the day we first saw it."""
    if first_used is None:
        return skipped(Check.VALIDITY, "check_validity_unknown")
    days = (today - first_used).days
    facts = {"first": first_used, "days": days}
    if days > VALIDITY_DAYS:
        return caution(Check.VALIDITY, "check_validity_over", **facts)
    if days > VALIDITY_CAUTION_DAYS:
        return caution(Check.VALIDITY, "check_validity_short", **facts)
    return good(Check.VALIDITY, "check_validity_fits", **facts)


def shares(managed: Mapping[str, int], held: Mapping[str, int]) -> tuple[Finding, ...]:
    """Compare shares under management by the journal with those the account holds.

    Fewer: a person sold some, or a merger took them. More: a person bought some, or a
    split made them (``planning.shares``).
    """
    ours = {symbol: count for symbol, count in sorted(managed.items()) if count > 0}
    differing = {s: held.get(s, 0) for s, n in ours.items() if held.get(s, 0) != n}
    if not differing:
        return (good(Check.SHARES, "check_shares_fit", count=len(ours)),)
    return tuple(
        caution(
            Check.SHARES,
            "check_shares_fewer" if found < ours[symbol] else "check_shares_more",
            symbol=symbol,
            managed=ours[symbol],
            held=found,
        )
        for symbol, found in differing.items()
    )


def disk(free_bytes: int) -> Finding:
    """Judge the free space of the home's disk."""
    free = f"{free_bytes / 1e9:,.1f} GB"
    if free_bytes < DISK_PROBLEM:
        return problem(Check.DISK, "check_disk_full", free=free)
    if free_bytes < DISK_CAUTION:
        return caution(Check.DISK, "check_disk_low", free=free)
    return good(Check.DISK, "check_disk_fits", free=free)


def bars_age(newest: date, sessions_since: int, *, is_refreshed: bool) -> Finding:
    """Judge stored bars up to ``newest``, ``sessions_since`` of which have closed.

    ``is_refreshed``: prepare brings them up to date by itself.
    """
    facts = {"newest": newest, "behind": sessions_since}
    if not sessions_since:
        return good(Check.BARS, "check_bars_fresh", **facts)
    code = "check_bars_behind" if is_refreshed else "check_bars_stale"
    return caution(Check.BARS, code, **facts)


def _plain(name: str) -> str:
    """``PyYAML`` and ``pyyaml`` are one package (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).casefold()


def _release(version: str) -> tuple[int, ...]:
    """``3.0`` and ``3.0.0`` are one release; what follows the figures is left out."""
    found = _RELEASE.match(version)
    numbers = [int(part) for part in found[0].split(".")] if found else [0]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
