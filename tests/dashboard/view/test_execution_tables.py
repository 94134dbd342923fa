"""The tables of the page 실행: every figure in won, every reason in Korean."""

import re
from html import unescape

from builders import SESSION, a_record
from dashboard import executions
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.execution import Executed
from khms_trader.dashboard.view.execution_tables import (
    account_html,
    foreign_html,
    lines_html,
    records_html,
    rest_html,
    rest_words,
    runs_html,
    sent_lines,
    story_html,
)
from khms_trader.dashboard.view.finding import found_by
from khms_trader.domain.order import OrderState

LOOK = look()
REPORT = executions.the_report()
SHOWN = Executed(session=SESSION, report=REPORT)


def rows_of(html: str) -> list[list[str]]:
    """Return the text of every cell of the body; a note follows its text and ``|``."""
    body = html.partition("<tbody>")[2]
    return [
        [
            unescape(re.sub(r"<[^>]*>", "", cell.replace("<div", "|<div")))
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body)
    ]


def test_a_fill_is_told_with_its_price_slippage_and_costs() -> None:
    rows = rows_of(lines_html(sent_lines(SHOWN), LOOK))

    assert rows[0] == [
        "이름086520|086520",
        "매도",
        "체결",
        "10주|시장가",
        "10/10주|평균 12,980원",
        "13,000원",
        "200원 손해|15.4bp",
        "449원|수수료 190 · 세금 259",
        "0000000001|09:01:01 접수 · 09:01:05 끝",
    ]


def test_a_refusal_gives_the_brokers_own_words() -> None:
    rows = rows_of(lines_html(sent_lines(SHOWN), LOOK))

    assert rows[4][2] == "거부|증권사 거부: 40250000 잔액 — 현금을 확인하세요"
    assert rows[4][7] == "–"


def test_a_line_that_was_held_back_gives_its_reason() -> None:
    rows = rows_of(lines_html(sent_lines(SHOWN), LOOK))

    assert rows[-1] == [
        "이름041510|041510",
        "매도",
        "보내지 않음|거래정지",
        "5주",
        *["–"] * 5,
    ]


def test_every_won_between_plan_and_result_has_its_cause() -> None:
    assert REPORT.difference is not None

    rows = rows_of(story_html(REPORT.difference, LOOK))

    assert rows == [
        ["계획", "1,820,000원", "1,529,600원", "−290,400원"],
        ["　안 보냄: 거래정지", "–", "−400,000원", "−400,000원"],
        ["주문", "1,820,000원", "1,129,600원", "−690,400원"],
        ["　거부", "−150,000원", "–", "+150,000원"],
        ["　확인 필요", "−70,000원", "–", "+70,000원"],
        ["　일부만 체결", "−360,000원", "–", "+360,000원"],
        ["　아직 대기 중", "–", "−1,000,000원", "−1,000,000원"],
        ["　시가 차이", "+11,200원", "+400원", "−10,800원"],
        ["　체결 미끄러짐", "+2,000원", "−200원", "−2,200원"],
        ["체결", "1,253,200원", "129,800원", "−1,123,400원"],
        ["　수수료(추정)", "+1,841원", "−190원", "−2,031원"],
        ["　세금(추정)", "–", "−259원", "−259원"],
        ["결과", "1,255,041원", "129,351원", "−1,125,690원"],
    ]


def test_a_persons_own_orders_are_listed_apart() -> None:
    (row,) = rows_of(foreign_html(REPORT, LOOK))

    assert row[:2] == ["263750", "매수"]
    assert row[3:5] == ["4주|지정가 90,000원", "4주"]
    assert row[-1] == "0000000099"


def test_the_parts_of_a_run_stand_below_each_other() -> None:
    rows = rows_of(runs_html(REPORT.runs, LOOK))

    assert rows == [
        ["계좌 읽음", "0.8초"],
        ["첫 주문", "1.9초"],
        ["마지막 매도", "3.4초"],
        ["매도 체결 확인", "–"],
        ["마지막 매수", "38.7초"],
        ["끝", "305.0초"],
    ]


def test_the_account_is_held_against_itself() -> None:
    rows = rows_of(account_html(executions.before(), executions.after(), LOOK))

    assert rows[0] == ["총평가", "5,453,600원", "4,509,120원", "−944,480원"]
    assert rows[3] == ["주문 가능", "5,000,000원", "3,900,000원", "−1,100,000원"]
    assert rows[4:] == [
        ["이름086520|086520", "10주", "0주", "−10주"],
        ["이름091990|091990", "0주", "12주", "+12주"],
        ["이름247540|247540", "0주", "10주", "+10주"],
    ]


def test_other_signals_are_counted_and_can_be_searched() -> None:
    assert rest_words(SHOWN.rest) == (
        "매수 신호 1건: 빈 자리 없음(max_positions)",
        "매도 신호 1건: 보유하지 않음",
    )
    kept = found_by(SHOWN.rest, "1961")
    assert rows_of(rest_html(kept, LOOK)) == [
        ["이름196170|196170", "매수", "60,000원", "빈 자리 없음(max_positions)"]
    ]


def test_orders_without_a_plan_are_told_by_the_journal() -> None:
    lost = a_record("buy 068760 x7 @10300", OrderState.UNCONFIRMED)

    (row,) = rows_of(records_html([lost], {"068760": "이름"}, LOOK))

    assert row == [
        "이름|068760",
        "매수",
        "확인 필요",
        "7주|지정가 10,300원",
        "0주",
        "–",
    ]
