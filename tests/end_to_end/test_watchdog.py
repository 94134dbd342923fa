"""The watchdog, run as a timer runs it: an exit code, and words only when needed."""

from pathlib import Path

import pytest

from processes import make_home, run_script, snapshot

WATCHDOG = "tools/watchdog.py"
PREPARE = "prepare_next_open_plan.py"
EXECUTE = "execute_next_open_plan.py"
EVENING, MORNING = "2026-03-03T20:32", "2026-03-04T09:07"


def test_an_empty_home_is_told_with_what_to_do(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")

    ran = run_script(WATCHDOG, "--at", MORNING, home=home)

    assert (ran.code, ran.err) == (4, "")
    assert "경보: 실행 기록이 없음" in ran.out
    assert "2026-03-04 거래일의 09:01 실행 기록이" in ran.out
    assert "KHMS_HOME" in ran.out
    assert "경보 1건 · 2026-03-04 (수) 09:07 · 계좌 paper" in ran.out


def test_a_missing_plan_is_told_in_the_evening_and_gone_once_there_is_one(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path / "home")
    # The account begins this evening, so that nothing was to be executed before.
    planned = run_script(
        PREPARE, "--universe-limit", "20", "--at", "2026-03-03T20:31", home=home
    )
    assert planned.code == 0, planned.err
    (plan,) = (home / "plans").glob("*.json")
    kept = plan.read_bytes()
    plan.unlink()

    missing = run_script(WATCHDOG, "--at", EVENING, home=home)
    plan.write_bytes(kept)
    there = run_script(WATCHDOG, "--at", EVENING, home=home)

    assert (missing.code, there.code) == (4, 0)
    assert "경보: 다음 거래일의 계획이 없음" in missing.out
    assert there.out == "이상 없음 · 2026-03-03 (화) 20:32 · 계좌 paper\n"


@pytest.mark.long
def test_a_day_that_went_well_is_quiet_and_looking_changes_nothing(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path / "home")
    for script, moment in (
        (PREPARE, "2026-03-03T15:40"),
        (EXECUTE, "2026-03-04T09:01"),
    ):
        assert run_script(script, "--at", moment, home=home).code == 0
    before = {k: v for k, v in snapshot(home).items() if not k.startswith("logs")}

    ran = run_script(WATCHDOG, "--quiet", "--at", MORNING, home=home)

    assert (ran.code, ran.out, ran.err) == (0, "", "")
    after = {k: v for k, v in snapshot(home).items() if not k.startswith("logs")}
    assert after == before


def test_a_scheduler_that_must_be_there_and_is_not_is_told_even_when_quiet(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path / "home")
    sunday = ("--at", "2026-03-08T12:02")

    ran = run_script(WATCHDOG, "--quiet", "--expect-scheduler", *sunday, home=home)

    assert (ran.code, ran.err) == (4, "")
    assert "경보: 스케줄러 신호가 없음" in ran.out
    assert run_script(WATCHDOG, *sunday, home=home).code == 0


@pytest.mark.parametrize("times", [["soon"], ["25:00"], ["15:25"], [""]])
def test_times_that_cannot_be_are_one_sentence(
    tmp_path: Path, times: list[str]
) -> None:
    home = make_home(tmp_path / "home")

    ran = run_script(WATCHDOG, "--times", *times, "--at", MORNING, home=home)

    assert ran.code == 2
    assert len(ran.err.strip().splitlines()) == 1
    assert "Traceback" not in ran.err + ran.out


def test_a_made_up_time_is_refused_where_time_is_real(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", "broker: {provider: korea_invest}\n")
    keys = {"app_key": "K" * 36, "app_secret": "S" * 180, "account_no": "50123456"}
    lines = "".join(f'    {name}: "{value}"\n' for name, value in keys.items())
    secrets = home / "secrets.yaml"
    secrets.write_text(f"korea_invest:\n  virtual:\n{lines}")
    secrets.chmod(0o600)

    assert run_script(WATCHDOG, "--at", MORNING, home=home).code == 2


def test_the_help_says_what_the_exit_code_means(tmp_path: Path) -> None:
    ran = run_script(WATCHDOG, "--help", home=tmp_path)

    assert ran.code == 0
    assert "종료 코드: 0 이상 없음" in ran.out
    assert "4 경보가" in ran.out
