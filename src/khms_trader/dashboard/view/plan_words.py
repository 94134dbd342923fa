"""The Korean of the page 계획."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from khms_trader.dashboard.view.plan import Standing
from khms_trader.dashboard.words import day, number
from khms_trader.domain.reasons import SkipReason
from khms_trader.planning.state_view import LineStanding

NO_PLANS: Final = (
    "아직 계획이 없습니다. 장이 끝난 뒤 prepare_next_open_plan.py 를 실행하면 여기에 "
    "다음 거래일의 계획이 보입니다."
)
BROKEN: Final = "이 계획은 보일 수 없습니다. 다른 계획은 위에서 고를 수 있습니다."
NO_CANDIDATES: Final = "이 거래일에 거래할 줄이 없습니다."
NO_CHANGES: Final = "거래할 줄이 앞선 계획과 같습니다."
NO_BEFORE: Final = "견줄 앞선 계획이 없습니다."
NOTHING_FOUND: Final = "찾는 종목이 없습니다."
ASK_PRICES: Final = "지금 시세로 확인 (10종목까지)"
ASK_HELP: Final = (
    "후보의 시세를 읽어, 지금 실행하면 어떻게 되는지 실행과 같은 규칙으로 따집니다. "
    "주문은 하지 않습니다."
)
COST_NOTE: Final = (
    "예상 금액은 기준가 × 수량 + 수수료입니다. 실제 값은 다음 거래일 시가에 정해지고, "
    "현금은 순위대로 쓰입니다."
)
FUNNEL_BEGINS: Final = (
    "고른 종목부터 보입니다. 직접 만든 유니버스이거나 예전 계획이라 그 앞에서 뺀 종목 "
    "수가 적혀 있지 않습니다."
)
FUNNEL_WITHOUT_UNIVERSE: Final = (
    "이 계획의 유니버스 파일이 없어 매수 신호부터 보입니다."
)
STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.AHEAD: "실행 전",
    Standing.EXECUTED: "실행함",
    Standing.MISSED: "실행하지 않고 지나감",
    Standing.SUPERSEDED: "다시 만들어져 쓰지 않음",
    Standing.UNKNOWN: "실행했는지 알 수 없음",
}
REST: Final[Mapping[SkipReason, str]] = {
    SkipReason.NO_SLOT: "빈 자리 없음",
    SkipReason.ALREADY_HELD: "이미 전략이 보유",
    SkipReason.HELD_OUTSIDE: "전략 밖 보유(legacy·외부)",
    SkipReason.TOO_SMALL: "한 주도 살 수 없는 금액",
    SkipReason.NOT_HELD: "보유하지 않음",
}
UNJUDGED: Final[Mapping[LineStanding, str]] = {
    LineStanding.LATER: "개장 뒤 시가를 보고 결정",
    LineStanding.QUOTE_FAILED: "시세를 읽지 못해 판단하지 못함",
}
PROBLEMS: Final[Mapping[str, str]] = {
    "no_bars_for_holding": "일봉이 없어 팔 때인지 알 수 없습니다.",
    "holding_quarantined": "일봉을 믿을 수 없어(격리) 팔 때인지 알 수 없습니다.",
}
_INDICATORS: Final[Mapping[str, tuple[str, str]]] = {
    "ma": ("{}일 평균", "ma_window"),
    "close_before": ("{}일 전 종가", "momentum_bars"),
    "volume_mean": ("{}일 평균 거래량", "volume_window"),
}


def indicator_word(name: str, params: Mapping[str, object]) -> str:
    """Return what the strategy's figure ``name`` is; a foreign one keeps its name."""
    word, param = _INDICATORS.get(name, (name, ""))
    if not param:
        return name
    window = params.get(param)
    return word.format(window) if window is not None else name


def indicator_figure(figure: float) -> str:
    """Return a figure with as many digits as it deserves."""
    if figure != figure:  # noqa: PLR0124 - NaN alone differs from itself
        return "알 수 없음"
    if abs(figure) >= 1000 or figure == int(figure):
        return number(figure, 0)
    return number(figure)


def newer(session: date) -> str:
    """Return that a newer plan than the chosen one came."""
    return f"더 새 계획({session:%m.%d})이 있습니다."


def too_old(at: datetime) -> str:
    """Return that the prices of ``at`` are no longer used."""
    return f"{at:%H:%M:%S}에 확인한 시세는 5분이 지나 쓰지 않습니다. 다시 확인하세요."


def not_yet(session: date) -> str:
    """Return that the plan of the next session is still to be made."""
    return f"다음 거래일 {day(session)}의 계획은 아직 없습니다. 아래는 지난 계획입니다."
