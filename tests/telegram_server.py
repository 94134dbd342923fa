"""A Bot API server on this machine: as strict as Telegram's, and as moody as told.

In a test: ``with telegram_server() as server``. As a process of its own:
``python tests/telegram_server.py --port 0 --token 1234:x --chat 77`` prints its address
and is asked by ``/test/messages``, ``/test/faults`` and ``/test/updates``.
"""

import argparse
import hashlib
import json
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from email import message_from_bytes
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl

TOKEN: Final = "123456789:AAH-made-up-for-tests-0123456789abc"  # noqa: S105 - made up
CHAT: Final = "777000111"
MOST_WAIT: Final = 50.0
_TAGS: Final = ("b", "i", "code", "pre")
_MARK: Final = re.compile(r"<(/?)([a-z]+)>|<|&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message that arrived.

    Attributes:
        text: as a person reads it.
        html: as it was sent; empty for plain text.
        picture: hash of the picture, or empty.
    """

    text: str
    html: str = ""
    picture: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to the next request.

    Attributes:
        status: what is answered; 0 closes the connection without a word.
        seconds: how long the server thinks first.
        is_done: the request is carried out all the same.
        times: for how many requests; 0 for all from now on.
        method: only requests of this method, or of any.
        page: answered instead of Telegram's JSON, as by a proxy on the way.
    """

    status: int = 500
    description: str = ""
    retry_after: int = 0
    migrate_to: int = 0
    seconds: float = 0.0
    is_done: bool = False
    times: int = 1
    method: str = "send"
    page: str = ""


TOO_FAST: Final = Fault(status=429, description="Too Many Requests", retry_after=1)
REVOKED: Final = Fault(status=401, description="Unauthorized", times=0, method="")
NO_CHAT: Final = Fault(status=400, description="Bad Request: chat not found", times=0)
BLOCKED: Final = Fault(
    status=403, description="Forbidden: bot was blocked by the user", times=0
)
TWICE: Final = Fault(
    status=409,
    description="Conflict: terminated by other getUpdates request; make sure that only "
    "one bot instance is running",
    method="getUpdates",
)
FULL: Final[dict[str, Any]] = {
    "accent_color_id": 1,
    "max_reaction_count": 11,
    "accepted_gift_types": {
        "unlimited_gifts": True,
        "limited_gifts": True,
        "unique_gifts": True,
        "premium_subscription": True,
        "gifts_from_channels": True,
    },
}
CUT_OFF: Final = Fault(status=0, is_done=True)


@dataclass(slots=True)
class Server:
    """What the server knows; its methods may be called from any thread."""

    token: str = TOKEN
    chat: str = CHAT
    address: str = ""
    messages: list[Told] = field(default_factory=list)
    attempts: int = 0
    polls: list[dict[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    is_closed: bool = False
    recoveries: int = 0
    next_update: int = 901
    _message_id: int = 0

    @property
    def texts(self) -> list[str]:
        """What a person has read, oldest first."""
        return [told.text for told in self.messages]

    def fail(self, *faults: Fault) -> None:
        """Let the next requests meet ``faults``, one after the other."""
        with self.changed:
            self.faults.extend(faults)

    def recover(self) -> None:
        """Forget all faults, and end those that are being waited out."""
        with self.changed:
            self.recoveries += 1
            self.faults.clear()
            self.changed.notify_all()

    def write(self, text: str, *, chat: str = "", age_seconds: float = 0.0) -> int:
        """Write ``text`` to the bot as a person does, and return the update's id."""
        with self.changed:
            number, self.next_update = self.next_update, self.next_update + 1
            self.updates.append(
                {
                    "update_id": number,
                    "message": {
                        "message_id": number,
                        "date": int(time.time() - age_seconds),  # noqa: TID251 - a server's own clock
                        "chat": {"id": int(chat or self.chat), "type": "private"},
                        "from": {"id": 1, "is_bot": False, "first_name": "김"},
                        "text": text,
                    },
                }
            )
            self.changed.notify_all()
            return number

    def await_messages(self, count: int, seconds: float = 10.0) -> list[str]:
        """Return the texts once there are ``count``, or those there are by then."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.messages) >= count, seconds)
            return self.texts

    def await_attempts(self, count: int, seconds: float = 10.0) -> int:
        """Return how many sends began, once there are ``count`` or time is up."""
        with self.changed:
            self.changed.wait_for(lambda: self.attempts >= count, seconds)
            return self.attempts

    def await_confirmed(self, seconds: float = 10.0) -> bool:
        """Return whether every update was confirmed before time was up."""
        with self.changed:
            return self.changed.wait_for(lambda: not self.updates, seconds)

    def fault_of(self, method: str) -> Fault | None:
        """Return what the next request of ``method`` meets, and use it up."""
        with self.changed:
            for index, fault in enumerate(self.faults):
                if method.startswith(fault.method):
                    if fault.times == 1:
                        del self.faults[index]
                    elif fault.times:
                        left = {**asdict(fault), "times": fault.times - 1}
                        self.faults[index] = Fault(**left)
                    return fault
        return None

    def keep(self, told: Told) -> dict[str, Any]:
        """Keep what arrived, and return the message as Telegram describes it."""
        with self.changed:
            self.messages.append(told)
            self._message_id += 1
            self.changed.notify_all()
        chat = {"id": int(self.chat), "type": "private"}
        date = int(told.at)
        return {"message_id": self._message_id, "date": date, "chat": chat}

    def poll(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        """Return the updates not confirmed yet, waiting for one if there are none."""
        with self.changed:
            self.polls.append(asked)
            if "offset" in asked:
                first = int(asked["offset"])
                self.updates = [u for u in self.updates if u["update_id"] >= first]
                self.changed.notify_all()
            wait = min(float(asked.get("timeout", 0)), MOST_WAIT)
            self.changed.wait_for(lambda: self.updates or self.is_closed, wait)
            return list(self.updates)


def units(text: str) -> int:
    """Return the length as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def shown(source: str) -> str | None:
    """Return what a person sees of HTML, or None when Telegram would not take it."""
    open_tags: list[str] = []
    for mark in _MARK.finditer(source):
        close, tag = mark[1], mark[2]
        if tag not in _TAGS:
            return None
        if not close:
            open_tags.append(tag)
        elif not open_tags or open_tags.pop() != tag:
            return None
    return None if open_tags else unescape(_MARK.sub("", source))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: Server

    def do_POST(self) -> None:
        fields, picture = self._fields()
        _, _, path = self.path.partition("/")
        if path.startswith("test/"):
            self._controlled(path.removeprefix("test/"), fields)
            return
        bot, _, method = path.partition("/")
        if method.startswith("send"):
            with self.state.changed:
                self.state.attempts += 1
                self.state.changed.notify_all()
        if bot != f"bot{self.state.token}":
            self._refuse(401, "Unauthorized")
            return
        fault = self.state.fault_of(method)
        if fault is None:
            self._serve(method, fields, picture)
            return
        _sleep(fault.seconds, self.state)
        if fault.is_done and method.startswith("send"):
            self._kept(fields, picture)
        if fault.status == 200:
            self._serve(method, fields, picture)
        elif fault.page:
            self._send(fault.page.encode(), "text/html", fault.status)
        elif fault.status:
            parameters = {
                "retry_after": fault.retry_after,
                "migrate_to_chat_id": fault.migrate_to,
            }
            named = {name: value for name, value in parameters.items() if value}
            self._refuse(fault.status, fault.description, named)
        else:
            self.close_connection = True

    do_GET = do_POST  # noqa: N815 - the name http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet: what is logged here holds the token."""

    def _serve(
        self, method: str, fields: dict[str, str], picture: bytes | None
    ) -> None:
        if method == "getUpdates":
            self._answer({"ok": True, "result": self.state.poll(fields)})
            return
        if method == "getMe":
            bot = {"id": 1, "is_bot": True, "first_name": "알림", "username": "k_bot"}
            self._answer({"ok": True, "result": bot})
            return
        if fields.get("chat_id") != self.state.chat:
            self._refuse(400, "Bad Request: chat not found")
            return
        if method == "getChat":
            person = {"id": int(self.state.chat), "type": "private", "first_name": "김"}
            self._answer({"ok": True, "result": person | FULL})
            return
        source = fields.get("caption" if method == "sendPhoto" else "text", "")
        text = shown(source) if fields.get("parse_mode") == "HTML" else source
        most = 1024 if method == "sendPhoto" else 4096
        if text is None:
            self._refuse(400, "Bad Request: can't parse entities: unsupported tag")
        elif units(text) > most:
            self._refuse(400, "Bad Request: message is too long")
        elif not text.strip() and picture is None:
            self._refuse(400, "Bad Request: message text is empty")
        else:
            self._answer({"ok": True, "result": self._kept(fields, picture)})

    def _kept(self, fields: dict[str, str], picture: bytes | None) -> dict[str, Any]:
        source = fields.get("text", fields.get("caption", ""))
        is_html = fields.get("parse_mode") == "HTML"
        return self.state.keep(
            Told(
                text=(shown(source) or "") if is_html else source,
                html=source if is_html else "",
                picture=hashlib.sha256(picture).hexdigest() if picture else "",
                at=time.time(),  # noqa: TID251 - a server's own clock
            )
        )

    def _controlled(self, what: str, fields: dict[str, str]) -> None:
        if what == "faults":
            self.state.fail(Fault(**json.loads(fields["fault"])))
        elif what == "recover":
            self.state.recover()
        elif what == "updates":
            age = float(fields.get("age_seconds", 0))
            chat = fields.get("chat", "")
            self.state.write(fields["text"], chat=chat, age_seconds=age)
        told = [asdict(message) for message in self.state.messages]
        waiting = len(self.state.updates)
        self._answer({"ok": True, "messages": told, "updates_waiting": waiting})

    def _fields(self) -> tuple[dict[str, str], bytes | None]:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/"):
            return dict(parse_qsl(body.decode(), keep_blank_values=True)), None
        head = f"Content-Type: {kind}\r\n\r\n".encode()
        fields: dict[str, str] = {}
        picture = None
        for part in message_from_bytes(head + body).walk():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and part.get_filename():
                picture = content
            elif isinstance(content, bytes) and isinstance(name, str):
                fields[name] = content.decode()
        return fields, picture

    def _refuse(
        self, status: int, description: str, parameters: dict[str, int] | None = None
    ) -> None:
        answer: dict[str, Any] = {"ok": False, "error_code": status}
        answer |= {"description": description}
        answer |= {"parameters": parameters} if parameters else {}
        self._answer(answer, status)

    def _answer(self, answer: dict[str, Any], status: int = 200) -> None:
        self._send(json.dumps(answer).encode(), "application/json", status)

    def _send(self, content: bytes, kind: str, status: int) -> None:
        with suppress(OSError):  # who asked may be gone
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet when a client that was killed leaves its connection."""


def _sleep(seconds: float, state: Server) -> None:
    with state.changed:
        before = state.recoveries
        state.changed.wait_for(
            lambda: state.is_closed or state.recoveries > before, seconds
        )


@contextmanager
def telegram_server(
    *, token: str = TOKEN, chat: str = CHAT, port: int = 0
) -> Iterator[Server]:
    """Serve for the time of a ``with`` block."""
    state = Server(token=token, chat=chat)
    handler = type("_BoundHandler", (_Handler,), {"state": state})
    http = _Http(("127.0.0.1", port), handler)
    state.address = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        with state.changed:
            state.is_closed = True
            state.changed.notify_all()
        http.shutdown()
        http.server_close()
        thread.join()


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--chat", default=CHAT)
    chosen = parser.parse_args()
    with telegram_server(
        token=chosen.token, chat=chosen.chat, port=chosen.port
    ) as server:
        sys.stdout.write(f"{server.address}\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
