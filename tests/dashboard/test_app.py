"""The frame of the dashboard as Streamlit runs it."""

import pytest
from streamlit.testing.v1 import AppTest

PROGRAM = """
from dataclasses import replace
from dashboard.nows import ROOMS
from khms_trader.dashboard.app import show
from khms_trader.errors import ConfigError

class Door:
    def stamp(self):
        return {name!r}

    def enter(self):
        if {name!r} == "closed":
            raise ConfigError("settings_missing", path="_settings_")
        if {name!r} == "stale":
            old = replace(ROOMS["full"]().journal, is_stale=True)
            return replace(ROOMS["full"](), journal=old)
        return ROOMS[{name!r}]()

    def words(self, error):
        return ("문제 하나.", "문제 `둘`.")

show(Door())
"""


def the_app_of(name: str) -> AppTest:
    return AppTest.from_string(PROGRAM.format(name=name), default_timeout=20).run()


def test_the_first_page_is_drawn_with_account_and_switch_beside_it() -> None:
    app = the_app_of("full")

    assert not app.exception
    assert app.title[0].value == "지금"
    assert app.sidebar.caption[0].value == r"연습 서버 5000\*\*\*\*-01"
    assert app.sidebar.toggle[0].label == "상승을 초록으로"


def test_who_cannot_get_in_reads_every_problem_and_no_traceback() -> None:
    app = the_app_of("closed")

    assert not app.exception
    assert [each.value for each in app.error] == ["문제 하나.", r"문제 \`둘\`."]


def test_the_switch_turns_gains_green() -> None:
    app = the_app_of("full")
    app.sidebar.toggle[0].set_value(True).run()

    body = "".join(element.proto.body for element in app.get("html"))
    assert "#1f9d61" in body


@pytest.mark.parametrize(("name", "count"), [("full", 1), ("stale", 2)])
def test_a_read_only_home_and_an_open_address_are_told(name: str, count: int) -> None:
    # A test has no server, so nobody knows where it would listen.
    assert len(the_app_of(name).warning) == count


MENDED = """
import streamlit as st
from dashboard.nows import ROOMS
from khms_trader.dashboard.app import show
from khms_trader.errors import ConfigError

state = st.session_state
state.drawn = state.get("drawn", 0) + 1

class Door:
    asked = 0

    def stamp(self):
        self.asked += 1
        return "new" if state.drawn > 1 or self.asked > 1 else "old"

    def enter(self):
        if {is_closed} and state.drawn == 1:
            raise ConfigError("settings_missing", path="_settings_")
        return ROOMS["full"]()

    def words(self, error):
        return ("문제 하나.",)

show(Door())
"""


@pytest.mark.parametrize("is_closed", [False, True])
def test_changed_settings_draw_the_first_page_anew_and_mend_an_error(
    *, is_closed: bool
) -> None:
    program = MENDED.format(is_closed=is_closed)
    app = AppTest.from_string(program, default_timeout=20).run()

    assert not app.exception
    assert not app.error
    assert app.title[0].value == "지금"
    assert app.session_state.drawn == 2
