"""How the machine, the scheduler and the line to the server are, as tiles. Pure.

Every tile says how old its value is, and one that is bad what to do about it. Limits
are those of check-up and watchdog, never its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from khms_trader.dashboard.ages import age
from khms_trader.dashboard.view import log_health_words as words
from khms_trader.dashboard.view.life import allowed_silence
from khms_trader.dashboard.view.log_health_body import Body
from khms_trader.dashboard.view.log_health_server import server_tiles
from khms_trader.dashboard.view.tile_html import Tile, Tone
from khms_trader.dashboard.words import JOBS, NO_SCHEDULER, SILENT_SCHEDULER
from khms_trader.planning.checkup import DISK_CAUTION, DISK_PROBLEM
from khms_trader.planning.watchdog import UNSENT_AGE

_LONG: Final = 34


def health_tiles(body: Body) -> tuple[Tile, ...]:
    """Return a tile for each part, the worst first."""
    loudness = {Tone.ALARM: 0, Tone.CAUTION: 1}
    tiles = [
        *_scheduler(body),
        *server_tiles(body),
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
    if body.missed is not None:
        yield Tile(
            label=words.MISSED,
            value=JOBS.get(body.missed.job, body.missed.job),
            sub=body.missed.text,
            age=words.JUST_SEEN,
            tone=Tone.ALARM,
        )
    yield _heartbeat(body)
    yield _holder(body)


def _heartbeat(body: Body) -> Tile:
    beat = body.heartbeat
    if beat is None:
        return Tile(
            label=words.SCHEDULER,
            value=NO_SCHEDULER,
            sub=words.NO_SCHEDULER,
            age=words.JUST_SEEN,
            tone=Tone.QUIET,
        )
    told = age(beat.at, body.now, fresh_for=allowed_silence(beat))
    job = JOBS.get(beat.running, beat.running)
    return Tile(
        label=words.SCHEDULER,
        value=SILENT_SCHEDULER if told.is_stale else f"{job} 중" if job else "켜짐",
        sub=words.SCHEDULER_SILENT if told.is_stale else "",
        age=f"신호 {told.caption}",
        is_stale=told.is_stale,
        tone=Tone.ALARM if told.is_stale else Tone.GOOD,
    )


def _holder(body: Body) -> Tile:
    holder = body.holder
    if holder is None:
        return Tile(label=words.AT_WORK, value="없음", age=words.JUST_SEEN)
    return Tile(
        label=words.AT_WORK,
        value=words.PURPOSES.get(holder.purpose, holder.purpose),
        sub=f"프로세스 {holder.pid}",
        age=words.JUST_SEEN,
    )


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
        label=words.DISK,
        value=words.size(free),
        sub=advice,
        age=words.JUST_SEEN,
        tone=tone,
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
        return Tile(
            label=words.OUTBOX, value="없음", age=words.JUST_SEEN, tone=Tone.GOOD
        )
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
