"""How notes are drawn: loud ones in a box, the others in a line.

Only st.* calls; texts are never read as Markdown, as names may hold anything.
"""

import re
from collections.abc import Iterable
from typing import Final

import streamlit as st

from khms_trader.dashboard.view.notes import Level, Note

_MARKDOWN: Final = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<~$:|&"})
_FIRST: Final = re.compile(r"^([0-9]+(?=[.)](?: |$))|(?=[-+#>]))")
# Streamlit makes links, icons and arrows of words after all escapes are gone: what
# nobody sees stands between their letters.
_UNSEEN: Final = "\u200b"
_MAGIC: Final = re.compile(
    r"(?<=://)(?=[-.\w])"
    r"|(?<=www)(?=\.)"
    r"|(?<=[-.\w+]@)(?=[-\w]+\.)"
    r"|(?<=:)(?=[-+/\w]*[-+/a-z_][-+/\w]*:|[0-9]+:(?![0-9]))"
    r"|(?<!\S)(?=(?:<->|->|<-|--|>=|<=|~=)(?!\S))",
    re.ASCII | re.IGNORECASE,
)


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
    """Return ``text``, in one line, so that Markdown shows it as it stands."""
    # A path may hold bytes that are no text at all.
    line = " ".join(text.encode(errors="replace").decode().split())
    return _FIRST.sub(r"\1\\", _MAGIC.sub(_UNSEEN, line).translate(_MARKDOWN))
