"""The practice server inside the process: an adapter for a ``requests`` session.

No socket is opened. Losses become the very exceptions that ``requests`` raises.
"""

import io
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError
from urllib3.response import HTTPResponse

from khms_trader.simulator.server import PracticeServer
from khms_trader.simulator.traffic import Answer, Loss, Request

Timeout = float | tuple[float | None, float | None] | None


class PracticeAdapter(BaseAdapter):
    """Mount it: ``session.mount("https://...:29443", PracticeAdapter(server))``."""

    def __init__(
        self,
        server: PracticeServer,
        *,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        """Carry requests to ``server``; ``sleep`` lets slow answers take their time."""
        super().__init__()
        self._server = server
        self._sleep = sleep or _no_time

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002, ARG002 - as requests asks
        timeout: Timeout = None,
        *_: Any,  # noqa: ANN401
        **__: Any,  # noqa: ANN401
    ) -> requests.Response:
        """Return what the server answers.

        Raises:
            requests.RequestException: as a real connection would.
        """
        reaction = self._server.handle(_request_of(request))
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        is_late = patience is not None and reaction.delay > patience
        if reaction.loss is Loss.TIMEOUT or is_late:
            self._sleep(patience or 0.0)
            message = "Read timed out."
            raise requests.ReadTimeout(message, request=request)
        self._sleep(reaction.delay)
        if reaction.answer is None:
            _lose(request, reaction.loss)
        return _response(request, reaction.answer)

    def close(self) -> None:
        """Do nothing: there is no connection."""


def _no_time(_: float) -> None:
    """Let slow answers take no time."""


def _request_of(request: requests.PreparedRequest) -> Request:
    parts = urlsplit(request.url or "")
    body = request.body or b""
    return Request(
        method=request.method or "GET",
        path=parts.path,
        headers={name.lower(): _text(text) for name, text in request.headers.items()},
        query=query_of(parts.query),
        body=body if isinstance(body, bytes) else str(body).encode(),
    )


def query_of(text: str) -> dict[str, str]:
    """Return a query's fields by upper-case name, blank ones included."""
    pairs = parse_qsl(text, keep_blank_values=True)
    return {name.upper(): value for name, value in pairs}


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _lose(request: requests.PreparedRequest, loss: Loss | None) -> NoReturn:
    if loss is Loss.REFUSED:
        parts = urlsplit(request.url or "")
        never = NewConnectionError(
            HTTPConnection(parts.hostname or ""), "[Errno 111] Connection refused"
        )
        reason: Exception = MaxRetryError(_NO_POOL, parts.path, never)
    else:
        reset = ConnectionResetError(104, "Connection reset by peer")
        reason = ProtocolError("Connection aborted.", reset)
    raise requests.ConnectionError(reason, request=request)


_NO_POOL: Any = None


def _response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers)
    response.raw = HTTPResponse(
        body=io.BytesIO(answer.body),
        headers=dict(answer.headers),
        status=answer.status,
        preload_content=False,
    )
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.url = request.url or ""
    response.request = request
    return response
