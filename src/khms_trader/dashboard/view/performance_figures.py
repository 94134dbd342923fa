"""Figures of the page 성과 that run along the sessions. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from khms_trader.dashboard.style import (
    Look,
    Spec,
    axis,
    date_axis,
    figure,
)
from khms_trader.dashboard.view.performance import Performance
from khms_trader.dashboard.view.performance_words import FLOWS
from khms_trader.dashboard.words import signed_won
from khms_trader.performance.ratios import rolling_sharpe
from khms_trader.performance.returns import (
    compounded,
    drawdowns,
    histogram,
    monthly,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_MONTHS: Final = [*(str(month) for month in range(1, 13)), "계"]
_ROW_HEIGHT: Final = 44
_FEW: Final = 5


def equity_figure(shown: Performance, look: Look) -> "Figure":
    """Return the return against the benchmark's, and the drawdown below."""
    sessions = list(shown.sessions)
    returns = [(value - 1) * 100 for value in shown.index]
    deepest = min(drawdowns(shown.index), default=0.0) * 100
    data = [
        _line(sessions, returns, name="계좌", color=look.account, width=2.4),
        _marks(shown, returns, look),
        _drawdown(shown, look),
    ]
    if any(value is not None for value in shown.benchmark):
        benchmark = [None if v is None else (v - 1) * 100 for v in shown.benchmark]
        line = _line(sessions, benchmark, name="229200", color=look.quiet, width=1.4)
        data.insert(0, line)
    return figure(
        [trace for trace in data if trace],
        440,
        showlegend=True,
        hovermode="x unified",
        shapes=_flow_lines(shown, look),
        xaxis=date_axis(look, anchor="y2", domain=[0, 1]),
        yaxis=axis(look, domain=[0.30, 1], ticksuffix="%"),
        yaxis2=axis(
            look,
            domain=[0, 0.24],
            ticksuffix="%",
            nticks=3,
            range=[min(deepest * 1.1, -1.0), 0],
        ),
    )


def worth_figure(shown: Performance, look: Look) -> "Figure":
    """Return what the account was worth in won, flows left in and marked."""
    totals: list[float | None] = [point.total for point in shown.curve.points]
    line = _line(
        list(shown.sessions), totals, name="총자산", color=look.account, width=2.4
    )
    line |= {"hovertemplate": "%{y:,.0f}원<extra></extra>"}
    return figure(
        [trace for trace in (line, _marks(shown, totals, look)) if trace],
        440,
        showlegend=True,
        hovermode="x unified",
        shapes=_flow_lines(shown, look),
        xaxis=date_axis(look),
        yaxis=axis(look, tickformat=",.0f"),
    )


def monthly_figure(shown: Performance, look: Look) -> "Figure":
    """Return the months as a heatmap: a row a year, the year's own in the last cell."""
    table = monthly(shown.sessions, shown.growths)
    rows = [_year(months) for _, months in sorted(table.items())]
    worst = max((abs(v) for row in rows for v in row if v is not None), default=0.0)
    heat: Spec = {
        "type": "heatmap",
        "x": _MONTHS,
        "y": [str(year) for year in sorted(table)],
        "z": rows,
        "text": [[_short(value) for value in row] for row in rows],
        "texttemplate": "%{text}",
        "textfont": {"size": 11, "color": look.ink},
        "colorscale": [[0, look.down], [0.5, look.level], [1, look.up]],
        "zmin": -max(worst, 1.0),
        "zmax": max(worst, 1.0),
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "hovertemplate": "%{y}년 %{x}: %{z:+.2f}%<extra></extra>",
    }
    return figure(
        [heat],
        52 + _ROW_HEIGHT * len(rows),
        xaxis=axis(look, type="category", side="top", nticks=0, tickangle=0, dtick=1)
        | {"showgrid": False},
        yaxis=axis(look, type="category", autorange="reversed", dtick=1)
        | {"showgrid": False},
    )


def rolling_figure(shown: Performance, look: Look) -> "Figure | None":
    """Return the rolling Sharpe ratio; None while there is none."""
    rolled = list(rolling_sharpe(shown.returns))
    if not any(value is not None for value in rolled):
        return None
    line = _line(
        list(shown.sessions[1:]), rolled, name="샤프", color=look.account, width=2
    )
    line |= {"hovertemplate": "%{x|%Y-%m-%d}  %{y:.2f}<extra></extra>"}
    return figure(
        [line],
        260,
        xaxis=date_axis(look),
        yaxis=axis(look, zerolinecolor=look.quiet, nticks=5, rangemode="tozero"),
    )


def histogram_figure(shown: Performance, look: Look) -> "Figure":
    """Return how often a session returned how much, gains and losses coloured."""
    bins = histogram(shown.returns)
    is_low = max((each.count for each in bins), default=0) <= _FEW
    bars: Spec = {
        "type": "bar",
        "x": [(each.low + each.high) / 200 for each in bins],
        "y": [each.count for each in bins],
        "width": [(each.high - each.low) / 100 * 0.92 for each in bins],
        "marker": {"color": [look.up if b.low >= 0 else look.down for b in bins]},
        "text": [f"{b.low / 100:+g}% ~ {b.high / 100:+g}%" for b in bins],
        "textposition": "none",
        "hovertemplate": "%{text}: %{y}일<extra></extra>",
    }
    return figure(
        [bars],
        260,
        xaxis=axis(look, ticksuffix="%", showgrid=False, nticks=7),
        yaxis=axis(look, nticks=5, tickformat=",d", dtick=1 if is_low else None),
    )


def _line(
    sessions: list[date],
    values: list[float | None] | list[float],
    *,
    name: str,
    color: str,
    width: float,
) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": sessions,
        "y": values,
        "name": name,
        "line": {"color": color, "width": width},
        "hovertemplate": "%{y:+.2f}%",
    }


def _drawdown(shown: Performance, look: Look) -> Spec:
    depths = [depth * 100 for depth in drawdowns(shown.index)]
    line = _line(list(shown.sessions), depths, name="낙폭", color=look.down, width=1)
    return line | {
        "yaxis": "y2",
        "fill": "tozeroy",
        "hovertemplate": "%{y:.2f}%",
    }


def _marks(
    shown: Performance, values: list[float] | list[float | None], look: Look
) -> Spec | None:
    """Return a mark for each session that money came or went on, if any did."""
    marked = [
        (point, value)
        for point, value in zip(shown.curve.points, values, strict=True)
        if point.flows
    ]
    if not marked:
        return None
    told = [
        "<br>".join(f"{FLOWS[f.kind]} {signed_won(f.amount)}" for f in point.flows)
        for point, _ in marked
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [point.session for point, _ in marked],
        "y": [value for _, value in marked],
        "name": "입출금·초기화",
        "text": told,
        "marker": {
            "symbol": "diamond",
            "size": 10,
            "color": look.level,
            "line": {"color": look.ink, "width": 1.6},
        },
        "hovertemplate": "%{text}<extra></extra>",
    }


def _flow_lines(shown: Performance, look: Look) -> list[Spec]:
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": session,
            "x1": session,
            "y0": 0,
            "y1": 1,
            "line": {"color": look.quiet, "width": 1, "dash": "dot"},
            "layer": "below",
        }
        for session in sorted({session for session, _ in shown.curve.flows})
    ]


def _year(months: Mapping[int, float]) -> list[float | None]:
    """Return the twelve months and the whole year in percent; None where unknown."""
    cells = [months.get(month) for month in range(1, 13)]
    return [
        None if v is None else v * 100 for v in (*cells, compounded(months.values()))
    ]


def _short(value: float | None) -> str:
    """Return percent that fits a cell of 23 px: a decimal below ten only."""
    if value is None:
        return ""
    return f"{value:.1f}" if abs(value) < 9.95 else f"{value:.0f}"
