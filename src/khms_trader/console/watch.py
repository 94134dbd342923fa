"""An execution shown as it goes, by a thread of its own.

A terminal may stand still for minutes (Ctrl+S, a click into a Windows console, a
pager). No order may wait for it: whoever tells the watch something never writes.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Final, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as RichProgress

_DOING: Final = {
    "account": "계좌 확인 중",
    "quotes": "시세 읽는 중",
    "sells": "매도 주문 보내는 중",
    "buys": "매수 주문 보내는 중",
    "cancels": "체결되지 않은 매수 취소하는 중",
    "fills": "체결 기다리는 중",
    "opens": "첫 거래(시가) 기다리는 중",
    "resolve": "결과를 모르는 주문 확인하는 중",
    "end": "주문 뒤 계좌 확인하는 중",
    "universe": "유니버스 고르는 중",
    "refresh": "일봉 갱신 중",
    "bars_wait": "다른 실행이 일봉을 갱신하고 있어 기다리는 중",
    "bars": "일봉 읽는 중",
    "signals": "신호 계산하는 중",
    "save": "계획 저장하는 중",
    "orders": "주문 읽는 중",
}
_UNITS: Final = {"quotes": "종목", "refresh": "종목"}
_MINUTE: Final = 60.0
# What is over sooner is not worth a line in a log.
_WORTH_SECONDS: Final = 1.0
_GLANCE_SECONDS: Final = 0.2
_CLOSE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What goes on, since ``at`` by the clock that never jumps.

    Attributes:
        count: of ``what`` there are.
        done: how many of them are done; None while they are waited for.
        until: when the waiting ends at the latest.
    """

    what: str
    at: float
    count: int
    done: int | None = None
    until: float = 0.0

    def text(self, now: float) -> str:
        """Return what a terminal shows at ``now``."""
        name = _DOING.get(self.what, self.what)
        if self.done is None:
            left = _duration(max(self.until - now, 0.0))
            return f"{name}: {self.count}건 (최대 {left})"
        return f"{name}: {self.done}/{self.count}" if self.count > 1 else name

    def line(self, now: float) -> str:
        """Return what a log shows at ``now``."""
        if self.done is None or self.count <= 1:
            return self.text(now)
        unit = _UNITS.get(self.what, "건")
        return f"{_DOING.get(self.what, self.what)}: {self.count}{unit}"

    def share(self, now: float) -> tuple[float, float]:
        """Return how much of how much is done, or of the time is over."""
        if self.done is not None:
            return self.done, self.count
        whole = max(self.until - self.at, _GLANCE_SECONDS)
        return min(now - self.at, whole), whole


class Sayer(Protocol):
    """Whoever writes lines in place of the screen, without holding anybody up."""

    def say(self, text: str, style: str | None) -> bool:
        """Have a line written that stays; False when nobody will."""


class Display(Protocol):
    """What the watch's thread draws on."""

    def say(self, text: str, style: str | None) -> None:
        """Show a line that stays."""

    def show(self, doing: Doing, now: float) -> None:
        """Show ``doing`` as it is at ``now``; called again and again."""

    def close(self) -> None:
        """Leave nothing but the lines that stay."""


class Lines:
    """A display for logs and pipes: a line per phase, and one a minute of waiting."""

    def __init__(self, say: Callable[[str, str | None], None]) -> None:
        """Write through ``say``."""
        self._say = say
        self._phase = ("", False)
        self._began = self._told = 0.0
        self._is_told = False

    def say(self, text: str, style: str | None) -> None:
        """Write a line."""
        self._say(text, style)

    def show(self, doing: Doing, now: float) -> None:
        """Write what has gone on for a second, and a wait again after a minute."""
        phase = doing.what, doing.done is None
        if phase != self._phase:
            self._phase, self._began, self._is_told = phase, doing.at, False
        is_due = now - self._began >= _WORTH_SECONDS
        if self._is_told:
            is_due = doing.done is None and now - self._told >= _MINUTE
        if is_due:
            self._say(doing.line(now), None)
            self._is_told, self._told = True, now

    def close(self) -> None:
        """Write nothing more."""


class Bar:
    """A display for terminals: one line that moves."""

    def __init__(
        self, console: Console, say: Callable[[str, str | None], None]
    ) -> None:
        """Draw on ``console`` and write lines that stay through ``say``."""
        self._say = say
        # Without a thread of rich's: the watch's own draws.
        self._bar = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            console=console,
            transient=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._bar.add_task("", total=None)

    def say(self, text: str, style: str | None) -> None:
        """Write a line above the one that moves."""
        self._say(text, style)

    def show(self, doing: Doing, now: float) -> None:
        """Draw the text, and how much is done or of the time is over."""
        completed, total = doing.share(now)
        self._bar.update(
            self._task,
            description=doing.text(now),
            completed=completed,
            total=total,
        )
        # Started once there is something to see; starting again does nothing.
        self._bar.start()
        self._bar.refresh()

    def close(self) -> None:
        """Take the line away."""
        self._bar.stop()


class RunWatch:
    """A ``RunProgress`` whose thread draws on a display, or on none.

    Used as a ``with`` block; its end waits a second at most for the display.
    """

    def __init__(
        self, display: Callable[[], Display] | None, monotonic: Callable[[], float]
    ) -> None:
        """Draw on what ``display`` makes; ``monotonic`` are a clock's seconds."""
        self._make = display
        self._monotonic = monotonic
        self._news: SimpleQueue[Doing | tuple[str, str | None] | None] = SimpleQueue()
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        if self._make is not None:
            thread = Thread(target=self._run, name="watch", daemon=True)
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
        self._news.put(None)
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)

    def step(self, done: int, total: int, what: str) -> None:
        """Say that ``done`` of ``total`` are done and go on."""
        at = self._monotonic()
        self._news.put(Doing(what=what, at=at, count=total, done=done))

    def wait(self, count: int, what: str, at_most: timedelta) -> None:
        """Say that ``count`` orders are waited for."""
        at = self._monotonic()
        until = at + at_most.total_seconds()
        self._news.put(Doing(what=what, at=at, count=count, until=until))

    def say(self, text: str, style: str | None) -> bool:
        """Have a line written that stays; False when nobody will."""
        if self._thread is None or not self._thread.is_alive():
            return False
        self._news.put((text, style))
        return True

    def _run(self) -> None:
        # A pipe whose reader has gone, or a closed terminal, ends the show only.
        with suppress(OSError, ValueError):
            display = self._make() if self._make else None
            if display is not None:
                self._draw(display)

    def _draw(self, display: Display) -> None:
        doing: Doing | None = None
        try:
            while True:
                try:
                    news = self._news.get(timeout=_GLANCE_SECONDS)
                except Empty:
                    pass
                else:
                    if news is None:
                        return
                    if isinstance(news, tuple):
                        display.say(*news)
                    else:
                        doing = _continued(doing, news)
                if doing is not None:
                    display.show(doing, self._monotonic())
        finally:
            display.close()


def _continued(before: Doing | None, news: Doing) -> Doing:
    """Keep the beginning of a wait that goes on: the bar shows all of its time."""
    if before is None or news.done is not None or before.done is not None:
        return news
    if before.what != news.what:
        return news
    return Doing(what=news.what, at=before.at, count=news.count, until=news.until)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}분 {rest}초" if minutes else f"{rest}초"
