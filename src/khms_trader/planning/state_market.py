"""Where the exchange stands at a moment, and which job comes next. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from khms_trader.market.calendar import CLOSE_GRACE, Calendar
from khms_trader.market.hours import MarketPhase, phase_at

# The hours the shipped task descriptions use: 09:01 and 15:40.
_AFTER_OPEN: Final = timedelta(minutes=1)
_AFTER_CLOSE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketNow:
    """What the exchange does now and when it trades next.

    Attributes:
        session: today when it is a session, else None; its hours go with it.
        next_session: the first session that has not opened yet.
    """

    phase: MarketPhase
    session: date | None
    opens_at: datetime | None
    closes_at: datetime | None
    next_session: date
    next_opens_at: datetime
    next_closes_at: datetime

    @property
    def executes_at(self) -> datetime:
        """When execute runs on the next session: a minute after its open."""
        return self.next_opens_at + _AFTER_OPEN

    @property
    def prepares_at(self) -> datetime | None:
        """When prepare runs today: ten minutes after the close; None without one."""
        return None if self.closes_at is None else self.closes_at + _AFTER_CLOSE

    def is_open(self, now: datetime) -> bool:
        """Return True from the open up to the close."""
        if self.opens_at is None or self.closes_at is None:
            return False
        return self.opens_at <= now < self.closes_at


class Job(StrEnum):
    """What a person or a scheduler runs."""

    PREPARE = "prepare"
    EXECUTE = "execute"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextJob:
    """The next job and the earliest moment for it; ``at`` None means now."""

    job: Job
    at: datetime | None = None


def market_now(calendar: Calendar, now: datetime) -> MarketNow:
    """Return what the exchange does at ``now``, and its next session."""
    today = now.date()
    session = today if calendar.is_session(today) else None
    opens_at = closes_at = None
    phase = MarketPhase.CLOSED
    next_session = calendar.next_session(today)
    if session is not None:
        opens_at, closes_at = calendar.opens_at(session), calendar.closes_at(session)
        phase = phase_at(now.time(), calendar.hours(session))
        next_session = session if now < opens_at else next_session
    return MarketNow(
        phase=phase,
        session=session,
        opens_at=opens_at,
        closes_at=closes_at,
        next_session=next_session,
        next_opens_at=calendar.opens_at(next_session),
        next_closes_at=calendar.closes_at(next_session),
    )


def next_job(
    now: datetime,
    market: MarketNow,
    *,
    start_window: timedelta,
    is_planned: bool,
    is_done: bool,
    is_next_planned: bool,
) -> NextJob:
    """Return the next job.

    Args:
        start_window: after the open, how long execute may start.
        is_planned, is_done: there is a plan for today; it was executed.
        is_next_planned: there is a plan for the next session.
    """
    opens_at, closes_at = market.opens_at, market.closes_at
    if opens_at is not None and closes_at is not None:
        if is_planned and not is_done and now <= opens_at + start_window:
            starts_at = opens_at + _AFTER_OPEN
            return NextJob(job=Job.EXECUTE, at=starts_at if now < opens_at else None)
        if opens_at <= now <= closes_at + CLOSE_GRACE:
            return NextJob(job=Job.PREPARE, at=market.prepares_at)
    if is_next_planned:
        return NextJob(job=Job.EXECUTE, at=market.executes_at)
    return NextJob(job=Job.PREPARE)
