"""What became of orders that left: settled at once, or waited for.

``settle_orders`` is the one entry of every job. It needs only an ``AccountReader`` and
the journal, so prepare and the state check go on with what an earlier run left open.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from khms_trader.domain.order import OrderKey, OrderRecord
from khms_trader.domain.read_at import ReadAt
from khms_trader.domain.reasons import detail_of
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.office import Desk, Office
from khms_trader.execution.resolve import UNKNOWN, WORKING, settle_session
from khms_trader.execution.traces import Witness

logger = logging.getLogger(__name__)

_RARELY: Final = 8  # polls
# A list as old as this is read again before buys leave; one more read costs 1.1 s.
_OLD: Final = timedelta(seconds=3)
# Where that fails, one as old as this lets no buy leave: a person has had the time.
_TOO_OLD: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What came of looking at the order list.

    Attributes:
        unread: why it could not be read in the end, as a detail; empty when it was.
        listed_at: when it was read last; None when it never was.
    """

    unread: str = ""
    listed_at: ReadAt | None = None


def settle_orders(office: Office, only: date | None = None) -> ReadAt | None:
    """Bring every order of ours that is not final up to the broker's word on it.

    All unknown orders of a session are resolved together, by its list and by one
    reading of the account where the list alone would settle one. ``only`` leaves out
    every other session: each costs a request. A session whose list cannot be read does
    not keep the others from being settled.

    Returns:
        When the newest of these lists was read; None where none was needed.

    Raises:
        BrokerUnavailable: an order list could not be read completely.
    """
    open_records = office.journal.order_records(only, states=(*UNKNOWN, *WORKING))
    problem: BrokerUnavailable | None = None
    witness = Witness(office)
    listed_at: ReadAt | None = None
    for session in sorted({record.key.session for record in open_records}):
        try:
            listed_at = settle_session(office, session, witness)
        except BrokerUnavailable as error:
            problem = error
    if problem is not None:
        raise problem
    return listed_at


def try_to_settle(office: Office, only: date | None = None) -> str:
    """Settle as ``settle_orders``; return why the list could not be read, or nothing.

    What is not known then stays as it was: a list that fails says nothing.
    """
    return _looked(office, only).unread


def _looked(office: Office, only: date | None) -> Followed:
    try:
        return Followed(listed_at=settle_orders(office, only))
    except BrokerUnavailable as error:
        logger.warning("orders are not settled: %s", error)
        return Followed(unread=detail_of(error))


def is_list_known(office: Office, session: date, listed_at: ReadAt) -> bool:
    """Read the order list again, where a person had the time to buy the same since.

    Sells need no such look: the broker sells no share twice. Where it cannot be read,
    one of some seconds ago will do, and an older one will not.
    """
    if listed_at.age(ReadAt.of(office.clock)) < _OLD:
        return True
    try:
        settle_session(office, session, Witness(office))
    except BrokerUnavailable as error:
        logger.warning("order list not read before the buys: %s", error)
        return listed_at.age(ReadAt.of(office.clock)) < _TOO_OLD
    return True


def wait_for_fills(
    desk: Desk, session: date, wait: timedelta, *, since: float | None = None
) -> str:
    """Follow fills as ``follow_fills``; return why the list could not be read."""
    return follow_fills(desk, session, wait, since=since).unread


def follow_fills(
    desk: Desk, session: date, wait: timedelta, *, since: float | None = None
) -> Followed:
    """Poll until every order of ours is known and done, within its time.

    Working orders are waited for ``wait`` long, unknown ones ``pace.resolve`` long,
    from ``since`` (monotonic seconds) or from now on. A list that cannot be read is
    asked for again: giving up here would leave buys open beyond their deadline.
    """
    office = desk.office
    started = office.clock.monotonic() if since is None else since
    pause = desk.pace.poll
    listed_at: ReadAt | None = None
    while True:
        look = _looked(office, session)
        listed_at = look.listed_at or listed_at
        # A server in trouble is asked less and less often.
        poll = desk.pace.poll
        pause = min(2 * pause, _RARELY * poll) if look.unread else poll
        waited = timedelta(seconds=office.clock.monotonic() - started)
        awaited = [
            *(WORKING if waited < wait else ()),
            *(UNKNOWN if waited < desk.pace.resolve else ()),
        ]
        open_records = office.journal.order_records(session, states=awaited)
        if not awaited or not open_records:
            return replace(look, listed_at=listed_at)
        left = max(wait, desk.pace.resolve) - waited
        _tell(desk, open_records, wait=wait, waited=waited)
        desk.rest(min(pause, left).total_seconds())


def wait_for_ends(desk: Desk, session: date, keys: Collection[OrderKey]) -> str:
    """Poll until the orders of ``keys`` have ended, within ``pace.resolve``.

    KIS shows a cancellation some seconds late.

    Returns:
        Why the list could not be read in the end, as a detail; empty when it was.
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
