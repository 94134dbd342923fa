"""Which dates are KRX sessions, and when each opens and closes.

Order of authority: the user's overrides, then the ``holidays`` package's XKRX table
and the dated hours. It reads no clock, file or network; callers pass ``now``.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from khms_trader.errors import ConfigError, DataError
from khms_trader.market.hours import SessionHours, usual_hours

SEOUL: Final = ZoneInfo("Asia/Seoul")

VERIFIED_YEARS: Final = range(2005, 2028)
"""Years whose closures were checked: 2005-01-03..2026-03-20 day by day against the
KOSDAQ index (0 differences), the rest of 2026 against KRX's seventeen, 2027 against
the closures its laws lead to expect; no table knows a holiday declared later.
"""

CLOSE_GRACE: Final = timedelta(minutes=5)
"""How long after the close a session still counts as running: the closing auction may
end at random up to 30 seconds late, and its prices need time to be published.
"""

_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarOverrides:
    """What the user knows better than any table: ``settings.calendar``.

    Attributes:
        closed: dates without a session, such as a holiday declared at short notice.
        open: dates with a session although the table says closed.
        times: hours of single sessions; they do not make a date a session.

    Raises:
        ConfigError: ``calendar_contradiction`` when a date is both open and closed.
    """

    closed: frozenset[date] = frozenset()
    open: frozenset[date] = frozenset()
    times: Mapping[date, SessionHours] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a date that is said to be both."""
        both = self.closed & self.open
        if both:
            days = ", ".join(day.isoformat() for day in sorted(both))
            code = "calendar_contradiction"
            raise ConfigError(code, days=days)


NO_OVERRIDES: Final = CalendarOverrides()


@dataclass(frozen=True, slots=True)
class _Year:
    ordered: tuple[date, ...]
    members: frozenset[date]


class Calendar:
    """The sessions of KRX, under the user's overrides.

    Years are worked out when first asked for and kept, so asking is cheap. From 2101
    on the holiday table is empty and every weekday is a session: see ``is_verified``.
    """

    def __init__(self, overrides: CalendarOverrides = NO_OVERRIDES) -> None:
        """Take the overrides, which always win."""
        self._overrides = overrides
        self._years: dict[int, _Year] = {}

    def is_session(self, day: date) -> bool:
        """Return whether KRX trades on ``day``.

        Raises:
            TypeError: ``day`` carries a time; it would never be found.
        """
        if day in self._year(day.year).members:
            return True
        if isinstance(day, datetime):
            message = f"a session is a date, not a moment: {day!r}"
            raise TypeError(message)
        return False

    def hours(self, session: date) -> SessionHours:
        """Return the regular hours of ``session``, in KST.

        Raises:
            DataError: ``not_a_session`` when KRX does not trade on that date.
        """
        if not self.is_session(session):
            code = "not_a_session"
            raise DataError(code, day=session.isoformat())
        own = self._overrides.times.get(session)
        if own is not None:
            return own
        is_first = session == self._year(session.year).ordered[0]
        return usual_hours(session, is_first_of_year=is_first)

    def opens_at(self, session: date) -> datetime:
        """Return when ``session`` opens, aware, Asia/Seoul; raises as ``hours``."""
        return datetime.combine(session, self.hours(session).open, SEOUL)

    def closes_at(self, session: date) -> datetime:
        """Return when ``session`` closes, aware, Asia/Seoul; raises as ``hours``."""
        return datetime.combine(session, self.hours(session).close, SEOUL)

    def next_session(self, day: date) -> date:
        """Return the first session strictly after ``day``."""
        year = day.year
        ordered = self._year(year).ordered
        position = bisect_right(ordered, day)
        while position == len(ordered):
            year, position = year + 1, 0
            ordered = self._year(year).ordered
        return ordered[position]

    def previous_session(self, day: date) -> date:
        """Return the last session strictly before ``day``."""
        year = day.year
        ordered = self._year(year).ordered
        position = bisect_left(ordered, day)
        while position == 0:
            year -= 1
            ordered = self._year(year).ordered
            position = len(ordered)
        return ordered[position - 1]

    def session_after(self, session: date, count: int) -> date:
        """Return the session ``count`` sessions after ``session``; 0 is itself.

        Settlement is two sessions after the trade (T+2).
        """
        if count < 0:
            message = f"sessions are counted forwards, not {count}"
            raise ValueError(message)
        for _ in range(count):
            session = self.next_session(session)
        return session

    def sessions(self, first: date, last: date) -> tuple[date, ...]:
        """Return the sessions from ``first`` to ``last``, both included, by date."""
        found: list[date] = []
        for year in range(first.year, last.year + 1):
            ordered = self._year(year).ordered
            found += ordered[bisect_left(ordered, first) : bisect_right(ordered, last)]
        return tuple(found)

    def last_closed(self, now: datetime, *, grace: timedelta = CLOSE_GRACE) -> date:
        """Return the newest session whose close plus ``grace`` is not after ``now``.

        Raises:
            ValueError: ``now`` is naive.
        """
        if now.tzinfo is None:
            message = f"a moment needs its time zone: {now!r}"
            raise ValueError(message)
        session = self.previous_session(now.astimezone(SEOUL).date() + _ONE_DAY)
        while self.closes_at(session) + grace > now:
            session = self.previous_session(session)
        return session

    def is_verified(self, year: int) -> bool:
        """Return whether the closures of ``year`` were checked against the exchange."""
        return year in VERIFIED_YEARS

    def unverified_years(self, *days: date) -> tuple[int, ...]:
        """Return the years of ``days`` whose closures nobody checked, ascending."""
        return tuple(sorted({day.year for day in days} - set(VERIFIED_YEARS)))

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._work_out(year)
        return known

    def _work_out(self, year: int) -> _Year:
        closed = _closures(year) - self._overrides.open | self._overrides.closed
        ordered = tuple(
            day
            for day in _days_of(year)
            if day not in closed
            and (day.weekday() < _SATURDAY or day in self._overrides.open)
        )
        return _Year(ordered, frozenset(ordered))


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1).toordinal()
    last = date(year, 12, 31).toordinal()
    return [date.fromordinal(number) for number in range(first, last + 1)]


@cache
def _closures(year: int) -> frozenset[date]:
    """Return the exchange holidays of ``year`` (`holidays` >= 0.109, XKRX)."""
    # The package takes half a second to load, which many runs never need.
    import holidays  # noqa: PLC0415

    return frozenset(holidays.financial_holidays("XKRX", years=year))
