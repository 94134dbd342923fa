"""The newest reading of the account: drawn at once, renewed by one thread.

A page never waits for a server. It can read only: what it is given is a function that
returns an account and its orders of today. While another job is at work on the account
nothing is read, and while nobody looks neither.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Condition, Thread
from typing import Any, Final, Protocol

from khms_trader.domain.account import Account
from khms_trader.domain.order import BrokerOrder
from khms_trader.edge import contained
from khms_trader.errors import TokenExpired, TokenRefused
from khms_trader.ports import Clock

FIRST_LOOK_SECONDS: Final = 4.0
"""How long the very first page may wait when nothing was ever read."""

SILENCE: Final = timedelta(seconds=10)
"""A server that owes an answer for longer is named: KIS takes 8 s on bad days."""

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
        is_token_problem: what went wrong is that the server takes no token of ours.
        gives_way_to: purpose of the job that is at work, for which reading waits.
        renewing_since: when the reading that is on its way began; None without one.
        owed_since: since when that reading got no answer from the server; None also
            where no server is asked, or while a job that is at work passes first.
        fresh_seconds: how old a reading may be before it counts as stale.
    """

    account: Account | None = None
    orders: tuple[BrokerOrder, ...] | None = None
    orders_at: datetime | None = None
    source: Source = Source.NOTHING
    problem: str = ""
    problem_at: datetime | None = None
    is_token_problem: bool = False
    gives_way_to: str = ""
    renewing_since: datetime | None = None
    owed_since: datetime | None = None
    fresh_seconds: float = 150.0

    @property
    def read_at(self) -> datetime | None:
        """When the account was as shown."""
        return None if self.account is None else self.account.observed_at

    @property
    def is_renewing(self) -> bool:
        """True while a reading is on its way."""
        return self.renewing_since is not None

    def silence(self, now: datetime) -> timedelta | None:
        """Return how long the server has owed an answer, once that is too long."""
        owed = None if self.owed_since is None else now - self.owed_since
        return owed if owed is not None and owed >= SILENCE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one look at the server brought."""

    account: Account
    orders: tuple[BrokerOrder, ...] = ()


class Live(Protocol):
    """The account as last read."""

    def look(self, *, may_wait: bool = True) -> LiveView:
        """Return what is known, at once; it is renewed behind the page's back.

        Only where nothing was ever read, and unless ``may_wait`` is False, it waits a
        little.
        """

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
        owed_since: given when a reading began, since when the server has not answered
            it; None where no server is asked.
    """

    read: Callable[[], Reading]
    stored: Callable[[], Account | None]
    at_work: Callable[[], str]
    say: Callable[[Exception], str]
    may_read: Callable[[], bool] = lambda: True
    owed_since: Callable[[datetime], datetime | None] = lambda began: began


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

    def look(self, *, may_wait: bool = True) -> LiveView:
        """Return what is known, at once; only the very first look may wait a little."""
        stored = self._stored()
        with self._changed:
            self._looked_at = self._clock.monotonic()
            if self._sources.may_read():
                self._keep_running()
                if may_wait and stored is None and self._view.account is None:
                    self._changed.wait_for(lambda: self._is_begun, self._first_look)
                    self._is_begun = True  # the page is drawn again every few seconds
            view = self._view
        return _newer(self._watched(view), stored)

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

    def _watched(self, view: LiveView) -> LiveView:
        """Return ``view`` with what keeps the reading that is on its way, if any."""
        if view.renewing_since is None:
            return view
        if at_work := self._sources.at_work():  # began since: its requests pass first
            return replace(view, gives_way_to=at_work)
        owed_since = self._sources.owed_since(view.renewing_since)
        return replace(view, owed_since=owed_since)

    def _keep_running(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            if self._clock.monotonic() >= self._due_at:
                self._view = replace(self._view, renewing_since=self._clock.now())
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
            self._note(_LOOK_AGAIN_SECONDS, gives_way_to=at_work, renewing_since=None)
            return
        began = self._clock.now()
        self._note(self._interval, gives_way_to="", renewing_since=began, is_over=False)
        reading = self._sources.read()
        self._note(
            self._interval,
            account=reading.account,
            orders=reading.orders,
            orders_at=reading.account.observed_at,
            source=Source.SERVER,
            problem="",
            problem_at=None,
            is_token_problem=False,
            renewing_since=None,
        )

    def _failed(self, error: Exception) -> None:
        self._note(
            self._interval,
            problem=self._sources.say(error),
            problem_at=self._clock.now(),
            is_token_problem=isinstance(error, TokenExpired | TokenRefused),
            renewing_since=None,
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
