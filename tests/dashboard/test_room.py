"""What a room answers out of its parts."""

from dataclasses import replace
from datetime import date

from builders import SESSION, a_plan, a_record
from dashboard.rooms import ListedJournal, ListedPlans, StillMarket, a_room
from khms_trader.dashboard.room import Kind, Why
from khms_trader.domain.events import RunFailed
from khms_trader.domain.order import OrderState

FRIDAY = date(2026, 3, 6)


def test_the_plan_in_force_is_the_last_one_of_its_session() -> None:
    old, new = a_plan(slots_free=1), a_plan(slots_free=2)
    friday = replace(a_plan(), for_trading_day=FRIDAY)
    room = a_room(plans=ListedPlans(plans=[old, friday, new]))

    assert room.plan_of(SESSION) == new
    assert room.newest_plan() == friday
    assert room.plan_of(date(2026, 3, 5)) is None
    assert a_room().newest_plan() is None


def test_events_and_orders_come_from_the_journal() -> None:
    filled, resting = a_record(state=OrderState.FILLED), a_record()
    room = a_room(journal=ListedJournal(orders=[filled, resting]))

    assert room.records((OrderState.FILLED,)) == (filled,)
    assert room.records() == (filled, resting)
    assert room.events((RunFailed,)) == ()


def test_another_account_journal_or_market_changes_the_stamp() -> None:
    room = a_room()

    others = (
        replace(room, account_id="paper"),
        replace(room, journal=ListedJournal(orders=[a_record()])),
        replace(room, plans=ListedPlans(plans=[a_plan()])),
        replace(room, market=StillMarket(named={"086520": "에코프로"})),
    )

    assert room.stamp() == room.stamp()
    assert all(other.stamp() != room.stamp() for other in others)


def test_kinds_and_reasons_are_those_of_the_command_line() -> None:
    assert {kind.value for kind in Kind} == {"paper", "practice", "virtual"}
    assert {why.value for why in Why} == {"as_set", "no_keys", "other_than_set"}
