"""Runs a command: whatever goes wrong ends in a Korean sentence and an exit code.

Nobody but the log sees a traceback, and the log sees it masked.
"""

import logging
import sys
import traceback
from collections.abc import Callable, Iterable
from enum import IntEnum
from pathlib import Path
from typing import Final, TextIO

from khms_trader.cli.logs import keep_off_terminal, log_path, stop_logging
from khms_trader.edge import contained
from khms_trader.errors import (
    AlreadyRunning,
    KhmsTraderError,
    OrderUnconfirmed,
    Refused,
    UsageError,
)

_log: Final = logging.getLogger(__name__)
_STOPPED: Final = "사용자가 중단했습니다."
AFTER_ORDERS: Final = "이미 보낸 주문이 있으면 다음 실행이 결과를 확인합니다."
NO_ORDERS: Final = "주문은 보내지 않았습니다."
"""What a command that never orders says when it is stopped, with nothing to add."""


class ExitCode(IntEnum):
    """What the caller of a script is told (a scheduler, a shell, a person)."""

    DONE = 0
    USAGE = 2
    REFUSED = 3
    NOT_AVAILABLE = 4
    UNCONFIRMED = 5
    ALREADY_RUNNING = 6
    INTERRUPTED = 130


def run_command(
    body: Callable[[], int],
    *,
    stopped: str = AFTER_ORDERS,
    afterwards: Callable[[], None] = lambda: None,
) -> int:
    """Run ``body`` and return the exit code: its own, or that of what it raised.

    ``stopped`` is what becomes of the work when a person stops it. ``afterwards`` is
    run when the work is over and shown, however it ended, and changes no exit code.
    """
    tolerate_encodings()
    keep_off_terminal()
    codes: list[int] = []

    def tell(error: Exception) -> None:
        codes.append(_told(error))

    try:
        with contained(tell):
            codes.append(body())
        with contained(_not_done):
            afterwards()
    except KeyboardInterrupt:
        _log.warning("stopped by the user")
        if not codes:
            codes.append(ExitCode.INTERRUPTED)
            _say([f"{_STOPPED} {stopped}"])
    finally:
        stop_logging()
    return codes[-1]


def words_of(error: Exception) -> tuple[str, ...]:
    """Return what ``error`` means to its reader, one sentence per problem."""
    if not isinstance(error, KhmsTraderError):
        return (_unexpected(error),)
    from khms_trader.cli.sentences import sentences

    return sentences(error)


def exit_code_of(error: Exception) -> ExitCode:
    """Return the exit code that ``error`` ends a command with."""
    match error:
        case OrderUnconfirmed():
            return ExitCode.UNCONFIRMED
        case AlreadyRunning():
            return ExitCode.ALREADY_RUNNING
        case UsageError():
            return ExitCode.USAGE
        case Refused():
            return ExitCode.REFUSED
        case _:
            return ExitCode.NOT_AVAILABLE


def tolerate_encodings() -> None:
    """Show a ? for what a terminal cannot show (cp949), instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _not_done(error: Exception) -> None:
    _log.error("what comes after the command failed", exc_info=error)


def _told(error: Exception) -> int:
    if isinstance(error, Refused | UsageError | AlreadyRunning):
        _log.warning("refused: %s", error)
    else:
        _log.error("the command ended with %s", type(error).__name__, exc_info=error)
    _say(words_of(error))
    return exit_code_of(error)


def _unexpected(error: Exception) -> str:
    """Name kind and place, never the message: it may hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    place = (
        f", {Path(frames[-1].filename).name} {frames[-1].lineno}행" if frames else ""
    )
    path = log_path()
    log = f" 자세한 내용: {path}" if path else ""
    return f"예상하지 못한 오류입니다({type(error).__name__}{place}).{log}"


def _say(lines: Iterable[str]) -> None:
    stream: TextIO | None = sys.stderr
    if stream is not None:  # there is none under pythonw
        for line in lines:
            stream.write(f"{line}\n")
