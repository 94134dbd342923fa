"""The keys a file may hold, read off its dataclass: for 'did you mean ...?'."""

from dataclasses import fields, is_dataclass
from typing import get_args

from khms_trader.config.yaml_lines import KeyPath, dotted


def key_paths(shape: type, above: KeyPath = ()) -> tuple[KeyPath, ...]:
    """Return the paths of ``shape``'s keys, sections before what is in them."""
    found: list[KeyPath] = []
    if is_dataclass(shape):
        for field in fields(shape):
            path = (*above, field.name)
            found.append(path)
            section = next(iter(get_args(field.type)), field.type)
            if isinstance(section, type):
                found += key_paths(section, path)
    return tuple(found)


def nearest_key(path: KeyPath, shape: type) -> str:
    """Return the valid key that ``path`` probably means, dotted, or an empty text.

    A neighbour spelt alike comes first, then a key of that name in any section.
    """
    paths = key_paths(shape)
    word = str(path[-1]).strip().lower()
    neighbours = {str(p[-1]): p for p in paths if p[:-1] == path[:-1]}
    elsewhere = {str(p[-1]): p for p in paths}
    written_out = {dotted(p): p for p in paths}
    if word in written_out:
        return word
    for name, neighbour in neighbours.items():
        if word.startswith(name) or (len(word) > 2 and name.startswith(word)):
            return dotted(neighbour)
    for known, cutoff in ((neighbours, 0.6), (elsewhere, 0.75), (written_out, 0.8)):
        import difflib

        matches = difflib.get_close_matches(word, known, n=1, cutoff=cutoff)
        if matches:
            return dotted(known[matches[0]])
    return ""
