"""What became of orders that left: settled at once, or waited for.

``settle_orders`` is the one entry of every job. It needs only an ``AccountReader`` and
the journal, so prepare and the state check go on with what an earlier run left open.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Final

from khms_trader.domain.order import OrderKey, OrderRecord
from khms_trader.domain.reasons import detail_of
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.office import Desk, Office
from khms_trader.execution.resolve import UNKNOWN, WORKING, settle_session
from khms_trader.execution.traces import Witness

logger = logging.getLogger(__name__)

_RARELY: Final = 8  # polls


def settle_orders(office: Office, only: date | None = None) -> None:
    """Bring every order of ours that is not final up to the broker's word on it.

    All unknown orders of a session are resolved together, by its list and by one
    reading of the account where the list alone would settle one. ``only`` leaves out
    every other session: each costs a request. A session whose list cannot be read does
    not keep the others from being settled.

    Raises:
        BrokerUnavailable: an order list could not be read completely.
    """
    open_records = office.journal.order_records(only, states=(*UNKNOWN, *WORKING))
    problem: BrokerUnavailable | None = None
    witness = Witness(office)
    for session in sorted({record.key.session for record in open_records}):
        try:
            settle_session(office, session, witness)
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
        open_records = office.journal.order_records(session, states=awaited)
        if not awaited or not open_records:
            return unread
        left = max(wait, desk.pace.resolve) - waited
        _tell(desk, open_records, wait=wait, waited=waited)
        desk.rest(min(pause, left).total_seconds())


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
        desk.rest(desk.pace.poll.total_seconds())


def _tell(
    desk: Desk,
    awaited: Sequence[OrderRecord],
    *,
    wait: timedelta,
    waited: timedelta,
) -> None:
    """Say what is waited for: fills, or else the outcome of what is unknown."""
    working = sum(record.state in WORKING for record in awaited)
    if working:
        desk.progress.wait(working, "fills", wait - waited)
    else:
        desk.progress.wait(len(awaited), "resolve", desk.pace.resolve - waited)
