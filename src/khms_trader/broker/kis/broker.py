"""The account at KIS: our two ports over its calls.

``KisAccount`` has no way to order anything; ``KisBroker`` adds it. No word of the wire
leaves this room.
"""

import logging
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.broker.kis.endpoints import (
    BALANCE,
    BUY,
    BUYING_POWER,
    CANCEL,
    DAILY_ORDERS,
    OLD_DAILY_ORDERS,
    SELL,
)
from khms_trader.broker.kis.paging import Reader, first_page, read_all, read_once
from khms_trader.broker.kis.reply import Caller
from khms_trader.broker.kis.wire.account import (
    AccountNumber,
    balance_request,
    buying_power_request,
    parse_balance,
    parse_buying_power,
)
from khms_trader.broker.kis.wire.order_requests import (
    cancel_request,
    division_of,
    order_request,
    parse_ack,
)
from khms_trader.broker.kis.wire.orders import Origin, orders_request, parse_orders
from khms_trader.domain.account import Account
from khms_trader.domain.order import BrokerOrder, Order, OrderAck, Side
from khms_trader.errors import BrokerUnavailable, OrderUnconfirmed
from khms_trader.market.calendar import CLOSE_GRACE, Calendar
from khms_trader.ports import Clock

logger = logging.getLogger(__name__)

# KIS answers for three months under one id and for what is older under another; the
# shortest three months have 89 days.
_RECENT: Final = timedelta(days=89)


class KisAccount:
    """An ``AccountReader`` of an account at KIS."""

    def __init__(
        self,
        reader: Reader,
        number: AccountNumber,
        *,
        account_id: str,
        clock: Clock,
        calendar: Calendar,
    ) -> None:
        """Read the account ``number`` through ``reader``; it goes by ``account_id``."""
        self._reader = reader
        self._number = number
        self._account_id = account_id
        self._clock = clock
        self._calendar = calendar
        self._origins: dict[tuple[date, str], Origin] = {}

    @property
    def account_id(self) -> str:
        """The folder name of the account."""
        return self._account_id

    def account(self) -> Account:
        """Return cash and holdings over all pages; two requests for 20 holdings.

        Raises:
            BrokerUnavailable: it could not be read completely.
        """
        fields = first_page(balance_request(self._number))
        balance = read_all(self._reader, BALANCE, fields, parse_balance)
        spendable = self.spendable()
        return Account(
            account=self._account_id,
            observed_at=self._clock.now(),
            cash=balance.cash,
            cash_d2=balance.cash_d2,
            spendable=spendable,
            total=balance.total,
            holdings=balance.holdings,
        )

    def spendable(self) -> int:
        """Return the won a cash buy may use now; one request.

        Raises:
            BrokerUnavailable: it could not be read.
        """
        fields = buying_power_request(self._number)
        return parse_buying_power(read_once(self._reader, BUYING_POWER, fields).body)

    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        """Return every order of ``session``, whoever placed it, oldest first.

        A new order may be missing for some seconds (5.3 s were measured).

        Raises:
            BrokerUnavailable: the list could not be read completely, or hides orders
                that it counts.
        """
        now = self._clock.now()
        is_over = self._is_over(session, now)
        listed = read_all(
            self._reader,
            DAILY_ORDERS if now.date() - session < _RECENT else OLD_DAILY_ORDERS,
            first_page(orders_request(self._number, session)),
            lambda pages: parse_orders(pages, session, is_over=is_over),
        )
        for each in listed:
            known = self._origins.get((session, each.order.number))
            # What the acknowledgement said stands: the list may lack the branch.
            if known is None or not known.branch:
                self._origins[session, each.order.number] = each.origin
        return tuple(each.order for each in listed)

    def _is_over(self, session: date, now: datetime) -> bool:
        if now.date() != session or not self._calendar.is_session(session):
            return now.date() > session
        # Fills of the closing auction are still being booked for some time.
        return now > self._calendar.closes_at(session) + CLOSE_GRACE


class KisBroker(KisAccount):
    """A ``Broker`` of an account at KIS."""

    def __init__(
        self,
        caller: Caller,
        number: AccountNumber,
        *,
        account_id: str,
        clock: Clock,
        calendar: Calendar,
    ) -> None:
        """Trade the account ``number`` through ``caller``."""
        super().__init__(
            caller, number, account_id=account_id, clock=clock, calendar=calendar
        )
        self._caller = caller

    def submit(self, order: Order) -> OrderAck:
        """Place ``order`` once.

        Raises:
            OrderRejected: definitely refused; the order does not exist.
            OrderUnconfirmed: the outcome is unknown, or KIS took the order and its
                number cannot be read.
            BrokerUnavailable: it never reached the ledger.
        """
        endpoint = BUY if order.side is Side.BUY else SELL
        reply = self._caller.order(endpoint, order_request(self._number, order))
        now = self._clock.now()
        try:
            found = parse_ack(reply.body, order, received_at=now)
        except BrokerUnavailable as error:
            # The order exists: "never sent" would have it sent again.
            code = "kis_ack_unreadable"
            raise OrderUnconfirmed(code, symbol=order.symbol) from error
        self._origins[now.date(), found.ack.number] = found.origin
        return found.ack

    def cancel(self, order: BrokerOrder) -> None:
        """Cancel the open rest of ``order``; fills until then stand.

        Raises:
            BrokerError: it could not be cancelled, or nobody knows.
        """
        origin = self._origin(order)
        self._caller.order(CANCEL, cancel_request(self._number, origin))

    def _learn(self, session: date) -> None:
        try:
            self.orders(session)
        except BrokerUnavailable as error:
            # A cancellation must not wait for a list that hides its orders.
            logger.warning("cancelling without the branch: %s", error)

    def _origin(self, order: BrokerOrder) -> Origin:
        key = order.ordered_at.date(), order.number
        if key not in self._origins:
            # Another process placed it; its branch is known from the list alone.
            self._learn(order.ordered_at.date())
        # KIS takes an empty branch as well.
        return self._origins.get(key) or Origin(
            branch="", number=order.number, division=division_of(order.order_type)
        )
