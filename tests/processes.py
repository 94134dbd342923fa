"""Runs the project's scripts as a user does: real processes in a home of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
SHIPPED_SETTINGS = PROJECT / "settings.yaml"
DEADLINE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a finished script left on its streams."""

    code: int
    out: str
    err: str


def make_home(folder: Path, settings: str | None = None) -> Path:
    """Make ``folder`` a home, with the shipped settings unless others are given."""
    folder.mkdir(parents=True, exist_ok=True)
    if settings is None:
        shutil.copyfile(SHIPPED_SETTINGS, folder / "settings.yaml")
    else:
        (folder / "settings.yaml").write_text(settings, encoding="utf-8")
    return folder


def run_script(
    name: str,
    *arguments: str,
    home: Path,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ran:
    """Run ``scripts/<name>`` with ``KHMS_HOME`` at ``home`` and wait for its end."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith("KHMS_")}
    variables |= {"KHMS_HOME": str(home), "PYTHONIOENCODING": "utf-8"}
    variables |= environment or {}
    ran = subprocess.run(
        [sys.executable, str(PROJECT / "scripts" / name), *arguments],
        cwd=cwd or home,
        env=variables,
        capture_output=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )
    encoding = variables["PYTHONIOENCODING"].split(":")[0]
    return Ran(
        code=ran.returncode,
        out=ran.stdout.decode(encoding),
        err=ran.stderr.decode(encoding),
    )


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file below ``folder`` with its time of change and its bytes."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
