"""A paper account and a journal of which one was lost are never used together."""

import shutil
from pathlib import Path

import pytest

from processes import make_home, run_script

HOURS = {"prepare": "2026-03-03T15:40", "execute": "2026-03-04T09:01"}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose paper account bought something."""
    home = make_home(tmp_path_factory.mktemp("lived") / "home")
    for job, at in HOURS.items():
        ran = run_script(f"{job}_next_open_plan.py", "--at", at, home=home)
        assert ran.code == 0, ran.err
    return home


@pytest.mark.parametrize("lost", ["journal.sqlite3", "paper.sqlite3"])
def test_one_of_the_two_lost_stops_every_job(
    lived: Path, tmp_path: Path, lost: str
) -> None:
    home = Path(shutil.copytree(lived, tmp_path / "home"))
    for path in (home / "data/state/paper").glob(f"{lost}*"):
        path.unlink()

    again = run_script(
        "execute_next_open_plan.py", "--at", "2026-03-04T09:05", home=home
    )
    evening = run_script(
        "prepare_next_open_plan.py", "--at", "2026-03-04T15:40", home=home
    )

    for ran in (again, evening):
        assert ran.code == 4, ran.out
        assert "서로 맞지 않습니다" in ran.err
