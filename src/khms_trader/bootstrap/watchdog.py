"""The watchdog, put together: looks at files only, from a process of its own.

No account is opened, no server is asked, no lock is taken. What cannot be read is what
it is there to tell, so each part is read by itself.
"""

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.bootstrap.account import JOURNAL
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.rules import calendar_of, pace_of
from khms_trader.bootstrap.telling import OUTBOX
from khms_trader.domain.message import Message
from khms_trader.errors import KhmsTraderError, PlanError, StorageError, UsageError
from khms_trader.market.calendar import SEOUL
from khms_trader.notifications.messages.watchdog import alarm_message
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.schedule_times import Times, classify
from khms_trader.planning.watchdog import Alarm, planned_session, watch
from khms_trader.planning.watchdog_facts import (
    RUN_EVENTS,
    HaltSeen,
    HeartbeatSeen,
    JournalSeen,
    OutboxSeen,
    PlanSeen,
    WatchFacts,
    runs_of,
)
from khms_trader.storage.halt_file import HaltFile
from khms_trader.storage.heartbeat import HEARTBEAT, Heartbeat, HeartbeatFile
from khms_trader.storage.inspection import may_live
from khms_trader.storage.journal_glance import glance_at
from khms_trader.storage.outbox_glance import unsent_of
from khms_trader.storage.plan_store import PlanFiles

USUAL_TIMES: Final = ("15:40", "09:01")
_SLACK: Final = timedelta(minutes=5)

Word = Callable[[KhmsTraderError], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOrder:
    """What the watchdog is asked to look for.

    Attributes:
        times: those of the scheduler; None takes them from its heartbeat, or the usual.
        expects_scheduler: a missing heartbeat is an alarm too.
        word: makes a sentence of an error.
    """

    times: Sequence[str] | None = None
    expects_scheduler: bool = False
    word: Word


def look_around(options: RunOptions, order: WatchOrder) -> tuple[Alarm, ...]:
    """Return what is wrong now, gravest first.

    Raises:
        UsageError: the times cannot be used.
    """
    now, calendar = options.clock.now(), calendar_of(options.settings)
    heartbeat = HeartbeatFile(options.state / HEARTBEAT).read()
    session = planned_session(now, calendar)
    return watch(
        now,
        calendar,
        _times(options, order, heartbeat),
        WatchFacts(
            journal=_journal(options, min(session, now.date()), order.word),
            plan=_plan(options, session, order.word),
            heartbeat=_heartbeat(options, order, heartbeat),
            halt=_halt(HaltFile(options.halt_file)),
            outbox=_outbox(options, order.word),
            free_bytes=shutil.disk_usage(options.home).free,
        ),
        execution_takes=_execution_takes(options),
    )


def messages_of(alarms: Sequence[Alarm], now: datetime) -> tuple[Message, ...]:
    """Return a message per alarm; one found again that day has the same key."""
    return tuple(alarm_message(alarm, now) for alarm in alarms)


def _times(
    options: RunOptions, order: WatchOrder, heartbeat: Heartbeat | None
) -> Times:
    window = pace_of(options).start_window
    if order.times is not None:
        return classify(order.times, start_window=window)
    if heartbeat is not None and heartbeat.times:
        with suppress(UsageError):  # written by a hand, or by another version
            return classify(heartbeat.times, start_window=window)
    return classify(USUAL_TIMES, start_window=window)


def _execution_takes(options: RunOptions) -> timedelta:
    """Return how long after its time an execution may be at work, at the very most."""
    pace = pace_of(options)
    waits = pace.sell_wait + pace.fill_wait + 2 * pace.resolve
    return pace.late_open + waits + _SLACK


def _journal(options: RunOptions, since: date, word: Word) -> JournalSeen:
    path, account = options.state / JOURNAL, options.account
    try:
        seen = glance_at(path, account, since=since, kinds=RUN_EVENTS)
    except StorageError as error:
        return JournalSeen(problem=word(error))
    return JournalSeen(
        begun_at=seen.begun_at, runs=runs_of(seen.events), unknown=seen.unknown
    )


def _plan(options: RunOptions, session: date, word: Word) -> PlanSeen:
    try:
        plan = PlanFiles(options.folders.plans).load(session)
    except PlanError as error:
        return PlanSeen(is_there=True, problem=word(error))
    if plan is None:
        return PlanSeen(is_there=False)
    problem = ""
    if plan.account != options.account:
        facts = {"planned": plan.account, "account": options.account}
        problem = Refusal(code="plan_wrong_account", facts=facts).korean
    return PlanSeen(is_there=True, problem=problem)


def _heartbeat(
    options: RunOptions, order: WatchOrder, heartbeat: Heartbeat | None
) -> HeartbeatSeen:
    # One that was ended on purpose need not be there.
    has_ended = heartbeat is not None and heartbeat.ended_at is not None
    is_there = (options.state / HEARTBEAT).exists() and not has_ended
    return HeartbeatSeen(
        is_expected=order.expects_scheduler or is_there,
        at=None if heartbeat is None else heartbeat.at,
        is_busy=heartbeat is not None and bool(heartbeat.running),
        is_gone=heartbeat is not None
        and (has_ended or not may_live(str(heartbeat.pid))),
    )


def _halt(file: HaltFile) -> HaltSeen | None:
    halt = file.current()
    if halt is None:
        return None
    since = None
    with suppress(ValueError):  # made by hand
        since = datetime.fromisoformat(halt.since)
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=SEOUL)
    return HaltSeen(since=since, reason=halt.reason)


def _outbox(options: RunOptions, word: Word) -> OutboxSeen:
    try:
        unsent = unsent_of(options.state / OUTBOX)
    except StorageError as error:
        return OutboxSeen(problem=word(error))
    return OutboxSeen(waiting=unsent.count, oldest=unsent.oldest)
