"""Bad input ends in one Korean sentence and the right exit code, and loses nothing."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from processes import PROJECT, SHIPPED_SETTINGS, Ran, make_home, run_script, snapshot

PREPARE = "prepare_next_open_plan.py"
EXECUTE = "execute_next_open_plan.py"
AFTER_CLOSE = ("--at", "2026-03-03T15:40")
AFTER_OPEN = ("--at", "2026-03-04T09:01")
PLAN = "plans/next_open_plan_20260304.json"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a plan for 2026-03-04; tests work on copies of it."""
    home = make_home(tmp_path_factory.mktemp("prepared") / "home")
    ran = run_script(PREPARE, *AFTER_CLOSE, home=home)
    assert ran.code == 0, ran.err
    return home


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "home"))


def says(ran: Ran, code: int, *words: str) -> None:
    """Assert the exit code, the words, and that no traceback was shown."""
    assert ran.code == code, ran.err
    for word in words:
        assert word in ran.err
    assert "Traceback" not in ran.err + ran.out
    assert len(ran.err.strip().splitlines()) == 1


def test_without_settings_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    ran = run_script(PREPARE, home=tmp_path)

    says(ran, 2, "settings.yaml")


def test_a_settings_file_without_its_s_is_pointed_out(tmp_path: Path) -> None:
    shutil.copyfile(SHIPPED_SETTINGS, tmp_path / "setting.yaml")

    ran = run_script(PREPARE, home=tmp_path)

    says(ran, 2, "setting.yaml", "settings.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("live:\n  max_position: 8\n", ("2행", "max_position", "max_positions")),
        ("live:\n  max_positions: 여덟\n", ("2행", "max_positions", "여덟")),
        ("broker:\n  provider: kiwoom\n", ("2행", "paper")),
        ("market: NASDAQ\n", ("1행", "KRX")),
        # YAML reads these six digits as an octal number: the zero would be lost.
        ("legacy_holdings: [035720]\n", ("1행", "따옴표")),
    ],
)
def test_a_bad_setting_names_line_and_remedy(
    tmp_path: Path, text: str, words: tuple[str, ...]
) -> None:
    ran = run_script(PREPARE, home=make_home(tmp_path / "home", text))

    says(ran, 2, *words)


def test_an_account_number_without_quotes_is_refused_and_not_shown(
    home: Path,
) -> None:
    (home / "secrets.yaml").write_text(
        f"korea_invest:\n  virtual:\n    app_key: {'A' * 36}\n"
        f"    app_secret: {'b' * 180}\n    account_no: 50123456\n",
        encoding="utf-8",
    )
    (home / "secrets.yaml").chmod(0o600)

    ran = run_script(EXECUTE, *AFTER_OPEN, home=home)

    says(ran, 2, "따옴표", "account_no")
    assert "50123456" not in ran.err + ran.out


def test_a_missing_plan_is_refused(home: Path) -> None:
    (home / PLAN).unlink()

    says(run_script(EXECUTE, *AFTER_OPEN, home=home), 3, "계획이 없습니다")


def test_a_garbled_plan_is_refused(home: Path) -> None:
    (home / PLAN).write_text('{"schema_version": 1, "buys": [', encoding="utf-8")

    says(run_script(EXECUTE, *AFTER_OPEN, home=home), 3, "깨졌습니다")


def test_an_altered_plan_is_refused(home: Path) -> None:
    plan = json.loads((home / PLAN).read_text(encoding="utf-8"))
    plan["buys"][0]["quantity"] = 1000
    (home / PLAN).write_text(json.dumps(plan), encoding="utf-8")

    says(run_script(EXECUTE, *AFTER_OPEN, home=home), 3, "바뀌었습니다")


def test_a_plan_renamed_to_another_day_is_refused(home: Path) -> None:
    (home / PLAN).rename(home / "plans/next_open_plan_20260305.json")

    ran = run_script(EXECUTE, "--at", "2026-03-05T09:01", home=home)

    says(ran, 3, "2026-03-04", "2026-03-05")


def test_before_the_open_nothing_is_sent(home: Path) -> None:
    ran = run_script(EXECUTE, "--at", "2026-03-04T08:55", home=home)

    says(ran, 3, "09:00")
    assert not list((home / "reports").glob("*"))


def test_after_the_start_window_nothing_is_sent(home: Path) -> None:
    ran = run_script(EXECUTE, "--at", "2026-03-04T09:30:01", home=home)

    says(ran, 3, "09:30")


def test_while_the_session_runs_no_plan_is_made(home: Path) -> None:
    before = snapshot(home / "plans")

    ran = run_script(PREPARE, "--at", "2026-03-04T15:34:59", home=home)

    says(ran, 3, "15:35")
    assert snapshot(home / "plans") == before


def test_on_a_holiday_execute_has_nothing_to_do(home: Path) -> None:
    ran = run_script(EXECUTE, "--at", "2026-03-02T09:01", home=home)

    assert ran.code == 0
    assert "휴장일" in ran.out
    assert "2026-03-03" in ran.out


def test_the_halt_file_stops_every_order(home: Path) -> None:
    (home / "data/state/HALT").write_text("", encoding="utf-8")

    ran = run_script(EXECUTE, *AFTER_OPEN, home=home)

    says(ran, 3, "HALT")


def test_a_corrupted_journal_is_kept_aside_and_refused_every_time(
    home: Path,
) -> None:
    journal = home / "data/state/paper/journal.sqlite3"
    for side_file in ("-wal", "-shm"):
        journal.with_name(journal.name + side_file).unlink(missing_ok=True)
    journal.write_bytes(b"not a journal" * 1000)

    first = run_script(EXECUTE, *AFTER_OPEN, home=home)
    second = run_script(EXECUTE, *AFTER_OPEN, home=home)

    says(first, 4, "journal.sqlite3", "damaged")
    says(second, 4, "journal.sqlite3", "damaged")
    kept = list(journal.parent.glob("journal.sqlite3.damaged-*"))
    assert [path.read_bytes() for path in kept] == [b"not a journal" * 1000]
    assert not list((home / "reports").glob("*"))


def test_a_settings_typo_on_the_command_line_names_the_nearest_option(
    home: Path,
) -> None:
    ran = run_script(PREPARE, "--universe-limt", "200", home=home)

    says(ran, 2, "--universe-limit")


def test_a_clock_behind_the_account_is_refused(home: Path) -> None:
    run_script(EXECUTE, *AFTER_OPEN, home=home)

    ran = run_script(PREPARE, "--at", "2026-03-03T20:10", home=home)

    says(ran, 3, "시계")


def full_disk_command(home: Path) -> list[str]:
    """Run prepare with ``home/plans`` on a file system of 8 KiB."""
    script = (
        f"mount -t tmpfs -o size=8k tmpfs '{home}/plans' && "
        f"'{sys.executable}' '{PROJECT}/scripts/{PREPARE}' --at 2026-03-03T20:10; "
        f"code=$?; ls -A '{home}/plans'; exit $code"
    )
    return ["unshare", "--mount", "--map-root-user", "--user", "sh", "-c", script]


@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is Linux's")
def test_a_full_disk_leaves_no_half_written_plan(home: Path) -> None:
    ran = subprocess.run(
        full_disk_command(home),
        env={**os.environ, "KHMS_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "mount" in ran.stderr or "unshare" in ran.stderr:
        pytest.skip("this machine lets nobody mount")

    assert ran.returncode == 4, ran.stderr
    assert "공간" in ran.stderr
    assert ran.stdout == ""


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_read_only_folder_is_named(home: Path) -> None:
    plans = home / "plans"
    plans.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.access(plans, os.W_OK):  # root may write anywhere
        plans.chmod(0o700)
        shutil.rmtree(plans)
        plans.write_text("a file in the folder's place", encoding="utf-8")

    ran = run_script(PREPARE, "--at", "2026-03-03T20:10", home=home)

    says(ran, 4, "plans")


def test_a_foreign_address_is_named_before_a_made_up_time(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", "broker: {provider: korea_invest}\n")
    keys = {
        "app_key": "P" * 36,
        "app_secret": "s" * 180,
        "account_no": "50123456",
        "base_url": "https://kis.example.com",
    }
    secrets = home / "secrets.yaml"
    secrets.write_text(json.dumps({"korea_invest": {"virtual": keys}}))
    secrets.chmod(0o600)

    ran = run_script(EXECUTE, *AFTER_OPEN, home=home)

    says(ran, 2, "https://kis.example.com", "공식 주소 그대로")
