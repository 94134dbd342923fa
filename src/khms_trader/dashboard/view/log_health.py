"""How the machine, the scheduler and the line to the server are, as tiles. Pure.

Every tile says how old its value is, and one that is bad what to do about it. Limits
are those of check-up and watchdog, never its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from khms_trader.dashboard.ages import age, until
from khms_trader.dashboard.room import Kind, Room
from khms_trader.dashboard.sources import Halt, Health, Heartbeat, Holder
from khms_trader.dashboard.view import log_health_words as words
from khms_trader.dashboard.view.tile_html import Tile, Tone
from khms_trader.dashboard.words import JOBS
from khms_trader.planning.checkup import (
    CLOCK_CAUTION,
    CLOCK_PROBLEM,
    DISK_CAUTION,
    DISK_PROBLEM,
)
from khms_trader.planning.watchdog import BUSY_AGE, HEARTBEAT_AGE, UNSENT_AGE

SLOW_ANSWER: Final = 3.0
"""Seconds after which an answer of the server is slow; it usually takes 0.1."""

_NOW: Final = "방금 확인"
_LONG: Final = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Everything the section 상태 is made of, read at ``now``.

    Attributes:
        newest_event: when the journal was last written.
        versions: of what runs, by name.
    """

    now: datetime
    kind: Kind
    health: Health
    heartbeat: Heartbeat | None = None
    halt: Halt | None = None
    holder: Holder | None = None
    newest_event: datetime | None = None
    is_stale: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)


def body_of(room: Room, versions: Mapping[str, str]) -> Body:
    """Return how things are now.

    Raises:
        StorageError: the journal cannot be read.
    """
    return Body(
        now=room.clock.now(),
        kind=room.kind,
        health=room.machine.health(),
        heartbeat=room.machine.heartbeat(),
        halt=room.machine.halt(),
        holder=room.machine.holder(),
        newest_event=room.journal.last_event_at(),
        is_stale=room.journal.is_stale,
        versions=versions,
    )


def health_tiles(body: Body) -> tuple[Tile, ...]:
    """Return a tile for each part, the worst first."""
    loudness = {Tone.ALARM: 0, Tone.CAUTION: 1}
    tiles = [
        *_scheduler(body),
        *_server(body),
        *_machine(body),
        _versions(body),
    ]
    tiles = [replace(t, is_wide=len(t.sub) > _LONG) for t in tiles]
    return tuple(sorted(tiles, key=lambda tile: loudness.get(tile.tone, 2)))


def troubles_of(tiles: tuple[Tile, ...]) -> int:
    """Return how many tiles want to be looked at."""
    return sum(tile.tone in {Tone.ALARM, Tone.CAUTION} for tile in tiles)


def _scheduler(body: Body) -> Iterator[Tile]:
    if body.halt is not None:
        yield Tile(
            label=words.HALT,
            value="정지 중",
            sub=words.halted(body.halt.reason),
            age=body.halt.since,
            tone=Tone.ALARM,
        )
    yield _heartbeat(body)
    yield _holder(body)


def _heartbeat(body: Body) -> Tile:
    beat = body.heartbeat
    if beat is None:
        return Tile(
            label=words.SCHEDULER,
            value="꺼져 있음",
            sub=words.NO_SCHEDULER,
            age=_NOW,
            tone=Tone.QUIET,
        )
    limit = BUSY_AGE if beat.running else HEARTBEAT_AGE
    told = age(beat.at, body.now, fresh_for=limit)
    job = JOBS.get(beat.running, beat.running)
    return Tile(
        label=words.SCHEDULER,
        value="응답 없음" if told.is_stale else f"{job} 중" if job else "돌고 있음",
        sub=words.SCHEDULER_SILENT if told.is_stale else "",
        age=f"신호 {told.caption}",
        is_stale=told.is_stale,
        tone=Tone.ALARM if told.is_stale else Tone.GOOD,
    )


def _holder(body: Body) -> Tile:
    holder = body.holder
    if holder is None:
        return Tile(label=words.AT_WORK, value="없음", age=_NOW)
    return Tile(
        label=words.AT_WORK,
        value=words.PURPOSES.get(holder.purpose, holder.purpose),
        sub=f"프로세스 {holder.pid}",
        age=_NOW,
    )


def _server(body: Body) -> Iterator[Tile]:
    if body.kind is Kind.PAPER:
        yield Tile(
            label=words.SERVER, value="쓰지 않음", sub=words.PAPER, tone=Tone.QUIET
        )
        return
    yield _pace(body)
    yield _token(body)
    yield _clock(body)
    yield _latency(body)


def _pace(body: Body) -> Tile:
    seconds = body.health.request_seconds
    if not seconds:
        return Tile(label=words.PACE, value="알 수 없음")
    last = age(body.health.last_request_at, body.now, fresh_for=None)
    return Tile(
        label=words.PACE,
        value=f"초당 최대 {1 / seconds:.1f}회",
        sub=f"{seconds:g}초에 한 번, 모든 프로그램이 함께 씀",
        age=f"마지막 요청 {last.text}",
    )


def _token(body: Body) -> Tile:
    issued, expires = body.health.token_issued_at, body.health.token_expires_at
    if issued is None or expires is None:
        return Tile(label=words.TOKEN, value="없음", sub=words.NO_TOKEN, age=_NOW)
    told = f"발급 {age(issued, body.now, fresh_for=None).text}"
    left = expires - body.now
    if left <= timedelta(0):
        return Tile(
            label=words.TOKEN,
            value="만료됨",
            sub=words.NO_TOKEN,
            age=told,
            is_stale=True,
        )
    return Tile(label=words.TOKEN, value=f"{until(left)} 남음", age=told)


def _clock(body: Body) -> Tile:
    offset = body.health.clock_offset_seconds
    if offset is None:
        return Tile(label=words.CLOCK, value="아직 모름", sub=words.NO_ANSWER_YET)
    told = timedelta(seconds=abs(offset))
    is_practice = body.kind is Kind.PRACTICE
    tone = Tone.GOOD
    if told > CLOCK_CAUTION:
        tone = Tone.ALARM if told > CLOCK_PROBLEM else Tone.CAUTION
    advice = words.PRACTICE_CLOCK if is_practice else words.CLOCK_OFF
    return Tile(
        label=words.CLOCK,
        value=f"{abs(offset):.1f}초",
        sub="" if tone is Tone.GOOD else advice,
        age=_answered(body),
        tone=tone,
    )


def _latency(body: Body) -> Tile:
    seconds = body.health.latency_seconds
    if seconds is None:
        return Tile(label=words.LATENCY, value="아직 모름", sub=words.NO_ANSWER_YET)
    is_slow = seconds > SLOW_ANSWER
    return Tile(
        label=words.LATENCY,
        value=f"{seconds:.2f}초",
        sub=words.SLOW if is_slow else "",
        age=_answered(body),
        tone=Tone.CAUTION if is_slow else Tone.GOOD,
    )


def _answered(body: Body) -> str:
    return age(body.health.last_request_at, body.now, fresh_for=None).text


def _machine(body: Body) -> Iterator[Tile]:
    yield _disk(body.health.disk_free)
    yield _outbox(body)
    yield _journal(body)


def _disk(free: int | None) -> Tile:
    if free is None:
        return Tile(label=words.DISK, value="알 수 없음")
    tone, advice = Tone.GOOD, ""
    if free < DISK_CAUTION:
        tone, advice = Tone.CAUTION, words.DISK_LOW
    if free < DISK_PROBLEM:
        tone, advice = Tone.ALARM, words.DISK_FULL
    return Tile(
        label=words.DISK, value=words.size(free), sub=advice, age=_NOW, tone=tone
    )


def _outbox(body: Body) -> Tile:
    waiting, oldest = body.health.outbox_waiting, body.health.outbox_oldest
    if waiting is None:
        return Tile(
            label=words.OUTBOX,
            value="읽지 못함",
            sub=words.OUTBOX_UNREAD,
            tone=Tone.CAUTION,
        )
    if not waiting:
        return Tile(label=words.OUTBOX, value="없음", age=_NOW, tone=Tone.GOOD)
    told = age(oldest, body.now, fresh_for=UNSENT_AGE)
    return Tile(
        label=words.OUTBOX,
        value=f"{waiting:,}건",
        sub=words.UNSENT if told.is_stale else "",
        age=f"가장 오래된 것 {told.text}",
        is_stale=told.is_stale,
        tone=Tone.ALARM if told.is_stale else Tone.PLAIN,
    )


def _journal(body: Body) -> Tile:
    count, is_locked = body.health.journal_bytes, body.health.is_read_only
    is_doubtful = is_locked or body.is_stale
    told = age(body.newest_event, body.now, fresh_for=None).text
    return Tile(
        label=words.JOURNAL,
        value="없음" if count is None else words.size(count),
        sub=words.READ_ONLY if is_doubtful else "",
        age=f"마지막 기록 {told}" if body.newest_event else "기록 없음",
        is_stale=is_doubtful,
        tone=Tone.CAUTION if is_doubtful else Tone.PLAIN,
    )


def _versions(body: Body) -> Tile:
    told = " · ".join(f"{name} {number}" for name, number in body.versions.items())
    main = body.versions.get("khms_trader", "알 수 없음")
    return Tile(label=words.VERSIONS, value=main, sub=told)
