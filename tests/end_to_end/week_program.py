"""A scheduler in a process of its own that lives a week, or dies in it by SIGKILL.

Run with a home, a start, an end and a death. It is put together as
``cli.scheduler`` does it, over a real account server and a real bot server; its clock
alone is hurried. A death is ``never``, a moment (ISO) that its clock may not pass, or a
point of ``kis_crash_program``. The time it came to is kept in ``<home>/lived-until``.
"""

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from hurried import HurriedClock, HurriedView
from khms_trader.bootstrap.scheduler import SchedulerOptions, serve
from khms_trader.bootstrap.telling import telling_beside
from khms_trader.cli.run import run_command
from khms_trader.cli.start import start
from khms_trader.cli.telling import teller_of
from khms_trader.console.board import Board
from processes import PROJECT

FOREVER: Final = "run_virtual_next_open_forever.py"
LIVED: Final = "lived-until"
NEVER: Final = "never"
_TOLD_SECONDS: Final = 10.0


def main(arguments: Sequence[str]) -> int:
    """Live, and return the scheduler's exit code."""
    home, begins, ends, death = arguments
    os.environ["KHMS_HOME"] = home
    sys.argv = [str(PROJECT / "scripts" / FOREVER)]
    if death[-2:-1] == "-":
        from end_to_end.kis_crash_program import Death  # noqa: PLC0415 - heavy

        Death(death).awaits()
    last = datetime.fromisoformat(death) if death[:1] == "2" else None
    kept = os.open(Path(home) / LIVED, os.O_WRONLY | os.O_CREAT)

    def slept(now: datetime) -> None:
        if last is not None and now >= last:
            os.kill(os.getpid(), signal.SIGKILL)
        os.pwrite(kept, now.isoformat("T", "microseconds").encode(), 0)

    clock = HurriedClock(datetime.fromisoformat(begins), slept=slept)
    return run_command(lambda: _lived(clock, datetime.fromisoformat(ends)))


def _lived(clock: HurriedClock, until: datetime) -> int:
    begun = start(at=clock.now(), quiet=False)
    screen = begun.screen
    with Board(screen.board_display, clock.monotonic) as board, screen.through(board):
        run = replace(begun.options(universe_limit=20, quantity=5), clock=clock)
        teller = teller_of(begun, run)

        def told() -> None:
            """Let the messages of a job go before the next hour."""
            deadline = monotonic() + _TOLD_SECONDS
            while teller.waiting() and monotonic() < deadline:
                sleep(0.002)

        view = HurriedView(screen, board, clock, until=until, leaps=told)
        serve(
            SchedulerOptions(
                run=run,
                times=("15:40", "09:01"),
                flag=view.flag,
                view=view,
                confirms=True,
                after_job=teller.catch_up,
                background=telling_beside(teller, run),
            )
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
