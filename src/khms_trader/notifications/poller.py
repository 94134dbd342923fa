"""Listens to the person in the configured chat, on a thread of its own.

What a command does is given by who starts it; nothing here buys or sells. Strangers
get no answer, and nothing that goes wrong here reaches anybody but the log.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from khms_trader.domain.message import Level, Message
from khms_trader.edge import contained
from khms_trader.errors import NotAvailable
from khms_trader.notifications.access import (
    Access,
    SomeSecrets,
    SomeSettings,
    access_of,
)
from khms_trader.notifications.handled import Handled
from khms_trader.notifications.markup import escaped
from khms_trader.notifications.outcome import Kind, Outcome
from khms_trader.notifications.side_loop import SideLoop
from khms_trader.ports import Clock

if TYPE_CHECKING:  # heavy, and needed on the thread only
    from telegram import Update

    from khms_trader.notifications.bot import TamedBot

_log: Final = logging.getLogger(__name__)

HALT: Final = "/halt"
HELP: Final = "/help"
STALE: Final = timedelta(minutes=10)
"""How old a question may be to be answered still; to stop is never too old."""

_JOIN_SECONDS: Final = 2.0

Handler = Callable[[str], Message | str]
"""Takes what stands after the command, returns the answer: a text is shown as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPauses:
    """Seconds: of one question to Telegram, and between questions that failed.

    Attributes:
        first: after the first failure in a row; each further one doubles it.
        busy: while another program listens for the same bot.
    """

    wait: int = 25
    first: float = 1.0
    longest: float = 60.0
    busy: float = 300.0


DEFAULT_POLL_PAUSES: Final = PollPauses()


class TelegramPoller:
    """Obeys commands until it is stopped; of all that share a lock only one listens."""

    def __init__(
        self,
        settings: SomeSettings,
        secrets: SomeSecrets | None,
        *,
        handlers: Mapping[str, Handler],
        reply: Callable[[Message], object],
        lock: Path,
        clock: Clock,
        pauses: PollPauses = DEFAULT_POLL_PAUSES,
        on_problem: Callable[[NotAvailable], object] | None = None,
    ) -> None:
        """Obey ``handlers`` by command, such as ``/halt``, and ``reply`` the answers.

        ``lock`` is a file beside which the obeyed commands are kept. ``on_problem`` is
        told on another thread, once for each kind, what a person must mend.
        """
        self.strangers = 0
        self.problem: NotAvailable | None = None
        self._access = access_of(settings, secrets)
        self._handlers = {name.lower(): handler for name, handler in handlers.items()}
        self._reply = reply
        self._lock = lock
        self._clock = clock
        self._pauses = pauses
        self._on_problem = on_problem
        self._side = SideLoop("telegram-commands", self._serve)
        self._is_stopped = False
        self._failures = 0

    def start(self) -> None:
        """Listen from now on; once only, and not at all when switched off."""
        if self._access is not None:
            self._side.start()

    def stop(self) -> None:
        """Stop listening at once; a command in hand is finished, if it is quick."""
        self._is_stopped = True
        self._side.cancel()
        if self._side.is_alive:
            self._side.join(_JOIN_SECONDS)

    async def _serve(self) -> None:
        with ExitStack() as held:
            while not self._is_stopped and not self._is_alone(held):
                await self._side.nap(self._pauses.longest)
            if self._access is not None and not self._is_stopped:
                await self._listen(self._access)

    def _is_alone(self, held: ExitStack) -> bool:
        """Return whether no other process listens; the lock is held from now on."""
        lock = FileLock(self._lock, timeout=0)
        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            held.enter_context(lock)
        except Timeout:
            self._tell(NotAvailable("telegram_poller_elsewhere"), "locked")
            return False
        except OSError as error:
            _log.warning("telegram commands without a lock: %s", type(error).__name__)
        return True

    async def _listen(self, access: Access) -> None:
        from khms_trader.notifications.bot import TamedBot  # noqa: PLC0415 - heavy

        handled = Handled(self._lock.with_suffix(".updates"), access)
        async with TamedBot(access) as bot:
            confirm: int | None = None
            while not self._is_stopped:
                pause = self._pauses.longest
                with contained(_unexpected):
                    confirm, pause = await self._heard(bot, confirm, handled, access)
                if pause:
                    await self._side.nap(pause)

    async def _heard(
        self, bot: "TamedBot", confirm: int | None, handled: Handled, access: Access
    ) -> tuple[int | None, float]:
        """Obey what was written; return what to confirm next, and seconds to rest.

        A number is confirmed once and then forgotten: the next may be any other.
        """
        outcome, updates = await bot.updates(confirm, self._pauses.wait)
        if outcome.kind is not Kind.DONE:
            return confirm, self._pause_after(outcome)
        self._failures = 0
        self.problem = None
        for update in updates:
            if update.update_id not in handled:
                with contained(_unexpected):
                    self._obey(update, access)
                handled.add(update.update_id)
        return (updates[-1].update_id + 1 if updates else None), 0.0

    def _obey(self, update: "Update", access: Access) -> None:
        message = update.message
        if message is None or not message.text:
            return
        chat = message.chat
        names = {str(chat.id)} | ({f"@{chat.username}"} if chat.username else set())
        if access.chat_id.reveal().lower() not in {each.lower() for each in names}:
            self._ignore_stranger()
            return
        name, _, rest = message.text.strip().partition(" ")
        name = name.partition("@")[0].lower()
        if not name.startswith("/"):
            return
        handler = self._handlers.get(name) or self._handlers.get(HELP)
        # With another time than the real one no message has an age.
        is_old = not self._clock.is_shifted and (
            self._clock.now() - message.date > STALE
        )
        if handler is None or (is_old and name != HALT):
            _log.info("a telegram command is too old or unknown")
            return
        # Numbers alone come again, though rarely.
        key = f"command-{update.update_id}-{message.date.timestamp():.0f}"
        self._answer(handler, name, rest.strip(), key)

    def _answer(self, handler: Handler, name: str, rest: str, key: str) -> None:
        answers: list[Message | str] = []

        def failed(error: Exception) -> None:
            _log.error("the command %s failed", name, exc_info=error)
            answers.append(
                f"{name} 명령을 처리하지 못했습니다({type(error).__name__}). "
                "로그를 확인하세요."
            )

        _log.info("telegram command: %s", name if name in self._handlers else HELP)
        with contained(failed):
            answers.append(handler(rest))
        # Whoever asked is answered, whatever levels are told.
        level = Level.WARNING
        for answer in answers:
            if isinstance(answer, Message):
                self._reply(replace(answer, key=key, level=level))
            else:
                at, html = self._clock.now(), escaped(answer)
                self._reply(Message(key=key, level=level, html=html, at=at))

    def _ignore_stranger(self) -> None:
        self.strangers += 1
        if self.strangers == 1:
            _log.warning("somebody else writes to the telegram bot and is ignored")

    def _pause_after(self, outcome: Outcome) -> float:
        self._failures += 1
        if outcome.problem is not None:
            self._tell(outcome.problem, outcome.detail)
            return self._pauses.busy
        if self._failures == 1:
            _log.warning("telegram commands are asked for later: %s", outcome.detail)
        if outcome.seconds is not None:
            return outcome.seconds
        doubled = self._pauses.first * 2.0 ** min(self._failures - 1, 30)
        share = secrets.randbelow(1_001) / 2_000
        return min(doubled, self._pauses.longest) * (0.5 + share)

    def _tell(self, problem: NotAvailable, detail: str) -> None:
        is_known = self.problem is not None and self.problem.code == problem.code
        self.problem = problem
        if is_known:
            return
        _log.error("telegram commands are not heard: %s (%s)", problem.code, detail)
        if self._on_problem is not None:
            with contained(_unexpected):
                self._on_problem(problem)


def _unexpected(error: Exception) -> None:
    # Its words may hold an address with a token in it.
    _log.error("telegram commands failed here: %s", type(error).__name__)
