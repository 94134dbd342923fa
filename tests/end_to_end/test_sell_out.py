"""Legacy shares sold over HTTP, as a person does it, killed in the middle once."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice_server import Serving, practice_server
from processes import DEADLINE_SECONDS, PROJECT, Ran, make_home, run_script

SELL_OUT = "tools/sell_out_legacy.py"
EXECUTE = "execute_next_open_plan.py"
ONE, TWO, THREE = "700370", "700660", "700950"
SETTINGS = """
broker: {provider: korea_invest}
kis: {requests_per_sec: 40}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home", SETTINGS)


@pytest.fixture
def served(home: Path) -> Iterator[Serving]:
    shares = [f"--holding={symbol}:10" for symbol in (ONE, TWO, THREE)]
    options = (
        "--follow-client",
        "--requests-per-sec",
        "50",
        "--fault",
        "sell:1:slow:9",
    )
    at = ("--at", "2026-03-04T08:00")
    with practice_server(home, *at, *shares, *options) as serving:
        keys = {
            "app_key": "P" * 36,
            "app_secret": "s" * 180,
            "account_no": "50123456",
            "account_product_code": "01",
            "base_url": serving.virtual,
        }
        # JSON is YAML, and needs no quoting of ours.
        secrets = home / "secrets.yaml"
        secrets.write_text(json.dumps({"korea_invest": {"virtual": keys}}))
        secrets.chmod(0o600)
        yield serving


def sell_out(home: Path, *arguments: str, at: str) -> Ran:
    return run_script(SELL_OUT, *arguments, "--at", f"2026-03-04T{at}", home=home)


def placed(serving: Serving, now: str) -> list[tuple[str, str, int]]:
    told = serving.account(f"2026-03-04T{now}:00+09:00")["orders"]
    return [(order["symbol"], order["side"], order["quantity"]) for order in told]


def kill_while_the_first_sale_is_out(home: Path, serving: Serving) -> None:
    process = subprocess.Popen(
        [
            *(sys.executable, str(PROJECT / "scripts" / SELL_OUT)),
            *("--all", "--confirm", "--at", "2026-03-04T10:03"),
        ],
        env={**os.environ, "KHMS_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not placed(serving, "10:04"):
        assert time.monotonic() < deadline, "nothing was sent"
        time.sleep(0.1)
    process.kill()
    process.communicate(timeout=DEADLINE_SECONDS)


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_legacy_shares_are_listed_adopted_and_sold_once_whatever_happens(
    home: Path, served: Serving
) -> None:
    listed = sell_out(home, at="08:30")
    refused = sell_out(home, "--all", "--confirm", at="10:00")
    adopted = sell_out(home, "--adopt", THREE, "--confirm", at="10:00")
    confirmed = run_script(
        EXECUTE, "--confirm-first-run", "--at", "2026-03-04T10:01", home=home
    )

    assert (listed.code, refused.code, adopted.code, confirmed.code) == (0, 3, 0, 0)
    assert "--confirm-first-run" in refused.err
    assert all(symbol in listed.out for symbol in (ONE, TWO, THREE))

    kill_while_the_first_sale_is_out(home, served)
    sold = sell_out(home, "--all", "--confirm", at="10:05")
    again = sell_out(home, "--all", "--confirm", at="10:07")

    assert (sold.code, again.code) == (0, 0), sold.err + again.err
    assert "앞선 실행이 남긴 주문" in sold.out
    assert "보낸 주문이 없습니다" in again.out
    assert placed(served, "10:08") == [(ONE, "sell", 10), (TWO, "sell", 10)]
    held = served.account("2026-03-04T10:08:00+09:00")["holdings"]
    assert [(each["symbol"], each["quantity"]) for each in held] == [(THREE, 10)]
