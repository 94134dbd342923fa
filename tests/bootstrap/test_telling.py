"""Telling: beside the orders and never before them, each thing once, or nobody."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Final

import pytest

from execution.practice_desk import a_practice_desk, swap_plan
from fakes import ACCOUNT
from khms_trader.bootstrap.execute import execute
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.prepare import prepare
from khms_trader.bootstrap.telling import (
    Teller,
    TellingThread,
    is_silent,
    telling_beside,
)
from khms_trader.clock import ManualClock
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.config.secrets import Secrets
from khms_trader.domain.events import ExecutionFinished, ExecutionStarted
from khms_trader.domain.message import Level, Message
from khms_trader.domain.order import BrokerOrder, Order, OrderAck
from khms_trader.execution.execute import execute as execute_at
from khms_trader.execution.progress import Unwatched
from khms_trader.market.calendar import SEOUL
from khms_trader.ports import Broker, Clock
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.plan_store import PlanFiles
from processes import make_home
from telegram_server import CHAT, TOKEN, Fault, Server, telegram_server

FEWEST, MOST = 3, 8
MOST_DELAY: Final = 0.05
HANGS: Final = Fault(seconds=60, times=0, method="")
EVENING: Final = datetime(2025, 7, 21, 15, 40, tzinfo=SEOUL)
MORNING: Final = datetime(2025, 7, 22, 9, 1, tzinfo=SEOUL)
NOON: Final = datetime(2025, 7, 22, 12, 0, tzinfo=SEOUL)


@pytest.fixture
def server() -> Iterator[Server]:
    with telegram_server() as running:
        yield running


def with_a_bot(home: Path, address: str, *, enabled: bool = True) -> Path:
    """Give ``home`` a bot at ``address``."""
    make_home(home, f'telegram: {{base_url: "{address}"}}\n')
    bot = {"enabled": enabled, "token": TOKEN, "chat_id": CHAT}
    secrets = home / "secrets.yaml"
    secrets.write_text(json.dumps({"telegram": bot}), encoding="utf-8")
    secrets.chmod(0o600)
    return home


def options_of(home: Path, clock: Clock, account: str = "paper") -> RunOptions:
    return RunOptions(
        home=home,
        settings=load_settings(home),
        secrets=load_secrets(home),
        clock=clock,
        account=account,
        universe_limit=20,
        quantity=5,
    )


def a_teller(options: RunOptions, seconds: float = 10.0) -> Teller:
    return Teller(options, sentence=str, close_seconds=seconds)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of an evening and a morning, without a bot."""
    home = make_home(tmp_path_factory.mktemp("lived") / "home", "{}\n")
    prepare(options_of(home, ManualClock(EVENING)), Unwatched())
    execute(options_of(home, ManualClock(MORNING)))
    return home


@pytest.fixture
def home(lived: Path, tmp_path: Path, server: Server) -> Path:
    """A copy of that home with a bot, whose outbox was begun before it all."""
    home = with_a_bot(shutil.copytree(lived, tmp_path / "home"), server.address)
    with a_teller(options_of(home, ManualClock(EVENING))) as teller:
        teller.waiting()
    return home


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


def order_moments(home: Path, server: Server | None) -> tuple[list[float], list[str]]:
    """Return each order's real seconds after the start, and its practice time."""
    folder = home / "data/state" / ACCOUNT
    folder.mkdir(parents=True)
    sold, bought = ("100000",), ("200000", "200001")
    with a_practice_desk(folder, sold=sold) as desk:
        desk.plans = PlanFiles(home / "plans")
        desk.plans.save(swap_plan(sold=sold, bought=bought))
        timed = Timed((plain := desk.desk()).broker)
        options = options_of(home, desk.clock, ACCOUNT)
        with told_meanwhile(options, server):
            started = monotonic()
            execute_at(replace(plain, broker=timed))
        records = desk.journal.order_records()
    moments = [moment - started for moment in timed.moments]
    return moments, [f"{record.intended_at:%H:%M:%S.%f}" for record in records]


@contextmanager
def told_meanwhile(options: RunOptions, server: Server | None) -> Iterator[None]:
    """Derive messages all the time, while the first of them hangs on its way."""
    if server is None:
        yield
        return
    is_over = Event()
    teller = a_teller(options, 0.1)

    def catch_up() -> None:
        while not is_over.wait(0.005):
            teller.catch_up()

    eager = Thread(target=catch_up)
    with teller, TellingThread(teller):
        assert server.await_attempts(1) == 1
        eager.start()
        try:
            yield
        finally:
            is_over.set()
            eager.join()
            assert server.texts == []
            assert teller.waiting() >= 1


def test_a_server_that_hangs_delays_no_order_by_50_ms(tmp_path: Path) -> None:
    plain: list[list[float]] = []
    held: list[list[float]] = []
    # A busy machine's disk delays orders by more than that: its best moments count.
    while len(held) < FEWEST or (is_delayed(plain, held) and len(held) < MOST):
        number = len(held)
        moments, at_plain = order_moments(a_quiet_home(tmp_path / f"q{number}"), None)
        plain.append(moments)
        with telegram_server() as server:
            server.fail(HANGS)
            told = with_a_bot(tmp_path / f"told-{number}", server.address)
            moments, at_held = order_moments(told, server)
        held.append(moments)
        assert len(moments) == 3
        assert at_held == at_plain

    assert not is_delayed(plain, held), (plain, held)


def a_quiet_home(folder: Path) -> Path:
    return make_home(folder, "{}\n")


def is_delayed(plain: list[list[float]], held: list[list[float]]) -> bool:
    """Return whether an order left later than it can leave with nobody told."""
    soonest = [
        [min(each) for each in zip(*runs, strict=True)] for runs in (plain, held)
    ]
    return any(
        later - sooner > MOST_DELAY for sooner, later in zip(*soonest, strict=True)
    )


def test_everything_due_is_told_once_however_often_it_is_looked_for(
    home: Path, server: Server
) -> None:
    for _ in range(3):  # each forgets what the one before has looked at
        with a_teller(options_of(home, ManualClock(NOON))) as teller:
            for _ in range(3):
                teller.catch_up()

    assert [text.splitlines()[1].split(" (")[0] for text in server.texts] == [
        "계획 2025-07-22",
        "하루 정리 2025-07-21",
        "실행 결과 2025-07-22",
    ]


PROGRAM: Final = """
import sys
from datetime import datetime
from pathlib import Path
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.telling import Teller
from khms_trader.clock import ManualClock
from khms_trader.config.load import load_secrets, load_settings

home = Path(sys.argv[1])
options = RunOptions(
    home=home,
    settings=load_settings(home),
    secrets=load_secrets(home),
    clock=ManualClock(datetime.fromisoformat(sys.argv[2])),
)
with Teller(options, sentence=str) as teller:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(5):
        teller.catch_up()
"""


def test_two_processes_tell_each_thing_once(home: Path, server: Server) -> None:
    command = [sys.executable, "-c", PROGRAM, str(home), NOON.isoformat()]
    ran = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(2)
    ]
    for process in ran:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    told = [process.communicate("now\n", timeout=30) for process in ran]

    assert [process.returncode for process in ran] == [0, 0], told
    assert len(server.texts) == len(set(server.texts)) == 3
    assert TOKEN not in str(told)


def test_an_execution_in_hand_has_no_result_and_one_cut_off_has_it_after_the_close(
    home: Path, server: Server
) -> None:
    path = home / "data/state/paper/journal.sqlite3"
    with closing(SqliteJournal(path, account="paper")) as journal:
        (finished,) = journal.events(kinds=(ExecutionFinished,))
        assert isinstance(finished, ExecutionFinished)
        started = ExecutionStarted(
            at=datetime(2025, 7, 22, 9, 10, tzinfo=SEOUL),
            account="paper",
            session=MORNING.date(),
            plan_id=finished.plan_id,
        )
        journal.append(started)
    clock = ManualClock(NOON)
    with a_teller(options_of(home, clock)) as teller:
        teller.catch_up()
        before = server.await_messages(2)
        clock.move_to(NOON.replace(hour=15, minute=29))
        teller.catch_up()
        clock.move_to(NOON.replace(hour=15, minute=40))
        teller.catch_up()

    assert "실행 결과" not in "".join(before)
    assert [("실행 결과" in text) for text in server.texts] == [False, False, True]


def without_a_bot(options: RunOptions) -> RunOptions:
    return replace(options, secrets=Secrets())


def with_a_bot_switched_off(options: RunOptions) -> RunOptions:
    with_a_bot(options.home, "http://127.0.0.1:9", enabled=False)
    return replace(options, secrets=load_secrets(options.home))


@pytest.mark.parametrize(
    "silent",
    [
        lambda options: replace(options, is_dry_run=True),
        lambda options: replace(options, replay=options.home / "replay"),
        lambda options: replace(options, secrets=None),
        without_a_bot,
        with_a_bot_switched_off,
    ],
    ids=["dry-run", "replay", "no-secrets", "no-bot", "switched-off"],
)
def test_nobody_is_told_and_no_file_appears(
    lived: Path,
    tmp_path: Path,
    server: Server,
    silent: Callable[[RunOptions], RunOptions],
) -> None:
    home = with_a_bot(shutil.copytree(lived, tmp_path / "home"), server.address)
    options = silent(options_of(home, ManualClock(NOON)))
    before = sorted(home.rglob("*"))

    assert is_silent(options)
    with a_teller(options) as teller, TellingThread(teller):
        teller.post(Message(key="one", level=Level.INFO, html="x", at=NOON))
        teller.catch_up()
        assert teller.waiting() == 0
    with telling_beside(a_teller(options), options):
        pass

    assert sorted(home.rglob("*")) == before
    assert server.attempts == 0
    assert server.polls == []
