"""A broker that looks at the halt file between two orders."""

from collections.abc import Callable
from datetime import date

from khms_trader.domain.account import Account
from khms_trader.domain.order import BrokerOrder, Order, OrderAck
from khms_trader.errors import OrderRejected
from khms_trader.ports import Broker


class GuardedBroker:
    """A ``Broker`` that refuses to submit while halted; reads and cancels go on."""

    def __init__(self, broker: Broker, is_halted: Callable[[], bool]) -> None:
        """Guard ``broker``; ``is_halted`` is asked before every order."""
        self._broker = broker
        self._is_halted = is_halted

    @property
    def account_id(self) -> str:
        """The folder name of the account."""
        return self._broker.account_id

    def account(self) -> Account:
        """Return the account of the broker behind."""
        return self._broker.account()

    def spendable(self) -> int:
        """Return the cash a buy may use, of the broker behind, in won."""
        return self._broker.spendable()

    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        """Return the orders of the broker behind."""
        return self._broker.orders(session)

    def submit(self, order: Order) -> OrderAck:
        """Place ``order`` unless halted.

        Raises:
            OrderRejected: the halt file exists; nothing was sent.
        """
        if self._is_halted():
            raise OrderRejected("order_halted", symbol=order.symbol)
        return self._broker.submit(order)

    def cancel(self, order: BrokerOrder) -> None:
        """Cancel through the broker behind."""
        self._broker.cancel(order)
