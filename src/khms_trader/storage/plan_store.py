"""Plan files: written once and atomically, archived when superseded, never edited."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from khms_trader.domain.plan import SCHEMA_VERSION, Plan
from khms_trader.durable import replace_file, replace_text
from khms_trader.errors import PlanError, StorageError
from khms_trader.planning.document import HASH_KEY, content_hash, to_document, to_text

_PREFIX: Final = "next_open_plan_"
_DATES: Final = ("data_asof", "for_trading_day")


class PlanFiles:
    """The plans of one folder; superseded ones move to ``archive``."""

    def __init__(self, folder: Path, *, archive: Path | None = None) -> None:
        """Keep plans in ``folder``."""
        self._folder = folder
        self._archive = archive or folder / "archive"

    def path(self, session: date) -> Path:
        """Return where the plan for ``session`` lies."""
        return self._folder / f"{_PREFIX}{session:%Y%m%d}.json"

    def save(self, plan: Plan) -> Path:
        """Write ``plan`` atomically; an earlier plan of the session is archived.

        Raises:
            StorageError: nothing was written, and an earlier plan is still there.
        """
        path = self.path(plan.for_trading_day)
        self._keep_earlier(path)
        replace_text(path, to_text(to_document(plan)))
        return path

    def load(self, session: date) -> Plan | None:
        """Return the plan for ``session``, or None when there is none.

        Raises:
            PlanError: the file cannot be read, is of another version or was altered.
        """
        path = self.path(session)
        return read_plan(path) if path.exists() else None

    def newest(self) -> Plan | None:
        """Return the plan of the latest session, or None."""
        paths = sorted(self._folder.glob(f"{_PREFIX}*.json"))
        return read_plan(paths[-1]) if paths else None

    def _keep_earlier(self, path: Path) -> None:
        # Copied, not moved: at no moment is there no plan of the session.
        try:
            earlier = path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise StorageError(
                "not_writable", path=str(path), reason=error.strerror
            ) from error
        number = 1
        while (kept := self._archive / f"{path.stem}_{number:02d}.json").exists():
            number += 1
        replace_file(kept, lambda file: file.write(earlier))


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema of a plan file, generated from the type."""
    schema = _adapter().json_schema(schema_generator=_PlanSchema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


class _PlanSchema(GenerateJsonSchema):
    """Plans write a session as ``YYYYMMDD``."""

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        """Describe a session."""
        del schema
        return {"type": "string", "pattern": "^[0-9]{8}$"}


@cache
def _adapter() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


def read_plan(path: Path) -> Plan:
    """Return the plan in ``path``, in force or superseded.

    Raises:
        PlanError: the file cannot be read, is of another version or was altered.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(
            "plan_unreadable", path=str(path), reason=type(error).__name__
        ) from error
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanError("plan_not_json", path=str(path)) from error
    return _validated(document, path)


def _validated(document: object, path: Path) -> Plan:
    if not isinstance(document, dict) or "schema_version" not in document:
        raise PlanError("plan_not_a_plan", path=str(path))
    version = document["schema_version"]
    if version != SCHEMA_VERSION:
        raise PlanError("plan_wrong_version", path=str(path), version=version)
    try:
        is_as_written = document.get(HASH_KEY) == content_hash(document)
    except UnicodeEncodeError:  # half a character, which JSON lets through
        is_as_written = False
    if not is_as_written:
        raise PlanError("plan_altered", path=str(path))
    try:
        plan = _adapter().validate_python(_with_dates(document))
    except (ValidationError, ValueError, LookupError, TypeError) as error:
        raise PlanError("plan_not_a_plan", path=str(path)) from error
    if not _makes_sense(plan):
        raise PlanError("plan_not_a_plan", path=str(path))
    return plan


def _makes_sense(plan: Plan) -> bool:
    prices = [line.reference_price for line in plan.buys]
    prices += [line.reference_price for line in plan.sells]
    return (
        (plan.fill_mode, plan.market) == ("next_open", "KOSDAQ")
        and plan.generated_at.tzinfo is not None
        and all(price > 0 for price in prices)
        and all(line.quantity >= 0 and line.rank > 0 for line in plan.buys)
    )


def _with_dates(document: Mapping[str, Any]) -> dict[str, Any]:
    parsed = dict(document)
    for key in _DATES:
        parsed[key] = datetime.strptime(document[key], "%Y%m%d").date()  # noqa: DTZ007 - a session is a date
    parsed["generated_at"] = datetime.fromisoformat(document["generated_at"])
    return parsed
