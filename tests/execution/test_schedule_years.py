"""Ten simulated years: each session exactly one prepare and one execute."""

from collections import Counter
from datetime import date

import pytest

from execution.schedule_rooms import KRX, World, a_world, seoul
from khms_trader.execution.schedule import run_schedule
from khms_trader.planning.schedule_times import JobKind

FIRST, LAST = date(2017, 1, 2), date(2026, 12, 30)
# 243 244 246 248 248 246 245 244 242 244, year by year.
SESSIONS_2017_TO_2026 = 2_450
EXAM_DAYS = [
    "2017-11-16",
    "2017-11-23",
    "2018-11-15",
    "2019-11-14",
    "2020-12-03",
    "2021-11-18",
    "2022-11-17",
    "2023-11-16",
    "2024-11-14",
    "2025-11-13",
    "2026-11-19",
]
FIRST_DAYS = [
    "2017-01-02",
    "2018-01-02",
    "2019-01-02",
    "2020-01-02",
    "2021-01-04",
    "2022-01-03",
    "2023-01-02",
    "2024-01-02",
    "2025-01-02",
    "2026-01-02",
]


@pytest.fixture(scope="module")
def world() -> World:
    """Ten years of a scheduler; nobody changes them afterwards."""
    lived = a_world("2017-01-01T12:00")
    run_schedule(lived.room(until=seoul("2026-12-30T15:39")))
    return lived


def test_ten_years_have_one_prepare_and_one_execute_for_each_session(
    world: World,
) -> None:
    served = Counter((slot.kind, slot.session) for _, slot in world.calls)
    sessions = KRX.sessions(FIRST, LAST)
    assert len(sessions) == SESSIONS_2017_TO_2026
    assert served == Counter((kind, day) for kind in JobKind for day in sessions)
    assert world.misses() == []
    assert all(KRX.is_session(at.date()) for at, _ in world.calls)


def test_ten_years_of_late_opens_and_closes_move_the_jobs(world: World) -> None:
    odd = {
        (slot.kind.value, f"{at:%Y-%m-%d}"): f"{at:%H:%M}"
        for at, slot in world.calls[1:]
        if f"{at:%H:%M}" not in {"09:01", "15:40"}
    }
    late = {("execute", day): "10:01" for day in EXAM_DAYS + FIRST_DAYS}
    assert odd == late | {("prepare", day): "16:40" for day in EXAM_DAYS}
