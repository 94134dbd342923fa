"""What the dashboard's one thread reads: the account, without any way to order.

A KIS account is asked with the urgency of a person's look, so that the requests of
execute pass first. A paper account is read in a copy: neither its files nor its lock
are touched.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from khms_trader.bootstrap.dashboard_copy import opened_apart
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.dashboard.live import Reading
from khms_trader.market.calendar import Calendar
from khms_trader.ports import AccountReader, Clock

if TYPE_CHECKING:
    from khms_trader.broker.kis.client import KisClient
    from khms_trader.broker.kis.endpoints import Endpoint
    from khms_trader.broker.kis.paging import Reader
    from khms_trader.broker.kis.reply import Reply
    from khms_trader.broker.kis.throttle import RequestGate

# Long enough to outlive KIS's one token a minute; a page is renewed again anyway.
_PATIENCE_MINUTES: Final = 2


class Listened:
    """A ``Reader`` that knows when another one was last answered."""

    def __init__(self, reader: "Reader", clock: Clock) -> None:
        """Ask nothing yet."""
        self._reader = reader
        self._clock = clock
        self.answered_at: datetime | None = None

    def read(
        self,
        endpoint: "Endpoint",
        fields: Mapping[str, str],
        *,
        continuation: str = "",
    ) -> "Reply":
        """Ask ``endpoint``, as for ``Caller``."""
        reply = self._reader.read(endpoint, fields, continuation=continuation)
        self.answered_at = self._clock.now()
        return reply


class AccountLine:
    """Reads the account of ``options``; ``client`` is None until it was first asked."""

    def __init__(self, options: RunOptions, calendar: Calendar) -> None:
        """Ask nothing yet."""
        self._options = patient(options)
        self._calendar = calendar
        self.client: KisClient | None = None
        self._reader: AccountReader | None = None
        self._listened: Listened | None = None

    def gate(self) -> "RequestGate | None":
        """Return the shared gate, to see how it is used; None for paper."""
        if self._options.account == PAPER:
            return None
        from khms_trader.bootstrap.kis_access import access_of, gate_of

        return gate_of(self._options, access_of(self._options))

    def owed_since(self, began: datetime) -> datetime | None:
        """Return since when the reading begun at ``began`` got no answer.

        Pages that come one by one, 1.1 s apart, are answers. None for paper.
        """
        if self._options.account == PAPER:
            return None
        answered = self._listened and self._listened.answered_at
        return max(began, answered or began)

    def read(self) -> Reading:
        """Return the account and today's orders, complete; for one thread only.

        Raises:
            NotAvailable, ConfigError: they cannot be had.
        """
        if self._options.account == PAPER:
            return self._in_a_copy()
        self._reader = self._reader or self._kis_reader()
        return self._look(self._reader)

    def _look(self, reader: AccountReader) -> Reading:
        account = reader.account()
        today = self._options.clock.now().date()
        is_session = self._calendar.is_session(today)
        orders = reader.orders(today) if is_session else ()
        return Reading(account=account, orders=orders)

    def _kis_reader(self) -> AccountReader:
        from khms_trader.bootstrap.kis_access import access_of, client_of
        from khms_trader.broker.kis.broker import KisAccount
        from khms_trader.broker.kis.pacing import Urgency

        options = self._options
        access = access_of(options)
        self.client = client_of(options, access, urgency=Urgency.ACCOUNT)
        self._listened = Listened(self.client, options.clock)
        return KisAccount(
            self._listened,
            access.number,
            account_id=options.account,
            clock=options.clock,
            calendar=self._calendar,
        )

    def _in_a_copy(self) -> Reading:
        # Before its first use this is the account as it will begin.
        with opened_apart(self._options) as account:
            return self._look(account.office.reader)


def patient(options: RunOptions) -> RunOptions:
    """Return ``options`` under which a token is waited for two minutes, not thirty."""
    chosen = replace(options.settings.execution, start_window_min=_PATIENCE_MINUTES)
    return replace(options, settings=replace(options.settings, execution=chosen))
