"""Takes keys, tokens and account numbers out of what KIS says, before it is kept.

Pure. The masking of the log is the second net; this is the first.
"""

import re
from typing import Final

_MASK: Final = "****"
_SHORTEST: Final = 4
_LONGEST_MESSAGE: Final = 200
_TOKEN: Final = re.compile(r"(?:bearer\s+\S+|eyJ[\w.~+/=-]{8,})", re.IGNORECASE)
_NOT_PRINTED: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


class Redactor:
    """Knows the secrets of one client and blots them out."""

    __slots__ = ("_secrets",)

    def __init__(self, *secrets: str) -> None:
        """Know ``secrets`` from now on."""
        self._secrets = secrets

    def with_secrets(self, *secrets: str) -> "Redactor":
        """Return one that knows ``secrets`` too."""
        return Redactor(*self._secrets, *secrets)

    def clean(self, message: str) -> str:
        """Return ``message`` on one line, of bounded length, without secrets."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            if len(secret) >= _SHORTEST:
                message = message.replace(secret, _MASK)
        message = _TOKEN.sub(_MASK, message)
        return _NOT_PRINTED.sub(" ", message).strip()[:_LONGEST_MESSAGE]
