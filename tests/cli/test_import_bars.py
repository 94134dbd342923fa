"""The command that imports bars: its exit codes, and what it leaves in the home."""

import subprocess
import sys
from pathlib import Path

import pytest

from khms_trader.cli.import_bars import main

SCRIPT = Path(__file__).parents[2] / "scripts" / "tools" / "import_bars.py"
HEADER = "date,open,high,low,close,volume,foreign_net_buy\n"
BAR = "2026-03-03,100.0,110.0,90.0,105.0,1000.0,0.0\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with empty settings, named by KHMS_HOME."""
    folder = tmp_path / "내 거래"
    folder.mkdir()
    (folder / "settings.yaml").write_text("", encoding="utf-8")
    monkeypatch.setenv("KHMS_HOME", str(folder))
    return folder


@pytest.fixture
def bars(tmp_path: Path) -> Path:
    """A folder with one good file and a speech."""
    folder = tmp_path / "가진 자료"
    folder.mkdir()
    (folder / "000250.csv").write_text(HEADER + BAR, encoding="utf-8-sig")
    (folder / "005930.csv").write_text(
        "#1. 안녕하세요\n\n#2. 목차는\n", encoding="utf-8"
    )
    return folder


def test_an_import_ends_0_and_fills_the_store(
    home: Path, bars: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(bars)]) == 0

    assert (home / "data" / "bars" / "store-raw.parquet").exists()
    output = capsys.readouterr().out
    assert "가져온 파일: 000250.csv" in output
    assert "건너뜀: 005930.csv" in output


def test_importing_again_ends_0_and_says_that_nothing_changed(
    home: Path, bars: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(bars)])
    before = (home / "data" / "bars" / "store-raw.parquet").read_bytes()

    assert main([str(bars)]) == 0

    assert "바뀐 것이 없습니다" in capsys.readouterr().out
    assert (home / "data" / "bars" / "store-raw.parquet").read_bytes() == before


def test_the_basis_can_be_named(home: Path, bars: Path) -> None:
    assert main([str(bars), "--basis", "adjusted"]) == 0

    assert (home / "data" / "bars" / "store-adjusted.parquet").exists()


def test_nothing_usable_ends_4_and_names_every_file(
    home: Path, bars: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(bars / "005930.csv"), "--quiet"]) == 4

    captured = capsys.readouterr()
    assert "건너뜀: 005930.csv" in captured.out
    assert str(bars / "005930.csv") in captured.err
    assert not (home / "data" / "bars").exists()


def test_a_missing_path_ends_2_and_is_named(
    home: Path, bars: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(bars / "없음")]) == 2

    assert str(bars / "없음") in capsys.readouterr().err


def test_an_unknown_basis_ends_2_and_says_what_to_add(
    home: Path, bars: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = "date,open,high,low,close,volume\n2026-03-03,1,1,1,1,1\n"
    (bars / "000440.csv").write_text(plain, encoding="utf-8")

    assert main([str(bars / "000440.csv")]) == 2

    assert "--basis" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("arguments", [[], ["x", "--basis", "half"], ["--replce", "x"]])
def test_a_wrong_call_ends_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2


def test_days_the_user_calls_closed_are_no_sessions(
    home: Path, bars: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = 'calendar:\n  closed: ["2026-03-03"]\n'
    (home / "settings.yaml").write_text(closed, encoding="utf-8")

    assert main([str(bars)]) == 4

    assert "거래일이 아닌 날" in capsys.readouterr().out


def test_the_script_runs_from_anywhere_on_an_old_korean_terminal(
    home: Path, bars: Path
) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(bars)],
        cwd=bars,
        env={"PYTHONIOENCODING": "cp949", "KHMS_HOME": str(home), "PATH": ""},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode("cp949")
    assert "가져온 파일: 000250.csv" in done.stdout.decode("cp949")
