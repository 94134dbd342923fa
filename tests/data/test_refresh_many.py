"""With a real key the newest day of thirty symbols costs one request."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from data.refreshing import (
    ASOF,
    CALENDAR,
    EARLY_PART,
    ONE,
    SESSIONS,
    THREE,
    TWO,
    Room,
    at,
    divided,
    series,
)
from khms_trader.domain.bars import RefreshOutcome
from khms_trader.errors import BrokerUnavailable, NotInVirtual, TokenRefused

Q = RefreshOutcome


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A store that was refreshed on the evening of the session before."""
    room = Room(tmp_path, ONE, TWO, THREE, has_many=True)
    room.refresh()
    room.source.asked.clear()
    return room


def test_symbols_that_lack_but_the_day_need_no_history(room: Room) -> None:
    refreshed = room.refresh(at=at("15:35"))

    assert refreshed.of(Q.APPENDED) == (ONE, TWO, THREE)
    assert room.source.calls == [(ONE, TWO, THREE)]
    assert room.source.asked == []
    early = int(series(ONE)[-1].volume * EARLY_PART)
    newest = replace(series(ONE)[-1], volume=early)
    assert room.stored(ONE) == [*series(ONE)[-101:-1], newest]


def test_seventeen_hundred_symbols_take_fifty_seven_requests_and_the_exceptions(
    tmp_path: Path,
) -> None:
    symbols = [f"{n:05d}0" for n in range(1_700)]
    room = Room(tmp_path, has_many=True)
    room.source.bars = {symbol: series(symbol, SESSIONS[-25:]) for symbol in symbols}
    room.refresh()
    split, fresh = symbols[3], "999990"
    room.source.splits[split, ASOF] = 2
    room.source.bars[fresh] = series(fresh)[-5:]
    before = room.source.requests

    refreshed = room.refresh(at=at("15:40"))

    assert len(room.source.calls) == 57
    # A split asks twice, and a young listing whether there is nothing older.
    assert room.source.requests - before == 57 + 4
    assert room.source.asked[-4:] == [split, split, fresh, fresh]
    assert refreshed.of(Q.REBASED) == (split,)
    assert len(refreshed.of(Q.APPENDED)) == 1_699


@pytest.mark.parametrize(
    "moment",
    [
        at("07:50", CALENDAR.next_session(ASOF)),
        at("08:59", CALENDAR.next_session(ASOF)),
    ],
)
def test_on_another_day_only_the_history_knows(room: Room, moment: datetime) -> None:
    room.refresh(at=moment)

    assert room.source.calls == []
    assert room.source.asked == [ONE, TWO, THREE]


def test_a_base_price_that_does_not_follow_needs_the_history(room: Room) -> None:
    room.source.bars[TWO][-2] = replace(room.source.bars[TWO][-2], close=52_000)

    refreshed = room.refresh(at=at("15:40"))

    assert room.source.asked == [TWO]
    assert refreshed.of(Q.QUARANTINED) == (TWO,)


def test_a_quarantined_symbol_is_not_continued_by_a_price(room: Room) -> None:
    following = CALENDAR.next_session(ASOF)
    room.refresh(TWO, at=at("15:40"))
    bars = series(TWO, (*SESSIONS, following))
    room.source.bars[TWO] = [*bars[:-5], replace(bars[-5], close=60_000), *bars[-4:]]
    room.refresh(TWO, at=at("07:50", following))
    room.source.asked.clear()
    room.source.calls.clear()

    refreshed = room.refresh(TWO, at=at("15:40", following))

    assert refreshed.of(Q.QUARANTINED) == (TWO,)
    assert (room.source.calls, room.source.asked) == ([], [TWO])


def test_a_symbol_with_a_hole_needs_its_history(room: Room) -> None:
    room.refresh(ONE, TWO, at=at("15:40"))
    following = CALENDAR.next_session(ASOF)
    for symbol in (ONE, TWO, THREE):
        room.source.bars[symbol] = series(symbol, (*SESSIONS, following))
    room.source.asked.clear()

    refreshed = room.refresh(at=at("15:40", following))

    assert room.source.calls[-1] == (ONE, TWO)
    assert room.source.asked == [THREE]
    assert refreshed.of(Q.APPENDED) == (ONE, TWO, THREE)


def test_the_evening_finishes_the_afternoon_without_a_history(room: Room) -> None:
    room.refresh(at=at("15:40"))

    room.refresh(at=at("20:15"))

    assert len(room.source.calls) == 2
    assert room.source.asked == []
    assert room.stored(ONE) == series(ONE)[-101:]
    assert not room.store.rows().marks.any()


def test_provisional_bars_wait_five_sessions_for_their_history(room: Room) -> None:
    days = CALENDAR.sessions(ASOF, date(2026, 8, 10))
    sessions = CALENDAR.sessions(SESSIONS[0], days[-1])
    room.source.bars = {ONE: series(ONE, sessions)}
    histories = []
    for session in days:
        room.source.asked.clear()
        room.refresh(ONE, at=at("15:40", session))
        histories.append(len(room.source.asked))

    assert histories == [0, 0, 0, 0, 0, 1, 0]
    marks = room.store.rows().marks
    assert (marks[room.store.rows().codes == 0] > 0).sum() == 2


def test_a_split_on_provisional_bars_is_still_seen_exactly(room: Room) -> None:
    following = CALENDAR.next_session(ASOF)
    room.source.bars[ONE] = series(ONE, (*SESSIONS, following))
    room.source.splits[ONE, following] = 5
    room.refresh(ONE, at=at("15:40"))

    refreshed = room.refresh(ONE, at=at("20:15", following))

    assert refreshed.outcomes == {ONE: Q.REBASED}
    truth = room.source.truth(ONE)
    assert room.stored(ONE) == truth[-len(room.stored(ONE)) :]
    assert room.stored(ONE)[0].close == divided(series(ONE)[-101], 5).close


def test_without_an_answer_for_many_the_histories_are_asked_for(room: Room) -> None:
    room.source.failing["today"] = BrokerUnavailable("kis_no_answer")

    refreshed = room.refresh(at=at("15:40"))

    assert refreshed.of(Q.APPENDED) == (ONE, TWO, THREE)
    assert room.source.asked == [ONE, TWO, THREE]


@pytest.mark.parametrize(
    "error", [TokenRefused("kis_token_refused"), NotInVirtual("kis_not_in_virtual")]
)
def test_a_call_nobody_may_make_ends_the_refresh(
    room: Room, error: BrokerUnavailable
) -> None:
    room.source.failing["today"] = error

    with pytest.raises(type(error)):
        room.refresh(at=at("15:40"))

    assert room.source.asked == []


def test_without_the_call_it_is_never_made(tmp_path: Path) -> None:
    room = Room(tmp_path, ONE)
    room.refresh()

    room.refresh(at=at("15:40"))

    assert room.source.calls == []
