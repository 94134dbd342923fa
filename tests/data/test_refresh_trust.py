"""What a refresh does not believe at once: short answers, holes, a lasting quarrel."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data.refreshing import (
    ASOF,
    BEFORE,
    CALENDAR,
    ONE,
    SESSIONS,
    TWO,
    Room,
    at,
    divided,
    series,
)
from khms_trader.domain.bars import RefreshOutcome
from khms_trader.domain.quality import QualityCode

Q = RefreshOutcome
ALL = CALENDAR.sessions(SESSIONS[0], date(2026, 12, 30))
HOLE = SESSIONS[-32]
SERVERS = pytest.mark.parametrize("has_many", [False, True])


def codes(room: Room, symbol: str = ONE) -> list[QualityCode]:
    return [p.code for p in room.store.problems() if p.symbol == symbol]


def asked(room: Room) -> list[str]:
    """Return the histories asked for since the last time."""
    found = list(room.source.asked)
    room.source.asked.clear()
    return found


@SERVERS
def test_a_short_first_answer_is_asked_for_again_until_it_is_whole(
    tmp_path: Path, *, has_many: bool
) -> None:
    room = Room(tmp_path, ONE, has_many=has_many)
    room.source.short[ONE] = 40
    room.refresh()
    first = len(room.stored(ONE))
    room.refresh(at=at("15:40"))
    room.source.short.clear()

    room.refresh()

    assert first == 40
    assert room.stored(ONE)[:-1] == series(ONE)[-100:-1]
    asked(room)
    room.refresh()
    assert asked(room) == []


@SERVERS
def test_a_young_listing_is_looked_before_once(
    tmp_path: Path, *, has_many: bool
) -> None:
    room = Room(tmp_path, has_many=has_many)
    room.source.bars[ONE] = series(ONE)[-2:]
    room.refresh()
    looks = [asked(room)]

    for moment in (at("15:40"), at("20:15")):
        room.refresh(at=moment)
        looks.append(asked(room))

    # An append is one history, or none where the many-symbol call serves.
    daily = [] if has_many else [ONE]
    assert looks == [[ONE, ONE], daily, daily]


def test_a_listing_day_taken_early_is_still_the_beginning_the_day_after(
    tmp_path: Path,
) -> None:
    room = Room(tmp_path)
    room.source.bars[ONE] = series(ONE)[-2:]
    room.clock.move_to(at("20:15", BEFORE))
    room.source.bars[ONE] = series(ONE, (*SESSIONS, ALL[len(SESSIONS)]))[-2:]
    room.refresh(at=at("15:40"))
    asked(room)

    room.refresh(at=at("15:40", ALL[len(SESSIONS)]))
    daily = asked(room)
    room.refresh()

    assert (daily, asked(room)) == ([ONE], [])


def test_a_young_listing_that_splits_keeps_its_beginning(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.source.bars[ONE] = series(ONE)[-30:]
    room.refresh()
    room.source.splits[ONE, ASOF] = 5
    room.refresh(at=at("20:15"))
    asked(room)

    room.refresh()

    assert QualityCode.REBASED in codes(room)
    assert asked(room) == []


@SERVERS
def test_a_hole_in_the_span_that_is_needed_is_fetched_and_filled(
    tmp_path: Path, *, has_many: bool
) -> None:
    room = Room(tmp_path, ONE, has_many=has_many)
    room.source.lacking = {(ONE, HOLE)}
    room.refresh()
    assert codes(room) == [QualityCode.MISSING_ROWS]
    room.source.lacking.clear()

    refreshed = room.refresh(at=at("15:40"))

    assert refreshed.outcomes == {ONE: Q.APPENDED}
    assert room.stored(ONE)[:-1] == series(ONE)[-101:-1]
    assert codes(room) == []


@SERVERS
def test_a_hole_of_the_source_itself_costs_a_request_every_twenty_sessions(
    tmp_path: Path, *, has_many: bool
) -> None:
    room = Room(tmp_path, has_many=has_many)
    room.source.bars[ONE] = series(ONE, ALL)
    room.source.lacking = {(ONE, HOLE)}
    room.refresh()
    asked(room)
    start = ALL.index(ASOF)

    looks = []
    for n, session in enumerate(ALL[start : start + 50]):
        room.refresh(at=at("20:15", session))
        looks += [n] * len(asked(room))
        room.refresh()
        assert asked(room) == []

    # A virtual key asks for a history every evening anyhow.
    assert looks == ([0, 20, 40] if has_many else list(range(50)))
    stored = room.stored(ONE)
    assert stored == room.source.truth(ONE)[-len(stored) :]


def test_the_same_evening_a_hole_is_looked_for_once(tmp_path: Path) -> None:
    room = Room(tmp_path, ONE)
    room.source.lacking = {(ONE, HOLE), (ONE, SESSIONS[-60])}
    room.refresh()
    asked(room)

    outcomes = [room.refresh().outcomes[ONE] for _ in range(3)]

    assert asked(room) == [ONE]
    assert outcomes == [Q.UNCHANGED] * 3


def test_a_hole_seen_after_the_last_look_is_worth_another(tmp_path: Path) -> None:
    following = ALL[len(SESSIONS)]
    room = Room(tmp_path, has_many=True)
    room.source.bars[ONE] = series(ONE, ALL)
    room.source.lacking = {(ONE, HOLE), (ONE, ASOF)}
    room.refresh()
    room.refresh()
    room.refresh(at=at("20:15", following))
    asked(room)
    room.source.lacking = {(ONE, HOLE)}

    room.refresh()

    assert asked(room) == [ONE]
    assert ASOF in [bar.session for bar in room.stored(ONE)]


def test_a_look_too_short_to_see_the_hole_is_none(tmp_path: Path) -> None:
    room = Room(tmp_path, ONE)
    room.source.lacking = {(ONE, HOLE)}
    room.refresh()
    room.source.short[ONE] = 20
    room.refresh()
    room.source.short.clear()
    asked(room)

    room.refresh()

    assert asked(room) == [ONE]


def test_a_hole_before_the_span_that_is_needed_is_left_alone(tmp_path: Path) -> None:
    room = Room(tmp_path, ONE)
    room.source.lacking = {(ONE, SESSIONS[-130])}
    room.refresh(sessions=180)
    asked(room)

    room.refresh()

    assert asked(room) == []


def a_quarrel(folder: Path) -> Room:
    """Return a room whose stored bars the source corrected the day after."""
    room = Room(folder)
    room.source.bars[ONE] = series(ONE, ALL)
    room.refresh()
    bars, wrong = room.source.bars[ONE], len(SESSIONS) - 5
    bars[wrong] = replace(bars[wrong], close=60_000, high=60_000)
    return room


def test_a_quarantine_ends_when_another_lookback_no_longer_needs_the_history(
    tmp_path: Path,
) -> None:
    room = Room(tmp_path, ONE)
    room.refresh()
    right = list(room.source.bars[ONE])
    room.source.bars[ONE][-5] = replace(right[-5], close=60_000)
    room.refresh(sessions=180)
    assert codes(room) == [QualityCode.OVERLAP_MISMATCH]
    room.source.bars[ONE] = right

    room.refresh()

    assert codes(room) == []


def test_a_source_that_stays_with_its_correction_is_taken_anew_after_a_week(
    tmp_path: Path,
) -> None:
    room = a_quarrel(tmp_path)
    start = ALL.index(ASOF)

    outcomes = [
        room.refresh(at=at("20:15", session)).outcomes[ONE]
        for session in ALL[start : start + 6]
    ]

    assert outcomes == [Q.QUARANTINED] * 4 + [Q.FILLED, Q.APPENDED]
    stored = room.stored(ONE)
    assert stored == room.source.truth(ONE)[-len(stored) :]
    assert QualityCode.OVERLAP_MISMATCH not in codes(room)


def test_nothing_is_taken_anew_at_the_first_quarrel(tmp_path: Path) -> None:
    room = a_quarrel(tmp_path)

    refreshed = room.refresh(at=at("20:15", ALL[ALL.index(ASOF) + 9]))

    assert refreshed.outcomes == {ONE: Q.QUARANTINED}


def test_a_final_bar_costs_no_request_even_on_the_morning_of_an_ex_day(
    tmp_path: Path,
) -> None:
    """The new basis is seen one session later: see docs/decisions/0008."""
    room = Room(tmp_path, ONE, TWO)
    following = ALL[len(SESSIONS)]
    room.refresh(at=at("20:15"))
    asked(room)
    longer = series(ONE, (*SESSIONS, following))
    room.source.bars[ONE] = [divided(bar, 5) for bar in longer]

    morning = room.refresh(ONE, at=at("07:50", following))
    evening = room.refresh(ONE, at=at("15:40", following))

    assert morning.outcomes == {ONE: Q.UNCHANGED}
    assert evening.outcomes == {ONE: Q.REBASED}
    assert room.stored(ONE)[:-1] == [divided(bar, 5) for bar in longer[-101:-1]]
