"""The report as Korean Markdown, narrow enough for a phone: its sections in order."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from khms_trader.domain.difference import Amounts
from khms_trader.domain.reasons import korean_of
from khms_trader.domain.report import LineEnd, SessionReport
from khms_trader.storage.report_orders import (
    SIDE_KOREAN,
    cell,
    clock,
    foreign_section,
    named,
    notes,
    order_tables,
    others_section,
    table,
    told_skip,
)

_HOW_COUNTED: Final = (
    "계획과 주문은 기준가(계획이 본 종가)로 셉니다. 매수는 낸 돈, 매도는 받은 돈, "
    "현금은 매도에서 매수를 뺀 것입니다(원)."
)


def report_text(report: SessionReport) -> str:
    """Return the whole report, ending with a newline."""
    sent = [line for line in report.lines if line.order is not None]
    parts = [
        f"# {report.session} 실행 보고서",
        "",
        f"- 계좌: {report.account}",
        f"- 계획: {report.plan_id} (전략 {report.strategy})",
        _summary(report),
        *_warnings(report),
        "",
        *_difference(report),
        "## 주문",
        "",
        *(order_tables(sent) if sent else ["보낸 주문이 없습니다.", ""]),
        *notes(report),
        *_stuck(report),
        *others_section(report.others),
        *foreign_section(report.foreign),
        "## 보내지 않은 줄",
        "",
        *_skipped(report),
        "",
        *_run_times(report),
        "## 계좌",
        "",
        *_account_table(report),
    ]
    return "\n".join(parts) + "\n"


def _summary(report: SessionReport) -> str:
    sent = sum(line.order is not None for line in report.lines)
    filled = len(report.ending(LineEnd.FILLED))
    unsent = len(report.ending(LineEnd.SKIPPED))
    return f"- 주문 {sent}건, 체결 {filled}건, 보내지 않은 줄 {unsent}건"


def _warnings(report: SessionReport) -> list[str]:
    ends = Counter(report.ends)
    unknown = ends[LineEnd.UNCONFIRMED]
    waiting = ends[LineEnd.OPEN] - report.open_buys
    lines = []
    if unknown:
        lines.append(
            f"- **확인 필요 {unknown}건**: 결과를 알 수 없는 주문입니다. 다시 보내지 "
            "않습니다. 증권사 앱에서 확인한 뒤 scripts/tools/resolve_order.py 에 "
            "알려 주세요."
        )
    if report.open_buys:
        lines.append(
            f"- **취소되지 않은 매수 {report.open_buys}건**이 열려 있습니다. 다시 "
            "실행하면 또 취소해 봅니다. 급하면 증권사 앱에서 취소하세요."
        )
    if waiting:
        lines.append(f"- 매도 대기 {waiting}건: 장이 끝난 뒤 다음 실행이 정리합니다.")
    if report.orders_error:
        lines.append(
            "- **주문 목록을 읽지 못했습니다**"
            f"({korean_of(report.orders_error)}): 체결이 더 있을 수 있습니다. 증권사 "
            "앱에서 확인하고, 다시 실행하면 이어서 정리합니다."
        )
    if report.stuck:
        tied = sum(shares.value for shares in report.stuck)
        lines.append(f"- 묶인 금액 {tied:,}원: 팔지 못한 {len(report.stuck)}종목")
    if report.foreign:
        lines.append(f"- 외부 주문 {len(report.foreign)}건: 프로그램이 낸 것이 아님")
    return lines


def _difference(report: SessionReport) -> list[str]:
    found = report.difference
    if found is None:
        return []
    rows = [
        (
            f"**{name}**" if is_amount else cell(name),
            *_figures(amounts, is_amount=is_amount),
        )
        for name, amounts, is_amount in found.story
    ]
    return [
        "## 왜 달랐나",
        "",
        _HOW_COUNTED,
        "",
        *table(("", "매수", "매도", "현금"), rows, right=3),
        "",
        *_seen_change(report),
    ]


def _seen_change(report: SessionReport) -> list[str]:
    """Return what the broker says the cash came to, beside our own sum."""
    if report.before is None or report.after is None:
        return []
    change = report.after.cash_d2 - report.before.cash_d2
    return [f"계좌의 D+2 예수금 변화: {change:+,}원", ""]


def _figures(amounts: Amounts, *, is_amount: bool) -> tuple[str, ...]:
    won = (amounts.buy, amounts.sell, amounts.cash)
    if is_amount:
        return tuple(f"**{figure:,}**" for figure in won)
    return tuple(f"{figure:+,}" if figure else "-" for figure in won)


def _stuck(report: SessionReport) -> list[str]:
    if not report.stuck:
        return []
    rows = [
        (
            named(shares.name, shares.symbol),
            f"{shares.quantity:,}",
            f"{shares.price:,}",
            f"{shares.value:,}",
        )
        for shares in report.stuck
    ]
    return [
        "## 묶인 금액",
        "",
        "팔려고 했지만 팔리지 않은 주식입니다(마지막으로 안 가격).",
        "",
        *table(("종목", "수량", "가격", "금액"), rows, right=3),
        "",
    ]


def _skipped(report: SessionReport) -> list[str]:
    candidates = report.skipped_candidates()
    rest = set(report.ending(LineEnd.SKIPPED)) - set(candidates)
    counts = Counter((line.side, line.reason) for line in rest)
    rows = [f"- {told_skip(line)}" for line in candidates]
    rows += [
        f"- 나머지 {SIDE_KOREAN[side]} 신호 {count}건: "
        f"{korean_of(reason) or '기록 없음'}"
        for (side, reason), count in sorted(counts.items())
    ]
    return rows or ["없습니다."]


def _run_times(report: SessionReport) -> list[str]:
    if not report.runs:
        return []
    names = [name for name, _ in report.runs[0].steps]
    took = [[seconds for _, seconds in run.steps] for run in report.runs]
    rows = [
        (name, *(_seconds(seconds, is_end=name == names[-1]) for seconds in part))
        for name, part in zip(names, zip(*took, strict=True), strict=True)
    ]
    starts = [f"{clock(run.began_at)} 시작" for run in report.runs]
    return [
        "## 걸린 시간",
        "",
        "명령을 시작한 때부터 잰 초입니다.",
        "",
        *table(("", *starts), rows, right=len(starts)),
        "",
    ]


def _seconds(seconds: float | None, *, is_end: bool) -> str:
    if seconds is None:
        return "끊김" if is_end else "-"
    return f"{seconds:.1f}"


def _account_table(report: SessionReport) -> list[str]:
    before, after = report.before, report.after
    problem = korean_of(report.account_error)
    unread = [f"실행 뒤 계좌를 읽지 못했습니다: {problem}"] if problem else []
    if before is None:
        return unread or ["계좌를 읽은 기록이 없습니다."]
    seen = after or before
    figures = (
        ("예수금", before.cash, seen.cash),
        ("D+2 예수금", before.cash_d2, seen.cash_d2),
        ("총평가금액", before.total, seen.total),
        ("보유 종목", len(before.holdings), len(seen.holdings)),
    )
    rows: Sequence[tuple[str, ...]] = [
        (name, f"{old:,}", "-", "-")
        if after is None
        else (name, f"{old:,}", f"{new:,}", f"{new - old:+,}")
        for name, old, new in figures
    ]
    return [
        *unread,
        *([""] if unread else []),
        *table(("", "실행 전", "실행 뒤", "차이"), rows, right=3),
    ]
