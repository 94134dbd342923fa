"""Orders and single lines of the report in Markdown: ours, by hand, not ours."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from khms_trader.domain.order import Side
from khms_trader.domain.reasons import korean_of
from khms_trader.domain.report import (
    ForeignOrder,
    LineReport,
    OrderReport,
    OtherOrder,
    SessionReport,
)

SIDE_KOREAN: Final = {Side.BUY: "매수", Side.SELL: "매도"}
_LEFT, _RIGHT = "---", "---:"
_FOREIGN: Final = (
    "증권사 앱 등에서 직접 낸 주문입니다. 프로그램은 건드리지 않습니다. "
    "주문 목록을 마지막으로 읽은 때의 모습입니다."
)
_LOOKS_LIKE_OURS: Final = (
    "(*) 답을 받지 못한 우리 주문과 종목, 구분, 수량이 같아 **어느 쪽이 우리 것인지 "
    "가릴 수 없습니다**. 증권사 앱에서 확인하세요."
)

Told = LineReport | OtherOrder


def table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: int
) -> list[str]:
    """Return a Markdown table whose last ``right`` columns are figures."""
    rules = [_LEFT] * (len(columns) - right) + [_RIGHT] * right
    return [
        "| " + " | ".join(columns) + " |",
        "|" + "|".join(rules) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]


def cell(text: str) -> str:
    """Return ``text`` as a table may hold it."""
    return text.replace("|", "\\|")


def named(name: str, symbol: str) -> str:
    """Return name and symbol, or the symbol alone."""
    return cell(f"{name} {symbol}".strip())


def clock(moment: datetime | None) -> str:
    """Return ``09:01:02``, or a dash."""
    return "-" if moment is None else f"{moment:%H:%M:%S}"


def order_tables(lines: Sequence[LineReport]) -> list[str]:
    """Return results, prices with costs, and times of orders, a narrow table each."""
    told = [(line, line.order) for line in lines if line.order is not None]
    return [
        *_results(told),
        "",
        "### 시가와 비용",
        "",
        "증권사가 주문별 비용을 알려 주지 않아 수수료와 세금은 추정입니다(원).",
        "",
        *table(
            ("주문", "시가", "미끄러짐", "수수료(추정)", "세금(추정)"),
            [(_title(line), *_prices(order)) for line, order in told],
            right=4,
        ),
        "",
        "### 주문 시각",
        "",
        *table(
            ("주문", "주문번호", "보낼 차례", "접수 확인", "체결·종료 확인"),
            [(_title(line), *_times(order)) for line, order in told],
            right=0,
        ),
        "",
    ]


def notes(report: SessionReport) -> list[str]:
    """Return what is to be said of single orders, a bullet each."""
    rows = []
    for line in report.lines:
        rows += [f"- {_title(line)}: {warned}" for warned in _warned(line)]
        if line.order is not None:
            rows += [f"- {note}" for note in _notes_of(line)]
    return ["### 알림", "", *rows, ""] if rows else []


def told_skip(line: LineReport) -> str:
    """Return why a line that could have traded was not sent."""
    reason = korean_of(line.reason) or "기록 없음(실행이 끊김)"
    detail = f" ({line.detail})".replace("->", "→") if line.detail else ""
    return f"{_title(line)}: {reason}{detail}"


def others_section(others: Sequence[OtherOrder]) -> list[str]:
    """Return the orders that a person asked a tool of ours for."""
    if not others:
        return []
    bullets = [f"- {note}" for other in others for note in _notes_of(other)]
    numbers = [
        f"- {_title(other)}: {other.purpose}, 주문번호 {other.order.number or '-'}, "
        f"{clock(other.order.intended_at)} 보냄, 비용(추정) "
        f"{other.order.fee + other.order.tax:,}원"
        for other in others
    ]
    return [
        "## 계획 밖 주문",
        "",
        "사람이 도구로 낸 주문입니다. 위의 '왜 달랐나'에는 들어가지 않습니다.",
        "",
        *_results([(other, other.order) for other in others]),
        "",
        *numbers,
        *bullets,
        "",
    ]


def foreign_section(foreign: Sequence[ForeignOrder]) -> list[str]:
    """Return the orders that are not ours."""
    if not foreign:
        return []
    rows = [
        (
            f"{SIDE_KOREAN[seen.row.side]} {named(seen.name, seen.row.symbol)}"
            + (" (*)" if seen.looks_like_ours else ""),
            f"{seen.row.filled_quantity:,}/{seen.row.quantity:,}",
            clock(seen.row.ordered_at),
            cell(seen.row.number),
        )
        for seen in foreign
    ]
    lines = [
        "## 외부 주문",
        "",
        _FOREIGN,
        "",
        *table(("주문", "수량", "시각", "주문번호"), rows, right=0),
        "",
    ]
    if any(seen.looks_like_ours for seen in foreign):
        lines += [
            _LOOKS_LIKE_OURS,
            "",
        ]
    return lines


def _title(line: Told) -> str:
    return f"{SIDE_KOREAN[line.side]} {named(line.name, line.symbol)}"


def _results(told: Iterable[tuple[Told, OrderReport]]) -> list[str]:
    rows = [
        (_title(line), line.end.korean, _shares(line, order), _average(order))
        for line, order in told
    ]
    return table(("주문", "결과", "수량", "체결가"), rows, right=2)


def _shares(line: Told, order: OrderReport) -> str:
    planned = line.planned_quantity if isinstance(line, LineReport) else None
    is_cut = planned is not None and planned != order.quantity
    return f"{order.filled_quantity:,}/{order.quantity:,}" + (
        f" (계획 {planned:,})" if is_cut else ""
    )


def _average(order: OrderReport) -> str:
    average = order.average_price
    return "-" if average is None else f"{average:,.0f}"


def _prices(order: OrderReport) -> tuple[str, ...]:
    is_known = order.slippage is not None and order.slippage_bps is not None
    return (
        "-" if order.open_price is None else f"{order.open_price:,}",
        f"{order.slippage:,} ({order.slippage_bps:.1f}bp)" if is_known else "-",
        f"{order.fee:,}",
        f"{order.tax:,}",
    )


def _times(order: OrderReport) -> tuple[str, ...]:
    moments = (order.intended_at, order.accepted_at, order.ended_at)
    return (cell(order.number) or "-", *map(clock, moments))


def _notes_of(line: Told) -> list[str]:
    """Return the broker's word on the end, and what was found out later."""
    found = []
    if line.detail:
        found.append(f"{line.end.korean}: {_title(line)} - {korean_of(line.detail)}")
    if line.lost:
        found.append(
            f"나중에 확인됨: {_title(line)} - {line.end.korean} "
            f"(처음에는 {korean_of(line.lost)})"
        )
    return found


def _warned(line: LineReport) -> list[str]:
    return [
        korean_of(warning.warning)
        + (f" ({warning.detail}주)".replace("->", "→") if warning.detail else "")
        for warning in line.warnings
    ]
