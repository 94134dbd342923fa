"""What was not done in its time, and nothing made good since. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from khms_trader.dashboard.room import Room
from khms_trader.dashboard.unread import NoJournal
from khms_trader.dashboard.view import now_words as texts
from khms_trader.dashboard.view.now_journal import Told
from khms_trader.domain.events import JobMissed
from khms_trader.errors import KhmsTraderError, PlanError
from khms_trader.planning.schedule_history import MissReason
from khms_trader.planning.state_market import Job, market_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A job that was missed; ``text`` says so, why, and what comes of it, in Korean."""

    job: str
    session: date
    text: str


def missed_of(room: Room, told: Told, *, is_at_work: bool) -> Missed | None:
    """Return what was missed: today's execution before all that was recorded.

    While a job ``is_at_work`` nobody can tell yet.
    """
    now = room.clock.now()
    if isinstance(room.journal, NoJournal) or is_at_work:
        return None
    today = now.date()
    if _is_left_lying(room, told, now):
        own = (Job.EXECUTE, today)
        recorded = [event for event in told.missed if (event.job, event.session) == own]
        why = _why(room, recorded[-1]) if recorded else ""
        text = texts.not_executed(today, why, _outlook(room, told, now))
        return Missed(job=Job.EXECUTE, session=today, text=text)
    newest = max(told.missed, key=lambda event: event.due_at, default=None)
    if newest is None or _is_made_good(newest, told):
        return None
    is_execute = newest.job == Job.EXECUTE
    say = texts.execution_missed if is_execute else texts.plan_missed
    text = say(newest.session, _why(room, newest), _outlook(room, told, now))
    return Missed(job=newest.job, session=newest.session, text=text)


def _is_left_lying(room: Room, told: Told, now: datetime) -> bool:
    """Return whether today's plan was never begun, and no longer can be."""
    today = now.date()
    if not room.calendar.is_session(today):
        return False
    begun = {event.session for event in (told.started, told.ended) if event}
    if today in begun or now <= room.may_start_until(today):
        return False
    try:
        plan = room.plan_of(today)
    except PlanError:
        return False  # the page of plans says what is wrong with it
    return plan is not None and plan.account == room.account_id


def _is_made_good(missed: JobMissed, told: Told) -> bool:
    prepared, started, ended = told.prepared, told.started, told.ended
    if prepared is not None and prepared.at > missed.at:
        return True
    if ended is not None and ended.session >= missed.session:
        return True
    return started is not None and started.session > missed.session


def _outlook(room: Room, told: Told, now: datetime) -> str:
    """Return when there is a plan again."""
    market = market_now(room.calendar, now)
    prepared = told.prepared
    if prepared is not None and prepared.session >= market.next_session:
        return texts.HAS_NEXT
    at = market.prepares_at
    if at is None or market.next_session == now.date():
        return texts.MAKE_NOW
    return texts.makes_a_new_one(at) if now < at else texts.MAKE_NOW


def _why(room: Room, missed: JobMissed) -> str:
    if missed.reason in set(MissReason):
        return f"까닭: {MissReason(missed.reason).korean}."
    return f"까닭: {room.say(KhmsTraderError(missed.reason))}"
