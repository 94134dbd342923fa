"""What an execution came to, in Korean: its orders, counts of the rest, the account."""

from collections import Counter
from typing import Final

from khms_trader.console.difference import (
    show_difference,
    show_notes,
    show_unknown,
)
from khms_trader.console.screen import Screen, day_text, won
from khms_trader.console.words import SIDES, named
from khms_trader.domain.account import Account
from khms_trader.domain.order import Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.reasons import SkipReason, korean_of
from khms_trader.domain.report import (
    LineEnd,
    LineReport,
    OrderReport,
    RunParts,
    SessionReport,
)
from khms_trader.planning.executed import Confirmed, Execution, Outcome

_MAY_PASS: Final = {reason.value for reason in SkipReason if reason.may_pass}
_COLUMNS: Final = (
    "구분",
    "종목",
    "결과",
    ">수량",
    ">체결가",
    ">시가",
    ">차이(bp)",
    ">비용",
)


def show_execution(execution: Execution, screen: Screen, *, is_dry_run: bool) -> None:
    """Show the outcome and, where there is one, the report."""
    if is_dry_run:
        screen.line(
            "[드라이런] 아무것도 보내지 않았고 운영 상태는 그대로입니다. "
            "실행했다면 이렇게 됩니다:",
            style="yellow",
        )
    if execution.confirmed is not None:
        _show_confirmed(execution, screen)
    if execution.outcome is Outcome.NOT_A_SESSION:
        screen.line(
            f"{day_text(execution.session)}은 휴장일이라 할 일이 없습니다. "
            f"다음 거래일은 {day_text(execution.next_session)}입니다."
        )
    if execution.outcome is Outcome.DONE_BEFORE:
        screen.line("이미 실행한 계획입니다. 새로 보낸 주문은 없습니다.")
    if execution.report is not None:
        _show_report(execution.report, screen)
        screen.line(f"보고서: {execution.report_path}")


def _show_confirmed(execution: Execution, screen: Screen) -> None:
    confirmed = execution.confirmed
    if confirmed is None:
        return
    account = confirmed.account
    screen.line(f"계좌 {account.account}의 첫 사용을 확인했습니다.", style="bold")
    columns = ("종목", ">수량", ">현재가")
    rows = {
        h.symbol: (named(h.name, h.symbol), f"{h.quantity:,}", won(h.price))
        for h in account.holdings
    }
    legacy = [row for symbol, row in rows.items() if symbol in confirmed.legacy]
    ours = [row for symbol, row in rows.items() if symbol not in confirmed.legacy]
    screen.table("전략이 건드리지 않을 보유(legacy)", columns, legacy)
    screen.table("전략이 관리하는 보유", columns, ours)
    if not rows:
        screen.line("보유 종목이 없습니다.")
    if confirmed.next_plan is not None and execution.report is None:
        _show_ahead(confirmed, confirmed.next_plan, screen)
    for refusal in execution.refusals:
        screen.line(f"지금은 주문하지 않습니다: {refusal.korean}")


def _show_ahead(confirmed: Confirmed, plan: Plan, screen: Screen) -> None:
    """Say what the first execution may send."""
    counts = {Side.BUY: confirmed.buys, Side.SELL: confirmed.sells}
    told = ", ".join(f"{SIDES[side]} {n}건" for side, n in counts.items() if n)
    can = f"{told}까지 주문할 수 있습니다." if told else "보낼 주문이 없습니다."
    screen.line(f"이제 {day_text(plan.for_trading_day)} 계획을 실행하면 {can}")


def _show_report(report: SessionReport, screen: Screen) -> None:
    screen.line(
        f"{day_text(report.session)} 실행 결과 · 계좌 {report.account} · "
        f"계획 {report.plan_id}",
        style="bold",
    )
    sent = [line for line in report.lines if line.order is not None]
    screen.table("주문", _COLUMNS, [_order_row(line) for line in sent])
    if not sent:
        screen.line("보낸 주문이 없습니다.")
    show_notes(report, screen)
    _show_skipped(report, screen)
    show_difference(report, screen)
    show_attention(report, screen)
    if report.account_error:
        screen.warning(
            "실행 뒤 계좌를 읽지 못했습니다: " + korean_of(report.account_error)
        )
    if report.before is not None and report.after is not None:
        _show_account(report.before, report.after, screen)
    if report.runs:
        _show_parts(report.runs[-1], screen)


def _order_row(line: LineReport) -> tuple[str, ...]:
    order = line.order
    if order is None:
        return ()
    average = order.average_price
    slippage = order.slippage_bps
    return (
        SIDES[line.side],
        named(line.name, line.symbol),
        line.end.korean,
        f"{order.filled_quantity:,}/{order.quantity:,}{_cut(line, order)}",
        "-" if average is None else f"{average:,.0f}",
        "-" if order.open_price is None else f"{order.open_price:,}",
        "-" if slippage is None else f"{slippage:.1f}",
        f"{order.fee + order.tax:,}",
    )


def _cut(line: LineReport, order: OrderReport) -> str:
    planned = line.planned_quantity
    is_cut = planned is not None and planned != order.quantity
    return f" (계획 {planned:,})" if is_cut else ""


def _show_skipped(report: SessionReport, screen: Screen) -> None:
    candidates = report.skipped_candidates()
    for line in candidates:
        screen.line(
            f"보내지 않음: {SIDES[line.side]} {named(line.name, line.symbol)} - "
            f"{korean_of(line.reason) or '기록 없음'}"
        )
    rest = set(report.ending(LineEnd.SKIPPED)) - set(candidates)
    counts = Counter((line.side, line.reason) for line in rest)
    for (side, reason), count in sorted(counts.items()):
        told = korean_of(reason) or "기록 없음"
        screen.line(f"나머지: {SIDES[side]} 신호 {count}건 - {told}")


def show_attention(report: SessionReport, screen: Screen) -> None:
    """Say what a person should look at: what is open, unknown or may go on."""
    waiting = report.ends.count(LineEnd.OPEN) - report.open_buys
    if report.open_buys:
        screen.warning(
            f"취소되지 않은 매수 {report.open_buys}건이 열려 있습니다. 다시 실행하면 "
            "또 취소해 봅니다. 급하면 증권사 앱에서 취소하세요."
        )
    if waiting:
        screen.line(
            f"매도 대기 {waiting}건: 장이 끝난 뒤 다음 실행이 정리합니다.",
            style="yellow",
        )
    if any(line.reason in _MAY_PASS for line in report.ending(LineEnd.SKIPPED)):
        screen.line(
            "시가나 현금을 알게 되거나, 정지가 풀리거나, 외부 주문이 없어진 뒤 시간 "
            "안에 다시 실행하면 그 줄만 다시 봅니다.",
            style="yellow",
        )
    if report.orders_error:
        screen.warning(
            f"주문 목록을 읽지 못했습니다({korean_of(report.orders_error)}). 체결이 더 "
            "있을 수 있습니다. 증권사 앱에서 확인하고, 다시 실행하면 이어서 정리합니다."
        )
    show_unknown(report, screen)


def _show_parts(run: RunParts, screen: Screen) -> None:
    parts = [f"{name} {took:.1f}초" for name, took in run.steps if took is not None]
    screen.line(f"걸린 시간({run.began_at:%H:%M:%S}부터): " + " · ".join(parts))


def _show_account(before: Account, after: Account, screen: Screen) -> None:
    screen.line(
        f"계좌: 예수금 {won(after.cash)} · D+2 {won(after.cash_d2)} · "
        f"총평가 {won(after.total)} ({after.total - before.total:+,}원) · "
        f"보유 {len(after.holdings)}종목"
    )
