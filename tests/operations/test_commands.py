"""What docs/operations starts is there, and takes what it is given."""

from pathlib import Path
from typing import Final

import pytest

from operations.kept_files import OPERATIONS, SCHEDULER, WATCHDOG, commands_in, kept
from processes import PROJECT, make_home, run_script

STARTED: Final = {
    "khms-trader.service": {SCHEDULER},
    "khms-watchdog.service": {WATCHDOG},
    "khms-trader.xml": {SCHEDULER},
    "khms-watchdog.xml": {WATCHDOG},
    "crontab.txt": {
        SCHEDULER,
        WATCHDOG,
        "scripts/prepare_next_open_plan.py",
        "scripts/execute_next_open_plan.py",
    },
}


def calls() -> list[tuple[str, tuple[str, ...]]]:
    """Return every call in the files, each once."""
    found = {
        (script, tuple(arguments))
        for name in (*STARTED, "README.md")
        for script, arguments in commands_in(kept(name).read_text(encoding="utf-8"))
    }
    return sorted(found)


@pytest.mark.parametrize(("name", "scripts"), list(STARTED.items()))
def test_each_file_starts_what_it_is_for(name: str, scripts: set[str]) -> None:
    text = kept(name).read_text(encoding="utf-8")

    assert {script for script, _ in commands_in(text)} == scripts


@pytest.mark.parametrize(("script", "arguments"), calls())
def test_every_command_is_one_the_script_understands(
    tmp_path: Path, script: str, arguments: tuple[str, ...]
) -> None:
    assert (PROJECT / script).is_file()
    name = script.removeprefix("scripts/")

    # An argument nobody knows is refused by name, after all the others were taken.
    ran = run_script(name, *arguments, "--none-such", home=make_home(tmp_path))

    assert ran.code == 2
    assert "--none-such" in ran.err
    assert not [word for word in arguments if word.startswith("-") and word in ran.err]


def test_the_watchdogs_commands_run_in_an_empty_home(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    calls_of_it = [arguments for script, arguments in calls() if script == WATCHDOG]
    assert len(calls_of_it) >= 3

    for arguments in calls_of_it:
        ran = run_script(
            "tools/watchdog.py", *arguments, "--at", "2026-03-04T09:07", home=home
        )
        assert (ran.code, ran.err) == (4, "")


def test_no_file_names_a_place_of_one_machine() -> None:
    for path in OPERATIONS.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "/home/" not in text, path
        assert "/root" not in text, path
        assert "C:\\Users" not in text, path


def test_the_page_links_and_names_every_file() -> None:
    page = kept("README.md").read_text(encoding="utf-8")

    names = {path.name for path in OPERATIONS.iterdir()} - {"README.md"}

    assert [name for name in names if name not in page] == []
    assert names == {*STARTED, "khms-watchdog.timer"}
