"""Telling a person what happened.

``from khms_trader.notifications import TelegramNotifier`` works, and costs nothing to
those who import anything else from here: it is loaded when it is asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khms_trader.notifications.telegram import TelegramNotifier

__all__ = ["TelegramNotifier"]


def __getattr__(name: str) -> object:
    """Load ``TelegramNotifier`` when somebody asks for it."""
    if name == "TelegramNotifier":
        from khms_trader.notifications import telegram  # noqa: PLC0415 - see above

        return telegram.TelegramNotifier
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
