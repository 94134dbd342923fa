"""The tables of the page 계획, coloured as the reader chose. Pure."""

from collections.abc import Sequence

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.cells import named_cell, side_cell
from khms_trader.dashboard.view.plan_change import CAME, GONE, PlanChange
from khms_trader.dashboard.view.plan_lines import RestRow, rough_won
from khms_trader.dashboard.view.table_html import Cell
from khms_trader.dashboard.words import DASH, won

_MARKS = {CAME: "＋ ", GONE: "－ "}


def rest_cells(rows: Sequence[RestRow], look: Look) -> list[tuple[Cell | str, ...]]:
    """Return the other signals under ``REST_HEADINGS``."""
    return [
        (
            named_cell(row.name, row.symbol),
            side_cell(row.side, look),
            DASH if row.rank is None else str(row.rank),
            won(row.reference_price),
            DASH if row.traded_value is None else rough_won(row.traded_value),
            row.why,
        )
        for row in rows
    ]


def change_cells(change: PlanChange, look: Look) -> list[tuple[Cell | str, ...]]:
    """Return what came, went and stayed; what stayed is quiet."""
    return [
        (
            named_cell(line.name, line.symbol),
            side_cell(line.side, look),
            Cell(
                text=f"{_MARKS.get(line.what, '')}{line.what}",
                color="" if line.what in _MARKS else look.quiet,
                is_strong=line.what in _MARKS,
            ),
            line.why,
        )
        for line in change.lines
    ]
