"""The page 지금: how the account stands and what comes next. Only st.* calls.

It draws what is known at once and again every few seconds; a server is never waited
for here. What changes with time alone (ages, the countdown) is drawn apart from the
tables, so that a table that is being scrolled stays where it is.
"""

from collections.abc import Hashable
from datetime import date
from typing import Final

import streamlit as st

from khms_trader.dashboard.faults import fenced
from khms_trader.dashboard.live import LiveView
from khms_trader.dashboard.notes import show_notes
from khms_trader.dashboard.room import Room, Why
from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view import now_words as texts
from khms_trader.dashboard.view.now import Now, now_of
from khms_trader.dashboard.view.now_change import shown_session
from khms_trader.dashboard.view.now_job_tiles import job_tiles
from khms_trader.dashboard.view.now_journal import Told, told_by
from khms_trader.dashboard.view.now_tables import (
    AHEAD_CSS,
    ahead_html,
    apart_html,
    differences_html,
    held_html,
    orders_html,
    unknown_html,
)
from khms_trader.dashboard.view.now_tiles import (
    alarms,
    badges,
    cautions,
    money_tiles,
)
from khms_trader.dashboard.view.tile_html import badges_html, tiles_html
from khms_trader.errors import StorageError

_REDRAW_SECONDS: Final = 2


def draw(room: Room, look: Look) -> None:
    """Draw the page."""
    st.html(AHEAD_CSS)
    title, button = st.columns([5, 1], vertical_alignment="bottom")
    title.title(texts.TITLE)
    if button.button(texts.RENEW, icon=":material/refresh:", width="stretch"):
        room.live.hurry()
    if room.why is Why.NO_KEYS:
        _how_to_get_keys(room)
    _body(room, look)


def _how_to_get_keys(room: Room) -> None:
    """Tell a newcomer everything, and who has used paper for a while one line."""
    try:
        is_new = room.journal.last_event_at() is None
    except StorageError:
        is_new = False  # the body says what is wrong with it
    with st.expander(texts.NO_KEYS_TITLE, icon=":material/key:", expanded=is_new):
        st.markdown(texts.NO_KEYS)
        for told, commands in texts.PRACTICE.items():
            st.markdown(told)
            st.code(commands, language=None, wrap_lines=True)


@st.fragment(run_every=_REDRAW_SECONDS)
def _body(room: Room, look: Look) -> None:
    with fenced(room):
        now = _now(room)
        _head(now, room, look)
        _holdings(now, room, look)
        _orders(now, look)
        st.header("다음 거래일")
        st.html(ahead_html(now.ahead))


def _now(room: Room) -> Now:
    live = room.live.look()
    told, problem = _told(room, live)
    return now_of(room, live, told, problem)


def _told(room: Room, live: LiveView) -> tuple[Told, str]:
    """Return what the journal tells, or nothing and why."""
    now = room.clock.now()
    shown = shown_session(room.calendar, live, now)
    try:
        stamp = (room.account_id, room.journal.stamp(), room.legacy)
        return _kept(room, stamp, (now.date(), shown)), ""
    except StorageError as error:
        return Told(legacy=room.legacy), room.say(error)


@st.cache_resource(show_spinner=False, max_entries=8)
def _kept(_room: Room, stamp: Hashable, days: tuple[date, date]) -> Told:
    """Return what the journal of ``stamp`` tells of today and the session shown."""
    del stamp  # it is the key; what is kept is frozen, so readers share it
    return told_by(_room, *days)


def _head(now: Now, room: Room, look: Look) -> None:
    st.html(badges_html(badges(now, room)))
    told = alarms(now)
    if now.unknown:  # which is always told first
        show_notes(told[:1])
        st.html(unknown_html(now.unknown, now, look))
        told = told[1:]
    show_notes(told)
    st.html(tiles_html(money_tiles(now, room), look))
    st.html(tiles_html(job_tiles(now, room), look))
    if now.open_orders:
        st.error(texts.OPEN, icon=":material/pending:")
        st.html(orders_html(now.open_orders, look, is_told=not now.problem))
    show_notes(cautions(now))
    if now.differences:
        st.html(differences_html(now, look))


def _orders(now: Now, look: Look) -> None:
    if now.orders:
        st.header("오늘 주문")
        st.html(orders_html(now.orders, look, is_told=not now.problem))


def _holdings(now: Now, room: Room, look: Look) -> None:
    if now.account is None:
        return
    if now.problem:  # nobody can tell whose they are
        st.header(f"보유 종목 {len(now.apart)}")
        st.html(apart_html(now, look)) if now.apart else st.caption(texts.NO_HOLDINGS)
        return
    st.header(f"보유 종목 {len(now.held)}")
    if now.held:
        st.html(held_html(now, room.calendar, look))
        st.caption(texts.HELD_NOTE)
    else:
        st.caption(texts.NO_HOLDINGS)
    if now.apart:
        st.header(f"전략 밖의 종목 {len(now.apart)}")
        st.html(apart_html(now, look))
        st.caption(texts.APART_NOTE)
