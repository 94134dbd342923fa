"""The figure of the page 종목: candles, signals, volume, our fills. Pure.

Days are categories, so that weekends and holidays leave no gap. A day halted or closed
at its limit is shaded through all panes.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from khms_trader.dashboard.style import Look, Spec, axis, figure
from khms_trader.dashboard.view.symbol import DayKind, Fill, SymbolBars
from khms_trader.dashboard.view.symbol_panes import MOST_OWN_PANES, Pane, panes_of
from khms_trader.dashboard.view.symbol_traces import (
    average_line,
    candles,
    fill_marks,
    indicator_line,
    signal_bands,
    volume_bars,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Named = Callable[[str], str]
"""What an indicator is called."""

_PRICE, _SIGNALS, _VOLUME, _OWN = 5.2, 0.75, 1.6, 1.2
_UNIT: Final = 56
_GAP: Final = 0.025
_MOST_TICKS: Final = 5
_WASH: Final = {
    DayKind.HALTED: 0.2,
    DayKind.MISSING: 0.1,
    DayKind.AT_UPPER: 0.2,
    DayKind.AT_LOWER: 0.2,
}


def symbol_figure(
    bars: SymbolBars,
    fills: Sequence[Fill],
    look: Look,
    *,
    named: Named = str,
    average: float | None = None,
) -> "Figure":
    """Return the figure of ``bars``; ``average`` is the price of what is held."""
    days = days_of(bars, fills)
    panes = panes_of(bars)
    own = [name for name, pane in panes.items() if pane is Pane.OWN][:MOST_OWN_PANES]
    rows = [_PRICE, *([_SIGNALS] if bars.has_signals else []), _VOLUME]
    rows += [_OWN] * len(own)
    axes = dict(zip(_names(bars, len(own)), _domains(rows), strict=True))
    lowest = list(axes)[-1]
    data = [candles(bars, days, look)]
    if average:
        data.append(average_line(average, days, look))
    data += _lines(bars, days, own, named)
    if bars.has_signals:
        data += signal_bands(bars, days, look)
    data += [volume_bars(bars, days, look), *fill_marks(fills, days, look)]
    return figure(
        data,
        int(sum(rows) * _UNIT),
        hovermode="x",
        showlegend=True,
        shapes=list(_shades(bars, look)),
        bargap=0.25,
        barmode="overlay",
        xaxis=_day_axis(days, lowest, look),
        **{
            f"yaxis{name[1:]}": _pane_axis(name, domain, look, most=max(bars.volume))
            for name, domain in axes.items()
        },
    )


def days_of(bars: SymbolBars, fills: Sequence[Fill]) -> tuple[date, ...]:
    """Return the days of the figure: those of the bars, and of fills after them."""
    last = bars.sessions[-1]
    after = sorted({fill.session for fill in fills if fill.session > last})
    return (*bars.sessions, *after)


def shown_kinds(bars: SymbolBars) -> tuple[DayKind, ...]:
    """Return which shades the figure has, for its legend."""
    return tuple(kind for kind in _WASH if kind in bars.kinds)


def shade_of(kind: DayKind, look: Look) -> tuple[str, float]:
    """Return colour and opacity of a shaded day."""
    colors = {DayKind.AT_UPPER: look.up, DayKind.AT_LOWER: look.down}
    return colors.get(kind, look.quiet), _WASH[kind]


def ticks_of(days: Sequence[date]) -> tuple[date, ...]:
    """Return the first days of months, thinned out to what a phone has room for."""
    months = [
        next(run) for _, run in groupby(days, key=lambda day: (day.year, day.month))
    ]
    # The first month has begun before the figure does, and its label would be cut.
    starts = months[1:] or months
    step = -(-len(starts) // _MOST_TICKS)
    return tuple(starts[::step])


def volume_ticks(most: int) -> tuple[int, ...]:
    """Return nothing, and one or two round numbers of shares up to ``most``."""
    if most < 1:
        return (0,)
    scale = 10 ** (len(str(most)) - 1)
    step = next(s for s in (5 * scale, 2 * scale, scale) if s <= most)
    return (0, step, 2 * step) if 2 * step <= most else (0, step)


def counted(number: int) -> str:
    """Return ``3억``, ``5,000만`` or ``900``: the units a Korean counts shares in."""
    for unit, word in ((100_000_000, "억"), (10_000, "만")):
        if number >= unit:
            return f"{number / unit:,.4g}{word}"
    return f"{number:,}"


def _names(bars: SymbolBars, own: int) -> list[str]:
    signals = ["y3"] if bars.has_signals else []
    return ["y", *signals, "y2", *(f"y{4 + place}" for place in range(own))]


def _domains(rows: Sequence[float]) -> list[tuple[float, float]]:
    """Return from where to where each row reaches, the first on top."""
    room = 1 - _GAP * (len(rows) - 1)
    scale = room / sum(rows)
    found, top = [], 1.0
    for row in rows:
        bottom = max(top - row * scale, 0.0)
        found.append((bottom, top))
        top = bottom - _GAP
    return found


def _lines(
    bars: SymbolBars, days: Sequence[date], own: Sequence[str], named: Named
) -> Iterator[Spec]:
    places = {Pane.PRICE: "y", Pane.VOLUME: "y2"}
    for number, (name, pane) in enumerate(panes_of(bars).items()):
        if pane is Pane.OWN and name not in own:
            continue
        place = places.get(pane) or f"y{4 + own.index(name)}"
        yield indicator_line(
            named(name), bars.indicators[name], days, place=place, number=number
        )


def _day_axis(days: Sequence[date], lowest: str, look: Look) -> Spec:
    ticks = ticks_of(days)
    return axis(
        look,
        type="category",
        categoryorder="array",
        categoryarray=[day.isoformat() for day in days],
        range=[-0.6, len(days) - 0.4],
        tickmode="array",
        tickvals=[day.isoformat() for day in ticks],
        ticktext=[f"{day:%y.%m}" for day in ticks],
        tickangle=0,
        anchor=lowest,
        showgrid=True,
        rangeslider={"visible": False},
        showspikes=True,
        spikemode="across",
        spikethickness=1,
        spikedash="dot",
        spikecolor=look.quiet,
    )


def _pane_axis(
    name: str, domain: tuple[float, float], look: Look, *, most: int
) -> Spec:
    if name == "y3":
        return axis(
            look,
            domain=domain,
            range=[0, 2],
            tickmode="array",
            tickvals=[0.5, 1.5],
            ticktext=["이탈", "진입"],
            showgrid=False,
            zeroline=False,
        )
    if name == "y2":
        ticks = volume_ticks(most)
        return axis(
            look,
            domain=domain,
            rangemode="tozero",
            tickmode="array",
            tickvals=list(ticks),
            ticktext=[counted(tick) for tick in ticks],
            zeroline=False,
        )
    form, count = (",d", 6) if name == "y" else (",.4~g", 3)
    return axis(look, domain=domain, nticks=count, tickformat=form, zeroline=False)


def _shades(bars: SymbolBars, look: Look) -> Iterator[Spec]:
    rows = enumerate(bars.kinds)
    for kind, run in groupby(rows, key=lambda row: row[1]):
        places = [place for place, _ in run]
        if kind not in _WASH:
            continue
        color, opacity = shade_of(kind, look)
        yield {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": places[0] - 0.5,
            "x1": places[-1] + 0.5,
            "y0": 0,
            "y1": 1,
            "fillcolor": color,
            "opacity": opacity,
            "line": {"width": 0},
            "layer": "below",
        }
