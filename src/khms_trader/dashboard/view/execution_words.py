"""The Korean of the page 실행."""

from datetime import date
from typing import Final

from khms_trader.dashboard.words import SIDES, day, shares
from khms_trader.domain.order import OrderRecord

NO_EXECUTION: Final = (
    "아직 실행한 거래일이 없습니다. 계획이 있는 거래일 09:01 에 "
    "execute_next_open_plan.py 를 실행하면 주문이 어떻게 되었는지 여기에 보입니다."
)
NOTHING_SENT: Final = "이 거래일에 보낸 주문이 없습니다."
NO_REPORT: Final = (
    "이 거래일은 계획과 견줄 수 없어 기록된 주문만 보입니다(도구로 낸 주문이거나 계획 "
    "파일이 없음)."
)
WITHOUT_PLAN: Final = "계획을 읽을 수 없어 기록된 주문만 보입니다."
AS_PLANNED: Final = "수수료와 세금 말고는 계획과 같습니다."
NO_DIFFERENCE: Final = "계획에 거래할 줄이 없었습니다."
TIMELINE_NOTE: Final = (
    "명령이 시작된 때부터 초입니다. 거의 같은 때의 표시는 겹치지 않게 조금 벌려 "
    "그립니다. 우리가 알게 된 때이며 거래소의 체결 시각은 증권사가 알려 주지 않습니다. "
    "오른쪽 끝의 표시는 실행이 끝난 뒤에 확인된 것입니다."
)
LINES_NOTE: Final = (
    "미끄러짐은 시가와 다르게 체결된 금액입니다(bp = 0.01%). "
    "수수료와 세금은 설정 요율로 추정한 값입니다."
)
DIFFERENCE_NOTE: Final = (
    "계획은 기준가로 셈한 금액입니다. 매수는 쓴 돈, 매도는 받은 돈, 현금은 매도 - "
    "매수이고, 모든 원이 한 가지 이유에만 들어갑니다."
)
RESOLVE: Final = "python scripts/tools/resolve_order.py"
ON_ITS_WAY: Final = "보내는 중"
NOT_YET: Final = "아직 보내지 않음"
STORY_LATER: Final = "실행이 끝나면 보입니다."
RUNNING: Final = "지금 실행 중입니다. 3초마다 다시 그립니다."


def question_text(record: OrderRecord, name: str) -> str:
    """Return what is not known of ``record``, and what to do first."""
    what = "어떻게 끝났는지" if record.has_vanished else "접수되었는지"
    named = f"{name} {record.key.symbol}".strip()
    return (
        f"확인 필요: {day(record.key.session)} {SIDES[record.key.side]} {named} "
        f"{shares(record.order.quantity)} 주문이 {what} 알 수 없습니다. 다시 보내지 "
        "않습니다. 증권사 앱에서 확인한 것을 아래 명령으로 알려 주세요."
    )


def question_command(record: OrderRecord) -> str:
    """Return how the reader answers for ``record``."""
    return f"{RESOLVE} --symbol {record.key.symbol}"


def newer(session: date) -> str:
    """Return that a newer session than the chosen one was executed."""
    return f"더 새 실행({session:%m.%d})이 있습니다."
