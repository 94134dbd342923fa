"""What became of orders that left: unknown ones looked up, working ones rolled on.

Needs only an ``AccountReader`` and the journal, so prepare and the state check do it
too. A list that lacks an order proves nothing while the session runs.
"""

import logging
from collections.abc import Sequence
from datetime import date, timedelta

from khms_trader.domain.order import BrokerOrder, OrderRecord, OrderState, Side
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.office import Desk, Office
from khms_trader.market.calendar import CLOSE_GRACE
from khms_trader.planning.match import explanations, progress_of, was_never_placed

logger = logging.getLogger(__name__)

UNKNOWN = (OrderState.INTENDED, OrderState.UNCONFIRMED)
WORKING = (OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED)


def settle_orders(office: Office) -> None:
    """Bring every order of ours that is not final up to the broker's word on it.

    Raises:
        BrokerUnavailable: an order list could not be read completely.
    """
    open_records = office.journal.order_records(states=(*UNKNOWN, *WORKING))
    for session in sorted({record.key.session for record in open_records}):
        rows = office.reader.orders(session)
        _resolve_unknown(office, session, rows)
        _roll_on(office, session, rows)


def wait_for_fills(desk: Desk, session: date, wait: timedelta) -> None:
    """Poll until every order of ours is known and done, within its time.

    Working orders are waited for ``wait`` long, unknown ones ``pace.resolve`` long. A
    list that cannot be read is asked for again: giving up here would leave buys open
    beyond their deadline.
    """
    office = desk.office
    started = office.clock.monotonic()
    while True:
        try:
            settle_orders(office)
        except BrokerUnavailable as error:
            logger.warning("order list not read, asking again: %s", error)
        waited = timedelta(seconds=office.clock.monotonic() - started)
        awaited = [
            *(WORKING if waited < wait else ()),
            *(UNKNOWN if waited < desk.pace.resolve else ()),
        ]
        if not awaited or not office.journal.order_records(session, states=awaited):
            return
        office.clock.sleep(desk.pace.poll.total_seconds())


def _resolve_unknown(
    office: Office, session: date, rows: Sequence[BrokerOrder]
) -> None:
    now = office.clock.now()
    proves_at = office.calendar.closes_at(session) + CLOSE_GRACE
    for record in office.journal.order_records(session, states=UNKNOWN):
        if record.state is OrderState.INTENDED:
            office.journal.advance(
                record.key, OrderState.UNCONFIRMED, at=now, detail="interrupted"
            )
        known = _known_numbers(office, session)
        fitting = explanations(record, rows, known)
        if len(fitting) == 1:
            office.journal.advance(
                record.key, OrderState.ACCEPTED, at=now, number=fitting[0].number
            )
        elif was_never_placed(
            record, rows, closes_at=proves_at, now=now
        ) and not _has_left_a_trace(office, record):
            office.journal.advance(record.key, OrderState.NOT_PLACED, at=now)


def _has_left_a_trace(office: Office, record: OrderRecord) -> bool:
    """Return True when the holding says otherwise than a list without the order."""
    symbol = record.key.symbol
    holding = office.reader.account().holding(symbol)
    held = holding.quantity if holding else 0
    managed = office.journal.managed().get(symbol, 0)
    return held > managed if record.key.side is Side.BUY else held < managed


def _known_numbers(office: Office, session: date) -> frozenset[str]:
    records = office.journal.order_records(session)
    return frozenset(record.number for record in records if record.number)


def _roll_on(office: Office, session: date, rows: Sequence[BrokerOrder]) -> None:
    by_number = {row.number: row for row in rows}
    now = office.clock.now()
    # The closing auction may end late and its fills arrive later still; an order that
    # was called expired too early would hide shares that are ours.
    is_over = now > office.calendar.closes_at(session) + CLOSE_GRACE
    for record in office.journal.order_records(session, states=WORKING):
        row = by_number.get(record.number)
        if row is None:
            continue
        progress = progress_of(record, row, session_is_over=is_over)
        if _is_news(record, progress.state, progress.filled_quantity):
            office.journal.advance(
                record.key,
                progress.state,
                at=now,
                filled_quantity=progress.filled_quantity,
                filled_value=progress.filled_value,
            )


def _is_news(record: OrderRecord, state: OrderState, filled_quantity: int) -> bool:
    return (
        state is not record.state or filled_quantity != record.filled_quantity
    ) and filled_quantity >= record.filled_quantity
