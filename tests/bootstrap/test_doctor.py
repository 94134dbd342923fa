"""What the check-up finds in homes of every kind, without asking a server."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from fakes import at
from khms_trader.bootstrap import doctor_rows
from khms_trader.bootstrap.account import opened
from khms_trader.bootstrap.doctor import Patient, examine
from khms_trader.bootstrap.init import make
from khms_trader.bootstrap.options import RunOptions, account_of
from khms_trader.cli.sentences import sentence
from khms_trader.clock import ManualClock
from khms_trader.config.home import Folders
from khms_trader.config.init import new_home
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountConfirmed
from khms_trader.errors import DataError, KhmsTraderError
from khms_trader.planning.checkup import Check, Finding, Verdict
from khms_trader.storage.halt_file import HaltFile
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.run_lock import FileRunLock
from processes import PROJECT

NOW = at(12, day=date(2026, 3, 7))
KIS = "broker: {provider: korea_invest}\n"
LOOPBACK = "http://127.0.0.1:9"


class RightClock(ManualClock):
    """A clock that claims to be the machine's own."""

    is_shifted = False


def keys(block: str = "virtual", **changes: str) -> str:
    values = {
        "app_key": "K" * 36,
        "app_secret": "S" * 180,
        "account_no": "50123456",
        **changes,
    }
    lines = "".join(f'    {name}: "{value}"\n' for name, value in values.items())
    return f"korea_invest:\n  {block}:\n{lines}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    make(new_home(folder, PROJECT, is_practice=False))
    return folder


def examined(
    home: Path,
    settings: str | None = None,
    secrets: str | None = None,
    *,
    now: datetime = NOW,
    is_shifted: bool = False,
) -> dict[Check, list[Finding]]:
    """Write the two files if given, examine offline and return the rows by check."""
    if settings is not None:
        (home / "settings.yaml").write_text(settings, encoding="utf-8")
    if secrets is not None:
        (home / "secrets.yaml").write_text(secrets, encoding="utf-8")
    clock = ManualClock(now) if is_shifted else RightClock(now)
    found = examine(
        Patient(
            home=home,
            settings=load_settings(home),
            secrets=load_secrets(home),
            clock=clock,
            stay_away="check_offline",
        )
    )
    rows: dict[Check, list[Finding]] = {check: [] for check in Check}
    for each in found:
        rows[each.check].append(each)
    return rows


def codes(rows: Mapping[Check, list[Finding]], check: Check) -> list[str]:
    return [row.code for row in rows[check]]


def facts_of(rows: Mapping[Check, list[Finding]]) -> dict[str, object]:
    """Return the facts of the row on secrets.yaml."""
    return dict(rows[Check.SECRETS][0].facts)


def verdicts(rows: Mapping[Check, list[Finding]]) -> set[Verdict]:
    return {row.verdict for each in rows.values() for row in each}


def test_every_check_gives_a_row_and_a_new_home_has_no_problem(home: Path) -> None:
    rows = examined(home)

    assert [check for check, found in rows.items() if not found] == []
    assert Verdict.PROBLEM not in verdicts(rows)
    assert codes(rows, Check.BALANCE) == ["check_paper_not_begun"]
    assert codes(rows, Check.BARS) == ["check_bars_made"]
    assert codes(rows, Check.COSTS) == ["check_costs_differ"]


def test_rows_come_in_the_order_of_the_checks(home: Path) -> None:
    order = list(Check)
    found = examine(
        Patient(home=home, settings=None, secrets=None, clock=RightClock(NOW))
    )

    places = [order.index(row.check) for row in found]

    assert places == sorted(places)
    assert len(set(places)) == len(order)


def test_kis_without_secrets_is_a_problem(home: Path) -> None:
    (home / "secrets.yaml").unlink()

    rows = examined(home, KIS)

    assert codes(rows, Check.SECRETS) == ["check_secrets_missing"]
    assert codes(rows, Check.KEYS) == ["check_blocked"]
    assert rows[Check.TOKEN][0].facts == {"cause": Check.SECRETS}


def test_paper_needs_no_secrets(home: Path) -> None:
    (home / "secrets.yaml").unlink()

    rows = examined(home)

    assert codes(rows, Check.SECRETS) == ["check_secrets_not_needed"]
    assert codes(rows, Check.SECRETS_MODE) == ["check_secrets_absent"]


def test_a_placeholder_that_is_left_is_a_problem_only_where_it_is_needed(
    home: Path,
) -> None:
    assert codes(examined(home, KIS), Check.SECRETS) == ["check_secrets_empty"]
    assert codes(examined(home, ""), Check.SECRETS) == ["check_secrets_unused"]


def test_a_block_that_was_begun_names_the_key_that_lacks(home: Path) -> None:
    begun = keys(app_secret="...")  # noqa: S106 - a placeholder

    needed = examined(home, KIS, begun)[Check.SECRETS]
    spare = examined(home, "", begun)[Check.SECRETS]

    assert [(row.verdict, row.code) for row in needed] == [
        (Verdict.PROBLEM, "secrets_incomplete")
    ]
    assert [row.verdict for row in spare] == [Verdict.CAUTION]


def test_the_official_host_is_named_and_not_asked(home: Path) -> None:
    rows = examined(home, KIS, keys())

    assert codes(rows, Check.KEYS) == ["check_keys_fit"]
    assert rows[Check.KEYS][0].facts["address"] == (
        "https://openapivts.koreainvestment.com:29443"
    )
    for check in (Check.TOKEN, Check.BALANCE, Check.CLOCK):
        assert codes(rows, check) == ["check_offline"]
    assert not (home / "data/state/kis").exists()


def test_another_host_is_refused(home: Path) -> None:
    rows = examined(home, KIS, keys(base_url="https://kis.example.com"))

    assert codes(rows, Check.KEYS) == ["kis_address_refused"]
    assert rows[Check.KEYS][0].verdict is Verdict.PROBLEM
    assert codes(rows, Check.TOKEN) == ["check_blocked"]


def test_a_real_account_is_read_and_warned_about(home: Path) -> None:
    settings = "broker: {provider: korea_invest, env: real}\ndata: {quotes: real}\n"

    rows = examined(home, settings, keys("real"))

    assert codes(rows, Check.KEYS) == ["check_keys_real"]
    assert codes(rows, Check.VALIDITY) == ["check_validity_only_virtual"]


def test_real_quotes_beside_a_virtual_account_need_both_pairs_of_keys(
    home: Path,
) -> None:
    settings = f"{KIS}data: {{quotes: real}}\n"
    both = keys() + keys("real").removeprefix("korea_invest:\n")

    lacking = examined(home, settings, keys())
    complete = examined(home, settings, both)

    assert lacking[Check.SECRETS][0].facts == {
        "block": "real",
        "setting": "data.quotes: real",
    }
    said = sentence(KhmsTraderError("check_secrets_empty", **facts_of(lacking)))
    assert "data.quotes: real" in said
    assert "real: 묶음" in said
    assert codes(complete, Check.KEYS) == ["check_keys_fit", "check_keys_fit"]


def test_a_real_account_needs_no_virtual_keys_for_its_prices(home: Path) -> None:
    settings = "broker: {provider: korea_invest, env: real}\n"

    rows = examined(home, settings, keys("real"))

    assert codes(rows, Check.SECRETS) == ["check_secrets_fit"]


def test_practice_prices_beside_a_virtual_account_are_refused(home: Path) -> None:
    real = keys("real", base_url=LOOPBACK).removeprefix("korea_invest:\n")

    rows = examined(home, f"{KIS}data: {{quotes: real}}\n", keys() + real)

    assert codes(rows, Check.KEYS) == ["kis_quotes_mixed"]


def test_paper_that_lives_by_kis_prices_needs_their_keys_and_no_account(
    home: Path,
) -> None:
    rows = examined(home, "data: {source: kis}\n", keys(base_url=LOOPBACK))

    assert codes(rows, Check.KEYS) == ["check_keys_practice"]
    assert codes(rows, Check.VALIDITY) == ["check_validity_only_virtual"]
    assert codes(rows, Check.TOKEN) == ["check_offline"]
    assert not list((home / "data/state").glob("*-*"))


def test_a_made_up_time_is_for_practice_only(home: Path) -> None:
    real = examined(home, KIS, keys(), is_shifted=True)
    practice = examined(home, KIS, keys(base_url=LOOPBACK), is_shifted=True)

    assert codes(real, Check.KEYS) == ["at_not_allowed"]
    assert codes(practice, Check.KEYS) == ["check_keys_practice"]


def test_a_pace_that_kis_forbids_is_told(home: Path) -> None:
    rows = examined(home, f"{KIS}kis: {{request_interval_sec: 0.2}}\n", keys())

    assert codes(rows, Check.KEYS) == ["kis_pace_refused"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
def test_secrets_that_others_may_read_are_cautioned_about(home: Path) -> None:
    (home / "secrets.yaml").chmod(0o640)

    rows = examined(home)

    assert rows[Check.SECRETS_MODE][0].code == "secrets_readable_by_others"
    assert rows[Check.SECRETS_MODE][0].verdict is Verdict.CAUTION
    assert codes(rows, Check.SECRETS) == ["check_secrets_unused"]


def git(home: Path, *words: str) -> None:
    program = shutil.which("git")
    if program is None:
        pytest.skip("no git")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    subprocess.run(
        [program, "-C", str(home), *words],
        env=environment,
        check=True,
        capture_output=True,
    )


def test_secrets_that_git_would_carry_away_are_found(home: Path) -> None:
    assert codes(examined(home), Check.SECRETS_GIT) == ["check_git_absent"]
    git(home, "init")
    assert codes(examined(home), Check.SECRETS_GIT) == ["check_git_not_ignored"]
    (home / ".gitignore").write_text("secrets.yaml\n", encoding="utf-8")
    assert codes(examined(home), Check.SECRETS_GIT) == ["check_git_fits"]
    git(home, "add", "--force", "secrets.yaml")
    assert codes(examined(home), Check.SECRETS_GIT) == ["check_git_tracks"]


def test_a_repository_git_cannot_read_is_left_alone(home: Path) -> None:
    (home / ".git").write_text("no repository", encoding="utf-8")

    assert codes(examined(home), Check.SECRETS_GIT) == ["check_git_silent"]


def test_missing_folders_are_named_and_do_no_harm(home: Path) -> None:
    (home / "plans").rmdir()

    (row,) = examined(home)[Check.FOLDERS]

    assert (row.verdict, row.facts["names"]) == (Verdict.CAUTION, ["plans"])


def test_a_folder_whose_name_a_file_has_taken_is_missing(home: Path) -> None:
    (home / "plans").rmdir()
    (home / "plans").touch()

    assert codes(examined(home), Check.FOLDERS) == ["check_folders_missing"]


def test_halt_and_running_jobs_are_told(home: Path) -> None:
    (home / "data/state/HALT").touch()
    lock = FileRunLock(home / "data/state/paper/run.lock")

    with lock.hold("execute"):
        rows = examined(home)

    assert codes(rows, Check.HALT) == ["check_halted"]
    assert rows[Check.LOCKS][0].facts["account"] == "paper"
    assert rows[Check.LOCKS][0].facts["purpose"] == "execute"
    assert Verdict.PROBLEM not in verdicts(rows)


def test_a_halt_is_told_with_its_reason(home: Path) -> None:
    HaltFile(home / "data/state/HALT").turn_on(NOW, "점검")

    (row,) = examined(home)[Check.HALT]

    assert row.code == "check_halted_because"
    assert row.facts["reason"] == "점검"


def test_each_damaged_database_has_its_own_row(home: Path) -> None:
    for account in ("paper", "virtual-0a1b2c3d"):
        folder = home / "data/state" / account
        folder.mkdir()
        (folder / "journal.sqlite3").write_bytes(b"broken" * 999)
    SqliteJournal(home / "data/state/whole/journal.sqlite3", account="whole").close()

    rows = examined(home)[Check.DATABASES]

    assert [row.code for row in rows] == ["database_damaged"] * 2
    assert "paper" in str(rows[0].facts["path"])


@pytest.mark.parametrize(
    ("days", "code"),
    [(80, "check_validity_fits"), (81, "check_validity_short")],
)
def test_the_age_of_a_virtual_account_is_counted_from_its_confirmation(
    home: Path, days: int, code: str
) -> None:
    (home / "settings.yaml").write_text(KIS, encoding="utf-8")
    (home / "secrets.yaml").write_text(keys(), encoding="utf-8")
    settings, secrets = load_settings(home), load_secrets(home)
    account = account_of(settings, secrets, Folders(home))
    first = date(2026, 3, 7)
    path = home / "data/state" / account / "journal.sqlite3"
    with closing(SqliteJournal(path, account=account)) as journal:
        journal.append(
            AccountConfirmed(at=at(12, day=first), account=account, session=first)
        )
    day = date.fromordinal(first.toordinal() + days)

    rows = examined(home, now=at(12, day=day))

    assert codes(rows, Check.VALIDITY) == [code]


def test_the_paper_account_is_read_in_a_copy(home: Path) -> None:
    options = RunOptions(home=home, settings=load_settings(home), clock=RightClock(NOW))
    with opened(options) as account:
        assert isinstance(account.office.reader.account(), Account)
    state = home / "data/state"
    before = sorted(state.rglob("*"))

    (row,) = examined(home)[Check.BALANCE]

    assert row.facts == {"count": 0, "cash": "10,000,000", "spendable": "10,000,000"}
    assert sorted(state.rglob("*")) == before


def test_stored_bars_that_are_not_there_are_a_problem(home: Path) -> None:
    rows = examined(home, "data: {source: store}\n")

    assert codes(rows, Check.BARS) == ["bars_missing"]
    assert rows[Check.BARS][0].verdict is Verdict.PROBLEM


def test_bars_that_prepare_will_fetch_are_not_missed(home: Path) -> None:
    rows = examined(home, KIS, keys(base_url=LOOPBACK))

    assert codes(rows, Check.BARS) == ["check_bars_none"]


@pytest.mark.parametrize(
    ("year", "code"),
    [(2026, "check_calendar_fits"), (2028, "check_calendar_over")],
)
def test_the_calendar_reaches_to_the_end_of_its_last_checked_year(
    home: Path, year: int, code: str
) -> None:
    now = at(12, day=date(year, 3, 7))

    assert codes(examined(home, now=now), Check.CALENDAR) == [code]


def test_telegram_is_off_until_it_is_filled_and_switched_on(home: Path) -> None:
    filled = f'telegram: {{enabled: true, token: "{"t" * 40}", chat_id: "12345"}}'
    half = 'telegram: {enabled: true, token: "..."}'

    assert codes(examined(home), Check.TELEGRAM) == ["check_telegram_off"]
    assert codes(examined(home, "", filled), Check.TELEGRAM) == ["check_telegram_on"]
    gaps = examined(home, "", half)
    assert codes(gaps, Check.TELEGRAM) == ["secrets_incomplete"] * 2
    assert codes(gaps, Check.SECRETS) == ["check_secrets_unused"]


def test_costs_that_agree_with_the_tables_are_good(home: Path) -> None:
    rows = examined(home, "trading: {fee_bps: 1.40527}\n")

    assert codes(rows, Check.COSTS) == ["check_costs_fit"]


def boom() -> Finding:
    raise ZeroDivisionError


def test_a_fault_nobody_foresaw_is_one_row(caplog: pytest.LogCaptureFixture) -> None:
    (row,) = doctor_rows.looked(Check.DISK, boom)

    assert (row.verdict, row.code) == (Verdict.PROBLEM, "check_failed")
    assert row.facts == {"kind": "ZeroDivisionError"}


def unreadable() -> Finding:
    raise DataError("bars_missing", path="x")


def test_what_was_found_before_a_fault_stands() -> None:
    rows = doctor_rows.looked(Check.DISK, unreadable)

    assert [(row.code, row.facts) for row in rows] == [("bars_missing", {"path": "x"})]
