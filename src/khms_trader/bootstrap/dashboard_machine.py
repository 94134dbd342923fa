"""Everything else on this machine that the dashboard shows; nothing is written.

What takes longer or is asked of a copy is looked at by its page alone.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Final

from khms_trader.bootstrap.account import JOURNAL
from khms_trader.bootstrap.dashboard_live import AccountLine
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.telling import OUTBOX
from khms_trader.dashboard.sources import Health, LogLine
from khms_trader.errors import StorageError
from khms_trader.storage.halt_file import Halt, HaltFile
from khms_trader.storage.heartbeat import HEARTBEAT, Heartbeat, HeartbeatFile
from khms_trader.storage.inspection import Holder, watched_holder_of
from khms_trader.storage.outbox_glance import Unsent, unsent_of

_LOOKING: Final = "state_check"


class HomeMachine:
    """The ``Machine`` of one account."""

    def __init__(self, options: RunOptions, line: AccountLine) -> None:
        """Look at the account of ``options``, which is read through ``line``."""
        self._options = options
        self._line = line

    def heartbeat(self) -> Heartbeat | None:
        """Return the scheduler's newest sign of life; None of one that was ended."""
        beat = HeartbeatFile(self._options.state / HEARTBEAT).read()
        return None if beat is None or beat.ended_at is not None else beat

    def halt(self) -> Halt | None:
        """Return the halt in force, or None."""
        return HaltFile(self._options.halt_file).current()

    def holder(self) -> Holder | None:
        """Return who is at work on the account now, or None; also if nobody knows."""
        with suppress(OSError):
            return watched_holder_of(self._options.state / "run.lock")
        return None

    def at_work(self) -> str:
        """Return the purpose of the job that reading gives way to, or an empty text."""
        holder = self.holder()
        return "" if holder is None or holder.purpose == _LOOKING else holder.purpose

    def may_write(self) -> bool:
        """Return whether the state can be written, as asking a server needs."""
        folder = self._options.folders.states
        while not os.path.lexists(folder) and folder != folder.parent:
            folder = folder.parent  # in which it would be made
        return os.access(folder, os.W_OK)

    def health(self) -> Health:
        """Return how things are."""
        client, gate = self._line.client, self._line.gate()
        offset = client.clock_offset if client else None
        token = client.tokens.stored() if client else None
        unsent = self._unsent()
        return Health(
            request_seconds=gate.pace.request_seconds if gate else None,
            last_request_at=gate.last_passed() if gate else None,
            token_issued_at=token.issued_at if token else None,
            token_expires_at=token.expires_at if token else None,
            clock_offset_seconds=None if offset is None else offset.total_seconds(),
            latency_seconds=client.last_seconds if client else None,
            disk_free=self._disk_free(),
            outbox_waiting=None if unsent is None else unsent.count,
            outbox_oldest=None if unsent is None else unsent.oldest,
            journal_bytes=self._journal_bytes(),
            is_read_only=not self.may_write(),
        )

    def logs(
        self, *, levels: Sequence[str] = (), text: str = "", limit: int = 500
    ) -> Sequence[LogLine]:
        """Return the newest log entries, newest first."""
        from khms_trader.storage.log_reader import newest_entries

        return newest_entries(
            self._options.folders.logs, levels=levels, text=text, limit=limit
        )

    def _unsent(self) -> Unsent | None:
        with suppress(StorageError, OSError):
            return unsent_of(self._options.state / OUTBOX)
        return None

    def _disk_free(self) -> int | None:
        with suppress(OSError):
            return shutil.disk_usage(self._options.home).free
        return None

    def _journal_bytes(self) -> int | None:
        parts = [Path(f"{self._options.state / JOURNAL}{end}") for end in ("", "-wal")]
        sizes = list(chain.from_iterable(map(_size, parts)))
        return sum(sizes) if sizes else None


def _size(path: Path) -> Iterator[int]:
    with suppress(OSError):
        yield path.stat().st_size
