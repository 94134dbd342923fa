"""Arguments: what is understood, and one Korean sentence for what is not."""

import argparse
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khms_trader.cli.arguments import (
    KoreanArgumentParser,
    add_at,
    add_quiet,
    moment,
    positive_int,
)

SEOUL = ZoneInfo("Asia/Seoul")


def parser() -> KoreanArgumentParser:
    made = KoreanArgumentParser(prog="prepare.py", description="계획을 만듭니다.")
    made.add_argument("--qty", type=positive_int, help="수량")
    made.add_argument("--universe-limit", type=positive_int)
    made.add_argument("--basis", choices=["raw", "adjusted"])
    made.add_argument("--ratio", type=float)
    made.add_argument("--rows", type=int)
    made.add_argument("--times", nargs="+")
    made.add_argument("--pair", nargs=2)
    add_at(made)
    add_quiet(made)
    return made


def test_what_is_right_is_understood() -> None:
    arguments = parser().parse_args(
        ["--qty", "1", "--universe-limit=200", "--at", "2026-03-04T09:01", "--quiet"]
    )

    assert (arguments.qty, arguments.universe_limit) == (1, 200)
    assert arguments.at == datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL)
    assert arguments.quiet is True


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--qyt", "1"], "모르는 인수입니다: --qyt 1. 혹시 --qty 아닌가요?"),
        (
            ["--universe_limit=200"],
            "모르는 인수입니다: --universe_limit=200. 혹시 --universe-limit 아닌가요?",
        ),
        (["5"], "모르는 인수입니다: 5."),
        (["--universe", "5"], "모르는 인수입니다: --universe 5."),
        (["--qty"], "--qty: 값이 하나 필요합니다."),
        (["--qty", "0"], "--qty: 1 이상 1,000,000,000 이하의 정수로 적으세요: 0."),
        (["--qty", "1.5"], "--qty: 1 이상 1,000,000,000 이하의 정수로 적으세요: 1.5."),
        (
            ["--qty", "many"],
            "--qty: 1 이상 1,000,000,000 이하의 정수로 적으세요: many.",
        ),
        (["--rows", "x"], "--rows: 정수로 적으세요: x."),
        (["--ratio", "x"], "--ratio: 숫자로 적으세요: x."),
        (
            ["--basis", "rwa"],
            "--basis: 쓸 수 없는 값입니다: rwa (쓸 수 있는 값: raw, adjusted).",
        ),
        (["--times"], "--times: 값이 하나 이상 필요합니다."),
        (["--pair", "1"], "--pair: 값이 2개 필요합니다."),
        (["--quiet=1"], "--quiet: 값을 받지 않습니다: 1."),
        (["--at", "soon"], "--at: 시각은 2026-03-04T09:01 꼴로 적으세요: soon."),
    ],
)
def test_what_is_wrong_is_said_in_one_korean_line(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parser().parse_args(given)

    shown = capsys.readouterr().err
    assert left.value.code == 2
    assert shown.startswith(said)
    assert shown.endswith(" 사용법은 prepare.py --help 로 볼 수 있습니다.\n")
    assert shown.count("\n") == 1


def test_a_missing_or_excluded_argument_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = KoreanArgumentParser(prog="x.py")
    made.add_argument("paths", nargs="+", metavar="경로")
    group = made.add_mutually_exclusive_group(required=True)
    group.add_argument("--all", action="store_true")
    group.add_argument("--symbol")

    for words in (["--all"], ["a"], ["a", "--all", "--symbol", "005930"]):
        with pytest.raises(SystemExit):
            made.parse_args(words)

    first, second, third = capsys.readouterr().err.splitlines()
    assert first.startswith("꼭 필요한 인수가 없습니다: 경로.")
    assert second.startswith("다음 가운데 하나가 필요합니다: --all --symbol.")
    assert third.startswith("--symbol: --all 인수와 함께 쓸 수 없습니다.")


def test_help_speaks_korean(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parser().parse_args(["--help"])

    shown = capsys.readouterr().out
    assert left.value.code == 0
    assert shown.startswith("사용법: prepare.py")
    assert "선택 사항:" in shown
    assert "이 도움말을 보이고 끝냅니다" in shown
    for english in ("usage", "options", "show this help"):
        assert english not in shown


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-04T09:01", datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL)),
        ("2026-03-04 09:01", datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL)),
        (" 2026-03-04T15:40:30 ", datetime(2026, 3, 4, 15, 40, 30, tzinfo=SEOUL)),
        ("2026-03-04T00:01Z", datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL)),
        ("2026-03-04T09:01+09:00", datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL)),
    ],
)
def test_a_time_is_seoul_time(text: str, at: datetime) -> None:
    read = moment(text)

    assert read == at
    assert str(read.tzinfo) == "Asia/Seoul"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-04",
        "09:01",
        "2026-02-30T09:01",
        "2026-03-04T25:00",
        "20260304T0901",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        moment(text)


@given(st.integers(1, 10**9))
def test_a_whole_number_from_one_up_is_taken(number: int) -> None:
    assert positive_int(str(number)) == number


@given(
    st.integers(max_value=0)
    | st.text(max_size=6).filter(lambda t: not t.strip().isdigit())
)
def test_anything_else_is_not_a_quantity(text: object) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        positive_int(str(text))
