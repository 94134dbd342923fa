"""An alarm of the watchdog as a message. Pure."""

from datetime import datetime

from khms_trader.domain.message import Level, Message
from khms_trader.notifications.messages.markup import bold, safe, text_of
from khms_trader.planning import watchdog_texts
from khms_trader.planning.watchdog import Alarm


def alarm_message(alarm: Alarm, now: datetime) -> Message:
    """Return ``alarm``, found ``now``; found again that day, it has the same key."""
    title, text = watchdog_texts.title_of(alarm), watchdog_texts.text_of(alarm)
    return Message(
        key=alarm.key,
        level=Level.WARNING,
        html=text_of([bold(f"경보: {safe(title)}"), safe(text)]),
        at=now,
    )
