"""One word per reason, and one Korean text for each word."""

import re

import pytest

from khms_trader.domain.reasons import NoSignalReason, SkipReason, korean_of

Reason = SkipReason | NoSignalReason
REASONS: list[Reason] = [*SkipReason, *NoSignalReason]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_a_korean_text(reason: Reason) -> None:
    assert re.search("[가-힣]", reason.korean)
    assert "{" not in reason.korean


@pytest.mark.parametrize("reasons", [list(SkipReason), list(NoSignalReason)])
def test_no_two_reasons_read_alike(reasons: list[Reason]) -> None:
    assert len({reason.korean for reason in reasons}) == len(reasons)


@pytest.mark.parametrize(
    ("stored", "korean"),
    [
        ("no_slot", "빈 자리 없음(max_positions)"),
        ("halted", "거래정지"),
        ("too_few_bars", "일봉이 모자람"),
        # Both lists know this word; what a plan says of a line comes first.
        ("held_outside", "전략 밖 보유(legacy·외부)라 건드리지 않음"),
        ("a word of tomorrow", "a word of tomorrow"),
        ("", ""),
    ],
)
def test_a_stored_reason_is_told_in_korean_or_as_it_stands(
    stored: str, korean: str
) -> None:
    assert korean_of(stored) == korean


def test_reasons_are_stored_as_plain_words() -> None:
    assert all(re.fullmatch("[a-z_]+", reason) for reason in REASONS)
