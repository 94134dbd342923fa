"""The two phases of an execution: gather quotes, decide, send back to back, wait.

A read that fails after the first order ends nothing: what needs it is held back, what
is open is cancelled, and what nobody knows stays unknown.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.order import Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.quote import Quote
from khms_trader.domain.read_at import ReadAt
from khms_trader.domain.reasons import SkipReason
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.follow import follow_fills, is_list_known
from khms_trader.execution.office import Desk
from khms_trader.execution.resolve import (
    UNKNOWN,
    WORKING,
    foreign_open,
)
from khms_trader.execution.send import caution_events, send, skip_event
from khms_trader.execution.standing import (
    LineKey,
    budget_left,
    dealt_with,
    last_skips,
)
from khms_trader.planning.baseline import Baseline
from khms_trader.planning.due import (
    Decision,
    Holdings,
    Skip,
    choose_buys,
    choose_sells,
    symbols_to_quote,
)
from khms_trader.planning.foreign import held_by_person

logger = logging.getLogger(__name__)

# Prices in a row that cannot be read before no more are asked for.
MOST_FAILURES: Final = 2
_SENDING: Final = {Side.SELL: "sells", Side.BUY: "buys"}


def send_due(
    desk: Desk,
    plan: Plan,
    account: Account,
    *,
    listed_at: ReadAt,
    only: Collection[LineKey] | None = None,
) -> None:
    """Send what is due of ``plan``, or of its lines ``only``, sells first.

    Sells are given time to fill: their proceeds and slots serve the buys. What the buys
    came to is not waited for. ``listed_at`` is when the order list was read; it may
    have been some seconds ago, and the account before it.

    Raises:
        BrokerUnavailable: no price can be read, and nothing was sent yet.
    """
    records = desk.office.journal.order_records(plan.for_trading_day)
    baseline = Baseline(account=account, records=records)
    _send_sells(desk, plan, account, only)
    if only is None or any(side is Side.BUY for _, side in only):
        _send_buys(desk, plan, baseline, only, listed_at=listed_at)


def _send_sells(
    desk: Desk, plan: Plan, account: Account, only: Collection[LineKey] | None
) -> None:
    holdings = desk.office.holdings(account)
    quotes = _quotes(desk, plan, holdings, Side.SELL, only=only)
    decisions = choose_sells(plan, holdings, quotes, desk.rules)
    _apply(desk, plan, _of(decisions, only))


def _send_buys(
    desk: Desk,
    plan: Plan,
    baseline: Baseline,
    only: Collection[LineKey] | None,
    *,
    listed_at: ReadAt,
) -> None:
    """Send the buys that have a slot and the cash; ``baseline`` is before the sells.

    Their prices are read while the sells fill.
    """
    office, session = desk.office, plan.for_trading_day
    since = office.clock.monotonic()
    foreign = foreign_open(office, session)
    holdings = office.holdings(baseline.account)
    quotes = _quotes(desk, plan, holdings, Side.BUY, only=only)
    if only is None or any(side is Side.SELL for _, side in only):
        look = follow_fills(desk, session, _sell_wait(desk, session), since=since)
        listed_at = look.listed_at or listed_at
    wanted = _of(_buys(desk, plan, baseline, quotes), only)
    if any(decision.order is not None for decision in wanted):
        if not is_list_known(office, session, listed_at):
            wanted = _unsent(wanted, SkipReason.ACCOUNT_UNREAD)
        elif foreign_open(office, session) != foreign:
            # Their order may have taken the cash that ours were reckoned with.
            wanted = _of(_buys(desk, plan, baseline, quotes, is_old=True), only)
    _apply(desk, plan, wanted)


def _sell_wait(desk: Desk, session: date) -> timedelta:
    """Return how long fills are waited for; an open buy serves no other."""
    records = desk.office.journal.order_records(session, states=(*UNKNOWN, *WORKING))
    is_selling = any(record.key.side is Side.SELL for record in records)
    return desk.pace.sell_wait if is_selling else timedelta(0)


def _buys(
    desk: Desk,
    plan: Plan,
    baseline: Baseline,
    quotes: Mapping[str, Quote | None],
    *,
    is_old: bool = False,
) -> tuple[Decision, ...]:
    """Decide the buys; the cash of ``baseline`` is read anew where it ``is_old``."""
    office = desk.office
    records = office.journal.order_records(plan.for_trading_day)
    spendable: int | None = baseline.account.spendable
    if is_old or baseline.has_moved(records):
        spendable = _spendable(desk)
    holdings = office.holdings(baseline.rolled_on(records, spendable or 0))
    budget = budget_left(desk, plan, holdings)
    if spendable is None:
        # What would need to know the cash waits for somebody who does.
        blind = choose_buys(plan, holdings, {}, desk.rules, budget=budget)
        return _held_back(blind, SkipReason.CASH_UNKNOWN)
    return choose_buys(plan, holdings, quotes, desk.rules, budget=budget)


def skip_the_rest(desk: Desk, plan: Plan, account: Account, reason: SkipReason) -> None:
    """Write down why every line that was never dealt with is not sent any more.

    ``reason`` is that of lines which nothing else holds back.
    """
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
    _apply(desk, plan, _held_back(rest, reason))


def may_still_send(desk: Desk, plan: Plan) -> bool:
    """Return True when a line was held back by something that may pass."""
    return bool(last_skips(desk.office, plan).keys() - dealt_with(desk.office, plan))


def _spendable(desk: Desk) -> int | None:
    """Return the won buys may use; None when nobody knows, which is not nothing."""
    try:
        return desk.office.reader.spendable()
    except BrokerUnavailable as error:
        logger.warning("cash not read, nothing is bought: %s", error)
        return None


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


def _unsent(decisions: Iterable[Decision], reason: SkipReason) -> list[Decision]:
    """Return ``decisions`` with ``reason`` where there was none not to send."""
    return [
        replace(decision, order=None, remarks=(), skip=Skip(reason=reason))
        if decision.order is not None
        else decision
        for decision in decisions
    ]


def _of(
    decisions: Iterable[Decision], only: Collection[LineKey] | None
) -> list[Decision]:
    return [d for d in decisions if only is None or (d.line.symbol, d.side) in only]


def _apply(desk: Desk, plan: Plan, decisions: Iterable[Decision]) -> None:
    known = dealt_with(desk.office, plan)
    fresh = held_by_person(
        (d for d in decisions if (d.line.symbol, d.side) not in known),
        # Nothing reads the order list between two orders.
        foreign_open(desk.office, plan.for_trading_day),
    )
    total = sum(decision.order is not None for decision in fresh)
    sent = 0
    skips = []
    for decision in fresh:
        if decision.order is not None:
            desk.progress.step(sent, total, _SENDING[decision.side])
            sent += 1
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
    if not send(desk, plan, decision.order, open_price=decision.open_price):
        return Skip(reason=SkipReason.OPEN_ORDER)
    if decision.remarks:
        desk.office.publish(*caution_events(desk, plan, decision))
    return None


def _quotes(
    desk: Desk,
    plan: Plan,
    holdings: Holdings,
    side: Side,
    *,
    only: Collection[LineKey] | None,
) -> dict[str, Quote | None]:
    """Return the prices of the candidates of ``side``; those not read are missing.

    Raises:
        BrokerUnavailable: no price can be read, and nothing was sent yet.
    """
    tried = {symbol for symbol, its in dealt_with(desk.office, plan) if its is side}
    quotes: dict[str, Quote | None] = {}
    failures = 0
    symbols = [
        symbol
        for symbol in symbols_to_quote(plan, holdings, tried, side)
        if only is None or (symbol, side) in only
    ]
    for done, symbol in enumerate(symbols):
        desk.progress.step(done, len(symbols), "quotes")
        # A server that is down is not asked for every candidate: time runs.
        if failures < MOST_FAILURES:
            try:
                quotes[symbol] = desk.quotes.opening_quote(symbol, plan.for_trading_day)
                failures = 0
            except BrokerUnavailable as error:
                logger.warning("price of %s not read: %s", symbol, error)
                failures += 1
                if failures == MOST_FAILURES and not has_sent(desk, plan):
                    raise
    return quotes
