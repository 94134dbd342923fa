"""Tables as HTML: they scroll on a phone, keep the reader's colours and load nothing.

Only escaped text goes in. Long lists scroll in their own box, under a heading and
beside a first column that stay where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from khms_trader.dashboard.style import Look

MOST_ROWS: Final = 300
"""More than this nobody reads; the reader narrows the list down instead."""

_RIGHT: Final = ">"
_BOX: Final = (
    "overflow:auto;max-height:31rem;border:1px solid rgba(148,153,163,0.35);"
    "border-radius:0.6rem"
)
_TABLE: Final = (
    "border-collapse:separate;border-spacing:0;width:100%;font-size:0.86rem;"
    "font-variant-numeric:tabular-nums;margin:0"
)
_CELL: Final = "padding:0.35rem 0.7rem;border-bottom:1px solid rgba(148,153,163,0.22)"
_NARROW: Final = "white-space:nowrap"
_WIDE: Final = "min-width:13rem;white-space:normal;word-break:keep-all"
_LONG_TEXT: Final = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell.

    Attributes:
        color: of the text; empty for the page's own.
        note: a second, smaller line; may be empty.
    """

    text: str
    color: str = ""
    note: str = ""
    is_strong: bool = False


def table_html(
    headings: Sequence[str], rows: Sequence[Sequence[Cell | str]], look: Look
) -> str:
    """Return a table of the first ``MOST_ROWS`` rows.

    A heading that begins with ``>`` stands, like its figures, on the right.
    """
    sides = ["right" if name.startswith(_RIGHT) else "left" for name in headings]
    titles = [name.removeprefix(_RIGHT) for name in headings]
    head = "".join(
        f'<th style="{_CELL};{_NARROW};text-align:{side};position:sticky;top:0;'
        f"background:{look.level};font-weight:600;"
        f'{"left:0;z-index:2" if place == 0 else "z-index:1"}">{escape(title)}</th>'
        for place, (title, side) in enumerate(zip(titles, sides, strict=True))
    )
    body = "".join(_row(row, sides, look) for row in rows[:MOST_ROWS])
    return (
        f'<div style="{_BOX}"><table style="{_TABLE}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[Cell | str], sides: Sequence[str], look: Look) -> str:
    cells = [Cell(text=cell) if isinstance(cell, str) else cell for cell in row]
    shown = "".join(
        _cell(cell, side, _pinned(look) if place == 0 else "")
        for place, (cell, side) in enumerate(zip(cells, sides, strict=True))
    )
    return f"<tr>{shown}</tr>"


def _pinned(look: Look) -> str:
    return f";position:sticky;left:0;background:{look.level}"


def _cell(cell: Cell, side: str, more: str) -> str:
    width = _WIDE if len(cell.text) > _LONG_TEXT else _NARROW
    color = f";color:{cell.color}" if cell.color else ""
    weight = ";font-weight:600" if cell.is_strong else ""
    note = (
        f'<div style="font-size:0.74rem;opacity:0.7">{escape(cell.note)}</div>'
        if cell.note
        else ""
    )
    return (
        f'<td style="{_CELL};{width};text-align:{side}{color}{weight}{more}">'
        f"{escape(cell.text)}{note}</td>"
    )
