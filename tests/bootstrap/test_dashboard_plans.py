"""Plans for the dashboard: in force, superseded, damaged."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from builders import SESSION, a_buy, a_plan
from khms_trader.bootstrap.dashboard_plans import StoredPlans
from khms_trader.config.home import Folders
from khms_trader.dashboard.sources import PlanFile
from khms_trader.domain.plan import Plan
from khms_trader.errors import PlanError
from khms_trader.planning.document import seal
from khms_trader.storage.plan_store import PlanFiles

FRIDAY = date(2026, 3, 6)


def kept(home: Path, *slots: int, session: date = SESSION) -> list[Plan]:
    files = PlanFiles(Folders(home).plans)
    plans = [
        seal(replace(a_plan(a_buy()), for_trading_day=session, slots_free=free))
        for free in slots
    ]
    for plan in plans:
        files.save(plan)
    return plans


def test_without_a_folder_there_are_no_plans(tmp_path: Path) -> None:
    assert StoredPlans(Folders(tmp_path)).files() == ()


def test_the_newest_session_comes_first_and_what_is_in_force_before_its_archive(
    tmp_path: Path,
) -> None:
    first, second, third = kept(tmp_path, 1, 2, 3)
    (friday,) = kept(tmp_path, 4, session=FRIDAY)
    shelf = StoredPlans(Folders(tmp_path))

    files = shelf.files()

    assert [(file.session, file.archived) for file in files] == [
        (FRIDAY, 0),
        (SESSION, 0),
        (SESSION, 2),
        (SESSION, 1),
    ]
    assert [shelf.read(file) for file in files] == [friday, third, second, first]


def test_files_that_are_no_plans_are_left_out(tmp_path: Path) -> None:
    folder = Folders(tmp_path).plans
    folder.mkdir()
    for name in ("next_open_plan_20261399.json", "next_open_plan_x.json", "notes.txt"):
        (folder / name).touch()

    assert StoredPlans(Folders(tmp_path)).files() == ()


def test_a_damaged_plan_is_listed_and_refused(tmp_path: Path) -> None:
    kept(tmp_path, 1)
    shelf = StoredPlans(Folders(tmp_path))
    (file,) = shelf.files()
    shelf.read(file)
    path = Folders(tmp_path).plans / file.name
    path.write_text(path.read_text().replace("086520", "086521"))

    with pytest.raises(PlanError) as told:
        shelf.read(file)

    assert told.value.code == "plan_altered"


def test_a_plan_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as told:
        StoredPlans(Folders(tmp_path)).read(PlanFile(session=SESSION, name="none.json"))

    assert told.value.code == "plan_unreadable"


def test_another_plan_changes_the_stamp(tmp_path: Path) -> None:
    kept(tmp_path, 1)
    shelf = StoredPlans(Folders(tmp_path))
    before = shelf.stamp()

    kept(tmp_path, 2)

    assert shelf.stamp() != before


def test_a_folder_that_cannot_be_read_is_not_said_to_be_empty(tmp_path: Path) -> None:
    Folders(tmp_path).plans.touch()

    with pytest.raises(PlanError) as told:
        StoredPlans(Folders(tmp_path)).files()

    assert told.value.code == "plans_unreadable"
    assert told.value.facts["path"] == str(tmp_path / "plans")


def test_an_archive_that_cannot_be_read_hides_no_plan_in_force(tmp_path: Path) -> None:
    kept(tmp_path, 1)
    Folders(tmp_path).plans_archive.touch()

    (file,) = StoredPlans(Folders(tmp_path)).files()

    assert (file.session, file.archived) == (SESSION, 0)


def test_a_folder_named_like_a_plan_is_listed_and_refused(tmp_path: Path) -> None:
    (Folders(tmp_path).plans / "next_open_plan_20260304.json").mkdir(parents=True)
    shelf = StoredPlans(Folders(tmp_path))
    (file,) = shelf.files()

    with pytest.raises(PlanError) as told:
        shelf.read(file)

    assert told.value.code == "plan_unreadable"
