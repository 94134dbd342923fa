"""What the reader of the page chose: the colours, and the theme of the browser.

Only st.* calls: everything that is drawn gets the answer handed in as a ``Look``.
"""

from typing import Final

import streamlit as st

from khms_trader.dashboard.style import Look, look

_WESTERN: Final = "western-colours"


def chosen_look() -> Look:
    """Return the colours of this reader's session."""
    is_western = bool(st.session_state.get(_WESTERN, False))
    return look(is_western=is_western, is_dark=st.context.theme.type == "dark")


def colour_switch() -> None:
    """Draw the switch between red-up and green-up where the caller stands."""
    st.toggle(
        "상승을 초록으로",
        key=_WESTERN,
        persist_state="session",
        help="끄면 한국식(상승 빨강, 하락 파랑), 켜면 상승 초록, 하락 빨강입니다.",
    )
