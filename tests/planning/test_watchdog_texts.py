"""Every alarm says in Korean what is missing and what to do."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import pytest

from builders import SESSION, at
from khms_trader.planning.schedule_history import MissReason
from khms_trader.planning.watchdog import Alarm, AlarmKind
from khms_trader.planning.watchdog_texts import text_of, title_of

DETAILS: Final[Mapping[AlarmKind, Mapping[str, Any]]] = {
    AlarmKind.JOURNAL_UNREADABLE: {"problem": "기록이 깨졌습니다."},
    AlarmKind.NO_EXECUTION: {"at": at("09:01"), "is_new": False},
    AlarmKind.EXECUTION_FAILED: {"at": at("09:01"), "reason": "plan_missing"},
    AlarmKind.EXECUTION_MISSED: {"at": at("09:01"), "reason": "not_running"},
    AlarmKind.EXECUTION_UNFINISHED: {"began": at("09:01")},
    AlarmKind.NO_PLAN: {"problem": ""},
    AlarmKind.PREPARE_FAILED: {"reason": "kis_unreachable"},
    AlarmKind.PLAN_UNUSABLE: {"problem": "계획이 깨졌습니다."},
    AlarmKind.HALTED: {"since": at("08:00"), "reason": "점검"},
    AlarmKind.UNCONFIRMED: {"symbols": ("086520", "319400", "086520")},
    AlarmKind.NO_HEARTBEAT: {},
    AlarmKind.HEARTBEAT_OLD: {"last": at("08:00")},
    AlarmKind.DISK_FULL: {"free_bytes": 123_456_789},
    AlarmKind.OUTBOX_UNREADABLE: {"problem": "메시지가 깨졌습니다."},
    AlarmKind.UNSENT: {"waiting": 3, "oldest": at("07:00")},
}


def an_alarm(kind: AlarmKind, **detail: object) -> Alarm:
    return Alarm(
        kind=kind,
        session=SESSION,
        due_at=at("20:30", date(2026, 3, 3)),
        told_on=SESSION,
        detail={**DETAILS[kind], **detail},
    )


@pytest.mark.parametrize("kind", AlarmKind)
def test_every_alarm_is_a_title_and_whole_sentences(kind: AlarmKind) -> None:
    alarm = an_alarm(kind)

    assert re.fullmatch(r"[가-힣A-Z() ]+", title_of(alarm))
    assert re.fullmatch(r"[^{}\n]+\.", text_of(alarm))
    assert "None" not in text_of(alarm)


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        (AlarmKind.NO_EXECUTION, "2026-03-04 거래일의 09:01 실행 기록이"),
        (AlarmKind.NO_EXECUTION, "execute_next_open_plan.py 를 직접 실행하세요"),
        (AlarmKind.EXECUTION_FAILED, "실패했습니다: 계획이 없음."),
        (AlarmKind.EXECUTION_MISSED, "스케줄러가 돌고 있지 않았음"),
        (AlarmKind.PREPARE_FAILED, "2026-03-03 20:30 까지 만들어지지 않았습니다"),
        (AlarmKind.PREPARE_FAILED, "오류 kis_unreachable"),
        (AlarmKind.HALTED, "2026-03-04 08:00 부터 정지(HALT) 상태라"),
        (AlarmKind.HALTED, "까닭: 점검."),
        (AlarmKind.UNCONFIRMED, "주문 3건의 결과를 아직 모릅니다(086520, 319400)"),
        (AlarmKind.DISK_FULL, "123 MB"),
        (AlarmKind.UNSENT, "메시지 3건"),
    ],
)
def test_the_figures_are_filled_in(kind: AlarmKind, part: str) -> None:
    assert part in text_of(an_alarm(kind))


def test_a_halt_made_by_hand_is_told_without_what_nobody_wrote_down() -> None:
    text = text_of(an_alarm(AlarmKind.HALTED, since=None, reason=""))

    assert text.startswith("정지(HALT) 상태라")
    assert "까닭:" not in text


def test_an_account_without_records_may_be_the_wrong_one() -> None:
    told = text_of(an_alarm(AlarmKind.NO_EXECUTION, is_new=True))

    assert "KHMS_HOME" in told
    assert "KHMS_HOME" not in text_of(an_alarm(AlarmKind.NO_EXECUTION))


@pytest.mark.parametrize("reason", MissReason)
def test_every_reason_of_the_schedule_is_told_in_its_own_words(
    reason: MissReason,
) -> None:
    text = text_of(an_alarm(AlarmKind.EXECUTION_MISSED, reason=str(reason)))

    assert reason.korean in text
    assert "오류" not in text


def test_braces_of_others_stay_what_they_are() -> None:
    text = text_of(an_alarm(AlarmKind.PLAN_UNUSABLE, problem="{session} 이 깨짐."))

    assert text == "{session} 이 깨짐."
