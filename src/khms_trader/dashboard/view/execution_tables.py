"""The tables of the page 실행: orders, causes, foreign orders, runs, account. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.cells import named_cell, side_cell
from khms_trader.dashboard.view.execution import Executed
from khms_trader.dashboard.view.execution_ends import NO_REASON, end_cell, state_cell
from khms_trader.dashboard.view.execution_tiles import slippage_words
from khms_trader.dashboard.view.table_html import Cell, table_html
from khms_trader.dashboard.view.tile_html import CAUTION
from khms_trader.dashboard.words import (
    DASH,
    SIDES,
    shares,
    signed_won,
    won,
)
from khms_trader.domain.account import Account
from khms_trader.domain.difference import Amounts, Difference
from khms_trader.domain.order import OrderRecord, OrderType
from khms_trader.domain.reasons import korean_of
from khms_trader.domain.report import (
    LineReport,
    OrderReport,
    OtherOrder,
    RunParts,
    SessionReport,
)

_LINES: Final = (
    "종목", "구분", "결과", ">주문", ">체결", ">시가", ">미끄러짐", ">비용",
    "주문번호",
)  # fmt: skip
_RECORDS: Final = ("종목", "구분", "상태", ">주문", ">체결", "주문번호")
_REST: Final = ("종목", "구분", ">기준가", "보내지 않은 이유")
_STORY: Final = ("왜 달랐나", ">매수", ">매도", ">현금")
_FOREIGN: Final = ("종목", "구분", "시각", ">주문", ">체결", "상태", "주문번호")
_ACCOUNT: Final = ("계좌", ">실행 전", ">실행 뒤", ">변화")

Rows = list[tuple[Cell | str, ...]]


def lines_html(
    lines: Sequence[LineReport | OtherOrder], look: Look, shown: Executed | None = None
) -> str:
    """Return lines of the plan, or other orders of ours, with all their figures.

    ``shown`` tells which of them a run is still at work on.
    """
    return table_html(_LINES, [_line(line, look, shown) for line in lines], look)


def records_html(
    records: Sequence[OrderRecord],
    names: Mapping[str, str],
    look: Look,
    *,
    is_sending: bool = False,
) -> str:
    """Return orders as the journal knows them, where no plan can be read."""
    rows: Rows = [
        (
            named_cell(names.get(record.key.symbol, ""), record.key.symbol),
            side_cell(record.key.side, look),
            state_cell(record, is_sending=is_sending),
            _asked(record.order.quantity, record.order.limit_price),
            shares(record.filled_quantity),
            record.number or DASH,
        )
        for record in records
    ]
    return table_html(_RECORDS, rows, look)


def rest_html(lines: Sequence[LineReport], look: Look) -> str:
    """Return signals that could never have traded."""
    rows: Rows = [
        (
            named_cell(line.name, line.symbol),
            side_cell(line.side, look),
            won(line.reference_price),
            korean_of(line.reason) or NO_REASON,
        )
        for line in lines
    ]
    return table_html(_REST, rows, look)


def rest_words(lines: Sequence[LineReport]) -> tuple[str, ...]:
    """Return one sentence per side and reason: how many signals it kept away."""
    counts = Counter((line.side, line.reason) for line in lines)
    return tuple(
        f"{SIDES[side]} 신호 {count:,}건: {korean_of(reason) or NO_REASON}"
        for (side, reason), count in sorted(counts.items())
    )


def story_html(found: Difference, look: Look) -> str:
    """Return plan, orders, fills and result with every cause between them."""
    rows: Rows = [
        (
            Cell(text=name if is_amount else f"　{name}", is_strong=is_amount),
            *_amounts(amounts, look, is_amount=is_amount),
        )
        for name, amounts, is_amount in found.story
    ]
    return table_html(_STORY, rows, look)


def foreign_html(report: SessionReport, look: Look) -> str:
    """Return the orders of the day that are not ours."""
    rows: Rows = [
        (
            named_cell(seen.name, seen.row.symbol),
            side_cell(seen.row.side, look),
            f"{seen.row.ordered_at:%H:%M:%S}",
            _asked(seen.row.quantity, seen.row.limit_price),
            shares(seen.row.filled_quantity),
            Cell(
                text="열려 있음" if seen.row.is_open else "끝남",
                note="답을 받지 못한 우리 주문과 같음" if seen.looks_like_ours else "",
                color=CAUTION if seen.looks_like_ours else "",
            ),
            seen.row.number,
        )
        for seen in report.foreign
    ]
    return table_html(_FOREIGN, rows, look)


def runs_html(runs: Sequence[RunParts], look: Look) -> str:
    """Return how long each part of each run took, in seconds from its start."""
    began = [
        f">{number}차 {run.began_at:%H:%M:%S}" for number, run in enumerate(runs, 1)
    ]
    names = [name for name, _ in runs[0].steps] if runs else []
    rows: Rows = [
        (name, *(_seconds(run.steps[place][1]) for run in runs))
        for place, name in enumerate(names)
    ]
    return table_html(("시작부터", *began), rows, look)


def _seconds(took: float | None) -> str:
    return DASH if took is None else f"{took:,.1f}초"


def account_html(before: Account, after: Account, look: Look) -> str:
    """Return the account before and after, then every holding that changed."""
    figures = (
        ("총평가", before.total, after.total),
        ("예수금", before.cash, after.cash),
        ("D+2 예수금", before.cash_d2, after.cash_d2),
        ("주문 가능", before.spendable, after.spendable),
    )
    rows: Rows = [
        (name, won(then), won(now), _change(now - then, look))
        for name, then, now in figures
    ]
    return table_html(_ACCOUNT, [*rows, *_holdings(before, after)], look)


def _holdings(before: Account, after: Account) -> Iterator[tuple[Cell | str, ...]]:
    names = {h.symbol: h.name for h in (*before.holdings, *after.holdings)}
    for symbol, name in sorted(names.items()):
        then, now = (
            held.quantity if (held := account.holding(symbol)) else 0
            for account in (before, after)
        )
        if then != now:
            sign = "+" if now > then else "−"
            changed = f"{sign}{abs(now - then):,}주"
            yield named_cell(name, symbol), shares(then), shares(now), changed


def _line(
    line: LineReport | OtherOrder, look: Look, shown: Executed | None
) -> tuple[Cell | str, ...]:
    order = line.order
    head = (
        named_cell(line.name, line.symbol),
        side_cell(line.side, look),
        end_cell(line, shown),
    )
    if order is None:
        wanted = line.wanted_quantity if isinstance(line, LineReport) else 0
        planned = shares(wanted) if wanted else DASH
        return (*head, planned, *([DASH] * 5))
    return (
        *head,
        _ordered(line, order),
        _filled(order),
        won(order.open_price),
        _slippage(order, look),
        _costs(order),
        Cell(text=order.number or DASH, note=_times(order)),
    )


def _filled(order: OrderReport) -> Cell:
    average = order.average_price
    return Cell(
        text=f"{order.filled_quantity:,}/{order.quantity:,}주",
        note="" if average is None else f"평균 {average:,.0f}원",
    )


def _costs(order: OrderReport) -> Cell:
    if not order.fee + order.tax:
        return Cell(text=DASH)
    tax = f" · 세금 {order.tax:,}" if order.tax else ""
    note = f"수수료 {order.fee:,}{tax}"
    return Cell(text=won(order.fee + order.tax), note=note)


def _ordered(line: LineReport | OtherOrder, order: OrderReport) -> Cell:
    asked = _asked(order.quantity, order.limit_price)
    planned = line.planned_quantity if isinstance(line, LineReport) else None
    if planned is None or planned == order.quantity:
        return asked
    return Cell(text=asked.text, note=f"{asked.note} · 계획 {shares(planned)}")


def _asked(quantity: int, limit_price: int | None) -> Cell:
    kind = OrderType.MARKET if limit_price is None else OrderType.LIMIT
    note = "시장가" if kind is OrderType.MARKET else f"지정가 {won(limit_price)}"
    return Cell(text=shares(quantity), note=note)


def _slippage(order: OrderReport, look: Look) -> Cell:
    if order.slippage is None or order.slippage_bps is None:
        return Cell(text=DASH)
    return Cell(
        text=slippage_words(order.slippage),
        note=f"{abs(order.slippage_bps):.1f}bp",
        color=look.of(-order.slippage) if order.slippage else "",
    )


def _times(order: OrderReport) -> str:
    parts = [(order.accepted_at, "접수"), (order.ended_at, "끝")]
    return " · ".join(f"{at:%H:%M:%S} {word}" for at, word in parts if at is not None)


def _amounts(amounts: Amounts, look: Look, *, is_amount: bool) -> Iterator[Cell]:
    for figure in (amounts.buy, amounts.sell):
        text = won(figure) if is_amount else signed_won(figure) if figure else DASH
        yield Cell(text=text, is_strong=is_amount)
    if is_amount:
        yield Cell(text=signed_won(amounts.cash), is_strong=True)
    else:
        yield _change(amounts.cash, look)


def _change(amount: int, look: Look) -> Cell:
    if not amount:
        return Cell(text=DASH)
    return Cell(text=signed_won(amount), color=look.of(amount))


def sent_lines(shown: Executed) -> tuple[LineReport, ...]:
    """Return the lines worth a row: what was sent, then what was held back."""
    return (*shown.sent, *shown.held_back)
