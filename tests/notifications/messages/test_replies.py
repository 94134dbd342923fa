"""Answers to commands tell what is known, and how old it is."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import at
from khms_trader.notifications.messages.history import HaltSeen
from khms_trader.notifications.messages.plan import plan_html
from khms_trader.notifications.messages.replies import (
    NextStep,
    Status,
    halt_reply,
    help_reply,
    plan_reply,
    positions_reply,
    report_reply,
    status_reply,
    unknown_reply,
)
from notifications.messages.stories import (
    ACCOUNT,
    NEXT,
    a_line,
    a_report,
    is_telegram_html,
    plain,
    plan_told,
    the_account,
)

STATUS = Status(
    account=ACCOUNT,
    now=at("16:00"),
    next_step=NextStep(job="실행", session=NEXT, due_at=at("09:01", NEXT)),
    results=("계획을 저장했습니다",),
    report=a_report(a_line("buy 000001")),
    heartbeat_at=at("15:59:58"),
)
HALT = HaltSeen(since="2026-03-04T10:00:00+09:00", reason="시험")


def test_the_status_tells_what_comes_next_and_what_was_last() -> None:
    assert plain(status_reply(STATUS)).split("\n") == [
        "상태 2026-03-04 (수) 16:00 · 한국투자증권 모의투자 · virtual-0a1b2c3d",
        (
            "다음 작업: 실행 2026-03-05 (목) 09:01 · 2026-03-05 (목) 거래일 "
            "(17시간 1분 뒤)"
        ),
        "마지막 결과: 계획을 저장했습니다",
        "마지막 실행: 2026-03-04 (수) 매수 체결 1건",
        "스케줄러: 살아 있음(15:59:58)",
    ]


def test_the_status_tells_first_what_stops_orders_or_needs_a_person() -> None:
    status = replace(
        STATUS,
        account="practice-1a2b3c4d",
        is_dry_run=True,
        is_confirmed=False,
        halt=HALT,
        unknown=2,
        waiting=3,
    )

    lines = plain(status_reply(status)).split("\n")

    assert lines[0].endswith("연습 서버(이 컴퓨터) · practice-1a2b3c4d · 드라이런")
    assert lines[1].startswith("정지(HALT) 상태(시작 2026-03-04 (수) 10:00)라")
    assert lines[2] == "계좌가 확인되지 않아 주문하지 않습니다."
    assert lines[3].startswith("확인 필요 2건: 증권사 앱에서")
    assert lines[-1] == "보내지 못한 알림 3건"


@pytest.mark.parametrize(
    ("heartbeat", "words"),
    [
        ("15:57", "스케줄러: 살아 있음(15:57:00)"),
        ("15:56:59", "스케줄러: 3분 동안 소식 없음(2026-03-04 (수) 15:56)"),
        ("", "스케줄러: 살아 있다는 기록이 없습니다."),
    ],
)
def test_an_old_heartbeat_is_told_with_its_age(heartbeat: str, words: str) -> None:
    status = replace(STATUS, heartbeat_at=at(heartbeat) if heartbeat else None)

    assert words in plain(status_reply(status))


def test_a_job_whose_time_has_come_is_due_now() -> None:
    due_now = replace(STATUS, now=at("09:01", NEXT))

    assert "거래일 (지금)" in plain(status_reply(due_now))
    assert "다음 작업: 없음" in plain(status_reply(replace(STATUS, next_step=None)))


def test_plan_and_report_are_answered_as_they_were_told() -> None:
    assert plan_reply(plan_told()) == plan_html(plan_told())
    assert plan_reply(None) == "계획이 없습니다."
    assert "매수 이름000001 000001 체결" in plain(
        report_reply(a_report(a_line("buy 000001")))
    )
    assert report_reply(None) == "아직 실행 결과가 없습니다."


def test_positions_say_how_old_they_are() -> None:
    assert plain(positions_reply(the_account(), at("18:00"))).split("\n") == [
        "보유 1종목 · virtual-0a1b2c3d",
        "2026-03-04 (수) 15:40에 읽음(2시간 20분 전), 지금 값이 아닙니다.",
        "· 이름000009 000009 · 7주 · +6,720원 (+8.00%)",
        "총평가 1,090,720원 · D+2 1,000,000원",
        "예수금 1,000,000원 · 주문 가능 1,000,000원",
    ]
    empty = replace(the_account(), holdings=())
    assert "보유 종목이 없습니다." in positions_reply(empty, at("18:00"))
    assert positions_reply(None, at("18:00")) == "아직 계좌를 읽은 기록이 없습니다."


def test_a_halt_is_answered_by_what_it_did() -> None:
    assert "지금부터 어떤 주문도" in halt_reply(HALT, is_new=True)
    assert "바뀐 것이 없습니다" in halt_reply(HALT, is_new=False)
    assert "정지하지 못했습니다" in halt_reply(None, is_new=True)
    assert "halt.py off" in halt_reply(HaltSeen(), is_new=True)


def test_help_names_every_command_and_that_none_trades() -> None:
    text = help_reply()

    for command in ("/status", "/plan", "/report", "/positions", "/halt", "/help"):
        assert f"{command} - " in text
    assert "사고파는 명령은 없습니다" in text


@settings(max_examples=60)
@given(text=st.text(max_size=60))
def test_whatever_is_asked_the_answer_can_be_sent(text: str) -> None:
    halt = HaltSeen(since=text, reason=text)
    status = replace(STATUS, account=text, results=(text,), halt=halt)

    for html in (
        unknown_reply(text),
        status_reply(status),
        halt_reply(halt, is_new=True),
    ):
        assert is_telegram_html(html)
