"""Cells that the tables of several pages share. Pure."""

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.table_html import Cell
from khms_trader.dashboard.words import SIDES
from khms_trader.domain.order import Side


def named_cell(name: str, symbol: str) -> Cell:
    """Return a symbol by its name, or by itself where it has none."""
    return Cell(text=name or symbol, note=symbol if name else "")


def side_cell(side: Side, look: Look) -> Cell:
    """Return a side in its colour."""
    return Cell(text=SIDES[side], color=side_color(side, look), is_strong=True)


def side_color(side: Side, look: Look) -> str:
    """Return the colour of a side: buying in the colour of gains, as boards do."""
    return look.up if side is Side.BUY else look.down
