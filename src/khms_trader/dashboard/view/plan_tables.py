"""The tables of the page 계획, coloured as the reader chose. Pure."""

from collections.abc import Sequence

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.plan_cards import side_color
from khms_trader.dashboard.view.plan_change import CAME, GONE, PlanChange
from khms_trader.dashboard.view.plan_lines import RestRow
from khms_trader.dashboard.view.table_html import Cell
from khms_trader.dashboard.words import SIDES

_MARKS = {CAME: "＋ ", GONE: "－ "}


def rest_cells(rows: Sequence[RestRow], look: Look) -> list[tuple[Cell | str, ...]]:
    """Return the other signals, their sides coloured."""
    found: list[tuple[Cell | str, ...]] = []
    for row in rows:
        _, side, *rest = row.cells
        colored = Cell(text=side, color=side_color(row.side, look), is_strong=True)
        found.append((_named(row.name, row.symbol), colored, *rest))
    return found


def change_cells(change: PlanChange, look: Look) -> list[tuple[Cell | str, ...]]:
    """Return what came, went and stayed; what stayed is quiet."""
    return [
        (
            _named(line.name, line.symbol),
            Cell(
                text=SIDES[line.side],
                color=side_color(line.side, look),
                is_strong=True,
            ),
            Cell(
                text=f"{_MARKS.get(line.what, '')}{line.what}",
                color="" if line.what in _MARKS else look.quiet,
                is_strong=line.what in _MARKS,
            ),
            line.why,
        )
        for line in change.lines
    ]


def _named(name: str, symbol: str) -> Cell:
    return Cell(text=name or symbol, note=symbol if name else "")
