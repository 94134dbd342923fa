"""A new home is made from the shipped texts, and nothing that is there is touched."""

import os
import stat
from pathlib import Path

import pytest

from khms_trader.bootstrap.init import make
from khms_trader.config.init import (
    home_to_make,
    new_home,
    practice_settings,
    shipped_folder,
)
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.errors import ConfigError
from processes import PROJECT, SHIPPED_SETTINGS

FOLDERS = ("plans", "logs", "data/universe", "data/bars", "data/state", "reports")


def test_an_empty_folder_becomes_a_home(tmp_path: Path) -> None:
    home = tmp_path / "new"

    make(new_home(home, PROJECT, is_practice=False))

    assert (home / "settings.yaml").read_text("utf-8") == SHIPPED_SETTINGS.read_text(
        "utf-8"
    )
    assert load_settings(home).broker.provider == "paper"
    secrets = load_secrets(home)
    assert secrets is not None
    assert secrets.values() == ()
    assert [name for name in FOLDERS if not (home / name).is_dir()] == []


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
@pytest.mark.parametrize("is_practice", [True, False])
def test_secrets_are_for_their_owner_only(tmp_path: Path, *, is_practice: bool) -> None:
    make(new_home(tmp_path, PROJECT, is_practice=is_practice))

    mode = (tmp_path / "secrets.yaml").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data/state").stat().st_mode) == 0o700


def test_a_practice_home_names_the_practice_server(tmp_path: Path) -> None:
    make(new_home(tmp_path, PROJECT, is_practice=True))

    broker = load_settings(tmp_path).broker
    secrets = load_secrets(tmp_path)
    assert (broker.provider, broker.env) == ("korea_invest", "virtual")
    assert secrets is not None
    assert secrets.warnings == ()
    keys = secrets.korea_invest.virtual
    assert keys is not None
    assert keys.base_url == "http://127.0.0.1:29443"
    assert secrets.korea_invest.real is None


def test_nothing_that_is_there_is_touched(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("live: {max_positions: 3}", "utf-8")
    (tmp_path / "secrets.yaml").write_text("telegram: {enabled: false}", "utf-8")

    made = make(new_home(tmp_path, PROJECT, is_practice=False))

    assert (tmp_path / "settings.yaml").read_text() == "live: {max_positions: 3}"
    assert (tmp_path / "secrets.yaml").read_text() == "telegram: {enabled: false}"
    assert {path.name for path in made.kept} == {"settings.yaml", "secrets.yaml"}
    again = make(new_home(tmp_path, PROJECT, is_practice=False))
    assert again.made == ()


@pytest.mark.parametrize("name", ["secrets.yaml", "secret.yaml", "secrets.yml"])
def test_practice_keys_never_take_the_place_of_others(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("telegram: {enabled: false}", "utf-8")

    with pytest.raises(ConfigError) as caught:
        new_home(tmp_path, PROJECT, is_practice=True)

    assert caught.value.code == "init_secrets_exist"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_dangling_link_is_somebody_s_file(tmp_path: Path) -> None:
    (tmp_path / "secrets.yaml").symlink_to(tmp_path / "gone.yaml")

    plan = new_home(tmp_path, PROJECT, is_practice=False)

    assert plan.kept == (tmp_path / "secrets.yaml",)


def test_a_folder_with_other_things_is_not_made_a_home(tmp_path: Path) -> None:
    (tmp_path / "사진.jpg").touch()

    with pytest.raises(ConfigError) as caught:
        new_home(tmp_path, PROJECT, is_practice=False)

    assert caught.value.code == "settings_missing"


def test_a_misspelt_settings_file_is_named_and_not_doubled(tmp_path: Path) -> None:
    (tmp_path / "setting.yaml").touch()

    with pytest.raises(ConfigError) as caught:
        new_home(tmp_path, PROJECT, is_practice=False)

    assert caught.value.code == "settings_misspelt"


def test_a_folder_that_only_holds_a_log_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / ".DS_Store").touch()

    plan = new_home(tmp_path, PROJECT, is_practice=False)

    assert [file.path.name for file in plan.files] == ["settings.yaml", "secrets.yaml"]


def test_a_home_that_is_named_need_not_be_there_yet(tmp_path: Path) -> None:
    environ = {"KHMS_HOME": "new"}

    home = home_to_make(PROJECT / "scripts/x.py", environ, tmp_path)

    assert home == tmp_path / "new"


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError) as caught:
        home_to_make(Path("x.py"), {"KHMS_HOME": "file"}, tmp_path)

    assert caught.value.code == "home_invalid"


def test_without_a_name_the_project_s_own_folder_is_meant(tmp_path: Path) -> None:
    script = PROJECT / "scripts/tools/doctor.py"

    assert home_to_make(script, {}, tmp_path) == PROJECT


def test_the_shipped_texts_are_found_from_the_script_or_the_package(
    tmp_path: Path,
) -> None:
    package = PROJECT / "src/khms_trader"
    script = PROJECT / "scripts/tools/doctor.py"

    assert shipped_folder(script, tmp_path / "a/b") == PROJECT
    assert shipped_folder(tmp_path / "doctor.py", package) == PROJECT
    with pytest.raises(ConfigError) as caught:
        shipped_folder(tmp_path / "doctor.py", tmp_path / "a/b")
    assert caught.value.code == "init_texts_missing"


def test_only_the_account_differs_in_the_practice_settings() -> None:
    shipped = SHIPPED_SETTINGS.read_text("utf-8")

    lines = zip(
        shipped.splitlines(), practice_settings(shipped).splitlines(), strict=True
    )

    changed = [(old, new) for old, new in lines if old != new]
    (old, new), *others = changed
    assert others == []
    assert old.startswith("  provider: paper          # paper(")
    assert new.startswith("  provider: korea_invest   # paper(")


def test_settings_that_were_changed_to_real_are_practised_with_virtual() -> None:
    text = "broker:\n  provider: korea_invest\n  env: real\n"

    assert practice_settings(text) == (
        "broker:\n  provider: korea_invest\n  env: virtual\n"
    )
