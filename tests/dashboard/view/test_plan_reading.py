"""Reading a plan: which one, with which account, and the one before."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import ASOF, SESSION, a_plan, a_record, at
from dashboard import plans
from dashboard.rooms import ListedPlans
from khms_trader.clock import ManualClock
from khms_trader.dashboard.sources import PlanFile
from khms_trader.dashboard.view.plan import Standing
from khms_trader.dashboard.view.plan_reading import (
    first_choice,
    managed_while_planning,
    read_plan,
    standing_in,
)
from khms_trader.domain.events import HoldingReleased
from khms_trader.domain.order import OrderState

FILE = PlanFile(session=SESSION, name="next_open_plan_20260304.json")


def test_a_plan_made_again_with_the_same_outcome_is_no_plan_before() -> None:
    again = replace(plans.the_plan(), generated_at=at("20:20", ASOF), plan_id="again")
    room = plans.planned_room(plans.the_plan_before(), plans.the_plan(), again)

    before = read_plan(room, FILE).before

    assert before is not None
    assert before.plan.plan_id == "20260303-aaaaaaaa"


def test_the_page_opens_with_the_newest_plan_of_its_own_account() -> None:
    foreign = replace(plans.the_plan(), account="virtual-0a1b2c3d")
    room = plans.planned_room(plans.the_plan_before(), foreign)

    assert first_choice(room, room.plans.files()) == 1


def test_a_broken_newest_plan_is_not_hidden() -> None:
    room = plans.broken_room()

    assert first_choice(room, room.plans.files()) == 0


def test_a_plan_of_another_account_is_judged_without_this_ones_holdings() -> None:
    foreign = replace(plans.the_plan(), account="virtual-0a1b2c3d")
    room = replace(plans.planned_room(), plans=ListedPlans(plans=(foreign,)))

    shown = read_plan(room, FILE)

    assert shown.meant.observed is None
    assert standing_in(room, shown) is Standing.UNKNOWN


@pytest.mark.parametrize(
    ("clock", "standing"),
    [
        ("08:00", Standing.AHEAD),
        ("09:30", Standing.AHEAD),
        ("09:30:01", Standing.MISSED),
        ("15:00", Standing.MISSED),
    ],
)
def test_a_plan_is_missed_once_execute_may_not_start_any_more(
    clock: str, standing: Standing
) -> None:
    room = replace(plans.planned_room(), clock=ManualClock(at(clock)))

    assert standing_in(room, read_plan(room, FILE)) is standing


def test_a_plan_that_execute_is_at_work_on_is_not_missed() -> None:
    room = replace(plans.busy_room(), clock=ManualClock(at("09:31")))

    assert standing_in(room, read_plan(room, FILE)) is Standing.AHEAD


def test_management_is_counted_up_to_the_plan_and_no_further() -> None:
    bought = a_record("buy 247540 x10", OrderState.FILLED, filled=(10, 1_000_000))
    on_the_day = a_plan()
    next_day = replace(on_the_day, data_asof=SESSION)
    gone = HoldingReleased(
        at=at("15:41"), account="paper", session=SESSION, symbol="247540", quantity=4
    )

    assert managed_while_planning(on_the_day, records=[bought], moves=[gone]) == {}
    assert managed_while_planning(next_day, records=[bought], moves=[gone]) == {
        "247540": 6
    }


@given(
    bought=st.dictionaries(
        st.sampled_from(["247540", "091990"]), st.integers(1, 500), max_size=2
    )
)
def test_management_never_holds_nothing_or_less(bought: dict[str, int]) -> None:
    records = [
        a_record(f"{side} {symbol} x{n}", OrderState.FILLED, filled=(n, n))
        for symbol, n in bought.items()
        for side in ("buy", "sell")
    ]
    plan = replace(a_plan(), data_asof=SESSION)

    assert managed_while_planning(plan, records=records, moves=[]) == {}
    assert managed_while_planning(plan, records=records[::2], moves=[]) == bought
