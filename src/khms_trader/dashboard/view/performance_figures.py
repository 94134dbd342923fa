"""Figures of the page 성과 that run along the sessions. Pure."""

from datetime import date
from typing import TYPE_CHECKING

from khms_trader.dashboard.style import (
    Look,
    Spec,
    axis,
    date_axis,
    figure,
)
from khms_trader.dashboard.view.performance import Performance
from khms_trader.dashboard.words import FLOWS, number, signed_percent, signed_won
from khms_trader.performance.ratios import rolling_sharpe
from khms_trader.performance.returns import drawdowns

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


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
    line |= {"text": [], "hovertemplate": "%{y:,.0f}원<extra></extra>"}
    return figure(
        [trace for trace in (line, _marks(shown, totals, look)) if trace],
        440,
        showlegend=True,
        hovermode="x unified",
        shapes=_flow_lines(shown, look),
        xaxis=date_axis(look),
        yaxis=axis(look, tickformat=",.0f"),
    )


def rolling_figure(shown: Performance, look: Look) -> "Figure | None":
    """Return the rolling Sharpe ratio; None while there is none."""
    rolled = list(rolling_sharpe(shown.returns))
    if not any(value is not None for value in rolled):
        return None
    line = _line(
        list(shown.sessions[1:]), rolled, name="샤프", color=look.account, width=2
    )
    line |= {
        "text": ["" if value is None else number(value) for value in rolled],
        "hovertemplate": "%{x|%Y-%m-%d}  %{text}<extra></extra>",
    }
    return figure(
        [line],
        440,
        xaxis=date_axis(look),
        yaxis=axis(look, zerolinecolor=look.quiet, nticks=5, rangemode="tozero"),
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
        "text": [signed_percent(value) for value in values],
        "hovertemplate": "%{text}",
    }


def _drawdown(shown: Performance, look: Look) -> Spec:
    depths = [depth * 100 for depth in drawdowns(shown.index)]
    line = _line(list(shown.sessions), depths, name="낙폭", color=look.down, width=1)
    return line | {"yaxis": "y2", "fill": "tozeroy"}


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
