"""The forever scheduler as a person runs it: real processes, paper and practice."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer
from time import monotonic, sleep
from typing import Any, Final

import pytest

from end_to_end.scenarios import (
    BUYS,
    DAY,
    EVERY_LINE,
    SELLS,
    Prepared,
    home_for,
)
from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    ExecutionStarted,
    PlanPrepared,
)
from khms_trader.storage.heartbeat import HeartbeatFile
from khms_trader.storage.journal import SqliteJournal
from practice_server import practice_server
from processes import DEADLINE_SECONDS, PROJECT, Ran, make_home, run_script, snapshot

FOREVER: Final = "run_virtual_next_open_forever.py"
EXECUTE: Final = "execute_next_open_plan.py"
EVENING: Final = ("--at", "2025-07-21T15:40")
MORNING: Final = ("--at", f"{DAY}T09:01")
SMALL: Final = ("--universe-limit", "20", "--qty", "5")
NIGHT: Final = ("--at", f"{DAY}T02:00")


def events(home: Path, *kinds: type[Event], account: str = "paper") -> list[Event]:
    (path,) = home.glob(f"data/state/{account}*/journal.sqlite3")
    with closing(SqliteJournal(path, account=path.parent.name)) as journal:
        return list(journal.events(kinds=kinds))


def orders(home: Path) -> list[str]:
    (path,) = home.glob("data/state/p*/journal.sqlite3")
    with closing(SqliteJournal(path, account=path.parent.name)) as journal:
        return sorted(record.key.symbol for record in journal.order_records())


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the scheduler beside the test for a ``with`` block."""
    environment = {**os.environ, "KHMS_HOME": str(home), "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [sys.executable, str(PROJECT / "scripts" / FOREVER), *arguments],
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    # What was never said must not be waited for: the stream ends with the process.
    deadline = Timer(DEADLINE_SECONDS, process.kill)
    deadline.start()
    try:
        yield process
    finally:
        deadline.cancel()
        process.kill()
        process.communicate()


def wait_for_line(process: subprocess.Popen[str], words: str) -> str:
    """Return the next line that holds ``words``."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    message = f"never said: {words}"
    raise AssertionError(message)


def ended(process: subprocess.Popen[str]) -> Ran:
    out, err = process.communicate(timeout=DEADLINE_SECONDS)
    return Ran(code=process.returncode, out=out, err=err)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def test_once_in_the_evening_makes_a_plan_and_once_in_the_morning_executes_it(
    home: Path,
) -> None:
    evening = run_script(FOREVER, "--once", *SMALL, *EVENING, home=home)
    morning = run_script(FOREVER, "--once", *MORNING, home=home)
    again = run_script(FOREVER, "--once", *MORNING, home=home)

    assert [each.code for each in (evening, morning, again)] == [0, 0, 0]
    assert "계획 저장: 2025-07-22 (화) · 매수 4건" in evening.out
    assert "실행 끝: 매수 4건 중 4건 체결" in morning.out
    assert "지금 할 일이 없습니다." in again.out
    assert orders(home) == sorted(BUYS)
    assert len(events(home, PlanPrepared)) == 1
    assert len(events(home, ExecutionFinished)) == 1


def test_a_dry_run_leaves_the_operating_state_as_it_is(home: Path) -> None:
    run_script(FOREVER, "--once", *SMALL, *EVENING, home=home)
    before = snapshot(home / "data" / "state" / "paper")

    ran = run_script(FOREVER, "--once", "--dry-run", *MORNING, home=home)

    assert ran.code == 0, ran.err
    assert "[드라이런]" in ran.out
    assert snapshot(home / "data" / "state" / "paper") == before
    assert not list((home / "reports").glob("*"))


def test_a_second_scheduler_names_the_first_and_a_script_by_hand_may_run(
    home: Path,
) -> None:
    with running(home, *SMALL, *NIGHT) as first:
        wait_for_line(first, "다음: 실행 2025-07-22 (화) 09:01")

        second = run_script(FOREVER, *NIGHT, home=home)
        by_hand = run_script("prepare_next_open_plan.py", *SMALL, *NIGHT, home=home)

    assert second.code == 6
    assert f"프로세스 {first.pid}" in second.err
    assert len(second.err.strip().splitlines()) == 1
    assert by_hand.code == 0, by_hand.err


@pytest.mark.parametrize("asking", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_waiting_ends_it_at_once_and_well(
    home: Path, asking: signal.Signals
) -> None:
    with running(home, *NIGHT) as process:
        wait_for_line(process, "다음:")
        begun = monotonic()
        process.send_signal(asking)
        ran = ended(process)
        took = monotonic() - begun

    assert ran.code == 0, ran.err
    assert took < 2
    assert "자동 실행을 끝냈습니다" in ran.out
    assert "끝내는 중입니다" in ran.err
    assert "Traceback" not in ran.err


def test_it_gives_a_sign_of_life_that_says_what_comes(home: Path) -> None:
    with running(home, "--times", "20:10,09:01", *NIGHT) as process:
        wait_for_line(process, "다음:")

        beat = HeartbeatFile(home / "data/state/paper/heartbeat.json").read()

        assert beat is not None
        assert beat.pid == process.pid
        assert beat.times == ("09:01", "20:10")


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (("abc",), "'abc'"),
        (("15:40", "25:00"), "'25:00'"),
        (("15:25",), "동시호가"),
        (("",), "--times 에 시각이 없습니다"),
        ((), "--times: 값이 하나 이상 필요합니다"),
    ],
)
def test_times_that_cannot_be_used_end_in_one_sentence(
    home: Path, times: Sequence[str], words: str
) -> None:
    ran = run_script(FOREVER, "--times", *times, home=home)

    assert ran.code == 2
    assert words in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_a_real_account_is_refused_before_anything_else(tmp_path: Path) -> None:
    home = make_home(tmp_path, "broker: {provider: paper, env: real}\n")

    ran = run_script(FOREVER, "--once", home=home)

    assert ran.code == 3
    assert "실전 주문은 아직 지원하지 않습니다" in ran.err


def test_a_holiday_is_skipped_with_one_line(home: Path) -> None:
    with running(home, "--at", "2025-07-26T12:00") as process:
        line = wait_for_line(process, "휴장일")

    assert "2025-07-26 (토)은 휴장일이라 쉽니다" in line
    assert "2025-07-28 (월)" in line


def test_a_job_that_fails_is_told_and_does_not_end_the_scheduler(
    home: Path,
) -> None:
    run_script(FOREVER, "--once", *SMALL, *EVENING, home=home)
    (plan,) = (home / "plans").glob("*.json")
    plan.write_text(plan.read_text("utf-8").replace('"quantity": 5', '"quantity": 6'))

    with running(home, "--at", f"{DAY}T09:00:58") as process:
        wait_for_line(process, "실행 시작")
        failed = wait_for_line(process, "실행 실패")
        process.send_signal(signal.SIGTERM)
        ran = ended(process)

    assert ran.code == 0
    assert plan.name in failed


def test_a_first_use_is_confirmed_at_any_hour_without_an_order(tmp_path: Path) -> None:
    options = ("--follow-client", "--requests-per-sec", "1000", "--holding=700370:3")
    with practice_server(make_home(tmp_path / "s"), *EVENING, *options) as server:
        home = home_for(tmp_path / "home", server.virtual)
        told = run_script(FOREVER, "--once", *SMALL, *EVENING, home=home)
        confirmed = run_script(
            FOREVER, "--once", "--confirm-first-run", "--at", f"{DAY}T09:01", home=home
        )
        calls = [each["call"] for each in server.requests()["requests"]]
        sold = server.account(f"{DAY}T09:06:00+09:00")["orders"]

    assert told.code == 0, told.err
    assert "처음 쓰는 계좌라 계획만 만들고" in told.out
    assert confirmed.code == 0, confirmed.err
    assert "첫 사용을 확인했습니다" in confirmed.out
    # What it sends afterwards are the buys of the plan, in its time.
    assert "실행 끝: 매수 4건" in confirmed.out
    assert calls.index("buy") > calls.index("balance")
    assert "700370" not in {row["symbol"] for row in sold}


def kept_apart(prepared: Prepared, folder: Path) -> Prepared:
    shutil.copytree(prepared.home, folder)
    return Prepared(home=folder, port=prepared.port)


def told(requests: Sequence[dict[str, Any]], *names: str) -> list[str]:
    return [each["call"] for each in requests if each["call"] in names]


def test_a_stop_in_the_middle_of_an_execution_loses_nothing(
    prepared: Prepared, tmp_path: Path
) -> None:
    evening = kept_apart(prepared, tmp_path / "home")
    with evening.serve(tmp_path / "server", "--fault", "order:*:slow:1") as server:
        with running(evening.home, *MORNING) as process:
            wait_for_line(process, "실행 시작")
            while len(told(server.requests()["requests"], "sell", "buy")) < 2:
                sleep(0.05)
            process.send_signal(signal.SIGTERM)
            first = ended(process)
        sent = orders(evening.home)
        with running(evening.home, "--at", f"{DAY}T09:03") as process:
            wait_for_line(process, "실행 끝")
            process.send_signal(signal.SIGTERM)
            second = ended(process)
        taken = server.account(f"{DAY}T09:06:00+09:00")["orders"]

    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert "하던 일을 멈추고 끝냈습니다" in first.out
    assert 2 <= len(sent) < len(EVERY_LINE)
    assert orders(evening.home) == EVERY_LINE
    assert sorted(row["symbol"] for row in taken) == EVERY_LINE


def test_a_warm_morning_begins_with_an_order(
    prepared: Prepared, tmp_path: Path
) -> None:
    evening = kept_apart(prepared, tmp_path / "home")
    with evening.serve(tmp_path / "server") as server:
        with running(evening.home, "--at", f"{DAY}T09:00:32") as process:
            wait_for_line(process, "다음: 실행")
            wait_for_line(process, "실행 시작")
            wait_for_line(process, "실행 끝")
            process.send_signal(signal.SIGTERM)
            ran = ended(process)
        seen = server.requests()["requests"]

    assert ran.code == 0, ran.err
    calls = [each["call"] for each in seen]
    first = calls.index("sell")
    # Account and list were read before the trigger, and not again; on a busy machine a
    # price may have gone stale by then (tests/execution/test_warm_desk.py has no load).
    before = calls[:first]
    read = [call for call in before if call != "price"][-3:]
    assert read == ["balance", "buying_power", "orders"]
    assert calls[first : first + 2] == ["sell"] * len(SELLS)
    (started,) = events(evening.home, ExecutionStarted, account="practice")
    assert isinstance(started, ExecutionStarted)
    assert f"{started.began_at:%H:%M:%S.%f}" == "09:01:00.000000"
    (report,) = (evening.home / "reports").glob("*.json")
    (run,) = json.loads(report.read_text(encoding="utf-8"))["runs"]
    assert run["first_order"] <= 5
