"""Refreshes a store and kills itself with SIGKILL at the 31st request.

Run with the folder of the store.
"""

import os
import signal
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from data.refreshing import Room, Source
from khms_trader.domain.bars import SymbolBars

SYMBOLS: Final = tuple(f"{n:05d}0" for n in range(45))
KILLED_AT: Final = 31


@dataclass(slots=True, kw_only=True)
class DeadlySource(Source):
    """A source that is the end of whoever asks it too often."""

    def history(self, symbol: str, since: date) -> SymbolBars:
        """Answer, or kill the process."""
        if len(self.asked) == KILLED_AT - 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return Source.history(self, symbol, since)


def main(folder: Path) -> None:
    """Refresh the store in ``folder`` as far as it goes."""
    room = Room(folder, *SYMBOLS)
    room.source = DeadlySource(clock=room.clock, bars=room.source.bars)
    room.refresh()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
