"""The account's worth by session, from every time it was read. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from khms_trader.domain.events import AccountObserved, Event
from khms_trader.planning.state_view import change_percent

SESSIONS_SHOWN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityPoint:
    """What the account was worth, in won, when it was last read on ``session``."""

    session: date
    total: int


def points_of(events: Iterable[Event]) -> tuple[EquityPoint, ...]:
    """Return one point per session that was seen, oldest first."""
    totals = {
        event.session: event.observed.total
        for event in events
        if isinstance(event, AccountObserved)
    }
    return tuple(
        EquityPoint(session=session, total=total)
        for session, total in sorted(totals.items())
    )


def shown_until(
    points: Sequence[EquityPoint], session: date
) -> tuple[EquityPoint, ...]:
    """Return the newest points a picture shows, the last of ``session`` or before."""
    return tuple(p for p in points if p.session <= session)[-SESSIONS_SHOWN:]


def change_since(
    points: Sequence[EquityPoint], session: date, total: int
) -> tuple[int, Decimal | None] | None:
    """Return won and percent between the session seen before and ``total``.

    None when no earlier session was seen.
    """
    before = [point for point in points if point.session < session]
    if not before:
        return None
    last = before[-1].total
    return total - last, change_percent(total, Decimal(last))
