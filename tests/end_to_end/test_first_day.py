"""The README's first day, typed exactly as it is written there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest

from processes import PROJECT

CHAPTER: Final = re.compile(r"^## \d+\. 첫 하루.*?(?=^## )", re.MULTILINE | re.DOTALL)
BLOCK: Final = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
PORT: Final = "29443"  # written into the practice secrets, so the default it is
DEADLINE_SECONDS: Final = 180
Said = dict[str, str]


def commands() -> Sequence[str]:
    chapter = CHAPTER.search((PROJECT / "README.md").read_text(encoding="utf-8"))
    assert chapter is not None
    lines = "\n".join(BLOCK.findall(chapter.group())).splitlines()
    return [line for line in lines if line]


class Terminal:
    """A shell of a person at ``home``: what is exported stays exported."""

    def __init__(self, home: Path) -> None:
        folder = Path(sys.executable).parent
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("KHMS_")}
        self.variables = {
            **inherited,
            "HOME": str(home),
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONIOENCODING": "utf-8",
        }
        self.exports: list[str] = []

    def start(self, line: str) -> subprocess.Popen[str]:
        script = "\n".join([*self.exports, f"exec {line}"])
        return subprocess.Popen(
            ["bash", "-c", script],  # noqa: S607 - a person's shell
            cwd=PROJECT,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def run(self, line: str) -> str:
        process = self.start(line)
        said, _ = process.communicate(timeout=DEADLINE_SECONDS)
        assert process.returncode == 0, f"{line}\n{said}"
        return said


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Said]]:
    home = tmp_path_factory.mktemp("person")
    terminal = Terminal(home)
    said: Said = {}
    with ExitStack() as windows:
        for line in commands():
            if line.startswith("export "):
                terminal.exports.append(line)
            elif "run_kis_simulator" in line:
                windows.enter_context(another_window(terminal, line))
            else:
                script = next(word for word in line.split() if word.endswith(".py"))
                said[f"{Path(script).stem} {len(said)}"] = terminal.run(line)
        yield home / "khms_practice", said


@contextmanager
def another_window(terminal: Terminal, line: str) -> Iterator[None]:
    """Run the server of ``line`` for the time of a ``with`` block."""
    with terminal.start(line) as server:
        try:
            assert server.stdout is not None
            first = server.stdout.readline()
            assert f"http://127.0.0.1:{PORT}" in first, first
            yield
        finally:
            server.terminate()
            server.communicate(timeout=20)


def test_every_command_of_the_chapter_ends_well(day: tuple[Path, Said]) -> None:
    _, said = day

    assert [name.split()[0] for name in said] == [
        "doctor",
        "prepare_next_open_plan",
        "execute_next_open_plan",
        "execute_next_open_plan",
        "run_virtual_live",
        "sell_out_legacy",
        "sell_out_legacy",
    ]
    assert not [name for name, text in said.items() if "Traceback" in text]


def test_the_plan_is_executed_and_the_legacy_holding_sold(
    day: tuple[Path, Said],
) -> None:
    _, said = day

    assert "724440" in said["prepare_next_open_plan 1"]
    assert "700370" in said["execute_next_open_plan 2"]
    assert said["execute_next_open_plan 3"].count("| 체결 |") == 4
    assert "legacy | 예제전자 700370 | 10" in said["run_virtual_live 4"]
    assert "체결 | 10/10" in said["sell_out_legacy 6"]


def test_nothing_secret_is_left_anywhere(day: tuple[Path, Said]) -> None:
    home, said = day
    written = (home / "secrets.yaml").read_text(encoding="utf-8")
    secrets = re.findall(r'(?:app_key|app_secret|account_no): "(.+)"', written)
    token = re.search(
        r'"(eyJ[^"]+|[A-Za-z0-9._-]{60,})"',
        next((home / "data/state/kis").glob("*/token.json")).read_text(),
    )
    assert len(secrets) == 3
    assert token is not None
    for secret in (*secrets, token.group(1)):
        assert not [name for name, text in said.items() if secret in text]
        for path in home.rglob("*"):
            if path.is_file() and path.name not in {"secrets.yaml", "token.json"}:
                assert secret.encode() not in path.read_bytes(), path


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_state_folders_and_the_token_are_private(day: tuple[Path, Said]) -> None:
    home, _ = day
    state = home / "data" / "state"
    private = [state, *state.glob("kis/*"), *state.glob("practice-*")]
    files = [*state.glob("kis/*/token.json"), state / "salt", home / "secrets.yaml"]

    assert len(private) == 3
    assert {path.stat().st_mode & 0o777 for path in private} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
