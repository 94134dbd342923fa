"""The account of a scheduler in one line."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import at
from khms_trader.planning.account_line import (
    AccountLine,
    AccountMode,
    age_text,
    countdown_text,
)


def test_a_virtual_account_that_may_trade() -> None:
    line = AccountLine(account="virtual-0a1b2c3d", total=10_123_456, seen_at=at(9, 1))

    assert line.text(at(15, 30)) == (
        "계좌 virtual-0a1b2c3d · 모의투자 · 총평가 10,123,456원(6시간 전)"
    )


def test_everything_that_keeps_orders_back_is_said() -> None:
    line = AccountLine(
        account="practice-0a1b2c3d",
        is_dry_run=True,
        is_halted=True,
        is_confirmed=False,
    )

    assert line.text(at(9)) == (
        "계좌 practice-0a1b2c3d · 연습 서버 · 드라이런 · 정지(HALT) · "
        "확인 전(주문 안 함)"
    )


def test_paper_is_practice() -> None:
    assert AccountLine(account="paper").mode is AccountMode.PAPER
    assert AccountLine(account="paper").text(at(9)) == "계좌 paper · 연습(paper)"
    assert AccountLine(account="real-0a1b2c3d").mode.korean == "실전"


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-5), "방금"),
        (timedelta(seconds=59), "방금"),
        (timedelta(seconds=60), "1분 전"),
        (timedelta(minutes=59, seconds=59), "59분 전"),
        (timedelta(hours=1), "1시간 전"),
        (timedelta(hours=23, minutes=59), "23시간 전"),
        (timedelta(days=3, hours=5), "3일 전"),
    ],
)
def test_an_age_is_as_exact_as_anybody_needs(age: timedelta, text: str) -> None:
    assert age_text(age) == text


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(seconds=-1), "0초"),
        (timedelta(seconds=9.6), "10초"),
        (timedelta(minutes=1), "1분 0초"),
        (timedelta(minutes=59, seconds=59), "59분 59초"),
        (timedelta(hours=17, minutes=21, seconds=9), "17시간 21분"),
        (timedelta(days=3, hours=2), "3일 2시간"),
    ],
)
def test_a_countdown_is_exact_at_its_end(left: timedelta, text: str) -> None:
    assert countdown_text(left) == text


@given(seconds=st.integers(0, 10**7), more=st.integers(0, 10**6))
def test_every_age_and_countdown_has_words(seconds: int, more: int) -> None:
    left = timedelta(seconds=seconds)

    assert age_text(left)
    assert countdown_text(left) != countdown_text(
        left + timedelta(days=1 + more // 86_400)
    )
