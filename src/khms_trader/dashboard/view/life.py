"""Whether a scheduler lives and a job is at work, by the watchdog's limits. Pure."""

from datetime import datetime, timedelta

from khms_trader.dashboard.sources import Heartbeat, Holder
from khms_trader.planning.watchdog import BUSY_AGE, HEARTBEAT_AGE


def allowed_silence(beat: Heartbeat) -> timedelta:
    """Return how old ``beat`` may be: a job keeps its scheduler from the next one."""
    return BUSY_AGE if beat.running else HEARTBEAT_AGE


def lives(beat: Heartbeat, now: datetime) -> bool:
    """Return whether who gave ``beat`` may be taken to be there still."""
    return abs(now - beat.at) <= allowed_silence(beat)


def is_at_work(holder: Holder | None, beat: Heartbeat | None, now: datetime) -> bool:
    """Return whether a job holds the account, or a living scheduler runs one."""
    is_running = beat is not None and bool(beat.running) and lives(beat, now)
    return is_running or holder is not None
