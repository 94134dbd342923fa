"""The traces of the figure of a symbol, each as plotly's JSON says it. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from khms_trader.dashboard.style import Look, Spec
from khms_trader.dashboard.view.symbol import DayKind, Fill, SymbolBars
from khms_trader.dashboard.view.symbol_words import (
    AVERAGE,
    DAYS,
    ENTRY,
    EXIT,
    fill_text,
)
from khms_trader.dashboard.words import SIDES, long_day, signed_percent
from khms_trader.domain.order import Side

# Neither red nor blue: those mean up and down.
_LINES: Final = ("#e8930c", "#12a594", "#ab4aba", "#ca6b3a", "#6e7bf2")


def candles(bars: SymbolBars, days: Sequence[date], look: Look) -> Spec:
    """Return the candles; a day without trades is a dash at its close."""
    shown = range(len(bars.sessions))
    return {
        "type": "candlestick",
        "x": _x(days[: len(bars.sessions)]),
        "open": [bars.open[row] or None for row in shown],
        "high": [bars.high[row] or None for row in shown],
        "low": [bars.low[row] or None for row in shown],
        "close": [bars.close[row] or None for row in shown],
        "increasing": {"line": {"color": look.up, "width": 1}, "fillcolor": look.up},
        "decreasing": {
            "line": {"color": look.down, "width": 1},
            "fillcolor": look.down,
        },
        "hovertext": [_told(bars, row) for row in shown],
        "hoverinfo": "text",
        "showlegend": False,
        "yaxis": "y",
    }


def volume_bars(bars: SymbolBars, days: Sequence[date], look: Look) -> Spec:
    """Return volume in the colour of its candle."""
    falls = [c < o for o, c in zip(bars.open, bars.close, strict=True)]
    return {
        "type": "bar",
        "x": _x(days[: len(bars.sessions)]),
        "y": list(bars.volume),
        "marker": {
            "color": [look.down if fell else look.up for fell in falls],
            "opacity": 0.55,
            "line": {"width": 0},
        },
        "hoverinfo": "skip",
        "showlegend": False,
        "yaxis": "y2",
    }


def signal_bands(bars: SymbolBars, days: Sequence[date], look: Look) -> list[Spec]:
    """Return a band where the strategy would enter, and one where it would leave."""
    x = _x(days[: len(bars.sessions)])
    leaves = [bool(reason) for reason in bars.exits]
    return [
        _band(x, bars.entries, name=ENTRY, base=1.1, color=look.up),
        _band(x, leaves, name=EXIT, base=0.1, color=look.down),
    ]


def indicator_line(
    name: str,
    figures: Sequence[float | None],
    days: Sequence[date],
    *,
    place: str,
    number: int,
) -> Spec:
    """Return one figure of the strategy in the pane ``place``."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _x(days[: len(figures)]),
        "y": list(figures),
        "name": name,
        "line": {"width": 1.4, "color": _LINES[number % len(_LINES)]},
        "connectgaps": True,
        "hoverinfo": "skip",
        "yaxis": place,
    }


def average_line(price: float, days: Sequence[date], look: Look) -> Spec:
    """Return the mean price of what is held."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _x((days[0], days[-1])),
        "y": [price, price],
        "name": AVERAGE,
        "line": {"width": 1.2, "dash": "dot", "color": look.account},
        "hoverinfo": "skip",
        "yaxis": "y",
    }


def fill_marks(fills: Sequence[Fill], days: Sequence[date], look: Look) -> list[Spec]:
    """Return our buys and sells at their prices.

    No figure stands beside a mark: over candles it belongs to nothing one can see. The
    hover tells the price, and the table below the figure all of them.
    """
    known = set(days)
    shown = [fill for fill in fills if fill.session in known]
    marks = []
    for side, symbol, color in (
        (Side.BUY, "triangle-up", look.up),
        (Side.SELL, "triangle-down", look.down),
    ):
        own = [fill for fill in shown if fill.side is side]
        if own:
            marks.append(_marks(own, symbol, color, look))
    return marks


def _marks(own: Sequence[Fill], symbol: str, color: str, look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": _x([fill.session for fill in own]),
        "y": [fill.price for fill in own],
        "name": f"우리 {SIDES[own[0].side]}",
        "hovertext": [f"{long_day(f.session)}<br>{fill_text(f)}" for f in own],
        "hoverinfo": "text",
        "marker": {
            "symbol": symbol,
            "size": 14,
            "color": color,
            "line": {"width": 1.6, "color": look.ink},
        },
        "cliponaxis": False,
        "yaxis": "y",
    }


def _band(
    x: Sequence[str], holds: Sequence[bool], *, name: str, base: float, color: str
) -> Spec:
    return {
        "type": "bar",
        "x": list(x),
        "y": [0.8 if held else None for held in holds],
        "base": [base] * len(x),
        "width": 1,
        "marker": {"color": color, "opacity": 0.8, "line": {"width": 0}},
        "name": name,
        "hoverinfo": "skip",
        "showlegend": False,
        "yaxis": "y3",
    }


def _x(days: Sequence[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _told(bars: SymbolBars, row: int) -> str:
    """Return what the reader is told of one day."""
    kind = bars.kinds[row]
    lines = [f"<b>{long_day(bars.sessions[row])}</b>"]
    if kind is not DayKind.TRADED:
        lines.append(f"<b>{DAYS[kind]}</b>")
    if bars.close[row]:
        change = bars.change(row)
        moved = "" if change is None else f" ({signed_percent(change)})"
        lines += [
            f"시 {bars.open[row]:,} · 고 {bars.high[row]:,}",
            f"저 {bars.low[row]:,} · 종 {bars.close[row]:,}{moved}",
            f"거래량 {bars.volume[row]:,}주",
        ]
    if bars.has_signals:
        if bars.entries[row]:
            lines.append(f"{ENTRY} 신호")
        if bars.exits[row]:
            lines.append(f"{EXIT} 신호: {bars.exits[row]}")
    return "<br>".join(lines)
