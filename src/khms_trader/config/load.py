"""Reads settings.yaml and secrets.yaml; says everything that is wrong with them.

Foreign errors end here and are never chained: PyYAML's and pydantic's both quote what
they could not read, and that may be a secret.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from khms_trader.config.home import find_home
from khms_trader.config.keys import nearest_key
from khms_trader.config.lookalikes import SECRETS_NAME, SETTINGS_NAME, lookalike
from khms_trader.config.problems import (
    Fault,
    FileKind,
    Finding,
    error_of,
    problem_of,
)
from khms_trader.config.settings import Settings
from khms_trader.config.yaml_lines import Document, KeyPath, dotted, read_document
from khms_trader.errors import ConfigError

if TYPE_CHECKING:
    from khms_trader.config.secrets import Secrets
    from khms_trader.config.secrets_file import SecretsFile

_SECRET_SECTIONS: Final = frozenset({"korea_invest"})
_SECRET_KEYS: Final = frozenset(
    {"app_key", "app_secret", "account_no", "token", "chat_id"}
)
_EXPECTED_SHAPE: Final = {
    "dataclass_type": "mapping",
    "dict_type": "mapping",
    "mapping_type": "mapping",
    "tuple_type": "list",
}
_Shape = TypeVar("_Shape")


def load_own(script: Path) -> "tuple[Settings, Secrets | None]":
    """Return settings and secrets of the home that ``script`` belongs to.

    Raises:
        ConfigError: there is no home, or one of its files has problems.
    """
    home = find_home(script, os.environ, Path.cwd())
    return load_settings(home), load_secrets(home)


def load_settings(home: Path) -> Settings:
    """Return the checked settings of ``home``.

    Raises:
        ConfigError: there is no settings.yaml, or it has problems; all are named.
    """
    path = home / SETTINGS_NAME
    twin = lookalike(home, SETTINGS_NAME)
    if not path.is_file():
        if twin is not None:
            raise ConfigError("settings_misspelt", path=str(path), found=str(twin))
        raise ConfigError("settings_missing", path=str(path))
    if twin is not None and twin.name.casefold() != SETTINGS_NAME:
        raise ConfigError("settings_ambiguous", path=str(path), found=str(twin))
    document = _document(path, FileKind.SETTINGS)
    settings, findings = _checked(document, Settings)
    if settings is None or findings:
        raise error_of(findings, FileKind.SETTINGS, path)
    return settings


def load_secrets(home: Path) -> "Secrets | None":
    """Return what of secrets.yaml can be used, or None when there is no such file.

    Raises:
        ConfigError: the file has problems; all are named, by key and never by value.
    """
    path = home / SECRETS_NAME
    if not path.is_file():
        twin = lookalike(home, SECRETS_NAME)
        if twin is not None:
            raise ConfigError("secrets_misspelt", path=str(path), found=str(twin))
        return None
    from khms_trader.config.secrets_file import SecretsFile

    document = _document(path, FileKind.SECRETS)
    written, findings = _checked(document, SecretsFile)
    if written is None or findings:
        raise error_of(findings, FileKind.SECRETS, path)
    doubts = [*_open_to_others(path), *_gap_findings(document, written)]
    warnings = tuple(problem_of(doubt, FileKind.SECRETS, path) for doubt in doubts)
    return replace(written.complete(), warnings=warnings)


def _document(path: Path, kind: FileKind) -> Document:
    finding: Finding | None = None
    content = b""
    try:
        content = path.read_bytes()
    except OSError:
        finding = Finding(fault=Fault.UNREADABLE)
    try:
        # Windows' Notepad writes the mark; it is no part of the first key.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        finding = Finding(fault=Fault.NOT_UTF8, line=line)
        text = ""
    document = read_document(text)
    if finding is None and document.content:
        return document
    findings = (finding,) if finding else document.findings
    if findings:
        raise error_of(findings, kind, path)
    return document


def _checked(
    document: Document, shape: type[_Shape]
) -> tuple[_Shape | None, list[Finding]]:
    findings = list(document.findings)
    value: _Shape | None = None
    details: list[Any] = []
    try:
        value = TypeAdapter(shape).validate_python(document.content)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
    findings += [_finding(detail, document, shape) for detail in details]
    return value, findings


def _finding(detail: Mapping[str, Any], document: Document, shape: type) -> Finding:
    """Translate one of pydantic's errors, without the value it is about."""
    path: KeyPath = tuple(step for step in detail["loc"] if step != "[key]")
    kind, facts = detail["type"], detail.get("ctx", {})
    if kind == "unexpected_keyword_argument":
        return _unknown_key(path, document, shape)
    if kind in _EXPECTED_SHAPE:
        fault, facts = Fault.WRONG_TYPE, {"expected": _EXPECTED_SHAPE[kind]}
    else:
        fault = Fault(kind)
    if fault in (Fault.INCOMPLETE, Fault.CONFLICT) and facts["expected"]:
        path = (*path, facts["expected"])
    return _found(
        fault,
        document,
        path,
        expected=facts.get("expected", ""),
        nearest=facts.get("nearest", ""),
    )


def _unknown_key(path: KeyPath, document: Document, shape: type) -> Finding:
    is_secret = path[0] in _SECRET_SECTIONS or path[-1] in _SECRET_KEYS
    is_secret = is_secret or path == ("telegram", "enabled")
    if shape is Settings and is_secret:
        return _found(Fault.HOLDS_SECRETS, document, path)
    nearest = nearest_key(path, shape)
    finding = _found(Fault.UNKNOWN_KEY, document, path, nearest=nearest)
    return replace(finding, got="")


def _found(
    fault: Fault,
    document: Document,
    path: KeyPath,
    *,
    expected: str = "",
    nearest: str = "",
) -> Finding:
    place = document.place_of(path)
    return Finding(
        fault=fault,
        line=place.line,
        column=place.column,
        key=dotted(path),
        expected=expected,
        got="" if fault is Fault.HOLDS_SECRETS else place.text,
        nearest=nearest,
    )


def _gap_findings(document: Document, written: "SecretsFile") -> list[Finding]:
    return [_found(Fault.INCOMPLETE, document, path) for path in written.gaps()]


def _open_to_others(path: Path) -> list[Finding]:
    if os.name != "posix":
        return []  # Windows keeps its rights elsewhere
    mode = path.stat().st_mode
    others = stat.S_IRWXG | stat.S_IRWXO
    return [Finding(fault=Fault.READABLE_BY_OTHERS)] if mode & others else []
