"""What the page 지금 shows, from values alone."""

from dataclasses import dataclass, replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import SESSION, a_plan, a_sell, at
from dashboard.nows import (
    ACCOUNT_ID,
    YESTERDAY,
    a_full_room,
    a_troubled_room,
    an_empty_room,
    beating,
    held,
    past,
    seen,
    shown,
)
from dashboard.rooms import ListedJournal, ListedPlans, StillMachine
from khms_trader.clock import ManualClock
from khms_trader.dashboard.sources import PlanFile
from khms_trader.dashboard.view.now import Pilot
from khms_trader.dashboard.view.now_ahead import DayAhead, days_ahead
from khms_trader.domain.order import OrderState
from khms_trader.domain.plan import Plan
from khms_trader.errors import PlanError
from khms_trader.market.calendar import Calendar
from khms_trader.planning.state_view import Whose
from khms_trader.storage.inspection import Holder

CALENDAR = Calendar()


@dataclass(frozen=True, kw_only=True)
class SpoiltPlans(ListedPlans):
    """A shelf whose one plan was cut in half."""

    session: date

    def files(self) -> tuple[PlanFile, ...]:
        return (PlanFile(session=self.session, name="next_open_plan.json"),)

    def read(self, file: PlanFile) -> Plan:
        raise PlanError("plan_unreadable", path=file.name)


def test_holdings_of_the_strategy_stand_apart_from_all_others() -> None:
    now = shown(a_full_room())

    assert [row.holding.symbol for row in now.held] == ["086520"]
    assert [(row.holding.symbol, row.whose) for row in now.apart] == [
        ("005930", Whose.LEGACY),
        ("247540", Whose.OUTSIDE),
    ]
    assert now.profit == 12_000 - 3_000  # the one without a price counts nothing


def test_the_largest_holding_comes_first_and_empty_ones_not_at_all() -> None:
    account = seen(
        held("100000", 1, 10_000, 10_000),
        held("200000", 5, 10_000, 10_000),
        held("300000", 0, 10_000, 10_000),
    )
    room = a_full_room(
        journal=ListedJournal(happened=past(), shares={"100000": 1, "200000": 5})
    )

    now = shown(room, account=account)

    assert [row.holding.symbol for row in now.held] == ["200000", "100000"]


def test_a_plan_file_that_cannot_be_used_is_told_of_the_session_to_come() -> None:
    spoilt = SpoiltPlans(session=SESSION)
    before = a_full_room(
        journal=ListedJournal(), plans=spoilt, clock=ManualClock(at("08:30"))
    )
    done = a_full_room(plans=spoilt, clock=ManualClock(at("09:10")))
    missed = a_full_room(
        journal=ListedJournal(), plans=spoilt, clock=ManualClock(at("11:00"))
    )

    assert shown(before).spoilt == ((SESSION, "문제: plan_unreadable"),)
    assert shown(done).spoilt == ()
    assert shown(missed).spoilt == ()


def test_a_plan_file_that_cannot_be_used_tomorrow_is_told_today() -> None:
    room = a_full_room(plans=SpoiltPlans(session=date(2026, 3, 5)))

    assert shown(room).spoilt == ((date(2026, 3, 5), "문제: plan_unreadable"),)


def test_unknown_and_open_orders_are_found() -> None:
    now = shown(a_troubled_room())

    assert [record.key.symbol for record in now.unknown] == ["247540"]
    assert [row.symbol for row in now.open_orders] == ["086520"]
    assert [(d.in_account, d.in_journal) for d in now.differences] == [(10, 12)]


def test_what_a_job_is_just_sending_is_not_unknown() -> None:
    sending = replace(
        a_troubled_room().journal.order_records()[0], state=OrderState.INTENDED
    )
    room = replace(
        a_troubled_room(),
        journal=ListedJournal(orders=[sending]),
        machine=StillMachine(holding=Holder(purpose="execute", pid="5")),
    )

    assert shown(room).unknown == ()


def test_orders_read_yesterday_are_not_todays() -> None:
    room = a_troubled_room()

    now = shown(room, orders_at=at("15:00", YESTERDAY))

    assert [row.is_listed for row in now.orders] == [False, False]


def test_an_order_of_a_symbol_that_no_universe_knows_has_the_plan_s_name() -> None:
    plan = a_plan(a_sell("247540"))
    room = replace(a_troubled_room(), plans=ListedPlans(plans=[plan]))

    names = {row.symbol: row.name for row in shown(room).orders}

    assert names["247540"] == "이름247540"


def test_a_living_scheduler_says_what_comes_next() -> None:
    coming = shown(a_full_room()).coming

    assert (coming.job, coming.at) == ("prepare", at("15:40"))
    assert coming.pilot is Pilot.SCHEDULER


def test_a_job_that_runs_is_what_is_on() -> None:
    beat = beating(next=None, running="execute")

    coming = shown(a_full_room(machine=StillMachine(beat=beat))).coming

    assert (coming.job, coming.at, coming.pilot) == ("execute", None, Pilot.AT_WORK)


def test_a_silent_scheduler_is_not_believed() -> None:
    room = a_full_room(machine=StillMachine(beat=beating("09:24:59")))

    now = shown(room)

    assert not now.is_alive
    assert (now.coming.job, now.coming.at) == ("prepare", at("15:40"))
    assert now.coming.pilot is Pilot.NOBODY


def test_a_scheduler_at_work_may_be_silent_for_longer() -> None:
    busy = a_full_room(machine=StillMachine(beat=beating("08:10", running="execute")))
    late = a_full_room(machine=StillMachine(beat=beating("07:50", running="execute")))

    assert shown(busy).is_alive
    assert not shown(late).is_alive


@pytest.mark.parametrize(
    ("account", "job", "moment"),
    [(ACCOUNT_ID, "execute", at("09:01")), ("paper", "prepare", None)],
)
def test_a_plan_of_this_account_is_executed_next(
    account: str, job: str, moment: object
) -> None:
    plan = replace(a_plan(), account=account)
    room = a_full_room(
        journal=ListedJournal(),
        plans=ListedPlans(plans=[plan]),
        machine=StillMachine(),
        clock=ManualClock(at("08:30")),
    )

    coming = shown(room).coming

    assert (coming.job, coming.at) == (job, moment)


def test_the_days_ahead_name_holidays_and_special_hours() -> None:
    found = days_ahead(CALENDAR, at("12:00", date(2025, 12, 30)))

    assert found[0] == DayAhead(
        day=date(2025, 12, 30), opens=time(9), closes=time(15, 30), is_today=True
    )
    assert [(d.day.day, d.opens) for d in found[1:4]] == [
        (31, None),
        (1, None),
        (2, time(10)),
    ]
    assert found[3].is_special


@given(st.dates(date(2024, 1, 1), date(2027, 10, 1)))
def test_six_sessions_are_always_ahead_in_order(today: date) -> None:
    found = days_ahead(CALENDAR, at("12:00", today))

    days = [each.day for each in found]
    assert days == sorted(set(days))
    assert sum(each.opens is not None for each in found) == 6
    assert all(each.is_today == (each.day == today) for each in found)
    assert all(CALENDAR.is_session(d.day) == (d.opens is not None) for d in found)


def test_an_account_never_read_shows_no_holdings() -> None:
    now = shown(an_empty_room())

    assert (now.account, now.held, now.apart, now.profit) == (None, (), (), 0)
    assert now.at == at("09:30", SESSION)
