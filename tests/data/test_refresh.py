"""Stored bars are continued, moved to a new basis, or left alone, with few requests."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data.refreshing import (
    ASOF,
    BEFORE,
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
from khms_trader.domain.plan import BarsState
from khms_trader.domain.quality import QualityCode, Verdict
from khms_trader.domain.quality_summary import summarised
from khms_trader.errors import BrokerUnavailable, NotInVirtual, TokenRefused

Q = RefreshOutcome
SILENT = BrokerUnavailable("kis_no_answer")
MORNING = at("07:50", CALENDAR.next_session(ASOF))


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A store that was refreshed on the evening of the session before."""
    room = Room(tmp_path, ONE, TWO)
    room.refresh()
    room.source.asked.clear()
    return room


def codes(room: Room, symbol: str = ONE) -> list[QualityCode]:
    return [p.code for p in room.store.problems() if p.symbol == symbol]


def test_a_symbol_that_is_not_stored_is_filled_with_one_request(tmp_path: Path) -> None:
    room = Room(tmp_path, ONE)

    refreshed = room.refresh()

    assert refreshed.outcomes == {ONE: Q.FILLED}
    assert room.source.asked == [ONE]
    assert room.stored(ONE) == series(ONE)[-101:-1]


def test_a_strategy_that_looks_far_back_gets_as_many_bars(tmp_path: Path) -> None:
    room = Room(tmp_path, ONE)

    room.refresh(sessions=130)

    assert len(room.stored(ONE)) == 150
    assert room.source.asked == [ONE, ONE]


def test_stored_bars_are_continued_with_one_request_each(room: Room) -> None:
    refreshed = room.refresh(at=at("20:15"))

    assert refreshed.outcomes == {ONE: Q.APPENDED, TWO: Q.APPENDED}
    assert room.source.asked == [ONE, TWO]
    assert room.stored(ONE) == series(ONE)[-101:]
    assert room.store.problems() == ()


def test_bars_that_are_up_to_date_cost_nothing_and_change_nothing(room: Room) -> None:
    content = room.store.path.read_bytes()

    refreshed = room.refresh()

    assert refreshed.of(Q.UNCHANGED) == (ONE, TWO)
    assert room.source.asked == []
    assert room.store.path.read_bytes() == content


def test_a_bar_of_the_afternoon_is_provisional_until_it_is_fetched_again(
    room: Room,
) -> None:
    room.refresh(at=at("15:40"))
    early = room.stored(ONE)[-1]
    state = room.store.state_of(ASOF, room.clock.now())
    room.refresh(at=at("20:10"))

    assert early.volume == int(series(ONE)[-1].volume * EARLY_PART)
    assert state is BarsState.PROVISIONAL
    assert room.stored(ONE)[-1] == series(ONE)[-1]
    assert room.store.state_of(ASOF, room.clock.now()) is BarsState.FINAL


def test_the_same_afternoon_nothing_is_asked_twice(room: Room) -> None:
    room.refresh(at=at("15:40"))
    room.source.asked.clear()

    refreshed = room.refresh(at=at("16:30"))

    assert refreshed.of(Q.UNCHANGED) == (ONE, TWO)
    assert room.source.asked == []


@pytest.mark.parametrize("moment", [at("20:10"), MORNING])
def test_a_provisional_bar_alone_is_worth_a_request(room: Room, moment: object) -> None:
    room.refresh(at=at("15:40"))
    room.source.asked.clear()

    refreshed = room.refresh(at=moment)  # type: ignore[arg-type]

    assert refreshed.of(Q.APPENDED) == (ONE, TWO)
    assert room.source.asked == [ONE, TWO]


def test_afternoon_after_afternoon_leaves_but_the_newest_bar_provisional(
    room: Room,
) -> None:
    room.source.bars[ONE] = series(
        ONE, CALENDAR.sessions(SESSIONS[0], date(2026, 9, 1))
    )
    for session in CALENDAR.sessions(ASOF, date(2026, 8, 14)):
        room.refresh(ONE, at=at("15:40", session))

    newest = room.stored(ONE)
    assert newest[:-1] == room.source.truth(ONE)[-len(newest) : -1]
    assert room.store.problems() == ()
    marks = room.store.rows().marks
    assert (marks > 0).sum() == 1


def test_a_provisional_bar_never_looks_like_a_fault(tmp_path: Path) -> None:
    symbols = [f"{n:05d}0" for n in range(40)]
    room = Room(tmp_path, *symbols)
    room.refresh()

    room.refresh(at=at("15:40"))

    panel = room.store.panel(ASOF)
    quality = summarised(
        room.store.problems(),
        sessions=panel.sessions,
        symbols=panel.symbols,
        names=panel.names,
        asof=ASOF,
    )
    assert room.store.problems() == ()
    assert (quality.ok, quality.warn, quality.quarantine) == (40, 0, 0)


def test_what_is_wrong_with_fetched_bars_is_kept_for_the_quality_gate(
    room: Room,
) -> None:
    bars = room.source.bars[ONE]
    bars[-1] = replace(bars[-1], close=90_000, high=90_000)

    room.refresh(at=at("15:40"))

    assert codes(room) == [QualityCode.JUMP]
    assert QualityCode.JUMP.verdict is Verdict.QUARANTINE


def test_a_new_basis_takes_the_whole_stored_span_anew_and_exactly(room: Room) -> None:
    room.source.splits[ONE, ASOF] = 3
    first = room.stored(ONE)[0].session

    refreshed = room.refresh(at=at("20:15"))

    assert refreshed.outcomes == {ONE: Q.REBASED, TWO: Q.APPENDED}
    truth = [divided(bar, 3) for bar in series(ONE)[:-1] if bar.session >= first]
    assert room.stored(ONE) == [*truth, series(ONE)[-1]]
    assert room.source.asked == [ONE, ONE, ONE, TWO]
    (problem,) = [p for p in room.store.problems() if p.code is QualityCode.REBASED]
    assert (problem.symbol, problem.session) == (ONE, ASOF)
    assert problem.detail.startswith("x0.333")


def test_a_basis_that_changes_on_the_morning_after_is_seen(room: Room) -> None:
    room.refresh(at=at("15:40"))
    room.source.bars[ONE] = [divided(bar, 5) for bar in room.source.bars[ONE]]

    refreshed = room.refresh(at=MORNING)

    assert refreshed.outcomes[ONE] is Q.REBASED
    assert room.stored(ONE) == [divided(bar, 5) for bar in series(ONE)[-101:]]


def test_bars_nobody_understands_stay_as_they_are_and_are_marked(room: Room) -> None:
    bars = room.source.bars[ONE]
    bars[-4] = replace(bars[-4], close=bars[-4].close + 3_000)

    refreshed = room.refresh(at=at("20:15"))

    assert refreshed.of(Q.QUARANTINED) == (ONE,)
    assert room.stored(ONE) == series(ONE)[-101:-1]
    assert codes(room) == [QualityCode.OVERLAP_MISMATCH]


def test_a_mark_goes_once_the_bars_agree_again(room: Room) -> None:
    right = list(room.source.bars[ONE])
    room.source.bars[ONE][-4] = replace(right[-4], close=60_000)
    room.refresh(at=at("20:15"))
    room.source.bars[ONE] = right

    refreshed = room.refresh()

    assert refreshed.of(Q.APPENDED) == (ONE,)
    assert codes(room) == []


def test_a_symbol_away_for_months_is_filled_anew(room: Room) -> None:
    later = CALENDAR.sessions(SESSIONS[0], date(2027, 3, 31))
    room.source.bars[ONE] = series(ONE, later)

    refreshed = room.refresh(ONE, at=at("20:15", later[-1]))

    assert refreshed.outcomes == {ONE: Q.FILLED}
    assert room.source.asked == [ONE]
    assert room.stored(ONE) == room.source.bars[ONE][-100:]


def test_a_strategy_that_looks_further_back_than_before_gets_the_older_bars(
    room: Room,
) -> None:
    refreshed = room.refresh(ONE, sessions=180)

    assert refreshed.outcomes == {ONE: Q.APPENDED}
    assert room.stored(ONE) == series(ONE)[-201:-1]


def test_a_young_listing_is_not_asked_for_older_bars_again_and_again(
    tmp_path: Path,
) -> None:
    room = Room(tmp_path, ONE)
    room.source.bars[ONE] = series(ONE)[-8:]
    room.refresh()
    room.source.asked.clear()

    room.refresh()
    room.refresh(at=at("20:15"))
    room.refresh(sessions=180)

    assert room.source.asked == [ONE]
    assert room.stored(ONE) == room.source.bars[ONE]


def test_a_symbol_the_source_does_not_know_changes_nothing(room: Room) -> None:
    room.source.bars[TWO] = []

    refreshed = room.refresh(ONE, TWO, THREE, at=at("20:15"))

    assert refreshed.of(Q.UNKNOWN) == (TWO, THREE)
    assert room.stored(TWO) == series(TWO)[-101:-1]


def test_a_symbol_that_ended_stays_as_it_is(room: Room) -> None:
    room.source.bars[ONE] = series(ONE)[:-1]

    refreshed = room.refresh(ONE, at=at("20:15"))

    assert refreshed.outcomes == {ONE: Q.UNCHANGED}


def test_a_symbol_that_fails_is_told_and_the_others_go_on(room: Room) -> None:
    room.source.failing[ONE] = SILENT

    refreshed = room.refresh(at=at("20:15"))

    assert refreshed.outcomes == {ONE: Q.FAILED, TWO: Q.APPENDED}
    assert room.stored(ONE) == series(ONE)[-101:-1]
    assert room.stored(TWO) == series(TWO)[-101:]


def many(tmp_path: Path, count: int) -> tuple[Room, list[str]]:
    symbols = [f"{n:05d}0" for n in range(count)]
    return Room(tmp_path, *symbols), symbols


def test_five_failures_in_a_row_end_the_refresh_and_lose_nothing(
    tmp_path: Path,
) -> None:
    room, symbols = many(tmp_path, 12)
    room.source.failing = dict.fromkeys(symbols[3:], SILENT)

    with pytest.raises(BrokerUnavailable):
        room.refresh()

    assert room.source.asked == symbols[:8]
    assert room.store.panel(BEFORE).symbols == tuple(symbols[:3])


def test_failures_between_successes_do_not_end_it(tmp_path: Path) -> None:
    room, symbols = many(tmp_path, 12)
    room.source.failing = dict.fromkeys(set(symbols) - {symbols[4]}, SILENT)
    room.source.failing |= dict.fromkeys(symbols[9:], SILENT)
    del room.source.failing[symbols[9]]

    refreshed = room.refresh()

    assert refreshed.of(Q.FILLED) == (symbols[4], symbols[9])
    assert len(refreshed.of(Q.FAILED)) == 10


@pytest.mark.parametrize(
    "error", [TokenRefused("kis_token_refused"), NotInVirtual("kis_not_in_virtual")]
)
def test_what_no_other_symbol_can_mend_ends_it_at_once(
    tmp_path: Path, error: BrokerUnavailable
) -> None:
    room, symbols = many(tmp_path, 12)
    room.source.failing = {symbols[2]: error}

    with pytest.raises(type(error)):
        room.refresh()

    assert len(room.source.asked) == 3
    assert room.store.panel(BEFORE).symbols == tuple(symbols[:2])


def test_progress_is_told_symbol_by_symbol(room: Room) -> None:
    room.steps.seen.clear()

    room.refresh(ONE, TWO, THREE)

    assert room.steps.seen == [(2, 3, "refresh"), (3, 3, "refresh")]


def test_a_refresh_in_the_past_of_the_store_starts_over(room: Room) -> None:
    room.clock = room.source.clock = type(room.clock)(at("20:15", SESSIONS[120]))

    refreshed = room.refresh(ONE)

    assert refreshed.outcomes == {ONE: Q.FILLED}
    assert room.stored(ONE)[-1].session == SESSIONS[120]
