"""Which updates were obeyed already, so that no old order of a person is obeyed twice.

Telegram forgets an update when the next one is asked for; who dies in between is given
it again. Update numbers are compared for equality alone: after a quiet week Telegram
begins anew with any number.
"""

import hashlib
import json
import logging
from pathlib import Path
from typing import Final

from khms_trader.durable import replace_text
from khms_trader.edge import contained
from khms_trader.notifications.access import Access

_log: Final = logging.getLogger(__name__)
_MOST: Final = 200


class Handled:
    """The numbers of the newest updates obeyed, of one bot, in a small file."""

    def __init__(self, path: Path, access: Access) -> None:
        """Go on with what ``path`` holds, if it was written for the same bot."""
        self._path = path
        token = access.token.reveal().encode()
        self._bot = hashlib.sha256(token).hexdigest()[:16]
        self._numbers: list[int] = []
        with contained(_unreadable):
            if path.exists():
                told = json.loads(path.read_text(encoding="utf-8"))
                if told["bot"] == self._bot:
                    self._numbers = [int(number) for number in told["updates"]]

    def __contains__(self, number: int) -> bool:
        return number in self._numbers

    def add(self, number: int) -> None:
        """Remember ``number``; a disk that is full costs only what a restart asks."""
        self._numbers = [*self._numbers, number][-_MOST:]
        text = json.dumps({"bot": self._bot, "updates": self._numbers})
        with contained(_unwritable):
            replace_text(self._path, text, private=True)


def _unreadable(error: Exception) -> None:
    _log.warning("obeyed telegram commands are not known: %s", type(error).__name__)


def _unwritable(error: Exception) -> None:
    _log.warning("an obeyed telegram command is not kept: %s", type(error).__name__)
