"""The dashboard as one Streamlit program: which pages there are, and their frame.

Every page runs contained: whatever goes wrong ends in one Korean sentence. A page is a
module of ``dashboard.pages`` with ``draw(room: Room, look: Look) -> None``; it is
imported when it is first opened.
"""

import logging
from collections.abc import Callable, Hashable
from typing import Final, Protocol

import streamlit as st

from khms_trader.dashboard import warmth
from khms_trader.dashboard.notes import plain
from khms_trader.dashboard.pulse import keep_current, keep_settings
from khms_trader.dashboard.reader import chosen_look, colour_switch
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.style import FRAME_CSS, ink_css
from khms_trader.dashboard.view.table_html import TABLE_CSS
from khms_trader.dashboard.view.tile_html import TILE_CSS
from khms_trader.dashboard.words import ICONS, KINDS, PAGES, REPORTED, not_alone
from khms_trader.edge import contained

_log: Final = logging.getLogger(__name__)
_LIVELY: Final = "now"
"""The page that draws itself anew every two seconds, ages and all; not its settings."""

_ALONE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Door(Protocol):
    """How the pages get in; made by the command line, which knows home and words."""

    def stamp(self) -> Hashable:
        """Return what changes whenever settings or keys did; cheap, never raises."""

    def enter(self) -> Room:
        """Return what the pages may ask, or ``KhmsTraderError``."""

    def words(self, error: Exception) -> tuple[str, ...]:
        """Return Korean sentences for ``error``, one per problem, masked."""


def show(door: Door) -> None:
    """Draw the page the reader chose."""
    st.set_page_config(page_title="khms_trader", page_icon="📈", layout="wide")
    st.html(FRAME_CSS + TILE_CSS + TABLE_CSS + ink_css(chosen_look()))
    stamp = door.stamp()
    pages = [
        st.Page(
            _page(name, door, stamp),
            title=title,
            icon=ICONS[name],
            url_path=name,
            default=name == "now",
        )
        for name, title in PAGES.items()
    ]
    chosen = st.navigation(pages)
    with contained(lambda error: _told(door, stamp, error)):
        chosen.run()
    warmth.begin()


def _page(name: str, door: Door, stamp: Hashable) -> Callable[[], None]:
    def page() -> None:
        room = _room(door, stamp)
        _frame(room)
        if name != _LIVELY:
            keep_current(room, door.stamp)
        warmth.page_module(name).draw(room, chosen_look())
        if name == _LIVELY:
            keep_settings(stamp, door.stamp)

    return page


@st.cache_resource(show_spinner=False, max_entries=1)
def _room(_door: Door, stamp: Hashable) -> Room:
    """Return one room for all readers; a change of the settings makes another."""
    del stamp  # it is the key
    return _door.enter()


def _frame(room: Room) -> None:
    with st.sidebar:
        st.caption(plain(f"{KINDS[room.kind]} {room.account_number}".strip()))
        colour_switch()
        warmth.fetch_script()
    address = st.get_option("server.address")
    if address not in _ALONE:
        st.warning(not_alone(address))
    if room.journal.is_stale:
        st.warning(REPORTED["read_only"])


def _told(door: Door, stamp: Hashable, error: Exception) -> None:
    _log.error("a page could not be drawn", exc_info=error)
    for sentence in door.words(error):
        st.error(plain(sentence), icon=":material/error:")
    keep_settings(stamp, door.stamp)
