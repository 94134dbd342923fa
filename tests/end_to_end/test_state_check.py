"""The state check as a person runs it: on paper, at the practice server, in a loop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice_server import Serving, practice_server
from processes import (
    DEADLINE_SECONDS,
    PROJECT,
    Ran,
    make_home,
    run_script,
    snapshot,
)

CHECK = "run_virtual_live.py"
PREPARE = "prepare_next_open_plan.py"
EXECUTE = "execute_next_open_plan.py"
SETTINGS = """
broker: {provider: korea_invest}
kis: {requests_per_sec: 50}
live: {loop_sec: 1}
execution: {resolve_sec: 1, fill_wait_sec: 1, sell_wait_sec: 1}
universe: {limit: 60}
"""
SECRETS = """
korea_invest:
  virtual:
    app_key: "PracticeKeyOfATest00000000000000000a"
    app_secret: "{secret}"
    account_no: "50123456"
    base_url: "{address}"
"""


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    home = make_home(tmp_path / "server")
    with practice_server(
        home, "--follow-client", "--requests-per-sec", "50", "--holding", "700370:10"
    ) as serving:
        yield serving


def kis_home(folder: Path, address: str, settings: str = SETTINGS) -> Path:
    home = make_home(folder, settings)
    text = SECRETS.format(secret="s" * 180, address=address)
    secrets = home / "secrets.yaml"
    secrets.write_text(text, encoding="utf-8")
    secrets.chmod(0o600)
    return home


def check(home: Path, *arguments: str) -> Ran:
    return run_script(CHECK, *arguments, home=home)


def start_watching(home: Path) -> subprocess.Popen[str]:
    script = PROJECT / "scripts" / CHECK
    return subprocess.Popen(
        [sys.executable, "-u", str(script), "--watch", "--at", "2026-03-04T09:20"],
        env={**os.environ, "KHMS_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def read_until(process: subprocess.Popen[str], text: str, times: int) -> list[str]:
    """Return what was printed up to the line that holds ``text`` so many times."""
    assert process.stdout is not None
    deadline = time.monotonic() + DEADLINE_SECONDS
    lines: list[str] = []
    while sum(text in line for line in lines) < times:
        assert time.monotonic() < deadline
        line = process.stdout.readline()
        assert line, lines
        lines.append(line)
    return lines


def test_without_keys_paper_is_shown_and_said(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")

    ran = check(home, "--universe-limit", "10", "--at", "2026-03-03T16:00")

    assert (ran.code, ran.err) == (0, "")
    assert "키(korea_invest.virtual)가 없어 paper 계좌를 봅니다" in ran.out
    assert "계좌 paper" in ran.out
    assert "시장: 마감 · 오늘 09:00~15:30" in ran.out
    assert "다음 할 일: 지금 " in ran.out


def test_on_paper_it_counts_the_orders_that_execute_then_sends(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    run_script(PREPARE, "--at", "2026-03-03T15:40", home=home)

    before = check(home, "--at", "2026-03-04T09:01")
    executed = run_script(EXECUTE, "--at", "2026-03-04T09:01", home=home)
    after = check(home, "--at", "2026-03-04T09:02")

    assert "지금 실행하면: 매수 8건, 매도 0건을 보냅니다." in before.out
    assert executed.out.count("  매수 | ") == 8
    assert "이미 실행한 계획이라 새로 보내지 않습니다." in after.out
    assert after.out.count("전략 매수") == 8


def test_the_practice_account_is_shown_without_any_order(
    tmp_path: Path, serving: Serving
) -> None:
    paper = SETTINGS.replace("provider: korea_invest", "provider: paper")
    home = kis_home(tmp_path / "home", serving.virtual, paper)

    ran = check(home, "--at", "2026-03-04T09:05")

    assert (ran.code, ran.err) == (0, "")
    assert "settings.yaml 의 broker 와 달리" in ran.out
    assert "계좌 practice-" in ran.out
    assert "연결: 연습 서버(이 컴퓨터) · 응답 " in ran.out
    assert "토큰: 0분 전 발급" in ran.out
    assert "execute_next_open_plan.py --confirm-first-run" in ran.out
    assert "legacy | 예제전자 700370 | 10 |" in ran.out
    calls = [request["call"] for request in serving.requests()["requests"]]
    assert set(calls) == {"token", "balance", "buying_power", "orders", "price"}
    assert calls.count("price") == 1


@pytest.mark.long
def test_a_day_at_the_practice_server_with_one_order_nobody_knows_of(
    tmp_path: Path,
) -> None:
    options = ("--follow-client", "--requests-per-sec", "50", "--fault", "buy:1:reset")
    with practice_server(make_home(tmp_path / "server"), *options) as serving:
        home = kis_home(tmp_path / "home", serving.virtual)
        assert run_script(PREPARE, "--at", "2026-03-03T15:40", home=home).code == 0
        planned = check(home, "--universe-limit", "3", "--at", "2026-03-03T16:00")
        first = ("--confirm-first-run", "--at", "2026-03-04T09:01")
        assert run_script(EXECUTE, *first, home=home).code == 5
        unknown = check(home, "--at", "2026-03-04T09:20")
        settled = check(home, "--at", "2026-03-04T15:36")
        orders = [r for r in serving.requests()["requests"] if r["call"] == "buy"]

    assert "개장 뒤 결정, 한도 " in planned.out
    assert unknown.code == 5
    assert "접수되었는지 알 수 없습니다. 다시 보내지 않습니다." in unknown.out
    assert settled.code == 0
    assert "접수 안 됨" in settled.out
    assert len(orders) == unknown.out.count("전략 매수")


def test_a_quiet_check_of_a_healthy_account_says_nothing(tmp_path: Path) -> None:
    ran = check(make_home(tmp_path / "home"), "--quiet", "--at", "2026-03-03T16:00")

    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_looking_twice_writes_nothing_the_second_time(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    arguments = ("--at", "2026-03-03T16:00")
    check(home, *arguments)
    state = home / "data" / "state"
    before = {name: content for name, (_, content) in snapshot(state).items()}

    check(home, *arguments)

    assert {name: content for name, (_, content) in snapshot(state).items()} == before


def test_a_server_that_is_not_there_ends_with_a_sentence(tmp_path: Path) -> None:
    home = kis_home(tmp_path / "home", "http://127.0.0.1:9")

    ran = check(home, "--at", "2026-03-04T09:05")

    assert ran.code == 4
    assert "연결하지 못했습니다" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGTERM")
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_watching_goes_on_until_it_is_stopped_and_that_is_no_failure(
    tmp_path: Path, stop: signal.Signals
) -> None:
    home = make_home(tmp_path / "home", "live: {loop_sec: 1}\n")
    process = start_watching(home)

    lines = read_until(process, "1초마다 다시 봅니다", 2)
    process.send_signal(stop)
    _, errors = process.communicate(timeout=DEADLINE_SECONDS)

    assert process.returncode == 0, errors
    assert errors == ""
    assert sum("상태 점검" in line for line in lines) == 2


def test_watching_survives_a_server_that_goes_away(tmp_path: Path) -> None:
    options = ("--follow-client", "--requests-per-sec", "50")
    with practice_server(make_home(tmp_path / "server"), *options) as serving:
        home = kis_home(tmp_path / "home", serving.virtual)
        process = start_watching(home)
        read_until(process, "상태 점검", 1)

    lines = read_until(process, "연결하지 못했습니다", 1)
    lines += read_until(process, "1초마다 다시 봅니다", 1)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=DEADLINE_SECONDS)

    assert process.returncode == 0
    assert errors == ""
    assert lines[-2].startswith("09:20:")
