"""Shares that the strategy does not manage: shown, sold by a person, or adopted.

Gather (account, orders, journal), decide (``planning.sell_out``), apply: the same send
path as a plan's orders, under a purpose of its own. Managed shares are out of reach.
"""

import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved, HoldingAdopted
from khms_trader.domain.order import OrderKey, Side
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.follow import wait_for_fills
from khms_trader.execution.office import Desk, Office, refuse_if
from khms_trader.execution.resolve import UNKNOWN
from khms_trader.execution.send import order_key, send_as
from khms_trader.execution.unmanaged import (
    gather,
    records_of,
    standing_of,
    trading_hours,
)
from khms_trader.planning.due import TradingRules
from khms_trader.planning.sale_gates import SaleFacts, TradingHours, refuse_sale
from khms_trader.planning.sell_out import (
    Asked,
    Choice,
    HeldBack,
    market_sale,
    next_purpose,
)
from khms_trader.planning.sold_out import SellOut

JOB: Final = "sell_out_legacy"
_NOTHING: Final = Asked()

logger = logging.getLogger(__name__)


def look(
    office: Office,
    rules: TradingRules,
    *,
    sell: Asked = _NOTHING,
    adopt: Asked = _NOTHING,
) -> SellOut:
    """Show unmanaged shares, and what ``sell`` or ``adopt`` would do; sends nothing.

    Orders that an earlier run left open are looked up first.

    Raises:
        NotAvailable: the account or an order list cannot be read.
        AlreadyRunning: another job holds the account.
    """
    with office.open_for(JOB):
        known = gather(office)
        choices = (*known.sales(sell), *known.adoptions(adopt))
        return SellOut(standing=standing_of(office, rules, known), choices=choices)


def adopt(office: Office, rules: TradingRules, asked: Asked) -> SellOut:
    """Put unmanaged shares under the strategy's management; sends nothing.

    It may come before the account's first use is confirmed: what is adopted by then
    does not become legacy.

    Raises:
        NotAvailable: the account or an order list cannot be read.
        AlreadyRunning: another job holds the account.
    """
    with office.open_for(JOB):
        known = gather(office)
        choices = known.adoptions(asked)
        now = office.clock.now()
        adopted = [
            HoldingAdopted(
                at=now,
                account=office.reader.account_id,
                session=now.date(),
                symbol=choice.symbol,
                quantity=choice.quantity,
            )
            for choice in choices
            if choice.held_back is None
        ]
        if adopted:
            office.publish(*adopted)
        standing = standing_of(office, rules, known)
        return SellOut(standing=standing, choices=choices, is_done=True)


def sell_out(desk: Desk, asked: Asked) -> SellOut:
    """Sell unmanaged shares at market and follow the fills.

    Run again, it sells what is still there and never what an order of ours, open or of
    unknown outcome, may have sold already.

    Raises:
        Refused: a gate said no; nothing was sent.
        NotAvailable: the account or an order list cannot be read.
        AlreadyRunning: another job holds the account.
    """
    office = desk.office
    with office.open_for(JOB):
        hours = trading_hours(office)
        refuse_if(refuse_sale(_facts(desk, hours)))
        known = gather(office)
        choices = known.sales(asked)
        if any(choice.held_back is None for choice in choices):
            # What is held before tells later whether a lost order left a trace.
            office.publish(_observed(known.account, hours))
        sent = [_sold(desk, hours, choice) for choice in choices]
        keys = [key for _, key in sent if key is not None]
        unread = _follow(desk, hours, keys)
        after = _account_after(office, hours) if keys else None
        return SellOut(
            standing=standing_of(office, desk.rules, known, sent=keys),
            choices=tuple(choice for choice, _ in sent),
            is_done=True,
            lines=known.lines(records_of(office, keys), desk.rules.costs),
            unread=unread,
            after=after,
        )


def _facts(desk: Desk, hours: TradingHours) -> SaleFacts:
    office = desk.office
    return SaleFacts(
        now=office.clock.now(),
        hours=hours,
        account=office.reader.account_id,
        is_real=desk.is_real,
        is_confirmed=office.is_confirmed(),
        halt_file=desk.halt_file if desk.is_halted() else "",
    )


def _sold(
    desk: Desk, hours: TradingHours, choice: Choice
) -> tuple[Choice, OrderKey | None]:
    """Send the order of ``choice``, unless something has come between."""
    reason = choice.held_back or _stopped(desk, hours)
    if reason is None:
        order = market_sale(choice)
        used = [
            record.key.purpose
            for record in desk.office.journal.order_records(hours.session)
            if (record.key.symbol, record.key.side) == (order.symbol, Side.SELL)
        ]
        key = order_key(desk, hours.session, order, purpose=next_purpose(used))
        if send_as(desk, key, order):
            return choice, key
        reason = HeldBack.OPEN_ORDER
    return replace(choice, quantity=0, held_back=reason), None


def _stopped(desk: Desk, hours: TradingHours) -> HeldBack | None:
    if desk.is_halted():
        return HeldBack.HALT
    if not hours.is_open(desk.office.clock.now()):
        return HeldBack.SESSION_OVER
    return None


def _follow(desk: Desk, hours: TradingHours, sent: Collection[OrderKey]) -> str:
    """Wait for what was sent, and for what an earlier run does not know of."""
    lost = desk.office.journal.order_records(hours.session, states=UNKNOWN)
    if not sent and not lost:
        return ""
    wait = desk.pace.sell_wait if sent else timedelta(0)
    return wait_for_fills(desk, hours.session, wait)


def _account_after(office: Office, hours: TradingHours) -> Account | None:
    try:
        account = office.reader.account()
    except BrokerUnavailable as error:
        # The orders are out and written down: what became of them is told all the same.
        logger.warning("account not read after the sale: %s", error)
        return None
    office.publish(_observed(account, hours))
    return account


def _observed(account: Account, hours: TradingHours) -> AccountObserved:
    return AccountObserved(
        at=account.observed_at,
        account=account.account,
        session=hours.session,
        observed=account,
    )
