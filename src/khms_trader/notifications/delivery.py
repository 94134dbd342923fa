"""Takes messages from outboxes to Telegram, on a thread of its own, oldest first.

It never raises and nobody waits for it but ``close``. It may not drop a message that
Telegram did not refuse for good, nor go on when only a person can mend what is wrong.
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final

from khms_trader.domain.message import Claimed
from khms_trader.edge import contained
from khms_trader.errors import KhmsTraderError, NotAvailable
from khms_trader.notifications.access import Access
from khms_trader.notifications.outcome import Kind, Outcome
from khms_trader.notifications.parts import parts_of, words_above
from khms_trader.notifications.side_loop import SideLoop
from khms_trader.ports import Clock, Outbox

if TYPE_CHECKING:  # heavy, and needed on the thread only
    from khms_trader.notifications.bot import TamedBot

_log: Final = logging.getLogger(__name__)

_LATER: Final = Outcome(kind=Kind.LATER, is_unknown=True, detail="failed here")
_GRACE_SECONDS: Final = 1.0
_PICTURE_TRIES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """Seconds between tries, and between looks into an outbox that others fill too.

    Attributes:
        first: after the first failure in a row; each further one doubles it.
        longest: no pause is longer, unless the server asks for it.
        most_asked: no longer pause is granted to the server either.
        mend: after what only a person can mend, who may have done so by then.
    """

    first: float = 1.0
    longest: float = 300.0
    most_asked: float = 3_600.0
    look: float = 5.0
    mend: float = 1_800.0


DEFAULT_PAUSES: Final = Pauses()


class Delivery:
    """Delivers until it is closed; what needs a person is tried again much later."""

    def __init__(
        self,
        access: Access,
        outboxes: Sequence[Outbox],
        clock: Clock,
        *,
        pauses: Pauses = DEFAULT_PAUSES,
        on_problem: Callable[[NotAvailable], object] | None = None,
    ) -> None:
        """Deliver what ``outboxes`` hold, the first one's first.

        ``on_problem`` is told, on the thread, what a person must mend.
        """
        self.problem: NotAvailable | None = None
        self._access = access
        self._outboxes = outboxes
        self._clock = clock
        self._pauses = pauses
        self._on_problem = on_problem
        self._side = SideLoop("telegram", self._serve)
        self._deadline: float | None = None
        self._resume_at = 0.0
        self._failures = 0
        # What is known here of messages that the outbox could not be told.
        self._reached: dict[str, int] = {}
        self._picture_failures: Counter[str] = Counter()

    def start(self) -> None:
        """Begin; once only."""
        self._side.start()

    def wake(self) -> None:
        """Say that there is something new."""
        self._side.wake()

    def close(self, seconds: float) -> None:
        """Deliver what waits, for ``seconds`` at most, and end.

        A request that is out then has a moment to be answered: an outcome that nobody
        knows would be told twice.
        """
        self._deadline = monotonic() + seconds
        self._side.wake()
        self._side.join(seconds + _GRACE_SECONDS)
        if self._side.is_alive:
            self._side.cancel()
            self._side.join(_GRACE_SECONDS)

    async def _serve(self) -> None:
        from khms_trader.notifications.bot import TamedBot  # noqa: PLC0415 - heavy

        async with TamedBot(self._access) as bot:
            while not self._is_late():
                has_sent = False
                if self.problem is None or monotonic() >= self._resume_at:
                    with contained(_unexpected):
                        has_sent = await self._delivered_one(bot)
                if has_sent:
                    continue
                if self._deadline is not None and not self._is_worth_waiting():
                    return
                wait = self._resume_at - monotonic()
                await self._side.nap(wait if wait > 0 else self._pauses.look)

    def _is_late(self) -> bool:
        return self._deadline is not None and monotonic() >= self._deadline

    def _is_worth_waiting(self) -> bool:
        """Return whether something can be tried once more before all is to end."""
        return self._deadline is not None and (
            monotonic() < self._resume_at < self._deadline
        )

    async def _delivered_one(self, bot: "TamedBot") -> bool:
        """Deliver the next message; False when there is none to deliver now."""
        for outbox in self._outboxes:
            found: list[Claimed | None] = []
            with contained(_storage_failed):
                found.append(outbox.claim(self._clock.now()))
            if found and found[0] is not None:
                return await self._carried(bot, outbox, found[0])
        return False

    async def _carried(self, bot: "TamedBot", outbox: Outbox, claimed: Claimed) -> bool:
        key = claimed.message.key
        parts = parts_of(claimed.message)
        if claimed.message.level not in self._access.told:
            parts = ()  # its key becomes known, so that no later setting tells it
        reached = max(claimed.parts_sent, self._reached.get(key, 0))
        claimed = replace(
            claimed,
            parts_sent=reached,
            is_repeat=claimed.is_repeat and reached == claimed.parts_sent,
        )
        above = words_above(claimed, self._clock.now())
        while claimed.parts_sent < len(parts):
            outcome = await self._tried(bot, outbox, claimed, above)
            if outcome.kind not in {Kind.DONE, Kind.REFUSED}:
                self._put_off(outbox, claimed, outcome)
                return False
            self._note_success(outcome, key)
            above = ""
            claimed = replace(
                claimed, parts_sent=claimed.parts_sent + 1, is_repeat=False
            )
            self._reached[key] = claimed.parts_sent
            if claimed.parts_sent < len(parts):
                with contained(_storage_failed):
                    outbox.part_sent(claimed, claimed.parts_sent, self._clock.now())
        with contained(_storage_failed):
            outbox.delivered(claimed, self._clock.now())
            self._reached.pop(key, None)
            return True
        return False

    async def _tried(
        self, bot: "TamedBot", outbox: Outbox, claimed: Claimed, above: str
    ) -> Outcome:
        outcome = _LATER
        part = parts_of(claimed.message)[claimed.parts_sent]
        if self._picture_failures[claimed.message.key] >= _PICTURE_TRIES:
            # One picture that will not go must not hold back every message behind it.
            part = replace(part, picture=None)
        try:
            with contained(_unexpected):
                outcome = await bot.send(part, above)
        except asyncio.CancelledError:
            with contained(_storage_failed):
                left = replace(claimed, is_repeat=True)
                outbox.put_off(left, self._clock.now(), "stopped")
            raise
        if part.picture is not None and outcome.kind is Kind.LATER:
            self._picture_failures[claimed.message.key] += outcome.seconds is None
        return outcome

    def _note_success(self, outcome: Outcome, key: str) -> None:
        if outcome.kind is Kind.REFUSED:
            _log.error("telegram refuses a message: key=%s %s", key, outcome.detail)
        elif self._failures or self.problem is not None:
            _log.info("telegram answers again")
        self._failures = 0
        self.problem = None
        self._picture_failures.pop(key, None)

    def _put_off(self, outbox: Outbox, claimed: Claimed, outcome: Outcome) -> None:
        if outcome.problem is not None:
            self._give_up(outcome.problem, outcome.detail)
        pause = 0.0 if outcome.problem else self._pause_after(outcome)
        # Another process may try at once: a person runs it to see whether it is mended.
        rest = self._pauses.mend if outcome.problem else pause
        self._resume_at = monotonic() + rest
        left = replace(claimed, is_repeat=claimed.is_repeat or outcome.is_unknown)
        code = outcome.problem.code if outcome.problem else outcome.detail
        with contained(_storage_failed):
            until = self._clock.now() + timedelta(seconds=pause)
            outbox.put_off(left, until, code)

    def _pause_after(self, outcome: Outcome) -> float:
        """Return the seconds to wait: as asked, else doubling, never all at once."""
        self._failures += 1
        if self._failures == 1:
            _log.warning("telegram is tried again later: %s", outcome.detail)
        share = secrets.randbelow(1_001) / 1_000
        if outcome.seconds is not None:
            return min(outcome.seconds + share / 2, self._pauses.most_asked)
        doubled = self._pauses.first * 2.0 ** min(self._failures - 1, 30)
        return min(doubled, self._pauses.longest) * (0.5 + share / 2)

    def _give_up(self, problem: NotAvailable, detail: str) -> None:
        is_known = self.problem is not None and self.problem.code == problem.code
        self.problem = problem
        if is_known:
            return
        _log.error("telegram needs a person: %s (%s)", problem.code, detail)
        if self._on_problem is not None:
            with contained(_unexpected):
                self._on_problem(problem)


def _storage_failed(error: Exception) -> None:
    told = str(error) if isinstance(error, KhmsTraderError) else type(error).__name__
    _log.warning("the outbox cannot be used: %s", told)


def _unexpected(error: Exception) -> None:
    # Its words may hold an address with a token in it.
    _log.error("telegram failed here: %s", type(error).__name__)
