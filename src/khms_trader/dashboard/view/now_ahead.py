"""The next sessions and the days without trading between them. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from khms_trader.market.calendar import Calendar

_SESSIONS_AHEAD: Final = 6
_WEEKEND: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAhead:
    """One day of the strip; hours are None on a day without trading."""

    day: date
    opens: time | None = None
    closes: time | None = None
    is_special: bool = False
    is_today: bool = False


def days_ahead(calendar: Calendar, now: datetime) -> tuple[DayAhead, ...]:
    """Return the next sessions and the weekdays without trading between them."""
    found: list[DayAhead] = []
    day, today = now.date(), now.date()
    sessions = 0
    while sessions < _SESSIONS_AHEAD:
        if calendar.is_session(day):
            hours = calendar.hours(day)
            is_usual = (hours.open, hours.close) == (time(9), time(15, 30))
            found.append(
                DayAhead(
                    day=day,
                    opens=hours.open,
                    closes=hours.close,
                    is_special=not is_usual,
                    is_today=day == today,
                )
            )
            sessions += 1
        elif day.weekday() < _WEEKEND or day == today:
            found.append(DayAhead(day=day, is_today=day == today))
        day += timedelta(days=1)
    return tuple(found)
