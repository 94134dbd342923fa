"""The Korean of the page 지금. Sentences for a person, one to two lines each."""

from datetime import date, datetime
from typing import Final

from khms_trader.dashboard import words
from khms_trader.dashboard.live import LiveView, Source
from khms_trader.performance.flows import Flow
from khms_trader.planning.state_view import Whose

TITLE: Final = "지금"
RENEW: Final = "새로 조회"
NOTHING_READ: Final = (
    "아직 한 번도 읽지 못한 계좌입니다. 조회가 끝나면 여기에 보입니다."
)
NO_HOLDINGS: Final = "보유 종목이 없습니다."
WHOSE: Final = {
    Whose.PLAN: "전략",
    Whose.LEGACY: "기존 보유",
    Whose.OUTSIDE: "외부",
}
WHOSE_ORDER: Final = {
    Whose.PLAN: "계획",
    Whose.MANUAL: "도구",
    Whose.OUTSIDE: "외부",
}
APART_NOTE: Final = (
    "기존 보유는 설정이나 첫 확인 때 전략이 건드리지 않기로 한 종목이고, 외부는 앱 "
    "등에서 따로 산 종목입니다. 전략은 둘 다 팔지 않습니다."
)
HELD_NOTE: Final = (
    "손익은 매수 평균가 대비이고 비용을 빼기 전입니다. 비중은 총자산에 대한 것, "
    "보유일은 산 날부터 센 거래일 수입니다."
)
UNKNOWN: Final = (
    "결과를 모르는 주문이 있습니다. 증권사 앱의 주문 내역에서 확인한 뒤 아래 "
    "도구로 알려 주세요. 같은 주문을 다시 보내지 마세요."
)
RESOLVE: Final = "python scripts/tools/resolve_order.py"
OPEN: Final = "아직 체결되지 않은 주문이 있습니다."
HALTED: Final = "정지 상태라 어떤 주문도 나가지 않습니다."
UNHALT: Final = "python scripts/tools/halt.py off"
UNCONFIRMED: Final = (
    "아직 첫 사용을 확인하지 않은 계좌라 주문을 보내지 않습니다. 확인하면 지금 있는 "
    "종목은 기존 보유로 적히고 전략이 건드리지 않습니다."
)
CONFIRM: Final = "python scripts/execute_next_open_plan.py --confirm-first-run"
DIFFERS: Final = (
    "계좌와 기록의 수량이 다른 종목이 있습니다. 앱에서 직접 사고팔았거나 분할·합병일 "
    "수 있습니다."
)
DEAD_SCHEDULER: Final = "스케줄러 응답 없음 · 직접 실행"
NEVER_SCHEDULED: Final = "상시 스케줄러를 쓰지 않는 중"
BY_HAND: Final = "직접 실행"
BY_SCHEDULER: Final = "스케줄러가 실행"
AT_ONCE: Final = "지금 할 수 있음"
NOT_KNOWN: Final = "알 수 없음"
HAS_NEXT: Final = "다음 거래일의 계획은 만들어 두었습니다."
MAKE_NOW: Final = "계획 만들기를 실행하면 다음 거래일의 새 계획이 생깁니다."
UNREAD: Final = "기록을 읽지 못했습니다"
UNPRICED: Final = "시세가 없는 종목이 있어 알 수 없음"
SPECIAL: Final = "시간이 다름"
CLOSED: Final = "휴장"

NO_KEYS_TITLE: Final = "한국투자증권 모의투자 키가 없어 연습 계좌를 보여 줍니다"
NO_KEYS: Final = """
**모의투자 계좌를 보려면**

1. [KIS Developers](https://apiportal.koreainvestment.com)에서 모의투자 앱 키를 \
발급받습니다.
2. `secrets.yaml`의 `korea_invest.virtual`에 `app_key`, `app_secret`, `account_no`를 \
적습니다. 파일이 없으면 `secrets.example.yaml`을 복사하세요.
3. 이 페이지를 새로 고칩니다. 다시 시작하지 않아도 됩니다.

키가 있으면 `settings.yaml`의 `broker.provider`가 무엇이든 이 대시보드는 언제나 \
모의투자 계좌를 보여 줍니다. 계획과 주문을 그 계좌로 하려면 `broker.provider`를 \
`korea_invest`로 바꾸세요.
"""
_IN_A_FOLDER_OF_ITS_OWN: Final = """\
export KHMS_HOME=~/khms_practice
python scripts/tools/doctor.py --init --practice
python scripts/tools/run_kis_simulator.py"""
_LOOKED_AT: Final = """\
export KHMS_HOME=~/khms_practice
streamlit run scripts/run_dashboard.py"""
PRACTICE: Final = {
    "**키 없이 먼저 연습하려면** 새 터미널의 프로젝트 폴더에서 연습 폴더를 만들고 연습 "
    "서버를 켜 둡니다.": _IN_A_FOLDER_OF_ITS_OWN,
    "그다음 대시보드를 켠 터미널에서 **Ctrl+C**로 끝내고, 연습 폴더로 다시 "
    "시작합니다.": _LOOKED_AT,
}


def source_of(live: LiveView) -> str:
    """Return where the account comes from, for the age line of its tiles."""
    return {Source.SERVER: "계좌 조회", Source.JOURNAL: "마지막 기록"}.get(
        live.source, ""
    )


def gives_way(purpose: str, moment: str) -> str:
    """Return why nothing is asked of the server now."""
    return not_renewed(words.gives_way(purpose), moment)


def not_renewed(problem: str, moment: str) -> str:
    """Return the problem of the last reading and what is shown instead."""
    shown = f" {moment} 값을 보여 줍니다." if moment else ""
    return f"{problem}{shown}"


def unanswered(seconds: float) -> str:
    """Return for how long the server has not answered, for the age line of a tile."""
    return f"{int(seconds)}초째 답 없음"


def spoilt(session: str, why: str) -> str:
    """Return that the plan of ``session`` cannot be executed as it lies there."""
    return f"{session} 거래일의 계획을 쓸 수 없어 이대로는 실행하지 않습니다. {why}"


def not_executed(session: date, why: str, outlook: str) -> str:
    """Return that today's plan was left lying, and can be executed no longer."""
    told = (
        f"오늘({session.month}.{session.day}) 계획을 실행하지 않고 시각이 지났습니다."
    )
    return _joined(told, why, "이 계획으로는 이제 주문을 보내지 않습니다.", outlook)


def execution_missed(session: date, why: str, outlook: str) -> str:
    """Return that the plan of ``session`` was not executed to its end."""
    told = f"{words.day(session)} 거래일의 계획을 제때 실행하지 못했습니다."
    return _joined(told, why, outlook)


def plan_missed(session: date, why: str, outlook: str) -> str:
    """Return that no plan was made for ``session`` in time."""
    told = f"{words.day(session)} 거래일의 계획을 제때 만들지 못했습니다."
    return _joined(told, why, outlook)


def makes_a_new_one(at: datetime) -> str:
    """Return when a plan can be made again."""
    return f"{at:%H:%M}의 계획 만들기에서 다음 거래일의 새 계획을 만듭니다."


def _joined(*told: str) -> str:
    return " ".join(each for each in told if each)


def since(at: datetime, *, is_day_before: bool) -> str:
    """Return what a change is measured against."""
    return f"{at:%m.%d %H:%M} 대비" if is_day_before else f"전 기록({at:%m.%d}) 대비"


def reset(since: datetime) -> str:
    """Return that a virtual account seems to have begun anew."""
    return f"{since:%m.%d %H:%M} 뒤로 계좌가 초기화된 것으로 보여 견주지 않습니다"


def without(flow: Flow) -> str:
    """Return what seems to have been paid in or out, and is no part of a change."""
    return f"{words.FLOWS[flow.kind]}으로 보이는 {words.won(abs(flow.amount))} 제외"
