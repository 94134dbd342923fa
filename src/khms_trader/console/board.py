"""The screen of a program that runs for ever, drawn by a thread of its own.

A terminal may stand still for hours (Ctrl+S, a click into a Windows console). Neither
the clock nor an order may wait for it: whoever tells the board something never writes.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Final, Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from khms_trader.console.watch import Doing, Lines

_GLANCE_SECONDS: Final = 0.2
_REDRAW_SECONDS: Final = 1.0
_CLOSE_SECONDS: Final = 1.0
# What there is one of is named, not counted.
_COUNTED: Final = frozenset({"quotes", "sells", "buys", "cancels", "refresh"})

_Say = Callable[[str, str | None], None]


class BoardDisplay(Protocol):
    """What the board's thread draws on."""

    def say(self, text: str, style: str | None) -> None:
        """Show a line that stays."""

    def show(self, doing: Doing, now: float) -> None:
        """Show the work in hand as it is at ``now``."""

    def status(self, lines: Sequence[str]) -> None:
        """Show how things stand while nothing is done."""

    def close(self) -> None:
        """Leave nothing but the lines that stay."""


class PlainBoard(Lines):
    """A display for logs and pipes: lines that stay, and no status."""

    def __init__(self, say: _Say, *, shows_work: bool = True) -> None:
        """Write through ``say``; without ``shows_work`` only what is said."""
        super().__init__(say)
        self._shows_work = shows_work

    def show(self, doing: Doing, now: float) -> None:
        """Write what goes on for long."""
        if self._shows_work:
            super().show(doing, now)

    def status(self, lines: Sequence[str]) -> None:
        """Show nothing: what is new is said as a line."""


class LiveBoard:
    """A display for terminals: a few lines at the bottom that are drawn anew."""

    def __init__(self, console: Console, say: _Say) -> None:
        """Draw on ``console`` and write lines that stay through ``say``."""
        self._say = say
        self._shown = ""
        self._live = Live(
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def say(self, text: str, style: str | None) -> None:
        """Write a line above those that are drawn anew."""
        self._say(text, style)

    def show(self, doing: Doing, now: float) -> None:
        """Draw the work in hand."""
        self._draw(doing.text(now))

    def status(self, lines: Sequence[str]) -> None:
        """Draw how things stand."""
        self._draw("\n".join(lines))

    def close(self) -> None:
        """Take the lines away."""
        self._live.stop()

    def _draw(self, text: str) -> None:
        if text == self._shown:
            return  # nothing flickers for nothing
        self._shown = text
        # Lines that do not fit would break the cursor's way back.
        drawn = Text(text, style="dim", no_wrap=True, overflow="ellipsis")
        self._live.update(drawn)
        self._live.start()
        self._live.refresh()


class Board:
    """A ``RunProgress`` and a ``Sayer`` whose thread draws on a display.

    Used as a ``with`` block; its end waits a second at most for the display.
    """

    def __init__(
        self, display: Callable[[], BoardDisplay], monotonic: Callable[[], float]
    ) -> None:
        """Draw on what ``display`` makes; ``monotonic`` are a clock's seconds."""
        self._make = display
        self._monotonic = monotonic
        self._lines: SimpleQueue[tuple[str, str | None] | None] = SimpleQueue()
        # The newest only: of a screen that stands still nothing piles up.
        self._view: Doing | Sequence[str] | None = None
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        thread = Thread(target=self._run, name="board", daemon=True)
        with suppress(RuntimeError):  # the machine has no thread left
            thread.start()
            self._thread = thread
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lines.put(None)
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)

    def step(self, done: int, total: int, what: str) -> None:
        """Say that ``done`` of ``total`` are done and go on."""
        counted = (done, total) if what in _COUNTED else (0, 1)
        at = self._monotonic()
        self._view = Doing(what=what, at=at, count=counted[1], done=counted[0])

    def wait(self, count: int, what: str, at_most: timedelta) -> None:
        """Say that ``count`` orders are waited for."""
        at = self._monotonic()
        until = at + at_most.total_seconds()
        self._view = Doing(what=what, at=at, count=count, until=until)

    def status(self, lines: Sequence[str]) -> None:
        """Say how things stand while nothing is done."""
        self._view = tuple(lines)

    def say(self, text: str, style: str | None) -> bool:
        """Have a line written that stays; False when nobody will.

        On a screen that is gone (a closed terminal) it is as good as written.
        """
        if self._thread is None:
            return False
        self._lines.put((text, style))
        return True

    def _run(self) -> None:
        # A pipe whose reader has gone (rich would exit), or a closed terminal, ends the
        # show only.
        with suppress(OSError, ValueError, SystemExit):
            self._draw(self._make())

    def _draw(self, display: BoardDisplay) -> None:
        drawn = -_REDRAW_SECONDS
        try:
            while True:
                for line in self._new_lines():
                    if line is None:
                        return
                    display.say(*line)
                now = self._monotonic()
                if now - drawn >= _REDRAW_SECONDS:
                    drawn = now
                    self._show(display, now)
        finally:
            display.close()

    def _show(self, display: BoardDisplay, now: float) -> None:
        match self._view:
            case None:
                pass
            case Doing() as doing:
                display.show(doing, now)
            case lines:
                display.status(lines)

    def _new_lines(self) -> list[tuple[str, str | None] | None]:
        """Return what came since the last look; waits for it a moment."""
        found: list[tuple[str, str | None] | None] = []
        with suppress(Empty):
            found.append(self._lines.get(timeout=_GLANCE_SECONDS))
            while True:
                found.append(self._lines.get_nowait())
        return found
