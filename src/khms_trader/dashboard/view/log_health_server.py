"""The tiles of the line to the broker's server: account, pace, token, clock. Pure."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from khms_trader.dashboard.ages import age, ago, until
from khms_trader.dashboard.room import Kind
from khms_trader.dashboard.view import log_health_words as words
from khms_trader.dashboard.view.log_health_body import Body
from khms_trader.dashboard.view.tile_html import Tile, Tone
from khms_trader.dashboard.words import gives_way, moment, silent
from khms_trader.planning.checkup import CLOCK_CAUTION, CLOCK_PROBLEM

SLOW_ANSWER: Final = 3.0
"""Seconds after which an answer of the server is slow; it usually takes 0.1."""


def server_tiles(body: Body) -> Iterator[Tile]:
    """Yield a tile for each part of the line; paper has none, but may fail."""
    if body.kind is Kind.PAPER:
        yield Tile(
            label=words.SERVER, value="쓰지 않음", sub=words.PAPER, tone=Tone.QUIET
        )
        if body.live.problem:
            yield _account(body)
        return
    yield _account(body)
    yield _pace(body)
    yield _token(body)
    yield _clock(body)
    yield _latency(body)


def _account(body: Body) -> Tile:
    live = body.live
    if live.problem:
        return _tile(body, "실패", live.problem, tone=Tone.ALARM)
    if silence := live.silence(body.now):
        told = silent(silence.total_seconds())
        return _tile(body, "답 없음", told, tone=Tone.CAUTION)
    if live.gives_way_to:
        return _tile(body, "쉬는 중", gives_way(live.gives_way_to))
    if live.is_renewing or live.account is None:
        return _tile(body, "조회 중" if live.is_renewing else "아직 없음")
    if _is_old(body):
        is_locked = body.health.is_read_only or body.is_stale
        advice = words.NOT_ASKED if is_locked else words.NOT_RENEWED
        return _tile(body, "오래된 값", advice, tone=Tone.CAUTION)
    return _tile(body, "정상", tone=Tone.GOOD)


def _tile(body: Body, value: str, sub: str = "", *, tone: Tone = Tone.PLAIN) -> Tile:
    live = body.live
    told: list[str] = []
    if live.problem_at is not None:
        elapsed = ago(body.now - live.problem_at)
        told.append(f"{elapsed} 실패({moment(live.problem_at, body.now)})")
    if live.read_at is not None:
        elapsed = ago(body.now - live.read_at)
        told.append(f"{elapsed} 값({moment(live.read_at, body.now)})")
    return Tile(
        label=words.ACCOUNT,
        value=value,
        sub=sub,
        age=" · ".join(told),
        is_stale=_is_old(body),
        tone=tone,
    )


def _is_old(body: Body) -> bool:
    fresh = timedelta(seconds=body.live.fresh_seconds)
    return age(body.live.read_at, body.now, fresh_for=fresh).is_stale


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
    told = words.JUST_SEEN
    if issued is not None:
        told = f"발급 {age(issued, body.now, fresh_for=None).text}"
    if body.live.is_token_problem:
        return Tile(
            label=words.TOKEN,
            value="없음" if issued is None else "거부됨",
            sub=words.TOKEN_REFUSED,
            age=told,
            tone=Tone.CAUTION,
        )
    if issued is None or expires is None:
        return Tile(label=words.TOKEN, value="없음", sub=words.NO_TOKEN, age=told)
    left = expires - body.now
    is_over = left <= timedelta(0)
    return Tile(
        label=words.TOKEN,
        value="만료됨" if is_over else f"{until(left)} 남음",
        sub=words.NO_TOKEN if is_over else "",
        age=told,
        is_stale=is_over,
    )


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
    tone, value, sub = Tone.GOOD, f"{seconds:.2f}초", ""
    if seconds > SLOW_ANSWER:
        tone, sub = Tone.CAUTION, words.SLOW
    if _failure(body):
        # The seconds are those of an answer before, or of the refusal itself.
        tone = Tone.CAUTION
        value = "답 없음" if body.live.silence(body.now) else "실패"
        sub = f"{_failure(body)} {words.answered_in(seconds)}"
    return Tile(
        label=words.LATENCY, value=value, sub=sub, age=_answered(body), tone=tone
    )


def _failure(body: Body) -> str:
    """Return that the newest request brought nothing; empty when it did."""
    if silence := body.live.silence(body.now):
        return silent(silence.total_seconds())
    return words.FAILED if body.live.problem else ""


def _answered(body: Body) -> str:
    """Return how old the newest answer is: not that of a request without one."""
    at = body.live.orders_at
    if at is None and not _failure(body):
        at = body.health.last_request_at
    return "" if at is None else age(at, body.now, fresh_for=None).text
