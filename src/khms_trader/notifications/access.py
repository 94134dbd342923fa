"""What a bot is reached with: read off settings and secrets, never shown.

The rooms may not know each other, so what is needed of settings and secrets is said
here by its shape.
"""

import re
from dataclasses import dataclass, field
from typing import Final, Protocol

from khms_trader.domain.message import Level

OFFICIAL: Final = "https://api.telegram.org"
_TOKEN: Final = re.compile(r"[0-9]{5,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)
_MASK: Final = "****"
_TOLD: Final = {
    "all": frozenset(Level),
    "trades": frozenset({Level.TRADE, Level.WARNING}),
    "warnings": frozenset({Level.WARNING}),
}


class Hidden(Protocol):
    """A secret text."""

    def reveal(self) -> str:
        """Return it, for the wire."""


class BotSecrets(Protocol):
    """The bot's block of secrets.yaml."""

    @property
    def enabled(self) -> bool:
        """Whether anything is sent."""

    @property
    def token(self) -> Hidden:
        """What the bot is known by."""

    @property
    def chat_id(self) -> Hidden:
        """Where it writes, a number or ``@name``."""


class SomeSecrets(Protocol):
    """What of secrets.yaml matters here."""

    @property
    def telegram(self) -> BotSecrets | None:
        """The bot, if it is there and complete."""


class _Level(Protocol):
    @property
    def level(self) -> str:
        """``all``, ``trades`` or ``warnings``."""


class _Address(Protocol):
    @property
    def base_url(self) -> str | None:
        """A server on this machine, or None for Telegram's own."""


class SomeSettings(Protocol):
    """What of settings.yaml matters here."""

    @property
    def notifications(self) -> _Level:
        """What is told."""

    @property
    def telegram(self) -> _Address:
        """By which server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One bot and its chat.

    Attributes:
        address: of the server, without a slash at its end.
        told: the levels that are told.
    """

    token: Hidden = field(repr=False)
    chat_id: Hidden = field(repr=False)
    address: str = OFFICIAL
    told: frozenset[Level] = frozenset(Level)

    @property
    def is_official(self) -> bool:
        """Whether this is Telegram's own server, not one on this machine."""
        return self.address == OFFICIAL

    def masked(self, text: str) -> str:
        """Return ``text`` without the token, the chat, and whatever looks like one."""
        for secret in (self.token, self.chat_id):
            text = text.replace(secret.reveal(), _MASK)
        return _TOKEN.sub(_MASK, text)


def access_of(settings: SomeSettings, secrets: SomeSecrets | None) -> Access | None:
    """Return how the bot is reached, or None when it is switched off or not known."""
    bot = secrets.telegram if secrets is not None else None
    if bot is None or not bot.enabled:
        return None
    return Access(
        token=bot.token,
        chat_id=bot.chat_id,
        address=settings.telegram.base_url or OFFICIAL,
        told=_TOLD[settings.notifications.level],
    )
