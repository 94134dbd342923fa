"""A desk that is kept warm for a trigger: what grows old is read again, up to the end.

Nothing is sent and nothing is written. What fails is read by execute itself: being warm
can only help.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from khms_trader.domain.plan import Plan
from khms_trader.execution.office import Desk
from khms_trader.execution.warm_up import WarmUp, candidates, quotes_read, warm_up
from khms_trader.execution.warmed import WarmedReader
from khms_trader.planning.schedule_times import WarmStage

# Account and orders are read last of all: some requests, and their pages.
_LEFT_FOR_ACCOUNT: Final = timedelta(seconds=12)
# Whatever is begun later than this might keep the first order waiting.
_TOO_LATE: Final = timedelta(seconds=5)


class WarmDesk:
    """One desk from its warm-up to its execution."""

    def __init__(self, desk: Desk) -> None:
        """Keep ``desk`` warm."""
        office = desk.office
        self._reader = WarmedReader(
            office.reader,
            clock=office.clock,
            calendar=office.calendar,
            journal=office.journal,
        )
        self._desk = replace(desk, office=replace(office, reader=self._reader))
        self._plan: Plan | None = None
        self._symbols: tuple[str, ...] = ()

    @property
    def desk(self) -> Desk:
        """The desk to execute with: it reads what was read ahead, once."""
        return self._desk

    def warm(self, stage: WarmStage, trigger: datetime) -> WarmUp:
        """Read what ``stage`` names, for an execution at ``trigger``.

        Raises:
            PlanError: the plan cannot be read or was altered.
        """
        until = trigger - _LEFT_FOR_ACCOUNT
        now = self._desk.office.clock.now()
        if stage is WarmStage.EVERYTHING or (self._plan is None and now < until):
            ready = warm_up(self._desk, until=until)
            self._plan = ready.plan
            self._symbols = (*ready.opened, *ready.waiting)
            return ready
        if self._plan is None or now > trigger - _TOO_LATE:
            return WarmUp(plan=self._plan)
        if stage is WarmStage.QUOTES:
            return quotes_read(self._desk, self._plan, self._symbols, until=until)
        account = self._reader.read_ahead(self._plan.for_trading_day)
        if account is not None:
            self._symbols = candidates(self._desk, self._plan, account)
        return WarmUp(plan=self._plan, waiting=self._symbols)
