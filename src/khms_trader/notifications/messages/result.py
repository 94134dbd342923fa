"""An execution as a message: what needs a person first, then each line and the money.

Told again only when an end changed: the key holds a digest of the ends.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.message import Level, Message
from khms_trader.domain.reasons import SkipReason
from khms_trader.domain.report import (
    LineEnd,
    LineReport,
    OrderReport,
    OtherOrder,
    RunParts,
    SessionReport,
)
from khms_trader.notifications.messages.alarms import what_to_do
from khms_trader.notifications.messages.markup import (
    SIDES,
    bold,
    change,
    day_text,
    digest_of,
    first_of,
    named,
    reason_text,
    safe,
    short_reason,
    text_of,
    won,
)

Told = LineReport | OtherOrder

_MAY_PASS: Final = {reason.value for reason in SkipReason if reason.may_pass}
# An end's own second: the run's last events carry its time.
_SAME_MOMENT: Final = timedelta(seconds=1)


def execution_result(report: SessionReport, *, at: datetime) -> Message:
    """Return what is said of a session's execution; ``at`` is when it was known."""
    return Message(
        key=f"execution:{report.account}:{report.session:%Y%m%d}:{_digest(report)}",
        level=Level.WARNING if report.needs_a_person else Level.TRADE,
        html=result_html(report),
        at=at,
    )


def result_html(report: SessionReport) -> str:
    """Return the result as the text of a message."""
    title = f"실행 결과{'(갱신)' if is_update(report) else ''} "
    return text_of(
        [
            f"{bold(title + day_text(report.session))} · {safe(report.account)}",
            *_attention(report),
            *_sent(report),
            *_unsent(report),
            *_notes(report),
            _costs(report),
            _timing(report),
            *_account(report),
        ]
    )


def orders_line(report: SessionReport | None) -> str:
    """Return the day's orders in one line."""
    if report is None:
        return "실행 기록 없음"
    sent: list[Told] = [line for line in report.lines if line.order is not None]
    counts = Counter((line.side, line.end) for line in [*sent, *report.others])
    told = [
        f"{SIDES[side]} {end.korean} {count}건"
        for (side, end), count in sorted(counts.items())
    ]
    return " · ".join(told) or "보낸 주문이 없습니다"


def is_update(report: SessionReport) -> bool:
    """Return True when something happened after a run that had ended, and was told."""
    ends = [
        run.began_at + timedelta(seconds=run.ended)
        for run in report.runs
        if run.ended is not None
    ]
    if not ends:
        return False
    moved = [order.updated_at for order in _orders(report)]
    return len(ends) > 1 or max(moved, default=ends[0]) > ends[0] + _SAME_MOMENT


def known_at(report: SessionReport) -> datetime | None:
    """Return the last moment the report tells of; None when it tells of none."""
    moments = [order.updated_at for order in _orders(report)]
    moments += [
        run.began_at + timedelta(seconds=run.ended or 0.0) for run in report.runs
    ]
    return max(moments, default=None)


def _orders(report: SessionReport) -> list[OrderReport]:
    lines = [line.order for line in report.lines if line.order is not None]
    return lines + [other.order for other in report.others]


def _digest(report: SessionReport) -> str:
    words = [
        f"{line.side}:{line.symbol}:{line.end}:{line.reason}:{_filled(line.order)}"
        for line in report.lines
        if line.is_candidate or line.order is not None
    ]
    words += [
        f"{other.purpose}:{other.side}:{other.symbol}:{other.end}:"
        f"{_filled(other.order)}"
        for other in report.others
    ]
    words += [f"{report.needs_a_person}", f"{bool(report.account_error)}"]
    return digest_of(words)


def _filled(order: OrderReport | None) -> int:
    return 0 if order is None else order.filled_quantity


def _attention(report: SessionReport) -> list[str]:
    told: list[Told] = [*report.lines, *report.others]
    unknown = [line for line in told if line.end is LineEnd.UNCONFIRMED]
    lines = [
        f"{bold('확인 필요')}: {_title(line)}{_shares(line)}{_word(line)}"
        for line in unknown
    ]
    lines = [*first_of(lines), what_to_do()] if lines else []
    if report.open_buys:
        lines.append(
            f"{bold(f'취소되지 않은 매수 {report.open_buys}건')}이 열려 있습니다. 다시 "
            "실행하면 또 취소해 봅니다. 급하면 증권사 앱에서 취소하세요."
        )
    if report.orders_error:
        lines.append(
            f"{bold('주문 목록을 읽지 못했습니다')}"
            f"({reason_text(report.orders_error)}). 체결이 더 있을 수 있습니다. 증권사 "
            "앱에서 확인하고, 다시 실행하면 이어서 정리합니다."
        )
    return lines


def _sent(report: SessionReport) -> list[str]:
    known = [
        f"{_title(line)} {bold(line.end.korean)}{_shares(line)}{_slippage(line.order)}"
        f"{_word(line)}"
        for line in report.lines
        if line.order is not None and line.end is not LineEnd.UNCONFIRMED
    ]
    known += [
        f"계획 밖 주문: {_title(other)} {bold(other.end.korean)}{_shares(other)}"
        f"{_word(other)}"
        for other in report.others
        if other.end is not LineEnd.UNCONFIRMED
    ]
    is_any = report.others or any(line.order for line in report.lines)
    return first_of(known) if is_any else ["보낸 주문이 없습니다."]


def _unsent(report: SessionReport) -> list[str]:
    candidates = report.skipped_candidates()
    rows = [
        f"보내지 않음: {_title(line)} - {reason_text(line.reason) or '기록 없음'}"
        for line in candidates
    ]
    rest = set(report.ending(LineEnd.SKIPPED)) - set(candidates)
    counts = Counter((line.side, line.reason) for line in rest)
    more = [
        f"나머지: {SIDES[side]} 신호 {count:,}건 - "
        f"{short_reason(reason) or '기록 없음'}"
        for (side, reason), count in sorted(counts.items())
    ]
    return [*first_of(rows), *first_of(more)]


def _notes(report: SessionReport) -> list[str]:
    lines = [
        f"알림: {_title(line)} - {reason_text(warning.warning)}"
        + (f" ({safe(warning.detail)}주)".replace("-&gt;", "→") * bool(warning.detail))
        for line in report.lines
        for warning in line.warnings
    ]
    waiting = report.ends.count(LineEnd.OPEN) - report.open_buys
    if waiting:
        lines.append(f"매도 대기 {waiting}건: 장이 끝난 뒤 다음 실행이 정리합니다.")
    if any(line.reason in _MAY_PASS for line in report.ending(LineEnd.SKIPPED)):
        lines.append("막던 것이 풀린 뒤 시간 안에 다시 실행하면 그 줄만 다시 봅니다.")
    if report.stuck:
        tied = sum(shares.value for shares in report.stuck)
        lines.append(f"묶인 금액 {won(tied)}: 팔지 못한 {len(report.stuck)}종목")
    if report.foreign:
        lines.append(f"외부 주문 {len(report.foreign)}건: 프로그램이 낸 것이 아님")
    return lines


def _costs(report: SessionReport) -> str:
    orders = _orders(report)
    fee, tax = sum(o.fee for o in orders), sum(o.tax for o in orders)
    if not fee and not tax:
        return ""
    return f"비용(추정): 수수료 {won(fee)} · 세금 {won(tax)}"


def _timing(report: SessionReport) -> str:
    sent = [run for run in report.runs if run.first_order is not None]
    return _took(sent[-1]) if sent else ""


def _took(run: RunParts) -> str:
    first, last = run.first_order, run.last_order
    text = f"{run.began_at:%H:%M:%S} 시작 → 첫 주문 {first:.1f}초"
    return text if last is None else f"{text} · 마지막 주문 {last:.1f}초"


def _account(report: SessionReport) -> list[str]:
    lines = []
    if report.account_error:
        lines.append(
            f"실행 뒤 계좌를 읽지 못했습니다: {reason_text(report.account_error)}"
        )
    before, after = report.before, report.after
    if after is not None:
        lines.append(_money(after, before or after))
    return lines


def _money(now: Account, before: Account) -> str:
    moved = now.total - before.total
    return (
        f"총평가 {won(now.total)} ({change(moved)}) · 예수금 {won(now.cash)} · "
        f"D+2 {won(now.cash_d2)} ({change(now.cash_d2 - before.cash_d2)}) · "
        f"보유 {len(now.holdings)}종목"
    )


def _title(line: Told) -> str:
    return f"{SIDES[line.side]} {named(line.name, line.symbol)}"


def _shares(line: Told) -> str:
    order = line.order
    if order is None:
        return ""
    average = order.average_price
    price = "" if average is None else f" @ {won(average)}"
    return f" {order.filled_quantity:,}/{order.quantity:,}주{price}"


def _slippage(order: OrderReport | None) -> str:
    if order is None or order.slippage is None or order.slippage_bps is None:
        return ""
    return f" · 미끄러짐 {order.slippage_bps:+.1f}bp({change(order.slippage)})"


def _word(line: Told) -> str:
    parts = [reason_text(line.detail)] if line.detail else []
    if line.lost:
        parts.append(f"나중에 확인됨(처음에는 {reason_text(line.lost)})")
    return f" - {' · '.join(parts)}" if parts else ""
