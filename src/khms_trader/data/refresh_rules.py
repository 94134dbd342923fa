"""What a refresh has to ask for, and how fetched rows become stored ones: pure.

Whether both go together is judged in ``bar_overlap``, for imports and refreshes alike.
"""

from typing import Final

import numpy as np

from khms_trader.data.bar_folds import rescaled
from khms_trader.data.bar_overlap import COMPARED
from khms_trader.data.bar_rows import BarRows, stacked
from khms_trader.data.marks import BEGINNING, PARTIAL

MOST_PROVISIONAL: Final = 5
"""Sessions after which a bar of provisional volume is asked for again at the latest."""

_PAGE_SESSIONS: Final = 100  # what one request brings
_MARGIN_SESSIONS: Final = 20  # a strategy counts traded bars, and some days have none


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


def begun(rows: BarRows, since: int) -> BarRows:
    """Return ``rows`` by day; a later beginning than ``since`` is marked as the first.

    Args:
        since: the day from which on bars were asked for.
    """
    rows = rows.take(np.argsort(rows.days, kind="stable"))
    if rows.days[0] > since:
        rows.marks[0] |= BEGINNING
    return rows


def on_new_basis(stored: BarRows, fetched: BarRows, ratio: float) -> BarRows:
    """Return ``fetched`` with the older ``stored`` bars, if any, moved to its basis."""
    older = stored.take(np.flatnonzero(stored.days < fetched.days[0]))
    return stacked([rescaled(older, np.full(len(older), ratio)), fetched])


def with_day(stored: BarRows, newest: BarRows) -> BarRows:
    """Return ``stored`` with the one bar of ``newest``, in place of its own of then."""
    others = stored.take(np.flatnonzero(stored.days != newest.days[0]))
    return stacked([others, newest])
