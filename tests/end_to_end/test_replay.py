"""Replays as a user starts them: twice, killed and run again, on both kinds of bars.

The full measure (20 kills over two years of real sessions) takes minutes and is
described in docs/replay.md; here it is drawn on shorter spans, and on 426 sessions with
``-m long``.
"""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from processes import PROJECT, make_home, run_script

REPLAY = "tools/replay.py"
REALDATA = PROJECT.parent / "shared" / "realdata"
ADJUSTED = REALDATA / "kosdaq_adjusted_202312_202607.parquet"
DEADLINE = 120
STORE = "data:\n  source: store\n"
SAMPLE_SPAN = ("--from", "2025-12-01", "--to", "2026-02-27", "--universe-limit", "20")
SHORT_SPAN = ("--from", "2025-06-02", "--to", "2025-09-30", "--universe-limit", "60")
LONG_SPAN = ("--from", "2024-06-03", "--to", "2026-03-06", "--universe-limit", "200")
needs_real_data = pytest.mark.skipif(
    not REALDATA.is_dir(), reason="no ../shared/realdata here"
)


def started(home: Path, arguments: Sequence[str]) -> "subprocess.Popen[str]":
    variables = {k: v for k, v in os.environ.items() if not k.startswith("KHMS_")}
    variables |= {"KHMS_HOME": str(home), "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        [sys.executable, str(PROJECT / "scripts" / REPLAY), *arguments],
        cwd=home,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def finished(process: "subprocess.Popen[str]") -> str:
    out, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, err) == (0, "")
    return out


def killed(home: Path, arguments: Sequence[str], after: float) -> bool:
    """Kill a run ``after`` seconds; False when it ended before."""
    process = started(home, arguments)
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    return False


def story(home: Path) -> dict[str, bytes | str]:
    """Return every file of the replay, databases as the SQL that makes them."""
    (folder,) = (home / "data" / "state" / "replay").iterdir()
    return {
        path.relative_to(folder).as_posix(): content(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".holder"  # it names the process
    }


def content(path: Path) -> bytes | str:
    if path.suffix != ".sqlite3":
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


def assert_killed_and_run_again_it_ends_the_same(
    home: Path, arguments: Sequence[str], *, kills: int, longest: float
) -> None:
    disturbed = home.with_name("disturbed")
    shutil.copytree(home, disturbed)
    undisturbed_out = finished(started(home, arguments))
    moments = random.Random(20260304)  # noqa: S311 - the same moments every time

    deaths = [
        killed(disturbed, arguments, moments.uniform(0.2, longest))
        for _ in range(kills)
    ]
    out = finished(started(disturbed, arguments))

    # A machine much faster than ours may get to the end before the last ones.
    assert sum(deaths) >= kills - 1
    assert figures(out) == figures(undisturbed_out)
    assert story(disturbed) == story(home)


def figures(out: str) -> list[str]:
    """Return the lines that do not tell how long or where."""
    changing = ("자료", "파일:")
    lines = [line.strip() for line in out.splitlines() if "--restart" not in line]
    return [line for line in lines if not line.startswith(changing)]


def test_killed_at_random_moments_a_generated_replay_ends_the_same(
    tmp_path: Path,
) -> None:
    assert_killed_and_run_again_it_ends_the_same(
        make_home(tmp_path / "home"), SAMPLE_SPAN, kills=3, longest=1.5
    )


def test_operating_folders_stay_as_they_are(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    span = ("--from", "2026-03-03", "--to", "2026-03-05", "--universe-limit", "20")

    ran = run_script(REPLAY, *span, home=home)

    assert (ran.code, ran.err) == (0, "")
    places = {path.relative_to(home).as_posix() for path in home.glob("*/*")}
    assert places == {"data/state", "logs/khms_trader.log"}
    assert {path.name for path in (home / "data" / "state").iterdir()} == {"replay"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--from", "2026-03-04"), 2, "--to"),
        (("--from", "2026-02-30", "--to", "2026-03-04"), 2, "2024-01-02 꼴"),
        (("--from", "2026-03-05", "--to", "2026-03-04"), 2, "거래일이 없습니다"),
        (("--from", "2026-03-07", "--to", "2026-03-08"), 2, "거래일이 없습니다"),
        (("--from", "2023-12-01", "--to", "2023-12-08"), 4, "2024-01-02에 시작"),
        (("--from", "0001-01-01", "--to", "0001-01-31"), 4, "2024-01-02에 시작"),
    ],
)
def test_bad_input_ends_in_one_sentence(
    tmp_path: Path, arguments: Sequence[str], code: int, words: str
) -> None:
    ran = run_script(REPLAY, *arguments, home=make_home(tmp_path / "home"))

    assert (ran.code, len(ran.err.splitlines())) == (code, 1), ran.err
    assert words in ran.err


def test_a_damaged_progress_file_is_mended_by_beginning_anew(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    span = ("--from", "2026-03-03", "--to", "2026-03-04", "--universe-limit", "20")
    run_script(REPLAY, *span, home=home)
    (progress,) = home.glob("data/state/replay/*/progress.json")
    progress.write_text("{", encoding="utf-8")

    refused = run_script(REPLAY, *span, home=home)
    anew = run_script(REPLAY, *span, "--restart", home=home)

    assert (refused.code, anew.code) == (4, 0)
    assert "--restart" in refused.err


def a_real_home(folder: Path) -> Path:
    home = make_home(folder, STORE)
    ran = run_script("tools/import_bars.py", str(ADJUSTED), home=home)
    assert ran.code == 0, ran.err
    return home


@pytest.mark.realdata
@needs_real_data
@pytest.mark.long
def test_killed_at_random_moments_a_real_replay_ends_the_same(tmp_path: Path) -> None:
    assert_killed_and_run_again_it_ends_the_same(
        a_real_home(tmp_path / "home"), SHORT_SPAN, kills=3, longest=2.5
    )


@pytest.mark.long
@pytest.mark.realdata
@needs_real_data
def test_over_four_hundred_real_sessions_two_runs_tell_one_story(
    tmp_path: Path,
) -> None:
    one = a_real_home(tmp_path / "one")
    two = one.with_name("two")
    shutil.copytree(one, two)

    runs = [started(home, LONG_SPAN) for home in (one, two)]
    first, second = (finished(run) for run in runs)

    assert "대조: 426거래일 모두" in first
    assert "끝나지 않은 줄: 0건" in first
    assert figures(first) == figures(second)
    assert story(one) == story(two)
