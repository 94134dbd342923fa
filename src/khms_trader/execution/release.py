"""Managed shares that the account does not hold any more leave the journal's books.

Only after a session's close, from an account read completely, and never while an order
of the symbol is open or unknown: what is missing then was sold by hand, or merged.
"""

from datetime import datetime

from khms_trader.domain.account import Account
from khms_trader.domain.events import HoldingReleased
from khms_trader.execution.office import Office
from khms_trader.execution.resolve import UNKNOWN, WORKING
from khms_trader.market.calendar import CLOSE_GRACE
from khms_trader.planning.gates import PAPER
from khms_trader.planning.shares import missing_shares


def release_missing(office: Office, account: Account) -> tuple[HoldingReleased, ...]:
    """Release what ``account``, read just now, lacks of the managed shares.

    Orders must have been settled before it was read. Nothing happens while a session
    runs or its last fills are being booked, and never on paper: nobody else can touch
    that account, so books that differ there are damaged.
    """
    now = office.clock.now()
    if office.reader.account_id == PAPER or _is_session_running(office, now):
        return ()
    records = office.journal.order_records(states=(*UNKNOWN, *WORKING))
    busy = frozenset(record.key.symbol for record in records)
    missing = missing_shares(account, office.journal.managed(), busy)
    released = tuple(
        HoldingReleased(
            at=now,
            account=office.reader.account_id,
            session=office.calendar.last_closed(now),
            symbol=symbol,
            quantity=quantity,
        )
        for symbol, quantity in missing.items()
    )
    if released:
        office.publish(*released)
    return released


def _is_session_running(office: Office, now: datetime) -> bool:
    today = now.date()
    calendar = office.calendar
    if not calendar.is_session(today):
        return False
    return calendar.opens_at(today) <= now < calendar.closes_at(today) + CLOSE_GRACE
