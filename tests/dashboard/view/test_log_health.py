"""How things are: every part has its age, and what is bad says what to do."""

from dataclasses import replace

import pytest

from builders import at
from dashboard.healths import NOW, WELL, Beat, Busy, Stopped, a_body, tiles
from dashboard.logs import lived_room
from khms_trader.dashboard.live import LiveView
from khms_trader.dashboard.sources import Health
from khms_trader.dashboard.view.log_health import health_tiles, troubles_of
from khms_trader.dashboard.view.log_health_body import body_of
from khms_trader.dashboard.view.log_health_words import size
from khms_trader.dashboard.view.tile_html import Tone


def test_where_all_is_well_nothing_asks_to_be_looked_at() -> None:
    shown = tiles(a_body())

    assert troubles_of(tuple(shown.values())) == 0
    assert {label: (tile.value, tile.age) for label, tile in shown.items()} == {
        "스케줄러": ("켜짐", "신호 30초 전"),
        "지금 실행 중인 작업": ("없음", "방금 확인"),
        "계좌 조회": ("정상", "10초 전 값(09:29:50)"),
        "요청 속도": ("초당 최대 0.9회", "마지막 요청 10초 전"),
        "접근토큰": ("23시간 0분 남음", "발급 1시간 전"),
        "서버와의 시각 차이": ("0.3초", "10초 전"),
        "서버의 응답 시간": ("0.12초", "10초 전"),
        "디스크 남은 공간": ("82.6 GB", "방금 확인"),
        "보내지 못한 텔레그램": ("없음", "방금 확인"),
        "기록(journal)": ("983 KB", "마지막 기록 28분 전"),
        "버전": ("0.1.0", ""),
    }


@pytest.mark.parametrize(
    ("changes", "label", "tone", "advice"),
    [
        ({"disk_free": 900_000_000}, "디스크 남은 공간", Tone.CAUTION, "지우세요"),
        ({"disk_free": 90_000_000}, "디스크 남은 공간", Tone.ALARM, "비우세요"),
        ({"clock_offset_seconds": 2.5}, "서버와의 시각 차이", Tone.CAUTION, "맞추세요"),
        ({"clock_offset_seconds": -5.5}, "서버와의 시각 차이", Tone.ALARM, "맞추세요"),
        ({"latency_seconds": 20.0}, "서버의 응답 시간", Tone.CAUTION, "느립니다"),
        ({"outbox_waiting": None}, "보내지 못한 텔레그램", Tone.CAUTION, "doctor.py"),
        (
            {"outbox_waiting": 3, "outbox_oldest": at("08:00")},
            "보내지 못한 텔레그램",
            Tone.ALARM,
            "telegram",
        ),
        ({"is_read_only": True}, "기록(journal)", Tone.CAUTION, "권한"),
    ],
)
def test_what_is_bad_comes_first_and_says_what_to_do(
    changes: dict[str, object], label: str, tone: Tone, advice: str
) -> None:
    health = replace(WELL, **changes)  # type: ignore[arg-type]

    first = health_tiles(a_body(health))[0]

    assert (first.label, first.tone) == (label, tone)
    assert advice in first.sub


def test_messages_that_wait_a_moment_are_no_trouble() -> None:
    waiting = replace(WELL, outbox_waiting=1_200, outbox_oldest=at("09:29"))

    tile = tiles(a_body(waiting))["보내지 못한 텔레그램"]

    assert (tile.value, tile.age) == ("1,200건", "가장 오래된 것 1분 전")
    assert tile.tone is Tone.PLAIN


def test_a_scheduler_that_fell_silent_is_an_alarm() -> None:
    silent = health_tiles(a_body(heartbeat=Beat(at("09:24"))))[0]

    assert (silent.value, silent.age) == ("응답 없음", "신호 6분 전 · 오래된 값")
    assert "다시 실행하세요" in silent.sub


def test_a_scheduler_at_work_may_be_silent_longer() -> None:
    busy = tiles(a_body(heartbeat=Beat(at("08:10"), running="execute")))["스케줄러"]
    late = tiles(a_body(heartbeat=Beat(at("07:50"), running="execute")))["스케줄러"]

    assert (busy.value, busy.tone) == ("계획 실행 중", Tone.GOOD)
    assert late.tone is Tone.ALARM


def test_no_scheduler_is_no_trouble() -> None:
    off = tiles(a_body(heartbeat=None))["스케줄러"]

    assert (off.value, off.tone) == ("꺼져 있음", Tone.QUIET)


def test_a_halt_is_told_with_its_cause_and_its_end() -> None:
    first = health_tiles(a_body(halt=Stopped()))[0]

    assert (first.label, first.value) == ("정지(HALT)", "정지 중")
    assert first.sub.startswith("까닭: 이상한 체결. 어떤 주문도")
    assert "halt.py off" in first.sub


def test_who_holds_the_lock_is_named() -> None:
    tile = tiles(a_body(holder=Busy()))["지금 실행 중인 작업"]

    assert (tile.value, tile.sub) == ("계획 실행", "프로세스 4711")


def test_what_is_not_known_yet_says_so() -> None:
    shown = tiles(a_body(Health(), newest_event=None))

    assert shown["서버와의 시각 차이"].value == "아직 모름"
    assert shown["서버의 응답 시간"].value == "아직 모름"
    assert shown["요청 속도"].value == "알 수 없음"
    assert shown["디스크 남은 공간"].value == "알 수 없음"
    assert (shown["기록(journal)"].value, shown["기록(journal)"].age) == (
        "없음",
        "기록 없음",
    )


def test_a_room_is_asked_for_all_of_it() -> None:
    body = body_of(lived_room(), {"khms_trader": "0.1.0"})

    assert body.now == NOW
    assert body.live == LiveView()
    assert body.newest_event == at("09:01")
    assert [tile.label for tile in health_tiles(body)[:2]] == [
        "디스크 남은 공간",
        "보내지 못한 텔레그램",
    ]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (6_999, "6 KB"),
        (4_500_000, "4.5 MB"),
        (82_600_000_000, "82.6 GB"),
        (1_234_000_000_000, "1,234.0 GB"),
    ],
)
def test_sizes_are_rounded(count: int, text: str) -> None:
    assert size(count) == text
