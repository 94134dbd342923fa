"""A real HTTP server on loopback that says what a test scripted, and remembers."""

import json
import socket
import struct
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

OK_BODY = {"rt_cd": "0", "msg_cd": "MCA00000", "msg1": "정상처리 되었습니다!"}


class Fate(Enum):
    """What becomes of an answer."""

    SENT = "sent"
    RESET = "reset"
    CLOSED = "closed"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """One scripted answer; ``body`` goes out as JSON unless it is bytes."""

    body: Mapping[str, Any] | bytes = field(default_factory=lambda: OK_BODY)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    fate: Fate = Fate.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One request as it arrived; ``raw`` is its body, ``at`` monotonic seconds."""

    name: str
    headers: Message
    fields: Mapping[str, Any]
    raw: bytes
    at: float


class LoopbackKis:
    """What the server will say, by the last part of the path, and what it heard."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.heard: list[Heard] = []
        self.released = threading.Event()
        self._lock = threading.Lock()
        self._scripts: dict[str, deque[Says]] = defaultdict(deque)
        self._tokens = 0

    def will_say(self, name: str, *answers: Says) -> None:
        self._scripts[name].extend(answers)

    def heard_of(self, name: str) -> list[Heard]:
        return [heard for heard in self.heard if heard.name == name]

    def answer_to(self, heard: Heard) -> Says:
        with self._lock:
            self.heard.append(heard)
            if self._scripts[heard.name]:
                return self._scripts[heard.name].popleft()
            if heard.name != "tokenP":
                return Says()
            self._tokens += 1
            return a_token(f"token-{self._tokens}")


def a_token(value: str, **fields: object) -> Says:
    body = {"access_token": value, "token_type": "Bearer", "expires_in": 86400}
    return Says(body=body | fields)


def an_error(
    code: str, *, status: int = 500, message: str = "안내", **more: str
) -> Says:
    body = {"rt_cd": "1", "msg_cd": code, "msg1": message, **more}
    return Says(body=body, status=status)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kis: LoopbackKis

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return "Mon, 23 Nov 2026 00:01:02 GMT"

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""

    def _answer(self) -> None:
        at = time.monotonic()
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        address = urlsplit(self.path)
        fields = json.loads(raw) if raw else dict(parse_qsl(address.query))
        name = address.path.rpartition("/")[2]
        says = self.kis.answer_to(
            Heard(name=name, headers=self.headers, fields=fields, raw=raw, at=at)
        )
        if says.fate is Fate.SENT:
            self._send(says)
            return
        if says.fate is Fate.SILENT:
            self.kis.released.wait(10)
        if says.fate is Fate.RESET:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def _send(self, says: Says) -> None:
        body = says.body
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(says.status)
        for name, value in says.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Let a connection we broke ourselves end quietly."""


@contextmanager
def a_loopback_kis() -> Iterator[LoopbackKis]:
    """Serve on a free port for the time of a ``with`` block."""
    handler = type("Handler", (_Handler,), {})
    with _Server(("127.0.0.1", 0), handler) as server:
        kis = LoopbackKis(server.server_address[1])
        handler.kis = kis  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield kis
        finally:
            kis.released.set()
            server.shutdown()
            thread.join()
