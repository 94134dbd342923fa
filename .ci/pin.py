"""Pin every runtime and development dependency: ``uv run python .ci/pin.py``.

Resolves pyproject.toml for every platform and Python it supports, to the newest
versions, and writes the list to ``constraints.txt`` (pip, conda) and to
``[tool.uv] constraint-dependencies`` (uv). It changes nothing else, and no registry
address reaches either file: where packages come from is the machine's business.
"""

import re
import subprocess
import tempfile
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
ARRAY: Final = re.compile(
    r"^constraint-dependencies = \[\n.*?^\]\n", re.MULTILINE | re.DOTALL
)
HEADER: Final = "# Written by `uv run python .ci/pin.py`; do not edit.\n"


def with_pins(pyproject: str, pins: list[str]) -> str:
    """Return the text of a pyproject.toml with its constraints replaced by ``pins``."""
    rows = "".join(f'  "{pin}",\n' for pin in pins)
    array = f"constraint-dependencies = [\n{rows}]\n"
    text, count = ARRAY.subn(lambda _: array, pyproject)
    if count != 1:
        message = "pyproject.toml needs one [tool.uv] constraint-dependencies array"
        raise SystemExit(message)
    return text


def resolve(pyproject: str) -> list[str]:
    """Return the newest pins that satisfy ``pyproject``, one requirement each."""
    metadata = tomllib.loads(pyproject)
    oldest_python = metadata["project"]["requires-python"].removeprefix(">=")
    groups = [f"--group={name}" for name in metadata["dependency-groups"]]
    with tempfile.TemporaryDirectory() as folder:
        # A copy without constraints: the last pins must not hold back the next.
        copy = Path(folder, "pyproject.toml")
        copy.write_text(with_pins(pyproject, []), encoding="utf-8")
        command = ["uv", "pip", "compile", "--universal", "--quiet", copy.name]
        command += ["--no-annotate", "--no-header", f"--python-version={oldest_python}"]
        listing = subprocess.run(
            [*command, *groups], cwd=folder, check=True, text=True, capture_output=True
        ).stdout
    return [line for line in listing.splitlines() if "==" in line]


def main() -> None:
    """Write both lists."""
    path = ROOT / "pyproject.toml"
    pyproject = path.read_text(encoding="utf-8")
    pins = resolve(pyproject)
    path.write_text(with_pins(pyproject, pins), encoding="utf-8", newline="\n")
    constraints = HEADER + "".join(f"{pin}\n" for pin in pins)
    (ROOT / "constraints.txt").write_text(constraints, encoding="utf-8", newline="\n")
    print(f"{len(pins)} pins written to constraints.txt and pyproject.toml")


if __name__ == "__main__":
    main()
