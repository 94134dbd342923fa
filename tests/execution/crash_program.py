"""Executes a plan on paper and kills itself with SIGKILL at a named point.

Run with a folder: for every point a home of that name is made there and a child process
dies in it. A child per point, forked from one warm program, because a fresh interpreter
for each would take half a minute.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from fakes import (
    ASOF,
    CALENDAR,
    NO_COSTS,
    PACE,
    RULES,
    SESSION,
    FakeQuotes,
    a_buy,
    a_plan,
    a_sell,
    at,
)
from khms_trader.broker.paper import PaperBroker, PaperMarket
from khms_trader.broker.paper_book import PaperBook
from khms_trader.clock import ManualClock
from khms_trader.domain.events import Event
from khms_trader.domain.order import BrokerOrder, OrderRecord
from khms_trader.execution.execute import execute
from khms_trader.execution.office import Desk, Office
from khms_trader.planning.executed import Execution
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.plan_store import PlanFiles
from khms_trader.storage.reports import ReportFiles
from khms_trader.storage.run_lock import FileRunLock

ONE, TWO, OWNED = "100000", "200000", "300000"
PAPER = "paper"
DAY_BEFORE = date(2026, 2, 27)

POINTS: Final = tuple(
    f"{method}-{when}-{count}"
    for method, times in (
        ("append", 2),
        ("intend", 3),
        ("attempt", 3),
        ("submit", 3),
        ("advance", 6),
        ("save", 1),
    )
    for count in range(1, times + 1)
    for when in ("before", "after")
)


class Deadly:
    """Passes everything on, and kills the process around one call of one method."""

    def __init__(self, inner: object, point: str) -> None:
        self._inner = inner
        self._method, self._when, count = point.split("-")
        self._left = int(count)

    def __getattr__(self, name: str) -> object:
        attribute = getattr(self._inner, name)
        return self._around(attribute) if name == self._method else attribute

    def _around(self, method: Callable[..., object]) -> Callable[..., object]:
        def called(*arguments: object, **named: object) -> object:
            self._left -= 1
            self._die_if(self._when == "before")
            result = method(*arguments, **named)
            self._die_if(self._when == "after")
            return result

        return called

    def _die_if(self, is_my_side: bool) -> None:  # noqa: FBT001 - a private switch
        if is_my_side and self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def deadly(inner: object, point: str) -> Any:  # noqa: ANN401 - it is what ``inner`` is
    return Deadly(inner, point)


class Home:
    """A paper account with its journal, plans and reports, in one folder."""

    def __init__(self, folder: Path, moment: datetime, point: str = "none-x-0") -> None:
        self.clock = ManualClock(moment)
        self.book = PaperBook(folder / "paper.sqlite3", initial_cash=10_000_000)
        quotes = FakeQuotes()
        paper = PaperBroker(
            self.book,
            PaperMarket(
                clock=self.clock, calendar=CALENDAR, quotes=quotes, costs=NO_COSTS
            ),
        )
        self.broker = deadly(paper, point)
        self.journal = SqliteJournal(folder / "journal.sqlite3", account=PAPER)
        journal = deadly(self.journal, point)
        reports = deadly(ReportFiles(folder / "reports"), point)
        self.plans = PlanFiles(folder / "plans")

        def publish(*events: Event) -> None:
            journal.append(*events)

        self.desk = Desk(
            office=Office(
                clock=self.clock,
                calendar=CALENDAR,
                reader=self.broker,
                journal=journal,
                plans=self.plans,
                lock=FileRunLock(folder / "run.lock"),
                publish=publish,
            ),
            broker=self.broker,
            quotes=quotes,
            reports=reports,
            rules=RULES,
            pace=PACE,
            data_source="store",
            is_real=False,
            halt_file="",
            is_halted=lambda: False,
        )

    def execute(self) -> Execution:
        return execute(self.desk)

    def orders(self) -> tuple[BrokerOrder, ...]:
        return self.book.orders(SESSION, is_over=True)

    def records(self) -> dict[str, OrderRecord]:
        return {r.key.symbol: r for r in self.journal.order_records(SESSION)}

    def close(self) -> None:
        self.journal.close()
        self.book.close()


@contextmanager
def a_home(folder: Path, moment: datetime, point: str = "none-x-0") -> Iterator[Home]:
    home = Home(folder, moment, point)
    try:
        yield home
    finally:
        home.close()


def prepare_home(folder: Path) -> None:
    """Make a home that bought ten shares the session before and will sell them."""
    with a_home(folder, at(9, 1, day=ASOF)) as home:
        home.plans.save(
            a_plan(buys=[a_buy(OWNED)], account=PAPER, session=ASOF, asof=DAY_BEFORE)
        )
        home.execute()
        home.plans.save(
            a_plan(
                buys=[a_buy(ONE, rank=1), a_buy(TWO, rank=2)],
                sells=[a_sell(OWNED)],
                account=PAPER,
            )
        )


def die_in(folder: Path, point: str) -> int:
    """Return the signal that ended a child executing the plan of ``folder``."""
    child = os.fork()
    if child == 0:
        with a_home(folder, at(9, 1), point) as home:
            home.execute()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def main(folder: Path) -> None:
    for point in POINTS:
        prepare_home(folder / point)
        (folder / point / "signal").write_text(str(die_in(folder / point, point)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
