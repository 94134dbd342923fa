"""What the watchdog found, on the screen."""

from collections.abc import Sequence
from datetime import datetime

from khms_trader.console.screen import Screen, day_text
from khms_trader.planning.watchdog import Alarm
from khms_trader.planning.watchdog_texts import text_of, title_of


def show_watch(
    alarms: Sequence[Alarm], screen: Screen, *, account: str, now: datetime
) -> None:
    """Show each alarm, even when quiet, or one line that all is well."""
    for alarm in alarms:
        screen.warning(f"경보: {title_of(alarm)}")
        screen.warning(f"  {text_of(alarm)}")
    moment = f"{day_text(now.date())} {now:%H:%M}"
    if alarms:
        screen.line(f"경보 {len(alarms)}건 · {moment} · 계좌 {account}")
    else:
        screen.line(f"이상 없음 · {moment} · 계좌 {account}")
