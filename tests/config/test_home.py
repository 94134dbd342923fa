"""The home is found the same way wherever a script is started from."""

from pathlib import Path

import pytest

from khms_trader.config.home import Folders, find_home
from khms_trader.errors import ConfigError


def folder(path: Path, *, name: str = "settings.yaml") -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / name).write_text("", encoding="utf-8")
    return path


def script(home: Path, place: str) -> Path:
    path = home / "scripts" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_the_variable_wins_over_everything(tmp_path: Path) -> None:
    own, project = folder(tmp_path / "own"), folder(tmp_path / "project")

    found = find_home(script(project, "x.py"), {"KHMS_HOME": str(own)}, project)

    assert found == own


def test_the_variable_may_be_relative_and_name_a_folder_without_settings(
    tmp_path: Path,
) -> None:
    (tmp_path / "내 폴더").mkdir()

    found = find_home(None, {"KHMS_HOME": "내 폴더"}, tmp_path)

    assert found == tmp_path / "내 폴더"


def test_an_empty_variable_counts_as_none(tmp_path: Path) -> None:
    home = folder(tmp_path / "home")

    assert find_home(None, {"KHMS_HOME": " "}, home) == home


def test_the_nearest_folder_above_is_taken(tmp_path: Path) -> None:
    folder(tmp_path)
    nearest = folder(tmp_path / "a")
    (nearest / "b" / "c").mkdir(parents=True)

    assert find_home(None, {}, nearest / "b" / "c") == nearest


@pytest.mark.parametrize("place", ["x.py", "tools/x.py"])
def test_else_the_scripts_own_project_is_taken(tmp_path: Path, place: str) -> None:
    project = folder(tmp_path / "프로젝트 폴더")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    assert find_home(script(project, place), {}, elsewhere) == project


def test_a_script_elsewhere_or_without_settings_shows_no_home(tmp_path: Path) -> None:
    (tmp_path / "cwd").mkdir()

    with pytest.raises(ConfigError) as caught:
        find_home(script(tmp_path / "project", "x.py"), {}, tmp_path / "cwd")

    assert caught.value.code == "home_not_found"


def test_a_misspelt_file_on_the_way_is_pointed_out(tmp_path: Path) -> None:
    home = folder(tmp_path / "home", name="setting.yaml")
    (home / "sub").mkdir()

    with pytest.raises(ConfigError) as caught:
        find_home(None, {}, home / "sub")

    assert caught.value.code == "home_misspelt"
    assert caught.value.facts["found"] == str(home / "setting.yaml")


def test_a_variable_that_names_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        find_home(None, {"KHMS_HOME": str(tmp_path / "gone")}, tmp_path)

    assert caught.value.code == "home_invalid"
    assert caught.value.facts["path"] == str(tmp_path / "gone")


@pytest.mark.parametrize("name", ["h" * 300, "circle", "circle/home"])
def test_a_folder_nobody_can_look_into_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")

    with pytest.raises(ConfigError) as caught:
        find_home(None, {"KHMS_HOME": str(tmp_path / name)}, tmp_path)

    assert caught.value.code == "home_unreadable"
    assert caught.value.facts["path"] == str(tmp_path / name)


@pytest.mark.parametrize("name", ["~nobody-of-this-name/khms", "a-file"])
def test_the_home_of_nobody_or_a_file_is_no_home(tmp_path: Path, name: str) -> None:
    (tmp_path / "a-file").touch()

    with pytest.raises(ConfigError) as caught:
        find_home(None, {"KHMS_HOME": name}, tmp_path)

    assert caught.value.code == "home_invalid"


def test_the_folders_of_a_home_are_where_the_manual_says() -> None:
    folders = Folders(Path("h"))

    assert folders.plans == Path("h/plans")
    assert folders.plans_archive == Path("h/plans/archive")
    assert folders.universe == Path("h/data/universe")
    assert folders.bars == Path("h/data/bars")
    assert folders.state("paper") == Path("h/data/state/paper")
    assert folders.dry_run("paper") == Path("h/data/state/dry-run/paper")
    assert folders.halt_file == Path("h/data/state/HALT")
    assert folders.logs == Path("h/logs")
    assert folders.reports == Path("h/reports")
