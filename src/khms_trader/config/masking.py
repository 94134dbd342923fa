"""Takes secrets out of text that is about to be written or shown.

Two nets: every value of secrets.yaml, however it is quoted, and the shapes secrets
have, for what leaves before (or never went through) secrets.yaml.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from khms_trader.config.secret import MASK, Secret

# A shorter text would blot out half of every line and hides nothing worth it.
_SHORTEST: Final = 4
_NAMES: Final = (
    "app_?key|app_?secret|secret_?key|access_token|approval_key|authorization|cano"
)
_SHAPES: Final = (
    re.compile(r"(bearer\s+)[A-Za-z0-9._~+/=-]+", re.IGNORECASE),
    re.compile(r"(bot)[0-9]{5,}(?::|%3A)[A-Za-z0-9_-]{20,}"),
    re.compile(r"()\b[0-9]{5,}:[A-Za-z0-9_-]{35}\b"),
    re.compile(
        rf"""(\b(?:{_NAMES})\\?["']?\s*[:=]\s*(?:bearer\s+)?\\?["']?)[^\s"'\\,;}}&]+""",
        re.IGNORECASE,
    ),
)


class Masker:
    """Replaces known secrets, and what looks like one, by ``****``."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        """Know ``secrets`` from now on; without any, shapes alone are masked."""
        forms: set[str] = set()
        for secret in secrets:
            forms |= _forms_of(secret.reveal())
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._known = (
            re.compile("|".join(map(re.escape, longest_first))) if forms else None
        )

    def mask(self, text: str) -> str:
        """Return ``text`` without secrets."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for shape in _SHAPES:
            text = shape.sub(rf"\g<1>{MASK}", text)
        return text


def _forms_of(value: str) -> set[str]:
    """As written, in a URL, and inside a quoted ``repr`` or JSON text."""
    escaped = value.replace("\\", "\\\\")
    forms = {
        value,
        quote(value),
        quote(value, safe=""),
        escaped,
        escaped.replace('"', '\\"'),
        escaped.replace("'", "\\'"),
    }
    return {form for form in forms if len(form) >= _SHORTEST}
