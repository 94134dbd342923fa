"""The practice server as an ASGI callable, for servers such as uvicorn.

Unlike most WSGI servers, which drop every header with an underscore, an ASGI server
hands on ``tr_id`` and ``tr_cont``. Start it without its own ``Date`` (uvicorn:
``date_header=False``): the practice clock's is among the headers.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from khms_trader.simulator.app import carried
from khms_trader.simulator.server import PracticeServer
from khms_trader.simulator.traffic import Loss, Request
from khms_trader.simulator.transport import query_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class PracticeAsgi:
    """Serves one practice server over HTTP."""

    def __init__(self, server: PracticeServer, *, silence: float = 30.0) -> None:
        """Serve ``server``; one that never answers is silent for so many seconds."""
        self._server = server
        self._silence = silence

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP is left alone."""
        if scope["type"] != "http":
            return
        request = _request_of(scope, await _body(receive))
        reaction = await asyncio.to_thread(self._server.handle, request)
        is_silent = reaction.loss is Loss.TIMEOUT
        await asyncio.sleep(self._silence if is_silent else reaction.delay)
        answer, promised = carried(reaction)
        headers = {**answer.headers, "content-length": str(promised)}
        start = {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(n.encode("latin-1"), t.encode()) for n, t in headers.items()],
        }
        await send(start)
        if reaction.answer is not None:
            await send({"type": "http.response.body", "body": answer.body})


async def _body(receive: Receive) -> bytes:
    parts: bytes = b""
    while True:
        message = await receive()
        parts += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return parts


def _request_of(scope: Message, body: bytes) -> Request:
    headers = {
        name.decode().lower(): t.decode("latin-1") for name, t in scope["headers"]
    }
    return Request(
        method=scope["method"],
        path=scope["path"],
        headers=headers,
        query=query_of(scope["query_string"].decode()),
        body=body,
    )
