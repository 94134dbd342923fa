"""What the reader of the page chose: colours, theme, words to find, one of a list.

Only st.* calls: everything that is drawn gets the answer handed in as a ``Look``.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import streamlit as st

from khms_trader.dashboard.style import Look, look

T = TypeVar("T")

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


def symbol_wanted(key: str) -> str:
    """Draw the box that narrows a list of symbols down; return what stands in it."""
    return st.text_input(
        "종목 찾기",
        placeholder="이름이나 코드",
        label_visibility="collapsed",
        key=key,
    )


def chosen(
    label: str,
    options: Sequence[T],
    newest: T,
    *,
    named: Callable[[T], str],
    key: str,
) -> tuple[T, bool]:
    """Draw the list; return what is chosen, and whether a newer came meanwhile.

    A selectbox with a key keeps its value, also when something newer is there: who left
    the page open would look at yesterday's without a word. So who stood on the newest
    is taken along; who had chosen another stays there and can be told.
    """
    state, last, behind = st.session_state, f"{key}-newest", f"{key}-behind"
    if key not in state or state[key] not in options:
        state[key], state[behind] = newest, False
    elif state.get(last, newest) != newest:
        stood_on_it = state[key] == state[last]
        state[behind] = not stood_on_it
        if stood_on_it:
            state[key] = newest
    state[last] = newest
    choice = st.selectbox(label, options, format_func=named, key=key)
    if choice == newest:
        state[behind] = False
    return choice, bool(state[behind])
