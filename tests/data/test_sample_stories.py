"""Stories of the sample market recur for ever and keep the exchange's lengths."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from khms_trader.data.sample.issues import Issue, Roster, Story
from khms_trader.data.sample.stories import Mode, Stretch, stretch_at
from khms_trader.domain.instrument import Designation

YEAR = 250
ISSUES = Roster().until(6_000)


def stretches(issue: Issue, start: int, stop: int) -> Iterator[Stretch]:
    index = max(start, issue.first)
    while index < stop and issue.is_listed(index):
        yield (found := stretch_at(issue, index))
        index = found.stop


@given(symbol=st.sampled_from(sorted(ISSUES)), index=st.integers(0, 6_000))
@settings(max_examples=200)
def test_a_stretch_holds_its_session_and_is_the_same_from_all_of_them(
    symbol: str, index: int
) -> None:
    issue = ISSUES[symbol]
    assume(issue.is_listed(index))

    found = stretch_at(issue, index)

    assert found.first <= index < found.stop
    assert stretch_at(issue, max(found.first, issue.first)) == found
    assert stretch_at(issue, found.stop - 1) == found


def test_halts_last_one_to_fifteen_sessions_and_carry_the_mark() -> None:
    lengths = Counter(
        found.stop - found.first
        for issue in ISSUES.values()
        for found in stretches(issue, 0, 1_000)
        if found.stage.mode is Mode.HALTED
    )

    assert set(lengths) == set(range(1, 16))
    assert all(
        (found.stage.mode is Mode.HALTED)
        == (Designation.HALTED in found.stage.designations)
        for issue in ISSUES.values()
        for found in stretches(issue, 0, 1_000)
    )


@pytest.mark.parametrize("year", [0, 1, 2, 10, 20])
def test_every_year_has_every_story(year: int) -> None:
    modes: Counter[Mode] = Counter()
    marks: Counter[Designation] = Counter()
    for issue in ISSUES.values():
        for found in stretches(issue, year * YEAR, (year + 1) * YEAR):
            modes[found.stage.mode] += 1
            marks.update(found.stage.designations)

    assert modes[Mode.SPLIT] >= 3
    assert modes[Mode.LISTING] >= 5
    assert modes[Mode.LIQUIDATION] >= (2 if year == 0 else 4)
    assert marks[Designation.HALTED] >= 30
    assert marks[Designation.WARNING] >= 15
    assert marks[Designation.OVERHEATED] >= 15
    assert marks[Designation.ADMINISTRATIVE] >= 5
    assert marks[Designation.ATTENTION] >= 5


def test_a_split_follows_a_halt_of_three_sessions() -> None:
    splitters = [i for i in ISSUES.values() if i.story is Story.SPLITS]

    for issue in splitters:
        before, split, *_ = list(stretches(issue, issue.phase, issue.phase + 10))
        assert (before.stage.mode, before.stop - before.first) == (Mode.HALTED, 3)
        assert (split.stage.mode, split.stop - split.first) == (Mode.SPLIT, 1)
    assert len(splitters) == 24


def test_a_delisting_goes_by_way_of_a_halt_and_seven_sessions_of_liquidation() -> None:
    mortal = [i for i in ISSUES.values() if i.end and i.end < 6_000]

    for issue in mortal:
        assert issue.end is not None
        watched, halt, last = list(stretches(issue, issue.end - 23, issue.end))
        assert watched.stage.designations == {Designation.ADMINISTRATIVE}
        assert (halt.stage.mode, halt.stop - halt.first) == (Mode.HALTED, 15)
        assert last.stage.designations == {Designation.LIQUIDATION}
        assert (last.stop - last.first, last.stop) == (7, issue.end)
    assert len(mortal) > 100
