"""What a prepare did, in Korean: the lines that can trade, and counts of the rest."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from khms_trader.console.cost_notes import cost_notes
from khms_trader.console.next_step import CONFIRM, EXECUTE, command, practice_hint
from khms_trader.console.open_questions import show_open_questions
from khms_trader.console.prepare_lines import candidates, show_rest
from khms_trader.console.quality import verdict_line
from khms_trader.console.screen import Screen, day_text, won
from khms_trader.console.words import named
from khms_trader.domain.bars import RefreshOutcome
from khms_trader.domain.detail_words import SORTED_OUT
from khms_trader.domain.plan import BarsState
from khms_trader.domain.quality_words import problem_words
from khms_trader.domain.reasons import korean_of
from khms_trader.market.rates import CostRates
from khms_trader.planning.prepared import UNIVERSE, Prepared

_SOURCES: Final = {
    "sample": "만들어 낸 연습 시세",
    "store": "가져온 일봉",
    "kis": "한국투자증권",
    "practice": "연습 서버",
}
_BASES: Final = {"adjusted": "수정주가", "raw": "원주가"}
_ERRORS: Final = {
    "no_bars_for_holding": "일봉이 없어 팔 때인지 알 수 없습니다.",
    "holding_quarantined": "일봉을 믿을 수 없어(격리) 팔 때인지 알 수 없습니다.",
}
_OUTCOMES: Final = {
    RefreshOutcome.APPENDED: "이어 붙임",
    RefreshOutcome.FILLED: "처음 받음",
    RefreshOutcome.UNCHANGED: "그대로",
    RefreshOutcome.REBASED: "새 기준",
    RefreshOutcome.QUARANTINED: "격리",
    RefreshOutcome.UNKNOWN: "시세 없음",
    RefreshOutcome.FAILED: "실패",
}
_NO_LISTING: Final = {
    "kis_master_unavailable": "내려받지 못해",
    "kis_master_unreadable": "읽을 수 없어",
}
_MOST_NAMED: Final = 5
_BUY_COLUMNS: Final = (">순위", "종목", ">수량", ">기준가", ">예상 금액", "이유")
_SELL_COLUMNS: Final = ("종목", ">수량", ">기준가", "이유")


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
        f"자료 {_source(prepared)} · "
        f"전략 {plan.strategy.name}"
    )
    _show_refreshed(prepared, screen)
    _show_warnings(prepared, screen)
    _show_lines(prepared, screen)
    _show_counts(prepared, screen)
    if prepared.is_first:
        for note in cost_notes(costs, plan.for_trading_day):
            screen.line(f"참고: {note}", style="dim")
    show_open_questions(prepared.open_questions, _names(prepared), screen)
    _show_next(prepared, screen, is_dry_run=is_dry_run)


def _names(prepared: Prepared) -> dict[str, str]:
    plan = prepared.plan
    names = {line.symbol: line.name for line in plan.buys}
    names |= {line.symbol: line.name for line in plan.sells}
    return names | {held.symbol: held.name for held in prepared.account.holdings}


def _source(prepared: Prepared) -> str:
    name, basis = prepared.plan.data_source, prepared.basis
    return f"{name} ({_SOURCES.get(name, name)}, {_BASES.get(basis, basis)})"


def _show_refreshed(prepared: Prepared, screen: Screen) -> None:
    refreshed = prepared.refreshed
    if refreshed is None:
        return
    counts = [
        f"{word} {len(refreshed.of(outcome))}"
        for outcome, word in _OUTCOMES.items()
        if refreshed.of(outcome)
    ]
    told = f": {' · '.join(counts)}" if counts else ""
    screen.line(f"  일봉 {len(refreshed.outcomes)}종목 갱신{told}")
    failed = refreshed.of(RefreshOutcome.FAILED)
    if failed:
        named = ", ".join(failed[:_MOST_NAMED])
        more = " 등" if len(failed) > _MOST_NAMED else ""
        screen.warning(
            f"경고: {len(failed)}종목({named}{more})은 일봉을 받지 못해 신호가 "
            "없습니다. 다시 실행하면 그 종목만 받습니다."
        )


def _show_warnings(prepared: Prepared, screen: Screen) -> None:
    plan = prepared.plan
    if UNIVERSE in plan.errors:
        why = _NO_LISTING.get(plan.errors[UNIVERSE], "받지 못해")
        screen.warning(
            f"경고: 종목 목록을 {why} 지난 유니버스 {plan.universe_file} 를 그대로 "
            "씁니다. 그 뒤의 거래정지·관리종목 지정은 이 계획에 없고, 주문 직전에 "
            "다시 확인합니다."
        )
    for symbol, problem in plan.errors.items():
        if symbol == UNIVERSE:
            continue
        screen.warning(f"경고: 보유 종목 {symbol} - {_ERRORS.get(problem, problem)}")
    for gone in prepared.released:
        screen.warning(
            f"경고: {gone.symbol} {gone.quantity:,}주는 계좌에 없어 전략 관리에서 "
            "뺐습니다(직접 팔았거나 합병). 아니라면 증권사 앱에서 확인하세요."
        )
    for found in prepared.quality.market:
        # The universe was ranked by the session before.
        if found.session in {plan.data_asof, prepared.ranked_on}:
            screen.warning(f"경고: {problem_words(found)}")
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
    buys = [
        (
            str(line.rank),
            named(line.name, line.symbol),
            f"{line.quantity:,}",
            won(line.reference_price),
            won(line.quantity * line.reference_price),
            line.reason,
        )
        for line in candidates(prepared)
    ]
    sells = [
        (
            named(line.name, line.symbol),
            f"{prepared.managed.get(line.symbol, 0):,}",
            won(line.reference_price),
            line.reason,
        )
        for line in plan.sells
        if line.held
    ]
    _show_with_reasons(screen, "살 수 있는 줄", _BUY_COLUMNS, buys)
    _show_with_reasons(screen, "팔 줄(보유 중)", _SELL_COLUMNS, sells)
    _show_want_of_cash(prepared, screen)
    if not buys and not sells:
        screen.line("다음 거래일에 거래할 줄이 없습니다.")


def _show_want_of_cash(prepared: Prepared, screen: Screen) -> None:
    needed = sum(line.quantity * line.reference_price for line in candidates(prepared))
    if needed > prepared.account.spendable:
        screen.line(
            f"  살 금액 {won(needed)}이 주문 가능 현금 "
            f"{won(prepared.account.spendable)}보다 많습니다. 순위대로 현금이 되는 "
            "만큼만 삽니다(파는 줄이 체결되면 그 돈도 씁니다).",
            style="yellow",
        )


def _show_with_reasons(
    screen: Screen, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Show a table whose last column is the reason, once when it is always the same."""
    reasons = {row[-1] for row in rows}
    if len(reasons) > 1:
        screen.table(title, columns, rows)
        return
    screen.table(title, columns[:-1], [row[:-1] for row in rows])
    for reason in reasons:
        screen.line(f"  이유: {reason}")


def _show_counts(prepared: Prepared, screen: Screen) -> None:
    plan = prepared.plan
    show_rest(prepared, screen)
    quality = prepared.quality
    if quality.warn or quality.quarantine:
        screen.line(verdict_line(quality))
    for worst in quality.worst:
        name = named(worst.name, worst.symbol)
        screen.line(f"  격리: {name} - {problem_words(worst.problem)}")
    unable = Counter(item.reason for item in plan.skipped)
    if unable:
        counts = ", ".join(
            f"{korean_of(reason)} {count}" for reason, count in sorted(unable.items())
        )
        screen.line(f"신호 없음: {counts}")
    removed = ", ".join(
        f"{SORTED_OUT[step.reason]} {step.removed}"
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


def _show_next(prepared: Prepared, screen: Screen, *, is_dry_run: bool) -> None:
    if is_dry_run:
        screen.line(
            "다음 할 일: 드라이런 계획은 실행하지 않습니다. 쓸 계획은 --dry-run 을 "
            "빼고 다시 실행해 만드세요."
        )
        return
    plan, at, label = prepared.plan, prepared.executes_at, "다음 할 일"
    if not prepared.is_confirmed:
        latest = max(plan.generated_at, prepared.account.observed_at)
        now = latest if prepared.is_shifted else None
        screen.line(
            f"{label}: 처음 쓰는 계좌라 먼저 보유를 확인합니다. 지금 "
            f"{command(EXECUTE, CONFIRM, at=now)}"
        )
        label = "그다음"
    then = command(EXECUTE, at=at if prepared.is_shifted else None)
    screen.line(f"{label}: {day_text(at.date())} {at:%H:%M} 에 {then}")
    is_practice = plan.data_source == "sample" or plan.account.startswith("practice-")
    if is_practice and not prepared.is_shifted:
        screen.line(practice_hint(EXECUTE, at))
