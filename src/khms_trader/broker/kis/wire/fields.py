"""Reading KIS's bodies strictly: what cannot be read is an error, never a zero.

KIS sends every scalar as text, pads texts with blanks and varies the case of its keys;
those three are forgiven, nothing else is.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from khms_trader.domain.instrument import parse_symbol
from khms_trader.errors import BrokerUnavailable
from khms_trader.market.calendar import SEOUL

Body = Mapping[str, object]

_WHOLE: Final = re.compile(r"([+-]?[0-9]{1,19})(?:\.0+)?", re.ASCII)
_DECIMAL: Final = re.compile(r"[0-9]{1,19}(?:\.[0-9]{1,12})?", re.ASCII)
_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)
_TIME: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})", re.ASCII)
_LONG_CODE: Final = re.compile(r"0{5}(A[0-9A-Z]{6})", re.ASCII)


def unreadable(call: str, field: str) -> BrokerUnavailable:
    """Return the error of a body whose ``field`` cannot be read."""
    return BrokerUnavailable("kis_body_unreadable", call=call, field=field)


class Fields:
    """One object of a body; ``call`` is only there to name it in errors.

    Every method raises ``BrokerUnavailable`` (``kis_body_unreadable``) for a field that
    is missing or is not what it should be.
    """

    __slots__ = ("_call", "_values")

    def __init__(self, values: Body, call: str) -> None:
        """Read ``values``, whatever the case of their names."""
        self._values = {name.lower(): value for name, value in values.items()}
        self._call = call

    @property
    def is_blank(self) -> bool:
        """True for ``{}`` and for an object of blank texts: KIS pads lists so."""
        return all(value is None or value == "" for value in self._texts())

    def text(self, name: str) -> str:
        """Return a text without its padding; it may be empty but must be there."""
        found = self._text(name)
        if found is None:
            raise self.unreadable(name)
        return found

    def text_if_any(self, *names: str) -> str:
        """Return the first of ``names`` that is there and not empty, else nothing."""
        return next((text for name in names if (text := self._text(name))), "")

    def whole(self, name: str) -> int:
        """Return a whole number of either sign."""
        matched = _WHOLE.fullmatch(self.text(name))
        if matched is None:
            raise self.unreadable(name)
        return int(matched[1])

    def count(self, name: str) -> int:
        """Return a whole number that is not negative: shares, prices."""
        found = self.whole(name)
        if found < 0:
            raise self.unreadable(name)
        return found

    def count_if_any(self, *names: str) -> int:
        """Return the first of ``names`` that is there and not empty, else 0."""
        filled = next((name for name in names if self._text(name)), None)
        return 0 if filled is None else self.count(filled)

    def decimal(self, name: str) -> Decimal:
        """Return a number that is not negative, with its decimals as written."""
        text = self.text(name)
        if _DECIMAL.fullmatch(text) is None:
            raise self.unreadable(name)
        return Decimal(text)

    def flag(self, name: str) -> bool:
        """Return True for ``Y``, False for ``N`` and for a blank."""
        text = self.text(name).upper()
        if text not in {"Y", "N", ""}:
            raise self.unreadable(name)
        return text == "Y"

    def day(self, name: str) -> date:
        """Return a date written as YYYYMMDD."""
        matched = _DAY.fullmatch(self.text(name))
        try:
            return date(*map(int, matched.groups() if matched else ()))
        except (TypeError, ValueError) as error:
            raise self.unreadable(name) from error

    def moment(self, day: date, name: str) -> datetime:
        """Return the aware Seoul time of ``day`` at a time written as HHMMSS."""
        matched = _TIME.fullmatch(self.text(name))
        if matched is None:
            raise self.unreadable(name)
        try:
            hour, minute, second = map(int, matched.groups())
            at = time(hour, minute, second)
        except ValueError as error:
            raise self.unreadable(name) from error
        return datetime.combine(day, at, SEOUL)

    def symbol(self, name: str) -> str:
        """Return a short code; one that is not KOSDAQ's (ETN, ELW) as it came."""
        text = self.text(name).upper()
        long_code = _LONG_CODE.fullmatch(text)
        text = long_code[1] if long_code else text
        if not text:
            raise self.unreadable(name)
        return parse_symbol(text) or text

    def unreadable(self, name: str) -> BrokerUnavailable:
        """Return the error for the field ``name`` of this call."""
        return unreadable(self._call, name)

    def _text(self, name: str) -> str | None:
        value = self._values.get(name)
        if isinstance(value, str):
            return value.strip()
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return str(value) if is_number else None

    def _texts(self) -> list[object]:
        values = self._values.values()
        return [value.strip() if isinstance(value, str) else value for value in values]


def objects_of(body: Body, name: str, call: str) -> list[Fields]:
    """Return the objects of a list (or the one object in its place), blanks dropped.

    Raises:
        BrokerUnavailable: there is no such list, or something else is in it.
    """
    found = _member(body, name)
    rows = found if isinstance(found, list) else [found]
    read = [Fields(row, call) for row in rows if isinstance(row, Mapping)]
    if len(read) < len(rows):
        raise unreadable(call, name)
    return [fields for fields in read if not fields.is_blank]


def object_of(body: Body, name: str, call: str) -> Fields:
    """Return an object, also one that came as the first of a list.

    Raises:
        BrokerUnavailable: there is none, or it is empty.
    """
    found = objects_of(body, name, call)
    if not found:
        raise unreadable(call, name)
    return found[0]


def has_member(body: Body, name: str) -> bool:
    """Return whether ``body`` has ``name`` at all, in whatever case."""
    return _member(body, name) is not None


def _member(body: Body, name: str) -> object:
    return next((v for key, v in body.items() if key.lower() == name), None)
