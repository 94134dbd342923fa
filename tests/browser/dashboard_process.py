"""The dashboard as a process of its own, started as a person starts it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import requests

from end_to_end.scenarios import free_port
from processes import DEADLINE_SECONDS, PROJECT

SCRIPT: Final = PROJECT / "scripts/run_dashboard.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Where a started dashboard listens, and what it wrote on its streams."""

    address: str
    output: Path

    @property
    def said(self) -> str:
        """Everything on its terminal so far."""
        return self.output.read_text(encoding="utf-8", errors="replace")


@contextmanager
def dashboard(
    home: Path,
    *,
    at: str = "",
    environment: Mapping[str, str] | None = None,
    output: Path | None = None,
) -> Iterator[Dashboard]:
    """Serve ``home`` for the time of a ``with`` block, its clock started at ``at``."""
    port = free_port()
    told = output or home.parent / f"{home.name}-dashboard.txt"
    with told.open("wb") as stream:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(SCRIPT)),
                *(f"--server.port={port}", "--server.headless=true"),
                *(("--", "--at", at) if at else ()),
            ],
            # Another folder than the project: its settings must be found all the same.
            cwd=home,
            env={**_clean(), "KHMS_HOME": str(home), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            served = Dashboard(address=f"http://127.0.0.1:{port}", output=told)
            _await_health(served, process)
            yield served
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _clean() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KHMS_", "STREAMLIT_"))
    }


def _await_health(served: Dashboard, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + DEADLINE_SECONDS
    while monotonic() < deadline:
        assert process.poll() is None, served.said
        try:
            if requests.get(f"{served.address}/_stcore/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            sleep(0.05)
    raise AssertionError(served.said)
