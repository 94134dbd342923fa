"""계획 and 실행 left open: something newer comes while the reader looks."""

from dataclasses import replace
from datetime import date

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from builders import at
from dashboard.executions import executed_room, the_events, the_records
from dashboard.plans import planned_room, the_plan, the_plan_before
from dashboard.rooms import ListedJournal, ListedPlans
from khms_trader.dashboard.room import Room
from khms_trader.domain.events import ExecutionStarted
from khms_trader.domain.plan import Plan

PROGRAM = """
import streamlit as st
from khms_trader.dashboard.pages.{page} import draw
from khms_trader.dashboard.style import look

draw(st.session_state.room, look())
"""
THURSDAY = date(2026, 3, 5)
FRIDAY = date(2026, 3, 6)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    st.cache_resource.clear()


def opened(page: str, room: Room) -> AppTest:
    app = AppTest.from_string(PROGRAM.format(page=page), default_timeout=20)
    return drawn_anew(app, room)


def drawn_anew(app: AppTest, room: Room) -> AppTest:
    app.session_state["room"] = room
    app.run()
    assert not app.exception
    return app


def told(app: AppTest) -> list[str]:
    return [each.value for each in app.info if "더 새" in each.value]


def a_plan_for(session: date) -> Plan:
    return replace(the_plan(), plan_id=f"{session:%Y%m%d}", for_trading_day=session)


def with_plans(*sessions: date) -> Room:
    plans = (the_plan_before(), the_plan(), *map(a_plan_for, sessions))
    return replace(planned_room(), plans=ListedPlans(plans=plans))


def with_execution_of(*sessions: date) -> Room:
    began = [
        ExecutionStarted(
            at=at("09:01", session),
            account="paper",
            session=session,
            plan_id="p",
            began_at=at("09:01", session),
        )
        for session in sessions
    ]
    journal = ListedJournal(happened=(*the_events(), *began), orders=the_records())
    return replace(executed_room(), journal=journal)


def test_who_looked_at_the_newest_plan_is_taken_along() -> None:
    page = opened("plan", with_plans())
    assert page.caption[0].value.startswith("03.04 (수) 거래일")

    drawn_anew(page, with_plans(THURSDAY))

    assert page.caption[0].value.startswith("03.05 (목) 거래일")
    assert told(page) == []


def test_who_had_chosen_another_plan_stays_and_is_told() -> None:
    page = opened("plan", with_plans())
    page.selectbox[0].select_index(1).run()
    assert told(page) == []

    drawn_anew(page, with_plans(THURSDAY))
    assert page.caption[0].value.startswith("03.03 (화) 거래일")
    assert told(page) == ["더 새 계획(03.05)이 있습니다."]
    page.run()
    assert told(page) == ["더 새 계획(03.05)이 있습니다."]

    page.selectbox[0].select_index(0).run()
    assert page.caption[0].value.startswith("03.05 (목) 거래일")
    assert told(page) == []
    drawn_anew(page, with_plans(THURSDAY, FRIDAY))
    assert page.caption[0].value.startswith("03.06 (금) 거래일")


def test_a_plan_that_is_gone_leaves_the_newest() -> None:
    page = opened("plan", with_plans(THURSDAY))

    drawn_anew(page, with_plans())

    assert page.caption[0].value.startswith("03.04 (수) 거래일")


def test_an_execution_that_begins_is_followed() -> None:
    page = opened("execution", with_execution_of())
    assert page.selectbox[0].value == date(2026, 3, 4)

    drawn_anew(page, with_execution_of(THURSDAY))

    assert page.selectbox[0].value == THURSDAY
    assert told(page) == []


def test_who_had_chosen_another_execution_stays_and_is_told() -> None:
    page = opened("execution", with_execution_of(THURSDAY))
    page.selectbox[0].select_index(1).run()

    drawn_anew(page, with_execution_of(THURSDAY, FRIDAY))

    assert page.selectbox[0].value == date(2026, 3, 4)
    assert told(page) == ["더 새 실행(03.06)이 있습니다."]
