"""The halt file: while it exists no order leaves, whoever runs, however often."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from khms_trader.durable import replace_text
from khms_trader.errors import StorageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A halt in force; both are empty for a file somebody made by hand."""

    since: str = ""
    reason: str = ""


class HaltFile:
    """The file of one home. Its presence alone decides, whatever is in it."""

    def __init__(self, path: Path) -> None:
        """Stand for ``path``."""
        self.path = path

    def current(self) -> Halt | None:
        """Return the halt in force, or None."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            return Halt()  # there, and nobody knows why
        try:
            written = json.loads(text)
            return Halt(since=str(written["since"]), reason=str(written["reason"]))
        except (ValueError, KeyError, TypeError):
            return Halt(reason=text.strip()[:200])

    def turn_on(self, now: datetime, reason: str = "") -> bool:
        """Halt; False when it was on already, which then stays as it was.

        Raises:
            StorageError: it cannot be written.
        """
        if self.current() is not None:
            return False
        since = now.isoformat(timespec="seconds")
        text = json.dumps({"since": since, "reason": reason}, ensure_ascii=False)
        replace_text(self.path, text + "\n")
        return True

    def turn_off(self) -> bool:
        """Go on; False when it was off already.

        Raises:
            StorageError: it cannot be removed.
        """
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StorageError(
                "not_writable", path=str(self.path), reason=error.strerror
            ) from error
        return True
