"""The two limits on how fast a client may be (wire sheet, section 3).

Only requests that were let through count, so that a client which goes on too fast gets
every second one through, as measured.
"""

from collections import deque

from khms_trader.simulator.messages import gateway_error
from khms_trader.simulator.rules import Limits

_SECOND = 1.0
# Clients pace by floats: 1.1 seconds after 1.1 seconds is not always 2.2.
_BLUR = 1e-6


class Pace:
    """Counts the requests of one app key."""

    def __init__(self, limits: Limits) -> None:
        """Start with nothing counted."""
        self._limits = limits
        self._passed: deque[float] = deque(maxlen=max(limits.per_second, 1))
        self._ledger: float | None = None

    def admit(self, at: float, *, is_order: bool, is_ledger: bool) -> None:
        """Count a request at ``at`` seconds.

        Raises:
            WireError: too fast, ``EGW00201`` or ``EGW00215``; it is not counted.
        """
        is_full = len(self._passed) == self._passed.maxlen
        if is_full and 0 <= at - self._passed[0] < _SECOND - _BLUR:
            raise gateway_error("EGW00201")
        gap = self._limits.order_gap if is_order else 0.0
        if self._passed and 0 <= at - self._passed[-1] < gap - _BLUR:
            raise gateway_error("EGW00201")
        if is_ledger:
            self._admit_to_ledger(at)
        self._passed.append(at)

    def _admit_to_ledger(self, at: float) -> None:
        gap, before = self._limits.ledger_gap, self._ledger
        if before is not None and 0 <= at - before < gap - _BLUR:
            raise gateway_error("EGW00215")
        self._ledger = at
