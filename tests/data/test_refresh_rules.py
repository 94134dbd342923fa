"""How far back is asked, and which stored bars have to be asked for again."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.refreshing import ASOF, at, divided, series
from khms_trader.data.bar_rows import BarRows, days_of, session_of
from khms_trader.data.daily_rows import bar_at, bars_state, rows_from
from khms_trader.data.marks import BEGINNING, LISTING, LOOKED, PARTIAL
from khms_trader.data.refresh_rules import (
    Fetched,
    begun,
    first_provisional,
    hole_before,
    is_short,
    noted,
    on_new_basis,
    overlap_day,
    remembering,
    sessions_to_keep,
    with_day,
)
from khms_trader.domain.bars import DailyBar
from khms_trader.domain.plan import BarsState

FIRST = date(2026, 6, 1)
LATER = at("07:50", date(2026, 8, 3))


def rows(volumes: list[int], open_days: frozenset[int] = frozenset()) -> BarRows:
    bars = [
        DailyBar(
            session=FIRST + timedelta(days=n),
            open=1_000,
            high=1_000,
            low=1_000,
            close=1_000,
            volume=volume,
        )
        for n, volume in enumerate(volumes)
    ]
    made = rows_from("086520", bars, name="", fetched_at=LATER)
    made.marks[list(open_days)] = PARTIAL
    return made


def begin(volumes: list[int], *open_days: int) -> int:
    """Return how many days after the first bar the overlap begins."""
    return overlap_day(rows(volumes, frozenset(open_days))) - days_of(FIRST)


def test_the_overlap_begins_twenty_traded_bars_back() -> None:
    assert begin([0] * 5 + [100] * 25) == 10
    assert begin([0] * 5 + [100] * 3) == 5
    assert begin([100] * 25 + [0] * 5) == 5


def test_a_symbol_that_never_traded_is_compared_by_its_newest_bar() -> None:
    assert begin([0] * 5) == 4


def test_bars_that_are_not_final_are_asked_for_again_and_not_compared() -> None:
    assert begin([100] * 25, 24) == 4
    assert begin([100] * 25, 2) == 2
    assert begin([100], 0) == 0


@settings(max_examples=50)
@given(
    volumes=st.lists(st.sampled_from([0, 100]), min_size=1, max_size=60),
    open_days=st.frozensets(st.integers(0, 59), max_size=5),
)
def test_an_overlap_holds_twenty_final_traded_bars_if_there_are_so_many(
    *, volumes: list[int], open_days: frozenset[int]
) -> None:
    kept = frozenset(day for day in open_days if day < len(volumes))
    own = rows(volumes, kept)

    overlap = own.take(np.flatnonzero(own.days >= overlap_day(own)))

    final = [v for n, v in enumerate(volumes) if n not in kept and v]
    compared = (overlap.volume > 0) & (overlap.marks == 0)
    assert compared.sum() >= min(len(final), 20)
    assert (overlap.marks == PARTIAL).sum() == len(kept)


@pytest.mark.parametrize(("needed", "kept"), [(1, 100), (80, 100), (81, 101)])
def test_a_page_of_sessions_is_kept_or_what_is_needed_and_twenty_more(
    needed: int, kept: int
) -> None:
    assert sessions_to_keep(needed) == kept


def answer(own: BarRows, since: int, **said: bool) -> Fetched:
    return Fetched(rows=own, since=since, **{"is_beginning": True, **said})


def test_a_beginning_is_marked_only_where_the_source_has_nothing_older() -> None:
    own = rows([100] * 3)
    first = int(own.days[0])

    assert begun(own, answer(own, first)).marks.tolist() == [0, 0, 0]
    unasked = answer(own, first - 1, is_beginning=False)
    assert begun(own, unasked).marks.tolist() == [0, 0, 0]
    found = begun(own, answer(own, first - 1))
    assert found.marks.tolist() == [BEGINNING, 0, 0]
    assert not (BEGINNING | LOOKED) & (LISTING | PARTIAL)


def test_a_series_is_short_unless_it_reaches_back_or_nothing_does() -> None:
    own = rows([100] * 3)
    first = int(own.days[0])

    assert is_short(own, first - 1)
    assert not is_short(own, first)
    assert not is_short(begun(own, answer(own, first - 1)), first - 1)


def test_rows_come_back_by_day() -> None:
    own = rows([1, 2, 3])
    mixed = own.take(np.array([2, 0, 1]))

    assert begun(mixed, answer(own, 0)).volume.tolist() == [1, 2, 3]
    assert remembering(mixed, own).volume.tolist() == [1, 2, 3]


def test_what_is_known_of_the_source_outlives_the_bars_it_was_noted_at() -> None:
    own, stored = rows([1, 2, 3, 4]), rows([1, 2, 3])
    stored.marks[:] = [BEGINNING | PARTIAL, 0, LOOKED | PARTIAL]

    assert remembering(own, stored).marks.tolist() == [BEGINNING, 0, LOOKED, 0]


def test_a_beginning_that_is_none_any_more_is_forgotten() -> None:
    own = rows([1, 2, 3])
    stored = own.take(np.array([1, 2]))
    stored.marks[0] = BEGINNING

    assert remembering(own, stored).marks.tolist() == [0, 0, 0]


def test_a_look_for_holes_is_noted_at_the_newest_bar_alone() -> None:
    own, stored = rows([1, 2, 3]), rows([1, 2])
    stored.marks[1] = LOOKED
    looked = answer(own, int(own.days[0]), has_looked=True)

    assert noted(own, looked, stored).marks.tolist() == [0, 0, LOOKED]


def hole(held: list[int], *looked: int, newest: int = 29) -> int | None:
    """Return the day hole_before names, of sessions 10 to ``newest``."""
    bars = rows([100] * (max(held) + 1))
    own = bars.take(np.array(held))
    first = days_of(FIRST)
    own.marks[np.isin(own.days - first, looked)] = LOOKED
    sessions = np.arange(first + 10, first + newest + 1, dtype=np.int32)
    found = hole_before(own, sessions)
    return None if found is None else found - first


def test_the_oldest_hole_of_the_span_is_named_by_the_bar_before_it() -> None:
    assert hole([*range(13), *range(14, 20), *range(22, 30)]) == 12
    assert hole([*range(9), *range(12, 30)]) == 8


def test_neither_the_time_before_nor_after_the_bars_is_a_hole() -> None:
    assert hole([*range(15, 25)]) is None
    assert hole([*range(5), *range(7, 30)]) is None


def test_a_hole_is_asked_for_once_in_twenty_sessions() -> None:
    held = [*range(13), *range(14, 30)]

    assert hole(held, 29) is None
    assert hole([*held, *range(30, 49)], 29, newest=48) is None
    assert hole([*held, *range(30, 50)], 29, newest=49) == 12


def test_a_hole_after_the_last_look_is_asked_for_at_once() -> None:
    assert hole([*range(13), *range(14, 26), *range(27, 30)], 25) == 12
    assert hole([*range(13), *range(14, 26), *range(27, 30)], 27) is None


@settings(max_examples=60)
@given(held=st.sets(st.integers(0, 29), min_size=1), looked=st.booleans())
def test_a_symbol_is_asked_for_just_when_a_session_of_its_span_is_missing(
    *, held: set[int], looked: bool
) -> None:
    days = sorted(held)
    missing = set(range(max(days[0], 10), days[-1])) - held

    found = hole(days, *([days[-1]] if looked and days[-1] >= 10 else []))

    is_due = bool(missing) and (not looked or days[-1] < 10)
    assert (found is not None) is is_due
    if found is not None:
        assert found in held
        assert found < min(missing)


def test_the_oldest_bar_that_is_not_final_is_found() -> None:
    assert first_provisional(rows([1] * 4)) is None
    found = first_provisional(rows([1] * 4, frozenset({1, 3})))
    assert session_of(found or 0) == FIRST + timedelta(days=1)


def test_older_bars_the_source_no_longer_has_move_to_the_new_basis() -> None:
    bars = series("086520")[-10:]
    fetched = [divided(bar, 5) for bar in bars[4:]]
    stored = rows_from("086520", bars, name="", fetched_at=LATER)
    newer = rows_from("086520", fetched, name="", fetched_at=LATER)

    moved = on_new_basis(stored, newer, 0.2)

    assert [bar_at(moved, n) for n in range(10)] == [divided(bar, 5) for bar in bars]


def test_a_day_takes_the_place_of_the_one_stored_of_it() -> None:
    own = rows([1, 2, 3])
    newest = own.take(np.array([2]))
    newest.volume[0] = 9

    assert with_day(own, newest).volume.tolist() == [1, 2, 9]


@pytest.mark.parametrize(
    ("fetched_at", "state"),
    [
        (at("15:35"), BarsState.PROVISIONAL),
        (at("20:09"), BarsState.PROVISIONAL),
        (at("20:10"), BarsState.FINAL),
        (at("07:50", ASOF + timedelta(days=1)), BarsState.FINAL),
    ],
)
def test_a_bar_is_provisional_until_ten_past_eight_of_its_day(
    fetched_at: datetime, state: BarsState
) -> None:
    assert bars_state(ASOF, fetched_at) is state


@settings(max_examples=30)
@given(st.integers(1, 40))
def test_bars_become_rows_and_rows_bars_again(count: int) -> None:
    bars = series("086520")[-count:]

    made = rows_from("086520", bars, name="에코프로", fetched_at=at("15:40"))

    assert [bar_at(made, place) for place in range(count)] == bars
    assert made.marks.tolist() == [0] * (count - 1) + [PARTIAL]
    assert made.names == {"086520": "에코프로"}
