"""A plan as it was meant: what could trade, the rest, and where it stands."""

from dataclasses import replace
from datetime import date

import pytest

from builders import SESSION, at
from dashboard import plans
from khms_trader.dashboard.sources import PlanFile
from khms_trader.dashboard.view.plan import PlanShown, Standing, standing_of
from khms_trader.dashboard.view.plan_reading import (
    read_plan,
)

FILE = PlanFile(session=SESSION, name="next_open_plan_20260304.json")


@pytest.fixture
def shown() -> PlanShown:
    return read_plan(plans.planned_room(), FILE)


def test_candidates_are_what_planning_would_send(shown: PlanShown) -> None:
    assert [line.symbol for line in shown.meant.sells] == ["086520"]
    assert [line.symbol for line in shown.meant.buys] == ["247540", "091990"]
    assert shown.total_cost == 1_602_352  # 1,000,000 + 600,000 and 14.7 bps of each


@pytest.mark.parametrize(
    ("archived", "is_executed", "today", "standing"),
    [
        (0, False, SESSION, Standing.AHEAD),
        (0, False, date(2026, 3, 5), Standing.MISSED),
        (1, False, SESSION, Standing.SUPERSEDED),
        (0, True, date(2026, 3, 5), Standing.EXECUTED),
        (0, None, date(2026, 3, 5), Standing.UNKNOWN),
        (1, None, SESSION, Standing.UNKNOWN),
    ],
)
def test_a_plan_stands_where_its_day_left_it(
    shown: PlanShown,
    *,
    archived: int,
    is_executed: bool | None,
    today: date,
    standing: Standing,
) -> None:
    found = replace(shown, archived=archived, is_executed=is_executed)

    assert standing_of(found, at("09:00", today)) is standing
