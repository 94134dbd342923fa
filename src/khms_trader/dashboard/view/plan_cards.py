"""Candidates of a plan as cards that stand side by side, or in a column. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Final

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.cells import side_color
from khms_trader.dashboard.view.plan_lines import Card

_GRID: Final = (
    "display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));"
    "gap:0.7rem"
)
_CARD: Final = (
    "border:1px solid rgba(148,153,163,0.35);border-left-width:4px;"
    "border-radius:0.6rem;padding:0.7rem 0.9rem;overflow-wrap:anywhere;"
    "word-break:keep-all;line-height:1.45"
)
_SMALL: Final = "font-size:0.8rem;opacity:0.75"


def cards_html(cards: Sequence[Card], look: Look) -> str:
    """Return the cards as a grid; all text is escaped."""
    return f'<div style="{_GRID}">{"".join(_html(card, look) for card in cards)}</div>'


def _html(card: Card, look: Look) -> str:
    color = side_color(card.side, look)
    figures = " · ".join(
        f"{escape(name)} <b>{escape(figure)}</b>" for name, figure in card.indicators
    )
    mark = "⚠ " if card.is_held_back else ""
    verdict = f"{mark}{escape(card.verdict)}" if card.verdict else ""
    weight = "font-weight:600;" if card.is_held_back else ""
    parts = (
        f'<div style="font-weight:600;color:{color}">{escape(card.title)}</div>',
        f'<div style="font-size:1.02rem">{escape(card.amount)}</div>',
        _part(escape(card.price), "font-size:0.86rem"),
        _part(verdict, f"font-size:0.86rem;{weight}margin-top:0.25rem"),
        _part(escape(card.reason), f"{_SMALL};margin-top:0.25rem"),
        _part(figures, f"{_SMALL};font-variant-numeric:tabular-nums"),
    )
    return f'<div style="{_CARD};border-left-color:{color}">{"".join(parts)}</div>'


def _part(text: str, style: str) -> str:
    return f'<div style="{style}">{text}</div>' if text else ""
