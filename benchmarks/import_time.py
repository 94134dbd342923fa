"""What 09:01 costs before it does anything: our imports over bare third-party ones.

    uv run python benchmarks/import_time.py

Nothing is listed by hand. A plan of the sample market is made and executed on paper in
a folder of its own: the modules of ours in memory when its orders have left are what
`execute` needs in time (the report and the screen come after them), and the third-party
modules that importing those brings in are the baseline. Each import is timed in a fresh
interpreter with compiled bytecode, in turns, in seconds of processor time (importing
waits for nothing), so that a busy machine disturbs neither.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

COMMAND: Final = "khms_trader.cli.execute"
REPORT: Final = "khms_trader.execution.report"
ROOT: Final = Path(__file__).resolve().parents[1]
PREPARE: Final = ("prepare_next_open_plan.py", "--at", "2026-03-03T15:40")
EXECUTE: Final = ("execute_next_open_plan.py", "--at", "2026-03-04T09:01")

LOADED_BY_RUNNING: Final = """
import contextlib, json, runpy, sys
sys.argv = sys.argv[1:]
try:
    with contextlib.redirect_stdout(sys.stderr):
        runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    if end.code:
        raise
print(json.dumps([*sys.modules]))
"""
LOADED_BY_IMPORTING: Final = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps([*sys.modules]))
"""
SECONDS_TO_IMPORT: Final = """
import importlib, sys, time
start = time.process_time()
for name in sys.argv[1:]:
    importlib.import_module(name)
print(time.process_time() - start)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTime:
    """Seconds of every run, in the order they were taken.

    Attributes:
        modules: ours, as `execute` loads them.
        packages: third-party modules that they bring in.
    """

    modules: tuple[str, ...]
    packages: tuple[str, ...]
    ours: tuple[float, ...]
    bare: tuple[float, ...]

    @property
    def least_difference(self) -> float:
        """Seconds that our imports add, from the least disturbed run of either."""
        return min(self.ours) - min(self.bare)


def run_python(program: str, *arguments: str, home: Path = ROOT) -> str:
    """Return what ``program`` prints in a fresh interpreter that may write bytecode."""
    environment = {**os.environ, "KHMS_HOME": str(home), "PYTHONIOENCODING": "utf-8"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment,
        cwd=home,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    if run.returncode:
        message = f"{arguments} ended {run.returncode}\n{run.stdout}{run.stderr}"
        raise RuntimeError(message)
    return run.stdout


def loaded_by_running(script: Sequence[str], home: Path) -> list[str]:
    """Return the modules in memory after ``script`` (name and arguments) has run."""
    path = str(ROOT / "scripts" / script[0])
    return list(json.loads(run_python(LOADED_BY_RUNNING, path, *script[1:], home=home)))


def loaded_by_execute() -> list[str]:
    """Return the modules in memory after a sample plan was executed on paper."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "settings.yaml", folder)
        loaded_by_running(PREPARE, Path(folder))
        return loaded_by_running(EXECUTE, Path(folder))


def before_the_report(loaded: Sequence[str]) -> list[str]:
    """Return what was loaded before the report: by then every order has left.

    Modules stand in the order in which they were ready.
    """
    command = set(json.loads(run_python(LOADED_BY_IMPORTING, COMMAND)))
    both = set(json.loads(run_python(LOADED_BY_IMPORTING, COMMAND, REPORT)))
    late = both - command
    ends = min((at for at, name in enumerate(loaded) if name in late), default=None)
    return list(loaded[:ends])


def third_party_brought_in(modules: Sequence[str]) -> tuple[str, ...]:
    """Return the third-party modules that importing ``modules`` loads, in order.

    Submodules too: pydantic and rich load most of themselves only when used, and
    whoever uses them at all pays for that.
    """
    started = set(json.loads(run_python(LOADED_BY_IMPORTING)))
    loaded = json.loads(run_python(LOADED_BY_IMPORTING, *modules))
    installed = packages_distributions().keys() - {"khms_trader"}
    return tuple(
        name
        for name in loaded
        if name not in started and name.partition(".")[0] in installed
    )


def measure(loaded: Sequence[str], *, runs: int) -> ImportTime:
    """Time both imports ``runs`` times, in turns, after one run that compiles.

    Args:
        loaded: from ``loaded_by_execute``.
        runs: at least 1.
    """
    early = before_the_report(loaded)
    modules = tuple(n for n in early if n.partition(".")[0] == "khms_trader")
    packages = third_party_brought_in(modules)
    pairs = [
        [float(run_python(SECONDS_TO_IMPORT, *names)) for names in (modules, packages)]
        for _ in range(runs)
    ]
    ours, bare = zip(*pairs, strict=True)
    return ImportTime(modules=modules, packages=packages, ours=ours, bare=bare)


def main() -> None:
    """Print the figures."""
    time = measure(loaded_by_execute(), runs=15)
    ours, bare = statistics.median(time.ours), statistics.median(time.bare)
    print(f"ours         {ours:.3f} s   {len(time.modules)} modules of khms_trader")
    names = dict.fromkeys(name.partition(".")[0] for name in time.packages)
    print(f"third-party  {bare:.3f} s   {', '.join(names)}")
    print(f"we add       {ours - bare:.3f} s   x {ours / bare:.2f}   (limit 0.1 s)")
    print(
        f"             {time.least_difference:.3f} s between the least disturbed runs"
    )


if __name__ == "__main__":
    main()
