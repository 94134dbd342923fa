"""Whenever one refreshes, by whatever call, the store ends up as the truth."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from data.refreshing import CALENDAR, ONE, SESSIONS, TWO, Room, at, series
from khms_trader.domain.bars import RefreshOutcome

ALL = CALENDAR.sessions(SESSIONS[0], date(2026, 12, 30))
START = len(SESSIONS) - 1
MOMENTS = st.lists(
    st.tuples(
        st.integers(0, 90),
        st.sampled_from(["07:50", "15:40", "20:15"]),
        st.booleans(),
    ),
    max_size=12,
).map(sorted)


@settings(max_examples=15, deadline=None)
@given(
    moments=MOMENTS,
    splits=st.dictionaries(st.integers(0, 90), st.sampled_from([2, 5]), max_size=2),
)
def test_whenever_one_refreshes_the_store_ends_up_as_the_truth(
    moments: list[tuple[int, str, bool]], splits: dict[int, int]
) -> None:
    with TemporaryDirectory() as folder:
        room = Room(Path(folder))
        room.source.bars = {symbol: series(symbol, ALL) for symbol in (ONE, TWO)}
        room.source.splits = {(ONE, ALL[START + n]): r for n, r in splits.items()}
        room.refresh()
        for offset, clock, has_many in moments:
            room.source.has_many = has_many
            refreshed = room.refresh(at=at(clock, ALL[START + offset]))
            assert not refreshed.of(RefreshOutcome.QUARANTINED)
            assert not room.store.problems() or splits

        room.source.has_many = False
        room.refresh(at=at("20:15", ALL[START + 91]))

        for symbol in (ONE, TWO):
            stored = room.stored(symbol)
            assert stored == room.source.truth(symbol)[-len(stored) :]
            assert len(stored) >= 100
        # A symbol that is up to date costs nothing.
        room.source.asked.clear()
        room.refresh()
        assert room.source.asked == []
