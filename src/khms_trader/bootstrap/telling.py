"""Telling a person by Telegram: what files say becomes messages, each told once.

Nothing in here may delay or end a job: it begins when the job is over, or runs beside
it on threads of its own.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final, Self

from khms_trader.bootstrap.account import JOURNAL
from khms_trader.bootstrap.options import RunOptions
from khms_trader.domain.message import Message
from khms_trader.edge import contained
from khms_trader.errors import KhmsTraderError, NotAvailable
from khms_trader.planning.schedule_times import JobKind
from khms_trader.ports import Clock
from khms_trader.storage.heartbeat import HEARTBEAT, HeartbeatFile

if TYPE_CHECKING:  # who has no bot loads none of it
    from khms_trader.notifications.telegram import TelegramNotifier
    from khms_trader.storage.outbox import OutboxFile

logger = logging.getLogger(__name__)

OUTBOX: Final = "outbox.sqlite3"
HAND_SECONDS: Final = 10.0
"""How long a command run by hand waits for its messages to be delivered."""

_LOOK_SECONDS: Final = 20.0
# What time alone makes worth telling (an account's end) need not be met at once.
_ANYWAY: Final = timedelta(minutes=10)
_AGAIN_SECONDS: Final = 3600.0

Sentence = Callable[[str], str]
OnProblem = Callable[[NotAvailable], object]
_Stamp = tuple[tuple[int, int] | None, ...]


def is_silent(options: RunOptions) -> bool:
    """Whether nobody is told: no bot, or what happens does not really happen."""
    bot = options.secrets.telegram if options.secrets is not None else None
    is_real = not options.is_dry_run and options.replay is None
    return bot is None or not bot.enabled or not is_real


class Teller:
    """Keeps one account's outbox filled, and delivers it while the block lasts."""

    def __init__(
        self,
        options: RunOptions,
        *,
        sentence: Sentence,
        on_problem: OnProblem | None = None,
        close_seconds: float = HAND_SECONDS,
    ) -> None:
        """Tell what happens to the account of ``options``.

        ``sentence`` makes Korean of an error's code; ``on_problem`` hears, on another
        thread, what a person must mend before anything is delivered or obeyed.
        """
        self._options = options
        self.sentence = sentence
        self.on_problem = _Once(on_problem, options.clock) if on_problem else None
        self._close_seconds = close_seconds
        # An outbox begun by this very run must not miss what the run did first; a plan
        # knows its moment to the second only.
        self._begun_at = options.clock.now().replace(microsecond=0)
        self._turn = Lock()
        self._outbox: OutboxFile | None = None
        self._notifier: TelegramNotifier | None = None
        self._read: tuple[_Stamp, datetime] | None = None

    def __enter__(self) -> Self:
        """Open the outbox; delivering begins with the first message."""
        if is_silent(self._options):
            return self
        with contained(_failed):
            from khms_trader.notifications.telegram import TelegramNotifier
            from khms_trader.storage.outbox import OutboxFile

            options = self._options
            self._outbox = OutboxFile(options.state / OUTBOX, options.clock)
            self._notifier = TelegramNotifier(
                options.settings,
                secrets=options.secrets,
                outbox=self._outbox,
                clock=options.clock,
                on_problem=self.on_problem,
            )
        return self

    def __exit__(self, *_: object) -> None:
        """Deliver what waits, for a bounded time; the rest goes with the next run."""
        if self._notifier is not None:
            self._notifier.close(self._close_seconds)
        if self._outbox is not None:
            with contained(_failed):
                self._outbox.close()

    def start(self) -> None:
        """Deliver from now on what earlier runs left."""
        if self._notifier is not None:
            self._notifier.start()

    def post(self, *messages: Message) -> None:
        """Queue ``messages`` that no file speaks of; never raises."""
        if self._notifier is not None:
            self._notifier.post(*messages)

    def catch_up(self) -> None:
        """Queue what should have been told by now; never raises."""
        with contained(_failed), self._turn:
            if self._outbox is None or self._notifier is None:
                return
            stamp, now = _stamp(self._options), self._options.clock.now()
            if self._read is not None:
                before, read_at = self._read
                if before == stamp and timedelta(0) <= now - read_at < _ANYWAY:
                    return
            self._queue_due(self._outbox)
            self._read = (stamp, now)

    def is_executing(self) -> bool:
        """Whether the scheduler executes just now, as far as its heartbeat tells."""
        heartbeat = HeartbeatFile(self._options.state / HEARTBEAT).read()
        return heartbeat is not None and heartbeat.running == JobKind.EXECUTE

    def waiting(self) -> int:
        """Return how many messages are not delivered; 0 where nobody is told."""
        return self._outbox.waiting() if self._outbox is not None else 0

    def _queue_due(self, outbox: "OutboxFile") -> None:
        from khms_trader.bootstrap.told_history import history_of
        from khms_trader.notifications.equity_picture import picture_if_possible
        from khms_trader.notifications.messages.due import due

        since = min(outbox.begun_at, self._begun_at)
        history = history_of(self._options, since)
        if history is None:
            return
        known = outbox.known_keys()
        messages = due(
            history, sentence=self.sentence, draw=picture_if_possible, known=known
        )
        self.post(*messages)


class TellingThread:
    """Catches up now and then for the life of a block, whoever wrote the files."""

    def __init__(self, teller: Teller) -> None:
        """Watch through ``teller``, which must be open."""
        self._teller = teller
        self._is_over = Event()
        self._thread = Thread(target=self._run, name="teller", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._teller.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and catch up once more, unless a look is stuck."""
        self._is_over.set()
        self._thread.join(timeout=1.0)
        if not self._thread.is_alive():
            self._teller.catch_up()

    def _run(self) -> None:
        while True:
            # While orders go out nothing else shall take the disk or the processor.
            if not self._teller.is_executing():
                self._teller.catch_up()
            if self._is_over.wait(_LOOK_SECONDS):
                return


class _Once:
    """Passes a problem on once, though both who deliver and who obey may meet it."""

    def __init__(self, on_problem: OnProblem, clock: Clock) -> None:
        self._on_problem = on_problem
        self._clock = clock
        self._turn = Lock()
        self._told: dict[str, float] = {}

    def __call__(self, problem: NotAvailable) -> None:
        with self._turn:
            now = self._clock.monotonic()
            before = self._told.get(problem.code)
            if before is not None and now - before < _AGAIN_SECONDS:
                return
            self._told[problem.code] = now
        self._on_problem(problem)


@contextmanager
def telling_beside(teller: Teller, options: RunOptions) -> Iterator[None]:
    """Tell, and obey the commands of the chat, for the life of a ``with`` block."""
    if is_silent(options):
        yield
        return
    with teller, TellingThread(teller), _obeying(teller, options):
        yield


@contextmanager
def _obeying(teller: Teller, options: RunOptions) -> Iterator[None]:
    from khms_trader.bootstrap.commands import Commands
    from khms_trader.notifications.poller import TelegramPoller

    commands = Commands(options, waiting=teller.waiting, sentence=teller.sentence)
    poller = TelegramPoller(
        options.settings,
        options.secrets,
        handlers=commands.handlers(),
        reply=teller.post,
        lock=options.folders.states / "telegram.lock",
        clock=options.clock,
        on_problem=teller.on_problem,
    )
    poller.start()
    try:
        yield
    finally:
        poller.stop()


def _stamp(options: RunOptions) -> _Stamp:
    journal = options.state / JOURNAL
    log = journal.with_name(f"{journal.name}-wal")
    return tuple(_written(path) for path in (journal, log, options.halt_file))


def _written(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _failed(error: Exception) -> None:
    told = str(error) if isinstance(error, KhmsTraderError) else type(error).__name__
    logger.warning("a message could not be made or kept: %s", told, exc_info=error)
