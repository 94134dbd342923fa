"""When the two jobs are due: from the times a person names to slots of real sessions.

Times are classified once, against a normal session, and move with a special one. It
reads no clock; whether a slot was served is ``planning.schedule``'s matter.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from khms_trader.errors import UsageError
from khms_trader.market.calendar import CLOSE_GRACE, SEOUL, Calendar
from khms_trader.market.hours import CLOSING_AUCTION, NORMAL

_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_ONE_DAY: Final = timedelta(days=1)

# Before an execute at T of a session opening at O. EVERYTHING may need a token and, at
# the virtual pace, half a minute for 8 sells and 8 buys; QUOTES needs 18 seconds, stay
# fresh for 60, and show opening prices soon after O; ACCOUNT is a few requests.
_EVERYTHING_BEFORE: Final = timedelta(minutes=11)
_EVERYTHING_UNTIL: Final = timedelta(seconds=60)
_ACCOUNT_BEFORE_OPEN: Final = timedelta(seconds=10)
_ACCOUNT_UNTIL: Final = timedelta(seconds=5)
_QUOTES_AFTER_OPEN: Final = timedelta(seconds=20)
_QUOTES_BEFORE: Final = timedelta(seconds=40)
_QUOTES_UNTIL: Final = timedelta(seconds=25)
_LAST_BEFORE: Final = timedelta(seconds=10)
_LAST_UNTIL: Final = timedelta(seconds=5)

PREPARE_TAKES: Final = timedelta(minutes=10)
"""How long a prepare is taken to last while nobody knows."""

SPARE_BEFORE_OPEN: Final = timedelta(minutes=10)
"""A plan is made by then, or left."""


class JobKind(StrEnum):
    """The two jobs, by the word ``RunFailed`` and ``JobMissed`` use."""

    PREPARE = "prepare"
    EXECUTE = "execute"

    @property
    def korean(self) -> str:
        """What a reader is told."""
        return "계획" if self is JobKind.PREPARE else "실행"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Times of day (KST) of a normal session, each ascending and without repeats."""

    prepares: tuple[time, ...] = ()
    executes: tuple[time, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """``HH:MM`` of all of them, ascending."""
        return tuple(f"{at:%H:%M}" for at in sorted(self.prepares + self.executes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One job that is due once.

    Attributes:
        session: that is executed, or that the plan is for.
        due_at: aware, in Asia/Seoul.
    """

    kind: JobKind
    session: date
    due_at: datetime


class WarmStage(StrEnum):
    """What is read before an execute slot.

    EVERYTHING is token, plan, account and candidates' quotes; ACCOUNT is account and
    order list; QUOTES is the candidates' opening prices.
    """

    EVERYTHING = "everything"
    ACCOUNT = "account"
    QUOTES = "quotes"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmMoment:
    """A reading before an execute slot: from ``at`` on, begun by ``until`` or never."""

    stage: WarmStage
    at: datetime
    until: datetime


def classify(texts: Iterable[str], *, start_window: timedelta) -> Times:
    """Return the times that ``texts`` (``HH:MM``, also comma-separated) name.

    From 09:00 to before 15:20 a time is an execute, else a prepare.

    Args:
        texts: as typed, in any order; repeats are merged.
        start_window: after the open, how long new orders may leave.

    Raises:
        UsageError: ``schedule_empty``, ``schedule_time_unreadable``,
            ``schedule_closing_auction``, ``schedule_prepare_too_early`` or
            ``schedule_execute_too_late``.
    """
    words = [word for text in texts for word in text.replace(",", " ").split()]
    if not words:
        raise UsageError("schedule_empty")
    times = sorted({_time(word) for word in words})
    executes = tuple(at for at in times if _is_execute(at, start_window))
    return Times(
        prepares=tuple(at for at in times if at not in executes), executes=executes
    )


def slots(
    calendar: Calendar, times: Times, kind: JobKind, session: date
) -> tuple[Slot, ...]:
    """Return the slots of ``kind`` that serve ``session``, ascending.

    An execute moves by (open - 09:00) of the session. A prepare moves by (close -
    15:30) of its own day: after the close it is for the next session, before the open
    for that day's; one that would land in the running session moves with the open.
    """
    due = _executes if kind is JobKind.EXECUTE else _prepares
    return tuple(
        Slot(kind=kind, session=session, due_at=moment)
        for moment in sorted(set(due(calendar, times, session)))
    )


def _never(_: Slot) -> bool:
    return False


def coming(
    calendar: Calendar,
    times: Times,
    kind: JobKind,
    now: datetime,
    *,
    is_over: Callable[[Slot], bool] = _never,
) -> Slot | None:
    """Return the first slot of ``kind`` due after ``now``; None when there are none.

    Slots that are over before they are due are passed by.
    """
    if not (times.executes if kind is JobKind.EXECUTE else times.prepares):
        return None
    session = now.date() - _ONE_DAY
    while True:
        session = calendar.next_session(session)
        for slot in slots(calendar, times, kind, session):
            if slot.due_at > now and not is_over(slot):
                return slot


def warm_stages(slot: Slot, opens_at: datetime) -> tuple[WarmMoment, ...]:
    """Return what is read before the execute ``slot``, and when, in order.

    The last reading is over before ``slot.due_at``: at that moment the first request
    to leave is an order. At 09:01 that is 08:50, 08:59:50, 09:00:20 and 09:00:50.
    """
    due = slot.due_at
    moments = (
        (WarmStage.EVERYTHING, due - _EVERYTHING_BEFORE, due - _EVERYTHING_UNTIL),
        (
            WarmStage.ACCOUNT,
            opens_at - _ACCOUNT_BEFORE_OPEN,
            min(opens_at + _ACCOUNT_UNTIL, due - _LAST_BEFORE),
        ),
        (
            WarmStage.QUOTES,
            max(opens_at + _QUOTES_AFTER_OPEN, due - _QUOTES_BEFORE),
            due - _QUOTES_UNTIL,
        ),
        (WarmStage.ACCOUNT, due - _LAST_BEFORE, due - _LAST_UNTIL),
    )
    return tuple(
        WarmMoment(stage=stage, at=at, until=until)
        for stage, at, until in moments
        if moments[0][1] <= at < until
    )


def prepare_until(
    calendar: Calendar,
    times: Times,
    session: date,
    *,
    begins: datetime,
    takes: timedelta,
) -> datetime:
    """Return when a prepare for ``session`` gives up in favour of an older plan.

    It then leaves the thread to the first warm-up, ten minutes before the open at the
    latest. One that is wanted too late to be over by then may go on until the open.
    """
    opens_at = calendar.opens_at(session)
    ends = opens_at - SPARE_BEFORE_OPEN
    for slot in slots(calendar, times, JobKind.EXECUTE, session):
        ends = min(ends, slot.due_at - _EVERYTHING_BEFORE)
    return ends if begins + takes <= ends else opens_at


def _time(word: str) -> time:
    found = _TIME.fullmatch(word)
    if found is None:
        raise UsageError("schedule_time_unreadable", text=word)
    return time(int(found[1]), int(found[2]))


def _is_execute(at: time, start_window: timedelta) -> bool:
    """Return False for a prepare; a time that can be neither is refused.

    Raises:
        UsageError: see ``classify``.
    """
    shown, since = f"{at:%H:%M}", _since_midnight(at)
    opens, closes = _since_midnight(NORMAL.open), _since_midnight(NORMAL.close)
    if since < opens or since >= closes + CLOSE_GRACE:
        return False
    if since >= closes:
        first = _clock_face(closes + CLOSE_GRACE)
        raise UsageError("schedule_prepare_too_early", time=shown, first=first)
    auction = closes - CLOSING_AUCTION
    if since >= auction:
        raise UsageError("schedule_closing_auction", time=shown)
    if since >= opens + start_window:
        until = _clock_face(opens + start_window)
        raise UsageError("schedule_execute_too_late", time=shown, until=until)
    return True


def _executes(calendar: Calendar, times: Times, session: date) -> list[datetime]:
    shift = calendar.opens_at(session) - _on(session, NORMAL.open)
    return [_on(session, at) + shift for at in times.executes]


def _prepares(calendar: Calendar, times: Times, session: date) -> list[datetime]:
    before = calendar.previous_session(session)
    late = calendar.closes_at(before) - _on(before, NORMAL.close)
    after_close = [
        _on(before, at) + late for at in times.prepares if at >= NORMAL.close
    ]
    return after_close + [
        _before_open(calendar, session, at) for at in times.prepares if at < NORMAL.open
    ]


def _before_open(calendar: Calendar, session: date, at: time) -> datetime:
    opens = calendar.opens_at(session)
    usual = _on(session, at)
    moment = usual + (calendar.closes_at(session) - _on(session, NORMAL.close))
    if moment >= opens:
        moment = usual + (opens - _on(session, NORMAL.open))
    # Hours of the user's own may close a session very early.
    return max(moment, _on(session, time(0)))


def _on(session: date, at: time) -> datetime:
    return datetime.combine(session, at, SEOUL)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _clock_face(since: timedelta) -> str:
    hours, minutes = divmod(int(since.total_seconds()) // 60, 60)
    return f"{hours:02}:{minutes:02}"
