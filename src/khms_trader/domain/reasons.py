"""Why a line of a plan did not trade, or a symbol gave no signal: one word each.

The words are stored in plans, journals and reports; the Korean beside each is the one
text that console, report and messages show for it.
"""

from enum import StrEnum
from typing import Final


class SkipReason(StrEnum):
    """Why a plan line was not sent."""

    NOT_HELD = "not_held"
    HELD_OUTSIDE = "held_outside"
    ALREADY_HELD = "already_held"
    NOT_SELLABLE = "not_sellable"
    QUANTITY_CHANGED = "quantity_changed"
    NO_SLOT = "no_slot"
    TOO_SMALL = "too_small"
    NO_CASH = "no_cash"
    NO_OPEN_PRICE = "no_open_price"
    HALTED = "halted"
    DESIGNATED = "designated"
    BASE_PRICE_MOVED = "base_price_moved"
    OPEN_ABOVE_LIMIT = "open_above_limit"
    OPEN_AT_LIMIT = "open_at_limit"
    ORDER_TOO_LARGE = "order_too_large"
    VOLUME_SHARE = "volume_share"
    DAILY_CAP = "daily_cap"
    ORDER_COUNT = "order_count"
    OPEN_ORDER = "open_order"
    HALT = "halt"
    INTERRUPTED = "interrupted"

    @property
    def korean(self) -> str:
        """What the reader of a report is told, with what to do where that is ours."""
        return _SKIP[self]

    @property
    def may_pass(self) -> bool:
        """True when the same line may go out a few minutes later."""
        return self in {SkipReason.NO_OPEN_PRICE, SkipReason.HALT}


_R = SkipReason
_SKIP: Final = {
    _R.NOT_HELD: "보유하지 않음",
    _R.HELD_OUTSIDE: "전략 밖 보유(legacy·외부)라 건드리지 않음",
    _R.ALREADY_HELD: "이미 전략이 보유 중",
    _R.NOT_SELLABLE: "지금 매도 가능 수량이 없음",
    _R.QUANTITY_CHANGED: "주문 없이 보유 수량이 바뀜(분할·증자): 확인 뒤 편입 필요",
    _R.TOO_SMALL: "배정 금액으로 한 주도 살 수 없음",
    _R.NO_SLOT: "빈 자리 없음(max_positions)",
    _R.NO_CASH: "주문 가능 현금 부족",
    _R.NO_OPEN_PRICE: "시가를 알 수 없음",
    _R.HALTED: "거래정지",
    _R.DESIGNATED: "관리·경고 등 지정 종목은 사지 않음",
    _R.BASE_PRICE_MOVED: "기준가가 계획과 다름(분할·권리락)",
    _R.OPEN_ABOVE_LIMIT: "시가가 매수 한도가보다 높음",
    _R.OPEN_AT_LIMIT: "시가가 가격제한폭에 닿음",
    _R.ORDER_TOO_LARGE: "한 주문 한도(max_order_won) 초과",
    _R.VOLUME_SHARE: "거래대금 대비 너무 큰 주문(max_volume_share)",
    _R.DAILY_CAP: "하루 매수 한도(max_daily_won) 초과",
    _R.ORDER_COUNT: "하루 주문 수 한도(max_orders) 초과",
    _R.OPEN_ORDER: "같은 종목의 미체결 주문이 있음",
    _R.HALT: "정지(HALT) 상태",
    _R.INTERRUPTED: "앞선 실행이 중단되어 보내지 않음",
}


class NoSignalReason(StrEnum):
    """Why a symbol was in the universe, or held, and still gave no signal."""

    TOO_FEW_BARS = "too_few_bars"
    NO_BARS = "no_bars"
    NOT_TRADED = "not_traded"
    MISSING_SESSION = "missing_session"
    HELD_OUTSIDE = "held_outside"
    QUARANTINED = "quarantined"

    @property
    def korean(self) -> str:
        """What the reader of a plan is told."""
        return _NO_SIGNAL[self]


_N = NoSignalReason
_NO_SIGNAL: Final = {
    _N.TOO_FEW_BARS: "일봉이 모자람",
    _N.NO_BARS: "일봉이 없음",
    _N.NOT_TRADED: "기준일에 거래 없음",
    _N.MISSING_SESSION: "기준일 일봉이 빠짐",
    _N.HELD_OUTSIDE: "전략 밖 보유라 계획에서 뺌",
    _N.QUARANTINED: "일봉을 믿을 수 없어 격리됨",
}


_DETAILS: Final = {
    "market_closed": "장이 열려 있지 않음",
    "unknown_symbol": "모르는 종목",
    "symbol_halted": "거래정지",
    "price_not_allowed": "호가 단위나 가격제한폭에 맞지 않는 가격",
    "not_enough_shares": "매도 가능 수량 부족",
    "not_enough_cash": "주문 가능 현금 부족",
    "order_halted": "정지(HALT) 상태",
    "interrupted": "보내던 중에 실행이 중단됨",
    "kis_before_open": "장 시작 전",
    "kis_after_close": "장 마감 후",
    "kis_not_a_session": "거래일 아님",
    "kis_quantity_refused": "주문 가능 수량 초과",
    "kis_virtual_refused": "모의투자 거절",
    "kis_virtual_account_ended": "모의투자 기간 만료",
    "kis_account_mismatch": "계좌와 앱키 불일치",
    "kis_not_in_virtual": "모의투자에 없는 기능",
    "kis_key_of_other_server": "다른 서버의 앱키",
    "kis_too_fast": "초당 한도 초과",
    "kis_ledger_too_fast": "초당 한도 초과(원장)",
    "kis_token_expired": "접근토큰 만료",
    "kis_token_invalid": "접근토큰 거절",
    "kis_token_not_accepted": "접근토큰 거절",
    "kis_unreachable": "서버에 연결하지 못함",
    "kis_no_answer": "답을 받지 못함",
    "kis_connection_cut": "답을 받지 못함(연결 끊김)",
    "kis_answer_empty": "답을 받지 못함(빈 답)",
    "kis_answer_garbled": "답을 받지 못함(읽을 수 없는 답)",
    "kis_server_error": "답을 받지 못함(서버 오류)",
    "kis_server_trouble": "서버 오류",
    "kis_order_path_trouble": "주문 경로 오류",
    "kis_request_malformed": "요청 형식 거절",
    "kis_service_unknown": "모르는 기능이라 거절",
    "kis_refused": "증권사 거절",
    "kis_ack_unreadable": "주문번호를 읽지 못함",
}


def korean_of(reason: str) -> str:
    """Return the Korean of a stored reason, or the word itself when it is not ours."""
    if reason in set(SkipReason):
        return SkipReason(reason).korean
    if reason in set(NoSignalReason):
        return NoSignalReason(reason).korean
    return _DETAILS.get(reason, reason)
