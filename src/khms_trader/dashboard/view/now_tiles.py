"""The tiles, badges and notices of the page 지금. Pure.

Every tile says how old its figure is; one that is too old says so in amber.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from khms_trader.dashboard.ages import Age, age, until
from khms_trader.dashboard.room import Kind, Room
from khms_trader.dashboard.view import now_words as texts
from khms_trader.dashboard.view.notes import Level, Note
from khms_trader.dashboard.view.now import Now, Pilot
from khms_trader.dashboard.view.now_change import DayChange
from khms_trader.dashboard.view.tile_html import Badge, Tile, Tone
from khms_trader.dashboard.words import (
    DASH,
    JOBS,
    KINDS,
    NO_SCHEDULER,
    SILENT_SCHEDULER,
    day,
    moment,
    signed_percent,
    signed_won,
    silent,
    won,
)
from khms_trader.errors import KhmsTraderError
from khms_trader.performance.flows import FlowKind

_KIND_TONES: Final = {
    Kind.PAPER: Tone.CAUTION,
    Kind.PRACTICE: Tone.CAUTION,
    Kind.VIRTUAL: Tone.GOOD,
}
_SOON: Final = timedelta(minutes=5)


def badges(now: Now, room: Room) -> tuple[Badge, ...]:
    """Return what state the account is in, in a word each."""
    found = [Badge(text=KINDS[room.kind], tone=_KIND_TONES[room.kind])]
    if room.account_number:
        found.append(Badge(text=room.account_number))
    if now.halt is not None:
        found.append(Badge(text="정지", tone=Tone.ALARM))
    if not now.told.is_confirmed and not now.problem:
        found.append(Badge(text="확인 전", tone=Tone.CAUTION))
    if now.holder is not None:
        job = JOBS.get(now.holder.purpose, "작업")
        found.append(Badge(text=f"{job} 중", tone=Tone.GOOD))
    found.append(Badge(text=_market_word(now)))
    return tuple(found)


def _market_word(now: Now) -> str:
    market = now.market
    if market.opens_at is None:
        return "휴장"
    if market.is_open(now.at):
        return "장중"
    return "장 전" if now.at < market.opens_at else "장 마감"


def alarms(now: Now) -> tuple[Note, ...]:
    """Return what a person should read before any figure."""
    return tuple(_alarms(now))


def cautions(now: Now) -> tuple[Note, ...]:
    """Return what a person should know beside the figures."""
    return tuple(_cautions(now))


def _alarms(now: Now) -> Iterator[Note]:
    if now.unknown:
        yield _note(Level.ALARM, texts.UNKNOWN, texts.RESOLVE)
    if now.halt is not None:
        reason = f" 이유: {now.halt.reason}" if now.halt.reason else ""
        yield _note(Level.ALARM, texts.HALTED + reason, texts.UNHALT)
    if now.problem:
        yield _note(Level.ALARM, now.problem)
    for session, why in now.spoilt:
        yield _note(Level.ALARM, texts.spoilt(day(session), why))
    shown = moment(now.live.read_at, now.at) if now.live.read_at else ""
    if now.live.gives_way_to:
        yield _note(Level.NOTE, texts.gives_way(now.live.gives_way_to, shown))
    elif silence := now.live.silence(now.at):
        told = silent(silence.total_seconds())
        yield _note(Level.WARNING, texts.not_renewed(told, shown))
        if now.account is None:
            yield _note(Level.NOTE, texts.NOTHING_READ)
    elif now.live.problem and not _is_same(now.live.problem, now.problem):
        yield _note(Level.WARNING, texts.not_renewed(now.live.problem, shown))
    elif now.account is None and not now.live.problem:
        yield _note(Level.NOTE, texts.NOTHING_READ)


def _cautions(now: Now) -> Iterator[Note]:
    if not now.told.is_confirmed and not now.problem:
        yield _note(Level.WARNING, texts.UNCONFIRMED, texts.CONFIRM)
    if any(not each.is_moving for each in now.differences):
        yield _note(Level.WARNING, texts.DIFFERS)


def _is_same(one: str, other: str) -> bool:
    """Return True for one trouble with one file, whatever the reason in brackets."""
    return one.partition(" (")[0] == other.partition(" (")[0]


def _note(level: Level, text: str, command: str = "") -> Note:
    return Note(level=level, text=text, command=command)


def money_tiles(now: Now, room: Room) -> tuple[Tile, ...]:
    """Return the tiles of cash, total and profit."""
    account = now.account
    if account is None:
        return ()
    seen = _seen(now)
    change = now.change
    return (
        Tile(
            label="총자산",
            value=won(account.total),
            sub=_change_text(now),
            trend=change.won if change else 0,
            age=seen.caption,
            is_stale=seen.is_stale,
            is_wide=True,
        ),
        Tile(
            label="현금(예수금)",
            value=won(account.cash),
            sub=f"주문 가능 {won(account.spendable)}",
            age=seen.caption,
            is_stale=seen.is_stale,
        ),
        Tile(
            label="D+2 현금",
            value=won(account.cash_d2),
            sub="결제가 끝난 뒤의 예수금",
            age=seen.caption,
            is_stale=seen.is_stale,
        ),
        Tile(
            label="평가손익",
            value=signed_won(now.profit),
            sub=_held_text(now, room),
            trend=now.profit,
            is_trending=True,
            age=seen.caption,
            is_stale=seen.is_stale,
        ),
    )


def job_tiles(now: Now, room: Room) -> tuple[Tile, ...]:
    """Return the tiles of what comes next and what was last."""
    return (
        _coming(now),
        _prepared(now),
        _executed(now, room),
        _beat(now),
    )


def _seen(now: Now) -> Age:
    fresh = timedelta(seconds=now.live.fresh_seconds)
    found = age(now.live.read_at, now.at, fresh_for=fresh)
    source = texts.source_of(now.live)
    text = f"{found.text} {source}".strip()
    if silence := now.live.silence(now.at):
        text += f" · {texts.unanswered(silence.total_seconds())}"
    elif now.live.is_renewing:
        text += " · 조회 중"
    return Age(text=text, is_stale=found.is_stale)


def _change_text(now: Now) -> str:
    change = now.change
    if change is None:
        return "견줄 이전 기록이 아직 없습니다"
    since = texts.since(change.since, is_day_before=change.is_day_before)
    if change.flow is None:
        return f"{_moved(change)} · {since}"
    if change.flow.kind is FlowKind.RESET:
        return texts.reset(change.since)
    return f"{_moved(change)} · {since} · {texts.without(change.flow)}"


def _moved(change: DayChange) -> str:
    return f"{signed_won(change.won)} ({signed_percent(change.percent)})"


def _held_text(now: Now, room: Room) -> str:
    apart = f" · 그 밖 {len(now.apart)}종목" if now.apart else ""
    return f"전략 {len(now.held)}/{room.max_positions}종목{apart}"


def _coming(now: Now) -> Tile:
    coming, label = now.coming, "다음 작업"
    job = JOBS.get(coming.job, coming.job)
    if coming.pilot is Pilot.AT_WORK:
        return Tile(label=label, value=f"{job} 중", tone=Tone.GOOD)
    is_alone = coming.pilot is Pilot.NOBODY
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
    if plan is None:
        return Tile(label="마지막 계획", value=DASH, sub="만든 계획이 없습니다")
    return Tile(
        label="마지막 계획",
        value=day(plan.session),
        sub=f"매수 {plan.buys} · 매도 {plan.sells} · 빈자리 {plan.slots_free}",
        age=_when(plan.at, now.at),
    )


def _when(at: datetime, now: datetime) -> str:
    return f"{age(at, now, fresh_for=None).text} · {moment(at, now)}"


def _executed(now: Now, room: Room) -> Tile:
    label, started, failed = "마지막 실행", now.told.started, now.told.failed
    if failed is not None and (started is None or failed.at > started.at):
        return Tile(
            label=f"마지막 {JOBS.get(failed.job, failed.job)}",
            value="실패",
            sub=room.say(KhmsTraderError(failed.code)),
            age=age(failed.at, now.at, fresh_for=None).text,
            tone=Tone.ALARM,
        )
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
    filled = sum(1 for row in now.orders if row.filled_quantity)
    if is_today and now.orders:
        return f"주문 {len(now.orders)}건 · 체결 {filled}건"
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
