"""Answers to a person's commands: pure, from values to texts. They change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.report import SessionReport
from khms_trader.notifications.messages.alarms import HALT_OFF, RESOLVE
from khms_trader.notifications.messages.history import HaltSeen
from khms_trader.notifications.messages.markup import (
    bold,
    code,
    day_text,
    moment_text,
    safe,
    span_text,
    text_of,
    won,
    written_moment,
)
from khms_trader.notifications.messages.plan import PlanTold, plan_html
from khms_trader.notifications.messages.result import orders_line, result_html
from khms_trader.notifications.messages.summary import holding_rows

COMMANDS: Final = {
    "status": "지금 상태: 다음 작업, 마지막 결과, 정지 여부",
    "plan": "다음 거래일 계획",
    "report": "마지막 실행 결과",
    "positions": "보유 종목(마지막으로 읽은 계좌)",
    "halt": "정지: 어떤 주문도 나가지 않게 함",
    "help": "이 목록",
}
_SERVERS: Final = {
    "paper": "paper(이 컴퓨터의 모의 장부)",
    "practice": "연습 서버(이 컴퓨터)",
    "virtual": "한국투자증권 모의투자",
    "real": "한국투자증권 실전",
}
_OLD_HEARTBEAT_SECONDS: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The scheduler's next job; ``job`` is its Korean word."""

    job: str
    session: date
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How things stand.

    Attributes:
        results: what the last jobs came to, one sentence each, newest first.
        heartbeat_at: when the scheduler was last known to live; None without one.
        waiting: messages that are not delivered yet.
        unknown: orders whose outcome only a person can find out.
    """

    account: str
    now: datetime
    is_dry_run: bool = False
    is_confirmed: bool = True
    halt: HaltSeen | None = None
    next_step: NextStep | None = None
    results: Sequence[str] = ()
    report: SessionReport | None = None
    heartbeat_at: datetime | None = None
    waiting: int = 0
    unknown: int = 0


def status_reply(status: Status) -> str:
    """Answer /status."""
    step = status.next_step
    return text_of(
        [
            f"{bold('상태')} {moment_text(status.now)} · {_mode(status)}",
            *_alarms(status),
            "다음 작업: 없음"
            if step is None
            else f"다음 작업: {safe(step.job)} {moment_text(step.due_at)} · "
            f"{day_text(step.session)} 거래일 ({_until(step.due_at, status.now)})",
            *(f"마지막 결과: {safe(result)}" for result in status.results),
            _last_execution(status.report),
            _heartbeat(status),
            f"보내지 못한 알림 {status.waiting:,}건" if status.waiting else "",
        ]
    )


def plan_reply(told: PlanTold | None) -> str:
    """Answer /plan."""
    return "계획이 없습니다." if told is None else plan_html(told)


def report_reply(report: SessionReport | None) -> str:
    """Answer /report."""
    return "아직 실행 결과가 없습니다." if report is None else result_html(report)


def positions_reply(account: Account | None, now: datetime) -> str:
    """Answer /positions from the last stored reading; nothing is asked of a broker."""
    if account is None:
        return "아직 계좌를 읽은 기록이 없습니다."
    rows = holding_rows(account)
    held = sum(holding.quantity > 0 for holding in account.holdings)
    read, age = moment_text(account.observed_at), span_text(now - account.observed_at)
    cash, spendable = won(account.cash), won(account.spendable)
    return text_of(
        [
            f"{bold(f'보유 {held}종목')} · {safe(account.account)}",
            f"{read}에 읽음({age} 전), 지금 값이 아닙니다.",
            *(rows or ["보유 종목이 없습니다."]),
            f"총평가 {won(account.total)} · D+2 {won(account.cash_d2)}",
            f"예수금 {cash} · 주문 가능 {spendable}",
        ]
    )


def halt_reply(halt: HaltSeen | None, *, is_new: bool) -> str:
    """Answer /halt: it was turned on, was on before, or could not be turned on."""
    if halt is None:
        return (
            f"{bold('정지하지 못했습니다.')} 컴퓨터에서 "
            f"{code('scripts/tools/halt.py on')} 을 실행하세요."
        )
    lines = ["이미 정지되어 있습니다. 바뀐 것이 없습니다."]
    if is_new:
        lines = [
            bold("정지했습니다. 지금부터 어떤 주문도 나가지 않습니다."),
            "이미 나간 주문은 그대로입니다. 취소는 한국투자증권 앱에서 하세요.",
        ]
    return text_of(
        [
            *lines,
            f"시작: {written_moment(halt.since)}" if halt.since else "",
            f"이유: {safe(halt.reason)}" if halt.reason else "",
            f"해제는 컴퓨터에서만 합니다: {code(HALT_OFF)}",
        ]
    )


def help_reply() -> str:
    """Answer /help."""
    rows = (f"/{command} - {what}" for command, what in COMMANDS.items())
    return text_of(
        [bold("명령"), *rows, "사고파는 명령은 없습니다. 정지만 할 수 있습니다."]
    )


def unknown_reply(asked: str) -> str:
    """Answer what is no command of ours."""
    return f"모르는 명령입니다: {safe(asked[:30])}\n{help_reply()}"


def _mode(status: Status) -> str:
    kind = status.account.partition("-")[0]
    mode = f"{safe(_SERVERS.get(kind, kind))} · {safe(status.account)}"
    return f"{mode} · 드라이런" if status.is_dry_run else mode


def _alarms(status: Status) -> list[str]:
    lines = []
    if status.halt is not None:
        since = (
            f"(시작 {written_moment(status.halt.since)})" if status.halt.since else ""
        )
        lines.append(
            f"{bold('정지(HALT) 상태')}{since}라 주문이 나가지 않습니다. 해제: "
            f"{code(HALT_OFF)}"
        )
    if not status.is_confirmed:
        lines.append(bold("계좌가 확인되지 않아 주문하지 않습니다."))
    if status.unknown:
        lines.append(
            f"{bold(f'확인 필요 {status.unknown}건')}: 증권사 앱에서 확인한 뒤 "
            f"{code(RESOLVE)} 에 알려 주세요."
        )
    return lines


def _until(moment: datetime, now: datetime) -> str:
    return f"{span_text(moment - now)} 뒤" if moment > now else "지금"


def _last_execution(report: SessionReport | None) -> str:
    if report is None:
        return ""
    return f"마지막 실행: {day_text(report.session)} {orders_line(report)}"


def _heartbeat(status: Status) -> str:
    seen = status.heartbeat_at
    if seen is None:
        return "스케줄러: 살아 있다는 기록이 없습니다."
    age = status.now - seen
    if age.total_seconds() <= _OLD_HEARTBEAT_SECONDS:
        return f"스케줄러: 살아 있음({seen:%H:%M:%S})"
    return bold(f"스케줄러: {span_text(age)} 동안 소식 없음({moment_text(seen)})")
