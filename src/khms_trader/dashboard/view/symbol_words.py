"""The Korean of the page 종목."""

from typing import Final

from khms_trader.dashboard.view.symbol import DayKind, Fill, Period
from khms_trader.dashboard.view.symbol_choices import Choice, Group
from khms_trader.dashboard.words import SIDES
from khms_trader.domain.order import Side
from khms_trader.domain.quality import Verdict

SEARCH: Final = "종목"
SEARCH_HELP: Final = "이름이나 종목코드 일부를 입력하면 목록이 좁혀집니다."
NO_SYMBOLS: Final = (
    "아직 보일 종목이 없습니다. prepare_next_open_plan.py 를 한 번 실행하면 유니버스와 "
    "일봉이 생깁니다."
)
NO_BARS: Final = (
    "이 종목의 일봉이 아직 없습니다. 다음 prepare 가 유니버스와 보유 종목의 일봉을 "
    "받습니다. 가진 자료가 있으면 scripts/tools/import_bars.py 로 가져올 수 있습니다."
)
NO_SIGNALS: Final = "전략의 지표와 신호를 계산하지 못해 봉만 보입니다."
NO_PROBLEMS: Final = "일봉 점검 기록을 읽지 못했습니다."
NO_FILLS: Final = "이 종목을 사고판 기록이 없습니다."
FILLS_NOTE: Final = (
    "체결가는 주문 전체의 평균입니다. 일봉은 수정주가라 분할·병합 전의 체결은 봉과 "
    "어긋나 보일 수 있습니다."
)
SIGNAL_NOTE: Final = (
    "신호는 그날 종가까지만 본 전략의 판단이고, 주문은 다음 거래일 시가에 나갑니다. 이 "
    "종목의 일봉만으로 계산하므로 빈 자리, 순위, 격리, 기존 보유는 따지지 않습니다."
)
GROUPS: Final = {
    Group.HELD: "보유",
    Group.CANDIDATE: "후보",
    Group.SIGNAL: "신호",
    Group.TRADED: "거래했던 종목",
    Group.UNIVERSE: "",
}
PERIODS: Final = {
    Period.QUARTER: "3개월",
    Period.HALF: "6개월",
    Period.YEAR: "1년",
    Period.ALL: "전체",
}
DAYS: Final = {
    DayKind.TRADED: "",
    DayKind.HALTED: "거래 없음(정지)",
    DayKind.MISSING: "일봉 없음",
    DayKind.AT_UPPER: "상한가 마감",
    DayKind.AT_LOWER: "하한가 마감",
}
SHADED: Final = "바탕을 칠한 날"
VERDICTS: Final = {
    Verdict.OK: "",
    Verdict.WARN: "이 종목의 일봉에 주의할 점이 있습니다. 신호는 그대로 냅니다.",
    Verdict.QUARANTINE: (
        "이 종목의 일봉을 믿을 수 없어 격리했습니다. 매매 신호를 내지 않습니다."
    ),
}
FILL_HEADINGS: Final = ("거래일", "구분", ">수량", ">체결가", ">금액", "이유")
MANUAL: Final = "직접 실행한 도구"
ENTRY: Final = "진입"
EXIT: Final = "이탈"
AVERAGE: Final = "평균 매수가"


def label_of(choice: Choice) -> str:
    """Return ``보유 · 에코프로비엠 247540``, as the list shows and searches it."""
    named = f"{choice.name} {choice.symbol}".strip()
    group = GROUPS[choice.group]
    return f"{group} · {named}" if group else named


def price_text(price: float) -> str:
    """Return a mean price, with decimals only where it has any."""
    return f"{price:,.0f}" if price == int(price) else f"{price:,.1f}"


def fill_text(fill: Fill) -> str:
    """Return ``매수 10주 @12,960원`` and why."""
    who = f" · {MANUAL}" if fill.is_manual else ""
    why = f"<br>{fill.reason}" if fill.reason else ""
    price = price_text(fill.price)
    return f"{SIDES[fill.side]} {fill.quantity:,}주 @{price}원{who}{why}"


def fill_reason(fill: Fill) -> str:
    """Return what the table says beside a fill."""
    if fill.is_manual:
        return MANUAL
    return fill.reason or ("계획의 매수" if fill.side is Side.BUY else "")


def last_bar_note(*, is_provisional: bool, missing: int) -> str:
    """Return how far the newest bar may be trusted; ``missing`` sessions came since."""
    if missing:
        return f"그 뒤 {missing:,}거래일의 일봉이 없음"
    return "거래량이 아직 잠정치" if is_provisional else "확정"
