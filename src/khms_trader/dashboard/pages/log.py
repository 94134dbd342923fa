"""The page 로그: what was written, what happened, what is set and how all is."""

from datetime import date
from typing import Final

import streamlit as st

from khms_trader.dashboard.faults import fenced
from khms_trader.dashboard.notes import plain
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.style import Look
from khms_trader.dashboard.unread import without_journal
from khms_trader.dashboard.versions import installed_versions
from khms_trader.dashboard.view import log_words as words
from khms_trader.dashboard.view.log_events import (
    PAGE_ROWS,
    Counts,
    count_of,
    event_cells,
    kinds_of,
    pages_of,
    sessions_of,
)
from khms_trader.dashboard.view.log_health import health_tiles, troubles_of
from khms_trader.dashboard.view.log_health_body import Body, body_of
from khms_trader.dashboard.view.log_lines import LOG_CSS, log_html
from khms_trader.dashboard.view.log_settings import changed_of, setting_cells
from khms_trader.dashboard.view.table_html import table_html
from khms_trader.dashboard.view.tile_html import tiles_html
from khms_trader.dashboard.words import long_day
from khms_trader.domain.events import Event
from khms_trader.errors import KhmsTraderError, StorageError

_FIRST_LINES: Final = 100
_MORE_LINES: Final = 300
_COUNT: Final = "log-count"


def draw(room: Room, look: Look) -> None:
    """Draw the section the reader chose."""
    title, button = st.columns([5, 1], vertical_alignment="bottom")
    title.title("로그")
    button.button("새로 읽기", icon=":material/refresh:", width="stretch")
    section = st.segmented_control(
        "보기",
        list(words.SECTIONS),
        default="lines",
        format_func=words.SECTIONS.__getitem__,
        label_visibility="collapsed",
        required=True,
        key="log-section",
        persist_state="session",
    )
    drawn = {"lines": _lines, "events": _events, "settings": _settings}
    try:
        drawn.get(section or "lines", _health)(room, look)
    except KhmsTraderError as error:
        st.error(plain(room.say(error)))


def _lines(room: Room, look: Look) -> None:
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    level = left.segmented_control(
        "수준",
        list(words.LEVELS),
        default="모두",
        required=True,
        key="log-level",
        persist_state="session",
    )
    wanted = right.text_input(
        "찾기", placeholder="종목코드, 오류 코드, 말", key="log-text"
    )
    levels = words.LEVELS[level or "모두"]
    asked = (level, wanted)
    known, count = st.session_state.get(_COUNT, (asked, _FIRST_LINES))
    count = count if known == asked else _FIRST_LINES
    found = room.machine.logs(levels=levels, text=wanted or "", limit=count + 1)
    if not found:
        st.info(words.NO_LINES_FOUND if levels or wanted else words.NO_LINES)
        return
    shown, is_all = found[:count], len(found) <= count
    st.caption(words.lines_shown(len(shown), is_all=is_all))
    st.html(LOG_CSS + log_html(shown, look, room.clock.now()))
    if not is_all and st.button("더 보기", key="log-more"):
        st.session_state[_COUNT] = (asked, count + _MORE_LINES)
        st.rerun()


def _events(room: Room, look: Look) -> None:
    counts = room.journal.counts()
    if not counts:
        st.info(words.NO_EVENTS)
        return
    if room.journal.is_stale:
        st.warning(words.STALE_JOURNAL)
    session, kinds = _wanted_events(counts)
    count = count_of(counts, session, kinds)
    if not count:
        st.info(words.NO_EVENTS_FOUND)
        return
    pages = pages_of(count)
    page = 1
    if pages > 1:
        # Another filter has other pages: begin at the newest again.
        names = "-".join(sorted(kind.__name__ for kind in kinds))
        page = st.pagination(pages, key=f"log-page-{session}-{names}")
    rows = room.journal.page(
        session, kinds=kinds, offset=(page - 1) * PAGE_ROWS, limit=PAGE_ROWS
    )
    st.caption(f"{count:,}건 중 {(page - 1) * PAGE_ROWS + 1:,}번째부터, 최근 것이 먼저")
    cells = event_cells(rows, room.names(), room.clock.now())
    st.html(table_html(words.EVENT_HEADINGS, cells, look))
    st.caption(words.EVENTS_NOTE)


def _wanted_events(counts: Counts) -> tuple[date | None, tuple[type[Event], ...]]:
    left, right = st.columns([2, 3])
    session = left.selectbox(
        "거래일",
        [None, *sessions_of(counts)],
        format_func=lambda day: long_day(day) if day else words.ALL_SESSIONS,
        filter_mode="contains",
        key="log-session",
    )
    offered = dict(kinds_of(counts, session))
    chosen = right.multiselect(
        "종류",
        list(words.KINDS),
        format_func=lambda kind: f"{words.KINDS[kind]} {offered.get(kind, 0):,}",
        placeholder=words.ALL_KINDS,
        key="log-kinds",
    )
    return session, tuple(chosen)


def _settings(room: Room, look: Look) -> None:
    changed = changed_of(room.settings)
    st.markdown(words.changed_count(len(changed), len(room.settings)))
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    wanted = left.text_input("찾기", placeholder="설정 이름이나 값", key="log-setting")
    only = right.toggle("다른 것만", key="log-changed", persist_state="session")
    rows = setting_cells(changed if only else room.settings, wanted or "", look)
    if rows:
        st.html(table_html(words.SETTING_HEADINGS, rows, look))
    st.caption(words.SETTINGS_NOTE)


@st.fragment(run_every="10s")
def _health(room: Room, look: Look) -> None:
    with fenced(room):
        tiles = health_tiles(_body(room))
        troubles = troubles_of(tiles)
        if troubles:
            st.warning(f"확인할 것이 {troubles:,}가지 있습니다.")
        else:
            st.caption("확인할 것이 없습니다.")
        st.html(tiles_html(tiles, look))


def _body(room: Room) -> Body:
    """Return how all is; of a journal that cannot be read, only that it is so."""
    try:
        return body_of(room, installed_versions())
    except StorageError as error:
        st.error(plain(room.say(error)))
        return body_of(without_journal(room), installed_versions())
