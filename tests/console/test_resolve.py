"""The open questions on the screen: everything a person needs to look them up."""

import unicodedata
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from builders import SYMBOL, a_record, a_row, at
from khms_trader.console.resolve import show_answer, show_questions
from khms_trader.console.screen import Screen
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.planning.evidence import Shares
from khms_trader.planning.match import STILL_UNKNOWN
from khms_trader.planning.resolved import Doubt, Question, Resolution, Step

LOST = replace(
    a_record("buy 086520 x10 @13340", OrderState.UNCONFIRMED), detail="ambiguous"
)
GONE = replace(a_record("sell 086520 x10", number="0000000007"), detail="vanished")


def question(record: OrderRecord = LOST, *, now: str = "16:00") -> Question:
    return Question(
        record=record,
        name="에코프로",
        rows=(a_row(number="0000000009"), a_row(number="0000000011")),
        known=frozenset(),
        shares=Shares(expected=0, held=20, since=at("09:00")),
        settles_at=at("15:35"),
        now=at(now),
    )


def shown(*questions: Question) -> str:
    return told(Resolution(account="virtual-0a1b2c3d", questions=questions))


def told(found: Resolution) -> str:
    out = StringIO()
    screen = Screen(Console(file=out, width=80))
    (show_questions if found.chosen is None else show_answer)(found, screen)
    return out.getvalue()


def test_a_question_says_what_when_and_why() -> None:
    text = shown(question())

    assert "1) 매수 에코프로 086520 10주 지정가 13,340원" in text
    assert "거래일 2026-03-04 (수)" in text
    assert "보낸 시각 09:01:00" in text
    assert "같은 조건의 주문이 둘이라 구별할 수 없음" in text


def test_a_question_says_what_the_broker_shows_and_where_to_look() -> None:
    text = shown(question())

    assert "0000000009 | 09:01:00 | 10 | 13,340 | 0 | 대기 중" in text
    assert "이 주문이 없다면 0주 · 지금 20주" in text
    assert "한국투자증권 앱의 주문/체결내역 · 2026-03-04 · 매수 에코프로" in text


@pytest.mark.parametrize(
    ("now", "words"),
    [("10:00", "--not-there (15:35 뒤에)"), ("16:00", "--not-there\n")],
)
def test_a_lost_order_is_answered_by_number_or_absence(now: str, words: str) -> None:
    text = shown(question(now=now))

    assert words in text
    assert "--number 주문번호" in text
    assert "--filled" not in text


def test_a_vanished_order_is_answered_by_its_fills() -> None:
    text = shown(question(GONE))

    assert "주문번호 0000000007" in text
    assert "--filled 수량 --price 평균체결가" in text
    assert "--number" not in text


def test_questions_of_one_symbol_are_told_apart_in_the_command() -> None:
    later = replace(
        LOST, key=replace(LOST.key, session=at("09:00").date().replace(day=5))
    )

    assert f"--symbol {SYMBOL}\n" in shown(question())
    assert f"--symbol {SYMBOL} --side sell\n" in shown(question(), question(GONE))
    assert f"--symbol {SYMBOL} --session 2026-03-05\n" in shown(
        question(), question(later)
    )


def test_what_cannot_be_read_is_said() -> None:
    text = shown(
        replace(question(), rows=None, unread="kis_orders_hidden", shares=None)
    )

    assert "읽지 못했습니다(주문이 있다고 하면서 목록은 비어 있음)" in text
    assert "잔고: 읽지 못했습니다" in text


def test_an_answer_is_shown_before_it_is_recorded_with_every_doubt() -> None:
    step = Step(state=OrderState.NOT_PLACED, doubts=tuple(Doubt))
    text = told(
        Resolution(
            account="paper", questions=(question(),), chosen=question(), step=step
        )
    )

    assert "아직 기록하지 않았습니다" in text
    assert "접수되지 않은 주문" in text
    assert text.count("주의:") == len(Doubt)
    assert "--confirm" in text


def test_what_was_recorded_is_said_with_how_things_stand() -> None:
    after = replace(
        a_record(state=OrderState.FILLED, number="7", filled=(10, 130_000)),
        detail="by_person",
    )
    step = Step(state=OrderState.ACCEPTED, number="0000000007")
    text = told(
        Resolution(
            account="paper", chosen=question(), step=step, is_done=True, after=after
        )
    )

    assert "기록했습니다: 매수 에코프로 086520" in text
    assert "지금 상태: 체결 (10주 130,000원)" in text
    assert "--confirm" not in text


def test_what_was_found_out_meanwhile_is_told_too() -> None:
    filled = a_record(state=OrderState.FILLED, number="7", filled=(10, 130_000))

    text = told(Resolution(account="paper", settled=(filled,)))

    assert "이번에 확인됨: 매수 086520" in text
    assert "확인이 필요한 주문이 없습니다" in text


def test_every_line_fits_a_terminal_and_a_korean_code_page() -> None:
    texts = [
        shown(question(), question(GONE)),
        *(shown(question(replace(LOST, detail=why))) for why in STILL_UNKNOWN),
        told(
            Resolution(
                account="virtual-0a1b2c3d",
                questions=(question(),),
                chosen=question(),
                step=Step(state=OrderState.ACCEPTED, number="0000000007"),
            )
        ),
    ]

    for line in "".join(texts).splitlines():
        wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in line)
        assert len(line) + wide <= 80, line
        line.encode("cp949")
