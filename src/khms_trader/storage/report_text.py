"""The report as Korean Markdown: the one place for its words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from khms_trader.domain.order import Side
from khms_trader.domain.reasons import korean_of
from khms_trader.domain.report import LineEnd, LineReport, RunParts, SessionReport

SIDE_KOREAN: Final = {Side.BUY: "매수", Side.SELL: "매도"}
_ORDER_COLUMNS: Final = (
    "구분",
    "종목",
    "결과",
    "수량",
    "체결가",
    "시가",
    "미끄러짐",
    "수수료(추정)",
    "세금(추정)",
    "주문번호",
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
        "## 주문",
        "",
        *(_order_table(sent) if sent else ["보낸 주문이 없습니다."]),
        "",
        *_time_tables(report, sent),
        "## 보내지 않은 줄",
        "",
        *_skipped(report),
        "",
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
    unknown = report.ending(LineEnd.UNCONFIRMED)
    waiting = report.ending(LineEnd.OPEN)
    lines = []
    if unknown:
        lines.append(
            f"- **확인 필요 {len(unknown)}건**: 접수되었는지 알 수 없는 주문입니다. "
            "다시 보내지 않습니다. 증권사 앱에서 확인하세요."
        )
    if waiting:
        lines.append(f"- 대기 {len(waiting)}건: 장이 끝난 뒤 다음 실행이 정리합니다.")
    if report.orders_error:
        lines.append(
            "- **주문 목록을 읽지 못했습니다**"
            f"({korean_of(report.orders_error)}): 체결이 더 있을 수 있습니다. 증권사 "
            "앱에서 확인하고, 다시 실행하면 이어서 정리합니다."
        )
    return lines


def _time_tables(report: SessionReport, sent: Sequence[LineReport]) -> list[str]:
    lines = []
    if sent:
        lines += [
            "## 주문 시각",
            "",
            "| 구분 | 종목 | 주문번호 | 보낼 차례 | 접수 확인 | 체결·종료 확인 |",
            "|---|---|---|---|---|---|",
            *(_time_row(line) for line in sent),
            "",
        ]
    if report.runs:
        names = [name for name, _ in report.runs[0].steps]
        lines += [
            "## 걸린 시간",
            "",
            "명령을 시작한 때부터 잰 초입니다.",
            "",
            "| 시작 | " + " | ".join(names) + " |",
            "|---|" + "---:|" * len(names),
            *(_run_row(run) for run in report.runs),
            "",
        ]
    return lines


def _time_row(line: LineReport) -> str:
    order = line.order
    if order is None:
        return ""
    cells = (
        SIDE_KOREAN[line.side],
        f"{line.name} {line.symbol}".strip(),
        order.number or "-",
        *(map(_clock, (order.intended_at, order.accepted_at, order.ended_at))),
    )
    return "| " + " | ".join(cells) + " |"


def _run_row(run: RunParts) -> str:
    parts = ["-" if seconds is None else f"{seconds:.1f}" for _, seconds in run.steps]
    return f"| {_clock(run.began_at)} | " + " | ".join(parts) + " |"


def _clock(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%H:%M:%S}"


def _order_table(lines: Iterable[LineReport]) -> list[str]:
    return [
        "| " + " | ".join(_ORDER_COLUMNS) + " |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---|",
        *(_order_row(line) for line in lines),
    ]


def _order_row(line: LineReport) -> str:
    order = line.order
    if order is None:
        return ""
    average = order.average_price
    slippage = (
        "-"
        if order.slippage is None or order.slippage_bps is None
        else f"{order.slippage:,}원 ({order.slippage_bps:.1f}bp)"
    )
    cells = (
        SIDE_KOREAN[line.side],
        f"{line.name} {line.symbol}".strip(),
        line.end.korean + (f" ({korean_of(line.detail)})" if line.detail else ""),
        f"{order.filled_quantity}/{order.quantity}",
        "-" if average is None else f"{average:,.0f}",
        "-" if order.open_price is None else f"{order.open_price:,}",
        slippage,
        f"{order.fee:,}",
        f"{order.tax:,}",
        order.number or "-",
    )
    return "| " + " | ".join(cells) + " |"


def _skipped(report: SessionReport) -> list[str]:
    candidates = report.skipped_candidates()
    rest = set(report.ending(LineEnd.SKIPPED)) - set(candidates)
    counts = Counter((line.side, line.reason) for line in rest)
    rows = [
        f"- {SIDE_KOREAN[line.side]} {line.name} {line.symbol}: "
        f"{korean_of(line.reason)}"
        for line in candidates
    ]
    rows += [
        f"- 나머지 {SIDE_KOREAN[side]} 신호 {count}건: {korean_of(reason)}"
        for (side, reason), count in sorted(counts.items())
    ]
    return rows or ["없습니다."]


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
    if after is None:
        rows = [f"| {name} | {old:,} | - | - |" for name, old, _ in figures]
    else:
        rows = [
            f"| {name} | {old:,} | {new:,} | {new - old:+,} |"
            for name, old, new in figures
        ]
    table = ["| | 실행 전 | 실행 뒤 | 차이 |", "|---|---:|---:|---:|", *rows]
    return [*unread, *([""] if unread else []), *table]
