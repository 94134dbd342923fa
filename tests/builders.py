"""Small readable values for tests: ``a_buy("086520 x10 @12960")``.

Every builder fills in what a test does not talk about; ``dataclasses.replace`` changes
the rest. Prices are won, quantities shares, times KST on the session 2026-03-04.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from khms_trader.domain.account import Account, Holding
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import (
    BrokerOrder,
    Order,
    OrderKey,
    OrderRecord,
    OrderState,
    OrderType,
    Side,
)
from khms_trader.domain.plan import BarsState, BuyLine, Plan, SellLine, StrategyUsed
from khms_trader.domain.quote import Quote
from khms_trader.domain.report import OrderReport
from khms_trader.market.calendar import SEOUL
from khms_trader.market.prices import KRX_TICKS_SINCE_2023, lower_limit, upper_limit
from khms_trader.planning.due import Holdings

ASOF = date(2026, 3, 3)
SESSION = date(2026, 3, 4)
SYMBOL = "086520"

_PARTS = re.compile(
    r"(?:(?P<side>buy|sell) )?(?P<symbol>\w{6})"
    r"(?: x(?P<quantity>\d+))?(?: @(?P<price>\d+))?"
)


def at(clock: str, day: date = SESSION) -> datetime:
    """Return ``clock`` (``09:01`` or ``09:01:02.5``) of ``day`` in Seoul."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SEOUL)


def a_buy(text: str = f"{SYMBOL} x10 @12960", *, rank: int = 1) -> BuyLine:
    """Build a buy line from ``symbol xquantity @reference``."""
    symbol, quantity, price = _parsed(text)
    return BuyLine(
        symbol=symbol,
        name=f"이름{symbol}",
        quantity=quantity or 0,
        reference_price=price or 12_960,
        rank=rank,
        score=100.0 - rank,
        traded_value_20d=1_000_000_000,
    )


def a_sell(text: str = f"{SYMBOL} @12960", *, held: bool = True) -> SellLine:
    """Build a sell line from ``symbol @reference``."""
    symbol, _, price = _parsed(text)
    return SellLine(
        symbol=symbol,
        name=f"이름{symbol}",
        reference_price=price or 12_960,
        held=held,
    )


def a_plan(*lines: BuyLine | SellLine, slots_free: int = 5) -> Plan:
    """Build an unsealed plan; its buys are ranked as they are given."""
    buys = [line for line in lines if isinstance(line, BuyLine)]
    return Plan(
        plan_id="20260304-1f0c9a2e",
        generated_at=at("15:40:12", ASOF),
        data_asof=ASOF,
        bars=BarsState.FINAL,
        for_trading_day=SESSION,
        account="paper",
        data_source="sample",
        universe_file="kosdaq_20260303.csv",
        slots_free=slots_free,
        strategy=StrategyUsed(name="trend_momentum", params={"ma_window": 20}),
        config_hash="0123456789ab",
        buys=tuple(replace(buy, rank=rank) for rank, buy in enumerate(buys, start=1)),
        sells=tuple(line for line in lines if isinstance(line, SellLine)),
    )


def a_quote(
    symbol: str = SYMBOL,
    *designations: Designation,
    base: int = 12_960,
    opened: int | None = 13_000,
) -> Quote:
    """Build the quote of a session with the usual limits around ``base``."""
    return Quote(
        symbol=symbol,
        session=SESSION,
        base_price=base,
        upper_limit=upper_limit(base, KRX_TICKS_SINCE_2023),
        lower_limit=lower_limit(base, KRX_TICKS_SINCE_2023),
        open_price=opened,
        price=opened,
        designations=frozenset(designations),
    )


def a_holding(text: str = f"{SYMBOL} x10", *, sellable: int | None = None) -> Holding:
    """Build a holding from ``symbol xquantity``; all of it sellable unless told."""
    symbol, quantity, _ = _parsed(text)
    held = quantity or 0
    return Holding(
        symbol=symbol,
        name=f"이름{symbol}",
        quantity=held,
        sellable=held if sellable is None else sellable,
        average_price=Decimal(12_000),
        price=12_960,
    )


def an_account(
    *holdings: Holding, cash: int = 10_000_000, read_at: str = "09:01"
) -> Account:
    """Build an account read on the session, with ``cash`` won to spend."""
    return Account(
        account="paper",
        observed_at=at(read_at),
        cash=cash,
        cash_d2=cash,
        spendable=cash,
        total=cash + sum(holding.value for holding in holdings),
        holdings=holdings,
    )


def holdings_of(
    *holdings: Holding,
    managed: Mapping[str, int] | None = None,
    legacy: frozenset[str] = frozenset(),
) -> Holdings:
    """Build what is held, and whose; nothing is managed unless told."""
    return Holdings(account=an_account(*holdings), managed=managed or {}, legacy=legacy)


def an_order(text: str = f"buy {SYMBOL} x10 @13340") -> Order:
    """Build an order from ``side symbol xquantity @limit``; market without limit."""
    symbol, quantity, price = _parsed(text)
    return Order(
        symbol=symbol,
        side=Side(text.split(maxsplit=1)[0]),
        quantity=quantity or 0,
        order_type=OrderType.MARKET if price is None else OrderType.LIMIT,
        limit_price=price,
    )


def a_record(
    text: str = f"buy {SYMBOL} x10 @13340",
    state: OrderState = OrderState.ACCEPTED,
    *,
    number: str = "",
    filled: tuple[int, int] = (0, 0),
    intended_at: datetime | None = None,
    updated_at: datetime | None = None,
) -> OrderRecord:
    """Build a journal row; ``filled`` is shares and won."""
    order = an_order(text)
    intended = intended_at or at("09:01")
    return OrderRecord(
        key=OrderKey(
            account="paper", session=SESSION, symbol=order.symbol, side=order.side
        ),
        order=order,
        state=state,
        plan_id="20260304-1f0c9a2e",
        number=number,
        filled_quantity=filled[0],
        filled_value=filled[1],
        attempts=1,
        intended_at=intended,
        updated_at=updated_at or intended,
    )


def a_row(
    text: str = f"buy {SYMBOL} x10 @13340",
    *,
    number: str = "0000000001",
    filled: tuple[int, int] = (0, 0),
    is_open: bool = True,
    ordered_at: datetime | None = None,
) -> BrokerOrder:
    """Build a row of the broker's list; ``filled`` is shares and won."""
    order = an_order(text)
    return BrokerOrder(
        number=number,
        symbol=order.symbol,
        side=order.side,
        quantity=order.quantity,
        order_type=order.order_type,
        limit_price=order.limit_price,
        ordered_at=ordered_at or at("09:01"),
        filled_quantity=filled[0],
        filled_value=filled[1],
        is_open=is_open,
    )


def an_order_report(**told: Any) -> OrderReport:  # noqa: ANN401 - any field
    """Build what a report says of a market order of ten shares that never filled."""
    unfilled = OrderReport(
        number="0000000007",
        order_type=OrderType.MARKET,
        quantity=10,
        filled_quantity=0,
        filled_value=0,
        limit_price=None,
        open_price=10_000,
        slippage=None,
        slippage_bps=None,
        fee=0,
        tax=0,
        intended_at=at("09:01"),
        updated_at=at("09:01"),
    )
    return replace(unfilled, **told)


def _parsed(text: str) -> tuple[str, int | None, int | None]:
    found = _PARTS.fullmatch(text)
    if found is None:
        message = f"cannot build anything from {text!r}"
        raise ValueError(message)
    quantity, price = found["quantity"], found["price"]
    return (
        found["symbol"],
        None if quantity is None else int(quantity),
        None if price is None else int(price),
    )
