"""What can be wrong with a settings or secrets file, as values.

One bad line never hides the next: a file is read to its end and every problem is
carried by one ``ConfigError``. A problem of a secrets file never holds a value.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from khms_trader.errors import ConfigError

_SHOWN_LENGTH: Final = 40
# What looks like a key's name; a secret pasted in its place does not.
_NAME: Final = re.compile(r"[A-Za-z_]{1,20}(\[\d+\])?")


class Fault(StrEnum):
    """What is wrong, without the file it is wrong in."""

    UNKNOWN_KEY = "unknown_key"
    DUPLICATE_KEY = "duplicate_key"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    NOT_ALLOWED = "not_allowed"
    NEEDS_QUOTES = "needs_quotes"
    CONFLICT = "conflict"
    INCOMPLETE = "incomplete"
    HOLDS_SECRETS = "holds_secrets"
    NOT_YAML = "not_yaml"
    HAS_TAB = "has_tab"
    NOT_UTF8 = "not_utf8"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    READABLE_BY_OTHERS = "readable_by_others"


class FileKind(StrEnum):
    """Which of the two files; the first half of a problem's code."""

    SETTINGS = "settings"
    SECRETS = "secrets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault at one place of a file, before anyone knows which file it is.

    Attributes:
        line: counted from 1; 0 when the fault belongs to no line.
        column: counted from 1; 0 when it says nothing.
        first_line: where the key stood first, of a duplicate.
        key: the path of the key, such as ``live.max_positions``.
        expected: a word for the type, ``1~100`` for a range, ``a | b`` for a choice.
        got: the text as written; never set for secrets.
        nearest: the key or value that was probably meant, or empty.
    """

    fault: Fault
    line: int = 0
    column: int = 0
    first_line: int = 0
    key: str = ""
    expected: str = ""
    got: str = ""
    nearest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsProblem:
    """One problem of a settings or secrets file, ready for its sentence.

    Attributes:
        code: stable, such as ``settings_unknown_key`` or ``secrets_needs_quotes``.
        path: the file.
    """

    code: str
    path: str
    line: int = 0
    column: int = 0
    first_line: int = 0
    key: str = ""
    expected: str = ""
    got: str = ""
    nearest: str = ""


def problem_of(finding: Finding, kind: FileKind, path: Path) -> SettingsProblem:
    """Return the problem that ``finding`` is in the file of ``kind`` at ``path``."""
    is_secret = kind is FileKind.SECRETS
    return SettingsProblem(
        code=f"{kind}_{finding.fault}",
        path=str(path),
        line=finding.line,
        column=finding.column,
        first_line=finding.first_line,
        key=_names_only(finding.key) if is_secret else finding.key,
        expected=finding.expected,
        got="" if is_secret else _shortened(finding.got),
        nearest=finding.nearest,
    )


def error_of(findings: Iterable[Finding], kind: FileKind, path: Path) -> ConfigError:
    """Return one error that carries every finding, in the order of the file.

    Its code and facts are those of the first; ``problems`` holds them all.
    """
    in_order = sorted(findings, key=lambda finding: (finding.line, finding.column))
    problems = tuple(problem_of(finding, kind, path) for finding in in_order)
    first = problems[0]
    return ConfigError(
        first.code,
        path=first.path,
        line=first.line,
        column=first.column,
        first_line=first.first_line,
        key=first.key,
        expected=first.expected,
        got=first.got,
        nearest=first.nearest,
        problems=problems,
    )


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN_LENGTH else f"{flat[:_SHOWN_LENGTH]}…"


def _names_only(key: str) -> str:
    if not key:
        return key
    steps = key.split(".")
    return ".".join(step if _NAME.fullmatch(step) else "****" for step in steps)
