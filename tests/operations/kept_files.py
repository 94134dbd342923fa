"""The files of docs/operations, and the commands of the project they start."""

import re
import shlex
from pathlib import Path
from typing import Final

from processes import PROJECT

OPERATIONS: Final = PROJECT / "docs" / "operations"
SCHEDULER: Final = "scripts/run_virtual_next_open_forever.py"
WATCHDOG: Final = "scripts/tools/watchdog.py"
_COMMAND: Final = re.compile(r"(scripts[/\\][\w/\\]+\.py)([^\n>|'`&<]*)")


def kept(name: str) -> Path:
    """Return the path of ``name`` in docs/operations."""
    return OPERATIONS / name


def commands_in(text: str) -> list[tuple[str, list[str]]]:
    """Return script and arguments of every call of a script of ours in ``text``."""
    return [
        (script.replace("\\", "/"), shlex.split(rest))
        for script, rest in _COMMAND.findall(text)
    ]
