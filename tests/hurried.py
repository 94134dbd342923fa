"""A scheduler that lives weeks in seconds: its idle hours are leapt over.

Only what it waits through between two jobs is leapt, an hour at most at a time; jobs,
warm-ups and the minutes before them pass second by second. Time stands still while it
works, so that the same life gives the same times.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from khms_trader.cli.scheduler_view import ScreenView
from khms_trader.clock import ManualClock
from khms_trader.console.board import Board
from khms_trader.console.screen import Screen
from khms_trader.execution.schedule_room import JobResult, ScheduleState
from khms_trader.execution.stopping import StopFlag
from khms_trader.planning.schedule import Miss
from khms_trader.planning.schedule_times import JobKind

_LONGEST: Final = timedelta(hours=1)
# The warm-up of an execute begins eleven minutes before it.
_AHEAD: Final = {
    JobKind.EXECUTE: timedelta(minutes=12),
    JobKind.PREPARE: timedelta(seconds=5),
}


class HurriedClock(ManualClock):
    """Moves when slept; ``monotonic`` goes on where another process left it."""

    def __init__(
        self,
        start_at: datetime,
        *,
        slept: Callable[[datetime], object] = lambda _: None,
    ) -> None:
        """Stand at ``start_at``; ``slept`` is told the time after each sleep."""
        super().__init__(start_at)
        self._elapsed = start_at.timestamp()
        self._leap_to = start_at
        self._slept = slept

    def leap(self, moment: datetime) -> None:
        """Let the next sleep last until ``moment`` at least."""
        self._leap_to = moment

    def sleep(self, seconds: float) -> None:
        """Move forward by ``seconds``, or further when a leap is due."""
        left = (self._leap_to - self.now()).total_seconds()
        super().sleep(max(seconds, left))
        self._slept(self.now())


class HurriedView(ScreenView):
    """Shows everything on a screen, keeps what was run, and hurries the clock."""

    def __init__(
        self,
        screen: Screen,
        board: Board,
        clock: HurriedClock,
        *,
        until: datetime,
        leaps: Callable[[], object] = lambda: None,
    ) -> None:
        """Ask to stop at ``until``; ``leaps`` is called before each leap."""
        super().__init__(screen, board, clock)
        self.flag = StopFlag()
        self.results: list[JobResult] = []
        self.misses: list[Miss] = []
        self._hurried = clock
        self._until = until
        self._leaps = leaps

    def shown(self, state: ScheduleState) -> None:
        """Leap towards the next job, or stop."""
        super().shown(state)
        if state.now >= self._until:
            self.flag.ask()
            return
        ends = [state.now + _LONGEST, self._until]
        if state.next_slot is not None and state.next_at is not None:
            ends.append(state.next_at - _AHEAD[state.next_slot.kind])
        if min(ends) > state.now:
            self._leaps()
            self._hurried.leap(min(ends))

    def ended(self, result: JobResult) -> None:
        """Keep how a job ended."""
        super().ended(result)
        self.results.append(result)

    def missed(self, miss: Miss) -> None:
        """Keep what was missed."""
        super().missed(miss)
        self.misses.append(miss)
