"""A person without any key: one command makes a plan, another executes it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from processes import Ran, make_home, run_script, snapshot

PREPARE = "prepare_next_open_plan.py"
EXECUTE = "execute_next_open_plan.py"
# 2026-03-03 is the session after a holiday, 2026-03-04 the one after it.
AFTER_CLOSE = ("--at", "2026-03-03T15:40")
AFTER_OPEN = ("--at", "2026-03-04T09:01")
README_OPTIONS = ("--universe-limit", "200", "--qty", "1")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def prepare(home: Path) -> Ran:
    ran = run_script(PREPARE, *README_OPTIONS, *AFTER_CLOSE, home=home)
    assert ran.code == 0, ran.err
    return ran


def plan_of(home: Path) -> dict[str, object]:
    text = (home / "plans/next_open_plan_20260304.json").read_text(encoding="utf-8")
    document: dict[str, object] = json.loads(text)
    return document


def report_of(home: Path) -> dict[str, list[dict[str, object]]]:
    text = (home / "reports/20260304_paper.json").read_text(encoding="utf-8")
    document: dict[str, list[dict[str, object]]] = json.loads(text)
    return document


def test_the_first_command_leaves_a_plan(home: Path) -> None:
    prepare(home)

    plan = plan_of(home)
    assert plan["schema_version"] == 1
    assert plan["data_asof"] == "20260303"
    assert plan["for_trading_day"] == "20260304"
    assert plan["account"] == "paper"
    assert plan["data_source"] == "sample"
    assert plan["slots_free"] == 8


def test_the_first_command_works_at_the_real_time_outside_the_session(
    home: Path,
) -> None:
    ran = run_script(PREPARE, *README_OPTIONS, home=home)

    # In the hours of a session the only right answer is to wait for the close.
    assert ran.code in {0, 3}, ran.err
    plans = list((home / "plans").glob("*.json"))
    assert len(plans) == (1 if ran.code == 0 else 0)


def test_the_second_command_fills_the_plan_on_paper_and_writes_the_report(
    home: Path,
) -> None:
    prepare(home)

    ran = run_script(EXECUTE, *AFTER_OPEN, home=home)

    assert ran.code == 0, ran.err
    lines = report_of(home)["lines"]
    bought = [line for line in lines if line["end"] == "FILLED"]
    assert 1 <= len(bought) <= 8
    assert all(line["side"] == "buy" for line in bought)
    assert (home / "reports/20260304_paper.md").exists()
    assert "실행 결과" in ran.out


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_what_is_kept_of_an_account_is_its_owners_alone(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    (home / "data" / "state").mkdir(parents=True, mode=0o755)

    run_script(PREPARE, "--universe-limit", "20", "--at", "2026-03-03T15:40", home=home)

    assert (home / "data" / "state").stat().st_mode & 0o777 == 0o700


def test_a_second_execute_sends_nothing_and_shows_the_report_again(
    home: Path,
) -> None:
    prepare(home)
    first = run_script(EXECUTE, *AFTER_OPEN, home=home)
    report = report_of(home)

    second = run_script(EXECUTE, "--at", "2026-03-04T09:05", home=home)

    assert second.code == 0, second.err
    assert report_of(home) == report
    assert "새로 보낸 주문은 없습니다" in second.out
    assert first.out.splitlines()[1:] == second.out.splitlines()[2:]


@pytest.mark.long
def test_a_second_execute_after_the_start_window_still_shows_the_report(
    home: Path,
) -> None:
    prepare(home)
    run_script(EXECUTE, *AFTER_OPEN, home=home)

    late = run_script(EXECUTE, "--at", "2026-03-04T14:00", home=home)

    assert late.code == 0, late.err


def test_dry_runs_write_only_under_dry_run_and_logs(home: Path) -> None:
    prepare(home)
    run_script(EXECUTE, *AFTER_OPEN, home=home)
    run_script(PREPARE, "--at", "2026-03-04T15:40", home=home)
    before = snapshot(home)

    dry_prepare = run_script(
        PREPARE, "--dry-run", "--at", "2026-03-04T20:10", home=home
    )
    dry_execute = run_script(
        EXECUTE, "--dry-run", "--at", "2026-03-05T09:01", home=home
    )

    assert (dry_prepare.code, dry_execute.code) == (0, 0), dry_execute.err
    after = snapshot(home)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed
    assert all(name.startswith(("data/state/dry-run/", "logs/")) for name in changed), (
        changed
    )
    assert before.keys() <= after.keys()
    assert "드라이런" in dry_execute.out


def test_a_dry_run_of_a_fresh_home_makes_no_operating_account(home: Path) -> None:
    ran = run_script(PREPARE, "--dry-run", *AFTER_CLOSE, home=home)

    assert ran.code == 0, ran.err
    made = {name.split("/")[0] for name in snapshot(home)}
    assert made == {"data", "logs", "settings.yaml"}
    assert not (home / "data/state/paper").exists()


@pytest.mark.long
def test_sessions_in_a_row_keep_the_account_and_its_positions(home: Path) -> None:
    days = ["2026-03-04", "2026-03-05", "2026-03-06"]
    prepare(home)

    for day in days:
        executed = run_script(EXECUTE, "--quiet", "--at", f"{day}T09:01", home=home)
        prepared = run_script(PREPARE, "--quiet", "--at", f"{day}T15:40", home=home)
        assert (executed.code, prepared.code) == (0, 0), executed.err + prepared.err
        assert executed.out + prepared.out == ""

    last = json.loads(
        (home / "reports/20260306_paper.json").read_text(encoding="utf-8")
    )
    assert len(last["after"]["holdings"]) <= 8
    sold = [line for line in last["lines"] if line["side"] == "sell" and line["order"]]
    held_before = {holding["symbol"] for holding in last["before"]["holdings"]}
    assert {line["symbol"] for line in sold} <= held_before


def test_scripts_run_in_a_korean_folder_from_elsewhere_on_a_cp949_console(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path / "내 문서 폴더" / "코스닥 봇")
    elsewhere = tmp_path / "다른 곳"
    elsewhere.mkdir()
    cp949 = {"PYTHONIOENCODING": "cp949"}

    prepared = run_script(
        PREPARE, *AFTER_CLOSE, home=home, cwd=elsewhere, environment=cp949
    )
    executed = run_script(
        EXECUTE, *AFTER_OPEN, home=home, cwd=elsewhere, environment=cp949
    )

    assert (prepared.code, executed.code) == (0, 0), prepared.err + executed.err
    assert "계획을 저장했습니다" in prepared.out
    assert list(elsewhere.iterdir()) == []


def test_the_light_path_holds_while_a_plan_is_really_executed(home: Path) -> None:
    prepare(home)
    probe = home / "probe.py"
    probe.write_text(
        "import sys\n"
        "from khms_trader.cli.execute import main\n"
        "code = main(['--quiet', '--at', '2026-03-04T09:01'])\n"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'streamlit', 'telegram'}\n"
        "print(code, sorted(heavy & set(sys.modules)))\n",
        encoding="utf-8",
    )

    ran = subprocess.run(
        [sys.executable, str(probe)],
        env={**os.environ, "KHMS_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert ran.stdout.strip() == "0 []"
