"""systemd itself says that the units are right, where there is a systemd."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from operations.kept_files import kept

UNITS: Final = ("khms-trader.service", "khms-watchdog.service", "khms-watchdog.timer")
ANALYZE: Final = shutil.which("systemd-analyze")
# Options that need namespaces, which some distributions keep from users.
NAMESPACED: Final = {"PrivateTmp", "PrivateDevices", "ProtectHome", "ProtectSystem"}

needs_systemd: Final = pytest.mark.skipif(
    ANALYZE is None, reason="systemd-analyze is not on this machine"
)


def parts(name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(kept(name).read_text(encoding="utf-8"))
    return parser


def analyzed(
    *arguments: str, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze in UTC; a user's units need a ``folder`` of the session."""
    assert ANALYZE is not None
    session = {} if folder is None else {"XDG_RUNTIME_DIR": str(folder)}
    return subprocess.run(
        [ANALYZE, *arguments],
        env={**os.environ, **session, "TZ": "UTC", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def verified(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """Let systemd read the units ``names`` of ``folder``, as those of a user."""
    units = [str(folder / name) for name in names]
    return analyzed("verify", "--user", "--man=no", *units, folder=folder)


def upcoming(expression: str, since: str, count: int) -> list[str]:
    """Return the next ``count`` moments of ``expression`` after ``since``, in Seoul."""
    ran = analyzed(
        "calendar", f"--base-time={since}", f"--iterations={count}", expression
    )
    assert ran.returncode == 0, ran.stderr
    told = re.findall(r"(?:Next elapse|Iter. #\d+): \w+ (\S+ \S+) (\w+)", ran.stdout)
    assert len(told) == count, ran.stdout
    assert {zone for _, zone in told} <= {"UTC"}
    return [moment for moment, _ in told]


@needs_systemd
def test_the_units_are_what_systemd_understands(tmp_path: Path) -> None:
    # verify wants the program and the folders to exist, so %h/khms becomes a place.
    python = tmp_path / "khms" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    for name in UNITS:
        text = kept(name).read_text(encoding="utf-8").replace("%h", str(tmp_path))
        (tmp_path / name).write_text(text, encoding="utf-8")

    ran = verified(tmp_path, *UNITS)

    assert (ran.returncode, ran.stderr.strip()) == (0, "")


@needs_systemd
def test_verify_would_say_what_is_wrong(tmp_path: Path) -> None:
    text = kept("khms-trader.service").read_text(encoding="utf-8")
    path = tmp_path / "khms-trader.service"
    path.write_text(
        text.replace("%h", str(tmp_path)).replace("Restart=on-failure", "Restart=maybe")
    )

    ran = verified(tmp_path, path.name)

    assert "khms-trader.service:20: Failed to parse service restart" in ran.stderr


@needs_systemd
def test_the_watchdog_looks_a_minute_after_what_it_watches() -> None:
    weekdays, _ = calendar_lines()

    # Thursday night to Friday in UTC, which is nine hours behind Seoul.
    moments = upcoming(weekdays, "2026-03-05 12:00:00 UTC", 160)

    assert moments[0] == "2026-03-05 23:02:00"  # Friday 08:02 in Seoul
    for seoul, utc in {
        "08:32": "2026-03-05 23:32:00",
        "09:07": "2026-03-06 00:07:00",
        "10:07": "2026-03-06 01:07:00",
        "20:32": "2026-03-06 11:32:00",
    }.items():
        assert utc in moments, seoul
    assert moments[moments.index("2026-03-06 11:57:00") + 1] == "2026-03-08 23:02:00"


@needs_systemd
def test_at_weekends_it_looks_once_a_day() -> None:
    _, weekend = calendar_lines()

    moments = upcoming(weekend, "2026-03-06 12:00:00 UTC", 3)

    assert moments == [
        "2026-03-07 03:02:00",
        "2026-03-08 03:02:00",
        "2026-03-14 03:02:00",
    ]


def calendar_lines() -> list[str]:
    text = kept("khms-watchdog.timer").read_text(encoding="utf-8")
    return re.findall(r"^OnCalendar=(.+)$", text, re.MULTILINE)


def test_every_time_is_a_time_in_seoul() -> None:
    lines = calendar_lines()

    assert len(lines) == 2
    assert all(line.endswith(" Asia/Seoul") for line in lines)


def test_the_scheduler_comes_back_but_not_from_what_would_not_change() -> None:
    service = parts("khms-trader.service")["Service"]

    assert service["Restart"] == "on-failure"
    # Usage, a refusal, and another scheduler at work.
    assert service["RestartPreventExitStatus"].split() == ["2", "3", "6"]
    assert service["TimeoutStopSec"] == "90"
    assert service["KillMode"] == "mixed"
    assert service["Environment"] == "KHMS_HOME=%h/khms"


@pytest.mark.parametrize("name", UNITS[:2])
def test_no_unit_asks_for_what_a_user_may_not_have(name: str) -> None:
    service = parts(name)["Service"]

    assert NAMESPACED.isdisjoint(service)
    assert service["NoNewPrivileges"] == "yes"
    assert service["UMask"] == "0077"


def test_the_units_start_with_the_users_session() -> None:
    assert parts("khms-trader.service")["Install"]["WantedBy"] == "default.target"
    assert parts("khms-watchdog.timer")["Install"]["WantedBy"] == "timers.target"
