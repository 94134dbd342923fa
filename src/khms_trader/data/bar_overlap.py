"""Deciding how new bars of one symbol go with its stored ones, from their overlap.

An adjusted history is rewritten with every split, bonus or rights issue: 12.7 % of
symbols within 13 months [M], so bars may only be appended to a series on the same
basis (krx-market.md section 4). It decides and changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import numpy as np
import numpy.typing as npt

from khms_trader.data.bar_rows import BarRows, Indices, session_of
from khms_trader.data.marks import PARTIAL
from khms_trader.data.quality import DAY_LIMIT
from khms_trader.domain.instrument import InstrumentKind
from khms_trader.market.prices import tick_rule, tick_size

Closes = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
IsNext = Callable[[int, int], bool]

# Traded bars looked at, at either end of what two sources have in common.
COMPARED: Final = 20
# A ratio needs some bars to be called constant; equality needs but one.
_LEAST_FOR_A_RATIO: Final = 5
_SAME: Final = 0.002
_CONSTANT: Final = 0.003
_MAX_PRICE: Final = 2**31 - 1


class Fit(Enum):
    """How new bars go with stored ones."""

    SAME = auto()
    NEWER_BASIS = auto()  # the stored bars move to the basis of the new ones
    OLDER_BASIS = auto()  # the new bars move to the basis of the stored ones
    MISMATCH = auto()  # nobody knows: the stored bars stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What is to be done with the new bars of a symbol.

    Attributes:
        ratio: a new price over the stored price of the same bar.
        day: for MISMATCH, where it was there to be seen.
        is_stored_unfinished: the last stored bar is an earlier state of a new one.
        is_new_unfinished: the last new bar is an earlier state of a stored one.
    """

    fit: Fit
    ratio: float = 1.0
    day: int = 0
    is_stored_unfinished: bool = False
    is_new_unfinished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pair:
    """Stored and new bars of one symbol, and where both have one."""

    old: BarRows
    new: BarRows
    at_old: Indices
    at_new: Indices

    def closes(self, chosen: Indices) -> tuple[Closes, Closes]:
        old = self.old.close[self.at_old[chosen]].astype(np.float64)
        return old, self.new.close[self.at_new[chosen]].astype(np.float64)

    def day(self, place: int) -> int:
        return int(self.old.days[self.at_old[place]])


def judged_overlap(
    old: BarRows, new: BarRows, *, is_adjusted: bool, is_next: IsNext
) -> Ruling:
    """Return how ``new`` goes with ``old``, both of one symbol and by session.

    Compared are traded final bars: of adjusted prices up to 20 at either end of the
    overlap, of raw ones all. Equal bars are enough to append, however few; to call a
    ratio constant takes five; raw bars have no ratio. Whichever goes on longer gives
    the basis. Without a common bar raw bars are appended; adjusted ones only where
    they follow on the next session without a jump.

    Args:
        is_next: whether no session lies between two days.
    """
    _, at_old, at_new = np.intersect1d(
        old.days, new.days, assume_unique=True, return_indices=True
    )
    if not len(at_old):
        return _apart(old, new, is_adjusted=is_adjusted, is_next=is_next)
    pair = _Pair(old=old, new=new, at_old=at_old, at_new=at_new)
    is_final = ((old.marks[at_old] | new.marks[at_new]) & PARTIAL) == 0
    is_traded = (old.volume[at_old] > 0) & (new.volume[at_new] > 0)
    chosen = np.flatnonzero(is_final & is_traded)
    body, edge = _without_edge(pair, chosen)
    ratio = _ratio(*pair.closes(body[-COMPARED:])) if is_adjusted else 1.0
    old_is, new_is = _unfinished(pair, edge, ratio)
    if old_is or new_is:
        chosen = body
    fit, day = _fit(pair, chosen, ratio, is_adjusted=is_adjusted)
    is_known = fit in (Fit.NEWER_BASIS, Fit.OLDER_BASIS)
    return Ruling(
        fit=fit,
        ratio=ratio if is_known else 1.0,
        day=day,
        is_stored_unfinished=old_is,
        is_new_unfinished=new_is,
    )


def agrees(old: Closes, new: Closes, day: int) -> Flags:
    """Return where closes are the same but for rounding: 0.2 %, 1 won or one tick."""
    distance = np.abs(new - old)
    answer: Flags = distance <= np.maximum(1.0, _SAME * old)
    rule = tick_rule(session_of(day), InstrumentKind.EQUITY)
    for at in np.flatnonzero(~answer & (distance <= 2 * _SAME * old)).tolist():
        answer[at] = distance[at] <= tick_size(int(old[at]), rule)
    return answer


def _apart(old: BarRows, new: BarRows, *, is_adjusted: bool, is_next: IsNext) -> Ruling:
    first, second = (old, new) if old.days[-1] < new.days[0] else (new, old)
    border = int(first.days[-1]), int(second.days[0])
    is_joint = border[0] < border[1] and is_next(*border)
    move = abs(int(second.close[0]) / int(first.close[-1]) - 1)
    if not is_adjusted or (is_joint and move <= DAY_LIMIT):
        return Ruling(fit=Fit.SAME)
    return Ruling(fit=Fit.MISMATCH, day=int(max(old.days[0], new.days[0])))


def _without_edge(pair: _Pair, chosen: Indices) -> tuple[Indices, int | None]:
    """Return ``chosen`` without a bar that may be unfinished, and that bar."""
    if not len(chosen):
        return chosen, None
    last = pair.day(int(chosen[-1]))
    if last not in (int(pair.old.days[-1]), int(pair.new.days[-1])):
        return chosen, None
    return chosen[:-1], int(chosen[-1])


def _ratio(old: Closes, new: Closes) -> float:
    """Return the price ratio over bars, 1 when they are too few for one.

    Sums, not single ratios: whole-won rounding of cheap shares cancels out.
    """
    if len(old) < _LEAST_FOR_A_RATIO:
        return 1.0
    return float(new.sum() / old.sum())


def _unfinished(pair: _Pair, edge: int | None, ratio: float) -> tuple[bool, bool]:
    """Return whether the stored, or the new, bar at ``edge`` is a state of the other.

    A bar taken during its session has the opening price of the final one, lies
    within it and has less volume.
    """
    if edge is None:
        return False, False
    at_old, at_new = int(pair.at_old[edge]), int(pair.at_new[edge])
    bars = [
        [int(rows.open[at]), int(rows.high[at]), int(rows.low[at])]
        for rows, at in ((pair.old, at_old), (pair.new, at_new))
    ]
    shares = [float(pair.old.volume[at_old]) / ratio, float(pair.new.volume[at_new])]
    (opened, high, low), theirs = [price * ratio for price in bars[0]], bars[1]
    slack = 1.0 + _SAME * theirs[0]
    # Not every source scales volume, so moved bars must differ in price too.
    is_moved = abs(ratio - 1) > _SAME
    old, new = pair.closes(np.array([edge]))
    is_same = is_moved and abs(float(new[0] - ratio * old[0])) <= slack
    if is_same or abs(opened - theirs[0]) > slack:
        return False, False
    is_inside = high <= theirs[1] + slack and low >= theirs[2] - slack
    is_around = high >= theirs[1] - slack and low <= theirs[2] + slack
    return is_inside and shares[0] < shares[1], is_around and shares[0] > shares[1]


def _fit(
    pair: _Pair, chosen: Indices, ratio: float, *, is_adjusted: bool
) -> tuple[Fit, int]:
    if not len(chosen):
        return _fit_of_others(pair)
    if is_adjusted and len(chosen) > 2 * COMPARED:
        chosen = np.concatenate([chosen[:COMPARED], chosen[-COMPARED:]])
    old, new = pair.closes(chosen)
    same = agrees(old, new, pair.day(int(chosen[-1])))
    if same.all():
        return Fit.SAME, 0
    mismatch = Fit.MISMATCH, pair.day(int(chosen[int(np.argmin(same))]))
    is_enough = is_adjusted and len(chosen) >= _LEAST_FOR_A_RATIO
    if not is_enough or not _is_constant(old, new, ratio):
        return mismatch
    if abs(ratio - 1) <= _SAME:
        return Fit.SAME, 0
    is_newer = pair.new.days[-1] > pair.old.days[-1]
    moved, factor = (pair.old, ratio) if is_newer else (pair.new, 1 / ratio)
    if int(moved.high.max()) * factor > _MAX_PRICE:
        return mismatch
    return (Fit.NEWER_BASIS if is_newer else Fit.OLDER_BASIS), 0


def _fit_of_others(pair: _Pair) -> tuple[Fit, int]:
    """Return the fit when no final traded bar is common: the last one's opens agree.

    The open of an unfinished bar is final, and that of an untraded one its close.
    """
    last = np.array([len(pair.at_old) - 1])
    old = pair.old.open[pair.at_old[last]].astype(np.float64)
    new = pair.new.open[pair.at_new[last]].astype(np.float64)
    day = pair.day(int(last[0]))
    is_same = bool(agrees(old, new, day).all())
    return (Fit.SAME if is_same else Fit.MISMATCH), day


def _is_constant(old: Closes, new: Closes, ratio: float) -> bool:
    """Return whether ``new`` is ``old`` times ``ratio``, whole won apart."""
    rounding = 0.5 + 0.5 * ratio
    excess = np.maximum(np.abs(new - ratio * old) - rounding, 0) / new
    return bool(np.sqrt(np.mean(excess**2)) < _CONSTANT)
