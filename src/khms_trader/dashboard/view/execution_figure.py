"""The timeline of a run: a line per order, marks in seconds from the trigger. Pure."""

from html import escape
from typing import TYPE_CHECKING, Final

from khms_trader.dashboard.style import Look, Spec, axis, figure
from khms_trader.dashboard.view.cells import side_color
from khms_trader.dashboard.view.execution_track import Mark, MarkKind, Run, Track
from khms_trader.dashboard.words import SIDES, shares
from khms_trader.domain.order import Side

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MOST_TRACKS: Final = 40
_ROW: Final = 44
_FRAME: Final = 130
"""Room for the axis, and for a legend of four lines on a phone."""
_SHORTEST: Final = 1.0
"""Seconds the axis spans at least: a run of no length still has room for its marks."""
_WIDTH: Final = 0.045
"""The share of the axis that one mark takes on a phone."""
_WORDS: Final = {
    MarkKind.INTENDED: "주문 결정",
    MarkKind.ACCEPTED: "접수",
    MarkKind.PARTLY: "일부 체결",
    MarkKind.FILLED: "체결",
    MarkKind.ENDED: "취소·종료",
    MarkKind.REFUSED: "거부·접수 안 됨",
    MarkKind.UNKNOWN: "결과 모름",
}
_SYMBOLS: Final = {
    MarkKind.INTENDED: "circle-open",
    MarkKind.ACCEPTED: "circle",
    MarkKind.PARTLY: "diamond-wide",
    MarkKind.FILLED: "diamond",
    MarkKind.ENDED: "x",
    MarkKind.REFUSED: "square-x-open",
    MarkKind.UNKNOWN: "triangle-up",
}
_SIZES: Final = {MarkKind.ACCEPTED: 7, MarkKind.FILLED: 12, MarkKind.PARTLY: 12}


def timeline_figure(run: Run, look: Look) -> "Figure":
    """Return the orders of ``run`` from top to bottom as they left."""
    tracks = run.tracks[:MOST_TRACKS]
    span = max(run.span, _SHORTEST)
    end = span * 1.08
    last = max(place for track in tracks for _, place in _places(track, end))
    data = [_lines(tracks, side, end, look) for side in Side]
    data += [_marks(tracks, kind, end, look) for kind in MarkKind]
    return figure(
        [trace for trace in data if trace["x"]],
        _FRAME + _ROW * len(tracks),
        showlegend=True,
        hovermode="closest",
        margin={"l": 4, "r": 12, "t": 8, "b": 36},
        annotations=[_label(place, track, look) for place, track in enumerate(tracks)],
        xaxis=axis(
            look,
            range=[-span * 0.03, max(last, end) + span * 0.04],
            ticksuffix="초",
            rangemode="tozero",
        ),
        yaxis=axis(
            look,
            range=[len(tracks) - 0.55, -0.75],
            showticklabels=False,
            showgrid=False,
            zeroline=False,
        ),
    )


def _lines(tracks: tuple[Track, ...], side: Side, end: float, look: Look) -> Spec:
    x: list[float | None] = []
    y: list[int | None] = []
    for place, track in enumerate(tracks):
        if track.key.side is side:
            seconds = [place for _, place in _places(track, end)]
            x += [min(seconds), max(seconds), None]
            y += [place, place, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": side_color(side, look), "width": 3},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _marks(tracks: tuple[Track, ...], kind: MarkKind, end: float, look: Look) -> Spec:
    placed = [
        (place, track, mark, where)
        for place, track in enumerate(tracks)
        for mark, where in _places(track, end)
        if mark.kind is kind
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [where for _, _, _, where in placed],
        "y": [place for place, _, _, _ in placed],
        "marker": {
            "symbol": _SYMBOLS[kind],
            "size": _SIZES.get(kind, 10),
            "color": [_color(kind, track, look) for _, track, _, _ in placed],
        },
        "name": _WORDS[kind],
        "text": [_hover(mark) for _, _, mark, _ in placed],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _color(kind: MarkKind, track: Track, look: Look) -> str:
    """Return the colour of a mark: what needs a person stands out."""
    if kind is MarkKind.UNKNOWN:
        return look.alarm
    if kind in {MarkKind.ENDED, MarkKind.REFUSED}:
        return look.caution
    if kind in {MarkKind.FILLED, MarkKind.PARTLY}:
        return side_color(track.key.side, look)
    return look.ink


def _places(track: Track, end: float) -> list[tuple[Mark, float]]:
    """Return where the marks of ``track`` stand: never one on the other.

    What happened within a blink is drawn a mark's width apart; the hover has its time.
    """
    found: list[tuple[Mark, float]] = []
    free = 0.0
    for mark in track.marks:
        place = max(end if mark.is_later else mark.seconds, free)
        found.append((mark, place))
        free = place + end * _WIDTH
    return found


def _hover(mark: Mark) -> str:
    when = f"{mark.at:%H:%M:%S}"
    if mark.is_later:
        return f"{mark.at:%m.%d} {when} (실행이 끝난 뒤)<br>{escape(mark.text)}"
    return f"{when} (+{mark.seconds:,.1f}초)<br>{escape(mark.text)}"


def _label(place: int, track: Track, look: Look) -> Spec:
    """Return who the line is, above it: an axis of names would eat a phone's width."""
    side = track.key.side
    name = escape(f"{track.name} {track.key.symbol}".strip())
    last = escape(track.marks[-1].text.partition(":")[0].partition(" 주당")[0])
    return {
        "x": 0,
        "xref": "paper",
        "y": place - 0.36,
        "yref": "y",
        "xanchor": "left",
        "yanchor": "middle",
        "showarrow": False,
        "align": "left",
        "font": {"size": 12, "color": look.ink},
        "text": f'<b><span style="color:{side_color(side, look)}">{SIDES[side]}</span>'
        f"</b> {name} {shares(track.quantity)} · {last}",
    }
