"""Every line of the crontab is one cron understands, at the moments it is for."""

import re
from typing import Final

import pytest

from operations.kept_files import SCHEDULER, WATCHDOG, commands_in, kept

_FIELD: Final = r"(?:\*|\d+(?:-\d+)?)(?:/\d+)?(?:,(?:\*|\d+(?:-\d+)?)(?:/\d+)?)*"
LINE: Final = re.compile(rf"#?((?:{_FIELD} ){{5}})(cd khms && \.venv/bin/python .+)")
SETTING: Final = re.compile(r"[A-Z_]+=\S+")
BOUNDS: Final = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
MONDAY, SATURDAY = 1, 6


def text_lines() -> list[str]:
    return kept("crontab.txt").read_text(encoding="utf-8").splitlines()


def jobs(*, is_active: bool) -> list[tuple[list[str], str]]:
    found = []
    for line in text_lines():
        match = LINE.fullmatch(line)
        if match is not None and line.startswith("#") is not is_active:
            found.append((match[1].split(), match[2]))
    return found


def values(field: str, bounds: tuple[int, int]) -> set[int]:
    """Return what ``field`` of a crontab names within ``bounds``."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = (span if span != "*" else "{}-{}".format(*bounds)).partition(
            "-"
        )
        chosen = range(int(first), int(last or first) + 1, int(step or 1))
        assert bounds[0] <= chosen[0]
        assert chosen[-1] <= bounds[1]
        found |= set(chosen)
    return found


def runs_at(fields: list[str], clock: str, weekday: int) -> bool:
    """Return whether cron starts the job at ``clock`` on ``weekday`` (0 is Sunday)."""
    hour, minute = map(int, clock.split(":"))
    minutes, hours, _, _, weekdays = map(values, fields, BOUNDS)
    return minute in minutes and hour in hours and weekday in weekdays


def started(clock: str, weekday: int, *, is_active: bool) -> list[str]:
    return [
        commands_in(command)[0][0].removeprefix("scripts/")
        for fields, command in jobs(is_active=is_active)
        if runs_at(fields, clock, weekday)
    ]


def test_every_line_is_a_comment_a_setting_or_a_job() -> None:
    odd = [
        line
        for line in text_lines()
        if line
        and not line.startswith("# ")
        and not SETTING.fullmatch(line)
        and not LINE.fullmatch(line)
    ]

    assert odd == []
    assert len(jobs(is_active=True)) == 3
    assert len(jobs(is_active=False)) == 5


def test_no_command_holds_what_cron_takes_for_a_line_break() -> None:
    commands = [command for active in (True, False) for _, command in jobs_of(active)]

    assert [command for command in commands if "%" in command] == []


def jobs_of(active: bool) -> list[tuple[list[str], str]]:  # noqa: FBT001 - as above
    return jobs(is_active=active)


def test_with_the_scheduler_it_is_started_again_every_ten_minutes() -> None:
    scheduler, watchdog = (
        script.removeprefix("scripts/") for script in (SCHEDULER, WATCHDOG)
    )

    assert started("03:10", SATURDAY, is_active=True) == [scheduler]
    assert started("03:11", SATURDAY, is_active=True) == []
    assert started("09:07", MONDAY, is_active=True) == [watchdog]
    assert started("20:32", MONDAY, is_active=True) == [watchdog]
    assert started("21:02", MONDAY, is_active=True) == []
    assert started("12:02", SATURDAY, is_active=True) == [watchdog]
    assert started("09:07", SATURDAY, is_active=True) == []


@pytest.mark.parametrize(
    ("clock", "script"),
    [
        ("15:40", "prepare_next_open_plan.py"),
        ("20:10", "prepare_next_open_plan.py"),
        ("09:01", "execute_next_open_plan.py"),
        ("10:01", "execute_next_open_plan.py"),
        ("09:07", "tools/watchdog.py"),
    ],
)
def test_without_it_the_two_commands_come_in_their_time(
    clock: str, script: str
) -> None:
    assert started(clock, MONDAY, is_active=False) == [script]
    assert started(clock, SATURDAY, is_active=False) == []


def test_the_watchdog_knows_the_times_of_the_commands() -> None:
    (arguments,) = (
        arguments
        for _, command in jobs(is_active=False)
        for script, arguments in commands_in(command)
        if script == WATCHDOG
    )

    assert arguments == ["--quiet", "--times", "15:40", "20:10", "09:01"]
