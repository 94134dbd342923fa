"""Tables of the page 성과, and the CSV of closed trades. Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from khms_trader.dashboard.view.performance_words import (
    FLOWS,
    exit_of,
)
from khms_trader.performance.equity import EquityCurve
from khms_trader.performance.trade import ClosedTrade

BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it Excel reads UTF-8 as the code page of the machine."""
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


# fmt: off
HEADINGS: Final = (
    "종목", "코드", "매수일", "매도일", "보유(거래일)", "수량", "매수금액", "매도금액",
    "수수료", "세금", "손익", "수익률(%)", "이유", "추정",
)
# fmt: on


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


def flow_rows(curve: EquityCurve) -> tuple[dict[str, object], ...]:
    """Return what came and went, the newest first."""
    return tuple(
        {
            "거래일": session,
            "처음 본 때": f"{flow.at:%m-%d %H:%M}",
            "종류": FLOWS[flow.kind],
            "금액": flow.amount,
        }
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
    if isinstance(cell, str) and cell.lstrip(" \N{NO-BREAK SPACE}").startswith(
        _FORMULA_STARTS
    ):
        return f"'{cell}"
    return "" if cell is None else cell
