"""Journal first, then the log, then a person; and no order waits for that person."""

import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Final

import pytest

from execution.practice_desk import a_practice_desk, swap_plan
from fakes import ACCOUNT, SESSION, at
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.publishing import NO_NOTICES, Notices, publishing
from khms_trader.clock import ManualClock
from khms_trader.config.settings import Settings
from khms_trader.domain.events import Event, ExecutionFinished, PlanPrepared
from khms_trader.domain.order import BrokerOrder, Order, OrderAck
from khms_trader.errors import StorageError
from khms_trader.execution.execute import execute
from khms_trader.ports import Broker
from khms_trader.storage.journal import SqliteJournal
from processes import make_home, run_script

HANG_SECONDS: Final = 60
TRIES: Final = 5
FINISHED: Final = ExecutionFinished(
    at=at(9, 2), account=ACCOUNT, session=SESSION, plan_id="20260304-00000000"
)


class Listener:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def send(self, text: str) -> None:
        self.texts.append(text)


class Hanging:
    """Hangs for a minute in everything it is told."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def send(self, text: str) -> None:
        self.let_go.wait(HANG_SECONDS)


def names(events: Sequence[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_an_event_reaches_journal_log_and_person(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    journal = SqliteJournal(tmp_path / "journal.sqlite3", account=ACCOUNT)
    listener = Listener()

    with publishing(journal, Notices(notifier=listener, messages=names)) as publish:
        publish(FINISHED)

    assert journal.events() == (FINISHED,)
    assert "ExecutionFinished" in caplog.text
    assert listener.texts == ["ExecutionFinished"]
    journal.close()


def test_a_person_is_told_only_what_is_worth_telling(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite3", account=ACCOUNT)
    listener = Listener()
    prepared = PlanPrepared(
        at=at(15, 40),
        account=ACCOUNT,
        session=date(2026, 3, 5),
        plan_id="20260305-00000000",
        buys=1,
        sells=0,
        slots_free=5,
    )

    def plans_only(events: Sequence[Event]) -> list[str]:
        return names([each for each in events if isinstance(each, PlanPrepared)])

    notices = Notices(notifier=listener, messages=plans_only)
    with publishing(journal, notices) as publish:
        publish(FINISHED, prepared)

    assert listener.texts == ["PlanPrepared"]
    journal.close()


def test_what_the_journal_refuses_is_told_to_nobody(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite3", account=ACCOUNT)
    listener = Listener()
    notices = Notices(notifier=listener, messages=names)

    with publishing(journal, notices) as publish:
        (tmp_path / "journal.sqlite3").write_bytes(b"no journal any more" * 1000)
        with pytest.raises(StorageError):
            publish(FINISHED)

    journal.close()
    assert listener.texts == []


def test_a_message_that_cannot_be_made_costs_the_run_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(events: Sequence[Event]) -> list[str]:
        raise ValueError

    journal = SqliteJournal(tmp_path / "journal.sqlite3", account=ACCOUNT)
    with publishing(journal, Notices(notifier=Listener(), messages=broken)) as publish:
        publish(FINISHED)

    assert journal.events() == (FINISHED,)
    assert "no message could be made" in caplog.text
    journal.close()


def test_nobody_is_told_of_a_dry_run_or_a_replay(tmp_path: Path) -> None:
    notices = Notices(notifier=Listener(), messages=names)
    options = RunOptions(
        home=tmp_path, settings=Settings(), clock=ManualClock(at(9)), notices=notices
    )

    assert options.told is notices
    assert replace(options, is_dry_run=True).told is NO_NOTICES
    assert replace(options, replay=tmp_path).told is NO_NOTICES


class Timed:
    """A broker that notes the real moment of every order."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.moments: list[float] = []
        self.account_id = broker.account_id
        self.account = broker.account
        self.spendable = broker.spendable
        self.orders = broker.orders

    def submit(self, order: Order) -> OrderAck:
        self.moments.append(monotonic())
        return self._broker.submit(order)

    def cancel(self, order: BrokerOrder) -> None:
        self._broker.cancel(order)


def order_moments(folder: Path, notices: Notices) -> tuple[list[float], list[str]]:
    """Return each order's real seconds after the start, and its practice time."""
    sold, bought = ("100000",), ("200000", "200001")
    with a_practice_desk(folder, sold=sold) as desk:
        desk.plans.save(swap_plan(sold=sold, bought=bought))
        plain = desk.desk()
        timed = Timed(plain.broker)
        with publishing(desk.journal, notices) as publish:
            office = replace(plain.office, publish=publish)
            started = monotonic()
            execute(replace(plain, office=office, broker=timed))
        records = desk.journal.order_records()
    moments = [moment - started for moment in timed.moments]
    return moments, [f"{record.intended_at:%H:%M:%S.%f}" for record in records]


def test_a_notifier_that_hangs_delays_no_order_by_50_ms(tmp_path: Path) -> None:
    hanging = Hanging()
    notices = Notices(notifier=hanging, messages=names)
    delays = []
    for number in range(TRIES):  # the disk of a busy machine takes longer now and then
        plain, at_plain = order_moments(tmp_path / f"plain-{number}", NO_NOTICES)
        held, at_held = order_moments(tmp_path / f"held-{number}", notices)
        assert len(held) == len(plain) == 3
        assert at_held == at_plain
        pairs = zip(plain, held, strict=True)
        delays.append(max(later - sooner for sooner, later in pairs))
        if delays[-1] <= 0.05:
            break
    hanging.let_go.set()

    assert min(delays) <= 0.05


PROGRAM: Final = """
import sys
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from khms_trader.bootstrap.execute import execute
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.publishing import Notices
from khms_trader.clock import SystemClock
from khms_trader.config.load import load_settings
from khms_trader.market.calendar import SEOUL

class Hanging:
    def send(self, text):
        print("told", text, flush=True)
        sleep(60)

home = Path(sys.argv[1])
options = RunOptions(
    home=home,
    settings=load_settings(home),
    clock=SystemClock(datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL)),
    notices=Notices(notifier=Hanging(), messages=lambda events: ["one"]),
)
started = monotonic()
print(execute(options).outcome.name, monotonic() - started, flush=True)
"""


def test_a_command_whose_notifier_hangs_ends_promptly(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    prepare = "prepare_next_open_plan.py"
    assert run_script(prepare, "--at", "2026-03-03T15:40", home=home).code == 0
    started = monotonic()

    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(home)],
        capture_output=True,
        encoding="utf-8",
        timeout=HANG_SECONDS,
        check=True,
    )

    told, ended = ran.stdout.splitlines()
    outcome, seconds = ended.split()
    assert (told, outcome) == ("told one", "EXECUTED")
    # Two seconds of them are the wait for the message.
    assert 2 <= float(seconds) < 15
    assert monotonic() - started < 25
