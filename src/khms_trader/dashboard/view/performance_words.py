"""The Korean of the page 성과: names, and the convention under each figure."""

from collections.abc import Mapping, Sequence
from typing import Final

from khms_trader.dashboard.view.performance import Period
from khms_trader.dashboard.words import signed_percent
from khms_trader.performance.ratios import FEWEST_SESSIONS, ROLLING_SESSIONS
from khms_trader.performance.trade import ClosedTrade, ExitKind, UnknownCost

TOO_FEW: Final = f"표본 부족 ({FEWEST_SESSIONS}거래일부터)"
NO_VARIATION: Final = "수익률이 변하지 않아 계산하지 않습니다."
NOT_KNOWN: Final = "알 수 없음"
NOTHING: Final = "-"
NO_REASON: Final = "이유 기록 없음"
NEVER_SEEN: Final = (
    "아직 기록된 평가금액이 없습니다. prepare 나 execute 를 한 번 실행하면 여기부터 "
    "그려집니다."
)
SEEN_ONCE: Final = "다음 거래일에 한 번 더 기록되면 그래프를 그립니다."
NO_TRADES: Final = "아직 끝난 거래가 없습니다."
NO_PAIRS: Final = "매수일과 매수금액을 모두 아는 거래가 없습니다."
NO_BENCHMARK: Final = "같은 날의 비교 지수(229200) 일봉이 없어 비교하지 않습니다."
NO_FLOWS: Final = "입출금이나 계좌 초기화로 보이는 변화가 없습니다."

PERIODS: Final[Mapping[Period, str]] = {
    Period.ALL: "전체",
    Period.YEAR: "최근 250거래일",
    Period.QUARTER: "최근 60거래일",
}

EQUITY_NOTE: Final = (
    "계좌 전체(legacy·외부 보유 포함)의 총자산을 거래일마다 마지막 관측으로 이은 "
    "시간가중 수익률입니다. 입출금·계좌 초기화는 표시만 하고 수익으로 세지 않습니다. "
    "비교 지수는 KODEX 코스닥150(229200) 수정 종가이고 분배금은 빠져 있습니다."
)
WORTH_NOTE: Final = (
    "증권사가 말한 총자산(보유 평가금액 + D+2 예수금)입니다. 입출금이 그대로 들어 "
    "있으므로 수익률로 읽지 마세요."
)
DRAWDOWN_NOTE: Final = "낙폭 = 수익률 지수 ÷ 그때까지의 최고점 - 1."
FLOW_NOTE: Final = (
    "증권사는 입출금 내역을 주지 않아 추정합니다: D+2 예수금의 변화에서 아는 체결과 "
    "추정 비용을 빼고, 체결 없이 들고난 주식의 값을 더한 금액이 허용 오차(총자산의 "
    "0.1%(최소 1,000원) + 체결금액의 0.5% + 체결 없이 움직인 주식의 30%)를 넘으면 "
    "입출금으로 봅니다. 그보다 작은 입출금과 이자는 수익에 들어가고, 큰 배당은 "
    "입금으로 보일 수 있습니다. 보유 없이 백만 원 단위 현금만 남으면 계좌 초기화로 "
    "봅니다."
)
MONTHLY_NOTE: Final = (
    "월 수익률(%) = 그 달 거래일 수익률의 곱 - 1. '계'는 그 해의 곱입니다. 첫 관측일은 "
    "기준일이라 수익률이 없습니다."
)
ROLLING_NOTE: Final = (
    f"직전 {ROLLING_SESSIONS}거래일 수익률의 평균 ÷ 표준편차 × √250(1년을 250거래일로 "
    "봄), 무위험 수익률 0."
)
HISTOGRAM_NOTE: Final = "거래일 수익률의 분포입니다. 0%는 항상 막대의 경계입니다."
SCATTER_NOTE: Final = (
    "점 하나가 끝난 거래 하나(선입선출)입니다. 수익률 = 비용을 뺀 손익 ÷ 매수금액, "
    "보유 기간은 매수일 다음 거래일을 1로 셉니다."
)
GROUPS_NOTE: Final = (
    "비용을 뺀 손익의 합입니다. 이유는 그날 계획의 매도 줄에 적힌 말이고, 이유가 "
    "여럿인 매도는 적힌 그대로 한 묶음입니다."
)
SYMBOLS_NOTE: Final = "비용을 뺀 손익의 합입니다. 손익이 큰 종목부터 보입니다."
TRADES_NOTE: Final = (
    "손익 = 매도금액 - 매수금액 - 수수료 - 세금. 수수료·세금은 그날 설정의 요율로 "
    "추정한 값입니다. '추정' 표시는 매수값이 증권사 평균단가이거나 매도값이 마지막으로 "
    "본 가격인 거래입니다. CSV의 종목 코드에는 A를 붙입니다(엑셀이 앞의 0을 지우지 "
    "않게)."
)


def exit_of(trade: ClosedTrade) -> str:
    """Return why ``trade`` ended, as a person reads it."""
    if trade.kind is ExitKind.MANUAL:
        return "직접 매도(도구)"
    if trade.kind is ExitKind.RELEASED:
        return "계좌에서 사라짐(앱 매도·합병 등)"
    return trade.reason or NO_REASON


def no_rolling(returns: int) -> str:
    """Return why there is no rolling ratio yet, with how many returns there are."""
    if returns >= ROLLING_SESSIONS:
        return NO_VARIATION
    return f"표본 부족 (수익률 {ROLLING_SESSIONS}거래일부터, 지금 {returns}거래일)"


def unknown_costs(unknown: Sequence[UnknownCost]) -> str:
    """Return the sentence on what no trade could be made of."""
    shares = sum(each.quantity for each in unknown)
    return (
        f"매수값을 알 수 없어 거래로 세지 않은 매도·이탈이 {len(unknown):,}건"
        f"({shares:,}주) 있습니다."
    )


def not_all(trades: int, shown: int) -> str:
    """Return the sentence that the table ends before the trades do."""
    return f"{trades:,}건 중 가까운 {shown}건만 보입니다. 전부는 CSV에 있습니다."


def named(symbol: str, names: Mapping[str, str]) -> str:
    """Return the display name with the symbol behind it."""
    name = names.get(symbol, "")
    return f"{name} {symbol}" if name else symbol


def percent(fraction: float) -> str:
    """Return a fraction as signed percent, two decimals."""
    return signed_percent(fraction * 100)
