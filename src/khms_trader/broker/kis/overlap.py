"""Deciding how freshly fetched bars go with stored ones of the same symbol: pure.

KIS rewrites an adjusted history with every split, bonus or rights issue (12.7 % of
symbols within 13 months [M]), so a series that is only appended to goes wrong within
weeks. The rule is that of krx-market.md section 4, as ``data`` has it for imports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import sqrt
from typing import Final

from khms_trader.broker.kis.wire.bars import DailyBar, MultiPrice
from khms_trader.domain.instrument import InstrumentKind
from khms_trader.market.prices import base_price, tick_rule

COMPARED: Final = 20
"""Traded bars that are compared, the newest both have."""

_LEAST_FOR_A_RATIO: Final = 5
_SAME: Final = 0.002
_CONSTANT: Final = 0.003


class Fit(StrEnum):
    """How fetched bars go with stored ones."""

    APPEND = "append"
    REBASE = "rebase"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What the bars both have say.

    Attributes:
        ratio: a fetched close over the stored one; 1 unless the fit is REBASE.
        differs_on: for QUARANTINE, the first session that does not fit.
    """

    fit: Fit
    ratio: float = 1.0
    differs_on: date | None = None


def overlap_begin(stored: Sequence[DailyBar]) -> date:
    """Return from which session on to fetch, so that 20 traded bars can be compared."""
    traded = [bar.session for bar in stored if bar.volume]
    compared = traded[-COMPARED:] or [stored[-1].session]
    return compared[0]


def judge_overlap(stored: Sequence[DailyBar], fetched: Sequence[DailyBar]) -> Overlap:
    """Return how ``fetched`` goes with ``stored``, both final and oldest first.

    Equal closes (0.2 % or 1 won apart) append, however few; a constant ratio, which
    takes five bars, means a new basis; anything else nobody knows. Where neither side
    traded on a common session, the closes carried over are compared.
    """
    old_by_session = {bar.session: bar for bar in stored}
    common = [
        (old_by_session[bar.session], bar)
        for bar in fetched
        if bar.session in old_by_session
    ]
    traded = [pair for pair in common if pair[0].volume and pair[1].volume]
    compared = (traded or common)[-COMPARED:]
    if not compared:
        return Overlap(fit=Fit.QUARANTINE, differs_on=stored[-1].session)
    unlike = [new.session for old, new in compared if not _agree(old.close, new.close)]
    if not unlike:
        return Overlap(fit=Fit.APPEND)
    ratio = sum(new.close for _, new in compared) / sum(o.close for o, _ in compared)
    if len(compared) >= _LEAST_FOR_A_RATIO and _is_constant(compared, ratio):
        return Overlap(fit=Fit.REBASE, ratio=ratio)
    return Overlap(fit=Fit.QUARANTINE, differs_on=unlike[0])


def bar_to_append(
    price: MultiPrice,
    last: DailyBar,
    kind: InstrumentKind,
    *,
    previous_session: date,
) -> DailyBar | None:
    """Return the bar a many-symbol price adds to a series; None: it needs its history.

    The day's base price must be what the last stored close leads to (the close, or
    the next tick up of one off the grid): any other base means a split, an ex-day or
    a gap. The caller asks after the close only, see ``is_day_done``.

    Args:
        last: the newest stored bar, final.
        previous_session: the session before the price's.
    """
    bar = price.bar
    rule = tick_rule(bar.session, kind)
    follows = last.session == previous_session
    if not follows or price.base_price != base_price(last.close, rule):
        return None
    is_whole = bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close)
    if not is_whole or max(bar.open, bar.close) > bar.high:
        return None
    # A day without trades keeps the close; any other price is not that day's.
    return bar if bar.volume or bar.close in {last.close, price.base_price} else None


def is_day_done(session: date, done_at: datetime, now: datetime) -> bool:
    """Return whether a price asked for at ``now`` is the whole day of ``session``.

    Only on the day itself: nobody says when KIS starts the next one.
    """
    return now.date() == session and now >= done_at


def _agree(old: int, new: int) -> bool:
    return abs(new - old) <= max(1.0, _SAME * old)


def _is_constant(pairs: Sequence[tuple[DailyBar, DailyBar]], ratio: float) -> bool:
    """Return whether the ratio spreads by less than 0.3 % beyond whole-won rounding."""
    rounding = 0.5 + 0.5 * ratio
    spread = [
        max(abs(new.close - ratio * old.close) - rounding, 0.0) / new.close
        for old, new in pairs
    ]
    return sqrt(sum(each**2 for each in spread) / len(spread)) < _CONSTANT
