"""A week of the forever scheduler over HTTP and Telegram, undisturbed and killed twice.

From Friday 2025-12-26 15:30 to Friday 2026-01-02 17:00: a weekend, two holidays, and a
first session of the year that opens an hour late. The account and the bot are servers
of their own, the scheduler is a process whose idle hours are leapt over.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from end_to_end.scenarios import (
    ACCOUNT,
    ALSO_SOLD,
    APP_KEY,
    APP_SECRET,
    HELD,
    KEPT,
    LEGACY,
    SOLD,
    free_port,
    home_for,
)
from end_to_end.week_program import LIVED, NEVER
from khms_trader.bootstrap.options import account_of
from khms_trader.config.home import Folders
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    HoldingAdopted,
    JobMissed,
    PlanPrepared,
    RunFailed,
)
from khms_trader.domain.order import OrderRecord
from khms_trader.storage.journal import SqliteJournal
from practice_server import Serving, practice_server
from processes import DEADLINE_SECONDS, PROJECT, make_home
from telegram_server import CHAT, TOKEN, Server, telegram_server

PROGRAM: Final = PROJECT / "tests/end_to_end/week_program.py"
BEGINS: Final = datetime.fromisoformat("2025-12-26T15:30:00+09:00")
ENDS: Final = datetime.fromisoformat("2026-01-02T17:00:00+09:00")
SESSIONS: Final = ["2025-12-29", "2025-12-30", "2026-01-02"]
CLOSED: Final = ["12-27 (토)", "12-28 (일)", "12-31 (수)", "01-01 (목)"]
BACK_AFTER: Final = timedelta(seconds=30)
SETTINGS: Final = """\
broker: {{provider: korea_invest}}
kis: {{requests_per_sec: 50}}
execution: {{fill_wait_sec: 20, sell_wait_sec: 10, resolve_sec: 5}}
telegram: {{base_url: "{address}"}}
"""
HOLDINGS: Final = (
    *(f"--holding={symbol}:{HELD}" for symbol in (SOLD, ALSO_SOLD)),
    f"--holding={LEGACY}:{KEPT}",
)

# In the middle of the first execution, whose first order the exchange has taken: at
# ``accept`` that is not written down yet, which is told as having been unknown.
IN_AN_EXECUTION: Final = (
    *("intend-2", "intend-3", "accept-1", "accept-2", "accept-3"),
    *("fill-1", "fill-2", "fill-3"),
)
# In a plan, in the night of a holiday, and from the warm-up to the execution.
SPANS: Final = (
    ("2025-12-30T15:40:00.100000+09:00", 0.6),
    ("2025-12-31T00:00:00.000000+09:00", 86_400.0),
    ("2026-01-02T09:50:30.000000+09:00", 660.0),
)
SEEDS: Final = (3, 19)

_VOLATILE: Final = frozenset(
    {"plan_id", "runs", "lost", "intended_at", "updated_at", "accepted_at", "ended_at"}
    | {"observed_at"}
)
_MARKS: Final = re.compile(
    r"^⏱ .* 전 소식.*\n|^\(다시 보냄\)\n"
    r"| - 나중에 확인됨\(처음에는 앞선 실행이 중단되어 보냈는지 알 수 없음\)"
    r"|(?m:^\d\d:\d\d:\d\d 시작 → 첫 주문 .*$)"
)
_WAS_UNKNOWN: Final = "한때 결과를 몰랐지만 확인되었습니다"


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What a week left behind."""

    home: Path
    deaths: tuple[str, ...]
    codes: tuple[int, ...]
    out: str
    texts: Sequence[str]
    pictures: int
    records: Sequence[OrderRecord]
    events: Sequence[Event]
    truth: Mapping[str, Any]

    @property
    def orders(self) -> list[tuple[object, ...]]:
        """How the journal says each order ended."""
        return [
            (
                each.key,
                each.order,
                each.state,
                each.attempts,
                each.number,
                each.filled_value,
            )
            for each in self.records
        ]

    @property
    def messages(self) -> list[str]:
        """What was told, without ages, times, and that something was once unknown."""
        plain = [_MARKS.sub("", text) for text in self.texts]
        return [text for text in plain if _WAS_UNKNOWN not in text]

    @property
    def reports(self) -> dict[str, object]:
        """Every report, without what names a moment or a plan."""
        found = sorted(self.home.glob("reports/*.json"))
        return {
            path.name: steady(json.loads(path.read_text("utf-8"))) for path in found
        }

    def count(self, kind: type[Event]) -> list[str]:
        """Return the sessions of the events of ``kind``."""
        return [f"{e.session}" for e in self.events if isinstance(e, kind)]


def steady(value: Any) -> object:  # noqa: ANN401 - whatever JSON holds
    """Return ``value`` without its volatile parts, however deep."""
    if isinstance(value, dict):
        return {k: steady(v) for k, v in value.items() if k not in _VOLATILE}
    return [steady(each) for each in value] if isinstance(value, list) else value


def drawn(seed: int) -> tuple[str, str]:
    """Return where the scheduler dies: in an execution, and at a moment later."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    start, seconds = draw.choice(SPANS)
    moment = datetime.fromisoformat(start) + timedelta(seconds=draw.random() * seconds)
    return draw.choice(IN_AN_EXECUTION), moment.isoformat("T", "microseconds")


def a_home(folder: Path, server: Serving, bot: Server, salt: Path) -> Path:
    """Make a home whose account manages two of the three holdings."""
    settings = SETTINGS.format(address=bot.address)
    home = home_for(folder, server.virtual, settings)
    secrets = home / "secrets.yaml"
    known = json.loads(secrets.read_text("utf-8"))
    known["telegram"] = {"enabled": True, "token": TOKEN, "chat_id": CHAT}
    secrets.write_text(json.dumps(known), encoding="utf-8")
    folders = Folders(home)
    if salt.exists():  # so that the account has the same name
        folders.salt.parent.mkdir(parents=True)
        shutil.copyfile(salt, folders.salt)
    account = account_of(load_settings(home), load_secrets(home), folders)
    shutil.copyfile(folders.salt, salt)
    path = folders.state(account) / "journal.sqlite3"
    with closing(SqliteJournal(path, account=account)) as journal:
        adopted = HoldingAdopted(
            at=BEGINS - timedelta(hours=1),
            account=account,
            session=BEGINS.date(),
            symbol=SOLD,
            quantity=HELD,
        )
        journal.append(adopted, replace(adopted, symbol=ALSO_SOLD))
    return home


def live(home: Path, start: datetime, death: str) -> subprocess.CompletedProcess[str]:
    paths = [str(PROJECT / "tests"), os.environ.get("PYTHONPATH", "")]
    return subprocess.run(
        [sys.executable, PROGRAM, home, start.isoformat(), ENDS.isoformat(), death],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PYTHONIOENCODING": "utf-8",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE_SECONDS,
        check=False,
    )


def a_week(folder: Path, port: int, *deaths: str) -> Week:
    """Live the week; after each death a new process goes on half a minute later."""
    serving = ("--port", str(port), "--follow-client", "--requests-per-sec", "1000")
    where = ("--at", f"{BEGINS:%Y-%m-%dT%H:%M}")
    server_home = make_home(folder / "server")
    with (
        telegram_server() as bot,
        practice_server(server_home, *serving, *where, *HOLDINGS) as server,
    ):
        home = a_home(folder / "home", server, bot, folder.parent / "salt")
        start, ran = BEGINS, []
        for death in (*deaths, NEVER):
            ran.append(live(home, start, death))
            lived = (home / LIVED).read_text("utf-8")
            start = datetime.fromisoformat(lived) + BACK_AFTER
        (path,) = home.glob("data/state/practice-*/journal.sqlite3")
        with closing(SqliteJournal(path, account=path.parent.name)) as journal:
            return Week(
                home=home,
                deaths=deaths,
                codes=tuple(each.returncode for each in ran),
                out="".join(each.stdout + each.stderr for each in ran),
                texts=bot.texts,
                pictures=sum(bool(told.picture) for told in bot.messages),
                records=journal.order_records(),
                events=journal.events(),
                truth=server.account(start.isoformat()),
            )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("weeks")


@pytest.fixture(scope="module")
def port() -> int:
    """Return where the account is for every week: its name depends on it."""
    return free_port()


@pytest.fixture(scope="module")
def calm(folder: Path, port: int) -> Week:
    return a_week(folder / "calm", port)


def draws() -> list[object]:
    """Return the deaths of each seed; those after the first are drawn with -m long."""
    first, *more = (drawn(seed) for seed in SEEDS)
    long = [pytest.param(d, id=" ".join(d), marks=pytest.mark.long) for d in more]
    return [pytest.param(first, id=" ".join(first)), *long]


@pytest.fixture(scope="module", params=draws())
def killed(request: pytest.FixtureRequest, folder: Path, port: int, calm: Week) -> Week:
    deaths: tuple[str, str] = request.param
    return a_week(folder / "-".join(deaths).replace(":", ""), port, *deaths)


def test_an_undisturbed_week_does_each_job_once(calm: Week) -> None:
    assert calm.codes == (0,), calm.out
    assert calm.count(PlanPrepared) == [*SESSIONS, "2026-01-05"]
    assert calm.count(ExecutionFinished) == SESSIONS
    assert calm.count(JobMissed) + calm.count(RunFailed) == []
    assert [f"{day}은 휴장일이라 쉽니다" in calm.out for day in CLOSED] == [True] * 4
    assert "10:01:00 실행 시작: 2026-01-02 (금)" in calm.out


def test_an_undisturbed_week_is_told_in_its_order(calm: Week) -> None:
    heads = [text.splitlines()[0].split(" · ")[0] for text in calm.texts]

    assert heads == [
        "계획 2025-12-29 (월)",
        "하루 정리 2025-12-26 (금)",
        "실행 결과 2025-12-29 (월)",
        "계획 2025-12-30 (화)",
        "하루 정리 2025-12-29 (월)",
        "실행 결과 2025-12-30 (화)",
        "계획 2026-01-02 (금)",
        "하루 정리 2025-12-30 (화)",
        "실행 결과 2026-01-02 (금)",
        "계획 2026-01-05 (월)",
        "하루 정리 2026-01-02 (금)",
    ]
    assert not [text for text in calm.texts if text.startswith("⏱")]
    assert calm.pictures == 3


def test_a_killed_week_ends_as_an_undisturbed_one(calm: Week, killed: Week) -> None:
    assert killed.codes == (-9, -9, 0), killed.out
    assert killed.orders == calm.orders
    assert killed.count(ExecutionFinished) == calm.count(ExecutionFinished)
    assert killed.count(PlanPrepared) == calm.count(PlanPrepared)
    assert killed.count(JobMissed) + killed.count(RunFailed) == []
    for what in ("cash", "holdings"):
        assert killed.truth[what] == calm.truth[what]
    assert taken(killed) == taken(calm)


def taken(week: Week) -> list[tuple[object, ...]]:
    names = ("session", "symbol", "side", "quantity", "filled_value")
    return [tuple(row[name] for name in names) for row in week.truth["orders"]]


def test_a_killed_week_is_told_and_reported_as_an_undisturbed_one(
    calm: Week, killed: Week
) -> None:
    assert killed.messages == calm.messages
    assert killed.reports == calm.reports
    assert killed.pictures == calm.pictures
    # Only an order whose answer was lost was ever unknown.
    was_lost = killed.deaths[0].startswith("accept")
    unknown = [text for text in killed.texts if _WAS_UNKNOWN in text]
    assert len(unknown) == was_lost
    assert "확인 필요" not in "".join(killed.texts)


def test_no_secret_is_anywhere_after_a_week(calm: Week, killed: Week) -> None:
    for week in (calm, killed):
        files = [path for path in week.home.rglob("*") if path.is_file()]
        read = {path: path.read_bytes() for path in files}
        for secret in (TOKEN, CHAT, APP_KEY, APP_SECRET, ACCOUNT):
            assert secret not in week.out + "".join(week.texts)
            leaks = [path for path in files if secret.encode() in read[path]]
            assert [path.name for path in leaks] == ["secrets.yaml"]
