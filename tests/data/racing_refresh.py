"""Refreshes every other symbol of a store, slowly, and says when it has begun.

Run with the folder of the store and 0 or 1.
"""

import sys
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from data.refreshing import Room, Source
from khms_trader.clock import ManualClock
from khms_trader.domain.bars import SymbolBars

SYMBOLS: Final = tuple(f"{n:05d}0" for n in range(24))
_ANSWER_SECONDS: Final = 0.02


class RealSleep(ManualClock):
    """A clock that stands still but for sleeping, which takes a twentieth of it."""

    def sleep(self, seconds: float) -> None:
        """Let other processes go on."""
        time.sleep(max(seconds, 0) / 20)
        super().sleep(seconds)


@dataclass(slots=True, kw_only=True)
class SlowSource(Source):
    """A source whose answers take a while, so that two refreshes do meet."""

    def history(self, symbol: str, since: date) -> SymbolBars:
        """Answer, and tell of the first time."""
        if not self.asked:
            sys.stdout.write("begun\n")
            sys.stdout.flush()
        time.sleep(_ANSWER_SECONDS)
        return Source.history(self, symbol, since)


def slow_room(folder: Path) -> Room:
    """Return a store in ``folder`` with a slow source."""
    room = Room(folder, *SYMBOLS)
    now: datetime = room.clock.now()
    room.clock = RealSleep(now)
    room.source = SlowSource(clock=room.clock, bars=room.source.bars)
    return room


def main(folder: Path, first: int) -> None:
    """Refresh every other symbol from ``first`` on."""
    slow_room(folder).refresh(*SYMBOLS[first::2])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
