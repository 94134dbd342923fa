"""From account, journal, plan and prices to what the state check shows. Pure.

Nothing is decided here that execute decides: lines are judged by ``planning.due``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from khms_trader.domain.account import Account, Holding
from khms_trader.domain.order import (
    PLAN_PURPOSE,
    BrokerOrder,
    Order,
    OrderRecord,
    OrderState,
    Side,
)
from khms_trader.domain.plan import Plan
from khms_trader.domain.quote import Quote
from khms_trader.market.fills import opening_fill_price
from khms_trader.market.prices import tick_rule
from khms_trader.planning.due import Decision, Holdings, TradingRules, symbols_to_quote
from khms_trader.planning.state_view import (
    Difference,
    Glance,
    HeldRow,
    OrderRow,
    Whose,
)


def symbols_in_order(
    plan: Plan | None,
    holdings: Holdings,
    tried: Mapping[Side, Collection[str]],
) -> tuple[str, ...]:
    """Return whose prices matter, most first: sells held, buys by rank, holdings.

    Args:
        tried: lines of the plan that are dealt with, by side; their prices come last.
    """
    wanted: list[str] = []
    if plan is not None:
        for side in (Side.SELL, Side.BUY):
            wanted += symbols_to_quote(plan, holdings, tried.get(side, ()), side)
    wanted += [holding.symbol for holding in holdings.account.holdings]
    if plan is not None:
        for side in (Side.SELL, Side.BUY):
            wanted += sorted(tried.get(side, ()))
    return tuple(dict.fromkeys(wanted))


def held_rows(
    holdings: Holdings, legacy: Collection[str], glances: Mapping[str, Glance]
) -> tuple[HeldRow, ...]:
    """Return every holding with its owner and newest price, managed ones first.

    A symbol of which the journal holds some is managed as a whole: a surplus shows
    among the differences.
    """
    rows = []
    for holding in holdings.account.holdings:
        glance = glances.get(holding.symbol)
        price = glance.price if glance is not None and glance.price else holding.price
        rows.append(
            HeldRow(
                holding=holding,
                whose=_whose(holding.symbol, holdings, legacy),
                price=price,
                is_failed=glance is not None and glance.is_failed,
            )
        )
    order = (Whose.PLAN, Whose.LEGACY, Whose.OUTSIDE)
    return tuple(sorted(rows, key=lambda row: order.index(row.whose)))


def differences(
    holdings: Holdings, moving: Collection[str], names: Mapping[str, str]
) -> tuple[Difference, ...]:
    """Return where account and journal disagree about managed symbols.

    Args:
        moving: symbols of orders of ours that have not ended.
    """
    found = []
    for symbol, in_journal in sorted(holdings.managed.items()):
        holding = holdings.account.holding(symbol)
        in_account = holding.quantity if holding else 0
        if in_account != in_journal:
            found.append(
                Difference(
                    symbol=symbol,
                    name=names.get(symbol, ""),
                    in_account=in_account,
                    in_journal=in_journal,
                    is_moving=symbol in moving,
                )
            )
    return tuple(found)


def order_rows(
    rows: Sequence[BrokerOrder],
    records: Sequence[OrderRecord],
    names: Mapping[str, str],
) -> tuple[OrderRow, ...]:
    """Return today's orders, oldest first: ours by the journal, the others outside.

    Args:
        rows: the broker's complete list of today.
        records: the journal's orders of today.
    """
    ours = {record.number: record for record in records if record.number}
    listed = {row.number for row in rows}
    found = [_listed(row, ours.get(row.number), names) for row in rows]
    found += [
        _unlisted(record, names) for record in records if record.number not in listed
    ]
    return tuple(sorted(found, key=lambda row: row.at))


def after_sells(
    holdings: Holdings,
    decisions: Iterable[Decision],
    quotes: Mapping[str, Quote | None],
    rules: TradingRules,
) -> Holdings:
    """Return ``holdings`` as they will be once the decided sells filled at the open.

    Execute decides the buys on the account after the sells; so must whoever wants to
    know what it would buy.
    """
    for decision in decisions:
        quote = quotes.get(decision.line.symbol)
        if decision.order is None or quote is None:
            continue
        price = opening_fill_price(
            quote.open_price or 0,
            False,  # noqa: FBT003 - numba takes arguments by position
            decision.order.limit_price or 0,
            quote.upper_limit or 0,
            quote.lower_limit or 0,
            rules.costs.slippage_rate,
            tick_rule(quote.session, quote.kind),
        )
        if price > 0:
            value = price * decision.order.quantity
            tax = rules.costs.tax(Side.SELL, value, quote.session, quote.kind)
            proceeds = value - rules.costs.fee(value) - tax
            holdings = _sold(holdings, decision.order, proceeds)
    return holdings


def _sold(holdings: Holdings, order: Order, proceeds: int) -> Holdings:
    account = holdings.account
    managed = dict(holdings.managed)
    managed[order.symbol] = managed.get(order.symbol, 0) - order.quantity
    return replace(
        holdings,
        account=replace(
            account,
            spendable=account.spendable + proceeds,
            holdings=tuple(_without_sold(account, order)),
        ),
        managed={symbol: shares for symbol, shares in managed.items() if shares > 0},
    )


def _without_sold(account: Account, order: Order) -> Iterator[Holding]:
    for holding in account.holdings:
        if holding.symbol != order.symbol:
            yield holding
        elif holding.quantity > order.quantity:
            yield replace(
                holding,
                quantity=holding.quantity - order.quantity,
                sellable=holding.sellable - order.quantity,
            )


def _whose(symbol: str, holdings: Holdings, legacy: Collection[str]) -> Whose:
    if holdings.is_managed(symbol):
        return Whose.PLAN
    is_legacy = symbol in holdings.legacy or symbol in legacy
    return Whose.LEGACY if is_legacy else Whose.OUTSIDE


def _listed(
    row: BrokerOrder, record: OrderRecord | None, names: Mapping[str, str]
) -> OrderRow:
    return OrderRow(
        at=row.ordered_at,
        whose=Whose.OUTSIDE if record is None else _owner(record),
        side=row.side,
        symbol=row.symbol,
        name=names.get(row.symbol, ""),
        # A row may shrink its own when the rest is cancelled.
        quantity=row.quantity if record is None else record.order.quantity,
        filled_quantity=row.filled_quantity,
        limit_price=row.limit_price,
        state=_state_of(row) if record is None else record.state,
        number=row.number,
        detail="" if record is None else record.detail,
    )


def _unlisted(record: OrderRecord, names: Mapping[str, str]) -> OrderRow:
    return OrderRow(
        at=record.intended_at,
        whose=_owner(record),
        side=record.key.side,
        symbol=record.key.symbol,
        name=names.get(record.key.symbol, ""),
        quantity=record.order.quantity,
        filled_quantity=record.filled_quantity,
        limit_price=record.order.limit_price,
        state=record.state,
        number=record.number,
        detail=record.detail,
        is_listed=False,
    )


def _owner(record: OrderRecord) -> Whose:
    return Whose.PLAN if record.key.purpose == PLAN_PURPOSE else Whose.MANUAL


def _state_of(row: BrokerOrder) -> OrderState:
    """Return the state of an order that is not ours, by its row alone."""
    if row.filled_quantity >= row.quantity:
        return OrderState.FILLED
    if row.is_rejected:
        return OrderState.REJECTED
    if row.is_cancelled:
        return OrderState.CANCELLED
    if not row.is_open:
        return OrderState.EXPIRED
    return OrderState.PARTIALLY_FILLED if row.filled_quantity else OrderState.ACCEPTED
