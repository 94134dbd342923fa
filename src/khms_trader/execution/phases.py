"""The two phases of an execution: gather quotes, decide, send back to back, wait."""

import logging
from collections.abc import Iterable
from dataclasses import replace

from khms_trader.domain.account import Account
from khms_trader.domain.events import LineSkipped
from khms_trader.domain.order import BrokerOrder, OrderRecord, Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.quote import Quote
from khms_trader.domain.reasons import SkipReason
from khms_trader.errors import BrokerError
from khms_trader.execution.follow import (
    UNKNOWN,
    WORKING,
    settle_orders,
    wait_for_fills,
)
from khms_trader.execution.office import Desk
from khms_trader.execution.send import send, skip_event
from khms_trader.planning.due import (
    Budget,
    Decision,
    Holdings,
    Skip,
    choose_buys,
    choose_sells,
    symbols_to_quote,
    worst_price,
)
from khms_trader.planning.rules import cash_needed, slots_free

logger = logging.getLogger(__name__)


def send_sells(desk: Desk, plan: Plan, account: Account) -> None:
    """Send every sell that is held and managed, then wait for the fills."""
    holdings = desk.office.holdings(account)
    quotes = _quotes(desk, plan, holdings, Side.SELL)
    decisions = choose_sells(plan, holdings, quotes, desk.rules)
    _apply(desk, plan, decisions)
    wait_for_fills(desk, plan.for_trading_day, desk.pace.sell_wait)


def send_buys(desk: Desk, plan: Plan) -> None:
    """Send the buys that have a slot and the cash, wait, cancel what stays open."""
    holdings = desk.office.holdings(desk.office.reader.account())
    quotes = _quotes(desk, plan, holdings, Side.BUY)
    budget = _budget(desk, plan, holdings)
    decisions = choose_buys(plan, holdings, quotes, desk.rules, budget=budget)
    _apply(desk, plan, decisions)
    wait_for_fills(desk, plan.for_trading_day, desk.pace.fill_wait)
    cancel_open_buys(desk, plan)


def skip_the_rest(desk: Desk, plan: Plan) -> None:
    """Write down why every line that was never dealt with is not sent any more."""
    holdings = desk.office.holdings(desk.office.reader.account())
    budget = _budget(desk, plan, holdings)
    # Without any quote nothing can become an order, and what lacks only its quote is
    # what would have been sent.
    decisions = (
        *choose_sells(plan, holdings, {}, desk.rules),
        *choose_buys(plan, holdings, {}, desk.rules, budget=budget),
    )
    known = _last_skips(desk, plan).keys()
    rest = [d for d in decisions if (d.line.symbol, d.side) not in known]
    _apply(desk, plan, [_interrupted(decision) for decision in rest])


def may_still_send(desk: Desk, plan: Plan) -> bool:
    """Return True when a line was held back by something that may pass."""
    return bool(_last_skips(desk, plan).keys() - _dealt_with(desk, plan))


def _last_skips(desk: Desk, plan: Plan) -> dict[tuple[str, Side], SkipReason]:
    events = desk.office.journal.events(plan.for_trading_day, kinds=(LineSkipped,))
    return {
        (event.symbol, Side(event.side)): SkipReason(event.reason)
        for event in events
        if isinstance(event, LineSkipped)
    }


def _dealt_with(desk: Desk, plan: Plan) -> frozenset[tuple[str, Side]]:
    """Return the lines that were sent, or that nothing can change any more."""
    sent = {(r.key.symbol, r.key.side) for r in _records(desk, plan)}
    skips = _last_skips(desk, plan)
    return frozenset(sent | {line for line in skips if not skips[line].may_pass})


def _interrupted(decision: Decision) -> Decision:
    skip = decision.skip
    if skip is None or skip.reason is not SkipReason.NO_OPEN_PRICE:
        return decision
    return replace(decision, skip=Skip(reason=SkipReason.INTERRUPTED))


def _apply(desk: Desk, plan: Plan, decisions: Iterable[Decision]) -> None:
    dealt_with = _dealt_with(desk, plan)
    skips = []
    for decision in decisions:
        if (decision.line.symbol, decision.side) in dealt_with:
            continue
        skip = decision.skip or _send(desk, plan, decision)
        if skip is not None:
            skips.append(skip_event(desk, plan, decision, skip))
    if skips:
        desk.office.publish(*skips)


def _send(desk: Desk, plan: Plan, decision: Decision) -> Skip | None:
    if decision.order is None:
        return None
    if desk.is_halted():
        return Skip(reason=SkipReason.HALT)
    if send(desk, plan, decision.order, open_price=decision.open_price):
        return None
    return Skip(reason=SkipReason.OPEN_ORDER)


def _quotes(
    desk: Desk, plan: Plan, holdings: Holdings, side: Side
) -> dict[str, Quote | None]:
    tried = {symbol for symbol, its in _dealt_with(desk, plan) if its is side}
    return {
        symbol: desk.quotes.opening_quote(symbol, plan.for_trading_day)
        for symbol in symbols_to_quote(plan, holdings, tried, side)
    }


def _budget(desk: Desk, plan: Plan, holdings: Holdings) -> Budget:
    # Slot and cash of an order whose outcome is unknown stay reserved: the broker may
    # hold it without showing it yet.
    records = _records(desk, plan)
    buys = [record for record in records if record.key.side is Side.BUY]
    unknown = [record for record in buys if record.state in UNKNOWN]
    return Budget(
        slots=slots_free(desk.rules.max_positions, len(_taken(desk, holdings, buys))),
        cash=holdings.account.spendable - sum(_committed(desk, r) for r in unknown),
        bought_today=sum(_committed(desk, record) for record in buys),
        orders_today=len(records),
    )


def _taken(
    desk: Desk, holdings: Holdings, buys: Iterable[OrderRecord]
) -> frozenset[str]:
    """Return the symbols that fill a slot, or may turn out to.

    What the journal manages and a person sold in the broker's app fills none; today's
    buys count even where the account does not show them yet.
    """
    held = {h.symbol for h in holdings.account.holdings if h.quantity > 0}
    ours = {r.key.symbol for r in buys if r.filled_quantity or not r.state.is_final}
    lost = {
        record.key.symbol
        for record in desk.office.journal.order_records(states=UNKNOWN)
        if record.key.side is Side.BUY
    }
    return frozenset(ours | lost | (held & set(holdings.managed))) - holdings.legacy


def _committed(desk: Desk, record: OrderRecord) -> int:
    if record.state.is_final:
        return record.filled_value + desk.rules.costs.fee(record.filled_value)
    price = record.order.limit_price or _highest_price(desk, record)
    return cash_needed(record.order.quantity, price, desk.rules.costs.fee_rate)


def _highest_price(desk: Desk, record: OrderRecord) -> int:
    quote = desk.quotes.opening_quote(record.key.symbol, record.key.session)
    if quote is None:
        # From limit down to limit up a price less than doubles (0.7 to 1.3).
        return 2 * (record.open_price or 0)
    return worst_price(record.order, quote)


def cancel_open_buys(desk: Desk, plan: Plan) -> None:
    """Cancel every buy of ours that is still open, and settle what came of it."""
    open_numbers = {
        record.number: record
        for record in desk.office.journal.order_records(
            plan.for_trading_day, states=WORKING
        )
        if record.key.side is Side.BUY
    }
    if not open_numbers:
        return
    for row in desk.office.reader.orders(plan.for_trading_day):
        if row.number in open_numbers and row.is_open:
            _cancel(desk, row)
    settle_orders(desk.office)


def _cancel(desk: Desk, row: BrokerOrder) -> None:
    try:
        desk.broker.cancel(row)
    except BrokerError as error:
        # What could not be cancelled stays open in the journal: the next run of any
        # script settles it by the broker's list.
        logger.warning("cancel of order %s failed: %s", row.number, error)


def _records(desk: Desk, plan: Plan) -> tuple[OrderRecord, ...]:
    return desk.office.journal.order_records(plan.for_trading_day)
