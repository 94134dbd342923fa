"""One check gives one row or more, whatever happens while it looks."""

import logging
from collections.abc import Callable, Iterable
from typing import Final

from khms_trader.config.problems import SettingsProblem
from khms_trader.edge import contained
from khms_trader.errors import KhmsTraderError
from khms_trader.planning.checkup import Check, Finding, problem

_log: Final = logging.getLogger(__name__)

Look = Callable[[], Finding | Iterable[Finding]]


def looked(check: Check, look: Look) -> tuple[Finding, ...]:
    """Return what ``look`` finds, or as rows of ``check`` what stopped it."""
    found: list[Finding] = []

    def stopped(error: Exception) -> None:
        found.extend(rows_of(check, error))

    with contained(stopped):
        outcome = look()
        found.extend((outcome,) if isinstance(outcome, Finding) else outcome)
    return tuple(found)


def rows_of(check: Check, error: Exception) -> tuple[Finding, ...]:
    """Return ``error`` as rows: one for each problem of a file that has many.

    An error nobody foresaw is named by its kind alone: its text may hold anything.
    """
    if isinstance(error, KhmsTraderError):
        problems = error.facts.get("problems") or ()
        each = [p for p in _items(problems) if isinstance(p, SettingsProblem)]
        if each:
            return tuple(problem(check, p.code, problems=(p,)) for p in each)
        return (problem(check, error.code, **error.facts),)
    _log.error("check %s ended with %s", check, type(error).__name__, exc_info=error)
    if isinstance(error, OSError):
        path, reason = str(error.filename), error.strerror
        return (problem(check, "check_file_failed", path=path, reason=reason),)
    return (problem(check, "check_failed", kind=type(error).__name__),)


def _items(problems: object) -> Iterable[object]:
    return problems if isinstance(problems, tuple) else ()
