"""The practice server, started as a user starts it, speaks HTTP on loopback."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from processes import PROJECT, make_home

SCRIPT = PROJECT / "scripts/tools/run_kis_simulator.py"
KEYS = {"appkey": "P" * 36, "appsecret": "s" * 180}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(home: Path, port: int, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", str(SCRIPT), "--port", str(port), *arguments]
    environment = {**os.environ, "KHMS_HOME": str(home), "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    process = started(make_home(tmp_path / "home"), port, "--at", "2026-03-04T09:05")
    assert process.stdout is not None
    assert f"http://127.0.0.1:{port}" in process.stdout.readline()
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.communicate(timeout=20)


def test_it_issues_a_token_and_quotes_the_open_of_its_session(address: str) -> None:
    issued = requests.post(
        f"{address}/oauth2/tokenP",
        json={"grant_type": "client_credentials", **KEYS},
        timeout=10,
    ).json()

    quoted = requests.get(
        f"{address}/uapi/domestic-stock/v1/quotations/inquire-price",
        params={"FID_COND_MRKT_DIV_CODE": "J", "FID_INPUT_ISCD": "700370"},
        headers={
            **KEYS,
            "authorization": f"Bearer {issued['access_token']}",
            "tr_id": "FHKST01010100",
            "custtype": "P",
            "content-type": "application/json; charset=utf-8",
        },
        timeout=10,
    ).json()

    assert issued["expires_in"] == 86400
    assert quoted["rt_cd"] == "0"
    assert quoted["output"]["stck_shrn_iscd"] == "700370"
    assert int(quoted["output"]["stck_oprc"]) > 0


def test_a_port_that_is_taken_ends_with_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = started(make_home(tmp_path / "home"), taken.getsockname()[1])
        _, errors = process.communicate(timeout=40)

    assert process.returncode == 4
    assert "포트" in errors
    assert "Traceback" not in errors


def test_a_fault_nobody_knows_ends_with_a_sentence(tmp_path: Path) -> None:
    process = started(make_home(tmp_path / "home"), free_port(), "--fault", "buy:1:x")
    _, errors = process.communicate(timeout=40)

    assert process.returncode == 2
    assert "buy:1:x" in errors
    assert "Traceback" not in errors
