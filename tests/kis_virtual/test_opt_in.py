"""The opt-in run itself: what it does on a practice server, and that it must be asked.

Pytest runs pytest here, as a person would.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import requests

from khms_trader.broker.kis.redaction import Redactor
from khms_trader.market.calendar import SEOUL
from kis_virtual.own_account import own_account
from kis_virtual.recorder import Recorder
from practice_server import Serving, practice_server
from processes import DEADLINE_SECONDS, PROJECT, make_home

APP_KEY, APP_SECRET, ACCOUNT = "P" * 36, "s" * 180, "50123456"
AT = "2026-03-04T10:00"
SECRETS = """\
korea_invest:
  virtual:
    base_url: "{address}"
    app_key: "{app_key}"
    app_secret: "{app_secret}"
    account_no: "{account}"
    account_product_code: "01"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


@pytest.fixture
def served(home: Path) -> Iterator[Serving]:
    arguments = ("--at", AT, "--follow-client", "--requests-per-sec", "1000")
    with practice_server(home, *arguments, "--holding", "700370:3") as serving:
        text = SECRETS.format(
            address=serving.virtual,
            app_key=APP_KEY,
            app_secret=APP_SECRET,
            account=ACCOUNT,
        )
        secrets = home / "secrets.yaml"
        secrets.write_text(text, encoding="utf-8")
        secrets.chmod(0o600)
        yield serving


def run_pytest(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-n0"]
    return subprocess.run(
        [*command, *arguments, "tests/kis_virtual/test_own_account.py"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE_SECONDS,
        check=False,
    )


def asked(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    chosen = ("-m", "kis_virtual", "--kis-home", str(home))
    return run_pytest(*chosen, "--kis-symbol", "700370", *arguments)


def test_a_plain_run_leaves_them_all_out() -> None:
    ran = run_pytest()

    assert ran.returncode == 5, ran.stdout
    assert "7 deselected" in ran.stdout


@pytest.mark.long
def test_named_without_a_home_they_skip_and_say_what_is_missing() -> None:
    ran = run_pytest("-m", "kis_virtual", "-rs")

    assert ran.returncode == 0, ran.stdout
    assert "7 skipped" in ran.stdout
    assert "--kis-home" in ran.stdout


@pytest.mark.long
def test_reads_alone_order_nothing(home: Path, served: Serving) -> None:
    ran = asked(home, "--kis-at", AT)

    assert "6 passed, 1 skipped" in ran.stdout, ran.stdout
    assert served.account()["orders"] == []


def test_with_orders_one_rests_is_seen_and_is_cancelled_and_all_is_recorded(
    home: Path, served: Serving, tmp_path: Path
) -> None:
    record = tmp_path / "record"

    ran = asked(home, "--kis-at", AT, "--allow-orders", "--record", str(record))

    assert "7 passed" in ran.stdout, ran.stdout
    placed, cancelled = served.account()["orders"]
    assert (placed["quantity"], placed["filled"], placed["cancelled"]) == (1, 0, 1)
    assert cancelled["act"] == "cancellation"
    files = sorted(record.glob("*.json"))
    calls = {json.loads(file.read_text("utf-8"))["call"] for file in files}
    assert calls == {
        "tokenP",
        "inquire-balance",
        "inquire-psbl-order",
        "inquire-daily-ccld",
        "inquire-price",
        "inquire-asking-price-exp-ccn",
        "inquire-daily-itemchartprice",
        "order-cash",
        "order-rvsecncl",
    }
    told = "".join(file.read_text("utf-8") for file in files) + ran.stdout + ran.stderr
    for secret in (APP_KEY, APP_SECRET, ACCOUNT, "eyJ"):
        assert secret not in told
    if os.name != "nt":
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    differences = (record / "differences.txt").read_text("utf-8").splitlines()
    # The names of real bodies, where the portal's table has others.
    assert differences == [
        "inquire-daily-ccld output1: without cnc_cfrm_qty",
        "inquire-daily-ccld output1: without excg_id_dvsn_Cd",
        "inquire-daily-ccld output1: unknown cncl_cfrm_qty",
        "inquire-daily-ccld output1: unknown excg_id_dvsn_cd",
    ]


def test_a_shifted_clock_is_for_a_practice_server_only(home: Path) -> None:
    text = SECRETS.format(
        address="", app_key=APP_KEY, app_secret=APP_SECRET, account=ACCOUNT
    )
    lines = text.splitlines(keepends=True)
    secrets = home / "secrets.yaml"
    secrets.write_text("".join(x for x in lines if "base_url" not in x), "utf-8")
    secrets.chmod(0o600)
    moment = datetime(2026, 3, 4, 10, tzinfo=SEOUL)

    with pytest.raises(pytest.fail.Exception, match="--kis-at is for a practice"):
        own_account(home, None, symbol="700370", starts_at=moment, refuse=pytest.fail)


def recorded(tmp_path: Path, body: str) -> str:
    """Return the file that an answer with ``body`` becomes."""
    answer = requests.Response()
    answer.status_code = 200
    answer.raw = None
    answer._content = body.encode()
    answer.headers.update({"tr_cont": "M", "set-cookie": "session=1"})
    request = requests.Request(
        "GET",
        "https://example.invalid/uapi/trading/inquire-balance",
        params={"CANO": ACCOUNT, "ACNT_PRDT_CD": "01"},
        headers={"tr_id": "VTTC8434R", "appkey": APP_KEY},
    ).prepare()
    Recorder(folder=tmp_path, redactor=Redactor(APP_KEY, APP_SECRET, ACCOUNT)).keep(
        request, answer
    )
    (file,) = tmp_path.iterdir()
    return file.read_text("utf-8")


def test_a_recording_keeps_blanks_and_drops_secrets(tmp_path: Path) -> None:
    body = {
        "rt_cd": "0",
        "msg_cd": "20310000",
        "msg1": "조회가 완료되었습니다.   ",
        "ctx_area_fk100": f"{ACCOUNT}^01^N".ljust(100),
        "output1": [{"ctac_tlno": "010-1234-5678", "inqr_ip_addr": "", "odno": "12"}],
        "output2": {"key": APP_KEY, "long": "a " * 300 + APP_SECRET},
    }

    text = recorded(tmp_path, json.dumps(body, ensure_ascii=False))

    told = json.loads(text)
    assert told["asked"] == {"CANO": "****", "ACNT_PRDT_CD": "01"}
    assert told["headers"] == {"tr_cont": "M"}
    assert told["body"]["msg1"] == "조회가 완료되었습니다.   "
    assert told["body"]["ctx_area_fk100"] == "****^01^N"
    assert told["body"]["output1"] == [
        {"ctac_tlno": "****", "inqr_ip_addr": "", "odno": "12"}
    ]
    assert told["body"]["output2"]["key"] == "****"
    assert not {APP_KEY, APP_SECRET, ACCOUNT, "010-1234-5678"} & set(text.split('"'))
    assert APP_SECRET not in text


def test_a_recording_of_something_that_is_no_json_is_cleaned_too(
    tmp_path: Path,
) -> None:
    text = recorded(tmp_path, f"<html>{ACCOUNT}</html>")

    assert json.loads(text)["body"] == "<html>****</html>"
