"""A caller that answers what a test wrote down, and remembers what it was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from khms_trader.broker.kis.endpoints import Endpoint
from khms_trader.broker.kis.reply import Reply
from khms_trader.broker.kis.wire.account import AccountNumber
from khms_trader.errors import BrokerError
from khms_trader.market.calendar import SEOUL, Calendar

Body = dict[str, Any]
SESSION = date(2026, 7, 31)
CALENDAR = Calendar()


class Veiled:
    """A secret as the configuration hands it over."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "****"


NUMBER = AccountNumber(number=Veiled("12345678"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it reached the caller."""

    endpoint: Endpoint
    fields: Mapping[str, str]
    continuation: str


class ScriptedCaller:
    """Plays the answers of each endpoint in order; the last one goes on for ever."""

    def __init__(
        self, script: Mapping[Endpoint, Sequence[Reply | BrokerError]]
    ) -> None:
        self._script = {endpoint: list(answers) for endpoint, answers in script.items()}
        self.asked: list[Asked] = []

    def read(
        self, endpoint: Endpoint, fields: Mapping[str, str], *, continuation: str = ""
    ) -> Reply:
        return self._next(endpoint, fields, continuation)

    def order(self, endpoint: Endpoint, fields: Mapping[str, str]) -> Reply:
        return self._next(endpoint, fields, "")

    def asked_of(self, endpoint: Endpoint) -> list[Asked]:
        return [asked for asked in self.asked if asked.endpoint is endpoint]

    def _next(
        self, endpoint: Endpoint, fields: Mapping[str, str], continuation: str
    ) -> Reply:
        self.asked.append(
            Asked(endpoint=endpoint, fields=dict(fields), continuation=continuation)
        )
        answers = self._script[endpoint]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, BrokerError):
            raise answer
        return answer


def a_reply(body: Body, continuation: str = "") -> Reply:
    return Reply(body=body, continuation=continuation, server_time=None)


def pages(*bodies: Body, more: str = "M", last: str = "D") -> list[Reply]:
    """Return replies that follow one another, with the page keys that lead on."""
    return [
        a_reply(body | {"ctx_area_fk100": "", "ctx_area_nk100": f"page{place}"}, more)
        for place, body in enumerate(bodies[:-1], start=2)
    ] + [a_reply(bodies[-1], last)]


def kst(
    hour: int, minute: int = 0, second: int = 0, *, day: date = SESSION
) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SEOUL)
