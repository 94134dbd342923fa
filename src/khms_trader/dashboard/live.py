"""The newest reading of the account: drawn at once, renewed by one thread.

A page never waits for a server. It can read only: what it is given is a function that
returns an account and its orders of today. While another job is at work on the account
nothing is read, and while nobody looks neither.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from threading import Condition, Thread
from typing import Any, Final, Protocol

from khms_trader.domain.account import Account
from khms_trader.domain.order import BrokerOrder
from khms_trader.edge import contained
from khms_trader.ports import Clock

FIRST_LOOK_SECONDS: Final = 4.0
"""How long the very first page may wait when nothing was ever read."""

_NOBODY_LOOKS_SECONDS: Final = 60.0
_LOOK_AGAIN_SECONDS: Final = 2.0
_LONGEST_REST_SECONDS: Final = 5.0


class Source(StrEnum):
    """Where what is shown comes from."""

    SERVER = "server"
    JOURNAL = "journal"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """What is known of the account now.

    Attributes:
        account: None when nothing was ever read.
        orders: today's, from the server; None while only the journal is known.
        orders_at: when these orders were read.
        source: whose word ``account`` is.
        problem: one Korean sentence why it could not be renewed; else empty.
        problem_at: when that happened.
        gives_way_to: purpose of the job that is at work, for which reading waits.
        is_renewing: a reading is on its way.
        fresh_seconds: how old a reading may be before it counts as stale.
    """

    account: Account | None = None
    orders: tuple[BrokerOrder, ...] | None = None
    orders_at: datetime | None = None
    source: Source = Source.NOTHING
    problem: str = ""
    problem_at: datetime | None = None
    gives_way_to: str = ""
    is_renewing: bool = False
    fresh_seconds: float = 150.0

    @property
    def read_at(self) -> datetime | None:
        """When the account was as shown."""
        return None if self.account is None else self.account.observed_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one look at the server brought."""

    account: Account
    orders: tuple[BrokerOrder, ...] = ()


class Live(Protocol):
    """The account as last read."""

    def look(self) -> LiveView:
        """Return what is known, at once; it is renewed behind the page's back."""

    def hurry(self) -> None:
        """Renew as soon as the shared gate allows, whenever it was last done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where readings come from.

    Attributes:
        read: asks the server; called by one thread only, and may take its time.
        stored: the newest account that the journal tells, if any.
        at_work: purpose of the job that holds the account; empty while none does.
        say: one Korean sentence for what went wrong.
        may_read: False where nothing may be asked, as in a read-only home.
    """

    read: Callable[[], Reading]
    stored: Callable[[], Account | None]
    at_work: Callable[[], str]
    say: Callable[[Exception], str]
    may_read: Callable[[], bool] = lambda: True


class RenewedAccount:
    """A ``Live`` that renews itself as long as somebody looks."""

    def __init__(
        self,
        sources: Sources,
        clock: Clock,
        *,
        interval_seconds: float,
        first_look_seconds: float = FIRST_LOOK_SECONDS,
    ) -> None:
        """Renew every ``interval_seconds``; no thread is started before a look."""
        self._sources = sources
        self._clock = clock
        self._interval = interval_seconds
        self._first_look = first_look_seconds
        self._changed = Condition()
        self._thread: Thread | None = None
        self._view = LiveView(fresh_seconds=2 * interval_seconds + 30)
        self._looked_at = clock.monotonic()
        self._due_at = self._looked_at
        self._is_begun = False

    def look(self) -> LiveView:
        """Return what is known, at once; only the very first look may wait a little."""
        stored = self._stored()
        with self._changed:
            self._looked_at = self._clock.monotonic()
            if self._sources.may_read():
                self._keep_running()
                if stored is None and self._view.account is None:
                    self._changed.wait_for(lambda: self._is_begun, self._first_look)
                    self._is_begun = True  # the page is drawn again every few seconds
            return _newer(self._view, stored)

    def hurry(self) -> None:
        """Renew as soon as the shared gate allows."""
        with self._changed:
            self._due_at = self._clock.monotonic()
            self._changed.notify_all()

    def _stored(self) -> Account | None:
        found: list[Account | None] = []
        # A journal that cannot be read is told by the page, not by the account.
        with contained(lambda _: None):
            found.append(self._sources.stored())
        return found[0] if found else None

    def _keep_running(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._serve, name="dashboard", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        while self._wait_until_due():
            with contained(self._failed):
                self._renew()

    def _wait_until_due(self) -> bool:
        """Return True when it is time to renew, False when nobody looks any more."""
        with self._changed:
            while True:
                now = self._clock.monotonic()
                if now - self._looked_at > _NOBODY_LOOKS_SECONDS:
                    self._thread = None
                    return False
                if now >= self._due_at:
                    return True
                rest = min(self._due_at - now, _LONGEST_REST_SECONDS)
                self._changed.wait(rest)

    def _renew(self) -> None:
        at_work = self._sources.at_work()
        if at_work:
            self._note(_LOOK_AGAIN_SECONDS, gives_way_to=at_work)
            return
        self._note(self._interval, gives_way_to="", is_renewing=True, is_over=False)
        reading = self._sources.read()
        self._note(
            self._interval,
            account=reading.account,
            orders=reading.orders,
            orders_at=reading.account.observed_at,
            source=Source.SERVER,
            problem="",
            problem_at=None,
            is_renewing=False,
        )

    def _failed(self, error: Exception) -> None:
        self._note(
            self._interval,
            problem=self._sources.say(error),
            problem_at=self._clock.now(),
            is_renewing=False,
        )

    def _note(
        self,
        next_in: float,
        *,
        is_over: bool = True,
        **changes: Any,  # noqa: ANN401 - fields of LiveView
    ) -> None:
        with self._changed:
            self._view = replace(self._view, **changes)
            self._due_at = self._clock.monotonic() + next_in
            self._is_begun = self._is_begun or is_over
            self._changed.notify_all()


def _newer(view: LiveView, stored: Account | None) -> LiveView:
    """Return ``view`` with the journal's account where that was seen later."""
    known = view.account
    if stored is None or (known and known.observed_at >= stored.observed_at):
        return view
    return replace(view, account=stored, source=Source.JOURNAL)
