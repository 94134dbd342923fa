"""Tables as HTML: they scroll on a phone, keep the reader's colours and load nothing.

Only escaped text goes in. Long lists scroll in their own box, under a heading and
beside a first column that stay where they are. A table that is wider than its box says
so above itself, by a scroll timeline where the browser has one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from khms_trader.dashboard.style import Look

MOST_ROWS: Final = 300
"""More than this nobody reads; the reader narrows the list down instead."""

_RIGHT: Final = ">"
_LONG_TEXT: Final = 22
_LONG_NOTE: Final = 30
_MANY_COLUMNS: Final = 5
_MORE: Final = "옆으로 밀면 더 보입니다 →"
TABLE_CSS: Final = """<style>
.kt-table {overflow:auto;max-height:36rem;border:1px solid rgba(148,153,163,0.35);
  border-radius:0.6rem;}
.kt-table table {border-collapse:separate;border-spacing:0;width:100%;margin:0;
  font-size:0.86rem;font-variant-numeric:tabular-nums;}
.kt-table th, .kt-table td {padding:0.35rem 0.55rem;text-align:left;
  white-space:nowrap;border-bottom:1px solid rgba(148,153,163,0.22);}
.kt-table tr:last-child > td {border-bottom:0;}
.kt-table th {position:sticky;top:0;z-index:1;background:var(--kt-level);
  font-weight:600;}
.kt-table th:first-child, .kt-table td:first-child {position:sticky;left:0;
  background:var(--kt-level);padding-left:0.75rem;}
.kt-table th:first-child {z-index:2;}
.kt-table .kt-right {text-align:right;}
.kt-table .kt-text {white-space:normal;word-break:keep-all;overflow-wrap:anywhere;
  min-width:13rem;}
.kt-table .kt-told {min-width:10.5rem;}
.kt-table .kt-strong {font-weight:600;}
.kt-note {font-size:0.76rem;font-weight:400;opacity:0.78;white-space:normal;
  word-break:keep-all;}
.kt-table td[style] > .kt-note {opacity:1;}
.kt-more {position:sticky;left:0;max-height:0;overflow:hidden;text-align:right;
  font-size:0.74rem;line-height:1.5rem;padding-right:0.6rem;opacity:0.78;}
@keyframes kt-more {from, to {max-height:1.5rem;}}
@keyframes kt-edge {from, 95% {box-shadow:inset -1.5rem 0 1rem -1rem
  rgba(128,134,145,0.42);} to {box-shadow:none;}}
@supports (animation-timeline:scroll()) {
  .kt-table {animation:kt-edge linear both;animation-timeline:scroll(self inline);}
  .kt-more {animation:kt-more linear both;
    animation-timeline:scroll(nearest inline);}
}
@media (max-width:640px) {
  .kt-table th, .kt-table td {padding:0.4rem 0.45rem;}
  .kt-table td:first-child {white-space:normal;word-break:keep-all;
    overflow-wrap:break-word;min-width:5.2rem;max-width:9rem;}
  .kt-broad td:not(.kt-told, :first-child) > .kt-note {white-space:nowrap;}
  .kt-table .kt-text {min-width:9rem;}
  @supports not (animation-timeline:scroll()) {
    .kt-broad > .kt-more {max-height:1.5rem;}
  }
}
</style>"""
"""What every table needs once on its page; the frame of all pages has it."""


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
    """Return a table of the first ``MOST_ROWS`` rows; the page needs ``TABLE_CSS``.

    A heading that begins with ``>`` stands, like its figures, on the right.
    """
    sides = [" kt-right" if name.startswith(_RIGHT) else "" for name in headings]
    titles = [escape(name.removeprefix(_RIGHT)) for name in headings]
    head = "".join(
        f'<th scope="col"{_class(side)}>{title}</th>'
        for title, side in zip(titles, sides, strict=True)
    )
    body = "".join(_row(row, sides) for row in rows[:MOST_ROWS])
    broad = " kt-broad" if len(titles) >= _MANY_COLUMNS else ""
    return (
        f'<div class="kt-table{broad}" style="--kt-level:{look.level}" tabindex="0" '
        f'role="region" aria-label="표: {", ".join(titles)}">'
        f'<div class="kt-more" aria-hidden="true">{_MORE}</div>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[Cell | str], sides: Sequence[str]) -> str:
    cells = [Cell(text=cell) if isinstance(cell, str) else cell for cell in row]
    shown = "".join(_cell(cell, side) for cell, side in zip(cells, sides, strict=True))
    return f"<tr>{shown}</tr>"


def _cell(cell: Cell, side: str) -> str:
    names = side
    if len(cell.text) > _LONG_TEXT:
        names += " kt-text"
    if len(cell.note) > _LONG_NOTE:
        names += " kt-told"
    if cell.is_strong:
        names += " kt-strong"
    color = f' style="color:{cell.color}"' if cell.color else ""
    note = f'<div class="kt-note">{escape(cell.note)}</div>' if cell.note else ""
    return f"<td{_class(names)}{color}>{escape(cell.text)}{note}</td>"


def _class(names: str) -> str:
    return f' class="{names.strip()}"' if names else ""
