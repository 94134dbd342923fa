"""Which command comes next, written so that it works as it is copied.

Where the time was made up (``--at``), every command says its own: without it, it would
live today.
"""

from datetime import datetime, timedelta
from typing import Final

from khms_trader.console.screen import script_command

EXECUTE: Final = "execute_next_open_plan.py"
PREPARE: Final = "prepare_next_open_plan.py"
CONFIRM: Final = "--confirm-first-run"
_MINUTE: Final = timedelta(minutes=1)


def command(script: str, *options: str, at: datetime | None = None) -> str:
    """Return how the reader runs ``script``, at the whole minute of ``at`` if given.

    A minute that has begun is rounded up: an account's time does not run backwards.
    """
    parts = [script_command(script), *options]
    if at is not None:
        whole = at.replace(second=0, microsecond=0)
        whole += _MINUTE if whole < at else timedelta(0)
        parts.append(f"--at {whole:%Y-%m-%dT%H:%M}")
    return " ".join(parts)


def practice_hint(script: str, at: datetime) -> str:
    """Return the line for who practises by the real time and will not wait."""
    return f"  연습이라 지금 해 보려면: {command(script, at=at)}"
