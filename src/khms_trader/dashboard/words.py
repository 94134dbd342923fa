"""The Korean that several pages share; a page's own words live beside its view."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from khms_trader.dashboard.room import Kind
from khms_trader.domain.order import OrderState, Side
from khms_trader.performance.flows import FlowKind

PAGES: Final = {
    "now": "지금",
    "plan": "계획",
    "execution": "실행",
    "performance": "성과",
    "symbol": "종목",
    "log": "로그",
}
ICONS: Final = {
    "now": ":material/schedule:",
    "plan": ":material/event_note:",
    "execution": ":material/swap_vert:",
    "performance": ":material/show_chart:",
    "symbol": ":material/candlestick_chart:",
    "log": ":material/article:",
}
KINDS: Final = {
    Kind.PAPER: "연습",
    Kind.PRACTICE: "연습 서버",
    Kind.VIRTUAL: "모의투자",
}
JOBS: Final = {"prepare": "계획 만들기", "execute": "계획 실행"}
SIDES: Final = {Side.BUY: "매수", Side.SELL: "매도"}
STATES: Final = {
    OrderState.INTENDED: "결과 모름",
    OrderState.ACCEPTED: "대기",
    OrderState.PARTIALLY_FILLED: "일부 체결",
    OrderState.FILLED: "체결",
    OrderState.CANCELLED: "취소",
    OrderState.EXPIRED: "미체결 종료",
    OrderState.REJECTED: "거부",
    OrderState.UNCONFIRMED: "확인 필요",
    OrderState.NOT_PLACED: "접수 안 됨",
}
REPORTED: Final = {
    "read_only": "상태 폴더가 읽기 전용이라 기록을 있는 그대로 읽습니다. 방금 쓰인 "
    "내용이 빠졌을 수 있고, 서버에는 묻지 않습니다.",
}
FLOWS: Final = {
    FlowKind.DEPOSIT: "입금",
    FlowKind.WITHDRAWAL: "출금",
    FlowKind.RESET: "계좌 초기화",
}
NO_SCHEDULER: Final = "꺼져 있음"
SILENT_SCHEDULER: Final = "응답 없음"
WEEKDAYS: Final = "월화수목금토일"
DASH: Final = "–"


def won(amount: int | None) -> str:
    """Return ``1,234,567원``, or a dash for an unknown amount."""
    return DASH if amount is None else f"{amount:,}원"


def signed_won(amount: int | None) -> str:
    """Return ``+1,234원``, ``−1,234원``, ``0원`` or a dash."""
    if not amount:
        return won(amount)
    return f"{'+' if amount > 0 else '−'}{abs(amount):,}원"


def signed_percent(percent: Decimal | float | None, digits: int = 2) -> str:
    """Return ``+1.23%``, ``−1.23%``, ``0.00%`` or a dash; the input is in percent."""
    if percent is None:
        return DASH
    text = number(percent, digits)
    is_gain = percent > 0 and text != number(0, digits)
    return f"{'+' if is_gain else ''}{text}%"


def number(value: Decimal | float, digits: int = 2) -> str:
    """Return ``1,234.50`` or ``−0.50``; what rounds to nothing has no sign."""
    text = f"{abs(value):,.{digits}f}"
    is_minus = value < 0 and any(digit in text for digit in "123456789")
    return f"−{text}" if is_minus else text


def shares(quantity: int) -> str:
    """Return ``12주``."""
    return f"{quantity:,}주"


def day(session: date) -> str:
    """Return ``11.23 (월)``."""
    return f"{session:%m.%d} ({WEEKDAYS[session.weekday()]})"


def long_day(session: date) -> str:
    """Return ``2026.11.23 (월)``."""
    return f"{session:%Y.}{day(session)}"


def moment(at: datetime, now: datetime) -> str:
    """Return ``09:01:12`` for today, ``11.20 09:01`` this year, else with the year."""
    if at.date() == now.date():
        return f"{at:%H:%M:%S}"
    return f"{at:%m.%d %H:%M}" if at.year == now.year else f"{at:%Y.%m.%d %H:%M}"


def not_all(count: int, shown: int) -> str:
    """Return that a list goes on, and how to come to the rest."""
    return f"{count:,}건 중 {shown}건만 보입니다. 이름으로 좁히세요."


def not_alone(address: str | None) -> str:
    """Return the warning that other machines may see the page."""
    where = address or "모든 주소"
    return (
        f"이 화면이 이 컴퓨터 밖에서도 보일 수 있습니다(server.address = {where}). "
        "--server.address 127.0.0.1 을 붙여 다시 시작하세요."
    )


def gives_way(purpose: str) -> str:
    """Return why the account is not asked for now."""
    return f"{JOBS.get(purpose, '다른 작업')} 중이라 조회를 잠시 멈췄습니다."


def quotes_give_way(purpose: str) -> str:
    """Return why no price was asked for."""
    job = JOBS.get(purpose, "다른 작업")
    return f"{job} 중이라 시세를 묻지 않았습니다. 끝난 뒤에 다시 확인하세요."


def silent(seconds: float) -> str:
    """Return for how long the server has not answered."""
    return f"서버가 {int(seconds)}초째 답하지 않습니다."
