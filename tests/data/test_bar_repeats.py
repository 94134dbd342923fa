"""Bars that come several times: equal ones are one, contradicting ones are none."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import MON, TUE, WED, a_panel
from khms_trader.data.bar_repeats import changes, without_repeats
from khms_trader.data.bar_rows import BarRows, days_of, panel_of, rows_of, stacked

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


def test_repeats_are_named_with_their_count() -> None:
    found, repeats = without_repeats(
        stacked([rows({"A": {MON: 5, TUE: 6}}), rows({"A": {MON: 5, TUE: 7}})])
    )

    assert closes(found) == {("A", MON): 5}
    assert [(r.day, r.count, r.is_dispute) for r in repeats] == [
        (days_of(MON), 2, False),
        (days_of(TUE), 2, True),
    ]


def test_a_volume_that_differs_is_a_contradiction_too() -> None:
    first, second = a_panel({"A": {MON: 5}}), a_panel({"A": {MON: 5}}, volume=3)

    found, _ = without_repeats(stacked([rows_of(first), rows_of(second)]))

    assert len(found) == 0


def test_nothing_has_no_repeats() -> None:
    empty = rows({"A": {MON: 1}}).take(np.zeros(0, dtype=np.int64))

    assert without_repeats(empty)[1] == ()
    assert panel_of(empty).sessions == ()


def test_changes_are_new_bars_and_old_ones_that_differ_or_are_gone() -> None:
    old = rows({"A": {MON: 5, TUE: 6}, "B": {MON: 1}})
    new = rows({"A": {MON: 5, TUE: 7, WED: 8}})

    assert changes(old, new) == (1, 2)
    assert changes(old, old) == (0, 0)


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


@given(bars=histories, others=histories)
@settings(max_examples=40, deadline=None)
def test_repeats_that_agree_are_one_and_others_none(bars: Bars, others: Bars) -> None:
    found, repeats = without_repeats(stacked([rows(bars), rows(others)]))

    first, second = flat(bars), flat(others)
    disputed = {k for k in first.keys() & second.keys() if first[k] != second[k]}
    kept = {k: c for k, c in (first | second).items() if k not in disputed}
    lost = sum(repeat.count for repeat in repeats if repeat.is_dispute)
    assert (closes(found), lost) == (kept, 2 * len(disputed))
    assert len(repeats) == len(first.keys() & second.keys())
