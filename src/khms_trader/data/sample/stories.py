"""What happens to an issue and when: halts, splits, listings, ends, designations.

A story is a pure function of issue and session index, recurs for ever and knows no
price. Lengths follow krx-market: 정리매매 7 sessions, 단기과열 3, 투자경고 10 or more.
"""

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from khms_trader.data.sample.dice import keyed, rolled
from khms_trader.data.sample.issues import SPLIT_PERIOD, Issue, Story
from khms_trader.domain.instrument import Designation

SPLIT_HALT: Final = 3
SPLIT_RATIO: Final = 5
_YEAR: Final = 250
_FOR_EVER: Final = 1 << 40
_LONGEST_HALT: Final = 15
_LIQUIDATION: Final = 7
_UNDER_WATCH: Final = 120  # sessions as 관리종목 before the last halt
_TO_THE_END: Final = _UNDER_WATCH + _LONGEST_HALT + _LIQUIDATION

_NONE: Final[frozenset[Designation]] = frozenset()
_HALTED: Final = frozenset({Designation.HALTED})
_WATCHED: Final = frozenset({Designation.ADMINISTRATIVE})
_ATTENTION: Final = frozenset({Designation.ATTENTION})
_WARNING: Final = frozenset({Designation.WARNING})
_OVERHEATED: Final = frozenset({Designation.OVERHEATED})
_ENDING: Final = frozenset({Designation.LIQUIDATION})


class Mode(Enum):
    """How a session is traded."""

    TRADING = "trading"
    HALTED = "halted"
    SPLIT = "split"
    LISTING = "listing"
    LIQUIDATION = "liquidation"


class Stage(NamedTuple):
    """Some sessions of one kind; ``drift`` in ppm a session overrides the trend."""

    length: int
    mode: Mode = Mode.TRADING
    designations: frozenset[Designation] = _NONE
    drift: int | None = None


class Stretch(NamedTuple):
    """A stage with its place in time: session indices ``first`` to before ``stop``."""

    first: int
    stop: int
    stage: Stage


def stretch_at(issue: Issue, index: int) -> Stretch:
    """Return the stretch of sessions around ``index`` in which nothing changes."""
    if issue.story is Story.YEARLY:
        return _yearly(issue, index)
    if issue.story is Story.SPLITS:
        start = index - (index - issue.phase) % SPLIT_PERIOD
        return _found(_SPLIT, start, index)
    if issue.story is Story.LIFE:
        return _found(_life(issue), issue.first, index)
    return Stretch(0, _FOR_EVER, _CALM)


_CALM: Final = Stage(_FOR_EVER)
_SPLIT: Final = (
    Stage(SPLIT_HALT, Mode.HALTED, _HALTED),
    Stage(1, Mode.SPLIT),
    Stage(SPLIT_PERIOD - SPLIT_HALT - 1),
)


def _yearly(issue: Issue, index: int) -> Stretch:
    year, offset = divmod(index + issue.phase, _YEAR)
    return _found(_stages_of_year(issue.key, year), index - offset, index)


@lru_cache(maxsize=4096)
def _stages_of_year(key: int, year: int) -> Sequence[Stage]:
    fate, surge, start, mark, days, halt, halt_start, halt_days = rolled(
        keyed(key, 2), year
    )
    always = _WATCHED if fate < 6 else _ATTENTION if fate < 12 else _NONE
    before = 20 + start % 130
    rise = 4 + days % 4 if surge < 64 else 0
    marked = (10 + days % 10 if mark & 1 else 3) if rise else 0
    kind = _WARNING if mark & 1 else _OVERHEATED
    still = 1 + halt_days % _LONGEST_HALT if halt < 48 else 0
    calm = 185 + halt_start % 45 - before - rise - marked
    rest = _YEAR - before - rise - marked - calm - still
    return (
        Stage(before, designations=always),
        Stage(rise, designations=always, drift=35_000),
        Stage(marked, designations=always | kind, drift=-6_000),
        Stage(calm, designations=always),
        Stage(still, Mode.HALTED, always | _HALTED),
        Stage(rest, designations=always),
    )


def _life(issue: Issue) -> Sequence[Stage]:
    end = issue.first + _FOR_EVER if issue.end is None else issue.end
    return (
        Stage(1, Mode.LISTING),
        Stage(end - issue.first - 1 - _TO_THE_END),
        Stage(_UNDER_WATCH, designations=_WATCHED, drift=-6_000),
        Stage(_LONGEST_HALT, Mode.HALTED, _WATCHED | _HALTED),
        Stage(_LIQUIDATION, Mode.LIQUIDATION, _ENDING),
    )


def _found(stages: Sequence[Stage], first: int, index: int) -> Stretch:
    for stage in stages:
        stop = first + stage.length
        if index < stop:
            return Stretch(first, stop, stage)
        first = stop
    message = f"session {index} lies behind the last stage, which ends at {first}"
    raise ValueError(message)
