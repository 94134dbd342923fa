"""Folding bars together: what is stored, moved, replaced and told."""

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.markets import MONDAY, SYMBOLS, a_market, spoilt, times, weekdays
from khms_trader.data.bar_folds import Fold, folded, rescaled
from khms_trader.data.bar_overlap import Fit
from khms_trader.data.bar_rows import panel_of, rows_of
from khms_trader.data.marks import ADMINISTRATIVE, KNOWN, PARTIAL
from khms_trader.domain.panel import Panel
from khms_trader.domain.quality import BarProblem, QualityCode

A = "000250"


def fold(old: Panel, new: Panel, *, is_adjusted: bool = True) -> Fold:
    return folded(
        rows_of(old),
        rows_of(new),
        is_adjusted=is_adjusted,
        is_next=lambda first, second: second - first in {1, 3},
    )


def fits(done: Fold) -> dict[str, Fit]:
    return {one.symbol: one.fit for one in done.symbols}


def close_of(done: Fold, symbol: str) -> list[int]:
    panel = panel_of(done.rows)
    return panel.close[:, panel.symbols.index(symbol)].tolist()  # type: ignore[no-any-return]


def test_a_longer_file_appends_its_new_sessions() -> None:
    done = fold(a_market(10), a_market(13))

    assert close_of(done, A) == [1_000 + n for n in range(13)]
    assert set(fits(done).values()) == {Fit.SAME}
    assert [(one.added, one.kept, one.problem) for one in done.symbols] == [
        (3, (), None)
    ] * 5


def test_only_the_rebased_symbol_is_moved_and_the_others_are_appended_to() -> None:
    new = times(a_market(20), 5, A).last(14)

    done = fold(a_market(15), new)

    assert close_of(done, A) == [5 * (1_000 + n) for n in range(20)]
    assert close_of(done, "000440") == [1_000 + n for n in range(20)]
    (moved,) = [one for one in done.symbols if one.problem]
    assert moved.problem == BarProblem(
        symbol=A,
        code=QualityCode.REBASED,
        session=weekdays(16)[-1],
        detail="x5.0",
    )


def test_moved_bars_are_whole_won_and_their_volume_goes_the_other_way() -> None:
    old = a_market(10, [A], close=999, volume=1_000)
    new = times(a_market(12, [A], close=999), 5, A).last(8)

    panel = panel_of(fold(old, new).rows)

    assert (panel.open[0, 0], panel.high[0, 0], panel.low[0, 0]) == (
        4_995,
        5_045,
        4_945,
    )
    assert panel.volume[0].tolist() == [200]
    assert panel.volume[5].tolist() == [1_000]


def test_an_older_file_lengthens_the_past_on_the_stored_basis() -> None:
    stored = times(a_market(20), 5, A).last(14)

    done = fold(stored, a_market(15))

    assert close_of(done, A) == [5 * (1_000 + n) for n in range(20)]
    (moved,) = [one for one in done.symbols if one.problem]
    assert (moved.fit, moved.added) == (Fit.OLDER_BASIS, 6)


def test_an_older_file_without_anything_new_changes_and_says_nothing() -> None:
    stored = times(a_market(20), 5, A)

    done = fold(stored, a_market(15))

    assert close_of(done, A) == [5 * (1_000 + n) for n in range(20)]
    assert [one.problem for one in done.symbols] == [None] * 5


def test_a_symbol_that_does_not_fit_stays_as_it_is() -> None:
    new = times(a_market(20), 5, A, since=10)

    done = fold(a_market(15), new)

    assert close_of(done, A) == [*range(1_000, 1_015), *[0] * 5]
    (refused,) = [one for one in done.symbols if one.fit is Fit.MISMATCH]
    assert refused.problem == BarProblem(
        symbol=A, code=QualityCode.OVERLAP_MISMATCH, session=weekdays(11)[-1]
    )


def test_new_symbols_come_as_they_are() -> None:
    done = fold(a_market(5, [A]), times(a_market(5, ["000440"]), 7, "000440"))

    assert close_of(done, "000440") == [7 * (1_000 + n) for n in range(5)]
    assert done.symbols == ()


def test_an_unfinished_bar_is_replaced_by_the_final_one_and_told() -> None:
    partial = spoilt(a_market(10), 9, A, close=1_001, high=1_012, volume=400)

    done = fold(partial, a_market(12))

    assert close_of(done, A) == [1_000 + n for n in range(12)]
    assert [one.finished for one in done.symbols if one.finished] == [
        ((weekdays(10)[-1] - date(1970, 1, 1)).days,)
    ]


def test_a_final_bar_is_not_replaced_by_an_unfinished_one() -> None:
    partial = spoilt(a_market(10), 9, A, close=1_001, high=1_012, volume=400)

    done = fold(a_market(12), partial)

    assert close_of(done, A) == [1_000 + n for n in range(12)]
    assert [one.kept for one in done.symbols] == [()] * 5


def test_rows_marked_as_unfinished_give_way_even_on_another_basis() -> None:
    old = rows_of(spoilt(a_market(15), 14, A, close=900, low=890, volume=10))
    marks = np.where(old.days == old.days.max(), PARTIAL, 0).astype(np.uint8)
    new = times(a_market(20), 5, A)

    done = folded(
        replace(old, marks=marks),
        rows_of(new),
        is_adjusted=True,
        is_next=lambda *_: False,
    )

    assert close_of(done, A) == [5 * (1_000 + n) for n in range(20)]
    assert not (done.rows.marks & PARTIAL).any()
    assert [len(one.finished) for one in done.symbols] == [1] * 5


def test_an_old_bar_that_says_something_else_stays_and_is_told() -> None:
    new = spoilt(a_market(100), 50, A, close=1_060, high=1_070)

    done = fold(a_market(90), new)

    assert close_of(done, A)[50] == 1_050
    assert [len(one.kept) for one in done.symbols] == [1, 0, 0, 0, 0]


def test_a_designation_is_taken_over_without_touching_the_price() -> None:
    old, new = rows_of(a_market(3, [A])), rows_of(a_market(3, [A]))
    marked = replace(new, marks=np.full(3, KNOWN | ADMINISTRATIVE, dtype=np.uint8))

    done = folded(old, marked, is_adjusted=False, is_next=lambda *_: True)

    assert done.rows.marks.tolist() == [KNOWN | ADMINISTRATIVE] * 3


def test_a_price_never_becomes_nothing() -> None:
    tiny = rows_of(a_market(3, [A], close=11, volume=2))

    moved = rescaled(tiny, np.full(3, 0.001))

    assert moved.low.tolist() == [1, 1, 1]
    assert (rescaled(tiny, np.full(3, 1_000.0)).volume == 1).all()


@given(
    ratio=st.sampled_from([0.2, 0.5, 0.972, 2.7, 5.0, 33.8]),
    close=st.integers(500, 100_000),
)
@settings(max_examples=40, deadline=None)
def test_moving_bars_there_and_back_ends_within_rounding(
    ratio: float, close: int
) -> None:
    rows = rows_of(a_market(5, [A], close=close))

    there = rescaled(rows, np.full(5, ratio))
    back = rescaled(there, np.full(5, 1 / ratio))

    slack = 0.5 / ratio + 0.5
    for before, after in zip(rows.prices(), back.prices(), strict=True):
        assert (abs(before - after) <= slack).all()
    for bars in (there, back):
        assert (bars.low <= np.minimum(bars.open, bars.close)).all()
        assert (bars.high >= np.maximum(bars.open, bars.close)).all()


@given(
    stored=st.integers(1, 30),
    start=st.integers(0, 12),
    length=st.integers(1, 30),
    factor=st.sampled_from([1, 1, 2, 5]),
    symbols=st.sets(st.sampled_from(SYMBOLS), min_size=1),
)
@settings(max_examples=60, deadline=None)
def test_a_symbol_is_never_on_two_bases(
    stored: int, start: int, length: int, factor: int, symbols: set[str]
) -> None:
    whole = a_market(60, sorted(symbols))
    other = whole
    for symbol in symbols:
        other = times(other, factor, symbol)
    old = whole.until(whole.sessions[stored - 1])
    new = other.until(other.sessions[start + length - 1]).last(length)

    panel = panel_of(fold(old, new).rows)

    for column, symbol in enumerate(panel.symbols):
        source = whole.close[:, whole.symbols.index(symbol)]
        at = [whole.sessions.index(session) for session in panel.sessions]
        held = panel.close[:, column] > 0
        ratios = panel.close[held, column] / source[at][held]
        assert len(set(ratios.tolist())) == 1
        # Nothing stored is ever lost.
        assert set(old.sessions) <= {
            session
            for session, is_held in zip(panel.sessions, held, strict=True)
            if is_held
        }
    assert panel.sessions[0] >= MONDAY
