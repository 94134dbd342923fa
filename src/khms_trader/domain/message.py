"""What a person is told, before anyone knows how: a key, a level and a text.

Values only. The key makes telling safe to repeat: whoever derives the same message
again from journal, plans and reports gives it the same key, and it is told once.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """How much a message matters."""

    INFO = "info"
    TRADE = "trade"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to tell.

    Attributes:
        key: the same key is never queued twice in one outbox.
        html: of any length; no tags but ``<b> <i> <code> <pre>``, all else escaped.
        at: when what is told happened (aware, Asia/Seoul).
        picture: a PNG shown with the text.
    """

    key: str
    level: Level
    html: str
    at: datetime
    picture: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message that one process has taken from an outbox to send it now.

    Attributes:
        lease: names this claim; what an outdated claim says is mostly ignored.
        parts_sent: how many of its parts are known to have arrived.
        is_repeat: its next part may have arrived already; nobody knows.
    """

    message: Message
    lease: str
    parts_sent: int = 0
    is_repeat: bool = False
