"""How often a session returned how much, as bars with their counts. Pure.

It is HTML and no figure: the counts stand on the bars, and no script draws them.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.words import signed_percent
from khms_trader.performance.returns import Bin

_BARS: Final = (
    "display:flex;align-items:flex-end;gap:2px;height:11.5rem;"
    "font-size:0.68rem;font-variant-numeric:tabular-nums;text-align:center"
)
_BIN: Final = "flex:1 1 0;min-width:0;display:flex;flex-direction:column"
_TALLEST: Final = 88
"""Percent of the height; above stands the count."""
_LABEL: Final = 20
"""Percent of the width that the label of an edge takes."""
_EDGES: Final = (
    "position:relative;height:1.4rem;font-size:0.76rem;opacity:0.78;margin-top:0.25rem"
)


def histogram_html(bins: Sequence[Bin], look: Look) -> str:
    """Return a bar a bin, gains and losses coloured, below them the edges."""
    if not bins:
        return ""
    most = max(each.count for each in bins)
    bars = "".join(_bar(each, most, look) for each in bins)
    return (
        f'<div role="img" aria-label="{escape(_told(bins))}">'
        f'<div style="{_BARS};border-bottom:1px solid {look.quiet}">{bars}</div>'
        f'<div style="{_EDGES}">{"".join(_edges(bins))}</div></div>'
    )


def _bar(each: Bin, most: int, look: Look) -> str:
    share = each.count / most * _TALLEST
    color = look.up if each.low >= 0 else look.down
    title = f"{_edge(each.low)} ~ {_edge(each.high)}: {each.count:,}일"
    count = f"{each.count:,}" if each.count else ""
    return (
        f'<div style="{_BIN};height:100%;justify-content:flex-end" title="{title}">'
        f"<span>{count}</span>"
        f'<div style="height:{share:.1f}%;background:{color}"></div></div>'
    )


def _edges(bins: Sequence[Bin]) -> list[str]:
    """Return the outer edges, and zero where it is not too near to them."""
    low, high = bins[0].low, bins[-1].high
    zero = -low / (high - low) * 100
    told = [("left:0", low), ("right:0", high)]
    if _LABEL < zero < 100 - _LABEL:
        told.append((f"left:{zero:.2f}%;transform:translateX(-50%)", 0))
    return [
        f'<span style="position:absolute;{place}">{_edge(points)}</span>'
        for place, points in told
    ]


def _told(bins: Sequence[Bin]) -> str:
    days = sum(each.count for each in bins)
    gains = sum(each.count for each in bins if each.low >= 0)
    return f"{days:,}일 가운데 0% 이상 {gains:,}일, 0% 미만 {days - gains:,}일"


def _edge(points: int) -> str:
    """Return an edge in percent, with as many decimals as it needs."""
    return signed_percent(points / 100, 0 if points % 100 == 0 else 2)
