"""What the chat's commands answer: read from files, and one of them halts."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from re import sub
from typing import Final

import pytest

from khms_trader.bootstrap.commands import Commands
from khms_trader.bootstrap.execute import execute
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.prepare import prepare
from khms_trader.bootstrap.telling import Teller, telling_beside
from khms_trader.cli.sentences import code_sentence
from khms_trader.clock import ManualClock
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.domain.message import Message
from khms_trader.errors import Refused
from khms_trader.execution.progress import Unwatched
from khms_trader.market.calendar import SEOUL
from khms_trader.storage.halt_file import HaltFile
from khms_trader.storage.heartbeat import (
    HEARTBEAT,
    Heartbeat,
    HeartbeatFile,
    LastResult,
    NextJob,
)
from processes import make_home, snapshot
from telegram_server import CHAT, TOKEN, Server, telegram_server

EVENING: Final = datetime(2025, 7, 21, 15, 40, tzinfo=SEOUL)
MORNING: Final = datetime(2025, 7, 22, 9, 1, tzinfo=SEOUL)
LATER: Final = datetime(2025, 7, 22, 9, 5, tzinfo=SEOUL)
BUYS: Final = ("743290", "724440", "726180", "785050")
COMMANDS: Final = ("/status", "/plan", "/report", "/positions", "/halt", "/help")


def options_of(home: Path, now: datetime) -> RunOptions:
    return RunOptions(
        home=home,
        settings=load_settings(home),
        secrets=load_secrets(home),
        clock=ManualClock(now),
        universe_limit=20,
        quantity=5,
    )


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a plan for the morning."""
    home = make_home(tmp_path_factory.mktemp("planned") / "home", "{}\n")
    prepare(options_of(home, EVENING), Unwatched())
    return home


@pytest.fixture(scope="module")
def executed(planned: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home after its morning, whose scheduler waits for the evening."""
    home = shutil.copytree(planned, tmp_path_factory.mktemp("executed") / "home")
    execute(options_of(home, MORNING))
    HeartbeatFile(home / "data/state/paper" / HEARTBEAT).write(
        Heartbeat(
            pid=4711,
            at=LATER - timedelta(seconds=20),
            times=("09:01", "15:40"),
            next=NextJob(
                kind="prepare",
                session=datetime(2025, 7, 23, tzinfo=SEOUL).date(),
                due_at=MORNING.replace(hour=15, minute=40),
            ),
            results=(
                LastResult(kind="execute", session=MORNING.date(), at=MORNING, code=""),
                LastResult(
                    kind="prepare", session=MORNING.date(), at=EVENING, code="halted"
                ),
            ),
        )
    )
    return home


def asked(home: Path, command: str, rest: str = "", *, waiting: int = 0) -> str:
    """Return what a person reads after ``command`` at 09:05."""
    commands = Commands(
        options_of(home, LATER), waiting=lambda: waiting, sentence=code_sentence
    )
    answer = commands.handlers()[command](rest)
    assert isinstance(answer, Message)
    return unescape(sub(r"</?(b|i|code|pre)>", "", answer.html))


def test_status_says_what_comes_what_was_and_that_all_is_well(executed: Path) -> None:
    told = asked(executed, "/status", waiting=3)

    assert "계획" in told
    assert "15:40" in told
    assert "실행 07-22 09:01 잘 끝남" in told
    assert code_sentence("halted") in told
    assert "매수 체결 4건" in told
    assert "3" in told


def test_plan_shows_the_lines_of_the_newest_plan(planned: Path) -> None:
    told = asked(planned, "/plan")

    assert "2025-07-22" in told
    assert [symbol for symbol in BUYS if symbol not in told] == []


def test_report_shows_the_last_execution_line_by_line(executed: Path) -> None:
    told = asked(executed, "/report")

    assert told.startswith("실행 결과 2025-07-22")
    assert told.count("체결 5/5주") == 4


def test_positions_shows_what_was_bought(executed: Path) -> None:
    told = asked(executed, "/positions")

    assert [symbol for symbol in BUYS if symbol not in told] == []


def test_help_names_every_command(executed: Path) -> None:
    told = asked(executed, "/help")

    assert [command for command in COMMANDS if command not in told] == []


@pytest.mark.parametrize("command", ["/status", "/plan", "/report", "/positions"])
def test_an_account_that_did_nothing_yet_has_an_answer_too(
    tmp_path: Path, command: str
) -> None:
    home = make_home(tmp_path / "home", "{}\n")

    assert len(asked(home, command)) > 5


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "/halt"])
def test_a_question_changes_no_file(executed: Path, command: str) -> None:
    before = settled(executed)

    asked(executed, command)

    assert settled(executed) == before


def settled(home: Path) -> dict[str, bytes]:
    found = snapshot(home).items()
    return {
        name: read for name, (_, read) in found if not name.endswith(("-shm", "-wal"))
    }


def test_halt_stops_every_order_and_says_how_to_go_on(
    planned: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(planned, tmp_path / "home")

    told = asked(home, "/halt", "손으로 확인할 것이 있음")
    again = asked(home, "/halt")

    halt = HaltFile(options_of(home, LATER).halt_file).current()
    assert halt is not None
    assert halt.reason == "텔레그램 /halt 손으로 확인할 것이 있음"
    assert "halt.py" in told
    assert "손으로 확인할 것이 있음" in again
    with pytest.raises(Refused) as caught:
        execute(options_of(home, MORNING))
    assert caught.value.code == "halted_because"
    assert asked(home, "/report") == asked(planned, "/report")
    assert "정지" in asked(home, "/status")


def test_a_halt_that_cannot_be_written_is_said(planned: Path, tmp_path: Path) -> None:
    home = shutil.copytree(planned, tmp_path / "home")
    options_of(home, LATER).halt_file.mkdir()

    told = asked(home, "/halt")

    assert told


@pytest.fixture
def server() -> Iterator[Server]:
    with telegram_server() as running:
        yield running


def test_the_chat_asks_and_is_answered_beside_a_scheduler(
    executed: Path, tmp_path: Path, server: Server
) -> None:
    home = shutil.copytree(executed, tmp_path / "home")
    (home / "settings.yaml").write_text(
        f'telegram: {{base_url: "{server.address}"}}\n', encoding="utf-8"
    )
    secrets = home / "secrets.yaml"
    secrets.write_text(
        f'telegram: {{enabled: true, token: "{TOKEN}", chat_id: "{CHAT}"}}\n',
        encoding="utf-8",
    )
    secrets.chmod(0o600)
    options = options_of(home, LATER)
    options = replace(options, secrets=load_secrets(home))
    teller = Teller(options, sentence=code_sentence)

    with telling_beside(teller, options):
        for command in COMMANDS:
            server.write(command)
        server.write("/halt 낯선 사람", chat="555")
        told = server.await_messages(len(COMMANDS))
        assert server.await_confirmed()

    assert len(told) == len(COMMANDS)
    assert told[2].startswith("실행 결과 2025-07-22")
    halt = HaltFile(options.halt_file).current()
    assert halt is not None
    assert halt.reason == "텔레그램 /halt"
    leaks = [
        p.name for p in home.rglob("*") if p.is_file() and TOKEN in str(p.read_bytes())
    ]
    assert leaks == ["secrets.yaml"]
