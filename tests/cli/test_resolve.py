"""The arguments of the resolve tool, and the words a wrong one gets."""

from pathlib import Path

import pytest

from khms_trader.cli.resolve import main
from processes import make_home


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--number", "7"), "--symbol"),
        (("--not-there",), "--symbol"),
        (("--symbol", "086520"), "--number, --not-there, --filled"),
        (("--confirm",), "--confirm"),
        (("--side", "buy"), "--side"),
        (("--symbol", "086520", "--number", "7", "--not-there"), "--number"),
        (("--symbol", "086520", "--filled", "3"), "--price"),
        (("--symbol", "086520", "--filled", "0", "--price", "1"), "--price"),
        (("--symbol", "086520", "--number", "7", "--price", "1"), "--price"),
        (("--symbol", "08652", "--not-there"), "여섯 자리"),
        (("--symbol", "086520", "--number", "seven"), "주문번호"),
        (("--symbol", "086520", "--number", "12345678901"), "주문번호"),
        (("--symbol", "086520", "--number", "0"), "주문번호"),
        (("--symbol", "086520", "--filled", "-1"), "--filled"),
        (("--symbol", "086520", "--filled", "1", "--price", "0"), "평균체결가"),
        (("--symbol", "086520", "--not-there", "--session", "3/4"), "거래일"),
        (("--symbol", "086520", "--not-there", "--side", "both"), "buy"),
    ],
)
def test_what_does_not_go_together_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], word: str
) -> None:
    said = refused(capsys, *arguments)

    assert word in said
    assert said.count("\n") == 1


def test_a_new_paper_account_has_no_questions(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = make_home(tmp_path / "home")
    monkeypatch.setenv("KHMS_HOME", str(home))
    at = ("--at", "2026-03-04T10:00")

    listed = main(at)
    answered = main(("--symbol", "086520", "--not-there", "--confirm", *at))

    told = capsys.readouterr()
    assert (listed, answered) == (0, 3)
    assert "확인이 필요한 주문이 없습니다" in told.out
    assert "086520에는 확인이 필요한 주문이 없습니다" in told.err
