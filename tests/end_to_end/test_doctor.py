"""The check-up, run as a user runs it: new homes, broken files, a practice server."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from khms_trader.domain.events import HoldingAdopted
from khms_trader.market.calendar import SEOUL
from khms_trader.storage.journal import SqliteJournal
from processes import PROJECT, Ran, make_home, run_script

DOCTOR = "tools/doctor.py"
SIMULATOR = PROJECT / "scripts/tools/run_kis_simulator.py"
APP_KEY, APP_SECRET, NUMBER = "PSnobodysKey" * 3, "nobodysSecret0" * 12, "50123456"
KIS = "broker:\n  provider: korea_invest\n"


def secrets_for(address: str) -> str:
    return (
        "korea_invest:\n"
        "  virtual:\n"
        f'    app_key: "{APP_KEY}"\n'
        f'    app_secret: "{APP_SECRET}"\n'
        f'    account_no: "{NUMBER}"\n'
        f'    base_url: "{address}"\n'
    )


def row(ran: Ran, name: str) -> tuple[str, str]:
    """Return verdict and sentence of the first row called ``name``."""
    for line in ran.out.splitlines():
        parts = line.split(" | ", 2)
        if parts[0] == name:
            return parts[1], parts[2]
    raise AssertionError(ran.out + ran.err)


def is_clean(ran: Ran, home: Path) -> None:
    """Assert that nothing secret and nothing unfinished was said or logged."""
    logs = "".join(p.read_text("utf-8") for p in (home / "logs").glob("*"))
    said = ran.out + ran.err + logs
    for secret in (APP_KEY, APP_SECRET, NUMBER):
        assert secret not in said
    for slip in ("Traceback", "알 수 없음", "(코드:"):
        assert slip not in ran.out + ran.err


def test_a_new_home_is_made_and_found_healthy(tmp_path: Path) -> None:
    home = tmp_path / "new"

    made = run_script(DOCTOR, "--init", home=home, cwd=tmp_path)
    again = run_script(DOCTOR, "--offline", home=home)

    assert made.code == 0, made.out + made.err
    assert f"만들었습니다: {home / 'secrets.yaml'}" in made.out
    assert stat.S_IMODE((home / "secrets.yaml").stat().st_mode) == 0o600 or (
        os.name == "nt"
    )
    assert again.code == 0, again.out
    assert " | 문제 | " not in again.out
    assert "써도 됩니다." in again.out
    is_clean(again, home)


def test_init_leaves_what_is_there(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", "live: {max_positions: 3}\n")
    (home / "secrets.yaml").write_text(secrets_for("http://127.0.0.1:9"), "utf-8")

    ran = run_script(DOCTOR, "--init", "--offline", home=home)

    assert ran.code == 0, ran.out + ran.err
    assert f"이미 있어 그대로 두었습니다: {home / 'secrets.yaml'}" in ran.out
    assert (home / "settings.yaml").read_text() == "live: {max_positions: 3}\n"
    is_clean(ran, home)


def test_every_slip_in_the_settings_is_a_row_and_the_rest_is_checked(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path / "home", "live:\n  max_position: 8\nbad: 1\n")

    ran = run_script(DOCTOR, "--offline", home=home)

    assert ran.code == 2, ran.out + ran.err
    slips = [line for line in ran.out.splitlines() if "settings.yaml | 문제" in line]
    assert ["2행" in slips[0], "3행" in slips[1]] == [True, True]
    assert row(ran, "디스크")[0] == "정상"
    assert row(ran, "일봉")[0] == "건너뜀"
    is_clean(ran, home)


def test_an_account_number_without_quotes_is_a_row_without_the_number(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path / "home", KIS)
    text = secrets_for("http://127.0.0.1:9").replace(f'"{NUMBER}"', NUMBER)
    (home / "secrets.yaml").write_text(text, "utf-8")

    ran = run_script(DOCTOR, "--offline", home=home)

    assert ran.code == 2
    assert "따옴표" in row(ran, "secrets.yaml")[1]
    assert row(ran, "접근토큰")[0] == "건너뜀"
    is_clean(ran, home)


def test_a_folder_without_settings_is_examined_as_far_as_it_goes(
    tmp_path: Path,
) -> None:
    ran = run_script(DOCTOR, home=tmp_path)

    assert ran.code == 2
    assert row(ran, "settings.yaml")[0] == "문제"
    assert row(ran, "파이썬")[0] == "정상"


def test_a_home_that_is_not_there_is_a_row(tmp_path: Path) -> None:
    ran = run_script(DOCTOR, home=tmp_path / "none", cwd=tmp_path)

    assert ran.code == 2
    assert "KHMS_HOME" in row(ran, "홈 폴더")[1]
    assert not (tmp_path / "none").exists()


def test_a_broken_journal_is_a_problem_of_the_world(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    journal = home / "data/state/paper/journal.sqlite3"
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    content = journal.read_bytes()

    ran = run_script(DOCTOR, "--offline", home=home)

    assert ran.code == 4, ran.out + ran.err
    assert row(ran, "계좌 기록")[0] == "문제"
    assert str(journal) in row(ran, "계좌 기록")[1]
    assert journal.read_bytes() == content
    assert [path.name for path in journal.parent.iterdir()] == ["journal.sqlite3"]
    is_clean(ran, home)


def test_quiet_says_only_what_needs_a_person(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", "trading: {fee_bps: 1.40527}\n")
    run_script(DOCTOR, "--init", "--offline", "--quiet", home=home)

    ran = run_script(DOCTOR, "--offline", "--quiet", home=home)

    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_practice_needs_init(tmp_path: Path) -> None:
    ran = run_script(DOCTOR, "--practice", home=make_home(tmp_path / "home"))

    assert ran.code == 2
    assert "--init" in ran.err


def test_a_practice_home_is_made_once(tmp_path: Path) -> None:
    home = tmp_path / "practice"

    first = run_script(DOCTOR, "--init", "--practice", home=home, cwd=tmp_path)
    content = (home / "secrets.yaml").read_bytes()
    second = run_script(DOCTOR, "--init", "--practice", home=home)

    assert first.code == 0, first.out + first.err
    assert "run_kis_simulator.py" in row(first, "접근토큰")[1]
    assert row(first, "주소와 앱키")[0] == "정상"
    assert second.code == 2
    assert str(home / "secrets.yaml") in second.err
    assert (home / "secrets.yaml").read_bytes() == content


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[str]:
    """Run a practice server as a process of its own and yield its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "KHMS_HOME": str(make_home(folder)),
        "PYTHONIOENCODING": "utf-8",
    }
    process = subprocess.Popen(
        [sys.executable, "-u", str(SIMULATOR), "--port", str(port), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert address in said
        yield address
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert "Traceback" not in errors


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An honest practice server that lives by its client's time."""
    folder = tmp_path_factory.mktemp("server") / "home"
    with serving(folder, "--follow-client") as address:
        yield address


def kis_home(folder: Path, address: str) -> Path:
    home = make_home(folder, KIS)
    path = home / "secrets.yaml"
    path.write_text(secrets_for(address), "utf-8")
    path.chmod(0o600)
    return home


def test_the_practice_server_is_asked_for_everything(
    server: str, tmp_path: Path
) -> None:
    home = kis_home(tmp_path / "home", server)

    ran = run_script(DOCTOR, home=home)
    at_night = run_script(DOCTOR, "--at", "2027-03-04T21:00", home=home)

    assert ran.code == 0, ran.out + ran.err
    assert server in row(ran, "주소와 앱키")[1]
    assert row(ran, "접근토큰")[0] == "정상"
    assert row(ran, "잔고") == (
        "정상",
        "읽었습니다. 보유 0종목, 예수금 10,000,000원, 주문 가능 10,000,000원.",
    )
    assert row(ran, "컴퓨터 시각")[0] == "정상"
    assert row(at_night, "컴퓨터 시각")[0] == "건너뜀"
    is_clean(ran, home)
    is_clean(at_night, home)


def test_a_server_that_is_not_open_is_named_with_its_remedy(tmp_path: Path) -> None:
    home = kis_home(tmp_path / "home", f"http://127.0.0.1:{free_port()}")

    ran = run_script(DOCTOR, home=home)

    assert ran.code == 4, ran.out + ran.err
    assert "run_kis_simulator.py" in row(ran, "접근토큰")[1]
    assert row(ran, "잔고")[0] == "건너뜀"
    is_clean(ran, home)


def test_a_clock_that_is_off_is_a_problem(tmp_path: Path) -> None:
    with serving(tmp_path / "server", "--fault", "any:*:skew:30") as address:
        home = kis_home(tmp_path / "home", address)
        ran = run_script(DOCTOR, home=home)

    assert ran.code == 4, ran.out + ran.err
    assert row(ran, "잔고")[0] == "정상"
    verdict, text = row(ran, "컴퓨터 시각")
    assert verdict == "문제"
    assert "--follow-client" in text


@pytest.mark.long
def test_a_balance_that_cannot_be_read_does_not_hide_the_clock(tmp_path: Path) -> None:
    fault = "balance:*:reject:40650000"
    with serving(tmp_path / "server", "--fault", fault) as address:
        home = kis_home(tmp_path / "home", address)
        ran = run_script(DOCTOR, home=home)

    assert ran.code == 4, ran.out + ran.err
    assert row(ran, "잔고")[0] == "문제"
    assert row(ran, "컴퓨터 시각")[0] == "정상"
    is_clean(ran, home)


@pytest.mark.long
def test_shares_that_the_account_lacks_are_a_row_of_their_own(tmp_path: Path) -> None:
    held = ("--holding", "700370:10", "--follow-client")
    with serving(tmp_path / "server", *held) as address:
        home = kis_home(tmp_path / "home", address)
        at = ("--at", "2026-03-04T20:00")
        none = run_script(DOCTOR, *at, home=home)
        adopting = ("--adopt-all", "--confirm", *at)
        adopted = run_script("tools/sell_out_legacy.py", *adopting, home=home)
        agreed = run_script(DOCTOR, *at, home=home)
        _book_three_more(home)
        differing = run_script(DOCTOR, *at, home=home)

    assert adopted.code == 0, adopted.out + adopted.err
    assert row(none, "수량 차이")[0] == "정상"
    assert row(agreed, "수량 차이")[0] == "정상"
    assert differing.code == 0, differing.out + differing.err
    verdict, text = row(differing, "수량 차이")
    assert verdict == "주의"
    assert "700370: 전략 기록은 13주인데 잔고는 10주입니다." in text
    is_clean(differing, home)


def _book_three_more(home: Path) -> None:
    """Let the journal manage three shares more than the account holds."""
    (path,) = (home / "data/state").glob("practice-*/journal.sqlite3")
    account, now = path.parent.name, datetime(2026, 3, 4, 20, tzinfo=SEOUL)
    with closing(SqliteJournal(path, account=account)) as journal:
        journal.append(
            HoldingAdopted(
                at=now,
                account=account,
                session=now.date(),
                symbol="700370",
                quantity=3,
            )
        )


@pytest.mark.long
def test_a_wait_for_a_token_is_told_at_once(tmp_path: Path) -> None:
    with serving(tmp_path / "server") as address:
        before = run_script(DOCTOR, home=kis_home(tmp_path / "before", address))
        assert row(before, "접근토큰")[0] == "정상"
        # The same keys in another home: KIS gives them one token a minute.
        process = _examining(kis_home(tmp_path / "home", address))
        assert process.stdout is not None
        said = process.stdout.readline()
        process.terminate()
        process.communicate(timeout=20)

    assert said.startswith("접근토큰은 1분에 한 번만 발급됩니다. 최대 ")


def _examining(home: Path) -> subprocess.Popen[str]:
    """Start a check-up as a scheduler does: without a terminal."""
    return subprocess.Popen(
        [sys.executable, str(PROJECT / "scripts" / DOCTOR)],
        env={**os.environ, "KHMS_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
