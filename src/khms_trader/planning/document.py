"""The plan as a JSON document: the same plan gives the same bytes, hash and id."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, Final

from khms_trader.domain.plan import Plan

HASH_KEY: Final = "content_hash"
_ID_HASH_LENGTH: Final = 8


def to_document(plan: Plan) -> dict[str, Any]:
    """Return ``plan`` as JSON values, keys in the order of the type."""
    document: dict[str, Any] = _plain(plan)
    return document


def to_text(document: Mapping[str, Any]) -> str:
    """Return the text of a plan file: indented, Korean as itself, one final newline."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def content_hash(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 over everything in ``document`` but the hash itself."""
    content = {key: value for key, value in document.items() if key != HASH_KEY}
    text = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def seal(plan: Plan) -> Plan:
    """Return ``plan`` with its id and its content hash filled in."""
    blank = replace(plan, plan_id="", content_hash="")
    digest = content_hash(to_document(blank)).removeprefix("sha256:")
    named = replace(
        blank, plan_id=f"{plan.for_trading_day:%Y%m%d}-{digest[:_ID_HASH_LENGTH]}"
    )
    return replace(named, content_hash=content_hash(to_document(named)))


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON has no narrower type
    match value:
        case str() | int() | None:
            return value
        case float():
            return int(value) if value.is_integer() else value
        case date():
            return _date_text(value)
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}


def _date_text(value: date) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return f"{value:%Y%m%d}"
