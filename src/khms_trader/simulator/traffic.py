"""What goes in and out of the practice server, whatever carries it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

Body = dict[str, Any]

JSON: Final = "application/json; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request.

    Attributes:
        headers: names in lower case.
        query: names in upper case, as KIS takes both.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Loss(Enum):
    """How a request can end without any answer."""

    REFUSED = auto()
    RESET = auto()
    TIMEOUT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What the server does: answer, or not, after a while.

    Attributes:
        answer: None when ``loss`` says how it is lost.
        delay: seconds until then.
    """

    answer: Answer | None = None
    loss: Loss | None = None
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The JSON body of a good answer, and the header ``tr_cont``."""

    body: Body
    continuation: str = ""


def json_answer(
    body: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Return ``body`` as KIS sends it: UTF-8 without escapes or blanks."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Answer(
        status=status,
        headers={"content-type": JSON, **(headers or {})},
        body=text.encode(),
    )
