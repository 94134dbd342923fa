"""The newest plan against prices, and what execute would do now, in Korean."""

from typing import Final

from khms_trader.console.screen import Screen, day_text
from khms_trader.console.words import SIDES, STATES, UNREAD, named, percent
from khms_trader.domain.order import Order, OrderRecord
from khms_trader.domain.plan import BuyLine
from khms_trader.domain.reasons import SkipReason, korean_of
from khms_trader.planning.state_view import (
    LineRow,
    LineStanding,
    PlanView,
    StateView,
    Verdict,
)

_LINES: Final = ("구분", "종목", ">기준가", ">현재가", ">차이", "지금 실행하면")
_NEVER_TRADES: Final = frozenset({SkipReason.HELD_OUTSIDE, SkipReason.TOO_SMALL})
_CLOCK_BEHIND: Final = "clock_behind"
_MISSING: Final = "plan_missing"
_VERDICTS: Final = {
    Verdict.NOT_A_SESSION: "휴장일이라 할 일이 없습니다.",
    Verdict.DONE_BEFORE: "이미 실행한 계획이라 새로 보내지 않습니다.",
    Verdict.CLOSES_DOWN: "시간이 지나, 중단된 실행을 닫기만 합니다(열린 매수 취소).",
    Verdict.REFUSED: "주문하지 않습니다. 이유:",
}


def show_plan(shown: PlanView, view: StateView, screen: Screen) -> None:
    """Show the plan's candidates against the newest prices."""
    plan = shown.plan
    screen.line(
        f"계획 {plan.plan_id} · {day_text(plan.for_trading_day)} 거래일용",
        style="bold",
    )
    screen.line(
        f"  기준일 {day_text(plan.data_asof)} · 계좌 {plan.account} · "
        f"빈 자리 {plan.slots_free}개"
    )
    rows = [_row(row, shown, view) for row in shown.rows]
    screen.table("계획의 후보", _LINES, rows)
    if not rows:
        screen.line("  거래할 후보가 없습니다.")
    for (side, reason), count in shown.rest.items():
        screen.line(f"  나머지: {SIDES[side]} 신호 {count}건 - {korean_of(reason)}")
    if any(row.standing is LineStanding.NOT_QUOTED for row in shown.rows):
        screen.line(
            f"  시세는 {view.quoted}종목만 봤습니다. 더 보려면 --universe-limit 을 "
            "늘리세요."
        )
    for refusal in shown.refusals:
        screen.line(f"  개장 뒤에도 막을 것: {refusal.korean}", style="yellow")


def show_now(view: StateView, screen: Screen) -> None:
    """Show what execute would do if it were run now, or when it will be."""
    now = view.now
    if not _is_about_now(view):
        screen.line(_ahead_text(view), style="bold")
        return
    if now.verdict is Verdict.TRADES:
        screen.line(f"지금 실행하면: {_orders_text(view)}", style="bold")
        return
    screen.line(f"지금 실행하면: {_VERDICTS[now.verdict]}", style="bold")
    if now.verdict is Verdict.REFUSED:
        for refusal in now.refusals:
            screen.line(f"  - {refusal.korean}", style="yellow")


def _is_about_now(view: StateView) -> bool:
    """Return whether a person wants to know what execute would do at this hour."""
    codes = {refusal.code for refusal in view.now.refusals}
    if view.now.verdict is Verdict.CLOSES_DOWN or _CLOCK_BEHIND in codes:
        return True
    if view.plan_ahead is not None:
        return False
    closes_at = view.market.closes_at
    is_over = closes_at is not None and view.at >= closes_at
    return not (is_over and _MISSING in codes)


def _ahead_text(view: StateView) -> str:
    market = view.market
    session, at = day_text(market.next_session), f"{market.executes_at:%H:%M}"
    if market.opens_at is None:
        why = "휴장일입니다."
    else:
        why = "아직 개장 전입니다." if view.at < market.opens_at else "장이 끝났습니다."
    if view.plan_ahead is None:
        return f"{why} {session} 거래일의 계획은 아직 없습니다."
    if view.plan is not None and view.plan.refusals:
        return f"{why} 위에 적은 것을 풀어야 이 계획을 {session} {at}에 실행합니다."
    return f"{why} 이 계획은 {session} {at}에 실행합니다."


def _orders_text(view: StateView) -> str:
    rows = view.plan.rows if view.plan is not None else ()
    sent = [row.side for row in rows if row.standing is LineStanding.WOULD_SEND]
    counts = [f"{word} {sent.count(side)}건" for side, word in SIDES.items()]
    return f"{', '.join(counts)}을 보냅니다." if sent else "보낼 주문이 없습니다."


def _row(row: LineRow, shown: PlanView, view: StateView) -> tuple[str, ...]:
    line = row.line
    rank = f" {line.rank}" if isinstance(line, BuyLine) else ""
    price = "-" if row.price is None else f"{row.price:,}"
    is_unread = row.standing is LineStanding.QUOTE_FAILED
    return (
        f"{SIDES[row.side]}{rank}",
        named(line.name, line.symbol),
        f"{line.reference_price:,}",
        UNREAD if is_unread else price,
        percent(row.change),
        _standing_text(row, shown, view),
    )


def _standing_text(row: LineRow, shown: PlanView, view: StateView) -> str:
    if row.record is not None:
        return _sent_text(row.record)
    if row.order is not None:
        late = " (값이 한도를 넘어 대기)" if row.is_beyond_limit else ""
        return f"{_order_text(row.order)}{late}"
    text = {
        LineStanding.SKIPPED: f"보내지 않음: {korean_of(row.reason)}",
        LineStanding.WOULD_SKIP: korean_of(row.reason),
        LineStanding.LATER: _later_text(shown, view),
        LineStanding.NOT_QUOTED: "시세를 보지 않음",
        LineStanding.QUOTE_FAILED: "시세를 몰라 판단 못 함",
    }[row.standing]
    return f"{text}{_limit_text(row)}"


def _sent_text(record: OrderRecord) -> str:
    shares = f"{record.filled_quantity:,}/{record.order.quantity:,}주"
    text = f"보냄: {STATES[record.state]} {shares}"
    return f"{text} ({korean_of(record.detail)})" if record.detail else text


def _order_text(order: Order) -> str:
    if order.limit_price is None:
        return f"{order.quantity:,}주 시장가"
    return f"{order.quantity:,}주 지정가 {order.limit_price:,}"


def _later_text(shown: PlanView, view: StateView) -> str:
    session, today = shown.plan.for_trading_day, view.at.date()
    closes_at = view.market.closes_at
    is_over = session < today or (closes_at is not None and view.at >= closes_at)
    return "지난 거래일" if is_over and session <= today else "개장 뒤 결정"


def _limit_text(row: LineRow) -> str:
    # Of a line that trades in no case its limit says nothing.
    is_out = row.standing is LineStanding.SKIPPED or row.reason in _NEVER_TRADES
    if is_out or row.is_beyond_limit is None:
        return ""
    place = "넘음" if row.is_beyond_limit else "안"
    return f", 한도 {row.limit_price:,} {place}"
