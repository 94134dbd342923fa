"""A month of the forever scheduler with its real jobs: paper, and the sample market.

From 2025-12-15 to 2026-01-14: three holidays, four weekends, a first session of the
year that opens an hour late, and a machine that was off for two days.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Final

import pytest
from rich.console import Console

from hurried import HurriedClock, HurriedView
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.rules import costs
from khms_trader.bootstrap.scheduler import SchedulerOptions, serve
from khms_trader.config.settings import Settings
from khms_trader.console.board import Board
from khms_trader.console.screen import Screen
from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionStarted,
    JobMissed,
    PlanPrepared,
)
from khms_trader.domain.order import OrderRecord
from khms_trader.execution.replay import trades_of
from khms_trader.execution.schedule_room import JobResult
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.planning.schedule import Miss
from khms_trader.planning.schedule_times import JobKind
from khms_trader.storage.journal import SqliteJournal

pytestmark = pytest.mark.long  # a week is lived in test_scheduler_week
KRX: Final = Calendar()
CASH: Final = 10_000_000
FIRST, LAST = date(2025, 12, 16), date(2026, 1, 14)
SESSIONS: Final = 19
LATE_OPEN: Final = "2026-01-02"
# The machine was off from the 5th after its execute to the 7th at noon.
OFF, ON = "2026-01-05T12:00", "2026-01-07T12:00"
MISSED: Final = [
    ("execute", "2026-01-06"),
    ("execute", "2026-01-07"),
    ("prepare", "2026-01-06"),
    ("prepare", "2026-01-07"),
]


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a month left behind."""

    results: Sequence[JobResult]
    misses: Sequence[Miss]
    events: Sequence[Event]
    records: Sequence[OrderRecord]
    managed: dict[str, int]
    reports: Sequence[str]
    shown: str

    def days(self, *kinds: type[Event]) -> Counter[date]:
        """Return how often each session has such an event."""
        return Counter(e.session for e in self.events if isinstance(e, kinds))

    @property
    def seen(self) -> Account:
        """The account as it was read last."""
        return [e for e in self.events if isinstance(e, AccountObserved)][-1].observed


def lived(home: Path, start: str, until: str, out: StringIO) -> HurriedView:
    """Run a scheduler of ``home`` from ``start`` to ``until``."""
    clock = HurriedClock(seoul(start))
    screen = Screen(Console(file=out, width=200))
    with Board(screen.board_display, clock.monotonic) as board, screen.through(board):
        view = HurriedView(screen, board, clock, until=seoul(until))
        serve(
            SchedulerOptions(
                run=RunOptions(
                    home=home,
                    settings=Settings(),
                    clock=clock,
                    universe_limit=30,
                    quantity=2,
                ),
                times=("15:40", "09:01"),
                flag=view.flag,
                view=view,
            )
        )
    return view


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    home = tmp_path_factory.mktemp("month")
    out = StringIO()
    lives = [
        lived(home, "2025-12-15T12:00", OFF, out),
        lived(home, ON, "2026-01-14T12:00", out),
    ]
    path = home / "data/state/paper/journal.sqlite3"
    with closing(SqliteJournal(path, account="paper")) as journal:
        return Month(
            results=[result for view in lives for result in view.results],
            misses=[miss for view in lives for miss in view.misses],
            events=journal.events(),
            records=journal.order_records(),
            managed=dict(journal.managed()),
            reports=sorted(each.name for each in home.glob("reports/*.json")),
            shown=out.getvalue(),
        )


def test_each_session_has_one_plan_and_one_execution_or_a_recorded_reason(
    month: Month,
) -> None:
    sessions = KRX.sessions(FIRST, LAST)
    assert len(sessions) == SESSIONS
    missed = Counter(
        (e.job, e.session) for e in month.events if isinstance(e, JobMissed)
    )
    for kind, done in (("prepare", PlanPrepared), ("execute", ExecutionFinished)):
        ends = month.days(done)
        for session in sessions:
            assert ends[session] + missed[kind, session] == 1, (kind, session)


def test_what_was_missed_is_what_fell_into_the_days_off(month: Month) -> None:
    recorded = [e for e in month.events if isinstance(e, JobMissed)]

    assert sorted((e.job, f"{e.session}") for e in recorded) == MISSED
    assert {e.reason for e in recorded} == {"not_running"}
    assert len(month.misses) == len(MISSED)
    assert month.shown.count("놓쳤") == len(MISSED)


def test_no_job_ran_on_a_closed_day_and_none_failed(month: Month) -> None:
    days = {result.began_at.date() for result in month.results}

    assert [day for day in days if not KRX.is_session(day)] == []
    assert {result.code for result in month.results} == {""}
    assert [each.run.tries for each in month.results if each.run.tries] == []
    closed = [line for line in month.shown.splitlines() if "휴장일" in line]
    assert len(closed) == len(set(closed)) == 11


def test_a_late_open_moved_the_execution_by_an_hour(month: Month) -> None:
    times = {
        f"{result.run.slot.session}": f"{result.began_at:%H:%M}"
        for result in month.results
        if result.run.slot.kind is JobKind.EXECUTE
    }

    assert times.pop(LATE_OPEN) == "10:01"
    assert set(times.values()) == {"09:01"}
    starts = month.days(ExecutionStarted)
    assert set(starts.values()) == {1}


def test_the_journal_reconciles_with_the_account(month: Month) -> None:
    held = {h.symbol: h.quantity for h in month.seen.holdings if h.quantity}
    cash = CASH + trades_of(month.records, costs(Settings())).cash_change

    assert month.seen.cash_d2 == cash
    assert {s: n for s, n in month.managed.items() if n} == held
    assert {record.key.side.value for record in month.records} == {"buy", "sell"}
    assert len({record.key for record in month.records}) == len(month.records)
    assert len(month.reports) == SESSIONS - 2
