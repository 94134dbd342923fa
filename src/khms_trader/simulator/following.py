"""Living by a client's clock: forwards only, and not by months at once.

A client that was started without ``--at`` lives today; one request of its would end
every order of a practised past and lose the account's day.
"""

from datetime import datetime, timedelta
from typing import Final

from khms_trader.market.calendar import SEOUL
from khms_trader.ports import Clock
from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.messages import business_error

NOW_HEADER: Final = "x-practice-now"
REFUSED: Final = "PRAC0001"
"""The one code that KIS does not have."""


class ClientTime:
    """What time it is for a server whose clients bring theirs along."""

    def __init__(self, clock: Clock, exchange: Exchange, *, most_days: int = 0) -> None:
        """Begin at ``clock``'s time; 0 ``most_days`` lets a client leap any span."""
        self._clock = clock
        self._exchange = exchange
        self._most_days = most_days
        self._newest: datetime | None = None
        self._started = clock.now()

    def now(self, told: str) -> datetime:
        """Return the time a client tells, or the last one told.

        Raises:
            WireError: ``PRAC0001``: days back, with orders behind it, or months ahead.
        """
        try:
            moment = datetime.fromisoformat(told).astimezone(SEOUL)
        except ValueError:
            return self._newest or self._clock.now()
        lived = self._newest or self._started
        is_back = moment.date() < lived.date() and self._exchange.has_traded()
        leap = timedelta(days=self._most_days)
        is_leap = self._most_days > 0 and moment > lived + leap
        if is_back or is_leap:
            raise business_error(REFUSED, _sentence(lived))
        self._newest = moment
        return moment


def _sentence(lived: datetime) -> str:
    return (
        f"연습 서버는 {lived:%Y-%m-%d %H:%M}까지 살았습니다. 그 뒤 한 달 안의 시각을 "
        f"--at 으로 주거나(예: --at {lived:%Y-%m-%dT%H:%M}) 서버를 다시 켜세요."
    )
