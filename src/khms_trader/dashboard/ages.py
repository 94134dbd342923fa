"""How old what is shown is, and when that is too old. Pure; callers pass ``now``."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_AHEAD = timedelta(minutes=1)
"""How far ahead of the clock a time may be before somebody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """The age of one value.

    Attributes:
        text: such as ``방금``, ``3분 전``; never empty.
        is_stale: it is older than its kind may be.
    """

    text: str
    is_stale: bool = False

    @property
    def caption(self) -> str:
        """The text with a word of warning when it is stale."""
        return f"{self.text} · 오래된 값" if self.is_stale else self.text


def age(at: datetime | None, now: datetime, *, fresh_for: timedelta | None) -> Age:
    """Return how old what was known at ``at`` is.

    ``fresh_for`` is how long it may be shown without a warning; None is for ever. What
    was known well ahead of the clock is stale: clock or value is wrong.
    """
    if at is None:
        return Age(text="알 수 없음", is_stale=fresh_for is not None)
    elapsed = now - at
    is_stale = elapsed < -_AHEAD or (fresh_for is not None and elapsed > fresh_for)
    return Age(text=ago(elapsed), is_stale=is_stale)


def ago(elapsed: timedelta) -> str:
    """Return ``방금``, ``40초 전``, ``3분 전``, ``2시간 전`` or ``5일 전``.

    A time well ahead of the clock is said to be one.
    """
    if elapsed < -_AHEAD:
        return "시계보다 앞선 시각"
    seconds = int(elapsed.total_seconds())
    if seconds < 5:
        return "방금"
    if seconds < _MINUTE:
        return f"{seconds}초 전"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}분 전"
    if seconds < _DAY:
        return f"{seconds // _HOUR}시간 전"
    return f"{seconds // _DAY}일 전"


def until(left: timedelta) -> str:
    """Return ``2일 3시간``, ``3시간 20분``, ``4분 10초`` or ``지금``: a countdown."""
    seconds = int(left.total_seconds())
    if seconds <= 0:
        return "지금"
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, seconds = divmod(rest, _MINUTE)
    if days:
        return f"{days}일 {hours}시간"
    if hours:
        return f"{hours}시간 {minutes}분"
    return f"{minutes}분 {seconds}초" if minutes else f"{seconds}초"
