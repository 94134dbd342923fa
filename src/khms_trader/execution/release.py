"""Managed shares that the account does not hold any more leave the journal's books.

Only after a session's close, from an account read completely and twice, and never while
an order of the symbol is open or unknown: what is missing then was sold by hand, or
merged. Shares released by mistake would never be sold by a plan again.
"""

import logging
from datetime import datetime
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.events import HoldingReleased
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.office import Office
from khms_trader.execution.resolve import UNKNOWN, WORKING
from khms_trader.market.calendar import CLOSE_GRACE
from khms_trader.planning.gates import PAPER
from khms_trader.planning.shares import missing_shares, says_the_same

logger = logging.getLogger(__name__)

BETWEEN_READINGS: Final = 10.0
"""Seconds: more than the longest lag of KIS that was measured (5.3 s, order list)."""


def release_missing(office: Office, account: Account) -> tuple[HoldingReleased, ...]:
    """Release what ``account``, read just now, lacks of the managed shares.

    Orders must have been settled before it was read. Nothing happens while a session
    runs or its last fills are being booked, and never on paper: nobody else can touch
    that account, so books that differ there are damaged. What seems to be missing is
    read once more: only what both readings say, to the won, is released.
    """
    if office.reader.account_id == PAPER or not _missing(office, account):
        return ()
    office.clock.sleep(BETWEEN_READINGS)
    try:
        again = office.reader.account()
    except BrokerUnavailable as error:
        logger.warning("nothing is released without a second reading: %s", error)
        return ()
    if not says_the_same(account, again):
        logger.warning("nothing is released: two readings of the account differ")
        return ()
    now = office.clock.now()
    released = tuple(
        HoldingReleased(
            at=now,
            account=office.reader.account_id,
            session=office.calendar.last_closed(now),
            symbol=symbol,
            quantity=quantity,
        )
        for symbol, quantity in _missing(office, again).items()
    )
    if released:
        office.publish(*released)
    return released


def _missing(office: Office, account: Account) -> dict[str, int]:
    if _is_session_running(office, office.clock.now()):
        return {}
    records = office.journal.order_records(states=(*UNKNOWN, *WORKING))
    busy = frozenset(record.key.symbol for record in records)
    return missing_shares(account, office.journal.managed(), busy)


def _is_session_running(office: Office, now: datetime) -> bool:
    today = now.date()
    calendar = office.calendar
    if not calendar.is_session(today):
        return False
    return calendar.opens_at(today) <= now < calendar.closes_at(today) + CLOSE_GRACE
