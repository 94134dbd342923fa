"""What a refresh has to ask for, and how fetched rows become stored ones: pure.

Whether both go together is judged in ``bar_overlap``, for imports and refreshes alike.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from khms_trader.data.bar_folds import rescaled
from khms_trader.data.bar_overlap import COMPARED
from khms_trader.data.bar_rows import BarRows, Days, stacked
from khms_trader.data.marks import BEGINNING, LOOKED, PARTIAL

MOST_PROVISIONAL: Final = 5
"""Sessions after which a bar of provisional volume is asked for again at the latest."""

LOOK_AGAIN: Final = 20
"""Sessions after which a hole that the source has too is asked for again."""

LONGEST_QUARREL: Final = 5
"""Sessions after which a source that still contradicts stored bars is believed."""

_PAGE_SESSIONS: Final = 100  # what one request brings
_MARGIN_SESSIONS: Final = 20  # a strategy counts traded bars, and some days have none
_EVERY_MARK: Final = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fetched:
    """What the source gave of one symbol, at least one bar.

    Attributes:
        since: the day from which on it was asked for.
        is_beginning: asked again, it has no bar from then to the first one.
        has_looked: it was asked for all holes that were known, and answered.
    """

    rows: BarRows
    since: int
    is_beginning: bool
    has_looked: bool = False


def sessions_to_keep(needed: int) -> int:
    """Return how many sessions back a symbol's bars shall reach for ``needed`` bars."""
    return max(needed + _MARGIN_SESSIONS, _PAGE_SESSIONS)


def overlap_day(rows: BarRows) -> int:
    """Return the day from which on ``rows``, of one symbol, are asked for again.

    So that 20 traded bars can be compared (krx-market.md section 4), and every bar
    that is not final replaced.
    """
    is_open = (rows.marks & PARTIAL) > 0
    compared = rows.days[~is_open & (rows.volume > 0)][-COMPARED:]
    starts = [*compared[:1].tolist(), *rows.days[is_open][:1].tolist()]
    return int(min(starts, default=int(rows.days[-1])))


def is_short(rows: BarRows, since: int) -> bool:
    """Return whether bars of ``since`` and later, that there may be, are not stored."""
    return bool(rows.days[0] > since and not rows.marks[0] & BEGINNING)


def first_provisional(rows: BarRows) -> int | None:
    """Return the day of the oldest bar that is not final."""
    days = rows.days[(rows.marks & PARTIAL) > 0]
    return int(days[0]) if len(days) else None


def hole_before(rows: BarRows, sessions: Days) -> int | None:
    """Return the stored day before the oldest hole worth a request, None without one.

    A hole is worth one when it is seen, and another every 20 sessions while the source
    has no row there either.

    Args:
        sessions: those of the exchange over the span that is needed, as days.
    """
    inside = sessions[(sessions > rows.days[0]) & (sessions < rows.days[-1])]
    holes = inside[~np.isin(inside, rows.days)]
    if not len(holes):
        return None
    looked = rows.days[(rows.marks & LOOKED) > 0]
    if len(looked):
        rested = np.count_nonzero(sessions > looked[-1])
        if holes[-1] < looked[-1] and rested < LOOK_AGAIN:
            return None
    return int(rows.days[np.searchsorted(rows.days, holes[0]) - 1])


def noted(rows: BarRows, fetched: Fetched, stored: BarRows) -> BarRows:
    """Return ``rows``, made of both, by day, marked with what the source was asked."""
    rows = begun(remembering(rows, stored), fetched)
    if fetched.has_looked:
        rows.marks[:] &= _EVERY_MARK ^ LOOKED
        rows.marks[-1] |= LOOKED
    return rows


def begun(rows: BarRows, fetched: Fetched) -> BarRows:
    """Return ``rows`` by day, the first marked where the source has none before it."""
    rows = _by_day(rows)
    if fetched.is_beginning and rows.days[0] > fetched.since:
        rows.marks[0] |= BEGINNING
    return rows


def remembering(rows: BarRows, stored: BarRows) -> BarRows:
    """Return ``rows`` by day with what the ``stored`` ones say of the source."""
    rows = _by_day(rows)
    _, mine, theirs = np.intersect1d(
        rows.days, stored.days, assume_unique=True, return_indices=True
    )
    rows.marks[mine] |= stored.marks[theirs] & (BEGINNING | LOOKED)
    rows.marks[1:] &= _EVERY_MARK ^ BEGINNING
    return rows


def on_new_basis(stored: BarRows, fetched: BarRows, ratio: float) -> BarRows:
    """Return ``fetched`` with the older ``stored`` bars, if any, moved to its basis."""
    older = stored.take(np.flatnonzero(stored.days < fetched.days[0]))
    return stacked([rescaled(older, np.full(len(older), ratio)), fetched])


def with_day(stored: BarRows, newest: BarRows) -> BarRows:
    """Return ``stored`` with the one bar of ``newest``, in place of its own of then."""
    others = stored.take(np.flatnonzero(stored.days != newest.days[0]))
    return stacked([others, newest])


def _by_day(rows: BarRows) -> BarRows:
    """Return a copy of ``rows`` by day."""
    return rows.take(np.argsort(rows.days, kind="stable"))
