"""How a message is sent: in which parts, and with what said above it. Pure.

The cuts hang on the message alone, so that who goes on with a half-sent message finds
the same parts. What is said above has a room of its own in each.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from khms_trader.domain.message import Claimed, Message
from khms_trader.notifications.markup import plain, split

MOST_UNITS: Final = 4_096
"""UTF-16 units of a message. https://core.telegram.org/bots/api#sendmessage"""

MOST_CAPTION_UNITS: Final = 1_024
"""UTF-16 units under a picture. https://core.telegram.org/bots/api#sendphoto"""

_ABOVE_UNITS: Final = 64
_FRESH: Final = timedelta(minutes=5)
_HOURS: Final = timedelta(hours=1)
_DAYS: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What goes out in one request."""

    html: str
    picture: bytes | None = field(default=None, repr=False)


def parts_of(message: Message) -> tuple[Part, ...]:
    """Return the parts of ``message``, without those that would show nothing."""
    rest = MOST_UNITS - _ABOVE_UNITS
    first = rest if message.picture is None else MOST_CAPTION_UNITS - _ABOVE_UNITS
    texts = split(message.html, first=first, rest=rest) or ("",)
    parts = [Part(html=text) for text in texts]
    parts[0] = Part(html=texts[0], picture=message.picture)
    return tuple(part for part in parts if part.picture or plain(part.html).strip())


def words_above(claimed: Claimed, now: datetime) -> str:
    """Return the line that says a message is late or sent again, or an empty text."""
    age = now - claimed.message.at
    words = [f"⏱ {_age(age)} 전 소식"] if age > _FRESH else []
    words += ["(다시 보냄)"] if claimed.is_repeat else []
    return f"{' '.join(words)}\n" if words else ""


def _age(age: timedelta) -> str:
    if age < _HOURS:
        return f"{age // timedelta(minutes=1)}분"
    if age < _DAYS:
        return f"{age // timedelta(hours=1)}시간"
    return f"{age // timedelta(days=1)}일"
