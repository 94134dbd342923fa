"""The Korean of the page 로그: kinds of events and what each says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from khms_trader.domain import events as e
from khms_trader.domain.events import Event

SECTIONS: Final = {
    "lines": "로그",
    "events": "기록",
    "settings": "설정",
    "health": "상태",
}
LEVELS: Final[Mapping[str, tuple[str, ...]]] = {
    "모두": (),
    "경고 이상": ("WARNING", "ERROR", "CRITICAL"),
    "오류": ("ERROR", "CRITICAL"),
}
LEVEL_WORDS: Final = {
    "DEBUG": "자세히",
    "INFO": "정보",
    "WARNING": "경고",
    "ERROR": "오류",
    "CRITICAL": "치명",
}
KINDS: Final[Mapping[type[Event], str]] = {
    e.PlanPrepared: "계획 저장",
    e.AccountObserved: "계좌 관측",
    e.AccountConfirmed: "첫 사용 확인",
    e.HoldingAdopted: "보유 편입",
    e.HoldingReleased: "보유 이탈",
    e.ExecutionStarted: "실행 시작",
    e.OrderIntended: "주문 결정",
    e.OrderAccepted: "주문 접수",
    e.OrderRejected: "주문 거부",
    e.OrderUnconfirmed: "주문 결과 모름",
    e.OrderFilled: "체결",
    e.OrderCancelled: "주문 취소",
    e.OrderExpired: "미체결 종료",
    e.OrderNotPlaced: "접수 안 됨",
    e.OrderNoted: "주문 메모",
    e.LineSkipped: "줄 건너뜀",
    e.LineWarned: "줄 주의",
    e.ForeignOrdersSeen: "외부 주문 발견",
    e.ExecutionPaused: "실행 잠시 멈춤",
    e.ExecutionFinished: "실행 끝",
    e.RunFailed: "작업 실패",
    e.JobMissed: "작업 놓침",
}
EVENT_HEADINGS: Final = ("시각", "종류", "내용")
SETTING_HEADINGS: Final = ("설정", "값")
EMPTY: Final = "(비어 있음)"
NO_LINES: Final = (
    "로그가 아직 없습니다. prepare 나 execute 를 실행하면 logs 폴더에 쌓입니다."
)
NO_LINES_FOUND: Final = "찾는 로그가 없습니다. 수준이나 검색어를 바꿔 보세요."
NO_EVENTS: Final = "기록이 아직 없습니다. prepare 나 execute 를 실행하면 쌓입니다."
NO_EVENTS_FOUND: Final = "찾는 기록이 없습니다. 거래일이나 종류를 바꿔 보세요."
EVENTS_NOTE: Final = (
    "기록(journal)은 지워지거나 고쳐지지 않습니다. 시각은 서울 시각이고, 거래일은 그 "
    "일이 속한 거래일입니다."
)
STALE_JOURNAL: Final = (
    "상태 폴더가 읽기 전용이라 지금 실행 중인 작업이 쓰는 내용은 아직 보이지 않을 수 "
    "있습니다."
)
ALL_SESSIONS: Final = "모든 거래일"
ALL_KINDS: Final = "모든 종류"
SETTINGS_NOTE: Final = (
    "settings.yaml 에서 읽어 지금 쓰는 값입니다. 고치면 다음에 시작하는 작업부터 "
    "쓰입니다. 키와 계좌번호는 secrets.yaml 에 있고 여기에 보이지 않습니다."
)
TRACE: Final = "자세히"
HEADLESS: Final = "앞이 잘린 기록입니다."
IN_FILE: Final = "자세한 기록은 logs/khms_trader.log 파일에 있습니다."


def moment_to_second(at: datetime, now: datetime) -> str:
    """Return ``09:01:12``, or with the date when it is not that of ``now``."""
    if at.date() == now.date():
        return f"{at:%H:%M:%S}"
    return f"{at:%m.%d %H:%M:%S}" if at.year == now.year else f"{at:%Y.%m.%d %H:%M:%S}"


def lines_shown(count: int, *, is_all: bool) -> str:
    """Return how many log entries are shown."""
    return f"최근 {count:,}건" if not is_all else f"{count:,}건 모두"


def changed_count(changed: int, total: int) -> str:
    """Return how many settings differ from the defaults."""
    if not changed:
        return f"설정 {total:,}개가 모두 기본값입니다."
    return f"설정 {total:,}개 중 {changed:,}개가 기본값과 다릅니다."
