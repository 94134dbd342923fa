"""What a caller of the KIS client gets and may do; knows no HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from khms_trader.broker.kis.endpoints import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A successful answer: ``rt_cd`` was "0".

    Attributes:
        body: the JSON object as it came.
        continuation: the header ``tr_cont``: ``M`` or ``F`` when more pages follow,
            ``D``, ``E`` or empty on the last.
        server_time: the server's ``Date``, aware, whole seconds; None without one.
    """

    body: Mapping[str, Any] = field(repr=False)
    continuation: str
    server_time: datetime | None

    @property
    def has_more(self) -> bool:
        """Whether the server says that another page follows."""
        return self.continuation in {"M", "F"}


class Caller(Protocol):
    """What the wire's users need of the client."""

    def read(
        self, endpoint: Endpoint, fields: Mapping[str, str], *, continuation: str = ""
    ) -> Reply:
        """Ask ``endpoint``; ``continuation`` is ``N`` for a following page.

        Raises:
            BrokerError: it was refused or could not be had after bounded retries.
        """

    def order(self, endpoint: Endpoint, fields: Mapping[str, str]) -> Reply:
        """Send an order or a cancellation, at most once.

        Raises:
            OrderRejected: definitely refused; nothing was placed.
            OrderUnconfirmed: the outcome is unknown.
            BrokerUnavailable: it never reached the ledger; the caller may repeat it.
        """
