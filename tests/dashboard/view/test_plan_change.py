"""What changed from the plan before, and why."""

import pytest

from builders import SESSION
from dashboard import plans
from khms_trader.dashboard.sources import PlanFile
from khms_trader.dashboard.view.plan import PlanShown
from khms_trader.dashboard.view.plan_change import CAME, GONE, STAYED, change_of
from khms_trader.dashboard.view.plan_reading import (
    read_plan,
)

FILE = PlanFile(session=SESSION, name="next_open_plan_20260304.json")


@pytest.fixture
def shown() -> PlanShown:
    return read_plan(plans.planned_room(), FILE)


def test_the_difference_says_what_came_and_went_and_why(shown: PlanShown) -> None:
    change = change_of(shown)

    assert change is not None
    assert change.against == "02.27 15:40에 만든 03.03 (화) 계획"
    assert [(line.symbol, line.what, line.why) for line in change.lines] == [
        ("086520", STAYED, ""),
        ("091990", CAME, ""),
        ("112040", GONE, "빈 자리 없음"),
        ("263750", GONE, "기준일에 거래 없음"),
        ("247540", STAYED, ""),
    ]
    assert change.notes == ("빈 자리 3개 → 2개",)


def test_the_first_plan_has_none_before() -> None:
    room = plans.planned_room(plans.the_plan())

    assert change_of(read_plan(room, FILE)) is None
