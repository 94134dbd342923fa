"""The equity curve as a PNG for a phone.

Only digits, dates and the won sign are written: a machine's fonts may lack Korean. The
plotting library is loaded when a picture is drawn, never before an order.
"""

import logging
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Final

from khms_trader.edge import contained
from khms_trader.notifications.messages.equity import EquityPoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_log: Final = logging.getLogger(__name__)

FEWEST_POINTS: Final = 2
_DPI: Final = 100
_INCHES: Final = (10.0, 5.0)
_UP: Final = "#d03a3a"  # Korean boards: red is up, blue is down
_DOWN: Final = "#2f62c9"
_LEVEL: Final = "#6b6b6b"
_INK: Final = "#333333"
_FAINT: Final = "#d9d9d9"
_MOST_DATES: Final = 6
_LEAST_SPAN: Final = 0.002
_MARGIN: Final = 0.12
_DIGIT: Final = 0.0121  # the width of a figure's place, in parts of the picture


def picture_if_possible(points: Sequence[EquityPoint]) -> bytes | None:
    """Return the picture, or None when there is none or it cannot be drawn.

    A missing font folder or library costs the picture, never the message.
    """
    with contained(lambda error: _log.warning("no picture: %r", error)):
        return equity_picture(points)
    return None


def equity_picture(points: Sequence[EquityPoint]) -> bytes | None:
    """Return a PNG of 1000 x 500 pixels; None for fewer than two points.

    Args:
        points: won by session, oldest first. Sessions nobody looked at are left out.
    """
    if len(points) < FEWEST_POINTS:
        return None
    from matplotlib.backends.backend_agg import (  # noqa: PLC0415 - see the top
        FigureCanvasAgg,
    )
    from matplotlib.figure import Figure  # noqa: PLC0415 - the same

    figure = Figure(figsize=_INCHES, dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    left = 0.03 + _DIGIT * max(len(f"{point.total:,}") for point in points)
    axes = figure.add_axes((left, 0.11, 0.97 - left, 0.77))
    _draw(axes, [point.total for point in points])
    _label(axes, points)
    written = BytesIO()
    # Without the version of the library the same points give the same bytes.
    figure.savefig(written, format="png", dpi=_DPI, metadata={"Software": None})
    return written.getvalue()


def _draw(axes: "Axes", totals: Sequence[int]) -> None:
    places = range(len(totals))
    colour = _colour(totals[-1] - totals[0])
    peaks = [max(totals[: place + 1]) for place in places]
    low, high = _bounds(totals)
    axes.set_ylim(low, high)
    axes.set_xlim(-0.02 * len(totals), (len(totals) - 1) + 0.02 * len(totals))
    axes.fill_between(places, totals, low, color=colour, alpha=0.10, linewidth=0)
    axes.fill_between(places, totals, peaks, color=_INK, alpha=0.13, linewidth=0)
    axes.axhline(totals[0], color=_INK, linewidth=0.8, linestyle=(0, (4, 4)))
    axes.plot(places, totals, color=colour, linewidth=2.6, solid_joinstyle="round")
    axes.plot(places[-1], totals[-1], "o", color=colour, markersize=9, zorder=5)


def _bounds(totals: Sequence[int]) -> tuple[float, float]:
    """Return the axis's ends; a quiet account does not look like a wild one."""
    low, high = min(totals), max(totals)
    missing = max(_LEAST_SPAN * abs(high) - (high - low), 2.0 if high == low else 0.0)
    low_end, high_end = low - missing / 2, high + missing / 2
    margin = _MARGIN * (high_end - low_end)
    return low_end - margin, high_end + margin


def _colour(change: int) -> str:
    if not change:
        return _LEVEL
    return _UP if change > 0 else _DOWN


def _label(axes: "Axes", points: Sequence[EquityPoint]) -> None:
    first, last = points[0].total, points[-1].total
    percent = f" ({(last - first) / first * 100:+.2f}%)" if first > 0 else ""
    told = f"{last - first:+,}{percent}"
    axes.set_title(
        f"\N{WON SIGN}{last:,}", loc="left", fontsize=24, fontweight="bold", color=_INK
    )
    axes.set_title(told, loc="right", fontsize=20, color=_colour(last - first))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.locator_params(axis="y", integer=True)
    axes.tick_params(axis="y", labelsize=15, labelcolor=_INK, length=0)
    axes.tick_params(axis="x", length=0, pad=8)
    axes.grid(visible=True, axis="y", color=_FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_FAINT)
    _label_dates(axes, points)


def _label_dates(axes: "Axes", points: Sequence[EquityPoint]) -> None:
    """Write dates over the whole width, the first and the last among them."""
    shown = min(len(points), _MOST_DATES)
    last = len(points) - 1
    places = [round(number * last / (shown - 1)) for number in range(shown)]
    has_years = points[0].session.year != points[-1].session.year
    style = "%y-%m-%d" if has_years else "%m-%d"
    labels = [points[place].session.strftime(style) for place in places]
    drawn = axes.set_xticks(places, labels=labels, fontsize=15, color=_INK)
    # The last one ends where the curve does, or it would run out of the picture.
    drawn[-1].label1.set_horizontalalignment("right")
