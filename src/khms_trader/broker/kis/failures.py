"""From what came back, or did not, to the one error it means.

Pure. The body is read before the HTTP status is judged: KIS says "too fast" with 500
and "no" with 200. For an order only a definite no is a no; everything else is an
unknown outcome (wire sheet, sections 6 and 8).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from khms_trader.broker.kis.endpoints import CallClass, Endpoint
from khms_trader.broker.kis.redaction import Redactor
from khms_trader.broker.kis.vendor_codes import MEANINGS, TEXT_MEANINGS, Meaning
from khms_trader.errors import (
    BrokerError,
    BrokerUnavailable,
    OrderRejected,
    TokenRefused,
)

OK: Final = 200
_SERVER_ERROR: Final = 500
_CODE: Final = re.compile(r"[A-Z0-9]{1,12}")
_NO: Final = re.compile(r"[1-9]")
_GATEWAY: Final = ("EGW", "IGW")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over HTTP, unjudged.

    Attributes:
        continuation: the header ``tr_cont``, or empty.
        server_time: the header ``Date``, aware; None without one.
    """

    status: int
    content: bytes = field(repr=False)
    continuation: str = ""
    server_time: datetime | None = None


class Loss(StrEnum):
    """Why nothing came back."""

    UNREACHED = "kis_unreachable"  # no connection was made
    UNTRUSTED = "kis_certificate_refused"  # nor was one, by our own choice
    SILENT = "kis_no_answer"  # it left, and time ran out
    CUT = "kis_connection_cut"  # it left, and the connection broke

    @property
    def never_left(self) -> bool:
        """Whether the request cannot have reached the server."""
        return self in {Loss.UNREACHED, Loss.UNTRUSTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One refusal or loss, ready to be raised.

    Attributes:
        is_passing: asking the same again may help, if it may be asked again at all.
        facts: for the sentence; without secrets.
    """

    kind: type[BrokerError]
    code: str
    is_passing: bool
    facts: Mapping[str, object]

    def error(self) -> BrokerError:
        """Return the error this is."""
        return self.kind(self.code, **self.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    outcome: str
    code: str
    message: str


def decoded(content: bytes) -> dict[str, Any] | None:
    """Return the JSON object in ``content``, or None when it is none."""
    try:
        body = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def failure_in(
    answer: Answer,
    endpoint: Endpoint,
    *,
    fields: Mapping[str, str],
    redactor: Redactor,
    practice: str = "",
) -> Failure | None:
    """Return what is wrong with ``answer``, or None when it is a success.

    ``fields`` are what was sent: an order's error names its symbol and price.
    ``practice`` is the address of a server on this machine; empty for KIS itself.
    """
    facts: dict[str, object] = {"call": endpoint.name, "status": answer.status}
    facts |= _named_in(fields, practice)
    body = decoded(answer.content)
    if body is None:
        return _shapeless(answer, endpoint, facts)
    envelope = _envelope(body)
    if answer.status == OK and _is_success(body, envelope, endpoint):
        return None
    facts["vendor_code"] = envelope.code
    facts["message"] = redactor.clean(envelope.message)
    meaning = _meaning(envelope)
    if meaning is None:
        return _unknown(answer, envelope, endpoint, facts)
    return Failure(
        kind=_kind(meaning, answer, envelope, endpoint),
        code=meaning.code,
        is_passing=meaning.is_passing,
        facts=facts,
    )


def failure_of(
    loss: Loss, endpoint: Endpoint, *, fields: Mapping[str, str], practice: str = ""
) -> Failure:
    """Return what ``loss`` means: an order that left may exist."""
    meaning = Meaning(code=loss.value)
    is_unknown = endpoint.call_class is CallClass.ORDER and not loss.never_left
    return Failure(
        kind=meaning.of_order if is_unknown else meaning.of_read,
        code=meaning.code,
        is_passing=loss is not Loss.UNTRUSTED,
        facts={"call": endpoint.name, **_named_in(fields, practice)},
    )


def _named_in(fields: Mapping[str, str], practice: str) -> dict[str, object]:
    """The symbol and price of an order, and our own server; never the account."""
    names = {"PDNO": "symbol", "FID_INPUT_ISCD": "symbol", "ORD_UNPR": "price"}
    facts = {ours: fields[key] for key, ours in names.items() if fields.get(key)}
    return {**facts, "practice": practice} if practice else {**facts}


def _envelope(body: Mapping[str, Any]) -> _Envelope:
    """Read either envelope: the API's, or the one of the OAuth gateway."""
    code = _text(body.get("msg_cd")) or _text(body.get("error_code"))
    # The throttle's body carries its code once more, as ``message``.
    code = code or _text(body.get("message"))
    message = _text(body.get("msg1")) or _text(body.get("error_description"))
    return _Envelope(
        outcome=_text(body.get("rt_cd")),
        code=code if _CODE.fullmatch(code) else "",
        message=message,
    )


def _text(value: object) -> str:
    """KIS sends texts only; anything else is not an answer to rely on."""
    return value.strip() if isinstance(value, str) else ""


def _is_success(
    body: Mapping[str, Any], envelope: _Envelope, endpoint: Endpoint
) -> bool:
    if endpoint.call_class is CallClass.TOKEN:
        return bool(_text(body.get("access_token")))
    return envelope.outcome == "0"


def _meaning(envelope: _Envelope) -> Meaning | None:
    if envelope.code in MEANINGS:
        return MEANINGS[envelope.code]
    for part, meaning in TEXT_MEANINGS.items():
        if part in envelope.message:
            return meaning
    return None


def _kind(
    meaning: Meaning, answer: Answer, envelope: _Envelope, endpoint: Endpoint
) -> type[BrokerError]:
    if endpoint.call_class is CallClass.TOKEN:
        is_usual = issubclass(meaning.of_read, BrokerUnavailable)
        return meaning.of_read if is_usual else TokenRefused
    if endpoint.call_class is CallClass.READ:
        return meaning.of_read
    if meaning.stops_early or _is_definite(answer, envelope):
        return meaning.of_order
    return Meaning(code=meaning.code).of_order


def _is_definite(answer: Answer, envelope: _Envelope) -> bool:
    return answer.status == OK and _NO.fullmatch(envelope.outcome) is not None


def _unknown(
    answer: Answer, envelope: _Envelope, endpoint: Endpoint, facts: dict[str, object]
) -> Failure:
    """Judge a code nobody wrote down by its layer alone."""
    is_gateway = envelope.code.startswith(_GATEWAY)
    code = "kis_refused" if envelope.outcome or envelope.code else "kis_answer_garbled"
    plain = Meaning(code=code)
    kind = plain.of_read
    if endpoint.call_class is CallClass.TOKEN and envelope.code:
        kind = TokenRefused
    elif endpoint.call_class is CallClass.ORDER:
        is_no = _is_definite(answer, envelope) and not is_gateway
        kind = OrderRejected if is_no else plain.of_order
    return Failure(
        kind=kind,
        code=code,
        is_passing=answer.status >= _SERVER_ERROR or code == "kis_answer_garbled",
        facts=facts,
    )


def _shapeless(
    answer: Answer, endpoint: Endpoint, facts: Mapping[str, object]
) -> Failure:
    """Name an answer without a JSON object: empty, a web page, anything."""
    code = "kis_answer_garbled"
    if answer.status >= _SERVER_ERROR:
        code = "kis_server_error"
    elif not answer.content.strip():
        code = "kis_answer_empty"
    meaning = Meaning(code=code)
    is_order = endpoint.call_class is CallClass.ORDER
    return Failure(
        kind=meaning.of_order if is_order else meaning.of_read,
        code=code,
        is_passing=True,
        facts=facts,
    )
