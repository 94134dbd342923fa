"""Keeps what a KIS server answers, without what nobody may learn of a person.

Keys, tokens and the account number are blotted out by the client's own ``Redactor``,
telephone number, address of the machine and the like by their field. Money and shares
of the virtual account stay: they are what is to be compared.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import HTTPAdapter

from khms_trader.broker.kis.redaction import Redactor
from khms_trader.durable import replace_text
from simulator import documented

Json: TypeAlias = Any

HIDDEN = frozenset(
    {"access_token", "approval_key", "appkey", "appsecret", "secretkey", "token"}
    | {"ctac_tlno", "inqr_ip_addr", "ordr_empno", "mgco_aptm_odno"}
)
KEPT_HEADERS = ("content-type", "date", "tr_id", "tr_cont")
MASK = "****"
LONGEST = 200

# Call, block of its body, and the fields the wire sheet knows there.
PICTURE = (
    ("inquire-balance", "output1", documented.BALANCE_HOLDING_FIELDS),
    ("inquire-balance", "output2", documented.BALANCE_TOTAL_FIELDS),
    ("inquire-psbl-order", "output", documented.BUYING_POWER_FIELDS),
    ("inquire-daily-ccld", "output1", documented.ORDER_FIELDS),
    ("inquire-daily-ccld", "output2", documented.ORDER_TOTAL_FIELDS),
    ("inquire-price", "output", documented.PRICE_FIELDS),
    ("inquire-daily-itemchartprice", "output1", documented.PERIOD_HEAD_FIELDS),
)


@dataclass(slots=True)
class Recorder:
    """Writes one file an answer into ``folder``; without one it keeps nothing."""

    folder: Path | None
    redactor: Redactor
    bodies: dict[str, Any] = field(default_factory=dict)
    count: int = 0

    def keep(
        self, request: requests.PreparedRequest, answer: requests.Response
    ) -> None:
        """Record one answer."""
        call = urlsplit(request.url or "").path.rpartition("/")[2]
        body = self.redacted(_body(answer))
        code = body.get("msg_cd", "") if isinstance(body, dict) else ""
        if isinstance(body, dict) and body.get("rt_cd") == "0":
            self.bodies[call] = body
        if self.folder is None:
            return
        told = {
            "call": call,
            "method": request.method,
            "tr_id": request.headers.get("tr_id", ""),
            "tr_cont": request.headers.get("tr_cont", ""),
            "asked": self.redacted(_asked(request)),
            "status": answer.status_code,
            "headers": {
                n: answer.headers[n] for n in KEPT_HEADERS if n in answer.headers
            },
            "body": body,
        }
        self.count += 1
        name = f"{self.count:03}-{call}-{answer.status_code}-{code.strip()}.json"
        text = json.dumps(told, ensure_ascii=False, indent=1)
        replace_text(self.folder / name, text + "\n", private=True)

    def redacted(self, value: Json) -> Json:
        """Return ``value`` with every text cleaned, blanks around it kept."""
        if isinstance(value, dict):
            return {
                name: MASK if name.lower() in HIDDEN and part else self.redacted(part)
                for name, part in value.items()
            }
        if isinstance(value, list):
            return [self.redacted(part) for part in value]
        return self._text(value) if isinstance(value, str) else value

    def differences(self) -> list[str]:
        """Return fields that came or stayed away against the wire sheet; no values."""
        lines = []
        for call, block, listed in PICTURE:
            found = self.bodies.get(call, {}).get(block)
            row = found[0] if isinstance(found, list) and found else found
            if not isinstance(row, Mapping):
                lines.append(f"{call} {block}: nothing to compare")
                continue
            known = set(listed.split())
            missing, new = sorted(known - row.keys()), sorted(row.keys() - known)
            lines += [f"{call} {block}: without {name}" for name in missing]
            lines += [f"{call} {block}: unknown {name}" for name in new]
        return lines

    def _text(self, text: str) -> str:
        if len(text) > LONGEST:
            return self.redactor.clean(text)
        # ``clean`` straightens blanks too, which are a fact worth keeping.
        return self.redactor.clean(text) if self._has_secret(text) else text

    def _has_secret(self, text: str) -> bool:
        return self.redactor.clean(text) != " ".join(text.split())


class RecordingAdapter(HTTPAdapter):
    """Carries requests as usual and has every answer recorded."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def send(
        self,
        request: requests.PreparedRequest,
        *arguments: Any,  # noqa: ANN401 - requests' own
        **named: Any,  # noqa: ANN401 - requests' own
    ) -> requests.Response:
        answer = super().send(request, *arguments, **named)
        self._recorder.keep(request, answer)
        return answer


def _body(answer: requests.Response) -> Json:
    try:
        body: Json = answer.json()
    except ValueError:
        return answer.text
    return body


def _kept(answer: requests.Response) -> dict[str, str]:
    return {n: answer.headers[n] for n in KEPT_HEADERS if n in answer.headers}


def _asked(request: requests.PreparedRequest) -> dict[str, Any]:
    query = dict(parse_qsl(urlsplit(request.url or "").query, keep_blank_values=True))
    if not request.body:
        return query
    sent = json.loads(request.body)
    return {**query, **sent} if isinstance(sent, dict) else query
