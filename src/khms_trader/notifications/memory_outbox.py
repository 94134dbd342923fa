"""An outbox that ends with the process: for a notifier that was given no file.

It holds what a file could not, so it may never fail; when nothing is delivered for
long, the oldest messages are lost first.
"""

import logging
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from khms_trader.domain.message import Claimed, Message

_log: Final = logging.getLogger(__name__)

MOST_WAITING: Final = 1_000
LEASE: Final = timedelta(seconds=90)


@dataclass(slots=True)
class _Waiting:
    claimed: Claimed
    free_at: datetime | None = None


class MemoryOutbox:
    """An ``Outbox`` of one process."""

    def __init__(self, begun_at: datetime, *, most_waiting: int = MOST_WAITING) -> None:
        """Begin empty at ``begun_at``; beyond ``most_waiting`` the oldest is lost."""
        self._begun_at = begun_at
        self._most = most_waiting
        self._turn = Lock()
        self._known: set[str] = set()
        self._waiting: dict[str, _Waiting] = {}  # by key, oldest first

    @property
    def begun_at(self) -> datetime:
        """When it was begun."""
        return self._begun_at

    def add(self, *messages: Message) -> int:
        """Keep messages of new keys and return how many."""
        with self._turn:
            new = {m.key: m for m in messages if m.key not in self._known}
            for key, message in new.items():
                self._known.add(key)
                self._waiting[key] = _Waiting(Claimed(message=message, lease=""))
            lost = len(self._waiting) - self._most
            for key in list(self._waiting)[: max(lost, 0)]:
                del self._waiting[key]
        if lost > 0:
            _log.warning("messages are lost, nothing was delivered for long: %d", lost)
        return len(new)

    def claim(self, now: datetime) -> Claimed | None:
        """Lease the oldest message, or None while it is not free."""
        with self._turn:
            first = next(iter(self._waiting.values()), None)
            if first is None or (first.free_at is not None and first.free_at > now):
                return None
            claimed = replace(first.claimed, lease=secrets.token_hex(8))
            # Until something else is said, its next part may have arrived.
            first.claimed = replace(claimed, is_repeat=True)
            first.free_at = now + LEASE
            return claimed

    def part_sent(self, claimed: Claimed, parts: int, now: datetime) -> None:
        """Remember that ``parts`` parts arrived, and begin the lease anew."""
        with self._turn:
            held = self._held(claimed)
            if held is not None:
                held.claimed = replace(held.claimed, parts_sent=parts)
                held.free_at = now + LEASE

    def delivered(self, claimed: Claimed, at: datetime) -> None:
        """Take the message out."""
        del at
        with self._turn:
            self._waiting.pop(claimed.message.key, None)

    def put_off(self, claimed: Claimed, until: datetime, problem: str) -> None:
        """End the lease."""
        del problem
        with self._turn:
            held = self._held(claimed)
            if held is not None:
                held.claimed = replace(held.claimed, is_repeat=claimed.is_repeat)
                held.free_at = until

    def waiting(self) -> int:
        """Return how many messages are not delivered."""
        with self._turn:
            return len(self._waiting)

    def _held(self, claimed: Claimed) -> _Waiting | None:
        found = self._waiting.get(claimed.message.key)
        return found if found and found.claimed.lease == claimed.lease else None
