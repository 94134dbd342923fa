"""What was read of the account just before the trigger, given out once instead of read.

The first request after the trigger is then an order. Nothing old is given out, nothing
from before the open once it has opened, and nothing that the journal has moved on from:
it is read anew.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.order import BrokerOrder
from khms_trader.domain.read_at import ReadAt
from khms_trader.errors import BrokerUnavailable
from khms_trader.market.calendar import Calendar
from khms_trader.ports import AccountReader, Clock, JournalReader

logger = logging.getLogger(__name__)

LONGEST: Final = timedelta(seconds=15)
"""How old a reading may be that stands for one of now."""

_ACCOUNT: Final = "account"
_ORDERS: Final = "orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead:
    """What was read.

    Attributes:
        read_at: before the first request left: what happened since may be missing.
        newest: when the journal's last row then was.
    """

    session: date
    account: Account
    orders: tuple[BrokerOrder, ...]
    read_at: ReadAt
    newest: datetime | None


class WarmedReader:
    """An ``AccountReader`` that knows account and order list a little in advance."""

    def __init__(
        self,
        reader: AccountReader,
        *,
        clock: Clock,
        calendar: Calendar,
        journal: JournalReader,
    ) -> None:
        """Read through ``reader``; know nothing yet."""
        self._reader = reader
        self._clock = clock
        self._calendar = calendar
        self._journal = journal
        self._ahead: _Ahead | None = None
        self._given: set[str] = set()
        self._listed_at: ReadAt | None = None

    @property
    def account_id(self) -> str:
        """The folder name of the account."""
        return self._reader.account_id

    @property
    def listed_at(self) -> ReadAt | None:
        """When the order list that was given out last was read."""
        return self._listed_at

    def read_ahead(self, session: date) -> Account | None:
        """Read account and orders of ``session`` for later; None when that failed.

        What was read ahead before is forgotten, whatever comes of it.
        """
        self._ahead = None
        self._given.clear()
        read_at, newest = ReadAt.of(self._clock), self._journal.last_event_at()
        try:
            self._ahead = _Ahead(
                session=session,
                account=self._reader.account(),
                orders=self._reader.orders(session),
                read_at=read_at,
                newest=newest,
            )
        except BrokerUnavailable as error:
            logger.warning("nothing is read ahead: %s", error)
            return None
        return self._ahead.account

    def account(self) -> Account:
        """Return cash and holdings: those read ahead, once, or else new ones.

        Raises:
            BrokerUnavailable: the account could not be read completely.
        """
        ahead = self._given_out(_ACCOUNT)
        return self._reader.account() if ahead is None else ahead.account

    def spendable(self) -> int:
        """Return the won a cash buy may use now; always read.

        Raises:
            BrokerUnavailable: it could not be read.
        """
        return self._reader.spendable()

    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        """Return every order of ``session``: those read ahead, once, or else anew.

        Raises:
            BrokerUnavailable: the list could not be read completely.
        """
        is_another = self._ahead is None or self._ahead.session != session
        ahead = None if is_another else self._given_out(_ORDERS)
        rows = self._reader.orders(session) if ahead is None else ahead.orders
        self._listed_at = ReadAt.of(self._clock) if ahead is None else ahead.read_at
        return rows

    def _given_out(self, what: str) -> _Ahead | None:
        """Return what was read ahead, once, and only while it still says the truth."""
        ahead = self._ahead
        if ahead is None or what in self._given:
            return None
        self._given.add(what)
        now = ReadAt.of(self._clock)
        opens_at = self._calendar.opens_at(ahead.session)
        is_of_before = ahead.read_at.wall < opens_at <= now.wall
        is_young = ahead.read_at.age(now) <= LONGEST and not is_of_before
        return ahead if is_young and not self._has_moved(ahead) else None

    def _has_moved(self, ahead: _Ahead) -> bool:
        """Return True when a row was written since, whatever time it carries."""
        newest = self._journal.last_event_at()
        if newest is None:
            return False
        return newest != ahead.newest or newest >= ahead.read_at.wall


def listed_at(reader: AccountReader, clock: Clock) -> ReadAt:
    """Return when the order list that ``reader`` has just given out was read."""
    known = reader.listed_at if isinstance(reader, WarmedReader) else None
    return known or ReadAt.of(clock)
