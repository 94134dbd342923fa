"""One word per reason, and one Korean text for each word."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.reasons import (
    Caution,
    NoSignalReason,
    SkipReason,
    code_of,
    detail_of,
    korean_of,
)
from khms_trader.errors import OrderRejected, OrderUnconfirmed

Reason = SkipReason | NoSignalReason | Caution
REASONS: list[Reason] = [*SkipReason, *NoSignalReason, *Caution]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_a_korean_text(reason: Reason) -> None:
    assert re.search("[가-힣]", reason.korean)
    assert "{" not in reason.korean


@pytest.mark.parametrize(
    "reasons", [list(SkipReason), list(NoSignalReason), list(Caution)]
)
def test_no_two_reasons_read_alike(reasons: list[Reason]) -> None:
    assert len({reason.korean for reason in reasons}) == len(reasons)


@pytest.mark.parametrize(
    ("stored", "korean"),
    [
        ("no_slot", "빈 자리 없음(max_positions)"),
        # A line that was not sent, and an order of which nobody knows whether it was.
        ("interrupted", "앞선 실행이 중단되어 보내지 않음"),
        ("cut_off", "앞선 실행이 중단되어 보냈는지 알 수 없음"),
        ("halted", "거래정지"),
        ("too_few_bars", "일봉이 모자람"),
        ("held_outside", "전략 밖 보유(legacy·외부)라 건드리지 않음"),
        ("held_more", "보유가 전략 수량보다 많음: 나머지는 외부 보유라 팔지 않음"),
        ("a word of tomorrow", "a word of tomorrow"),
        ("", ""),
    ],
)
def test_a_stored_reason_is_told_in_korean_or_as_it_stands(
    stored: str, korean: str
) -> None:
    assert korean_of(stored) == korean


def test_reasons_are_stored_as_plain_words_of_one_meaning() -> None:
    assert all(re.fullmatch("[a-z_]+", reason) for reason in REASONS)
    assert len(set(REASONS)) == len(REASONS)


NO_CASH = OrderRejected(
    "not_enough_cash",
    call="order-cash",
    status=200,
    symbol="086520",
    vendor_code="40250000",
    message="모의투자 주문가능금액이 부족합니다.   ",
)


def test_a_detail_keeps_the_brokers_code_and_words_beside_ours() -> None:
    detail = detail_of(NO_CASH)

    assert detail == "not_enough_cash|40250000|모의투자 주문가능금액이 부족합니다."
    assert code_of(detail) == "not_enough_cash"
    assert korean_of(detail) == (
        "증권사 거부: 40250000 모의투자 주문가능금액이 부족합니다 — 현금을 확인하세요"
    )


@pytest.mark.parametrize(
    ("error", "detail", "korean"),
    [
        (OrderUnconfirmed("kis_no_answer"), "kis_no_answer", "답을 받지 못함"),
        (
            OrderRejected("symbol_halted", vendor_code="", message="매매불가 종목"),
            "symbol_halted||매매불가 종목",
            "증권사 거부: 매매불가 종목 — 거래정지인지 확인하세요",
        ),
        (
            OrderRejected("kis_refused", vendor_code="APBK9999", message=""),
            "kis_refused|APBK9999|",
            "증권사 거부: APBK9999 — 문구를 읽고 필요하면 고객센터에 문의하세요",
        ),
        (
            OrderUnconfirmed("kis_server_trouble", vendor_code="EGW00001", message="x"),
            "kis_server_trouble|EGW00001|x",
            "증권사 답: EGW00001 x — 증권사 앱에서 접수되었는지 확인하세요",
        ),
        (
            OrderRejected("tomorrows_code", vendor_code="1", message="a|b\nc"),
            "tomorrows_code|1|a b c",
            "증권사 거부: 1 a b c",
        ),
    ],
)
def test_a_detail_is_told_as_far_as_it_says_something(
    error: OrderRejected, detail: str, korean: str
) -> None:
    assert detail_of(error) == detail
    assert korean_of(detail) == korean


@pytest.mark.parametrize(
    "secret",
    ["12345678-01", "1234567801", "12345678", "PSa1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7"],
)
def test_no_account_number_and_no_key_gets_into_a_detail(secret: str) -> None:
    message = f"계좌 {secret} 은 안 됩니다"
    error = OrderRejected("kis_refused", vendor_code="1", message=message)

    assert secret not in detail_of(error)
    assert "****" in detail_of(error)


@settings(max_examples=60)
@given(vendor=st.text(max_size=15), message=st.text(max_size=200))
def test_any_answer_becomes_one_short_line_that_can_be_read_again(
    vendor: str, message: str
) -> None:
    detail = detail_of(
        OrderRejected("kis_refused", vendor_code=vendor, message=message)
    )

    assert code_of(detail) == "kis_refused"
    assert detail.count("|") in {0, 2}
    assert len(detail) < 120
    assert not set(detail) & set("\r\n\x00\x1b")
    assert korean_of(detail)
