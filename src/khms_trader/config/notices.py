"""The settings of what a person is told; who is told stands in secrets.yaml."""

from dataclasses import dataclass
from typing import Annotated, Literal

from khms_trader.config.values import Read, loopback, one_of, optional


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSettings:
    """Which messages are told: all, trades and warnings, or warnings alone."""

    level: Annotated[
        Literal["all", "trades", "warnings"], one_of("all", "trades", "warnings")
    ] = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """A Bot API server on this machine, or None for Telegram's own."""

    base_url: Annotated[str | None, optional(Read(loopback))] = None
