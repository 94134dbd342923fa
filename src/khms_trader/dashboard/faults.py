"""What a page or a part of it shows instead of a traceback.

Streamlit draws a fragment alone, outside its page: it needs a fence of its own.
"""

import logging
from typing import Final

import streamlit as st

from khms_trader.dashboard.notes import plain
from khms_trader.dashboard.room import Room
from khms_trader.edge import Containment, contained

_log: Final = logging.getLogger(__name__)


def fenced(room: Room) -> Containment:
    """Show one Korean sentence where the ``with`` block (or function) fails."""

    def told(error: Exception) -> None:
        _log.error("a part of a page could not be drawn", exc_info=error)
        st.error(plain(room.say(error)), icon=":material/error:")

    return contained(told)
