"""A desk rests by the clock, or as whoever may stop it says."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from execution.practice_desk import a_practice_desk, swap_plan
from fakes import Workbench, at
from khms_trader.domain.order import Side
from khms_trader.execution.execute import execute


class Stopped(BaseException):
    """Somebody asked to stop."""


def test_a_desk_rests_by_its_clock(bench: Workbench) -> None:
    began = bench.clock.now()

    bench.desk.rest(2.5)

    assert bench.clock.now() - began == timedelta(seconds=2.5)


def test_another_way_to_rest_takes_its_place(bench: Workbench) -> None:
    rested: list[float] = []

    replace(bench.desk, rest_by=rested.append).rest(2.5)

    assert rested == [2.5]
    assert bench.clock.now() == at(9, 1)


@pytest.mark.parametrize("late", [True, False])
def test_a_run_that_waits_for_fills_or_opens_can_be_stopped_there(
    tmp_path: Path, *, late: bool
) -> None:
    with a_practice_desk(tmp_path, sold=()) as desk:
        desk.plans.save(swap_plan(sold=(), bought=("200000",)))
        if late:
            desk.practice.market.late["200000"] = at(9, 30)
        else:
            desk.practice.market.opens["200000"] = 10_400
        one = desk.desk()

        def stop(seconds: float) -> None:
            desk.clock.sleep(seconds)
            if desk.clock.now() > at(9, 3):
                raise Stopped

        with pytest.raises(Stopped):
            execute(replace(one, rest_by=stop))

        assert at(9, 3) < desk.clock.now() < at(9, 4, 10)
        assert late or desk.record("200000", Side.BUY).state.is_working
