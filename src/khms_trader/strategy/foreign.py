"""Code we did not write: what a user's strategy raises becomes an error of ours.

Errors that carry one of our codes pass as they are.
"""

import importlib
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Final

from khms_trader.errors import ConfigError

# SystemExit too: a strategy file that ends the process would end it with code 0.
_FAILURES: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    SystemExit,
    TypeError,
    ValueError,
)
_STANDARD_LIBRARY: Final = sysconfig.get_path("stdlib")
_OURS: Final = Path(__file__).parent
_LONGEST_REASON: Final = 300


@contextmanager
def blamed(code: str, **facts: object) -> Iterator[None]:
    """Turn what foreign code raises inside into a ConfigError with place and reason.

    Raises:
        ConfigError: ``code``, with ``facts`` and ``reason`` (file:line, kind, text).
    """
    try:
        yield
    except _FAILURES as error:
        raise ConfigError(code, **facts, reason=_described(error)) from error


@contextmanager
def on_path(folder: Path | None) -> Iterator[None]:
    """Let modules of ``folder`` be imported inside, after everything installed."""
    entry = None if folder is None else str(folder)
    if entry is None or entry in sys.path:
        yield
        return
    # Last, so that no file of the user's can stand in for an installed module.
    sys.path.append(entry)
    try:
        yield
    finally:
        if entry in sys.path:
            sys.path.remove(entry)


def load_module(name: str, folder: Path | None) -> ModuleType:
    """Import the module ``name``, installed or lying in ``folder``."""
    with on_path(folder):
        # The folder may have been listed before the user wrote the file.
        importlib.invalidate_caches()
        return importlib.import_module(name)


def _described(error: BaseException) -> str:
    text = " ".join(str(error).split())
    words = f"{_place(error)} {type(error).__name__}: {text}".strip()
    return words[:_LONGEST_REASON]


def _place(error: BaseException) -> str:
    """Return ``file:line`` of the newest line that is the user's own, or nothing."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}"
    for frame in reversed(extract_tb(error.__traceback__)):
        if _is_theirs(Path(frame.filename)):
            return f"{frame.filename}:{frame.lineno}"
    return ""


def _is_theirs(file: Path) -> bool:
    return (
        file.is_absolute()  # not <frozen importlib> nor a generated __init__
        and not file.is_relative_to(_STANDARD_LIBRARY)
        and "site-packages" not in file.parts
        and file.parent != _OURS
    )
