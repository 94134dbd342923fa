"""How old a reading is, when a machine sleeps or its clock is set."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import at
from khms_trader.clock import ManualClock
from khms_trader.domain.read_at import ReadAt

READ = ReadAt(wall=at(9), seconds=100.0)
CLOCK_SECONDS = st.integers(-5_000, 5_000)


def now(wall: float, monotonic: float) -> ReadAt:
    """Return the moment after so many seconds on either clock."""
    return ReadAt(wall=at(9) + timedelta(seconds=wall), seconds=100.0 + monotonic)


@pytest.mark.parametrize(
    ("wall", "monotonic", "age"),
    [
        (0, 0, timedelta(0)),
        (10, 10, timedelta(seconds=10)),
        # Suspended for 20 minutes; set back a little; set forward.
        (1_210, 10, timedelta(seconds=1_210)),
        (7, 10, timedelta(seconds=10)),
        (70, 10, timedelta(seconds=70)),
        # Set back beyond the reading; another start of the machine.
        (-1, 10, timedelta.max),
        (10, -1, timedelta.max),
    ],
)
def test_the_clock_that_moved_more_says_how_old_it_is(
    wall: float, monotonic: float, age: timedelta
) -> None:
    assert READ.age(now(wall, monotonic)) == age


def test_a_moment_is_read_from_a_clock() -> None:
    clock = ManualClock(at(9))
    clock.sleep(100)

    assert ReadAt.of(clock) == ReadAt(wall=at(9, 1, 40), seconds=100.0)


@settings(max_examples=50)
@given(wall=CLOCK_SECONDS, monotonic=CLOCK_SECONDS)
def test_nothing_is_younger_than_either_clock_says(wall: int, monotonic: int) -> None:
    age = READ.age(now(wall, monotonic))

    assert age >= max(timedelta(seconds=wall), timedelta(seconds=monotonic))
    assert age >= timedelta(0)
