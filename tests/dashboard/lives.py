"""A server, a journal and a lock for an account that renews itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import get_ident
from time import monotonic, sleep

from builders import a_row, an_account
from khms_trader.clock import SystemClock
from khms_trader.dashboard.live import (
    LiveView,
    Reading,
    RenewedAccount,
    Sources,
)
from khms_trader.domain.account import Account
from khms_trader.errors import (
    BrokerUnavailable,
)

EARLY, LATE = an_account(read_at="09:00"), an_account(read_at="09:30")
ROW = a_row()
PATIENCE_SECONDS = 5.0


@dataclass
class Server:
    """A server, a journal and a lock that a test sets."""

    answer: Callable[[], Reading]
    stored: Account | None = None
    at_work: str = ""
    may_read: bool = True
    answered: datetime | None = None
    is_asked_far: bool = True
    threads: set[int] = field(default_factory=set)
    asked: int = 0

    def read(self) -> Reading:
        self.asked += 1
        self.threads.add(get_ident())
        return self.answer()

    def owed_since(self, began: datetime) -> datetime | None:
        return max(began, self.answered or began) if self.is_asked_far else None

    def live(
        self, interval_seconds: float = 0.01, first_look_seconds: float = 2.0
    ) -> RenewedAccount:
        return RenewedAccount(
            Sources(
                read=self.read,
                stored=lambda: self.stored,
                at_work=lambda: self.at_work,
                say=lambda error: f"문제: {error}",
                may_read=lambda: self.may_read,
                owed_since=self.owed_since,
            ),
            SystemClock(),
            interval_seconds=interval_seconds,
            first_look_seconds=first_look_seconds,
        )


def answering(account: Account = LATE) -> Callable[[], Reading]:
    return lambda: Reading(account=account, orders=(ROW,))


def unreachable() -> Reading:
    raise BrokerUnavailable("kis_unreachable")


def seen(live: RenewedAccount, wanted: Callable[[LiveView], bool]) -> LiveView:
    until = monotonic() + PATIENCE_SECONDS
    while not wanted(view := live.look()):
        assert monotonic() < until, view
        sleep(0.005)
    return view
