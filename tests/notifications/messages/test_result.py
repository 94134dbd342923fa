"""What a person is told of an execution, and when it is told again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_row, an_order_report, at
from khms_trader.domain.message import Level
from khms_trader.domain.order import Side
from khms_trader.domain.report import (
    ForeignOrder,
    LineEnd,
    LineWarning,
    OtherOrder,
    RunParts,
    SessionReport,
    StuckShares,
)
from khms_trader.notifications.messages.result import (
    execution_result,
    is_update,
    known_at,
    orders_line,
)
from notifications.messages.stories import (
    a_line,
    a_report,
    is_telegram_html,
    plain,
    the_account,
)


def told(report: SessionReport) -> str:
    return plain(execution_result(report, at=at("09:02")))


def key(report: SessionReport) -> str:
    return execution_result(report, at=at("09:02")).key


def test_a_result_tells_each_order_costs_pace_and_the_new_account() -> None:
    report = a_report(
        a_line("sell 000009"),
        a_line("buy 000001", LineEnd.CANCELLED, detail="kis_refused|40250000|사유."),
        a_line("buy 000002", LineEnd.SKIPPED, reason="no_cash"),
        a_line("buy 000003", LineEnd.SKIPPED, reason="no_slot", is_candidate=False),
        before=the_account(),
        after=the_account(1_100_000),
    )

    message = execution_result(report, at=at("09:02"))

    assert message.level is Level.TRADE
    assert plain(message).split("\n") == [
        "실행 결과 2026-03-04 (수) · virtual-0a1b2c3d",
        "매도 이름000009 000009 체결 10/10주 @ 10,010원 · 미끄러짐 +10.0bp(+100원)",
        (
            "매수 이름000001 000001 취소 0/10주 - 증권사 거부: 40250000 사유 — 문구를 "
            "읽고 필요하면 고객센터에 문의하세요"
        ),
        "보내지 않음: 매수 이름000002 000002 - 주문 가능 현금 부족",
        "나머지: 매수 신호 1건 - 빈 자리 없음",
        "비용(추정): 수수료 15원 · 세금 200원",
        "09:01:00 시작 → 첫 주문 0.4초 · 마지막 주문 3.1초",
        (
            "총평가 1,190,720원 (+100,000원) · 예수금 1,100,000원 · "
            "D+2 1,100,000원 (+100,000원) · 보유 1종목"
        ),
    ]


def test_an_unknown_order_comes_first_with_what_to_do_and_is_a_warning() -> None:
    report = a_report(
        a_line("buy 000001"),
        a_line("buy 000002", LineEnd.UNCONFIRMED, detail="kis_no_answer"),
    )

    message = execution_result(report, at=at("09:02"))

    assert message.level is Level.WARNING
    assert plain(message).split("\n")[1:3] == [
        "확인 필요: 매수 이름000002 000002 0/10주 - 답을 받지 못함",
        (
            "다시 보내지 않습니다. 증권사 앱에서 확인한 뒤 "
            "scripts/tools/resolve_order.py 에 알려 주세요."
        ),
    ]


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (a_report(a_line("buy 000001", LineEnd.OPEN)), "취소되지 않은 매수 1건"),
        (
            a_report(a_line("sell 000001", LineEnd.OPEN), orders_error="kis_no_answer"),
            "주문 목록을 읽지 못했습니다(답을 받지 못함)",
        ),
    ],
)
def test_what_else_needs_a_person_is_a_warning(
    report: SessionReport, words: str
) -> None:
    assert execution_result(report, at=at("09:02")).level is Level.WARNING
    assert words in told(report)


def test_a_resting_sale_is_no_warning() -> None:
    report = a_report(a_line("sell 000001", LineEnd.OPEN))

    assert execution_result(report, at=at("09:02")).level is Level.TRADE
    assert "매도 대기 1건" in told(report)


def test_a_day_without_orders_says_so() -> None:
    report = a_report(account_error="kis_no_answer", runs=())

    assert told(report).split("\n")[1:] == [
        "보낸 주문이 없습니다.",
        "실행 뒤 계좌를 읽지 못했습니다: 답을 받지 못함",
    ]


def test_notes_orders_by_hand_and_foreign_orders_are_told() -> None:
    warning = LineWarning(warning="held_more", detail="10->12")
    report = a_report(
        a_line("sell 000001", lost="kis_no_answer", warnings=(warning,)),
        a_line("buy 000002", LineEnd.SKIPPED, reason="not_opened"),
        others=(
            OtherOrder(
                purpose="manual-1",
                side=Side.SELL,
                symbol="000005",
                name="수동",
                end=LineEnd.FILLED,
                order=an_order_report(filled_quantity=10, filled_value=1_000),
            ),
        ),
        foreign=(ForeignOrder(row=a_row()),),
        stuck=(
            StuckShares(
                symbol="000007", name="", quantity=3, price=100, end=LineEnd.OPEN
            ),
        ),
    )

    text = told(report)

    assert "나중에 확인됨(처음에는 답을 받지 못함)" in text
    assert "나머지는 외부 보유라 팔지 않음 (10→12주)" in text
    assert "다시 실행하면 그 줄만 다시 봅니다." in text
    assert "계획 밖 주문: 매도 수동 000005 체결 10/10주 @ 100원" in text
    assert "외부 주문 1건: 프로그램이 낸 것이 아님" in text
    assert "묶인 금액 300원: 팔지 못한 1종목" in text


def test_the_day_fits_in_one_line() -> None:
    report = a_report(
        a_line("buy 000001"), a_line("buy 000002"), a_line("sell 000003", LineEnd.OPEN)
    )

    assert orders_line(report) == "매수 체결 2건 · 매도 대기 중 1건"
    assert orders_line(a_report()) == "보낸 주문이 없습니다"
    assert orders_line(None) == "실행 기록 없음"


def test_the_same_ends_have_the_same_key_whatever_else_is_known() -> None:
    report = a_report(a_line("sell 000001", LineEnd.OPEN))
    known_more = replace(report, after=the_account(), foreign=())

    assert key(report) == key(known_more)
    assert key(report).startswith("execution:virtual-0a1b2c3d:20260304:")


def test_a_sale_that_fills_later_is_told_once_more_as_an_update() -> None:
    resting = a_report(a_line("sell 000001", LineEnd.OPEN))
    line = a_line("sell 000001")
    assert line.order is not None
    later = replace(line, order=replace(line.order, updated_at=at("15:40")))
    settled = a_report(later)

    assert (is_update(resting), is_update(settled)) == (False, True)
    assert key(resting) != key(settled)
    assert told(settled).startswith("실행 결과(갱신) 2026-03-04")
    assert known_at(settled) == at("15:40")


def test_a_second_run_is_an_update_and_a_cut_off_one_is_none() -> None:
    done = RunParts(began_at=at("09:01"), ended=5.0)
    cut_off = replace(done, ended=None)
    again = RunParts(began_at=at("09:10"), ended=5.0)

    assert is_update(a_report(runs=(done, again)))
    assert not is_update(a_report(runs=(cut_off,)))
    assert not is_update(a_report(runs=(cut_off, again)))
    assert known_at(a_report(runs=(done, again))) == at("09:10:05")
    assert known_at(a_report(runs=())) is None


@settings(max_examples=60)
@given(
    ends=st.lists(st.sampled_from(LineEnd), max_size=6),
    other=st.lists(st.sampled_from(LineEnd), max_size=6),
)
def test_two_results_share_a_key_only_when_their_ends_agree(
    ends: list[LineEnd], other: list[LineEnd]
) -> None:
    one, two = (
        a_report(*(a_line(f"buy 00000{n}", end) for n, end in enumerate(each)))
        for each in (ends, other)
    )

    assert (key(one) == key(two)) == (ends == other)


@settings(max_examples=60)
@given(text=st.text(max_size=12), end=st.sampled_from(LineEnd))
def test_any_word_of_a_broker_gives_html_that_can_be_sent(
    text: str, end: LineEnd
) -> None:
    line = replace(
        a_line("buy 000001", end), name=text, detail=text, reason=text, lost=text
    )
    report = a_report(line, account=text, account_error=text, orders_error=text)

    assert is_telegram_html(execution_result(report, at=at("09:02")).html)


def test_a_fill_within_the_run_is_no_update() -> None:
    line = a_line("buy 000001")
    assert line.order is not None
    at_the_end = at("09:01:05") + timedelta(milliseconds=40)
    report = a_report(replace(line, order=replace(line.order, updated_at=at_the_end)))

    assert not is_update(report)
