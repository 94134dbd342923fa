"""Log entries as HTML: one line each, the rest of an entry folded under it. Pure.

A page shows what went wrong, never a traceback: its frames stay in the file, wherever
in an entry they stand and however much of them was cut off.
All text is escaped; secrets were masked when the line was written.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Final

from khms_trader.dashboard.sources import LogLine
from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.log_words import (
    HEADLESS,
    IN_FILE,
    LEVEL_WORDS,
    TRACE,
    moment_to_second,
)
from khms_trader.dashboard.view.tile_html import ALARM, CAUTION

_OURS: Final = "khms_trader."
_FRAME: Final = re.compile(
    r"Traceback \(most recent call last\)|^[\s+|]*File \".*\", line \d+", re.MULTILINE
)
_CHAINED: Final = re.compile(
    r"(During handling of|The above exception was) .*exception.*:"
)
_LOUD: Final = {"WARNING": CAUTION, "ERROR": ALARM, "CRITICAL": ALARM}
LOG_CSS: Final = """<style>
.kt-log {font-size:0.84rem;line-height:1.5;container-type:inline-size;}
.kt-entry {border-bottom:1px solid rgba(148,153,163,0.22);padding:0.4rem 0.2rem;}
.kt-entry.kt-loud {border-left:3px solid var(--kt-ink);padding-left:0.55rem;}
.kt-head {font-size:0.74rem;opacity:0.72;font-variant-numeric:tabular-nums;
  display:flex;flex-wrap:wrap;gap:0 0.6rem;}
.kt-level {font-weight:700;color:var(--kt-ink,inherit);}
.kt-text {overflow-wrap:anywhere;white-space:pre-wrap;
  font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;
  font-size:0.8rem;}
.kt-entry details > summary {cursor:pointer;font-size:0.76rem;opacity:0.8;}
.kt-entry pre {white-space:pre-wrap;overflow-wrap:anywhere;font-size:0.74rem;
  margin:0.3rem 0 0;padding:0.5rem;border-radius:0.4rem;
  background:rgba(148,153,163,0.12);}
.kt-where {font-size:0.76rem;opacity:0.8;padding-top:0.2rem;}
@media (max-width:640px) {.kt-entry details > summary {line-height:2.5rem;}}
@container (min-width:48rem) {
  .kt-entry {display:grid;grid-template-columns:20rem 1fr;gap:0 0.8rem;
    padding:0.22rem 0.2rem;align-items:baseline;}
  .kt-entry details {grid-column:2;min-width:0;}
}
</style>"""


def log_html(lines: Iterable[LogLine], look: Look, now: datetime) -> str:
    """Return ``lines`` as they come; the page needs ``LOG_CSS`` once."""
    shown = "".join(_entry(line, look, now) for line in lines)
    return f'<div class="kt-log">{shown}</div>'


def _entry(line: LogLine, look: Look, now: datetime) -> str:
    told, is_cut = _told(line)
    first, _, rest = told.partition("\n")
    ink = _LOUD.get(line.level, "")
    loud = f' kt-loud" style="--kt-ink:{ink}' if ink else ""
    head = [_moment(line.at, now), *_level(line, look)]
    name = line.name.removeprefix(_OURS)
    if name:
        head.append(f"<span>{escape(name)}</span>")
    return (
        f'<div class="kt-entry{loud}"><div class="kt-head">{"".join(head)}</div>'
        f'<div class="kt-text">{escape(first)}</div>'
        f"{_folded(rest.strip(), is_cut=is_cut)}</div>"
    )


def _folded(rest: str, *, is_cut: bool) -> str:
    where = f'<div class="kt-where">{IN_FILE}</div>' if is_cut else ""
    if not rest:
        return where and f"<details><summary>{TRACE}</summary>{where}</details>"
    count = rest.count("\n") + 1
    return (
        f"<details><summary>{TRACE} ({count:,}줄)</summary>"
        f"<pre>{escape(rest)}</pre>{where}</details>"
    )


def _told(line: LogLine) -> tuple[str, bool]:
    """Return what may be shown of ``line``, and whether something is left out.

    Lines that belong to no entry are what is left of one: any of them may be a frame.
    """
    if line.level and not _FRAME.search(line.text):
        return line.text, False
    lines = line.text.splitlines()
    kept = [text for text in lines if not _is_of_a_traceback(text)]
    return "\n".join(kept) or HEADLESS, len(kept) < len(lines)


def _is_of_a_traceback(text: str) -> bool:
    is_blank_or_inner = not text or text[0].isspace()
    return bool(is_blank_or_inner or _FRAME.search(text) or _CHAINED.fullmatch(text))


def _level(line: LogLine, look: Look) -> list[str]:
    if not line.level:
        return []
    word = LEVEL_WORDS.get(line.level, line.level)
    color = "" if line.level in _LOUD else f' style="color:{look.quiet}"'
    return [f'<span class="kt-level"{color}>{escape(word)}</span>']


def _moment(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "<span>시각 모름</span>"
    return f"<span>{moment_to_second(at, now)}</span>"
