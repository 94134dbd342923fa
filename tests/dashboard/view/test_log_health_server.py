"""The line to the server: what is known of it, and never that all is well when not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import an_account, at
from dashboard.healths import DOWN, NOW, READ, WELL, a_body, tiles
from khms_trader.dashboard.live import LiveView
from khms_trader.dashboard.room import Kind
from khms_trader.dashboard.view.log_health import health_tiles, troubles_of
from khms_trader.dashboard.view.tile_html import Tone


def test_a_server_that_is_down_is_an_alarm_with_its_sentence_and_its_times() -> None:
    found = health_tiles(a_body(live=DOWN))

    assert (found[0].label, found[0].value) == ("계좌 조회", "실패")
    assert found[0].tone is Tone.ALARM
    assert found[0].sub == "서버에 닿지 못했습니다."
    assert found[0].age == "40초 전 실패(09:29:20) · 10분 전 값(09:20:00)"
    assert troubles_of(found) == 2


def test_a_request_that_failed_has_no_calm_time() -> None:
    tile = tiles(a_body(live=DOWN))["서버의 응답 시간"]

    assert (tile.value, tile.tone) == ("실패", Tone.CAUTION)
    assert (
        tile.sub == "마지막 조회는 실패했습니다. 마지막으로 온 답은 0.12초 걸렸습니다."
    )
    assert tile.age == "10분 전"
    assert tiles(a_body(live=DOWN))["서버와의 시각 차이"].age == "10분 전"


def test_what_no_request_ever_answered_has_no_age() -> None:
    never = LiveView(problem="거부되었습니다.", problem_at=at("09:29"))

    assert tiles(a_body(live=never))["서버의 응답 시간"].age == ""
    assert tiles(a_body(live=never))["계좌 조회"].age == "1분 전 실패(09:29:00)"


@pytest.mark.parametrize(
    ("issued", "value", "age"),
    [(None, "없음", "방금 확인"), (at("08:30"), "거부됨", "발급 1시간 전")],
)
def test_a_token_that_the_server_refuses_is_doubtful(
    issued: datetime | None, value: str, age: str
) -> None:
    health = replace(WELL, token_issued_at=issued)
    live = replace(DOWN, is_token_problem=True)

    tile = tiles(a_body(health, live=live))["접근토큰"]

    assert (tile.value, tile.age, tile.tone) == (value, age, Tone.CAUTION)
    assert tile.sub == "서버가 토큰을 거부합니다. 까닭은 계좌 조회에 있습니다."


def test_a_server_that_owes_an_answer_is_named_with_the_seconds() -> None:
    slow = replace(READ, renewing_since=at("09:29:45"), owed_since=at("09:29:48"))

    shown = tiles(a_body(live=slow))

    assert (shown["계좌 조회"].value, shown["계좌 조회"].tone) == (
        "답 없음",
        Tone.CAUTION,
    )
    assert shown["계좌 조회"].sub == "서버가 12초째 답하지 않습니다."
    assert shown["서버의 응답 시간"].value == "답 없음"
    assert shown["서버의 응답 시간"].sub == (
        "서버가 12초째 답하지 않습니다. 마지막으로 온 답은 0.12초 걸렸습니다."
    )


@pytest.mark.parametrize(
    ("live", "value", "tone"),
    [
        (
            replace(READ, renewing_since=at("09:29:55"), owed_since=at("09:29:55")),
            "조회 중",
            Tone.PLAIN,
        ),
        (replace(READ, gives_way_to="execute"), "쉬는 중", Tone.PLAIN),
        (LiveView(), "아직 없음", Tone.PLAIN),
        (replace(READ, account=an_account(read_at="09:20")), "오래된 값", Tone.CAUTION),
    ],
)
def test_the_account_is_as_it_was_last_read(
    live: LiveView, value: str, tone: Tone
) -> None:
    tile = tiles(a_body(live=live))["계좌 조회"]

    assert (tile.value, tile.tone) == (value, tone)


@pytest.mark.parametrize(
    ("issued", "expires", "value"),
    [
        (None, None, "없음"),
        (at("08:00"), NOW, "만료됨"),
        (at("08:00"), NOW + timedelta(minutes=4), "4분 0초 남음"),
    ],
)
def test_a_token_is_as_good_as_its_end(
    issued: datetime | None, expires: datetime | None, value: str
) -> None:
    health = replace(WELL, token_issued_at=issued, token_expires_at=expires)

    assert tiles(a_body(health))["접근토큰"].value == value


def test_a_paper_account_asks_no_server() -> None:
    shown = tiles(a_body(kind=Kind.PAPER))

    assert shown["증권사 서버"].value == "쓰지 않음"
    assert "접근토큰" not in shown
    assert "계좌 조회" not in shown


def test_a_paper_account_that_cannot_be_read_says_so() -> None:
    shown = tiles(a_body(kind=Kind.PAPER, live=DOWN))

    assert shown["계좌 조회"].tone is Tone.ALARM


def test_the_practice_server_has_its_own_advice() -> None:
    off = replace(WELL, clock_offset_seconds=6.0)

    tile = tiles(a_body(off, kind=Kind.PRACTICE))["서버와의 시각 차이"]

    assert "--follow-client" in tile.sub
