"""When a session opens and closes: the dated rule, before any user's override.

It knows hours only; which dates are sessions is ``market.calendar``'s matter.
All times are naive and mean KST.

Marks as in the market sheet: [M] measured, [S] stated by the source named,
[K] general market knowledge without a source.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final

from khms_trader.errors import ConfigError

OPENING_AUCTION: Final = timedelta(minutes=30)
"""How long before the open the opening call auction takes orders (08:30-09:00)."""

CLOSING_AUCTION: Final = timedelta(minutes=10)
"""How long before the close the closing call auction takes orders (15:20-15:30)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHours:
    """Opening and closing time of the regular session, in KST.

    Raises:
        ConfigError: ``hours_reversed`` when it would close before it opens.
    """

    open: time
    close: time

    def __post_init__(self) -> None:
        """Refuse hours no session can have; they may come from the user's settings."""
        if self.open >= self.close:
            code = "hours_reversed"
            raise ConfigError(
                code,
                open=self.open.isoformat("minutes"),
                close=self.close.isoformat("minutes"),
            )


NORMAL: Final = SessionHours(open=time(9, 0), close=time(15, 30))
FIRST_OF_YEAR: Final = SessionHours(open=time(10, 0), close=time(15, 30))
CSAT: Final = SessionHours(open=time(10, 0), close=time(16, 30))

# The close moved from 15:00 to 15:30 (chosunbiz 2016-07-24, in exchange_calendars) [S].
_CLOSE_AT_1530_SINCE: Final = date(2016, 8, 1)
_EARLY_NORMAL: Final = SessionHours(open=time(9, 0), close=time(15, 0))
_EARLY_FIRST_OF_YEAR: Final = SessionHours(open=time(10, 0), close=time(15, 0))

# Newspapers are named as exchange_calendars names them (`xkrx_holidays.py`).
CSAT_DAYS: Final = frozenset(
    {
        date(2016, 11, 17),  # [S] chosunbiz 2016-11-03
        date(2017, 11, 16),  # [S] chosunbiz 2017-11-15: the exam moved, KRX did not
        date(2017, 11, 23),  # [S] hankyung 2017-11-23
        date(2018, 11, 15),  # [S] hankyung 2018-11-05
        date(2019, 11, 14),  # [S] hankyung 2019-11-04
        date(2020, 12, 3),  # [S] hankyung 2020-11-27
        date(2021, 11, 18),  # [S] donga 2021-11-04
        date(2022, 11, 17),  # [S] khan 2022-11-16
        date(2023, 11, 16),  # [S] etoday 2023-11-02
        date(2024, 11, 14),  # [S] hankyung 2024-10-31
        date(2025, 11, 13),  # [S] edaily 05520246642365064
        date(2026, 11, 19),  # exam: [S] sisamirae 254371; hours: [K], confirm
        date(2027, 11, 18),  # exam: [S] edaily 2025-06-01; hours: [K], confirm
    }
)
"""College entrance exam days (수능), 2016-2027: open and close an hour late."""


class MarketPhase(StrEnum):
    """What the regular market does at a moment of a session."""

    CLOSED = "closed"
    OPENING_AUCTION = "opening_auction"
    CONTINUOUS = "continuous"
    CLOSING_AUCTION = "closing_auction"
    AFTER_CLOSE = "after_close"


def usual_hours(session: date, *, is_first_of_year: bool) -> SessionHours:
    """Return the hours KRX's standing rules give ``session``, in KST.

    The first session of a year opens at 10:00 and closes as usual ([M] on 2023-2027);
    an exam day shifts both ends by an hour ([S], see ``CSAT_DAYS``).
    """
    if session in CSAT_DAYS:
        return CSAT
    if session < _CLOSE_AT_1530_SINCE:
        return _EARLY_FIRST_OF_YEAR if is_first_of_year else _EARLY_NORMAL
    return FIRST_OF_YEAR if is_first_of_year else NORMAL


def phase_at(moment: time, hours: SessionHours) -> MarketPhase:
    """Return the phase at ``moment`` (KST) of a session with these hours.

    Each phase includes its first instant; CLOSED means "not yet": before any order
    of the regular session is taken.
    """
    now = _since_midnight(moment)
    opening = _since_midnight(hours.open)
    closing = _since_midnight(hours.close)
    if now < opening - OPENING_AUCTION:
        return MarketPhase.CLOSED
    if now < opening:
        return MarketPhase.OPENING_AUCTION
    if now < closing - CLOSING_AUCTION:
        return MarketPhase.CONTINUOUS
    return MarketPhase.CLOSING_AUCTION if now < closing else MarketPhase.AFTER_CLOSE


def _since_midnight(moment: time) -> timedelta:
    return timedelta(
        hours=moment.hour,
        minutes=moment.minute,
        seconds=moment.second,
        microseconds=moment.microsecond,
    )
