"""Which requests came when: what proves a client's pace."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from khms_trader.simulator.traffic import Body

_MOST: Final = 100_000
_BLUR: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as it arrived.

    Attributes:
        at: by the server's clock.
        seconds: the same moment on a clock that never jumps.
        call: the name faults know it by.
        status: of the answer; 0 when there was none.
        code: ``msg_cd`` of a refusal; empty for a good answer.
    """

    at: datetime
    seconds: float
    call: str
    status: int
    code: str = ""


class TrafficLog:
    """The newest requests, oldest first."""

    def __init__(self) -> None:
        """Start empty."""
        self._seen: deque[Seen] = deque(maxlen=_MOST)

    def add(self, seen: Seen) -> None:
        """Remember one request."""
        self._seen.append(seen)

    @property
    def seen(self) -> tuple[Seen, ...]:
        """Everything remembered."""
        return tuple(self._seen)

    def count(self, *calls: str) -> int:
        """Return how many requests came, of ``calls`` or of all."""
        return sum(not calls or seen.call in calls for seen in self._seen)

    def busiest_second(self) -> int:
        """Return the most requests that any second saw."""
        return busiest([seen.seconds for seen in self._seen])

    def as_json(self) -> Body:
        """Return everything remembered for another process to judge."""
        return {
            "busiest_second": self.busiest_second(),
            "requests": [
                {
                    "at": seen.at.isoformat(),
                    "seconds": seen.seconds,
                    "call": seen.call,
                    "status": seen.status,
                    "code": seen.code,
                }
                for seen in self._seen
            ],
        }


def busiest(moments: Iterable[float], *, window: float = 1.0) -> int:
    """Return the most ``moments`` (seconds) that lie within any ``window`` seconds."""
    within: deque[float] = deque()
    most = 0
    for moment in sorted(moments):
        within.append(moment)
        while moment - within[0] >= window - _BLUR:
            within.popleft()
        most = max(most, len(within))
    return most
