"""Why a line of a plan did not trade, or a symbol gave no signal: one word each.

The words are stored in plans, journals and reports; the Korean beside each is the one
text that console, report and messages show for it. A broker's own answer is kept
beside our word for it, without anything secret.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Protocol

from khms_trader.domain.detail_words import DETAILS, REMEDIES


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
    CASH_UNKNOWN = "cash_unknown"
    ACCOUNT_UNREAD = "account_unread"
    NO_OPEN_PRICE = "no_open_price"
    NOT_OPENED = "not_opened"
    NEVER_OPENED = "never_opened"
    HALTED = "halted"
    DESIGNATED = "designated"
    BASE_PRICE_MOVED = "base_price_moved"
    ORDER_TOO_LARGE = "order_too_large"
    VOLUME_SHARE = "volume_share"
    DAILY_CAP = "daily_cap"
    ORDER_COUNT = "order_count"
    OPEN_ORDER = "open_order"
    FOREIGN_ORDER = "foreign_order"
    HALT = "halt"
    CLOCK_OFF = "clock_off"
    INTERRUPTED = "interrupted"

    @property
    def korean(self) -> str:
        """What the reader of a report is told, with what to do where that is ours."""
        return _SKIP[self]

    @property
    def may_pass(self) -> bool:
        """True when the same line may go out a few minutes later."""
        return self in {
            SkipReason.NO_OPEN_PRICE,
            SkipReason.NOT_OPENED,
            SkipReason.QUANTITY_CHANGED,
            SkipReason.CASH_UNKNOWN,
            SkipReason.ACCOUNT_UNREAD,
            SkipReason.FOREIGN_ORDER,
            SkipReason.HALT,
            SkipReason.CLOCK_OFF,
        }


_R = SkipReason
_SKIP: Final = {
    _R.NOT_HELD: "보유하지 않음",
    _R.HELD_OUTSIDE: "전략 밖 보유(legacy·외부)라 건드리지 않음",
    _R.ALREADY_HELD: "이미 전략이 보유 중",
    _R.NOT_SELLABLE: "지금 매도 가능 수량이 없음",
    _R.QUANTITY_CHANGED: (
        "주문 없이 보유 수량이 늘어 멈춤(분할·증자 의심): 분할이면 scripts/tools/"
        "sell_out_legacy.py --adopt 종목코드 로 편입하고, 직접 샀으면 그만큼 파세요"
    ),
    _R.TOO_SMALL: "배정 금액으로 한 주도 살 수 없음",
    _R.NO_SLOT: "빈 자리 없음(max_positions)",
    _R.NO_CASH: "주문 가능 현금 부족",
    _R.CASH_UNKNOWN: "주문 가능 현금을 읽지 못함",
    _R.ACCOUNT_UNREAD: "계좌나 주문 목록을 제때 읽지 못함",
    _R.NO_OPEN_PRICE: "시가를 알 수 없음",
    _R.NOT_OPENED: "장은 열렸지만 아직 첫 거래가 없음(VI 등)",
    _R.NEVER_OPENED: "기다렸지만 첫 거래가 없어 보내지 않음(VI·거래 없음)",
    _R.HALTED: "거래정지",
    _R.DESIGNATED: "관리·경고 등 지정 종목은 사지 않음",
    _R.BASE_PRICE_MOVED: "기준가가 계획과 다름(분할·권리락)",
    _R.ORDER_TOO_LARGE: "한 주문 한도(max_order_won) 초과",
    _R.VOLUME_SHARE: "거래대금 대비 너무 큰 주문(max_volume_share)",
    _R.DAILY_CAP: "하루 매수 한도(max_daily_won) 초과",
    _R.ORDER_COUNT: "하루 주문 수 한도(max_orders) 초과",
    _R.OPEN_ORDER: "같은 종목의 미체결 주문이 있음",
    _R.FOREIGN_ORDER: (
        "같은 종목의 외부 주문이 있음: 앱에서 취소하고 실행 시간(start_window_min) "
        "안에 다시 실행하면 보냄"
    ),
    _R.HALT: "정지(HALT) 상태",
    _R.CLOCK_OFF: "컴퓨터 시계가 증권사와 어긋남",
    _R.INTERRUPTED: "앞선 실행이 중단되어 보내지 않음",
}


class Caution(StrEnum):
    """What a person should know of a line that was sent all the same."""

    SOLD_IN_LIQUIDATION = "sold_in_liquidation"
    SOLD_OVERHEATED = "sold_overheated"
    HELD_MORE = "held_more"
    HELD_LESS = "held_less"
    OPEN_ABOVE_LIMIT = "open_above_limit"
    OPEN_AT_UPPER_LIMIT = "open_at_upper_limit"
    OPEN_AT_LOWER_LIMIT = "open_at_lower_limit"

    @property
    def korean(self) -> str:
        """What the reader of a report is told."""
        return _CAUTION[self]


_C = Caution
_CAUTION: Final = {
    _C.SOLD_IN_LIQUIDATION: "정리매매 종목: 30분 단일가로 체결됨",
    _C.SOLD_OVERHEATED: "단기과열 종목: 30분 단일가로 체결됨",
    _C.HELD_MORE: "보유가 전략 수량보다 많음: 나머지는 외부 보유라 팔지 않음",
    _C.HELD_LESS: "보유가 전략 수량보다 적음: 있는 만큼만 매도",
    _C.OPEN_ABOVE_LIMIT: "시가가 매수 한도가보다 높음: 내려오지 않으면 취소",
    _C.OPEN_AT_UPPER_LIMIT: "시가가 상한가: 살 수 없으면 취소",
    _C.OPEN_AT_LOWER_LIMIT: "시가가 하한가: 팔리지 않으면 다음 계획이 다시 팖",
}


class NoSignalReason(StrEnum):
    """Why a symbol was in the universe, or held, and still gave no signal."""

    TOO_FEW_BARS = "too_few_bars"
    NO_BARS = "no_bars"
    NOT_TRADED = "not_traded"
    MISSING_SESSION = "missing_session"
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
    _N.QUARANTINED: "일봉을 믿을 수 없어 격리됨",
}


# Stopped on the way, so that "refused" would say more than is known.
_NO_REFUSALS: Final = frozenset({"kis_server_trouble", "kis_order_path_trouble"})
_ON_THE_WAY: Final = ("EGW", "IGW")

_PARTS: Final = 3
_LONGEST_MESSAGE: Final = 80  # KIS's own limit
_VENDOR_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,12}")
# Account numbers, and keys or tokens by their length.
_SECRET: Final = re.compile(r"\d{8}-?\d{2}|\d{8,}|[A-Za-z0-9+/=._~-]{20,}")
_SPACE: Final = re.compile(r"[|\s\x00-\x1f\x7f-\x9f]+")


class Told(Protocol):
    """An error as far as a detail needs it."""

    @property
    def code(self) -> str:
        """Our stable word for it."""

    @property
    def facts(self) -> Mapping[str, object]:
        """Its facts; ``vendor_code`` and ``message`` are the broker's own."""


def detail_of(error: Told) -> str:
    """Return what a journal keeps of ``error``: ``code`` or ``code|theirs|message``.

    The middle part is the broker's own code, the last its own words on one line,
    without account numbers, keys or tokens; either may be empty.
    """
    theirs = str(error.facts.get("vendor_code", ""))
    theirs = theirs if _VENDOR_CODE.fullmatch(theirs) else ""
    message = _SECRET.sub("****", str(error.facts.get("message", "")))
    message = _SPACE.sub(" ", message).strip()[:_LONGEST_MESSAGE]
    if not theirs and not message:
        return error.code
    return f"{error.code}|{theirs}|{message}"


def code_of(detail: str) -> str:
    """Return our own code of a stored detail."""
    return detail.partition("|")[0]


def korean_of(reason: str) -> str:
    """Return the Korean of a stored reason or detail; words not ours stay as they are.

    A broker's answer reads ``증권사 거부: 40250000 ... — 현금을 확인하세요``.
    """
    if reason in set(SkipReason):
        return SkipReason(reason).korean
    if reason in set(NoSignalReason):
        return NoSignalReason(reason).korean
    if reason in set(Caution):
        return Caution(reason).korean
    parts = reason.split("|", _PARTS - 1)
    if len(parts) < _PARTS:
        return DETAILS.get(reason, reason)
    code, theirs, message = parts
    words = f"{theirs} {message.rstrip(' .')}".strip()
    is_open = theirs.startswith(_ON_THE_WAY) or code in _NO_REFUSALS
    told = f"{'증권사 답' if is_open else '증권사 거부'}: {words}"
    advice = REMEDIES.get(code) or DETAILS.get(code)
    return f"{told} — {advice}" if advice else told
