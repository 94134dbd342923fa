"""What became of a request to the Bot API, as a value: nothing is raised. Pure.

The one place that knows what Telegram's refusals mean.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from khms_trader.errors import NotAvailable

_NO_CHAT: Final = (
    "chat not found",
    "chat_id is empty",
    "chat_write_forbidden",
    "group chat was deactivated",
    "group chat was deleted",
    "have no rights to send",
    "need administrator rights",
    "not enough rights",
    "peer_id_invalid",
    "user not found",
)
_WEBHOOK: Final = "webhook"
_UNPARSED: Final = "can't parse entities"


class Kind(StrEnum):
    """What to do next."""

    DONE = "done"
    LATER = "later"
    UNPARSED = "unparsed"
    REFUSED = "refused"
    MOVED = "moved"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one request.

    Attributes:
        seconds: how long the server wants to be left alone, if it said so.
        is_unknown: it may have been carried out all the same.
        new_chat: where the chat has moved to.
        problem: what a person must mend, when nothing can go on without him.
        detail: for the log, masked.
    """

    kind: Kind
    seconds: float | None = None
    is_unknown: bool = False
    new_chat: str = ""
    problem: NotAvailable | None = None
    detail: str = ""


DONE: Final = Outcome(kind=Kind.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer other than yes, as it came.

    Attributes:
        retry_after: seconds; None when the answer names none.
        is_telegrams: False for a page of a proxy or a log-in: it says nothing of
            token, chat or message.
    """

    status: int
    description: str
    is_telegrams: bool = True
    retry_after: float | None = None
    new_chat: str = ""


def outcome_of(refusal: Refusal) -> Outcome:
    """Return what ``refusal`` means; its description must be masked already."""
    status, detail = refusal.status, f"{refusal.status} {refusal.description}"
    if refusal.new_chat:
        return Outcome(kind=Kind.MOVED, new_chat=refusal.new_chat, detail=detail)
    is_strange = status < 500 and not refusal.is_telegrams
    if status == 429 or refusal.retry_after is not None or is_strange:
        return Outcome(kind=Kind.LATER, seconds=refusal.retry_after, detail=detail)
    problem = _problem(status, refusal.description.lower())
    if problem is not None:
        return Outcome(kind=Kind.STOPPED, problem=problem, detail=detail)
    if status == 400 and _UNPARSED in refusal.description.lower():
        return Outcome(kind=Kind.UNPARSED, detail=detail)
    if 400 <= status < 500:
        return Outcome(kind=Kind.REFUSED, detail=detail)
    # A gateway's error may come after the bot server has done what was asked.
    return Outcome(kind=Kind.LATER, is_unknown=True, detail=detail)


def _problem(status: int, description: str) -> NotAvailable | None:
    # A malformed token makes an address that does not exist: 404.
    if status in {401, 404}:
        return NotAvailable("telegram_token_refused")
    if status == 403:
        return NotAvailable("telegram_chat_unreachable")
    if status == 400 and any(words in description for words in _NO_CHAT):
        return NotAvailable("telegram_chat_unreachable")
    if status == 409 and _WEBHOOK in description:
        return NotAvailable("telegram_webhook_set")
    if status == 409:
        return NotAvailable("telegram_poller_twice")
    return None
