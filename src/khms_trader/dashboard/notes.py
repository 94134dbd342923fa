"""How notes are drawn: loud ones in a box, the others in a line.

Only st.* calls; texts are never read as Markdown, as names may hold anything.
"""

from collections.abc import Iterable

import streamlit as st

from khms_trader.dashboard.view.notes import Level, Note

_MARKDOWN = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<~$:|"})


def show_notes(notes: Iterable[Note]) -> None:
    """Draw ``notes`` where the caller stands."""
    for note in notes:
        text = plain(note.text)
        if note.level is Level.ALARM:
            st.error(text, icon=":material/priority_high:")
        elif note.level is Level.WARNING:
            st.warning(text, icon=":material/warning:")
        elif note.level is Level.NOTE:
            st.markdown(f":material/info: {text}")
        else:
            st.markdown(f":material/check_circle: {text}")
        if note.command:
            st.code(note.command, language=None, wrap_lines=True)


def plain(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it stands."""
    return text.translate(_MARKDOWN)
