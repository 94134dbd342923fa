"""What became of orders that left: unknown ones looked up, working ones rolled on.

Needs only an ``AccountReader`` and the journal, so prepare and the state check do it
too. A list that lacks an order proves nothing while the session runs.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Final

from khms_trader.domain.order import BrokerOrder, OrderKey, OrderRecord, OrderState
from khms_trader.domain.reasons import detail_of
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.office import Desk, Office
from khms_trader.execution.traces import has_left_a_trace
from khms_trader.market.calendar import CLOSE_GRACE
from khms_trader.planning.match import explanations, progress_of, was_never_placed

logger = logging.getLogger(__name__)

UNKNOWN = (OrderState.INTENDED, OrderState.UNCONFIRMED)
_RARELY: Final = 8  # polls
WORKING = (OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED)


def settle_orders(office: Office, only: date | None = None) -> None:
    """Bring every order of ours that is not final up to the broker's word on it.

    ``only`` leaves out every other session: each costs a request. A session whose list
    cannot be read does not keep the others from being settled.

    Raises:
        BrokerUnavailable: an order list could not be read completely.
    """
    open_records = office.journal.order_records(only, states=(*UNKNOWN, *WORKING))
    problem: BrokerUnavailable | None = None
    for session in sorted({record.key.session for record in open_records}):
        try:
            rows = office.reader.orders(session)
            _resolve_unknown(office, session, rows)
            _roll_on(office, session, rows)
        except BrokerUnavailable as error:
            problem = error
    if problem is not None:
        raise problem


def try_to_settle(office: Office, only: date | None = None) -> str:
    """Settle as ``settle_orders``; return why the list could not be read, or nothing.

    What is not known then stays as it was: a list that fails says nothing.
    """
    try:
        settle_orders(office, only)
    except BrokerUnavailable as error:
        logger.warning("orders are not settled: %s", error)
        return detail_of(error)
    return ""


def wait_for_fills(
    desk: Desk, session: date, wait: timedelta, *, since: float | None = None
) -> str:
    """Poll until every order of ours is known and done, within its time.

    Working orders are waited for ``wait`` long, unknown ones ``pace.resolve`` long,
    from ``since`` (monotonic seconds) or from now on. A list that cannot be read is
    asked for again: giving up here would leave buys open beyond their deadline.

    Returns:
        Why the list could not be read in the end, as a detail; empty when it was.
    """
    office = desk.office
    started = office.clock.monotonic() if since is None else since
    pause = desk.pace.poll
    while True:
        unread = try_to_settle(office, session)
        # A server in trouble is asked less and less often.
        pause = min(2 * pause, _RARELY * desk.pace.poll) if unread else desk.pace.poll
        waited = timedelta(seconds=office.clock.monotonic() - started)
        awaited = [
            *(WORKING if waited < wait else ()),
            *(UNKNOWN if waited < desk.pace.resolve else ()),
        ]
        if not awaited or not office.journal.order_records(session, states=awaited):
            return unread
        left = max(wait, desk.pace.resolve) - waited
        office.clock.sleep(min(pause, left).total_seconds())


def wait_for_ends(desk: Desk, session: date, keys: Collection[OrderKey]) -> str:
    """Poll until the orders of ``keys`` have ended, within ``pace.resolve``.

    KIS shows a cancellation some seconds late.

    Returns:
        As for ``wait_for_fills``.
    """
    office = desk.office
    started = office.clock.monotonic()
    while True:
        unread = try_to_settle(office, session)
        waited = timedelta(seconds=office.clock.monotonic() - started)
        working = office.journal.order_records(session, states=WORKING)
        is_done = not any(record.key in keys for record in working)
        if is_done or waited >= desk.pace.resolve:
            return unread
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
        ) and not has_left_a_trace(office, record):
            office.journal.advance(record.key, OrderState.NOT_PLACED, at=now)


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
