"""A notifier in a thread of its own, so that no order waits for a message.

It may lose a message; it may not delay or end the work of whoever sends one.
"""

import logging
from collections import deque
from threading import Condition, Thread
from typing import Final

from khms_trader.edge import contained
from khms_trader.ports import Notifier

_log: Final = logging.getLogger(__name__)

MOST_WAITING: Final = 100
CLOSE_SECONDS: Final = 2.0
_TOLD_EVERY: Final = 100


class QueuedNotifier:
    """A ``Notifier`` that hands texts to another one, which may hang or fail.

    The thread begins with the first text and dies with the process.
    """

    def __init__(
        self,
        inner: Notifier,
        *,
        most_waiting: int = MOST_WAITING,
        close_seconds: float = CLOSE_SECONDS,
    ) -> None:
        """Deliver through ``inner``; when ``most_waiting`` wait, the oldest is lost."""
        self._inner = inner
        self._most = most_waiting
        self._close_seconds = close_seconds
        self._waiting: deque[str] = deque()
        self._is_delivering = False
        self._is_closed = False
        self._lost = 0
        self._changed = Condition()
        self._thread: Thread | None = None

    def send(self, text: str) -> None:
        """Queue ``text`` and return at once; after ``close`` it is lost."""
        with contained(self._failed), self._changed:
            if self._is_closed:
                self._lose(1)
                return
            if len(self._waiting) >= self._most:
                self._waiting.popleft()
                self._lose(1)
            self._waiting.append(text)
            self._changed.notify_all()
            self._start()

    def close(self) -> None:
        """Deliver what waits, for two seconds at most; the rest is lost, and logged."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            self._changed.wait_for(self._is_idle, timeout=self._close_seconds)
            left = len(self._waiting) + self._is_delivering
            self._waiting.clear()
            if left:
                _log.warning("messages not delivered at the end: %d", left)

    def _start(self) -> None:
        # A thread that died, by whatever, is replaced.
        if self._thread is None or not self._thread.is_alive():
            self._is_delivering = False
            self._thread = Thread(target=self._deliver, name="notifier", daemon=True)
            self._thread.start()

    def _deliver(self) -> None:
        while (text := self._next()) is not None:
            with contained(self._failed):
                self._inner.send(text)

    def _next(self) -> str | None:
        """Wait for a text and take it; None when there will be none any more."""
        with self._changed:
            self._is_delivering = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            if not self._waiting:
                return None
            self._is_delivering = True
            return self._waiting.popleft()

    def _is_idle(self) -> bool:
        return not self._waiting and not self._is_delivering

    def _lose(self, count: int) -> None:
        before, self._lost = self._lost, self._lost + count
        if count and (not before or self._lost // _TOLD_EVERY > before // _TOLD_EVERY):
            _log.warning("messages are lost, the notifier is slow: %d", self._lost)

    def _failed(self, error: Exception) -> None:
        # Its words may hold an address with a token in it.
        _log.warning("a message was not delivered: %s", type(error).__name__)
