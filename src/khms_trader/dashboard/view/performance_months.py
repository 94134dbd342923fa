"""The months of the page 성과 as a table of colours: the whole year on a phone. Pure.

It is HTML and no figure: read at once, and drawn without any script.
"""

from collections.abc import Mapping
from html import escape
from typing import Final

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.performance import Performance
from khms_trader.dashboard.view.performance_words import percent
from khms_trader.dashboard.words import number
from khms_trader.performance.returns import compounded, monthly

_HEADINGS: Final = (*(str(month) for month in range(1, 13)), "계")
_LEAST_PERCENT: Final = 1.0
"""The deepest colour is at least this much: a quiet year is a pale one."""
_FULL: Final = 0.72
_FAINT: Final = 0.10
_TABLE: Final = (
    "width:100%;table-layout:fixed;border-collapse:separate;border-spacing:2px;"
    "margin:0;font-size:clamp(0.62rem,2.4vw,0.86rem);text-align:center;"
    "font-variant-numeric:tabular-nums"
)
_CELL: Final = "border:0;padding:0.62rem 0;white-space:nowrap;border-radius:0.25rem"


def months_html(shown: Performance, look: Look) -> str:
    """Return a row a year of percent, the year's own return in the last cell."""
    table = sorted(monthly(shown.sessions, shown.growths).items())
    rows = [(year, _year(months)) for year, months in table]
    # The year's own cell is the deepest of all: it is left out, or months would pale.
    known = [abs(v) for _, row in rows for v in row[:-1] if v is not None]
    deepest = max(known, default=0.0)
    scale = max(deepest, _LEAST_PERCENT / 100)
    head = "".join(
        f'<th scope="col" style="{_CELL};{_QUIET}">{name}</th>' for name in _HEADINGS
    )
    body = "".join(_row(year, row, scale, look) for year, row in rows)
    return (
        f'<table style="{_TABLE}"><thead><tr><th style="{_CELL};{_QUIET};width:9%">'
        f"</th>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


_QUIET: Final = "font-weight:400;opacity:0.7"


def _row(year: int, cells: list[float | None], scale: float, look: Look) -> str:
    told = zip(_HEADINGS, cells, strict=True)
    shown = "".join(
        _cell(f"{year}년 {_named(name)}", v, scale, look) for name, v in told
    )
    return f'<tr><th scope="row" style="{_CELL};{_QUIET}">{year}</th>{shown}</tr>'


def _named(heading: str) -> str:
    return f"{heading}월" if heading.isdigit() else "전체"


def _cell(when: str, value: float | None, scale: float, look: Look) -> str:
    if value is None:
        return f'<td style="{_CELL}"></td>'
    title = escape(f"{when}: {percent(value)}")
    color = _wash(value, scale, look)
    return f'<td title="{title}" style="{_CELL}{color}">{short(value * 100)}</td>'


def _wash(value: float, scale: float, look: Look) -> str:
    """Return the colour behind a return: the greater, the deeper; none for nothing."""
    if not float(f"{value * 100:.1f}"):
        return f";background:{look.grid}"
    depth = round((_FAINT + (_FULL - _FAINT) * min(abs(value) / scale, 1)) * 100)
    side = look.of(value)
    return f";background:color-mix(in srgb, {side} {depth}%, transparent)"


def _year(months: Mapping[int, float]) -> list[float | None]:
    """Return the twelve months and the whole year; None where unknown."""
    return [*(months.get(month) for month in range(1, 13)), compounded(months.values())]


def short(figure: float) -> str:
    """Return percent that fits a cell of 23 px: a decimal below ten only."""
    return number(figure, 1 if abs(figure) < 9.95 else 0)
