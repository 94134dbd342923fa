"""The scheduler's jobs, put together: the same prepare and execute as by hand.

One desk is held from the warm-up to the execution, so that its prices and its token
serve; where the warm-up failed, execution opens its own.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from khms_trader.bootstrap.execute import desk_opened
from khms_trader.bootstrap.options import RunOptions
from khms_trader.errors import Refused, StorageError
from khms_trader.execution.execute import execute
from khms_trader.execution.office import Desk
from khms_trader.execution.progress import RunProgress
from khms_trader.execution.stopping import StopFlag, Stopping, StopRequested
from khms_trader.execution.warm_desk import WarmDesk
from khms_trader.planning.executed import Execution
from khms_trader.planning.prepared import Prepared
from khms_trader.planning.schedule_times import Slot, WarmStage
from khms_trader.ports import Clock

logger = logging.getLogger(__name__)

# A run that begins so soon after its time began at its time: that is the trigger.
_ON_TIME: Final = timedelta(seconds=10)
_BEAT_SECONDS: Final = 30.0


class Cut(StrEnum):
    """What was in hand when somebody asked to stop: EXECUTE had sent no order yet."""

    PREPARE = "prepare"
    WARM_UP = "warm_up"
    EXECUTE = "execute"
    ORDERS = "orders"


class JobView(Protocol):
    """Shown what the jobs do and come to."""

    @property
    def progress(self) -> RunProgress:
        """Told how the job in hand goes; never delays it."""

    def prepared(self, prepared: Prepared) -> None:
        """Take a plan that was saved."""

    def executed(self, execution: Execution) -> None:
        """Take what an execution came to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A warm desk and what closes it."""

    slot: Slot
    warm: WarmDesk
    stack: ExitStack


class RealJobs:
    """Prepare, execute and warm-up of one account."""

    def __init__(
        self,
        options: RunOptions,
        *,
        view: JobView,
        flag: StopFlag,
        beat: Callable[[], None],
    ) -> None:
        """Work as ``options`` say; ``beat`` gives a sign of life during long work."""
        self._view = view
        alive = _Alive(view.progress, options.clock, beat)
        self._stopping = Stopping(flag, options.clock, alive)
        self._options = replace(options, progress=self._stopping)
        self._held: _Held | None = None
        self.needs_a_person = False
        self.cut: Cut | None = None

    def prepare(self, slot: Slot, until: datetime) -> None:
        """Make the plan for ``slot.session``.

        Raises:
            Refused: ``prepare_out_of_time``, it was not made by ``until``.
        """
        late = Refused(
            "prepare_out_of_time", session=slot.session, until=f"{until:%H:%M}"
        )
        logger.info("prepare for %s", slot.session)
        from khms_trader.bootstrap.prepare import prepare

        with self._cut_as(lambda: Cut.PREPARE), self._stopping.until(until, late):
            prepared = prepare(self._options, self._stopping)
        self._view.prepared(prepared)

    def execute(self, slot: Slot) -> None:
        """Execute the plan of ``slot.session``, with the warm desk if there is one."""
        clock = self._options.clock
        began_at = clock.now()
        if timedelta(0) <= began_at - slot.due_at <= _ON_TIME:
            began_at = slot.due_at
        with self._desk(slot) as desk, self._cut_as(lambda: _far(desk, slot)):
            execution = execute(desk, began_at=began_at)
        report = execution.report
        if report is not None and report.needs_a_person:
            self.needs_a_person = True
        self._view.executed(execution)

    def warm(self, slot: Slot, stage: WarmStage) -> None:
        """Read before the execute ``slot`` what ``stage`` names; nothing is sent."""
        held = self._held
        if held is None or held.slot != slot:
            self.close()
            held = self._held = self._opened(slot)
        with self._cut_as(lambda: Cut.WARM_UP):
            ready = held.warm.warm(stage, slot.due_at)
        logger.info(
            "warm-up %s: %d prices known, %d not, %s",
            stage,
            len(ready.opened),
            len(ready.waiting),
            ready.problem or "no problem",
        )

    def close(self) -> None:
        """Let go of a desk that is held."""
        held, self._held = self._held, None
        if held is not None:
            held.stack.close()

    @contextmanager
    def _cut_as(self, cut: Callable[[], Cut]) -> Iterator[None]:
        """Remember what was stopped in the middle of a ``with`` block."""
        try:
            yield
        except StopRequested:
            self.cut = cut()
            raise

    def _opened(self, slot: Slot) -> _Held:
        with ExitStack() as stack:
            desk = stack.enter_context(self._fresh())
            return _Held(slot=slot, warm=WarmDesk(desk), stack=stack.pop_all())

    @contextmanager
    def _desk(self, slot: Slot) -> Iterator[Desk]:
        """Open the held desk's or a fresh one for a ``with`` block, and close it."""
        held, self._held = self._held, None
        with ExitStack() as stack:
            if held is not None:
                stack.enter_context(held.stack)
            if held is not None and held.slot == slot:
                yield held.warm.desk
            else:
                yield stack.enter_context(self._fresh())

    @contextmanager
    def _fresh(self) -> Iterator[Desk]:
        with desk_opened(self._options) as desk:
            yield replace(desk, rest_by=self._stopping.rest)


def _far(desk: Desk, slot: Slot) -> Cut:
    """Return how far an execution came that is stopped."""
    try:
        has_orders = bool(desk.office.journal.order_records(slot.session))
    except StorageError:
        return Cut.ORDERS
    return Cut.ORDERS if has_orders else Cut.EXECUTE


class _Alive:
    """A ``RunProgress`` that gives a sign of life as it is told of one.

    Not between two orders: a slow disk must not delay them.
    """

    def __init__(
        self, inner: RunProgress, clock: Clock, beat: Callable[[], None]
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._beat = beat
        self._at = clock.monotonic()

    def step(self, done: int, total: int, what: str) -> None:
        self._inner.step(done, total, what)
        if what == "refresh":
            self._live()

    def wait(self, count: int, what: str, at_most: timedelta) -> None:
        self._inner.wait(count, what, at_most)
        self._live()

    def _live(self) -> None:
        now = self._clock.monotonic()
        if now - self._at < _BEAT_SECONDS:
            return
        self._at = now
        try:
            self._beat()
        except StorageError as error:
            logger.warning("no sign of life: %s", error)
