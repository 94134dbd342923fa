"""An alarm in Korean: what is missing, and what to do about it now.

The one place that words alarms: console and message show the same sentences.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from khms_trader.planning.schedule_history import MissReason
from khms_trader.planning.watchdog import Alarm, AlarmKind

_K = AlarmKind
_TITLES: Final[Mapping[AlarmKind, str]] = {
    _K.JOURNAL_UNREADABLE: "주문 기록을 읽을 수 없음",
    _K.NO_EXECUTION: "실행 기록이 없음",
    _K.EXECUTION_FAILED: "실행이 실패함",
    _K.EXECUTION_MISSED: "실행을 놓침",
    _K.EXECUTION_UNFINISHED: "실행이 끝나지 않음",
    _K.NO_PLAN: "다음 거래일의 계획이 없음",
    _K.PREPARE_FAILED: "계획을 만들지 못함",
    _K.PLAN_UNUSABLE: "계획을 쓸 수 없음",
    _K.HALTED: "정지(HALT)가 켜져 있음",
    _K.UNCONFIRMED: "결과를 모르는 주문이 있음",
    _K.NO_HEARTBEAT: "스케줄러 신호가 없음",
    _K.HEARTBEAT_OLD: "스케줄러 신호가 끊김",
    _K.DISK_FULL: "디스크가 거의 참",
    _K.OUTBOX_UNREADABLE: "보낼 메시지를 읽을 수 없음",
    _K.UNSENT: "메시지가 나가지 않음",
}
_EXECUTE: Final = (
    "스케줄러가 살아 있는지 보고, 아직 실행할 수 있는 시간(기본은 장이 열린 뒤 30분)"
    "이면 execute_next_open_plan.py 를 직접 실행하세요(이미 나간 주문은 다시 나가지 "
    "않습니다)."
)
_PREPARE: Final = (
    "장이 열리기 10분 전까지 prepare_next_open_plan.py 를 실행하세요. 계획이 없으면 "
    "{session} 에는 아무것도 사고팔지 않습니다."
)
_TEXTS: Final[Mapping[AlarmKind, str]] = {
    _K.JOURNAL_UNREADABLE: (
        "{problem} 이 상태로는 주문이 나가지 않습니다. doctor.py 로 확인하세요."
    ),
    _K.NO_EXECUTION: (
        "{session} 거래일의 {at} 실행 기록이 5분이 지나도록 없습니다.{hint} " + _EXECUTE
    ),
    _K.EXECUTION_FAILED: (
        "{session} 거래일의 {at} 실행이 실패했습니다: {reason}. 까닭을 고친 뒤, 아직 "
        "실행할 수 있는 시간(기본은 장이 열린 뒤 30분)이면 execute_next_open_plan.py "
        "를 다시 실행하세요(이미 나간 주문은 다시 나가지 않습니다)."
    ),
    _K.EXECUTION_MISSED: (
        "{session} 거래일의 {at} 실행을 놓쳤습니다: {reason}. 이 거래일의 주문은 "
        "나가지 않습니다. 컴퓨터가 꺼지거나 잠들지 않았는지 확인하세요."
    ),
    _K.EXECUTION_UNFINISHED: (
        "{session} 거래일의 실행이 {began} 에 시작한 뒤 끝났다는 기록이 없습니다. "
        "실행이 끊겼을 수 있습니다. run_virtual_live.py 로 주문과 계좌를 확인하세요."
    ),
    _K.NO_PLAN: "{session} 거래일의 계획이 {due} 까지 만들어지지 않았습니다. "
    + _PREPARE,
    _K.PREPARE_FAILED: (
        "{session} 거래일의 계획이 {due} 까지 만들어지지 않았습니다: {reason}. "
        + _PREPARE
    ),
    _K.PLAN_UNUSABLE: "{problem}",
    _K.HALTED: (
        "{since}정지(HALT) 상태라 {session} 거래일에는 주문이 나가지 않습니다."
        "{because} 주문을 내려면 까닭을 확인한 뒤 scripts/tools/halt.py off 로 푸세요."
    ),
    _K.UNCONFIRMED: (
        "{session} 거래일에 낸 주문 {count}건의 결과를 아직 모릅니다({symbols}). "
        "그 종목의 자리와 현금이 묶여 있습니다. scripts/tools/resolve_order.py 가 "
        "한국투자증권 앱에서 무엇을 볼지 알려 줍니다."
    ),
    _K.NO_HEARTBEAT: (
        "스케줄러가 남기는 신호(heartbeat.json)가 없거나 읽을 수 없습니다. "
        "run_virtual_next_open_forever.py 가 실행 중인지 확인하고, 아니면 다시 "
        "시작하세요."
    ),
    _K.HEARTBEAT_OLD: (
        "스케줄러의 마지막 신호가 {last} 입니다. 지금 시각과 5분 넘게 다릅니다. "
        "run_virtual_next_open_forever.py 가 실행 중인지, 컴퓨터 시계가 맞는지 "
        "확인하고 다시 시작하세요. 일부러 끝냈다면 감시도 끄세요."
    ),
    _K.DISK_FULL: (
        "디스크에 {free} MB 밖에 남지 않았습니다(500 MB 아래). 기록을 쓰지 못하면 "
        "주문도 나가지 않습니다. 자리를 비우세요."
    ),
    _K.OUTBOX_UNREADABLE: (
        "{problem} 텔레그램 메시지가 나가지 않을 수 있습니다. doctor.py 로 확인하세요."
    ),
    _K.UNSENT: (
        "보내지 못한 메시지 {waiting}건이 있습니다(가장 오래된 것은 {oldest}). "
        "인터넷과 텔레그램 설정(secrets.yaml 의 telegram)을 확인하세요."
    ),
}
_NEW_HERE: Final = (
    " 이 계좌에는 아직 아무 기록도 없으니, 처음이 아니라면 KHMS_HOME 과 "
    "settings.yaml 의 broker 가 맞는지도 보세요."
)
# What a job that did not run is recorded with, in words that need no other fact.
REASONS: Final[Mapping[str, str]] = {
    "account_unconfirmed": "처음 쓰는 계좌라 확인(--confirm-first-run)이 필요함",
    "before_open": "장이 열리기 전",
    "clock_off": "컴퓨터 시계가 증권사 서버와 다름",
    "disk_full": "디스크가 가득 참",
    "halted": "정지(HALT) 상태",
    "halted_because": "정지(HALT) 상태",
    "bars_not_up_to_date": "일봉이 아직 새 날까지 오지 않음",
    "bars_too_many_missing": "일봉이 없는 종목이 너무 많음",
    "plan_in_use": "이미 실행을 시작한 계획이라 바꾸지 않음",
    "session_running": "장이 열려 있음",
    "plan_altered": "계획 파일이 만들어진 뒤에 바뀜",
    "plan_missing": "계획이 없음",
    "plan_stale": "계획이 오래됨",
    "plan_swapped": "실행하던 계획이 다른 계획으로 바뀜",
    "plan_unreadable": "계획 파일을 읽을 수 없음",
    "prepare_out_of_time": "장이 열리기 전까지 계획을 다 만들지 못함",
    "session_opened": "계획을 만드는 사이에 장이 열림",
    "start_window_over": "실행할 수 있는 시간이 지남",
}


def title_of(alarm: Alarm) -> str:
    """Return what is wrong, in a few words."""
    return _TITLES[alarm.kind]


def text_of(alarm: Alarm) -> str:
    """Return what is wrong and what to do, in a few sentences."""
    return _TEXTS[alarm.kind].format_map(_facts(alarm))


def _facts(alarm: Alarm) -> dict[str, object]:
    detail = alarm.detail
    told = {name: _told(value) for name, value in detail.items()}
    told |= {"session": alarm.session.isoformat(), "due": _clock(alarm.due_at)}
    match alarm.kind:
        case _K.NO_EXECUTION:
            told["hint"] = _NEW_HERE if detail["is_new"] else ""
        case _K.HALTED:
            since, reason = detail["since"], str(detail["reason"])
            told["since"] = f"{told['since']} 부터 " if since else ""
            told["because"] = f" 까닭: {reason}." if reason else ""
        case _K.UNCONFIRMED:
            told["count"] = _count(detail["symbols"])
        case _K.DISK_FULL:
            told["free"] = f"{int(str(detail['free_bytes'])) // 1_000_000:,}"
        case _:
            pass
    at = detail.get("at")
    if isinstance(at, datetime):
        told["at"] = f"{at:%H:%M}"
    if "reason" in detail:
        told["reason"] = _reason(str(detail["reason"]))
    return told


def _reason(code: str) -> str:
    if code in set(MissReason):
        return MissReason(code).korean
    return REASONS.get(code, f"오류 {code}, 자세한 내용은 logs 폴더의 로그")


def _count(symbols: object) -> int:
    return len(symbols) if isinstance(symbols, tuple) else 0


def _told(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, tuple):
        return ", ".join(dict.fromkeys(map(str, value)))
    return value


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
