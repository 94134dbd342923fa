"""How far back is asked, and which stored bars have to be asked for again."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.refreshing import ASOF, at, divided, series
from khms_trader.data.bar_rows import BarRows, days_of, session_of
from khms_trader.data.daily_rows import bar_at, bars_state, rows_from
from khms_trader.data.marks import BEGINNING, LISTING, PARTIAL
from khms_trader.data.refresh_rules import (
    begun,
    first_provisional,
    is_short,
    on_new_basis,
    overlap_day,
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


def test_a_beginning_is_marked_only_where_older_bars_were_asked_for() -> None:
    own = rows([100] * 3)
    first = int(own.days[0])

    assert begun(own, first).marks.tolist() == [0, 0, 0]
    assert begun(own, first - 1).marks.tolist() == [BEGINNING, 0, 0]
    assert not BEGINNING & (LISTING | PARTIAL)


def test_a_series_is_short_unless_it_reaches_back_or_nothing_does() -> None:
    own = rows([100] * 3)
    first = int(own.days[0])

    assert is_short(own, first - 1)
    assert not is_short(own, first)
    assert not is_short(begun(own, first - 1), first - 1)


def test_rows_come_back_by_day() -> None:
    own = rows([1, 2, 3])

    assert begun(own.take(np.array([2, 0, 1])), 0).volume.tolist() == [1, 2, 3]


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
