"""Chance as a pure function of numbers, the same on every machine for all time.

No `random`, no float, no table from a library: a value drawn here depends on its
arguments only, so a later session can never change an earlier one.
"""

from collections.abc import Iterator
from typing import Final

SEED: Final = 0x6B686D735F303031  # "khms_001": a new seed is a new market
_MASK: Final = (1 << 64) - 1

# splitmix64 (Steele, Lea, Flood 2014): the step of its counter and its two factors.
_STEP: Final = 0x9E3779B97F4A7C15
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB


def mixed(number: int) -> int:
    """Return 64 well mixed bits of ``number``: the output function of splitmix64."""
    number &= _MASK
    number = ((number ^ number >> 30) * _FIRST) & _MASK
    number = ((number ^ number >> 27) * _SECOND) & _MASK
    return number ^ number >> 31


def rolled(key: int, index: int) -> bytes:
    """Return the eight random bytes of place ``index`` in the stream ``key``."""
    return mixed(key + index * _STEP).to_bytes(8, "little")


def stream(key: int, span: range) -> Iterator[bytes]:
    """Yield ``rolled(key, index)`` for each index of ``span``, at twice the speed."""
    for index in span:
        number = (key + index * _STEP) & _MASK
        number = ((number ^ number >> 30) * _FIRST) & _MASK
        number = ((number ^ number >> 27) * _SECOND) & _MASK
        yield (number ^ number >> 31).to_bytes(8, "little")


def keyed(key: int, purpose: int) -> int:
    """Return the key of an independent stream below ``key``."""
    return mixed(key ^ mixed(purpose))


# The upper half of Student's t with 5 degrees of freedom at (j + 1/2) / 256, scaled to
# a standard deviation of 1,024: daily returns of shares have about these fat tails.
_UPPER_HALF: Final = (
    *(4, 12, 21, 29, 37, 46, 54, 63, 71, 79, 88, 96, 104, 113, 121, 130),
    *(138, 147, 155, 164, 172, 181, 189, 198, 207, 215, 224, 233, 241, 250, 259, 268),
    *(277, 286, 295, 304, 313, 322, 331, 340, 350, 359, 368, 378, 387, 397, 406, 416),
    *(426, 436, 446, 456, 466, 476, 486, 496, 507, 517, 528, 538, 549, 560, 571, 582),
    *(593, 605, 616, 628, 640, 652, 664, 676, 688, 701, 714, 727, 740, 753, 767, 781),
    *(795, 809, 823, 838, 853, 868, 884, 900, 916, 933, 950, 968, 986, 1004, 1023),
    *(1042, 1062, 1083, 1104, 1126, 1149, 1172, 1196, 1221, 1248, 1275, 1304, 1333),
    *(1365, 1398, 1433, 1470, 1509, 1551, 1596, 1645, 1698, 1756, 1820, 1892, 1974),
    *(2069, 2181, 2318, 2495, 2739, 3133, 4091),
)
# One byte picks a shock in 1/1024 of a standard deviation; the mean is exactly 0.
SHOCKS: Final = (*(-shock for shock in reversed(_UPPER_HALF)), *_UPPER_HALF)
# One byte picks the size of a shock, without its sign.
SIZES: Final = tuple(abs(shock) for shock in SHOCKS)


def grown(start: int, permille: int, steps: int) -> int:
    """Return ``start`` after ``steps`` growths of ``permille``, backwards if negative.

    Whole powers are exact; the only rounding is the last one, downwards.
    """
    more, less = pow(1_000 + permille, abs(steps)), pow(1_000, abs(steps))
    return int(start * more // less if steps >= 0 else start * less // more)


# One byte picks what news does to a price, in ppm: more often up, up to the limits.
NEWS: Final = (
    *(-40_000 - 2_450 * step for step in range(104)),
    *(40_000 + 1_900 * step for step in range(152)),
)
# One byte picks a factor in 1/1024: skewed as turnover is, half to double mostly.
BURSTS: Final = tuple(grown(1024, 23, shock // 64) for shock in SHOCKS)
