"""Figures of the page 성과 about closed trades. Pure."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from khms_trader.dashboard.style import Look, Spec, axis, figure
from khms_trader.dashboard.view.performance_words import (
    NO_REASON,
    exit_of,
    named,
    percent,
)
from khms_trader.dashboard.words import signed_won
from khms_trader.performance.summary import Group, grouped
from khms_trader.performance.trade import ClosedTrade

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MOST_SYMBOLS: Final = 10
_LETTERS: Final = 26  # of Korean at 12 px on a screen of 390 px
_LINE: Final = 18
_BAR: Final = 14
_GAP: Final = 14
_FRAME: Final = 8


def scatter_figure(
    trades: Sequence[ClosedTrade], names: Mapping[str, str], look: Look
) -> "Figure | None":
    """Return sessions held against return; None when no trade knows both."""
    known = [
        (trade, trade.sessions_held, trade.profit_rate)
        for trade in trades
        if trade.sessions_held is not None and trade.profit_rate is not None
    ]
    if not known:
        return None
    points: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": [held for _, held, _ in known],
        "y": [rate * 100 for _, _, rate in known],
        "text": [_told(trade, names) for trade, _, _ in known],
        "marker": {
            "color": [look.of(trade.profit) for trade, _, _ in known],
            "size": 9,
            "opacity": 0.72,
            "line": {"width": 0},
        },
        "hovertemplate": "%{text}<extra></extra>",
    }
    return figure(
        [points],
        320,
        xaxis=axis(look, ticksuffix="일", tickformat=",d", rangemode="tozero", nticks=7)
        | {"showgrid": False, "zeroline": False},
        yaxis=axis(look, ticksuffix="%", zerolinecolor=look.quiet),
    )


def reasons_figure(trades: Sequence[ClosedTrade], look: Look) -> "Figure | None":
    """Return the profit by why a trade ended; None without trades."""
    return _bars(grouped(trades, lambda trade: exit_of(trade) or NO_REASON), look)


def symbols_figure(
    trades: Sequence[ClosedTrade], names: Mapping[str, str], look: Look
) -> "Figure | None":
    """Return the profit of the symbols that moved most, the others as one."""
    groups = grouped(trades, lambda trade: named(trade.symbol, names))
    return _bars(_most(groups), look)


def _most(groups: Sequence[Group]) -> tuple[Group, ...]:
    if len(groups) <= MOST_SYMBOLS:
        return tuple(groups)
    ranked = sorted(groups, key=lambda group: -abs(group.profit))
    shown = set(ranked[: MOST_SYMBOLS - 1])
    others = [group for group in groups if group not in shown]
    rest = Group(
        name=f"그 밖의 {len(others):,}종목",
        trades=sum(group.trades for group in others),
        winners=sum(group.winners for group in others),
        profit=sum(group.profit for group in others),
    )
    return (*(group for group in groups if group in shown), rest)


def _bars(groups: Sequence[Group], look: Look) -> "Figure | None":
    """Return one bar below each name: no name is ever cut at the width of a phone."""
    if not groups:
        return None
    places, notes, depth = [], [], 0
    for group in groups:
        text = _label(group, look)
        lines = text.count("<br>") + 1
        notes.append(_note(text, depth))
        depth += lines * _LINE
        places.append(-(depth + _BAR / 2))
        depth += _BAR + _GAP
    bars: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": [group.profit for group in groups],
        "y": places,
        "width": _BAR,
        "marker": {"color": [look.of(group.profit) for group in groups]},
        "hoverinfo": "skip",
    }
    return figure(
        [bars],
        depth + _FRAME,
        annotations=notes,
        # One pixel a unit, or bars would run into the words: nothing else may take
        # room beside the frame, and the figures stand in the words.
        margin={"l": 4, "r": 4, "t": _FRAME // 2, "b": _FRAME // 2},
        xaxis=axis(look, visible=False, automargin=False),
        yaxis=axis(look, visible=False, automargin=False, range=[-depth, 0]),
        shapes=[_zero_mark(place, look) for place in places],
    )


def _zero_mark(place: float, look: Look) -> Spec:
    """Return the zero line beside one bar only: it would cut the words between."""
    ends = {"x0": 0, "x1": 0, "y0": place - _BAR / 2 - 3, "y1": place + _BAR / 2 + 3}
    return {"type": "line", "line": {"color": look.quiet, "width": 1.5}} | ends


def _label(group: Group, look: Look) -> str:
    name = "<br>".join(_escaped(line) for line in textwrap.wrap(group.name, _LETTERS))
    color = look.of(group.profit)
    amount = f'<b><span style="color:{color}">{signed_won(group.profit)}</span></b>'
    return f"{name}<br>{amount} · {group.trades:,}건 중 {group.winners:,}건 이익"


def _note(text: str, depth: int) -> Spec:
    return {
        "text": text,
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": -depth,
        "yref": "y",
        "yanchor": "top",
        "align": "left",
        "showarrow": False,
        "font": {"size": 12},
    }


def _told(trade: ClosedTrade, names: Mapping[str, str]) -> str:
    opened = f"{trade.opened:%y.%m.%d}" if trade.opened else "?"
    rate = percent(trade.profit_rate or 0)
    return (
        f"<b>{_escaped(named(trade.symbol, names))}</b><br>"
        f"{opened} → {trade.closed:%y.%m.%d}<br>"
        f"{signed_won(trade.profit)} ({rate})<br>{_escaped(exit_of(trade))}"
    )


def _escaped(text: str) -> str:
    """Return text in which plotly finds no mark-up of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
