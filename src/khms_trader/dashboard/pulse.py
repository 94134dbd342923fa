"""Draws a page anew by itself when what it shows has changed.

A page is drawn once and then lies there: an execution that began, a plan that was made
or a day that ended would show only to who reloads it. So a small fragment looks, every
few seconds, at what is cheap to ask (ages of files, the lock's holder, the sign of
life) and reruns the whole page when that is another than when the page was drawn.

Why not simply every few seconds: what the reader is doing (a list that is open, a
chart that is zoomed) should not be drawn over for nothing, and reading a year anew is
work. Why ages all the same: a page that says ``3분 전`` for hours lies, so that it is
also drawn anew once its newest age has another minute; what is kept by the files'
stamps is not read again for that. A rerun leaves alone what did not change: scrolled
tables, words half typed, the chosen session.
"""

from collections.abc import Callable, Hashable
from datetime import timedelta
from typing import Final

import streamlit as st

from khms_trader.dashboard.faults import fenced
from khms_trader.dashboard.room import Room

PULSE_SECONDS: Final = 15
AGES_LAST: Final = timedelta(minutes=1)
"""How long the ages of a page may stand; the shortest they are told in for long."""

_SEEN: Final = "pulse"


def pulse_of(room: Room) -> Hashable:
    """Return what changes whenever a page of ``room`` should be drawn anew; cheap.

    What files say is left out while a job is at work: it writes for minutes, its pages
    must cost it nothing, and 실행 follows it by itself. When it ends its holder goes.
    """
    holder, beat = room.machine.holder(), room.machine.heartbeat()
    at_work = "" if holder is None else f"{holder.purpose} {holder.pid}"
    written = (room.journal.stamp(), room.plans.stamp(), room.market.stamp())
    return (
        at_work,
        room.machine.halt() is not None,
        "" if beat is None else beat.running,
        None if at_work else written,
    )


def keep_current(room: Room, settings: Callable[[], Hashable]) -> None:
    """Rerun the page that is being drawn once it should look different.

    ``settings`` tells whether those of the room are still in force.
    """
    at = room.clock.now()
    st.session_state[_SEEN] = (settings(), pulse_of(room), at)
    _watch(room, settings)


@st.fragment(run_every=PULSE_SECONDS)
def keep_settings(known: Hashable, settings: Callable[[], Hashable]) -> None:
    """Rerun the page once ``settings`` are no longer those ``known`` when it was drawn.

    For a page that follows everything else by itself, and for one that shows only why
    nothing can be shown.
    """
    if settings() != known:
        st.rerun()


@st.fragment(run_every=PULSE_SECONDS)
def _watch(room: Room, settings: Callable[[], Hashable]) -> None:
    was = st.session_state.get(_SEEN)
    if was is None:
        return
    is_other = False
    with fenced(room):
        known, pulse, at = was
        is_other = (known, pulse) != (settings(), pulse_of(room))
        is_other = is_other or room.clock.now() - at >= AGES_LAST
    if is_other:
        st.rerun()
