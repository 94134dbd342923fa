"""Orders that only a person can settle, in Korean: what to look at, what is told."""

from typing import Final

from khms_trader.console.screen import Screen, day_text, script_command, won
from khms_trader.console.words import SIDES, named
from khms_trader.domain.order import BrokerOrder, Order, OrderRecord, OrderState
from khms_trader.domain.reasons import korean_of
from khms_trader.planning.resolved import Doubt, Question, Resolution, Step

SCRIPT: Final = "tools/resolve_order.py"
_S: Final = OrderState
_STATES: Final = {
    _S.ACCEPTED: "접수됨",
    _S.PARTIALLY_FILLED: "일부 체결",
    _S.FILLED: "체결",
    _S.CANCELLED: "취소",
    _S.EXPIRED: "미체결 종료",
    _S.REJECTED: "거부",
    _S.NOT_PLACED: "접수 안 됨",
}
_UNKNOWN: Final = "확인 필요"
_D: Final = Doubt
_DOUBTS: Final = {
    _D.NUMBER_UNLISTED: (
        "이 번호는 증권사 목록에서 확인하지 못했습니다. 앱의 번호와 다시 맞춰 보세요."
    ),
    _D.PRICE_DIFFERS: "증권사 목록의 이 주문은 종류나 가격이 우리 주문과 다릅니다.",
    _D.ALIKE_LISTED: (
        "목록에 비슷한 주문이 있습니다. 그것이 직접 낸 주문인지 다시 확인하세요."
    ),
    _D.SHARES_MOVED: (
        "주문이 없었다면 보유 수량이 그대로여야 하는데 바뀌었습니다. 다시 확인하세요."
    ),
    _D.SHARES_DIFFER: "적은 체결 수량이 잔고의 변화와 다릅니다. 다시 확인하세요.",
}
_ROWS: Final = (">주문번호", "시각", ">수량", ">가격", ">체결", "상태")


def show_questions(found: Resolution, screen: Screen) -> None:
    """Show every open question, what to look at in the app and how to answer."""
    _show_settled(found, screen)
    if not found.questions:
        screen.line(f"계좌 {found.account}: 확인이 필요한 주문이 없습니다.")
        return
    screen.warning(
        f"계좌 {found.account}: 확인이 필요한 주문이 {len(found.questions)}건 있습니다."
    )
    for place, question in enumerate(found.questions, start=1):
        screen.line()
        _show_question(question, place, screen)
        _show_ways(question, found.questions, screen)


def show_answer(found: Resolution, screen: Screen) -> None:
    """Show what would be recorded, or what was and how things stand since."""
    _show_settled(found, screen)
    question, step = found.chosen, found.step
    if question is None or step is None:
        return
    if not found.is_done:
        _show_question(question, 1, screen)
    head = "기록했습니다" if found.is_done else "기록할 내용(아직 기록하지 않았습니다)"
    screen.line(f"{head}: {_told(question)}", style="bold")
    screen.line(f"  {_outcome(step)}")
    for doubt in step.doubts:
        screen.warning(f"  주의: {_DOUBTS[doubt]}")
    if not found.is_done:
        screen.line("맞으면 같은 명령에 --confirm 을 붙이세요.", style="bold")
        return
    if found.after is not None:
        screen.line(f"  지금 상태: {_standing(found.after)}")
    if found.questions:
        screen.warning(
            f"아직 확인이 필요한 주문이 {len(found.questions)}건 있습니다. "
            "인수 없이 실행하면 보입니다."
        )


def _show_settled(found: Resolution, screen: Screen) -> None:
    for record in found.settled:
        screen.line(f"이번에 확인됨: {_order_text(record, '')} - {_standing(record)}")


def _show_question(question: Question, place: int, screen: Screen) -> None:
    record = question.record
    screen.line(f"{place}) {_told(question)}", style="bold")
    sent = f"{record.intended_at:%H:%M:%S}"
    screen.line(f"   거래일 {day_text(record.key.session)} · 보낸 시각 {sent}")
    why = f": {korean_of(record.detail)}" if record.detail else ""
    screen.line(f"   상태 {_state_of(record)}{why}")
    _show_list(question, screen)
    _show_shares(question, screen)


def _show_list(question: Question, screen: Screen) -> None:
    if question.rows is None:
        screen.line(f"   증권사 목록: 읽지 못했습니다({korean_of(question.unread)}).")
        return
    if not question.alike:
        screen.line("   증권사 목록: 같은 종목·구분의 다른 주문이 없습니다.")
        return
    rows = [_row(each) for each in question.alike]
    screen.table("증권사 목록에서 비슷한 주문(우리 번호가 아닌 것)", _ROWS, rows)


def _row(row: BrokerOrder) -> tuple[str, ...]:
    return (
        row.number,
        f"{row.ordered_at:%H:%M:%S}",
        f"{row.quantity:,}",
        f"{row.limit_price:,}" if row.limit_price else "시장가",
        f"{row.filled_quantity:,}",
        _row_state(row),
    )


def _row_state(row: BrokerOrder) -> str:
    if row.is_cancelled:
        return "취소"
    if row.is_rejected:
        return "거부"
    if row.is_open:
        return "대기 중"
    return "체결" if row.filled_quantity >= row.quantity else "끝남"


def _show_shares(question: Question, screen: Screen) -> None:
    shares = question.shares
    if shares is None:
        screen.line("   잔고: 읽지 못했습니다.")
        return
    later = "" if shares.is_fresh else " (그 뒤의 거래도 들어 있음)"
    screen.line(
        f"   잔고: 이 주문이 없다면 {shares.expected:,}주 · "
        f"지금 {shares.held:,}주{later}"
    )


def _show_ways(
    question: Question, others: tuple[Question, ...], screen: Screen
) -> None:
    record = question.record
    key = record.key
    screen.line(
        f"   볼 곳: 한국투자증권 앱의 주문/체결내역 · {key.session} · "
        f"{SIDES[key.side]} {named(question.name, key.symbol)}"
    )
    screen.line(f"   적는 법: {script_command(SCRIPT)} {_selector(question, others)}")
    if record.has_vanished:
        screen.line("     앱의 체결: --filled 수량 --price 평균체결가")
        screen.line("     체결이 없으면: --filled 0")
    else:
        screen.line("     앱에 있으면: --number 주문번호")
        when = "" if question.is_over else f" ({question.settles_at:%H:%M} 뒤에)"
        screen.line(f"     앱에 없으면: --not-there{when}")
    screen.line("     먼저 보여만 주고, --confirm 을 붙이면 기록합니다.")


def _selector(question: Question, others: tuple[Question, ...]) -> str:
    """Return the arguments that mean just this question."""
    key = question.record.key
    text = f"--symbol {key.symbol}"
    keys = [each.record.key for each in others if each.record.key.symbol == key.symbol]
    if len({each.side for each in keys}) > 1:
        text += f" --side {key.side}"
    if len({each.session for each in keys}) > 1:
        text += f" --session {key.session}"
    return text


def _told(question: Question) -> str:
    return _order_text(question.record, question.name)


def _order_text(record: OrderRecord, name: str) -> str:
    key, order = record.key, record.order
    number = f" · 주문번호 {record.number}" if record.number else ""
    what = f"{SIDES[key.side]} {named(name, key.symbol)} {order.quantity:,}주"
    return f"{what} {_price(order)}{number}"


def _price(order: Order) -> str:
    return f"지정가 {won(order.limit_price)}" if order.limit_price else "시장가"


def _state_of(record: OrderRecord) -> str:
    return _STATES.get(record.state, _UNKNOWN)


def _standing(record: OrderRecord) -> str:
    filled = record.filled_quantity
    figures = f" ({filled:,}주 {won(record.filled_value)})" if filled else ""
    return f"{_state_of(record)}{figures}"


def _outcome(step: Step) -> str:
    if step.state is OrderState.ACCEPTED:
        return f"주문번호 {step.number}의 주문 (체결은 증권사 목록으로 확인합니다)"
    if step.state is OrderState.NOT_PLACED:
        return "접수되지 않은 주문"
    if not step.filled_quantity:
        return "체결 없이 끝난 주문"
    return f"체결 {step.filled_quantity:,}주, 금액 {won(step.filled_value or 0)}"
