"""The sell-out command: what it understands, and how it ends on a paper account."""

from pathlib import Path

import pytest

from khms_trader.cli.sell_out import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with empty settings, named by KHMS_HOME."""
    (tmp_path / "settings.yaml").write_text("", encoding="utf-8")
    monkeypatch.setenv("KHMS_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--confirm"], "--confirm: --symbol, --all, --adopt, --adopt-all 가운데"),
        (["--list", "--confirm"], "--confirm: --symbol, --all"),
        (["--symbol", "35720"], "--symbol: 종목코드는 여섯 자리로 적으세요"),
        (["--symbol", "035720", "--all"], "함께 쓸 수 없습니다"),
        (["--adopt"], "--adopt: 값이 하나 이상 필요합니다"),
        (["--adopt-al"], "혹시 --adopt-all 아닌가요?"),
        (["035720"], "모르는 인수입니다: 035720"),
    ],
)
def test_a_wrong_call_is_one_korean_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--list"],
        ["--all"],
        ["--adopt-all", "--confirm"],
        ["--symbol", "A035720", "--symbol", "0007C0", "--confirm"],
    ],
)
def test_on_paper_there_is_nothing_to_do(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*arguments, "--at", "2026-03-04T10:00"])

    said = capsys.readouterr()
    assert (code, said.err) == (0, "")
    assert "paper 계좌는" in said.out


@pytest.mark.usefixtures("home")
def test_a_sale_outside_the_session_ends_3_and_names_the_next_hours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["--all", "--confirm", "--at", "2026-03-06T16:00"])

    assert code == 3
    assert "2026-03-09 09:00~15:30" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_adopting_what_is_not_held_ends_3_with_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["--adopt", "999999", "--confirm", "--at", "2026-03-04T10:00"])

    assert code == 3
    assert "999999 - 보유하지 않아 편입할 수 없음" in capsys.readouterr().out
