"""How things stand, in Korean: connection, account, orders, market. Never a decision.

Tables fit 80 columns. What needs a person is told even when quiet.
"""

from datetime import datetime, timedelta
from typing import Final

from khms_trader.console.next_step import (
    CONFIRM,
    EXECUTE,
    PREPARE,
    command,
    practice_hint,
)
from khms_trader.console.open_questions import question_text
from khms_trader.console.screen import Screen, day_text, script_command, won
from khms_trader.console.state_plan import show_now, show_plan
from khms_trader.console.words import SIDES, STATES, UNREAD, named, percent
from khms_trader.domain.order import OrderState
from khms_trader.domain.reasons import korean_of
from khms_trader.market.hours import MarketPhase
from khms_trader.planning.state_market import Job, MarketNow, NextJob
from khms_trader.planning.state_view import (
    Connection,
    Difference,
    HeldRow,
    OrderRow,
    Settling,
    StateView,
    Whose,
)

_SERVERS: Final = {
    "paper": "paper(이 컴퓨터의 모의 장부)",
    "practice": "연습 서버(이 컴퓨터)",
    "virtual": "한국투자증권 모의투자",
    "real": "한국투자증권 실전",
}
_PHASES: Final = {
    MarketPhase.CLOSED: "장 시작 전",
    MarketPhase.OPENING_AUCTION: "장 시작 전(동시호가)",
    MarketPhase.CONTINUOUS: "정규장",
    MarketPhase.CLOSING_AUCTION: "정규장(종가 동시호가)",
    MarketPhase.AFTER_CLOSE: "마감",
}
_WHOSE: Final = {
    Whose.PLAN: "전략",
    Whose.MANUAL: "수동",
    Whose.LEGACY: "legacy",
    Whose.OUTSIDE: "외부",
}
_JOBS: Final = {
    Job.PREPARE: PREPARE,
    Job.EXECUTE: EXECUTE,
}
_SETTLINGS: Final = {
    Settling.LOCK_HELD: "다른 작업({holder})이 실행 중이라 주문 결과를 정리하지 "
    "않았습니다.",
    Settling.LEFT_TO_EXECUTE: "곧 실행할 계획이 있어 주문 결과는 그 실행이 정리합니다.",
    Settling.CLOCK_BEHIND: "시계가 마지막 기록보다 일러 주문 결과를 정리하지 "
    "않았습니다.",
}
_HELD: Final = ("종목", ">수량", ">평균가", ">현재가", ">평가손익", ">손익률")
_OUTSIDE: Final = ("구분", "종목", ">수량", ">현재가", ">평가손익", ">손익률")
_ORDERS: Final = ("구분", "종목", ">체결/수량", ">가격", "상태", ">번호")


def show_state(view: StateView, screen: Screen, *, is_keyless: bool = False) -> None:
    """Show one round of the state check.

    ``is_keyless`` says that the settings name an account without keys, so that paper
    is looked at and none of the jobs would run for it.
    """
    screen.line(
        f"상태 점검 {day_text(view.at.date())} {view.at:%H:%M:%S} · "
        f"계좌 {view.account.account}",
        style="bold",
    )
    _show_connection(view.connection, view.at, screen)
    _show_market(view.market, screen)
    _show_alarms(view, screen)
    _show_account(view, screen)
    _show_orders(view, screen)
    if view.plan_problem is not None:
        screen.warning(f"계획: {view.plan_problem.korean}")
    if view.plan is not None:
        show_plan(view.plan, view, screen)
    elif view.plan_problem is None:
        screen.line("계획이 없습니다.")
    if is_keyless:
        _show_want_of_keys(screen)
        return
    show_now(view, screen)
    _show_next_job(view, screen)


def _show_connection(connection: Connection, now: datetime, screen: Screen) -> None:
    parts = [_SERVERS[connection.kind]]
    if connection.latency_seconds is not None:
        parts.append(f"응답 {connection.latency_seconds:.2f}초")
    if connection.clock_offset_seconds is not None:
        parts.append(f"서버 시계 {connection.clock_offset_seconds:+.1f}초")
    screen.line(f"  연결: {' · '.join(parts)}")
    issued, expires = connection.token_issued_at, connection.token_expires_at
    if issued is not None and expires is not None:
        left = (
            f"{_duration(expires - now)} 남음({expires:%m-%d %H:%M}까지)"
            if expires > now
            else "끝남, 다음 요청 때 새로 받음"
        )
        screen.line(f"  토큰: {_duration(now - issued)} 전 발급, {left}")


def _duration(span: timedelta) -> str:
    minutes = max(int(span.total_seconds()), 0) // 60
    hours, minutes = divmod(minutes, 60)
    return f"{hours}시간 {minutes}분" if hours else f"{minutes}분"


def _show_market(market: MarketNow, screen: Screen) -> None:
    now = "휴장"
    if market.opens_at is not None and market.closes_at is not None:
        hours = f"{market.opens_at:%H:%M}~{market.closes_at:%H:%M}"
        now = f"{_PHASES[market.phase]} · 오늘 {hours}"
    text = f"  시장: {now}"
    if market.next_session != market.session:
        text += (
            f" · 다음 거래일 {day_text(market.next_session)} "
            f"{market.next_opens_at:%H:%M}~{market.next_closes_at:%H:%M}"
        )
    screen.line(text)


def _show_alarms(view: StateView, screen: Screen) -> None:
    if view.halt_file:
        screen.warning(
            "정지(HALT) 상태라 주문이 나가지 않습니다. 원인을 확인한 뒤 "
            f"{script_command('tools/halt.py')} off 로 푸세요."
        )
    if not view.is_confirmed:
        screen.warning(
            f"처음 쓰는 계좌({view.account.account})라 아직 주문하지 않습니다. "
            f"보유를 확인한 뒤 한 번 실행하세요: {_confirmation(view)}"
        )
    for record in view.unknown:
        screen.warning(question_text(record, view.names.get(record.key.symbol, "")))
    if view.settling in _SETTLINGS:
        text = _SETTLINGS[view.settling].format(holder=view.holder)
        screen.line(f"  {text}", style="yellow")


def _show_account(view: StateView, screen: Screen) -> None:
    account = view.account
    screen.line(
        f"  예수금 {won(account.cash)} · D+2 {won(account.cash_d2)} · "
        f"주문 가능 {won(account.spendable)}"
    )
    managed = [row for row in view.held if row.whose is Whose.PLAN]
    others = [row for row in view.held if row.whose is not Whose.PLAN]
    screen.line(
        f"  총평가 {won(account.total)} · 전략 보유 {len(managed)}종목 · "
        f"전략 밖 보유 {len(others)}종목"
    )
    screen.table("전략 보유", _HELD, [_held_row(row) for row in managed])
    screen.table("전략 밖 보유", _OUTSIDE, [_outside_row(row) for row in others])
    for difference in view.differences:
        _show_difference(difference, screen)


def _held_row(row: HeldRow) -> tuple[str, ...]:
    name, quantity, *figures = _figures(row)
    return (name, quantity, f"{row.holding.average_price:,.0f}", *figures)


def _outside_row(row: HeldRow) -> tuple[str, ...]:
    return (_WHOSE[row.whose], *_figures(row))


def _figures(row: HeldRow) -> tuple[str, ...]:
    holding = row.holding
    price = f"{row.price:,}" if row.price else "-"
    return (
        named(holding.name, holding.symbol),
        f"{holding.quantity:,}",
        UNREAD if row.is_failed else price,
        "-" if row.profit is None else f"{row.profit:+,}",
        percent(row.profit_percent),
    )


def _show_difference(difference: Difference, screen: Screen) -> None:
    name = named(difference.name, difference.symbol)
    text = (
        f"{name}: 계좌에는 {difference.in_account:,}주, 전략의 기록에는 "
        f"{difference.in_journal:,}주입니다."
    )
    surplus = difference.in_account - difference.in_journal
    if difference.is_moving:
        screen.line(f"  {text} 끝나지 않은 주문이 있습니다.", style="yellow")
    elif surplus > 0:
        screen.warning(f"수량 차이: {text} {surplus:,}주는 외부로 보고 팔지 않습니다.")
    else:
        screen.warning(f"수량 차이: {text} 직접 팔았거나 분할·병합인지 확인하세요.")


def _show_orders(view: StateView, screen: Screen) -> None:
    rows = [_order_row(order, view) for order in view.orders]
    screen.table("오늘 주문", _ORDERS, rows)
    if not rows:
        screen.line("  오늘 주문이 없습니다.")


def _order_row(order: OrderRow, view: StateView) -> tuple[str, ...]:
    return (
        f"{order.at:%H:%M:%S} {_WHOSE[order.whose]} {SIDES[order.side]}",
        named(order.name, order.symbol),
        f"{order.filled_quantity:,}/{order.quantity:,}",
        f"{order.limit_price:,}" if order.limit_price else "시장가",
        _state_text(order, view),
        order.number or "-",
    )


def _state_text(order: OrderRow, view: StateView) -> str:
    text = STATES[order.state]
    if order.state is OrderState.INTENDED and view.settling is Settling.LOCK_HELD:
        text = "보내는 중"
    if order.state.is_working and not order.is_listed:
        text += ", 목록에 아직 없음"
    return f"{text} ({korean_of(order.detail)})" if order.detail else text


def _show_want_of_keys(screen: Screen) -> None:
    screen.line(
        "지금 실행하면: settings.yaml 의 broker 는 korea_invest 인데 키가 없어 "
        "실행하지 못합니다.",
        style="bold",
    )
    screen.line(
        "다음 할 일: secrets.yaml 의 korea_invest.virtual 에 모의투자 키를 적으세요. "
        "키 없이 연습하려면: "
        f"{script_command('tools/doctor.py')} --init --practice"
    )


def _show_next_job(view: StateView, screen: Screen) -> None:
    job, script, label = view.next_job, _JOBS[view.next_job.job], "다음 할 일"
    if not view.is_confirmed:
        screen.line(f"{label}: 지금 {_confirmation(view)}")
        if job == NextJob(job=Job.EXECUTE):
            return  # it executes too
        label = "그다음"
    at = (job.at or view.at) if view.is_shifted else None
    when = "지금" if job.at is None else f"{day_text(job.at.date())} {job.at:%H:%M}"
    screen.line(f"{label}: {when} {command(script, at=at)}")
    is_practice = view.connection.kind == "practice"
    if is_practice and not view.is_shifted and job.at is not None:
        screen.line(practice_hint(script, job.at))


def _confirmation(view: StateView) -> str:
    return command(EXECUTE, CONFIRM, at=view.at if view.is_shifted else None)
