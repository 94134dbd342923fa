"""The Korean of the section 상태: what each part is called, and what to do about it."""

from typing import Final

from khms_trader.dashboard.words import JOBS

JUST_SEEN: Final = "방금 확인"
HALT: Final = "정지(HALT)"
SCHEDULER: Final = "스케줄러"
NO_SCHEDULER: Final = (
    "직접 실행하고 있다면 그대로 두세요. 자동으로 돌리려면 python "
    "scripts/run_virtual_next_open_forever.py 를 실행하세요."
)
SCHEDULER_SILENT: Final = (
    "멈춘 것으로 보입니다. 그 터미널과 로그를 확인하고 python "
    "scripts/run_virtual_next_open_forever.py 를 다시 실행하세요."
)
MISSED: Final = "놓친 작업"
AT_WORK: Final = "지금 실행 중인 작업"
PURPOSES: Final = JOBS | {
    "state_check": "상태 확인",
    "resolve": "주문 결과 입력",
    "sell_out": "보유 정리",
    "?": "알 수 없는 작업",
}
SERVER: Final = "증권사 서버"
PAPER: Final = "연습 장부라 서버에 묻지 않습니다."
ACCOUNT: Final = "계좌 조회"
NOT_RENEWED: Final = "제때 새로 읽지 못했습니다. 그대로면 대시보드를 다시 시작하세요."
NOT_ASKED: Final = "상태 폴더에 쓸 수 없어 서버에 묻지 않습니다."
PACE: Final = "요청 속도"
TOKEN: Final = "접근토큰"  # noqa: S105 - what it is called
NO_TOKEN: Final = "다음에 서버에 물을 때 새로 받습니다."  # noqa: S105 - a sentence
TOKEN_REFUSED: Final = "서버가 토큰을 거부합니다. 까닭은 계좌 조회에 있습니다."  # noqa: S105 - a sentence
CLOCK: Final = "서버와의 시각 차이"
CLOCK_OFF: Final = (
    "5초를 넘으면 주문하지 않습니다. 컴퓨터 시각을 인터넷과 자동으로 맞추세요."
)
PRACTICE_CLOCK: Final = (
    "5초를 넘으면 주문하지 않습니다. 연습 서버와 같은 --at 을 주거나 연습 서버를 "
    "--follow-client 로 여세요."
)
NO_ANSWER_YET: Final = "서버의 답을 받으면 알 수 있습니다."
LATENCY: Final = "서버의 응답 시간"
FAILED: Final = "마지막 조회는 실패했습니다."
SLOW: Final = "느립니다. 계속되면 인터넷과 증권사 공지를 확인하세요."
DISK: Final = "디스크 남은 공간"
DISK_LOW: Final = "곧 모자랄 수 있습니다. 필요 없는 파일을 지우세요."
DISK_FULL: Final = "거의 없어 기록과 계획을 쓰지 못할 수 있습니다. 지금 비우세요."
OUTBOX: Final = "보내지 못한 텔레그램"
OUTBOX_UNREAD: Final = (
    "메시지함을 읽지 못했습니다. python scripts/tools/doctor.py 로 점검하세요."
)
UNSENT: Final = "인터넷과 secrets.yaml 의 telegram 을 확인하세요."
JOURNAL: Final = "기록(journal)"
READ_ONLY: Final = (
    "상태 폴더에 쓸 수 없어 옛 값일 수 있습니다. 폴더의 권한과 디스크를 확인하세요."
)
VERSIONS: Final = "버전"

_KILO: Final = 1000


def halted(reason: str) -> str:
    """Return why nothing trades, and how to go on."""
    why = f"까닭: {reason}. " if reason else ""
    return f"{why}어떤 주문도 나가지 않습니다. 풀려면 python scripts/tools/halt.py off"


def answered_in(seconds: float) -> str:
    """Return how long the newest answer of all took."""
    return f"마지막으로 온 답은 {seconds:.2f}초 걸렸습니다."


def size(count: int) -> str:
    """Return bytes as ``12.3 GB``, ``4.5 MB`` or ``6 KB``."""
    if count >= _KILO**3:
        return f"{count / _KILO**3:,.1f} GB"
    if count >= _KILO**2:
        return f"{count / _KILO**2:,.1f} MB"
    return f"{count // _KILO:,} KB"
