"""What one value of a settings file may be: strict readers that say what they want.

YAML has already typed the value; nothing is guessed here. A truth value is no number,
a number is no text, and a symbol without quotes has lost its zeros.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from khms_trader.config.problems import Fault
from khms_trader.domain.instrument import parse_symbol

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOURS: Final = re.compile(r"(\d{2}):(\d{2})\s*[-~]\s*(\d{2}):(\d{2})")
_TEXT_LENGTH: Final = 200
_LOOPBACK: Final = re.compile(
    r"http://(?:localhost|\[::1\]|127\.0\.0\.1)(?::([0-9]{1,5}))?/?"
)
_LAST_PORT: Final = 65_535
_BOT_TOKEN: Final = re.compile(r"[0-9]{5,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)
_Item = TypeVar("_Item", str, date)


@dataclass(frozen=True, slots=True)
class Read:
    """Says how pydantic turns the file's value into ours: by one plain function.

    Attributes:
        function: value of the file to value of the settings; raises what ``fault``
            makes.
    """

    function: Callable[[object], object]

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Use the function alone; the annotated type is not looked at."""
        return core_schema.no_info_plain_validator_function(self.function)


def fault(kind: Fault, expected: str = "", nearest: str = "") -> PydanticCustomError:
    """Return the error of one value; it names what was wanted, never what was there."""
    facts = {"expected": expected, "nearest": nearest}
    # The template may not hold the value: errors of secrets pass through here too.
    return PydanticCustomError(kind.value, "{expected}", facts)


def whole(minimum: int, maximum: int) -> Read:
    """Accept an int from ``minimum`` to ``maximum``."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise fault(Fault.WRONG_TYPE, "integer")
        if not minimum <= value <= maximum:
            raise fault(Fault.OUT_OF_RANGE, f"{minimum}~{maximum}")
        return value

    return Read(read)


def number(minimum: str, maximum: str) -> Read:
    """Accept an int or float from ``minimum`` to ``maximum``, as a Decimal."""
    lowest, highest = Decimal(minimum), Decimal(maximum)

    def read(value: object) -> Decimal:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise fault(Fault.WRONG_TYPE, "number")
        # Through its text: 14.7 is meant as written, not as the nearest binary.
        exact = Decimal(str(value))
        if not exact.is_finite() or not lowest <= exact <= highest:
            raise fault(Fault.OUT_OF_RANGE, f"{minimum}~{maximum}")
        return exact

    return Read(read)


def auto_or(reader: Read) -> Read:
    """Accept the word ``auto``, or what ``reader`` accepts."""

    def read(value: object) -> object:
        if isinstance(value, str):
            if value == "auto":
                return value
            raise fault(Fault.NOT_ALLOWED, "auto | number", nearest_of(value, ["auto"]))
        return reader.function(value)

    return Read(read)


def optional(reader: Read) -> Read:
    """Accept an empty value as None, or what ``reader`` accepts."""
    return Read(lambda value: None if value is None else reader.function(value))


def one_of(*allowed: str) -> Read:
    """Accept exactly one of ``allowed``."""
    expected = " | ".join(allowed)

    def read(value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        nearest = nearest_of(value, allowed) if isinstance(value, str) else ""
        raise fault(Fault.NOT_ALLOWED, expected, nearest)

    return Read(read)


def text(value: object) -> str:
    """Return a text of 1 to 200 characters without blanks around it."""
    if not isinstance(value, str):
        raise fault(Fault.WRONG_TYPE, "text")
    stripped = value.strip()
    if not 1 <= len(stripped) <= _TEXT_LENGTH:
        raise fault(Fault.WRONG_TYPE, "text")
    return stripped


def loopback(value: object) -> str:
    """Return the address of a server on this machine, without its last slash."""
    address = value.strip() if isinstance(value, str) else ""
    if _BOT_TOKEN.search(address):
        raise fault(Fault.HOLDS_SECRETS)  # whoever is told what stood there learns it
    found = _LOOPBACK.fullmatch(address)
    if found is None or int(found[1] or 0) > _LAST_PORT:
        raise fault(Fault.WRONG_TYPE, "loopback")
    return address.removesuffix("/")


def plain(value: object) -> int | float | str | bool:
    """Return one finite number, text or truth value, as it is."""
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and Decimal(value).is_finite():
        return value
    raise fault(Fault.WRONG_TYPE, "scalar")


def switch(value: object) -> bool:
    """Return true or false, never a word or number that could mean either."""
    if not isinstance(value, bool):
        raise fault(Fault.WRONG_TYPE, "switch")
    return value


def symbol(value: object) -> str:
    """Return a six-character short code; a YAML number has lost its zeros already."""
    if isinstance(value, int | float):
        raise fault(Fault.NEEDS_QUOTES, "symbol")
    code = parse_symbol(value) if isinstance(value, str) else None
    if code is None:
        raise fault(Fault.WRONG_TYPE, "symbol")
    return code


def day(value: object) -> date:
    """Return a date, from a YAML date or from text such as ``2026-11-19``."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # 2026-02-30
    raise fault(Fault.WRONG_TYPE, "date")


def hours(value: object) -> tuple[time, time]:
    """Return opening and closing time (KST) from text such as ``10:00-16:30``."""
    match = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None:
        at = [int(part) for part in match.groups()]
        try:
            opening, closing = time(at[0], at[1]), time(at[2], at[3])
        except ValueError:
            pass  # 25:00
        else:
            if opening < closing:
                return opening, closing
    raise fault(Fault.WRONG_TYPE, "hours")


def empty_list(value: object) -> object:
    """Turn a key with nothing after it into an empty list."""
    return [] if value is None else value


def empty_mapping(value: object) -> object:
    """Turn a section with nothing (left) in it into an empty one."""
    return {} if value is None else value


def in_order(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    """Return ``items`` sorted, each once: what a list means does not hang on order."""
    return tuple(sorted(set(items)))


def nearest_of(word: str, known: Sequence[str]) -> str:
    """Return the one of ``known`` that ``word`` is probably meant to be, or empty."""
    import difflib

    matches = difflib.get_close_matches(word.strip().lower(), known, n=1, cutoff=0.6)
    return matches[0] if matches else ""
