"""Words that several screens use: sides, states, names and figures."""

from decimal import Decimal
from typing import Final

from khms_trader.domain.order import OrderState, Side

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
UNREAD: Final = "조회 실패"


def named(name: str, symbol: str) -> str:
    """Return name and symbol, or the symbol alone."""
    return f"{name} {symbol}".strip()


def percent(figure: Decimal | None) -> str:
    """Return ``+1.23%``, or a dash for an unknown figure."""
    return "-" if figure is None else f"{figure:+.2f}%"
