"""The tiles, badges and notices of the page 지금. Pure.

Every tile says how old its figure is; one that is too old says so in amber.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from khms_trader.dashboard.ages import Age, age
from khms_trader.dashboard.room import Kind, Room
from khms_trader.dashboard.view import now_words as texts
from khms_trader.dashboard.view.notes import Level, Note
from khms_trader.dashboard.view.now import Now
from khms_trader.dashboard.view.now_change import DayChange
from khms_trader.dashboard.view.tile_html import Badge, Tile, Tone
from khms_trader.dashboard.words import (
    JOBS,
    KINDS,
    day,
    moment,
    signed_percent,
    signed_won,
    silent,
    won,
)
from khms_trader.performance.equity import is_complete
from khms_trader.performance.flows import FlowKind

_KIND_TONES: Final = {
    Kind.PAPER: Tone.CAUTION,
    Kind.PRACTICE: Tone.CAUTION,
    Kind.VIRTUAL: Tone.GOOD,
}


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
    if now.missed:
        yield _note(Level.ALARM, now.missed.text)
    for session, why in now.spoilt:
        yield _note(Level.ALARM, texts.spoilt(day(session), why))
    yield from _of_the_line(now)


def _of_the_line(now: Now) -> Iterator[Note]:
    """Yield why the account is not renewed."""
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
    if now.problem:
        return texts.NOT_KNOWN
    if change is None and _is_unpriced(now):
        return texts.UNPRICED
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


def _is_unpriced(now: Now) -> bool:
    accounts = (now.account, now.told.before)
    return any(each is not None and not is_complete(each) for each in accounts)


def _held_text(now: Now, room: Room) -> str:
    if now.problem:
        return f"보유 {len(now.apart)}종목"
    apart = f" · 그 밖 {len(now.apart)}종목" if now.apart else ""
    return f"전략 {len(now.held)}/{room.max_positions}종목{apart}"
