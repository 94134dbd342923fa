"""One HTTP request out, and what came back or did not; judges nothing.

Every foreign error ends here, as a ``Loss``: its text holds the address with the
account number in it, so it is dropped, not chained. Certificates are checked always,
redirects are not followed, and the environment is not trusted: a ``.netrc`` would
replace our authorization, and a proxy variable would send keys meant for loopback
elsewhere. Who must use a proxy cannot use this client.
"""

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError

from khms_trader.broker.kis.endpoints import CallClass, Endpoint
from khms_trader.broker.kis.failures import Answer, Loss
from khms_trader.market.calendar import SEOUL

_PLAIN_HEADERS: Final = {
    "user-agent": "khms_trader",
    "content-type": "application/json; charset=utf-8",
    "accept": "application/json, text/plain",
}

# Their lines hold whole addresses, and those the account number.
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds to wait for a connection, and for each piece of an answer.

    KIS has been measured at 5 to 8 s on bad days (wire sheet, section 1.1).
    """

    connect_seconds: float = 5.0
    read_seconds: float = 15.0


class Transport:
    """Sends to one address; one per thread."""

    def __init__(
        self,
        address: str,
        *,
        timeouts: Timeouts,
        adapter: BaseAdapter | None = None,
    ) -> None:
        """Send to ``address``, through ``adapter`` when given (a server in-process)."""
        self._address = address
        self._timeouts = timeouts
        self._session = _session(address, adapter)
        # A pooled connection may be dead without anybody knowing: an order gets a new
        # one, so that "no connection" surely means "nothing sent".
        self._fresh_session = _session(address, adapter)
        self._fresh_session.headers["connection"] = "close"

    def send(
        self,
        endpoint: Endpoint,
        *,
        headers: Mapping[str, str],
        fields: Mapping[str, str],
    ) -> Answer | Loss:
        """Send one request, once; ``fields`` go into the address or the body."""
        is_order = endpoint.call_class is CallClass.ORDER
        session = self._fresh_session if is_order else self._session
        is_get = endpoint.method == "GET"
        try:
            response = session.request(
                endpoint.method,
                self._address + endpoint.path,
                params=dict(fields) if is_get else None,
                json=None if is_get else dict(fields),
                headers=dict(headers),
                timeout=(self._timeouts.connect_seconds, self._timeouts.read_seconds),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return _loss(error)
        return Answer(
            status=response.status_code,
            content=response.content,
            continuation=response.headers.get("tr_cont", "").strip(),
            server_time=_server_time(response.headers.get("date", "")),
        )


def _session(address: str, adapter: BaseAdapter | None) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.headers.update(_PLAIN_HEADERS)
    if adapter is not None:
        session.mount(address, adapter)
    return session


def _loss(error: requests.RequestException) -> Loss:
    if _was_never_made(error):
        return Loss.UNREACHED
    if isinstance(error, requests.exceptions.SSLError) and _is_untrusted(error):
        return Loss.UNTRUSTED
    return Loss.SILENT if isinstance(error, requests.Timeout) else Loss.CUT


def _was_never_made(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)


def _is_untrusted(error: BaseException) -> bool:
    """Whether our check of the certificate broke off the handshake."""
    pending: list[object] = [error]
    for _ in range(10):
        if not pending:
            return False
        found = pending.pop()
        if isinstance(found, ssl.SSLCertVerificationError):
            return True
        if isinstance(found, BaseException):
            pending += [*found.args, getattr(found, "reason", None), found.__cause__]
    return False


def _server_time(stated: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(stated)
    except (TypeError, ValueError, IndexError):
        return None
    return None if moment.tzinfo is None else moment.astimezone(SEOUL)
