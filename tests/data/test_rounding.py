"""How far prices may be off by rounding, before and after a change of basis."""

import pytest

from data.markets import a_market, spoilt, weekdays
from khms_trader.data.quality import find_problems
from khms_trader.domain.quality import BarProblem, QualityCode

A = "000250"


@pytest.mark.parametrize(("close", "is_told"), [(1_034, False), (1_035, True)])
def test_moved_prices_may_be_off_by_the_won_that_was_moved_with_them(
    close: int, *, is_told: bool
) -> None:
    panel = spoilt(a_market(40), 20, A, close=close)
    moved = BarProblem(
        symbol=A,
        code=QualityCode.REBASED,
        session=panel.sessions[21],
        detail="x3.0005",
    )

    found = find_problems(
        panel, basis="adjusted", calendar_sessions=weekdays(60), rebased=[moved]
    )

    assert bool(found) is is_told


def test_bars_from_the_move_on_and_of_others_are_judged_as_ever() -> None:
    panel = spoilt(a_market(40), 20, A, close=1_033)
    panel = spoilt(panel, 19, "000440", close=1_032)
    moved = BarProblem(
        symbol=A, code=QualityCode.REBASED, session=panel.sessions[20], detail="x3"
    )

    found = find_problems(
        panel, basis="adjusted", calendar_sessions=weekdays(60), rebased=[moved]
    )

    assert [problem.symbol for problem in found] == ["000440", A]
