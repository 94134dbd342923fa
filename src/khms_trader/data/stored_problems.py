"""What is wrong with a whole store of bars: found in them, and remembered beside them.

Imports and refreshes judge alike, anew with every change.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from khms_trader.data.quality import find_problems
from khms_trader.domain.panel import Panel
from khms_trader.domain.quality import BarProblem, QualityCode

# What bars alone do not show.
KEPT_CODES: Final = frozenset(
    {
        QualityCode.MIXED_SOURCES,
        QualityCode.OVERLAP_MISMATCH,
        QualityCode.REBASED,
        QualityCode.DUPLICATES,
        QualityCode.PARTIAL_LAST_DAY,
    }
)


def found_problems(
    panel: Panel,
    *,
    basis: str,
    is_session: Callable[[date], bool],
    remembered: Iterable[BarProblem],
) -> tuple[BarProblem, ...]:
    """Return the problems that the bars of ``panel``, at least one, show by themselves.

    Args:
        remembered: what is known beside the bars.
    """
    first, last = panel.sessions[0], panel.sessions[-1]
    rebased = [found for found in remembered if found.code is QualityCode.REBASED]
    return find_problems(
        panel,
        basis=basis,
        calendar_sessions=sessions_between(first, last, is_session),
        rebased=rebased,
    )


def sessions_between(
    first: date, last: date, is_session: Callable[[date], bool]
) -> tuple[date, ...]:
    """Return the sessions from ``first`` to ``last``, both included."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if is_session(day))
