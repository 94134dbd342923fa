"""What was read of the account just before the trigger, given out once instead of read.

The first request after the trigger is then an order. Nothing older than a minute and a
half is given out, and nothing that the journal has moved on from: it is read anew.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.order import BrokerOrder
from khms_trader.errors import BrokerUnavailable
from khms_trader.ports import AccountReader, Clock, JournalReader

logger = logging.getLogger(__name__)

LONGEST: Final = timedelta(seconds=90)
"""How old a reading may be that stands for one of now."""

_ACCOUNT: Final = "account"
_ORDERS: Final = "orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead:
    """What was read.

    Attributes:
        at: before the first request left: what happened since then may be missing.
        seconds: the same moment on the clock that never jumps.
    """

    session: date
    account: Account
    orders: tuple[BrokerOrder, ...]
    at: datetime
    seconds: float


class WarmedReader:
    """An ``AccountReader`` that knows account and order list a little in advance."""

    def __init__(
        self, reader: AccountReader, *, clock: Clock, journal: JournalReader
    ) -> None:
        """Read through ``reader``; know nothing yet."""
        self._reader = reader
        self._clock = clock
        self._journal = journal
        self._ahead: _Ahead | None = None
        self._given: set[str] = set()

    @property
    def account_id(self) -> str:
        """The folder name of the account."""
        return self._reader.account_id

    def read_ahead(self, session: date) -> Account | None:
        """Read account and orders of ``session`` for later; None when that failed.

        What was read ahead before is forgotten, whatever comes of it.
        """
        self._ahead = None
        self._given.clear()
        at, seconds = self._clock.now(), self._clock.monotonic()
        try:
            self._ahead = _Ahead(
                session=session,
                account=self._reader.account(),
                orders=self._reader.orders(session),
                at=at,
                seconds=seconds,
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
        return self._reader.orders(session) if ahead is None else ahead.orders

    def _given_out(self, what: str) -> _Ahead | None:
        """Return what was read ahead, once, and only while it still says the truth."""
        ahead = self._ahead
        if ahead is None or what in self._given:
            return None
        self._given.add(what)
        newest = self._journal.last_event_at()
        age = timedelta(seconds=self._clock.monotonic() - ahead.seconds)
        is_true = age <= LONGEST and (newest is None or newest < ahead.at)
        return ahead if is_true else None
