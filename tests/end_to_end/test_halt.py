"""The halt tool, run as a person runs it."""

from pathlib import Path

from processes import make_home, run_script

HALT = "tools/halt.py"
PREPARE = "prepare_next_open_plan.py"
EXECUTE = "execute_next_open_plan.py"


def test_a_halt_stops_orders_until_it_is_turned_off(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    at = ("--at", "2026-03-03T15:40")
    assert run_script(PREPARE, "--universe-limit", "20", *at, home=home).code == 0

    on = run_script(HALT, "on", "--reason", "점검", home=home)
    refused = run_script(EXECUTE, "--at", "2026-03-04T09:01", home=home)
    status = run_script(HALT, "status", home=home)
    off = run_script(HALT, "off", home=home)
    done = run_script(EXECUTE, "--at", "2026-03-04T09:01", home=home)

    assert (on.code, refused.code, status.code, off.code, done.code) == (0, 3, 0, 0, 0)
    assert "정지한 이유: 점검." in refused.err
    assert f"(정지 파일: {home / 'data/state/HALT'})" in refused.err
    assert "halt.py off" in refused.err
    assert "점검" in status.out
    assert "정지되어 있지 않습니다" in run_script(HALT, "status", home=home).out


def test_a_halt_without_a_reason_names_its_file(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    at = ("--at", "2026-03-04T10:00")

    run_script(HALT, "on", home=home)
    sale = run_script("tools/sell_out_legacy.py", "--all", "--confirm", *at, home=home)

    assert sale.code == 3
    assert "이유" not in sale.err
    assert f"(정지 파일: {home / 'data/state/HALT'})" in sale.err


def test_an_unknown_action_is_one_sentence(tmp_path: Path) -> None:
    ran = run_script(HALT, "maybe", home=make_home(tmp_path / "home"))

    assert ran.code == 2
    assert "on" in ran.err
    assert "Traceback" not in ran.err
