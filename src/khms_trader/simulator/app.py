"""The practice server as a WSGI callable, for any well-kept server on loopback.

WSGI cannot break a connection, so a lost answer is one that promises more bytes than
it sends: the server then closes, and the client sees the connection break. Many WSGI
servers drop headers with an underscore, which KIS's ``tr_id`` has: use one that does
not, or ``asgi``.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from khms_trader.simulator.server import PracticeServer
from khms_trader.simulator.traffic import Answer, Loss, Reaction, Request
from khms_trader.simulator.transport import query_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_NAMED: Final = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}
_PROMISED: Final = 64


class PracticeApp:
    """Serves one practice server over HTTP."""

    def __init__(
        self,
        server: PracticeServer,
        *,
        sleep: Callable[[float], None],
        silence: float = 30.0,
    ) -> None:
        """Serve ``server``; one that never answers is silent for so many seconds."""
        self._server = server
        self._sleep = sleep
        self._silence = silence

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        reaction = self._server.handle(_request_of(environ))
        is_silent = reaction.loss is Loss.TIMEOUT
        self._sleep(self._silence if is_silent else reaction.delay)
        answer, promised = carried(reaction)
        status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        headers = [*answer.headers.items(), ("content-length", str(promised))]
        start_response(status, headers)
        return [answer.body] if answer.body else []


def carried(reaction: Reaction) -> tuple[Answer, int]:
    """Return what is sent and how many bytes the header promises."""
    if reaction.answer is None:
        return Answer(), _PROMISED
    return reaction.answer, len(reaction.answer.body)


def _request_of(environ: "WSGIEnvironment") -> Request:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(text)
        for name, text in environ.items()
        if name.startswith("HTTP_")
    }
    # A header tr_id arrives as HTTP_TR_ID: only KIS's own names keep their underscore.
    for name in ("tr-id", "tr-cont", "gt-uid", "seq-no"):
        if name in headers:
            headers[name.replace("-", "_")] = headers.pop(name)
    headers |= {ours: str(environ[n]) for n, ours in _NAMED.items() if environ.get(n)}
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return Request(
        method=str(environ["REQUEST_METHOD"]),
        path=str(environ.get("PATH_INFO", "")),
        headers=headers,
        query=query_of(str(environ.get("QUERY_STRING", ""))),
        body=environ["wsgi.input"].read(length) if length else b"",
    )
