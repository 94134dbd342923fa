"""What the account shows of the shares that an order of unknown outcome may have moved.

The second witness beside the order list, which may be late or incomplete. It is read
once per settling at most, and not at all while the list alone leaves a question open.
"""

import logging
from collections.abc import Iterable

from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved
from khms_trader.domain.order import OrderKey, OrderRecord
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.office import Office
from khms_trader.planning.evidence import Shares

logger = logging.getLogger(__name__)


class Witness:
    """The account of one settling."""

    def __init__(self, office: Office) -> None:
        """Ask nobody yet."""
        self._office = office
        self._account: Account | None = None
        self._was_asked = False

    def shares(self, records: Iterable[OrderRecord]) -> dict[OrderKey, Shares]:
        """Return what the account shows by order; nothing when it cannot be read."""
        account = self.account()
        if account is None:
            return {}
        return {
            record.key: shares_of(self._office, account, record) for record in records
        }

    def account(self) -> Account | None:
        """Return the account, read when first asked for; None when it cannot be."""
        if not self._was_asked:
            self._was_asked = True
            try:
                self._account = self._office.reader.account()
            except BrokerUnavailable as error:
                logger.warning("no account to compare the orders with: %s", error)
        return self._account


def shares_of(office: Office, account: Account, record: OrderRecord) -> Shares:
    """Return what ``account`` shows of the symbol of ``record``.

    What was held just before it counts, whoever's it was: a sale of legacy shares
    leaves no trace in the managed ones.
    """
    holding = account.holding(record.key.symbol)
    seen = _seen_before(office, record)
    if seen is None:
        since = record.intended_at
        expected = office.journal.managed().get(record.key.symbol, 0)
    else:
        since = seen.at
        before = seen.observed.holding(record.key.symbol)
        expected = before.quantity if before else 0
        expected += _moved_by_others(office, record, seen)
    following = office.calendar.next_session(record.key.session)
    return Shares(
        expected=expected,
        held=holding.quantity if holding else 0,
        since=since,
        is_fresh=office.clock.now() < office.calendar.opens_at(following),
    )


def _moved_by_others(office: Office, record: OrderRecord, seen: AccountObserved) -> int:
    """Return the shares that our other orders brought or took since ``seen``."""
    return sum(
        other.net_quantity
        for other in office.journal.order_records()
        if other.key.symbol == record.key.symbol
        and other.key != record.key
        and other.intended_at > seen.at
    )


def _seen_before(office: Office, record: OrderRecord) -> AccountObserved | None:
    events = office.journal.events(record.key.session, kinds=(AccountObserved,))
    seen = [
        event
        for event in events
        if isinstance(event, AccountObserved) and event.at <= record.intended_at
    ]
    return seen[-1] if seen else None
