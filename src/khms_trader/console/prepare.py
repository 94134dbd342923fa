"""What a prepare did, in Korean: the lines that can trade, and counts of the rest."""

from collections import Counter
from typing import Final

from khms_trader.console.cost_notes import cost_notes
from khms_trader.console.screen import Screen, day_text, won
from khms_trader.domain.plan import BarsState, Plan
from khms_trader.domain.reasons import korean_of
from khms_trader.market.rates import CostRates
from khms_trader.planning.prepared import Prepared

_SOURCES: Final = {
    "sample": "sample (만들어 낸 연습 시세)",
    "store": "store (가져온 일봉)",
    "kis": "kis (한국투자증권)",
    "practice": "practice (연습 서버)",
}
_FUNNEL: Final = {
    "not_common_share": "보통주 아님",
    "no_turnover": "앞 거래일 거래 없음",
    "excluded": "제외 목록",
    "min_price": "최저가 미만",
    "min_traded_value": "거래대금 미만",
    "limit": "순위 밖",
}


def show_prepared(
    prepared: Prepared, screen: Screen, costs: CostRates, *, is_dry_run: bool
) -> None:
    """Show the plan that was saved."""
    plan = prepared.plan
    if is_dry_run:
        screen.line("[드라이런] 운영 상태는 그대로입니다.", style="yellow")
    screen.line(f"{day_text(plan.for_trading_day)} 계획을 저장했습니다.", style="bold")
    screen.line(f"  파일: {prepared.path}")
    screen.line(
        f"  기준일 {day_text(plan.data_asof)} · 계좌 {plan.account} · "
        f"자료 {_SOURCES.get(plan.data_source, plan.data_source)} · "
        f"전략 {plan.strategy.name}"
    )
    _show_warnings(prepared, screen)
    _show_lines(prepared, screen)
    _show_counts(prepared, screen)
    for note in cost_notes(costs, plan.for_trading_day):
        screen.line(f"참고: {note}", style="dim")
    _show_next(plan, screen)


def _show_warnings(prepared: Prepared, screen: Screen) -> None:
    plan = prepared.plan
    for symbol in plan.errors:
        screen.warning(
            f"경고: 보유 종목 {symbol}의 일봉이 없어 팔 때인지 알 수 없습니다."
        )
    for year in prepared.unverified_years:
        screen.warning(
            f"경고: {year}년 휴장일은 확인된 표가 아닙니다. "
            "settings.yaml 의 calendar 로 바로잡을 수 있습니다."
        )
    if plan.bars is BarsState.PROVISIONAL:
        screen.line("  기준일 거래량은 아직 잠정치입니다(20:10 전).", style="yellow")
    if not prepared.universe.instruments:
        screen.warning(
            "경고: 유니버스가 비어 살 후보가 없습니다. "
            "보유 종목의 매도 판단은 그대로입니다."
        )


def _show_lines(prepared: Prepared, screen: Screen) -> None:
    plan = prepared.plan
    held = set(prepared.managed)
    buys = [
        (
            str(line.rank),
            f"{line.name} {line.symbol}".strip(),
            f"{line.quantity:,}",
            won(line.reference_price),
            won(line.quantity * line.reference_price),
            line.reason,
        )
        for line in plan.buys
        if line.rank <= plan.slots_free and line.symbol not in held
    ]
    sells = [
        (
            f"{line.name} {line.symbol}".strip(),
            f"{prepared.managed.get(line.symbol, 0):,}",
            won(line.reference_price),
            line.reason,
        )
        for line in plan.sells
        if line.held
    ]
    columns = (">순위", "종목", ">수량", ">기준가", ">예상 금액", "이유")
    screen.table("살 수 있는 줄", columns, buys)
    screen.table("팔 줄(보유 중)", ("종목", ">수량", ">기준가", "이유"), sells)
    if not buys and not sells:
        screen.line("다음 거래일에 거래할 줄이 없습니다.")


def _show_counts(prepared: Prepared, screen: Screen) -> None:
    plan = prepared.plan
    waiting = sum(line.rank > plan.slots_free for line in plan.buys)
    not_held = sum(not line.held for line in plan.sells)
    screen.line(
        f"나머지: 매수 신호 {waiting}건은 자리가 없고, "
        f"매도 신호 {not_held}건은 보유하지 않은 종목입니다."
    )
    unable = Counter(item.reason for item in plan.skipped)
    if unable:
        counts = ", ".join(
            f"{korean_of(reason)} {count}" for reason, count in sorted(unable.items())
        )
        screen.line(f"신호 없음: {counts}")
    removed = ", ".join(
        f"{_FUNNEL[step.reason]} {step.removed}"
        for step in prepared.universe.funnel
        if step.removed
    )
    source = "직접 만든 파일" if prepared.is_own_universe else "거래대금 순"
    screen.line(
        f"유니버스 {len(prepared.universe.instruments)}종목 ({source})"
        + (f" · 뺀 종목: {removed}" if removed else "")
    )
    screen.line(
        f"주문 가능 현금 {won(prepared.account.spendable)} · "
        f"총평가 {won(prepared.account.total)} · 빈 자리 {plan.slots_free}개"
    )


def _show_next(plan: Plan, screen: Screen) -> None:
    command = "python scripts/execute_next_open_plan.py"
    screen.line(f"다음 할 일: {day_text(plan.for_trading_day)} 09:01 에 {command}")
    if plan.data_source == "sample":
        screen.line(
            f"  연습이라 지금 해 보려면: {command} --at {plan.for_trading_day}T09:01"
        )
