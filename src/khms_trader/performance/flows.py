"""Money that came or went between two looks at an account. Pure.

No broker call lists deposits, so they are inferred. Between two looks::

    flow = change of cash_d2 - cash of the fills known + sum(moved x price)

where *moved* are the shares that came or went without a fill known (a person's trade
in the app, a fill learnt of late: their cash and their shares then cancel out). A flow
counts when it is beyond ``tolerance``::

    max(1,000 won, 0.1 % of the total) + 0.5 % of the fills + 30 % of what moved

that is rounding, what estimated costs may be off, and KRX's daily price limit for
trades whose price nobody told us. Its limits: a smaller deposit, and interest, count
as return; a dividend beyond the tolerance counts as a deposit; shares delivered into
a symbol already held look like a split when they are worth less than 30 % of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.events import Event, ForeignOrdersSeen
from khms_trader.domain.order import BrokerOrder, OrderRecord
from khms_trader.performance.costing import SessionRates

LEAST_TOLERANCE: Final = 1_000
"""Won below which no change of cash is told from rounding."""
_TOTAL_PARTS: Final = 1_000
_FILL_PARTS: Final = 200
_PRICE_LIMIT_PERCENT: Final = 30  # KRX, each way, since 2015-06-15
_ROUND_SUM: Final = 1_000_000


class FlowKind(StrEnum):
    """Why an account's worth changed without having earned anything."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Worth that came from outside or went there.

    Attributes:
        at: the look at the account that showed it first.
        amount: won; minus when it went.
    """

    at: datetime
    kind: FlowKind
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """Shares traded by an order, whoever sent it.

    Attributes:
        at: when the journal knew.
        shares: plus for a buy, minus for a sale.
        value: won before costs.
        cash: won in hand after costs; minus for a buy.
    """

    at: datetime
    symbol: str
    shares: int
    value: int
    cash: int


def fills_of(
    records: Iterable[OrderRecord], events: Iterable[Event], rates: SessionRates
) -> tuple[Fill, ...]:
    """Return what our orders and a person's own, as far as seen, traded, by time."""
    records = tuple(records)
    ours = {(r.key.session, r.number) for r in records if r.number}
    newest = {e.session: e for e in events if isinstance(e, ForeignOrdersSeen)}
    fills = [
        _fill(_row_of(record), record.updated_at, rates)
        for record in records
        if record.filled_quantity
    ]
    fills += [
        _fill(row, row.ordered_at, rates)
        for session, event in newest.items()
        for row in event.rows
        if row.filled_quantity and (session, row.number) not in ours
    ]
    return tuple(sorted(fills, key=lambda fill: fill.at))


def flow_between(before: Account, after: Account, fills: Sequence[Fill]) -> Flow | None:
    """Return what came or went between two looks; None when all of it was earned.

    Args:
        fills: those known after ``before`` and by ``after``.
    """
    cash = after.cash_d2 - before.cash_d2 - sum(fill.cash for fill in fills)
    moved = _moved(before, after, fills)
    if _was_reset(before, after, moved):
        return Flow(
            at=after.observed_at,
            kind=FlowKind.RESET,
            amount=after.total - before.total,
        )
    split = _looking_split(before, after, moved)
    without = {symbol: worth for symbol, worth in moved.items() if symbol not in split}
    amount, unseen = min(
        ((cash + sum(each.values()), each) for each in (moved, without)),
        key=lambda told: abs(told[0]),
    )
    if abs(amount) <= tolerance(before.total, fills, unseen.values()):
        return None
    kind = FlowKind.DEPOSIT if amount > 0 else FlowKind.WITHDRAWAL
    return Flow(at=after.observed_at, kind=kind, amount=amount)


def tolerance(total: int, fills: Iterable[Fill], moved: Iterable[int]) -> int:
    """Return the won that no flow has to explain: the rule of this module."""
    traded = sum(fill.value for fill in fills)
    unseen = sum(abs(value) for value in moved)
    least = max(LEAST_TOLERANCE, abs(total) // _TOTAL_PARTS)
    return least + traded // _FILL_PARTS + unseen * _PRICE_LIMIT_PERCENT // 100


def _row_of(record: OrderRecord) -> BrokerOrder:
    return BrokerOrder(
        number=record.number,
        symbol=record.key.symbol,
        side=record.key.side,
        quantity=record.order.quantity,
        order_type=record.order.order_type,
        ordered_at=record.intended_at,
        filled_quantity=record.filled_quantity,
        filled_value=record.filled_value,
    )


def _fill(row: BrokerOrder, at: datetime, rates: SessionRates) -> Fill:
    session, value = row.ordered_at.date(), row.filled_value
    costs = rates.fee(value, session) + rates.tax(row.side, value, session, row.symbol)
    sign = row.side.sign
    return Fill(
        at=at,
        symbol=row.symbol,
        shares=sign * row.filled_quantity,
        value=value,
        cash=-sign * value - costs,
    )


def _moved(before: Account, after: Account, fills: Iterable[Fill]) -> dict[str, int]:
    """Return what shares that moved without a fill are worth in won, by symbol."""
    had = {h.symbol: h.quantity for h in before.holdings}
    has = {h.symbol: h.quantity for h in after.holdings}
    filled: dict[str, int] = {}
    for fill in fills:
        filled[fill.symbol] = filled.get(fill.symbol, 0) + fill.shares
    prices = _prices(before) | _prices(after)
    shares = {
        symbol: has.get(symbol, 0) - had.get(symbol, 0) - filled.get(symbol, 0)
        for symbol in had.keys() | has.keys() | filled.keys()
    }
    known = _mean_prices(fills) | prices
    return {
        symbol: moved * known.get(symbol, 0)
        for symbol, moved in sorted(shares.items())
        if moved
    }


def _prices(account: Account) -> dict[str, int]:
    return {h.symbol: h.price for h in account.holdings if h.price}


def _mean_prices(fills: Iterable[Fill]) -> dict[str, int]:
    return {f.symbol: f.value // abs(f.shares) for f in fills if f.shares}


def _looking_split(
    before: Account, after: Account, moved: Mapping[str, int]
) -> list[str]:
    """Return symbols whose shares changed while their worth did not."""
    return [
        symbol
        for symbol in moved
        if (held := before.holding(symbol))
        and (now := after.holding(symbol))
        and abs(now.value - held.value) * 100 <= held.value * _PRICE_LIMIT_PERCENT
    ]


def _was_reset(before: Account, after: Account, moved: Mapping[str, int]) -> bool:
    """Return True when the account looks like one that has just been opened.

    A virtual account starts with whole millions, nothing held and nothing unsettled;
    what was held went without a sale (KIS 초기화).
    """
    is_new = not after.holdings and after.cash == after.cash_d2 == after.total
    is_round = after.cash_d2 > 0 and after.cash_d2 % _ROUND_SUM == 0
    was_used = before.cash_d2 % _ROUND_SUM != 0 or bool(before.holdings)
    went = all(holding.symbol in moved for holding in before.holdings)
    return is_new and is_round and was_used and went
