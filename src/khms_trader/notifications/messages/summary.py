"""The day in one message, once the session is over and the next plan stands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from khms_trader.domain.account import Account, Holding
from khms_trader.domain.message import Level, Message
from khms_trader.domain.report import SessionReport
from khms_trader.notifications.messages.equity import (
    EquityPoint,
    change_since,
    shown_until,
)
from khms_trader.notifications.messages.markup import (
    bold,
    change,
    day_text,
    first_of,
    named,
    percent,
    safe,
    text_of,
    won,
)
from khms_trader.notifications.messages.plan import PlanTold, plan_line
from khms_trader.notifications.messages.result import orders_line
from khms_trader.planning.state_view import HeldRow, Whose


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTold:
    """One session with what its reader is told.

    Attributes:
        at: when the day was known to be over.
        account: as it was last read then.
        points: the equity seen so far, oldest first, other sessions included.
        report: None when nothing was executed.
        plan: for the session after; None when it cannot be read.
    """

    session: date
    at: datetime
    account: Account
    points: Sequence[EquityPoint]
    report: SessionReport | None = None
    plan: PlanTold | None = None

    @property
    def key(self) -> str:
        """Once a session of an account."""
        return f"summary:{self.account.account}:{self.session:%Y%m%d}"

    @property
    def curve(self) -> tuple[EquityPoint, ...]:
        """The points of the picture, this session's last."""
        today = EquityPoint(session=self.session, total=self.account.total)
        before = [point for point in self.points if point.session < self.session]
        return shown_until([*before, today], self.session)


def daily_summary(told: DayTold, picture: bytes | None = None) -> Message:
    """Return what is said of a session after its close."""
    return Message(
        key=told.key,
        level=Level.INFO,
        html=_html(told),
        at=told.at,
        picture=picture,
    )


def holding_rows(account: Account) -> list[str]:
    """Return a line per holding: shares, and won and percent gained before costs."""
    held = [holding for holding in account.holdings if holding.quantity > 0]
    return first_of([_holding(holding) for holding in held])


def _html(told: DayTold) -> str:
    account = told.account
    rows = holding_rows(account)
    held = sum(holding.quantity > 0 for holding in account.holdings)
    return text_of(
        [
            f"{bold('하루 정리 ' + day_text(told.session))} · {safe(account.account)}",
            f"총평가 {bold(won(account.total))}{_change(told)}",
            f"예수금 {won(account.cash)} · D+2 {won(account.cash_d2)}",
            bold(f"보유 {held}종목") if rows else "보유 종목이 없습니다.",
            *rows,
            f"오늘 주문: {orders_line(told.report)}",
            f"다음 계획: {plan_line(told.plan)}" if told.plan else "",
        ]
    )


def _change(told: DayTold) -> str:
    moved = change_since(told.points, told.session, told.account.total)
    if moved is None:
        return ""
    amount, figure = moved
    return f" (앞 거래일보다 {change(amount)}, {percent(figure)})"


def _holding(holding: Holding) -> str:
    row = HeldRow(holding=holding, whose=Whose.PLAN, price=holding.price)
    name = named(holding.name, holding.symbol)
    if row.profit is None:
        return f"· {name} · {holding.quantity:,}주 · 현재가 모름"
    return (
        f"· {name} · {holding.quantity:,}주 · {change(row.profit)} "
        f"({percent(row.profit_percent)})"
    )
