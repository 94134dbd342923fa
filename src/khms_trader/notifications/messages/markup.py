"""Text for Telegram: what comes from outside is made harmless here and nowhere else.

No name, no word of a broker and no error may open a tag, break a line or turn the
figures beside it around. Every tag ends on the line it begins on, so that a text may be
cut between any two lines.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from khms_trader.domain.order import Side
from khms_trader.domain.reasons import korean_of
from khms_trader.notifications.markup import escaped

SIDES: Final = {Side.BUY: "매수", Side.SELL: "매도"}
MOST_LINES: Final = 30
_WEEKDAYS: Final = "월화수목금토일"
# Controls (a line break among them), marks that reorder text, and lone surrogates,
# which are no text at all.
_NOT_TEXT: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_ISOLATED: Final = "\u2068{}\u2069"


def safe(text: object) -> str:
    """Return ``text`` on one line, with nothing in it that Telegram would read."""
    plain = "".join(map(_spelt, str(text)))
    plain = " ".join(plain.split())
    is_turning = any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in plain)
    return escaped(_ISOLATED.format(plain) if is_turning else plain)


def bold(html: str) -> str:
    """Return ``html``, which is safe already, in bold."""
    return f"<b>{html}</b>"


def code(html: str) -> str:
    """Return ``html``, which is safe already, as something to copy."""
    return f"<code>{html}</code>"


def named(name: str, symbol: str) -> str:
    """Return name and symbol, or the symbol alone, safe."""
    return f"{safe(name)} {safe(symbol)}".strip()


def reason_text(reason: str) -> str:
    """Return the Korean of a stored reason or detail, safe."""
    return safe(korean_of(reason))


def short_reason(reason: str) -> str:
    """Return the same without what stands in brackets or after a colon."""
    return safe(korean_of(reason).partition("(")[0].partition(":")[0])


def day_text(day: date) -> str:
    """Return ``2026-11-23 (월)``."""
    return f"{day:%Y-%m-%d} ({_WEEKDAYS[day.weekday()]})"


def moment_text(moment: datetime) -> str:
    """Return ``2026-11-23 (월) 15:40``."""
    return f"{day_text(moment.date())} {moment:%H:%M}"


def written_moment(text: str) -> str:
    """Return a moment that somebody wrote down, readable and safe if it is one."""
    try:
        return moment_text(datetime.fromisoformat(text))
    except ValueError:
        return safe(text)


def won(amount: float) -> str:
    """Return ``1,234,567원``."""
    return f"{amount:,.0f}원"


def change(amount: int) -> str:
    """Return ``+1,234원``."""
    return f"{amount:+,}원"


def percent(figure: Decimal | None) -> str:
    """Return ``+1.23%``, or a dash for an unknown figure."""
    return "-" if figure is None else f"{figure:+.2f}%"


def span_text(span: timedelta) -> str:
    """Return how long ``span`` is, in its largest two units: ``2시간 5분``."""
    minutes = max(int(span.total_seconds()), 0) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}일 {hours}시간"
    return f"{hours}시간 {minutes}분" if hours else f"{minutes}분"


def first_of(lines: Sequence[str]) -> list[str]:
    """Return ``lines``, the rest counted where they are too many for a message."""
    if len(lines) <= MOST_LINES:
        return list(lines)
    return [*lines[:MOST_LINES], f"외 {len(lines) - MOST_LINES:,}건"]


def text_of(lines: Iterable[str]) -> str:
    """Return one text of ``lines`` that are safe already, leaving out empty ones."""
    return "\n".join(line for line in lines if line)


def digest_of(words: Iterable[str]) -> str:
    """Return a short word for a key that is another as soon as ``words`` are."""
    text = "\n".join(words).encode(errors="backslashreplace")
    return hashlib.sha256(text).hexdigest()[:12]


def _spelt(character: str) -> str:
    return " " if unicodedata.category(character) in _NOT_TEXT else character
