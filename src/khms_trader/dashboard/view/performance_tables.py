"""Tables of the page 성과, and the CSV of closed trades. Pure."""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.cells import named_cell
from khms_trader.dashboard.view.performance_words import exit_of
from khms_trader.dashboard.view.table_html import Cell
from khms_trader.dashboard.words import (
    DASH,
    FLOWS,
    shares,
    signed_percent,
    signed_won,
    won,
)
from khms_trader.performance.equity import EquityCurve
from khms_trader.performance.trade import ClosedTrade

BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it Excel reads UTF-8 as the code page of the machine."""
_FORMULA_STARTS: Final = frozenset("=+-@")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Unicode categories of blanks and control characters."""
# fmt: off
HEADINGS: Final = (
    "종목", "코드", "매수일", "매도일", "보유(거래일)", "수량", "매수금액", "매도금액",
    "수수료", "세금", "손익", "수익률(%)", "이유", "추정",
)
TRADE_HEADINGS: Final = (
    "종목", ">손익", "이유", "매도일", "매수일", ">보유(거래일)", ">수량", ">매수금액",
    ">매도금액", ">수수료", ">세금",
)
# fmt: on
FLOW_HEADINGS: Final = ("거래일", "처음 본 때", "종류", ">금액")


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeRow:
    """One closed trade as the table and the CSV show it; won and shares are ints."""

    name: str
    symbol: str
    opened: date | None
    closed: date
    sessions_held: int | None
    quantity: int
    buy_value: int
    sell_value: int
    fee: int
    tax: int
    profit: int
    profit_percent: float | None
    reason: str
    is_estimated: bool

    def cells(self) -> dict[str, object]:
        """Return the row by its Korean ``HEADINGS``."""
        values = (
            self.name or self.symbol,
            self.symbol,
            self.opened,
            self.closed,
            self.sessions_held,
            self.quantity,
            self.buy_value,
            self.sell_value,
            self.fee,
            self.tax,
            self.profit,
            self.profit_percent,
            self.reason,
            "추정" if self.is_estimated else "",
        )
        return dict(zip(HEADINGS, values, strict=True))


def trade_rows(
    trades: Sequence[ClosedTrade], names: Mapping[str, str]
) -> tuple[TradeRow, ...]:
    """Return the rows of ``trades``, the newest first."""
    return tuple(
        TradeRow(
            name=names.get(trade.symbol, ""),
            symbol=trade.symbol,
            opened=trade.opened,
            closed=trade.closed,
            sessions_held=trade.sessions_held,
            quantity=trade.quantity,
            buy_value=trade.buy_value,
            sell_value=trade.sell_value,
            fee=trade.fee,
            tax=trade.tax,
            profit=trade.profit,
            profit_percent=_percent(trade),
            reason=exit_of(trade),
            is_estimated=trade.is_estimated,
        )
        for trade in reversed(trades)
    )


def trade_cells(
    rows: Sequence[TradeRow], look: Look
) -> tuple[tuple[Cell | str, ...], ...]:
    """Return ``rows`` as cells below ``TRADE_HEADINGS``."""
    return tuple(
        (
            named_cell(row.name, row.symbol),
            Cell(
                text=signed_won(row.profit),
                color=look.of(row.profit),
                note=DASH
                if row.profit_percent is None
                else signed_percent(row.profit_percent),
                is_strong=True,
            ),
            Cell(text=row.reason, note="추정" if row.is_estimated else ""),
            f"{row.closed:%Y-%m-%d}",
            f"{row.opened:%Y-%m-%d}" if row.opened else DASH,
            DASH if row.sessions_held is None else f"{row.sessions_held:,}일",
            shares(row.quantity),
            won(row.buy_value),
            won(row.sell_value),
            won(row.fee),
            won(row.tax),
        )
        for row in rows
    )


def flow_rows(curve: EquityCurve, look: Look) -> tuple[tuple[Cell | str, ...], ...]:
    """Return what came and went, the newest first, below ``FLOW_HEADINGS``."""
    return tuple(
        (
            f"{session:%Y-%m-%d}",
            f"{flow.at:%m-%d %H:%M}",
            FLOWS[flow.kind],
            Cell(text=signed_won(flow.amount), color=look.of(flow.amount)),
        )
        for session, flow in reversed(curve.flows)
    )


def trades_csv(rows: Sequence[TradeRow]) -> bytes:
    """Return ``rows`` as a CSV that Excel opens: UTF-8 with BOM, CRLF.

    Codes carry KRX's leading ``A``, or Excel would cut zeros and read some as numbers.
    Text that begins like a formula is quoted, so that no name is ever executed.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(HEADINGS)
    for row in rows:
        cells = row.cells() | {"코드": f"A{row.symbol}"}
        writer.writerow([_safe(cell) for cell in cells.values()])
    return (BOM + written.getvalue()).encode("utf-8")


def _percent(trade: ClosedTrade) -> float | None:
    rate = trade.profit_rate
    return None if rate is None else round(rate * 100, 2)


def _safe(cell: object) -> object:
    """Return text that a spreadsheet will not run; numbers keep their signs."""
    if not isinstance(cell, str):
        return "" if cell is None else cell
    # Excel in Korean reads full-width signs as the plain ones; NFKC does the same.
    letters = unicodedata.normalize("NFKC", cell)
    first = next((c for c in letters if unicodedata.category(c) not in _UNSEEN), "")
    is_control = unicodedata.category(cell[:1] or " ") == "Cc"
    return f"'{cell}" if is_control or first in _FORMULA_STARTS else cell
