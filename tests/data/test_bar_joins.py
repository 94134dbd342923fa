"""Joining sources: no bar is invented, none is lost unsaid, series are never mixed."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import MON, TUE, WED, a_panel
from khms_trader.data.bar_joins import Clash, joined, merged, without_repeats
from khms_trader.data.bar_rows import BarRows, panel_of, rows_of, stacked

Bars = Mapping[str, Mapping[date, int]]


def rows(bars: Bars) -> BarRows:
    return rows_of(a_panel(bars))


def closes(found: BarRows) -> dict[tuple[str, date], int]:
    panel = panel_of(found)
    return {
        (symbol, session): int(panel.close[row, column])
        for row, session in enumerate(panel.sessions)
        for column, symbol in enumerate(panel.symbols)
        if panel.close[row, column]
    }


def flat(bars: Bars) -> dict[tuple[str, date], int]:
    return {(s, day): close for s, days in bars.items() for day, close in days.items()}


def test_a_later_part_wins_row_by_row() -> None:
    first = rows({"A": {MON: 1, TUE: 2}, "B": {MON: 7}})
    second = rows({"A": {TUE: 3, WED: 4}})

    found, clashes = joined([first, second], by_symbol=False)

    assert closes(found) == {
        ("A", MON): 1,
        ("A", TUE): 3,
        ("A", WED): 4,
        ("B", MON): 7,
    }
    assert clashes == (Clash(part=0, rows=1, symbols=1, example="A 2026-03-03"),)


def test_a_later_part_wins_symbol_by_symbol() -> None:
    first = rows({"A": {MON: 1, TUE: 2}, "B": {MON: 7, TUE: 8}})
    second = rows({"A": {TUE: 3, WED: 4}, "B": {TUE: 8, WED: 9}})

    found, clashes = joined([first, second], by_symbol=True)

    assert closes(found) == {
        ("A", TUE): 3,
        ("A", WED): 4,
        ("B", MON): 7,
        ("B", TUE): 8,
        ("B", WED): 9,
    }
    assert clashes == (Clash(part=0, rows=1, symbols=1, example="A 2026-03-03"),)


def test_a_volume_that_differs_is_a_difference_too() -> None:
    first, second = a_panel({"A": {MON: 5}}), a_panel({"A": {MON: 5}}, volume=3)

    found, clashes = joined([rows_of(first), rows_of(second)], by_symbol=False)

    assert found.volume.tolist() == [3]
    assert clashes[0].rows == 1


def test_nothing_joined_with_nothing_is_nothing() -> None:
    empty = rows({"A": {MON: 1}}).take(np.zeros(0, dtype=np.int64))

    found, clashes = joined([empty, empty], by_symbol=True)

    assert (len(found), clashes) == (0, ())
    assert without_repeats(empty)[1:] == (0, "")
    assert panel_of(found).sessions == ()


def test_a_merge_into_nothing_is_what_is_new() -> None:
    new = a_panel({"A": {MON: 1, TUE: 2}})

    merge = merged(None, new, by_symbol=True)

    assert (merge.panel is new, merge.added_rows, merge.replaced_rows) == (True, 2, 0)


def test_names_come_from_the_source_that_goes_on_longer() -> None:
    old = a_panel({"A": {TUE: 1}}, names={"A": "지금"})
    new = a_panel({"A": {MON: 1}}, names={"A": "옛날", "B": "없는 종목"})

    assert merged(old, new, by_symbol=False).panel.names == {"A": "지금"}
    assert merged(new, old, by_symbol=False).panel.names == {"A": "지금"}


days = st.dates(date(2026, 3, 2), date(2026, 3, 6))
histories = st.dictionaries(
    st.sampled_from(["000250", "000440", "0007C0"]),
    st.dictionaries(days, st.integers(4, 6), min_size=1),
    min_size=1,
)


@given(bars=histories)
@settings(max_examples=40, deadline=None)
def test_a_panel_survives_the_way_through_rows(bars: Bars) -> None:
    panel = a_panel(bars)

    back = panel_of(rows_of(panel))

    assert (back.sessions, back.symbols) == (panel.sessions, panel.symbols)
    assert (back.close == panel.close).all()
    assert (back.volume == panel.volume).all()


@given(parts=st.lists(histories, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_row_by_row_the_join_is_that_of_dictionaries(parts: Sequence[Bars]) -> None:
    expected: dict[tuple[str, date], int] = {}
    for bars in parts:
        expected |= flat(bars)

    found, _ = joined([rows(bars) for bars in parts], by_symbol=False)

    assert closes(found) == expected


@given(parts=st.lists(histories, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_symbol_by_symbol_no_two_sources_that_disagree_are_mixed(
    parts: Sequence[Bars],
) -> None:
    found, _ = joined([rows(bars) for bars in parts], by_symbol=True)

    result = closes(found)
    for symbol in {s for bars in parts for s in bars}:
        series = {day: close for (s, day), close in result.items() if s == symbol}
        histories = [bars[symbol] for bars in parts if symbol in bars]
        agree = all(
            first[day] == second[day]
            for first in histories
            for second in histories
            for day in first.keys() & second.keys()
        )
        union = {day: c for history in histories for day, c in history.items()}
        assert series == (union if agree else histories[-1])


@given(bars=histories, others=histories)
@settings(max_examples=40, deadline=None)
def test_repeats_that_agree_are_one_and_others_none(bars: Bars, others: Bars) -> None:
    found, count, _ = without_repeats(stacked([rows(bars), rows(others)]))

    first, second = flat(bars), flat(others)
    disputed = {k for k in first.keys() & second.keys() if first[k] != second[k]}
    kept = {k: c for k, c in (first | second).items() if k not in disputed}
    assert (closes(found), count) == (kept, 2 * len(disputed))
