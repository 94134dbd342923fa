"""Whether the account shows shares that an order missing from the list would explain.

The second witness before an order is called never placed: a list may be incomplete.
"""

from khms_trader.domain.events import AccountObserved
from khms_trader.domain.order import OrderRecord, Side
from khms_trader.execution.office import Office


def has_left_a_trace(office: Office, record: OrderRecord) -> bool:
    """Return True when the holding says otherwise than a list without the order.

    Raises:
        BrokerUnavailable: the account could not be read completely.
    """
    holding = office.reader.account().holding(record.key.symbol)
    held = holding.quantity if holding else 0
    expected = _expected(office, record)
    return held > expected if record.key.side is Side.BUY else held < expected


def _expected(office: Office, record: OrderRecord) -> int:
    """Return the shares there would be if the order had never been placed.

    What was held just before it counts, whoever's it was: a sale of legacy shares
    leaves no trace in the managed ones.
    """
    before = _seen_before(office, record)
    if before is None:
        return office.journal.managed().get(record.key.symbol, 0)
    return before + sum(
        other.filled_quantity * (1 if other.key.side is Side.BUY else -1)
        for other in office.journal.order_records()
        if other.key.symbol == record.key.symbol
        and other.intended_at > record.intended_at
    )


def _seen_before(office: Office, record: OrderRecord) -> int | None:
    events = office.journal.events(record.key.session, kinds=(AccountObserved,))
    seen = [
        event.observed
        for event in events
        if isinstance(event, AccountObserved) and event.at <= record.intended_at
    ]
    if not seen:
        return None
    holding = seen[-1].holding(record.key.symbol)
    return holding.quantity if holding else 0
