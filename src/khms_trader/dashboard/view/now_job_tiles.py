"""The tiles of what comes next, what was last and who runs it. Pure."""

from datetime import datetime, timedelta
from typing import Final

from khms_trader.dashboard.ages import age, until
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.view import now_words as texts
from khms_trader.dashboard.view.now import Now, Pilot
from khms_trader.dashboard.view.tile_html import Tile, Tone
from khms_trader.dashboard.words import (
    DASH,
    JOBS,
    NO_SCHEDULER,
    SILENT_SCHEDULER,
    day,
    moment,
)
from khms_trader.domain.events import RunFailed
from khms_trader.errors import KhmsTraderError
from khms_trader.planning.state_market import Job
from khms_trader.planning.state_view import Whose

_SOON: Final = timedelta(minutes=5)


def job_tiles(now: Now, room: Room) -> tuple[Tile, ...]:
    """Return the tiles of what comes next and what was last."""
    failed = (_failed(each, now, room) for each in now.told.failed)
    return (
        _coming(now),
        _prepared(now),
        _executed(now),
        *(tile for tile in failed if tile),
        _beat(now),
    )


def _coming(now: Now) -> Tile:
    coming, label = now.coming, "다음 작업"
    job = JOBS.get(coming.job, coming.job)
    if coming.pilot is Pilot.AT_WORK:
        return Tile(label=label, value=f"{job} 중", tone=Tone.GOOD)
    is_alone = coming.pilot is Pilot.NOBODY
    if is_alone and now.problem:
        return _unknown(label)
    # Who never had a scheduler runs the jobs by hand, and nothing is wrong.
    is_dead = is_alone and now.heartbeat is not None
    note = texts.DEAD_SCHEDULER if is_dead else texts.BY_HAND
    left = None if coming.at is None else coming.at - now.at
    when = f"{day(coming.at.date())} {coming.at:%H:%M}" if coming.at else ""
    return Tile(
        label=label,
        value=job if left is None else until(left),
        sub=f"{job} · {when}" if when else texts.AT_ONCE,
        age=note if is_alone else texts.BY_SCHEDULER,
        is_stale=is_dead,
        tone=Tone.GOOD if left is not None and left <= _SOON else Tone.PLAIN,
    )


def _prepared(now: Now) -> Tile:
    plan = now.told.prepared
    if now.problem:
        return _unknown("마지막 계획")
    if plan is None:
        return Tile(label="마지막 계획", value=DASH, sub="만든 계획이 없습니다")
    return Tile(
        label="마지막 계획",
        value=day(plan.session),
        sub=f"매수 {plan.buys} · 매도 {plan.sells} · 빈자리 {plan.slots_free}",
        age=_when(plan.at, now.at),
    )


def _unknown(label: str) -> Tile:
    return Tile(label=label, value=texts.NOT_KNOWN, sub=texts.UNREAD)


def _when(at: datetime, now: datetime) -> str:
    return f"{age(at, now, fresh_for=None).text} · {moment(at, now)}"


def _failed(failed: RunFailed, now: Now, room: Room) -> Tile | None:
    """Return the tile of a failure that nothing made good since."""
    told = now.told
    since = {
        Job.PREPARE: (told.prepared,),
        # One that began anew speaks for itself.
        Job.EXECUTE: (told.started, told.ended),
    }
    good = since.get(Job(failed.job), ()) if failed.job in set(Job) else ()
    if any(each is not None and each.at > failed.at for each in good):
        return None
    return Tile(
        label=f"마지막 {JOBS.get(failed.job, failed.job)}",
        value="실패",
        sub=room.say(KhmsTraderError(failed.code)),
        age=_when(failed.at, now.at),
        tone=Tone.ALARM,
    )


def _executed(now: Now) -> Tile:
    label, started = "마지막 실행", now.told.started
    if now.problem:
        return _unknown(label)
    if started is None:
        return Tile(label=label, value=DASH, sub="실행한 적이 없습니다")
    ended = now.told.ended
    is_over = ended is not None and ended.at >= started.at
    at = ended.at if ended is not None and is_over else started.at
    return Tile(
        label=label,
        value=day(started.session),
        sub=_outcome(now, is_over=is_over),
        age=_when(at, now.at),
        tone=Tone.PLAIN if is_over or now.holder else Tone.CAUTION,
    )


def _outcome(now: Now, *, is_over: bool) -> str:
    if not is_over:
        return "실행 중" if now.holder else "끝나지 않음"
    started = now.told.started
    is_today = started is not None and started.session == now.at.date()
    sent = [row for row in now.orders if row.whose is Whose.PLAN]
    filled = sum(1 for row in sent if row.filled_quantity)
    if is_today and sent:
        return f"주문 {len(sent)}건 · 체결 {filled}건"
    return "끝남"


def _beat(now: Now) -> Tile:
    beat = now.heartbeat
    if beat is None:
        return Tile(label="스케줄러", value=NO_SCHEDULER, sub=texts.NEVER_SCHEDULED)
    seen = age(beat.at, now.at, fresh_for=None)
    if not now.is_alive:
        return Tile(
            label="스케줄러",
            value=SILENT_SCHEDULER,
            sub=f"마지막 신호 {moment(beat.at, now.at)}",
            age=seen.text,
            is_stale=True,
            tone=Tone.CAUTION,
        )
    return Tile(
        label="스케줄러",
        value="켜짐",
        sub=" · ".join(beat.times),
        age=f"신호 {seen.text}",
        tone=Tone.GOOD,
    )
