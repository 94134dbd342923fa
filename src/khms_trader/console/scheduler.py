"""What a scheduler says, in Korean: how it stands, and each job in one to three lines.

Values to lines only; ``console.board`` draws them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.console.execute import show_attention
from khms_trader.console.prepare_lines import candidates
from khms_trader.console.screen import Screen, day_text, won
from khms_trader.console.words import SIDES, named
from khms_trader.domain.order import Side
from khms_trader.domain.report import LineEnd, SessionReport
from khms_trader.planning.account_line import AccountLine, countdown_text
from khms_trader.planning.executed import Execution, Outcome
from khms_trader.planning.prepared import UNIVERSE, Prepared
from khms_trader.planning.schedule import Miss, Run
from khms_trader.planning.schedule_history import MissReason
from khms_trader.planning.schedule_times import JobKind, Slot, Times

_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a job ended; ``is_well`` without an error."""

    slot: Slot
    at: datetime
    is_well: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A scheduler at a moment.

    Attributes:
        next_slot: waited for until ``next_at``.
        ended: the newest job of each kind.
        problem: why the scheduler cannot see what was done; empty when it can.
    """

    now: datetime
    times: Times
    next_slot: Slot | None = None
    next_at: datetime | None = None
    ended: Mapping[JobKind, Ended]
    account: AccountLine | None = None
    problem: str = ""


def times_text(times: Times) -> str:
    """Return ``계획 15:40 · 실행 09:01``."""
    parts = [
        f"{kind.korean} " + ", ".join(f"{at:%H:%M}" for at in of_kind)
        for kind, of_kind in (
            (JobKind.PREPARE, times.prepares),
            (JobKind.EXECUTE, times.executes),
        )
        if of_kind
    ]
    return " · ".join(parts)


def next_text(slot: Slot, at: datetime) -> str:
    """Return what comes next and when, without a countdown."""
    name = f"{slot.kind.korean} {day_text(at.date())} {at:%H:%M}"
    if slot.session == at.date():
        return name
    return f"{name} ({day_text(slot.session)} 거래일용)"


def standing_lines(standing: Standing) -> tuple[str, ...]:
    """Return what a terminal shows while the scheduler waits."""
    now = standing.now
    lines = [f"자동 실행 중 · {times_text(standing.times)}"]
    slot, at = standing.next_slot, standing.next_at
    if slot is not None and at is not None:
        left = countdown_text(at - now)
        lines.append(f"다음: {next_text(slot, at)} - {left} 뒤")
    if standing.ended:
        told = [
            f"{kind.korean} {ended.at:%m-%d %H:%M} {'됨' if ended.is_well else '실패'}"
            for kind, ended in standing.ended.items()
        ]
        lines.append(f"지난 결과: {' · '.join(told)}")
    if standing.account is not None:
        lines.append(standing.account.text(now))
    if standing.problem:
        lines.append(f"문제: {standing.problem}")
    lines.append(f"살아 있음 {now:%H:%M:%S} · 끝내기 Ctrl+C")
    return tuple(lines)


def show_started(times: Times, screen: Screen, *, is_dry_run: bool) -> None:
    """Say that the scheduler serves from now on."""
    if is_dry_run:
        screen.line(
            "[드라이런] 아무것도 보내지 않고 운영 상태는 그대로 둡니다.",
            style="yellow",
        )
    screen.line(f"자동 실행을 시작합니다: {times_text(times)}", style="bold")


def show_unconfirmed(screen: Screen) -> None:
    """Say that nobody confirmed the account, so that nothing will be ordered."""
    screen.warning(
        "처음 쓰는 계좌라 계획만 만들고 주문은 하지 않습니다. 보유 종목을 확인했다면 "
        "--confirm-first-run 을 붙여 다시 시작하세요."
    )


def show_began(run: Run, screen: Screen, at: datetime) -> None:
    """Say that a job begins."""
    kind, session = run.slot.kind, day_text(run.slot.session)
    note = " (놓친 시각을 이어서)" if run.is_made_up else ""
    note = f" ({run.tries + 1}번째 시도)" if run.tries else note
    screen.line(f"{at:%H:%M:%S} {kind.korean} 시작{note}: {session}")


def show_failed(
    run: Run, sentences: Sequence[str], screen: Screen, at: datetime
) -> None:
    """Say why a job failed."""
    first, *rest = sentences or ("알 수 없는 오류입니다.",)
    screen.warning(f"{at:%H:%M:%S} {run.slot.kind.korean} 실패: {first}")
    for sentence in rest:
        screen.warning(f"  {sentence}")


def show_missed(miss: Miss, screen: Screen) -> None:
    """Say that a slot is not served any more."""
    slot = miss.slot
    known = {reason.value: reason.korean for reason in MissReason}
    why = known.get(miss.reason, f"마지막 시도가 실패함({miss.reason})")
    screen.warning(
        f"{day_text(slot.session)} {slot.kind.korean}을 놓쳤습니다"
        f"({slot.due_at:%m-%d %H:%M} 예정): {why}."
    )


def show_closed_day(day: date, next_session: date, screen: Screen) -> None:
    """Say that there is nothing to do on a day without trading."""
    screen.line(
        f"{day_text(day)}은 휴장일이라 쉽니다. 다음 거래일은 "
        f"{day_text(next_session)}입니다."
    )


def show_jumped(by: timedelta, screen: Screen) -> None:
    """Say that the clock was moved."""
    way = "앞으로" if by > timedelta(0) else "뒤로"
    screen.line(
        f"컴퓨터 시계가 {countdown_text(abs(by))} {way} 움직였습니다"
        "(절전에서 깨어났거나 시각을 고침). 다음 일을 다시 정합니다."
    )


def show_prepared_briefly(prepared: Prepared, screen: Screen, at: datetime) -> None:
    """Say in one to three lines what was planned."""
    plan = prepared.plan
    buys = [named(line.name, line.symbol) for line in candidates(prepared)]
    sells = [named(line.name, line.symbol) for line in plan.sells if line.held]
    screen.line(
        f"{at:%H:%M:%S} 계획 저장: {day_text(plan.for_trading_day)} · "
        f"매수 {len(buys)}건 · 매도 {len(sells)}건 · 빈 자리 {plan.slots_free}개 · "
        f"총평가 {won(prepared.account.total)}",
        style="bold",
    )
    lines = {Side.BUY: buys, Side.SELL: sells}
    told = [f"{SIDES[side]} {_names(names)}" for side, names in lines.items() if names]
    if told:
        screen.line(f"  {' · '.join(told)}")
    problems = _problems(prepared)
    if problems:
        screen.warning(f"  경고: {' · '.join(problems)}")


def show_executed_briefly(execution: Execution, screen: Screen, at: datetime) -> None:
    """Say in one to three lines what an execution came to, and what needs a person."""
    if execution.outcome is Outcome.NOT_A_SESSION:
        show_closed_day(execution.session, execution.next_session, screen)
        return
    report = execution.report
    if report is None:
        return
    before = "이미 실행함 · " if execution.outcome is Outcome.DONE_BEFORE else ""
    screen.line(f"{at:%H:%M:%S} 실행 끝: {before}{_counts(report)}", style="bold")
    parts = [f"보고서 {execution.report_path}"]
    if report.before is not None and report.after is not None:
        change = report.after.total - report.before.total
        parts.insert(0, f"총평가 {won(report.after.total)}({change:+,}원)")
    screen.line(f"  {' · '.join(parts)}")
    show_attention(report, screen)


def _counts(report: SessionReport) -> str:
    parts = []
    for side in (Side.SELL, Side.BUY):
        sent = [line for line in report.lines if line.side is side and line.order]
        filled = sum(line.end is LineEnd.FILLED for line in sent)
        if sent:
            parts.append(f"{SIDES[side]} {len(sent)}건 중 {filled}건 체결")
    skipped = len(report.skipped_candidates())
    if skipped:
        parts.append(f"보내지 않음 {skipped}건")
    if report.runs and report.runs[-1].first_order is not None:
        parts.append(f"첫 주문까지 {report.runs[-1].first_order:.1f}초")
    return " · ".join(parts) or "보낼 주문이 없었습니다"


def _problems(prepared: Prepared) -> list[str]:
    errors = prepared.plan.errors
    held = [symbol for symbol in errors if symbol != UNIVERSE]
    found = []
    if UNIVERSE in errors:
        found.append("지난 유니버스를 그대로 씀")
    if held:
        found.append(f"일봉이 없어 팔 때인지 모르는 보유 {_names(held)}")
    if prepared.released:
        gone = [each.symbol for each in prepared.released]
        found.append(f"계좌에 없어 관리에서 뺀 종목 {_names(gone)}")
    if prepared.needs_a_person:
        found.append(f"사람이 확인할 주문 {len(prepared.open_questions)}건")
    return found


def _names(names: Sequence[str]) -> str:
    more = " 등" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
