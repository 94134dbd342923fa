"""python-telegram-bot, tamed: its errors become outcomes, its loggers say nothing.

Loads the library, which is heavy; only the threads of this room do so, at their start.
The token stands in every address it asks for, so nothing foreign reaches a log here.
"""

import asyncio
import json
import logging
from collections.abc import Coroutine, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx
from telegram import Bot, LinkPreviewOptions, Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest, RequestData

from khms_trader.notifications.access import Access
from khms_trader.notifications.markup import escaped, plain
from khms_trader.notifications.outcome import DONE, Kind, Outcome, Refusal, outcome_of
from khms_trader.notifications.parts import Part

_log: Final = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 15.0
UPLOAD_SECONDS: Final = 20.0
WHOLE_SECONDS: Final = 30.0
"""The most one request takes; a lease of the outbox is three times as long."""

_LOUD: Final = ("httpcore", "httpx", "telegram")
_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_UNREAD: Final = (AttributeError, KeyError, TypeError, ValueError)
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
_Result = TypeVar("_Result")


class TamedBot:
    """One bot and one chat, within one event loop."""

    def __init__(self, access: Access) -> None:
        """Reach the bot by ``access``; nothing is asked yet."""
        silence_libraries()
        self._access = access
        self._chat = access.chat_id.reveal()
        self._requests = (_Request(access), _Request(access))
        self._bot = Bot(
            access.token.reveal(),
            base_url=f"{access.address}/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )

    def __repr__(self) -> str:
        return "TamedBot(****)"  # the library's own shows the token

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for request in self._requests:
            await request.shutdown()

    async def send(self, part: Part, above: str) -> Outcome:
        """Send ``part`` below the plain line ``above``.

        What Telegram cannot parse goes out as plain text, a picture it refuses is left
        away, and a chat that has moved is followed.
        """
        text, picture, mode = escaped(above) + part.html, part.picture, "HTML"
        outcome = await self._sent(text, picture, mode)
        if outcome.kind is Kind.MOVED:
            _log.warning("the telegram chat has a new number, chat_id should have it")
            self._chat = outcome.new_chat
            outcome = await self._sent(text, picture, mode)
        if outcome.kind is Kind.UNPARSED:
            _log.error("telegram cannot read a message: %s", outcome.detail)
            text, mode = plain(text), ""
            outcome = await self._sent(text, picture, mode)
        if outcome.kind is Kind.REFUSED and picture is not None:
            _log.error("telegram refuses a picture: %s", outcome.detail)
            # What has no words beside its picture still says that there was one.
            outcome = await self._sent(text if plain(text).strip() else "🖼", None, mode)
        return outcome

    async def updates(
        self, offset: int | None, wait_seconds: int
    ) -> tuple[Outcome, tuple[Update, ...]]:
        """Return what was written to the bot, waiting for it; ``offset`` confirms."""
        asked = self._bot.get_updates(
            offset=offset, timeout=wait_seconds, allowed_updates=["message"]
        )
        outcome, found = await self._asked(asked, WHOLE_SECONDS + wait_seconds)
        return outcome, found or ()

    async def whoami(self) -> tuple[Outcome, str]:
        """Return the bot's user name; empty when it cannot be read."""
        outcome, told = await self._asked(self._bot.get_me(), WHOLE_SECONDS)
        return outcome, (told.username or "") if told else ""

    async def chat(self) -> tuple[Outcome, str]:
        """Return whose chat it is or a group's title; nothing is sent to it."""
        asked = self._bot.get_chat(self._chat)
        outcome, told = await self._asked(asked, WHOLE_SECONDS)
        return outcome, (told.title or told.full_name or "") if told else ""

    async def _sent(self, text: str, picture: bytes | None, mode: str) -> Outcome:
        asked: Coroutine[Any, Any, object]
        if picture is None:
            asked = self._bot.send_message(
                self._chat,
                text,
                parse_mode=mode or None,
                link_preview_options=_NO_PREVIEW,
            )
        else:
            asked = self._bot.send_photo(
                self._chat, picture, caption=text, parse_mode=mode or None
            )
        return (await self._asked(asked, WHOLE_SECONDS))[0]

    async def _asked(
        self, asked: Coroutine[Any, Any, _Result], seconds: float
    ) -> tuple[Outcome, _Result | None]:
        for request in self._requests:
            request.said_yes = False
        try:
            return DONE, await asyncio.wait_for(asked, seconds)
        except _Refused as error:
            return outcome_of(error.refusal), None
        except _UNREAD as error:
            # A yes stays one, though the library cannot read what it says in detail.
            said_yes = any(request.said_yes for request in self._requests)
            detail = self._access.masked(f"{type(error).__name__}: {error}")
            return DONE if said_yes else _later(detail, is_unknown=False), None
        except TimeoutError:
            return _later("timed out", is_unknown=True), None
        except TelegramError as error:
            detail = self._access.masked(f"{type(error).__name__}: {error}")
            is_unknown = not isinstance(error.__cause__, _NEVER_SENT)
            return _later(detail, is_unknown=is_unknown), None


def silence_libraries() -> None:
    """Let no record of the libraries that log addresses reach a handler of ours.

    Whatever the root logger is set to: their records end here.
    """
    for name in _LOUD:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL)
        logger.propagate = False
        if not logger.handlers:
            # Without any handler Python writes to the terminal by itself.
            logger.addHandler(logging.NullHandler())


class _Refused(TelegramError):
    """An answer other than yes; the library's own errors lose its status."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.description)
        self.refusal = refusal


class _Request(HTTPXRequest):
    """Hands on what the server really answered, without tokens."""

    __slots__ = ("_access", "said_yes")

    def __init__(self, access: Access) -> None:
        super().__init__(
            connection_pool_size=2,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            write_timeout=ANSWER_SECONDS,
            media_write_timeout=UPLOAD_SECONDS,
            pool_timeout=CONNECT_SECONDS,
            # No proxy is asked for a server on this very machine.
            httpx_kwargs={"trust_env": access.is_official},
        )
        self._access = access
        self.said_yes = False

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *args: Any,  # noqa: ANN401 - the library's time-outs, handed on
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> tuple[int, bytes]:
        """Ask, and raise ``_Refused`` for any answer but yes."""
        status, content = await super().do_request(
            url, method, request_data, *args, **kwargs
        )
        try:
            answer = json.loads(content)
        except ValueError:
            answer = None
        told = answer if isinstance(answer, dict) else {}
        if status != HTTPStatus.OK or told.get("ok") is not True:
            raise _Refused(self._refusal(status, told))
        self.said_yes = True
        return status, content

    def _refusal(self, status: int, told: Mapping[str, Any]) -> Refusal:
        facts = told.get("parameters")
        facts = facts if isinstance(facts, dict) else {}
        seconds = facts.get("retry_after")
        return Refusal(
            status=status,
            description=self._access.masked(str(told.get("description", "")))[:200],
            is_telegrams=told.get("ok") is False and "error_code" in told,
            retry_after=float(seconds) if isinstance(seconds, int | float) else None,
            new_chat=str(facts.get("migrate_to_chat_id") or ""),
        )


def _later(detail: str, *, is_unknown: bool) -> Outcome:
    return Outcome(kind=Kind.LATER, is_unknown=is_unknown, detail=detail)
