"""Tiles and badges as HTML: a label, a figure and how old it is. Pure.

All text is escaped; colours of gains come from the reader's ``Look``, everything else
from the page's own ink, so that both themes fit. Two tiles stand side by side on a
phone; a long figure wraps rather than being cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final

from khms_trader.dashboard.style import Look


class Tone(StrEnum):
    """How loud a tile or badge is."""

    PLAIN = "plain"
    QUIET = "quiet"
    GOOD = "good"
    CAUTION = "caution"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure.

    Attributes:
        value: the figure, or a phrase.
        sub: what stands right below it.
        trend: above zero for a gain, below for a loss, 0 for neither.
        age: how old the figure is; ``is_stale`` says it is too old.
        is_wide: takes two places where there is room.
        is_trending: ``trend`` colours the value, else what stands below it.
    """

    label: str
    value: str
    sub: str = ""
    trend: float = 0
    age: str = ""
    is_stale: bool = False
    is_wide: bool = False
    is_trending: bool = False
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A word in a pill."""

    text: str
    tone: Tone = Tone.QUIET


# The page's frame names the inks, as the reader's theme needs them.
ALARM: Final = "var(--kt-alarm,#dc3f45)"
CAUTION: Final = "var(--kt-caution,#b8650f)"
GOOD: Final = "var(--kt-good,#24875c)"
_LINE: Final = "rgba(148,153,163,0.28)"
_INK: Final = {
    Tone.ALARM: ALARM,
    Tone.CAUTION: CAUTION,
    Tone.GOOD: GOOD,
}
_WASH: Final = {
    Tone.PLAIN: "transparent",
    Tone.QUIET: "rgba(148,153,163,0.14)",
    Tone.GOOD: "rgba(47,158,110,0.14)",
    Tone.CAUTION: "rgba(217,130,43,0.14)",
    Tone.ALARM: "rgba(229,72,77,0.13)",
}
TILE_CSS: Final = f"""<style>
.kt-grid {{display:grid;gap:0.7rem;
  grid-template-columns:repeat(auto-fit,minmax(min(11.5rem,46%),1fr));}}
.kt-tile {{border:1px solid {_LINE};border-radius:0.75rem;padding:0.8rem 0.95rem;
  display:flex;flex-direction:column;gap:0.15rem;overflow-wrap:anywhere;
  word-break:keep-all;min-width:0;}}
.kt-wide {{grid-column:span 2;}}
.kt-label {{font-size:0.82rem;opacity:0.78;}}
.kt-value {{font-size:1.4rem;font-weight:650;line-height:1.3;letter-spacing:-0.01em;
  font-variant-numeric:tabular-nums;}}
.kt-wide .kt-value {{font-size:1.95rem;}}
.kt-sub {{font-size:0.9rem;line-height:1.4;font-variant-numeric:tabular-nums;}}
.kt-age {{font-size:0.74rem;opacity:0.74;margin-top:auto;padding-top:0.3rem;}}
.kt-stale {{opacity:1;color:{CAUTION};font-weight:600;}}
.kt-rise::before {{content:"▲ " / "";font-size:0.85em;}}
.kt-fall::before {{content:"▼ " / "";font-size:0.85em;}}
.kt-badges {{display:flex;flex-wrap:wrap;gap:0.4rem;align-items:center;}}
.kt-badge {{font-size:0.8rem;font-weight:600;padding:0.16rem 0.62rem;
  border-radius:999px;line-height:1.5;white-space:nowrap;}}
@media (max-width:640px) {{
  .kt-grid {{gap:0.5rem;}}
  .kt-tile {{padding:0.65rem 0.7rem;}}
  .kt-value {{font-size:1.12rem;}}
  .kt-wide .kt-value {{font-size:1.6rem;}}
  .kt-sub {{font-size:0.82rem;}}
  .kt-wide ~ .kt-tile:last-child:nth-child(even),
  .kt-tile:last-child:nth-child(odd):not(.kt-wide ~ *) {{grid-column:span 2;}}
}}
</style>"""


def tiles_html(tiles: Sequence[Tile], look: Look) -> str:
    """Return ``tiles`` as a grid; the frame of all pages has ``TILE_CSS``."""
    shown = "".join(_tile(tile, look) for tile in tiles)
    return f'<div class="kt-grid" role="list">{shown}</div>'


def badges_html(badges: Sequence[Badge]) -> str:
    """Return ``badges`` in a row that wraps."""
    return f'<div class="kt-badges">{"".join(_badge(each) for each in badges)}</div>'


def _tile(tile: Tile, look: Look) -> str:
    wide = " kt-wide" if tile.is_wide else ""
    color = look.of(tile.trend) if tile.trend else ""
    arrow = _arrow(tile.trend)
    value = color if tile.is_trending else _INK.get(tile.tone, "")
    on_value = arrow if tile.is_trending else ""
    parts = [
        f'<div class="kt-label">{escape(tile.label)}</div>',
        f'<div class="kt-value{on_value}"{_colored(value)}>{escape(tile.value)}</div>',
    ]
    if tile.sub:
        ink, on_sub = ("", "") if tile.is_trending else (color, arrow)
        parts.append(
            f'<div class="kt-sub{on_sub}"{_colored(ink)}>{escape(tile.sub)}</div>'
        )
    if tile.age:
        stale = " kt-stale" if tile.is_stale else ""
        parts.append(f'<div class="kt-age{stale}">{escape(tile.age)}</div>')
    is_loud = tile.tone in {Tone.ALARM, Tone.CAUTION}
    wash = f' style="background:{_WASH[tile.tone]}"' if is_loud else ""
    return f'<div class="kt-tile{wide}" role="listitem"{wash}>{"".join(parts)}</div>'


def _arrow(trend: float) -> str:
    """Return the sign of a trend beside its colour, which not everybody sees."""
    if not trend:
        return ""
    return " kt-rise" if trend > 0 else " kt-fall"


def _badge(badge: Badge) -> str:
    ink = _INK.get(badge.tone, "inherit")
    style = f"background:{_WASH[badge.tone]};color:{ink}"
    return f'<span class="kt-badge" style="{style}">{escape(badge.text)}</span>'


def _colored(color: str) -> str:
    return f' style="color:{color}"' if color else ""
