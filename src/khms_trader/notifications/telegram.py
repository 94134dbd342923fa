"""Tells a person by Telegram: never raises, never makes its caller wait.

Without arguments it finds settings and secrets by itself. It says nothing when
Telegram is switched off, and may not be needed for anything but telling.
"""

import atexit
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Final

from khms_trader.clock import SystemClock
from khms_trader.domain.message import Level, Message
from khms_trader.edge import contained
from khms_trader.errors import KhmsTraderError, NotAvailable
from khms_trader.notifications.access import (
    Access,
    SomeSecrets,
    SomeSettings,
    access_of,
)
from khms_trader.notifications.delivery import DEFAULT_PAUSES, Delivery, Pauses
from khms_trader.notifications.markup import escaped, writable
from khms_trader.notifications.memory_outbox import MemoryOutbox
from khms_trader.ports import Clock, Outbox

_log: Final = logging.getLogger(__name__)

CLOSE_SECONDS: Final = 10.0


class Own:
    """Stands for the secrets of the home, which are looked for when needed."""


OWN: Final = Own()


class TelegramNotifier:
    """A ``Notifier`` by Telegram, with an outbox that may outlive the process.

    Delivering begins with the first message, or with ``start``.
    """

    def __init__(
        self,
        settings: SomeSettings | None = None,
        *,
        secrets: SomeSecrets | Own | None = OWN,
        outbox: Outbox | None = None,
        clock: Clock | None = None,
        pauses: Pauses = DEFAULT_PAUSES,
        on_problem: Callable[[NotAvailable], object] | None = None,
    ) -> None:
        """Read the settings, and the secrets, of the home when they are not given.

        With ``secrets`` of None nothing is told. Messages wait in ``outbox``, else in
        memory. ``on_problem`` is told on another thread, once, what a person must
        mend before anything more is delivered.
        """
        self._clock = clock or SystemClock()
        self._spare = MemoryOutbox(self._clock.now())
        self._outbox: Outbox = self._spare if outbox is None else outbox
        self._pauses = pauses
        self._on_problem = on_problem
        self._turn = Lock()
        self._delivery: Delivery | None = None
        self._is_closed = False
        self._access: Access | None = None
        with contained(_not_loaded):
            self._access = _access(settings, secrets)

    @property
    def is_silent(self) -> bool:
        """Whether nothing is ever told: switched off, or without token and chat."""
        return self._access is None

    @property
    def problem(self) -> NotAvailable | None:
        """What a person must mend before anything more is delivered, if anything."""
        return self._delivery.problem if self._delivery is not None else None

    def send(self, text: str) -> None:
        """Queue ``text``, shown as it is, whatever levels are told."""
        with contained(_failed):
            key = f"text-{token_hex(16)}"
            at = self._clock.now()
            html = escaped(str(text))
            self.post(Message(key=key, level=Level.WARNING, html=html, at=at))

    def post(self, *messages: Message) -> None:
        """Queue ``messages``; one whose key was queued before is not told again."""
        if self._access is None or not messages:
            return
        with contained(_failed):
            self._keep([replace(m, html=writable(m.html)) for m in messages])
            self.start()
            if self._delivery is not None:
                self._delivery.wake()

    def start(self) -> None:
        """Deliver from now on, what is left of earlier runs first."""
        with contained(_failed), self._turn:
            if self._access is None or self._delivery is not None or self._is_closed:
                return
            self._delivery = Delivery(
                self._access,
                tuple(dict.fromkeys((self._outbox, self._spare))),
                self._clock,
                pauses=self._pauses,
                on_problem=self._on_problem,
            )
            self._delivery.start()
            # A script that only says something and ends is heard, too.
            atexit.register(self.close)

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Deliver what waits, for ``seconds`` at most; the rest stays in the outbox."""
        with contained(_failed):
            if self._access is not None and self._outbox.waiting():
                self.start()
        with self._turn:
            delivery = None if self._is_closed else self._delivery
            self._is_closed = True
        if delivery is not None:
            with contained(_failed):
                atexit.unregister(self.close)
                delivery.close(seconds)
                self._tell_rest()

    def _keep(self, messages: list[Message]) -> None:
        def keep_here(error: Exception) -> None:
            _storage_failed(error)
            self._spare.add(*messages)

        with contained(keep_here):
            self._outbox.add(*messages)

    def _tell_rest(self) -> None:
        left = self._outbox.waiting()
        if left:
            _log.warning("messages not delivered at the end: %d", left)


def _access(
    settings: SomeSettings | None, secrets: SomeSecrets | Own | None
) -> Access | None:
    if settings is None or isinstance(secrets, Own):
        from khms_trader.config.load import load_own  # noqa: PLC0415 - only without

        own_settings, own_secrets = load_own(Path(sys.argv[0]))
        settings = own_settings if settings is None else settings
        secrets = own_secrets if isinstance(secrets, Own) else secrets
    return access_of(settings, secrets)


def _not_loaded(error: Exception) -> None:
    told = error.code if isinstance(error, KhmsTraderError) else type(error).__name__
    _log.warning("telegram stays silent, the settings cannot be used: %s", told)


def _storage_failed(error: Exception) -> None:
    told = str(error) if isinstance(error, KhmsTraderError) else type(error).__name__
    _log.warning("a message is kept in memory only: %s", told)


def _failed(error: Exception) -> None:
    _log.error("telegram failed here: %s", type(error).__name__)
