"""One point per session: the last time the account was read on it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import ASOF, SESSION, at
from khms_trader.domain.events import AccountObserved
from khms_trader.notifications.messages.equity import (
    EquityPoint,
    change_since,
    points_of,
    shown_until,
)
from notifications.messages.stories import observed, prepared, the_account, the_plan


def reading(total: int, session: date, clock: str = "15:40") -> AccountObserved:
    return observed(replace(the_account(), total=total), session, at(clock, session))


def test_the_last_reading_of_a_session_is_its_point() -> None:
    events = (
        reading(100, ASOF),
        reading(110, SESSION, "09:06"),
        reading(120, SESSION),
        prepared(the_plan()),
    )

    assert points_of(events) == (
        EquityPoint(session=ASOF, total=100),
        EquityPoint(session=SESSION, total=120),
    )


def test_the_change_is_against_the_session_seen_before() -> None:
    points = points_of((reading(1_000, ASOF), reading(1_500, SESSION)))

    assert change_since(points, SESSION, 1_015) == (15, Decimal("1.50"))
    assert change_since(points, ASOF, 1_000) is None


def test_a_change_from_nothing_has_no_percentage() -> None:
    assert change_since((EquityPoint(session=ASOF, total=0),), SESSION, 5) == (5, None)


@settings(max_examples=50)
@given(days=st.lists(st.integers(0, 200), unique=True), last=st.integers(0, 200))
def test_a_picture_shows_the_newest_sixty_sessions_up_to_its_own(
    days: list[int], last: int
) -> None:
    points = [
        EquityPoint(session=ASOF + timedelta(days=day), total=day)
        for day in sorted(days)
    ]

    shown = shown_until(points, ASOF + timedelta(days=last))

    assert [point.total for point in shown] == sorted(d for d in days if d <= last)[
        -60:
    ]
