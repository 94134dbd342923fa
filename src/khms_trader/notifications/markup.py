"""Telegram's HTML: escaped, read back as plain text, and cut into parts. Pure.

Whatever comes in, what goes out is HTML that Telegram accepts: four tags, properly
nested, everything else escaped.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"<(?P<close>/?)(?P<tag>b|i|code|pre)>"
    r"|(?P<entity>&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)"
    r"|(?P<letter>.)",
    re.DOTALL,
)
_ESCAPES: Final = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_LAST_OF_TWO_BYTES: Final = "\uffff"

_Style = tuple[str, ...]
_PLAIN: Final[_Style] = ()


@dataclass(frozen=True, slots=True)
class _Atom:
    """A letter or entity that is never cut, and the tags around it, outermost first."""

    text: str
    style: _Style


def escaped(text: str) -> str:
    """Return ``text`` as HTML that shows it; half of a surrogate pair becomes a ``?``.

    Such halves cannot be written anywhere.
    """
    return html.escape(writable(text), quote=False)


def writable(text: str) -> str:
    """Return ``text`` with what no encoding can write replaced by ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def plain(source: str) -> str:
    """Return what ``source`` shows."""
    return "".join(html.unescape(atom.text) for atom in _atoms(source))


def units(text: str) -> int:
    """Return the length of ``text`` as Telegram counts: UTF-16 code units."""
    return sum(2 if letter > _LAST_OF_TWO_BYTES else 1 for letter in text)


def split(source: str, *, first: int, rest: int) -> tuple[str, ...]:
    """Cut ``source`` into parts of at most ``first``, then ``rest`` UTF-16 units.

    Both are 64 or more. A part counts with its tags and entities, and ends at a line
    if one ends in its second half, else at a blank, else anywhere. Together the parts
    show what ``source`` shows.
    """
    atoms = list(_atoms(source))
    parts: list[str] = []
    begin = 0
    while begin < len(atoms):
        end = _end_of_part(atoms, begin, rest if parts else first)
        parts.append(_rendered(atoms[begin:end]))
        begin = end
    return tuple(parts)


def _atoms(source: str) -> Iterator[_Atom]:
    """Read ``source``; a tag inside its own kind, or without its other half, is lost.

    So no more than four tags are ever open.
    """
    style = _PLAIN
    for token in _TOKEN.finditer(source):
        tag, letter = token["tag"], token["letter"]
        if tag is None:
            text = token["entity"] or _ESCAPES.get(letter, letter)
            yield _Atom(text, style)
        elif token["close"]:
            style = tuple(kind for kind in style if kind != tag)
        elif tag not in style:
            style = (*style, tag)


def _end_of_part(atoms: Sequence[_Atom], begin: int, limit: int) -> int:
    """Return where the part that begins at ``begin`` ends; it holds one atom or more.

    Four tags and their ends are 38 units, and no entity has more than ten.
    """
    used, style = 0, _PLAIN
    line_end = blank_end = 0
    for index in range(begin, len(atoms)):
        atom = atoms[index]
        used += units(_change(style, atom.style)) + units(atom.text)
        style = atom.style
        if used + units(_change(style, _PLAIN)) > limit:
            return line_end or blank_end or index
        if used * 2 > limit and atom.text.isspace():
            blank_end = index + 1
            line_end = blank_end if atom.text == "\n" else line_end
    return len(atoms)


def _rendered(atoms: Sequence[_Atom]) -> str:
    pieces: list[str] = []
    style = _PLAIN
    for atom in atoms:
        pieces += [_change(style, atom.style), atom.text]
        style = atom.style
    return "".join([*pieces, _change(style, _PLAIN)])


def _change(old: _Style, new: _Style) -> str:
    """Return the tags that end what is only in ``old`` and begin what is in ``new``."""
    shared = 0
    while old[shared : shared + 1] == new[shared : shared + 1] != ():
        shared += 1
    ends = [f"</{tag}>" for tag in reversed(old[shared:])]
    return "".join([*ends, *(f"<{tag}>" for tag in new[shared:])])
