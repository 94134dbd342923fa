"""The practice server as a process of its own, started as a person starts it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from processes import DEADLINE_SECONDS, PROJECT

SCRIPT = PROJECT / "scripts/tools/run_kis_simulator.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where a started server listens; ``real`` is empty without ``--real-port``."""

    process: subprocess.Popen[str]
    virtual: str
    real: str = ""

    def account(self, now: str = "") -> dict[str, Any]:
        """Return what the account truly is, ``now`` by the client's clock."""
        headers = {"X-Practice-Now": now} if now else {}
        return self._told("account", headers)

    def requests(self) -> dict[str, Any]:
        """Return every request that came, with the busiest second."""
        return self._told("requests", {})

    def _told(self, what: str, headers: Mapping[str, str]) -> dict[str, Any]:
        answer = requests.get(
            f"{self.virtual}/practice/{what}", headers=headers, timeout=20
        )
        told: dict[str, Any] = answer.json()
        return told


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the server on a free port, unless ``arguments`` name one."""
    port = () if "--port" in arguments else ("--port", "0")
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *port, *arguments],
        env={**os.environ, "KHMS_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@contextmanager
def practice_server(home: Path, *arguments: str) -> Iterator[Serving]:
    """Serve for the time of a ``with`` block."""
    process = start(home, *arguments)
    try:
        has_real = "--real-port" in arguments
        virtual = _address(process)
        real = _address(process) if has_real else ""
        yield Serving(process=process, virtual=virtual, real=real)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=DEADLINE_SECONDS)
        finally:
            process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    """Return the address in the next line the server prints."""
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    _, found, rest = line.partition("http://")
    assert found, line or process.stderr.read()
    return found + rest.strip()
