"""The figure of the page 성과 about closed trades. Pure."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from khms_trader.dashboard.style import Look, Spec, axis, figure
from khms_trader.dashboard.view.performance import Performance
from khms_trader.dashboard.view.performance_words import (
    exit_of,
    named,
    percent,
)
from khms_trader.dashboard.words import signed_won
from khms_trader.performance.trade import ClosedTrade

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def scatter_figure(shown: Performance, look: Look) -> "Figure | None":
    """Return sessions held against return; None when no trade knows both."""
    known = [
        (trade, trade.sessions_held, trade.profit_rate)
        for trade in shown.trades.closed
        if trade.sessions_held is not None and trade.profit_rate is not None
    ]
    if not known:
        return None
    points: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": [held for _, held, _ in known],
        "y": [rate * 100 for _, _, rate in known],
        "text": [_told(trade, shown.names) for trade, _, _ in known],
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


def _told(trade: ClosedTrade, names: Mapping[str, str]) -> str:
    opened = f"{trade.opened:%y.%m.%d}" if trade.opened else "?"
    rate = percent(trade.profit_rate or 0)
    return (
        f"<b>{escape(named(trade.symbol, names), quote=False)}</b><br>"
        f"{opened} → {trade.closed:%y.%m.%d}<br>"
        f"{signed_won(trade.profit)} ({rate})<br>{escape(exit_of(trade), quote=False)}"
    )
