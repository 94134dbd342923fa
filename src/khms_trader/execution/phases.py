"""The two phases of an execution: gather quotes, decide, send back to back, wait.

A read that fails after the first order ends nothing: what needs it is held back, what
is open is cancelled, and what nobody knows stays unknown.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.order import BrokerOrder, OrderRecord, Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.quote import Quote
from khms_trader.domain.reasons import SkipReason
from khms_trader.errors import BrokerError, BrokerUnavailable, OrderRejected
from khms_trader.execution.follow import WORKING, wait_for_ends, wait_for_fills
from khms_trader.execution.office import Desk
from khms_trader.execution.send import MAX_ATTEMPTS, send, skip_event
from khms_trader.execution.standing import budget_left, dealt_with, last_skips
from khms_trader.planning.baseline import Baseline
from khms_trader.planning.due import (
    Decision,
    Holdings,
    Skip,
    choose_buys,
    choose_sells,
    symbols_to_quote,
)

logger = logging.getLogger(__name__)

# Prices in a row that cannot be read before no more are asked for.
_MOST_FAILURES: Final = 2


def send_sells(desk: Desk, plan: Plan, account: Account) -> None:
    """Send every sell that is held and managed; nothing is waited for."""
    holdings = desk.office.holdings(account)
    quotes = _quotes(desk, plan, holdings, Side.SELL)
    _apply(desk, plan, choose_sells(plan, holdings, quotes, desk.rules))


def send_buys(desk: Desk, plan: Plan, baseline: Baseline) -> str:
    """Send the buys that have a slot and the cash, wait, cancel what stays open.

    Their prices are read while the sells fill. ``baseline`` is of before the sells.

    Returns:
        Why the order list could not be read in the end, as a detail; empty when it was.
    """
    office, session = desk.office, plan.for_trading_day
    since = office.clock.monotonic()
    holdings = office.holdings(baseline.account)
    quotes = _quotes(desk, plan, holdings, Side.BUY)
    wait_for_fills(desk, session, desk.pace.sell_wait, since=since)
    spendable = _spendable(desk, plan, baseline)
    records = office.journal.order_records(session)
    holdings = office.holdings(baseline.rolled_on(records, spendable or 0))
    if spendable is None:
        _leave_buys(desk, plan, holdings)
    else:
        budget = budget_left(desk, plan, holdings)
        decisions = choose_buys(plan, holdings, quotes, desk.rules, budget=budget)
        _apply(desk, plan, decisions)
    unread = wait_for_fills(desk, session, desk.pace.fill_wait)
    cancelled = cancel_open_buys(desk, plan)
    return unread if cancelled is None else cancelled


def skip_the_rest(desk: Desk, plan: Plan, account: Account) -> None:
    """Write down why every line that was never dealt with is not sent any more."""
    holdings = desk.office.holdings(account)
    budget = budget_left(desk, plan, holdings)
    # Without any quote nothing can become an order, and what lacks only its quote is
    # what would have been sent.
    decisions = (
        *choose_sells(plan, holdings, {}, desk.rules),
        *choose_buys(plan, holdings, {}, desk.rules, budget=budget),
    )
    known = last_skips(desk.office, plan).keys()
    rest = [d for d in decisions if (d.line.symbol, d.side) not in known]
    _apply(desk, plan, _held_back(rest, SkipReason.INTERRUPTED))


def may_still_send(desk: Desk, plan: Plan) -> bool:
    """Return True when a line was held back by something that may pass."""
    return bool(last_skips(desk.office, plan).keys() - dealt_with(desk.office, plan))


def _spendable(desk: Desk, plan: Plan, baseline: Baseline) -> int | None:
    """Return the won buys may use; None when nobody knows, which is not nothing."""
    if not baseline.has_moved(desk.office.journal.order_records(plan.for_trading_day)):
        return baseline.account.spendable
    try:
        return desk.office.reader.spendable()
    except BrokerUnavailable as error:
        logger.warning("cash not read, nothing is bought: %s", error)
        return None


def _leave_buys(desk: Desk, plan: Plan, holdings: Holdings) -> None:
    """Hold every buy back that would need to know the cash."""
    budget = budget_left(desk, plan, holdings)
    decisions = choose_buys(plan, holdings, {}, desk.rules, budget=budget)
    _apply(desk, plan, _held_back(decisions, SkipReason.CASH_UNKNOWN))


def has_sent(desk: Desk, plan: Plan) -> bool:
    """Return True when an order of the plan ever left, or was about to."""
    records = desk.office.journal.order_records(plan.for_trading_day)
    return any(record.plan_id for record in records)


def _held_back(
    decisions: Iterable[Decision], reason: SkipReason
) -> tuple[Decision, ...]:
    """Return ``decisions`` made without quotes; what lacks only its quote: why not."""
    return tuple(
        replace(decision, skip=Skip(reason=reason))
        if decision.skip and decision.skip.reason is SkipReason.NO_OPEN_PRICE
        else decision
        for decision in decisions
    )


def _apply(desk: Desk, plan: Plan, decisions: Iterable[Decision]) -> None:
    known = dealt_with(desk.office, plan)
    skips = []
    for decision in decisions:
        if (decision.line.symbol, decision.side) in known:
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
    """Return the prices of the candidates of ``side``; those not read are missing.

    Raises:
        BrokerUnavailable: no price can be read, and nothing was sent yet.
    """
    tried = {symbol for symbol, its in dealt_with(desk.office, plan) if its is side}
    quotes: dict[str, Quote | None] = {}
    failures = 0
    for symbol in symbols_to_quote(plan, holdings, tried, side):
        # A server that is down is not asked for every candidate: time runs.
        if failures < _MOST_FAILURES:
            try:
                quotes[symbol] = desk.quotes.opening_quote(symbol, plan.for_trading_day)
                failures = 0
            except BrokerUnavailable as error:
                logger.warning("price of %s not read: %s", symbol, error)
                failures += 1
                if failures == _MOST_FAILURES and not has_sent(desk, plan):
                    raise
    return quotes


def cancel_open_buys(desk: Desk, plan: Plan) -> str | None:
    """Cancel every buy of ours that is still open, and settle what came of it.

    They are those of the journal, which the caller has just settled: a list that
    cannot be read, or shows them late, keeps no buy open.

    Returns:
        Why the order list could not be read afterwards; None when no buy was open.
    """
    journal = desk.office.journal
    records = journal.order_records(plan.for_trading_day, states=WORKING)
    buys = [record for record in records if record.key.side is Side.BUY]
    if not buys:
        return None
    cancelled = {record.key for record in buys if _cancel(desk, record)}
    return wait_for_ends(desk, plan.for_trading_day, cancelled)


def _cancel(desk: Desk, record: OrderRecord) -> bool:
    """Cancel an order; False when it surely was not, whatever it is now."""
    for _ in range(MAX_ATTEMPTS):
        try:
            desk.broker.cancel(_row_of(record))
        except BrokerUnavailable as error:
            # It never arrived; and cancelling twice does no harm.
            logger.warning("cancel of order %s failed: %s", record.number, error)
        except OrderRejected as error:
            logger.warning("cancel of order %s refused: %s", record.number, error)
            return False
        except BrokerError as error:
            logger.warning("cancel of order %s unknown: %s", record.number, error)
            return True
        else:
            return True
    # What could not be cancelled stays open in the journal: the next run of any
    # script settles it by the broker's list.
    return False


def _row_of(record: OrderRecord) -> BrokerOrder:
    return BrokerOrder(
        number=record.number,
        symbol=record.key.symbol,
        side=record.key.side,
        quantity=record.order.quantity,
        order_type=record.order.order_type,
        ordered_at=record.intended_at,
        limit_price=record.order.limit_price,
        filled_quantity=record.filled_quantity,
        filled_value=record.filled_value,
        is_open=True,
    )
