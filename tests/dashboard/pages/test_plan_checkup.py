"""What execute would say of a plan: never from memory, and prices for five minutes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from builders import at
from dashboard.plans import planned_room, the_plan
from dashboard.rooms import StillMachine, StillMarket
from khms_trader.clock import ManualClock
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.sources import Checkup
from khms_trader.domain.plan import Plan
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.state_view import PlanView

PROGRAM = """
import streamlit as st
from khms_trader.dashboard.pages.plan import draw
from khms_trader.dashboard.style import look

draw(st.session_state.room, look())
"""
FINE = Checkup(at=at("08:30"), view=PlanView(plan=the_plan()))
REFUSED = Checkup(
    at=at("08:30"),
    view=PlanView(
        plan=the_plan(), refusals=(Refusal(code="plan_not_json", facts={"path": "p"}),)
    ),
)
BROKEN = Checkup(at=at("08:30"), problem="서버가 답하지 않습니다.")


@dataclass(frozen=True, kw_only=True)
class Switched:
    since: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AskedMarket(StillMarket):
    """A market whose newest word counts; its files stay as they are."""

    words: list[Checkup] = field(default_factory=lambda: [FINE])

    def checkup(self, plan: Plan, symbols: Sequence[str]) -> Checkup:
        """Return the newest word."""
        return self.words[-1]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    st.cache_resource.clear()


def a_visit(market: AskedMarket) -> tuple[AppTest, Room, ManualClock]:
    """Return the page as opened at 08:30, its room and the room's clock."""
    clock = ManualClock(at("08:30"))
    room = replace(planned_room(), market=market, clock=clock)
    page = AppTest.from_string(PROGRAM, default_timeout=20)
    page.session_state["room"] = room
    return page.run(), room, clock


def warned(page: AppTest) -> list[str]:
    assert not page.exception
    return [each.value for each in page.warning]


def of_prices(page: AppTest) -> list[str]:
    assert not page.exception
    return [each.value for each in page.caption if "시세" in each.value]


def test_a_halt_shows_although_prices_were_asked_for_before() -> None:
    market = AskedMarket()
    page, room, _ = a_visit(market)
    page.button[0].click().run()
    assert not any("막을 것" in text for text in warned(page))

    market.words.append(REFUSED)
    halted = StillMachine(halted=Switched())
    page.session_state["room"] = replace(room, machine=halted)
    page.run()

    assert any("개장 뒤에도 막을 것" in text for text in warned(page))
    assert of_prices(page) == ["시세 0종목 확인: 08:30:00 (방금)"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (300.0, "시세 0종목 확인: 08:30:00 (5분 전)"),
        (301.0, "08:30:00에 확인한 시세는 5분이 지나 쓰지 않습니다. 다시 확인하세요."),
    ],
)
def test_prices_are_used_for_five_minutes(seconds: float, told: str) -> None:
    page, _, clock = a_visit(AskedMarket())
    page.button[0].click().run()

    clock.sleep(seconds)
    page.run()

    assert of_prices(page) == [told]


def test_a_problem_is_said_once_and_not_kept() -> None:
    market = AskedMarket()
    page, _, _ = a_visit(market)

    market.words.append(BROKEN)
    page.button[0].click().run()
    assert "서버가 답하지 않습니다." in warned(page)
    assert of_prices(page) == []
    market.words.append(FINE)
    page.run()

    assert "서버가 답하지 않습니다." not in warned(page)
    assert of_prices(page) == []
