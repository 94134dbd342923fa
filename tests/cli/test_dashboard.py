"""The dashboard's program: how it is started, and what it says when it cannot."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from khms_trader.cli.dashboard import HomeDoor, main
from khms_trader.cli.logs import stop_logging
from khms_trader.errors import ConfigError, KhmsTraderError
from processes import PROJECT, make_home, run_script

SCRIPT = PROJECT / "scripts/run_dashboard.py"
APP_KEY = "VerySecretKeyOfSomebody0000000000000"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = make_home(tmp_path / "home")
    monkeypatch.setenv("KHMS_HOME", str(home))
    monkeypatch.setattr(sys, "argv", [str(SCRIPT)])  # as Streamlit leaves it
    return home


@pytest.fixture(autouse=True)
def _no_log_left() -> Iterator[None]:
    yield
    stop_logging()


def the_page() -> AppTest:
    return AppTest.from_file(str(SCRIPT), default_timeout=30).run()


def test_started_without_streamlit_it_says_how(tmp_path: Path) -> None:
    ran = run_script("run_dashboard.py", home=make_home(tmp_path / "home"))

    assert ran.code == 2
    assert "streamlit run scripts/run_dashboard.py" in ran.err
    assert "Traceback" not in ran.err


def test_a_new_home_is_shown_at_once(home: Path) -> None:
    page = the_page()

    assert not page.exception
    assert page.title[0].value == "지금"
    assert page.expander[0].label.startswith("한국투자증권 모의투자 키가 없어")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("live: {max_positions: zero}", "settings.yaml"),
        ("broker: [", "settings.yaml"),
        ("lvie: {}", "lvie"),
    ],
)
def test_wrong_settings_are_told_in_korean(
    home: Path, settings: str, words: str
) -> None:
    (home / "settings.yaml").write_text(settings)

    page = the_page()

    assert not page.exception
    assert words in page.error[0].value
    assert "Traceback" not in page.error[0].value


def test_mended_settings_are_taken_without_a_restart(home: Path) -> None:
    (home / "settings.yaml").write_text("lvie: {}")
    page = the_page()
    assert page.error

    (home / "settings.yaml").write_text("live: {max_positions: 3}")
    page.run()

    assert not page.error
    body = "".join(element.proto.body for element in page.get("html"))
    assert "전략 0/3종목" in body


def test_a_secret_of_the_home_is_masked_in_every_sentence(home: Path) -> None:
    keys = (
        f'app_key: "{APP_KEY}"\n    app_secret: "{APP_KEY}"\n    account_no: "50123456"'
    )
    (home / "secrets.yaml").write_text(f"korea_invest:\n  virtual:\n    {keys}\n")
    (home / "secrets.yaml").chmod(0o600)
    door = HomeDoor(SCRIPT)
    room = door.enter()

    sentence = room.say(ConfigError("home_invalid", path=APP_KEY, variable="50123456"))

    assert APP_KEY not in sentence
    assert "50123456" not in sentence
    assert APP_KEY not in door.words(ConfigError("home_invalid", path=APP_KEY))[0]


def test_an_error_of_which_only_the_code_was_kept_has_no_gaps(home: Path) -> None:
    assert home.is_dir()
    room = HomeDoor(SCRIPT).enter()

    assert room.say(KhmsTraderError("kis_unreachable")) == (
        "인터넷 연결을 확인하세요. 주말에는 서버가 점검 중일 수 있습니다. "
        "자세한 내용은 로그에 있습니다(kis_unreachable)."
    )


def test_the_door_notices_changed_settings(home: Path) -> None:
    door = HomeDoor(SCRIPT)
    before = door.stamp()

    (home / "settings.yaml").write_text("live: {}")

    assert door.stamp() != before


def test_without_a_home_the_door_stays_shut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHMS_HOME", str(tmp_path / "nowhere"))
    door = HomeDoor(SCRIPT)

    assert door.stamp() is None
    with pytest.raises(ConfigError):
        door.enter()


@pytest.mark.parametrize("name", ["h" * 300, "circle"])
def test_a_home_nobody_can_look_into_is_told_in_korean(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (home / "circle").symlink_to(home / "circle")
    monkeypatch.setenv("KHMS_HOME", str(home / name))
    door = HomeDoor(SCRIPT)

    assert door.stamp() is None
    with pytest.raises(ConfigError) as told:
        door.enter()

    assert door.words(told.value)[0].startswith("폴더를 읽을 수 없습니다: ")


def test_a_working_folder_that_is_gone_is_told_in_korean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    door = HomeDoor(SCRIPT)

    assert door.stamp() is None
    with pytest.raises(ConfigError) as told:
        door.enter()

    assert told.value.code == "home_unreadable"


def test_main_knows_that_streamlit_did_not_start_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(str(SCRIPT)) == 2
    assert "streamlit run" in capsys.readouterr().err
