"""What the scheduler's loop and jobs tell, brought to the screen in Korean.

The one place where errors get their sentences for it: neither loop nor console may
know them.
"""

from datetime import date, timedelta

from khms_trader.cli.run import words_of
from khms_trader.console.board import Board
from khms_trader.console.execute import show_execution
from khms_trader.console.scheduler import (
    Ended,
    Standing,
    next_text,
    show_began,
    show_closed_day,
    show_executed_briefly,
    show_failed,
    show_jumped,
    show_missed,
    show_prepared_briefly,
    show_started,
    show_unconfirmed,
    standing_lines,
)
from khms_trader.console.screen import Screen
from khms_trader.execution.progress import RunProgress
from khms_trader.execution.schedule_room import JobResult, ScheduleState
from khms_trader.planning.account_line import AccountLine
from khms_trader.planning.executed import Execution
from khms_trader.planning.prepared import Prepared
from khms_trader.planning.schedule import Miss, Run
from khms_trader.planning.schedule_times import JobKind, Times
from khms_trader.ports import Clock


class ScreenView:
    """A ``SchedulerView`` on a screen, whose status is drawn on ``board``."""

    def __init__(self, screen: Screen, board: Board, clock: Clock) -> None:
        """Say lines on ``screen``, with the times of ``clock``."""
        self._screen = screen
        self._board = board
        self._clock = clock
        self._account: AccountLine | None = None
        self._ended: dict[JobKind, Ended] = {}
        self._next = ""
        self._problem = ""

    @property
    def progress(self) -> RunProgress:
        """Told how the job in hand goes."""
        return self._board

    def started(self, times: Times, *, is_dry_run: bool) -> None:
        """Say that the scheduler serves ``times`` from now on."""
        show_started(times, self._screen, is_dry_run=is_dry_run)

    def account(self, line: AccountLine) -> None:
        """Keep how the account stands, for the status."""
        self._account = line

    def unconfirmed(self) -> None:
        """Say that nobody confirmed the account yet."""
        show_unconfirmed(self._screen)

    def confirmed(self, execution: Execution) -> None:
        """Show what was confirmed."""
        show_execution(execution, self._screen, is_dry_run=False)

    def prepared(self, prepared: Prepared) -> None:
        """Show a plan that was saved."""
        show_prepared_briefly(prepared, self._screen, self._clock.now())

    def executed(self, execution: Execution) -> None:
        """Show what an execution came to."""
        show_executed_briefly(execution, self._screen, self._clock.now())

    def shown(self, state: ScheduleState) -> None:
        """Draw how the scheduler stands; say what comes next when it changed."""
        self._name_a_problem(state)
        if state.next_slot is not None and state.next_at is not None:
            told = f"다음: {next_text(state.next_slot, state.next_at)}"
            if told != self._next:
                self._next = told
                self._screen.line(told)
        standing = Standing(
            now=state.now,
            times=state.times,
            next_slot=state.next_slot,
            next_at=state.next_at,
            ended=self._ended,
            account=self._account,
            problem=state.problem,
        )
        self._board.status(standing_lines(standing))

    def began(self, run: Run) -> None:
        """Say that a job begins."""
        show_began(run, self._screen, self._clock.now())
        self._board.status((f"{run.slot.kind.korean} 중",))

    def ended(self, result: JobResult) -> None:
        """Say why a job failed; what went well was said by the job."""
        now = self._clock.now()
        slot = result.run.slot
        is_well = result.error is None
        self._ended[slot.kind] = Ended(slot=slot, at=now, is_well=is_well)
        self._next = ""
        if result.error is not None:
            show_failed(result.run, words_of(result.error), self._screen, now)

    def missed(self, miss: Miss) -> None:
        """Say that a slot is not served any more."""
        show_missed(miss, self._screen)

    def closed_day(self, day: date, next_session: date) -> None:
        """Say that there is nothing to do today."""
        show_closed_day(day, next_session, self._screen)

    def jumped(self, by: timedelta) -> None:
        """Say that the clock was moved."""
        show_jumped(by, self._screen)

    def _name_a_problem(self, state: ScheduleState) -> None:
        if state.problem and state.problem != self._problem:
            self._screen.warning(
                f"주문 기록을 읽지 못해 기다립니다({state.problem}). 자세한 내용은 "
                "로그에 있습니다."
            )
        self._problem = state.problem
