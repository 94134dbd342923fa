"""Looks at an account and orders of it, on sessions of March 2026.

Looks are at 15:45 unless told; an order is sent at 09:01 and known filled at 09:02.
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from builders import at
from khms_trader.domain.account import Account, Holding
from khms_trader.domain.events import AccountObserved, HoldingAdopted, HoldingReleased
from khms_trader.domain.order import (
    Order,
    OrderKey,
    OrderRecord,
    OrderState,
    OrderType,
    Side,
)
from khms_trader.market.rates import CostRates
from khms_trader.performance.costing import SessionRates
from khms_trader.performance.trade import ClosedTrade, ExitKind

# Seven sessions in a row; 1 March is a Sunday and 2 March a substitute holiday.
TUE, WED, THU, FRI = (date(2026, 3, day) for day in (3, 4, 5, 6))
MON, TUE2, WED2 = (date(2026, 3, day) for day in (9, 10, 11))
FREE = SessionRates(usual=CostRates(fee_rate=0, tax_rate=0))
# 0.1 % each way and 0.2 % of a sale: figures one can check in the head.
PLAIN = SessionRates(usual=CostRates(fee_rate=1_000_000, tax_rate=2_000_000))
TRADE = ClosedTrade(
    symbol="086520",
    opened=WED,
    closed=FRI,
    sessions_held=2,
    quantity=100,
    buy_value=1_000_000,
    sell_value=1_050_000,
    fee=0,
    tax=0,
    kind=ExitKind.PLAN,
    reason="종가가 5일 전보다 낮음",
)
LOSS = replace(TRADE, sell_value=900_000, kind=ExitKind.MANUAL, reason="")


def held(
    symbol: str, quantity: int, price: int, *, average: int | None = None
) -> Holding:
    return Holding(
        symbol=symbol,
        name=f"이름{symbol}",
        quantity=quantity,
        sellable=quantity,
        average_price=Decimal(price if average is None else average),
        price=price,
    )


def looked(
    session: date,
    cash: int,
    *holdings: Holding,
    unsettled: int = 0,
    clock: str = "15:45",
) -> AccountObserved:
    """Build a look that saw ``cash`` won of D+2, ``unsettled`` of it not settled."""
    moment = at(clock, session)
    account = Account(
        account="paper",
        observed_at=moment,
        cash=cash - unsettled,
        cash_d2=cash,
        spendable=cash,
        total=cash + sum(holding.value for holding in holdings),
        holdings=holdings,
    )
    return AccountObserved(
        at=moment, account="paper", session=session, observed=account
    )


def filled(
    session: date,
    side: str,
    symbol: str,
    *,
    quantity: int,
    value: int,
    purpose: str = "plan",
    known: datetime | None = None,
) -> OrderRecord:
    return OrderRecord(
        key=OrderKey(
            account="paper",
            session=session,
            symbol=symbol,
            side=Side(side),
            purpose=purpose,
        ),
        order=Order(
            symbol=symbol,
            side=Side(side),
            quantity=quantity,
            order_type=OrderType.MARKET,
        ),
        state=OrderState.FILLED,
        number=f"{session:%d}{symbol}",
        filled_quantity=quantity,
        filled_value=value,
        intended_at=at("09:01", session),
        updated_at=known or at("09:02", session),
    )


def adopted(
    session: date, symbol: str, quantity: int, *, clock: str = "16:00"
) -> HoldingAdopted:
    return HoldingAdopted(
        at=at(clock, session),
        account="paper",
        session=session,
        symbol=symbol,
        quantity=quantity,
    )


def released(session: date, symbol: str, quantity: int) -> HoldingReleased:
    return HoldingReleased(
        at=at("15:50", session),
        account="paper",
        session=session,
        symbol=symbol,
        quantity=quantity,
    )
