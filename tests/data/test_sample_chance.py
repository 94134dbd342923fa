"""The sample market's chance is the same everywhere and has the promised shape."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from khms_trader.data.sample.dice import BURSTS, SHOCKS, grown, keyed, rolled, stream


def test_the_generator_is_splitmix64() -> None:
    # The published first outputs of splitmix64 for the seed 1234567.
    outputs = [int.from_bytes(rolled(1234567, n), "little") for n in (1, 2, 3)]

    assert outputs == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@given(key=st.integers(0, 2**64 - 1), start=st.integers(0, 10**6))
def test_a_stream_says_the_same_as_single_rolls(key: int, start: int) -> None:
    span = range(start, start + 5)

    assert list(stream(key, span)) == [rolled(key, index) for index in span]


@given(key=st.integers(0, 2**64 - 1), purpose=st.integers(-1000, 1000))
def test_purposes_below_one_key_have_streams_of_their_own(
    key: int, purpose: int
) -> None:
    assert keyed(key, purpose) != keyed(key, purpose + 1)


def test_shocks_have_no_bias_and_fat_tails() -> None:
    variance = sum(shock * shock for shock in SHOCKS) / len(SHOCKS)

    assert len(SHOCKS) == 256
    assert sum(SHOCKS) == 0
    assert 1022**2 < variance < 1026**2
    assert max(SHOCKS) > 3.9 * 1024
    assert all(a < b for a, b in pairwise(SHOCKS))


def test_bursts_are_skewed_upwards() -> None:
    assert min(BURSTS) > 0
    assert 1000 < sorted(BURSTS)[128] < 1100
    assert max(BURSTS) > 4 * 1024


def test_growth_is_exact_and_goes_backwards() -> None:
    assert grown(1_000_000, 100, 3) == 1_331_000
    assert grown(1_331_000, 100, -3) == 1_000_000
    assert grown(1_300, 17, 0) == 1_300
