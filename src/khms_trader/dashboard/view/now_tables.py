"""The tables of the page 지금: holdings, orders of today, and the days ahead. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Final

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view import now_words as texts
from khms_trader.dashboard.view.now import Now
from khms_trader.dashboard.view.now_ahead import DayAhead
from khms_trader.dashboard.view.table_html import Cell, table_html
from khms_trader.dashboard.view.tile_html import ALARM, CAUTION
from khms_trader.dashboard.words import (
    DASH,
    SIDES,
    STATES,
    WEEKDAYS,
    shares,
    signed_percent,
    signed_won,
)
from khms_trader.domain.order import OrderRecord
from khms_trader.market.calendar import Calendar
from khms_trader.planning.state_view import HeldRow, OrderRow

_HELD: Final = (
    "종목", ">손익", ">현재가", ">평균가", ">수량", ">평가액", ">비중", ">보유일",
)  # fmt: skip
_APART: Final = ("종목", ">손익", ">현재가", ">평균가", ">수량", ">평가액", "구분")
_ORDERS: Final = ("종목", "상태", "주문", ">수량", ">체결", ">지정가", "시각")
AHEAD_CSS: Final = f"""<style>
.ka-strip {{display:grid;grid-auto-flow:column;grid-auto-columns:minmax(7.4rem,1fr);
  gap:0.5rem;overflow-x:auto;padding-bottom:0.35rem;}}
.ka-day {{border:1px solid rgba(148,153,163,0.28);border-radius:0.7rem;
  padding:0.55rem 0.7rem;font-variant-numeric:tabular-nums;line-height:1.45;}}
.ka-day b {{font-size:0.95rem;}}
.ka-day span {{display:block;font-size:0.8rem;opacity:0.72;}}
.ka-today {{border-color:rgba(103,65,217,0.75);}}
.ka-closed {{opacity:0.55;border-style:dashed;}}
.ka-special span {{color:{CAUTION};opacity:1;font-weight:600;}}
</style>"""


def held_html(now: Now, calendar: Calendar, look: Look) -> str:
    """Return the strategy's holdings, the largest first."""
    total = now.account.total if now.account else 0
    rows = [
        (
            _named(row),
            _profit(row, look),
            _price(row),
            _average(row),
            shares(row.holding.quantity),
            f"{row.holding.value:,}",
            f"{row.holding.value * 100 / total:.1f}%" if total > 0 else DASH,
            _days_held(row, now, calendar),
        )
        for row in now.held
    ]
    return table_html(_HELD, rows, look)


def apart_html(now: Now, look: Look) -> str:
    """Return holdings that are not the strategy's, legacy ones first.

    Whose they are is left out where the journal cannot tell.
    """
    rows: list[tuple[Cell | str, ...]] = [
        (
            _named(row),
            _profit(row, look),
            _price(row),
            _average(row),
            shares(row.holding.quantity),
            f"{row.holding.value:,}",
            texts.WHOSE[row.whose],
        )
        for row in now.apart
    ]
    if now.problem:
        return table_html(_APART[:-1], [row[:-1] for row in rows], look)
    return table_html(_APART, rows, look)


def orders_html(rows: Sequence[OrderRow], look: Look, *, is_told: bool = True) -> str:
    """Return orders of today, newest first; what is open is red.

    Whose they are is left out unless the journal ``is_told``.
    """
    cells = [_order(row, is_told=is_told) for row in reversed(rows)]
    return table_html(_ORDERS, cells, look)


def unknown_html(records: Sequence[OrderRecord], now: Now, look: Look) -> str:
    """Return orders whose outcome nobody knows."""
    names = {row.symbol: row.name for row in now.orders}
    rows = [
        (
            Cell(
                text=names.get(r.key.symbol) or r.key.symbol,
                note=r.key.symbol,
                is_strong=True,
            ),
            f"{r.key.session:%m.%d}",
            SIDES[r.key.side],
            shares(r.order.quantity),
            f"{r.order.limit_price:,}" if r.order.limit_price else "시장가",
            Cell(text=STATES[r.state], color=ALARM, is_strong=True),
        )
        for r in records
    ]
    heads = ("종목", "거래일", "주문", ">수량", ">지정가", "상태")
    return table_html(heads, rows, look)


def differences_html(now: Now, look: Look) -> str:
    """Return symbols of which account and journal hold different quantities."""
    rows = [
        (
            Cell(text=each.name or each.symbol, note=each.symbol),
            shares(each.in_account),
            shares(each.in_journal),
            "주문이 진행 중" if each.is_moving else "확인 필요",
        )
        for each in now.differences
    ]
    return table_html(("종목", ">계좌", ">기록", "상태"), rows, look)


def ahead_html(days: Sequence[DayAhead]) -> str:
    """Return the days ahead as a strip that scrolls sideways; needs ``AHEAD_CSS``."""
    return f'<div class="ka-strip">{"".join(_day(each) for each in days)}</div>'


def _day(ahead: DayAhead) -> str:
    kinds = ["ka-day"]
    hours = texts.CLOSED
    if ahead.opens is None or ahead.closes is None:
        kinds.append("ka-closed")
    else:
        hours = f"{ahead.opens:%H:%M}–{ahead.closes:%H:%M}"
    if ahead.is_special:
        kinds.append("ka-special")
        hours = f"{hours} {texts.SPECIAL}"
    name = f"{ahead.day:%m.%d} {WEEKDAYS[ahead.day.weekday()]}"
    if ahead.is_today:
        kinds.append("ka-today")
        name = f"오늘 {name}"
    return (
        f'<div class="{" ".join(kinds)}"><b>{escape(name)}</b>'
        f"<span>{escape(hours)}</span></div>"
    )


def _named(row: HeldRow) -> Cell:
    holding = row.holding
    return Cell(
        text=holding.name or holding.symbol, note=holding.symbol, is_strong=True
    )


def _average(row: HeldRow) -> str:
    return f"{row.holding.average_price:,.0f}"


def _price(row: HeldRow) -> str:
    return f"{row.price:,}" if row.price else DASH


def _profit(row: HeldRow, look: Look) -> Cell:
    if row.profit is None:
        return Cell(text=DASH)
    return Cell(
        text=signed_won(row.profit),
        note=signed_percent(row.profit_percent),
        color=look.of(row.profit),
    )


def _days_held(row: HeldRow, now: Now, calendar: Calendar) -> str:
    since = now.told.held_since.get(row.holding.symbol)
    if since is None:
        return DASH
    return f"{len(calendar.sessions(since, now.at.date())):,}일"


def _order(row: OrderRow, *, is_told: bool) -> tuple[Cell | str, ...]:
    is_open = not row.state.is_final
    whose = f" · {texts.WHOSE_ORDER[row.whose]}" if is_told else ""
    color = ALARM if is_open else ""
    return (
        Cell(text=row.name or row.symbol, note=row.symbol, is_strong=True),
        Cell(text=STATES[row.state], color=color, is_strong=is_open),
        f"{SIDES[row.side]}{whose}",
        shares(row.quantity),
        shares(row.filled_quantity),
        f"{row.limit_price:,}" if row.limit_price else "시장가",
        f"{row.at:%H:%M:%S}",
    )
