"""A page is drawn anew by itself when it should look different, and only then."""

from dataclasses import dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from builders import a_plan
from dashboard.nows import beating, past
from dashboard.rooms import (
    ListedJournal,
    ListedPlans,
    StillMachine,
    StillMarket,
    a_room,
)
from khms_trader.dashboard.pulse import pulse_of
from khms_trader.storage.inspection import Holder

PROGRAM = """
import streamlit as st
from builders import at
from dashboard.rooms import a_room
from khms_trader.clock import ManualClock
from khms_trader.dashboard.pulse import keep_current

st.session_state.drawn = st.session_state.get("drawn", 0) + 1
told = iter({told!r}[st.session_state.drawn - 1:])
clock = ManualClock(at("09:30"))
later = {later!r} if st.session_state.drawn == 1 else 0

def settings():
    word = next(told)
    if word == "later":
        clock.sleep(later)
    return word

keep_current(a_room(clock=clock), settings)
"""
EXECUTING = StillMachine(holding=Holder(purpose="execute", pid="7"))


def drawn(*told: str, later: float = 0) -> int:
    """Return how often a page was drawn while settings and clock ``told`` changes."""
    program = PROGRAM.format(told=told, later=later)
    app = AppTest.from_string(program, default_timeout=20).run()
    assert not app.exception
    count: int = app.session_state.drawn
    return count


def test_a_page_that_is_as_it_was_is_left_alone() -> None:
    assert drawn("a", "a", "a") == 1


def test_a_page_whose_settings_changed_is_drawn_anew() -> None:
    assert drawn("a", "b", "b") == 2


@pytest.mark.parametrize(("seconds", "count"), [(59.0, 1), (60.0, 2)])
def test_ages_stand_for_a_minute_at_most(seconds: float, count: int) -> None:
    assert drawn("later", "later", "later", later=seconds / 2) == count


@dataclass(frozen=True, kw_only=True)
class Stopped:
    since: str = ""
    reason: str = ""


ROOM = a_room()


@pytest.mark.parametrize(
    "changes",
    [
        {"machine": EXECUTING},
        {"machine": StillMachine(halted=Stopped())},
        {"machine": StillMachine(beat=beating(running="execute"))},
        {"journal": ListedJournal(happened=past())},
        {"plans": ListedPlans(plans=[a_plan()])},
        {"market": StillMarket()},
    ],
)
def test_what_a_page_may_show_is_in_its_pulse(changes: dict[str, Any]) -> None:
    kept = {
        "journal": ROOM.journal,
        "plans": ROOM.plans,
        "machine": ROOM.machine,
        "market": ROOM.market,
    }

    assert pulse_of(a_room(**kept)) == pulse_of(ROOM)
    assert pulse_of(a_room(**{**kept, **changes})) != pulse_of(ROOM)


def test_a_sign_of_life_draws_nothing_anew() -> None:
    kept = {"journal": ROOM.journal, "plans": ROOM.plans, "market": ROOM.market}

    def pulse(beat: str) -> object:
        return pulse_of(a_room(**kept, machine=StillMachine(beat=beating(beat))))

    assert pulse("09:28") == pulse("09:29")


def test_what_a_job_is_just_writing_draws_nothing_anew() -> None:
    journal = ListedJournal(happened=past())

    assert pulse_of(a_room(machine=EXECUTING)) == pulse_of(
        a_room(machine=EXECUTING, journal=journal)
    )
