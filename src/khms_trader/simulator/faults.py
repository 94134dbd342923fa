"""Misbehaviour on request: which request of which call goes wrong, and how.

A fault is written ``call:which:kind[:argument]``::

    buy:1:lost             the first buy is taken and its answer never arrives
    balance:*:late:5       every balance shows the account of five seconds ago
    orders_next:1:changed  the first following page of the order list is refused
    price:3-6:throttled    four price calls in a row get EGW00201

``which`` is a number from 1, a span ``3-6``, an open span ``3+`` or ``*``. Without any
fault the server is the honest virtual one.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

from khms_trader.errors import UsageError


class FaultKind(StrEnum):
    """What can go wrong.

    Attributes:
        LOST: done, but the connection breaks (``lost:timeout``: or never answers).
        TIMEOUT, RESET, REFUSED: not done, and no answer.
        HTML, EMPTY: not done (``html:done``: done), and the answer is of no use.
        THROTTLED, LEDGER: ``EGW00201`` and ``EGW00215``.
        REVOKED, EXPIRED: all tokens end before this request.
        LATE: balance or order list show what was so many seconds ago.
        NO_ROWS: the order list is empty.
        TWICE: every row of a page comes twice.
        SHRUNK: the order list counts an order without its cancelled shares.
        CHANGED: the page is refused because the data changed meanwhile.
        PARTIAL: only so many shares fill (``partial:3@60``: the rest a minute later).
        REJECT: refused with the code given: the ledger's, or the token service's.
        SKEW: the header ``Date`` is so many seconds off.
        SLOW: answered after so many seconds.
    """

    LOST = "lost"
    TIMEOUT = "timeout"
    RESET = "reset"
    REFUSED = "refused"
    HTML = "html"
    EMPTY = "empty"
    THROTTLED = "throttled"
    LEDGER = "ledger"
    REVOKED = "revoked"
    EXPIRED = "expired"
    LATE = "late"
    NO_ROWS = "no_rows"
    TWICE = "twice"
    SHRUNK = "shrunk"
    CHANGED = "changed"
    PARTIAL = "partial"
    REJECT = "reject"
    SKEW = "skew"
    SLOW = "slow"


CALLS: Final = (
    *("token", "revoke", "approval", "hashkey"),
    *("buy", "sell", "order", "change"),
    *("balance", "balance_next", "buying_power", "orders", "orders_next"),
    *("price", "asking_price", "ticks", "daily_price", "investors", "period_bars"),
    *("multi_price", "holidays", "product_info", "master", "any"),
)
"""What a fault may name: ``order`` is buy or sell, ``change`` an amendment or
cancellation, ``..._next`` a following page, ``any`` all of them.
"""

_DURATIONS: Final = {FaultKind.LATE, FaultKind.SLOW}
_LONGEST: Final = 86_400
_WORDS: Final = {
    FaultKind.LOST: {"", "timeout", "reset"},
    FaultKind.HTML: {"", "done"},
    FaultKind.EMPTY: {"", "done"},
}
_EVER: Final = 1 << 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One order to misbehave: requests ``first`` to ``last`` of ``call``, from 1."""

    call: str
    kind: FaultKind
    first: int = 1
    last: int = _EVER
    argument: str = ""

    @property
    def seconds(self) -> float:
        """The argument as seconds."""
        return float(self.argument)

    @property
    def shares(self) -> tuple[int, float | None]:
        """The argument of PARTIAL: shares, and after how many seconds the rest."""
        most, _, later = self.argument.partition("@")
        return int(most), float(later) if later else None


def parse_fault(text: str) -> Fault:
    """Return the fault that ``text`` describes.

    Raises:
        UsageError: ``fault_unreadable``.
    """
    call, which, kind, argument = (*text.strip().split(":", 3), "", "", "", "")[:4]
    span = _span(which)
    if call not in CALLS:
        raise UsageError("fault_unreadable", text=text, part=call)
    if span is None:
        raise UsageError("fault_unreadable", text=text, part=which)
    if kind not in set(FaultKind):
        raise UsageError("fault_unreadable", text=text, part=kind)
    fault = Fault(
        call=call,
        kind=FaultKind(kind),
        first=span[0],
        last=span[1],
        argument=argument,
    )
    if not _has_meaning(fault):
        raise UsageError("fault_unreadable", text=text, part=argument)
    return fault


class FaultPlan:
    """The faults of one server, and how often each call has been asked."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """Start counting; ``Fault`` values or ``parse_fault`` make them."""
        self._faults = list(faults)
        self._counts: Counter[str] = Counter()

    def add(self, *texts: str) -> None:
        """Add faults whose counts start with the next request of their call."""
        for text in texts:
            fault = parse_fault(text)
            seen = self._counts[fault.call]
            self._faults.append(
                Fault(
                    call=fault.call,
                    kind=fault.kind,
                    first=fault.first + seen,
                    last=min(fault.last + seen, _EVER),
                    argument=fault.argument,
                )
            )

    def clear(self) -> None:
        """Be honest from now on."""
        self._faults.clear()

    def of_next(self, names: Iterable[str]) -> tuple[Fault, ...]:
        """Count one request known by all of ``names`` and return its faults."""
        known = {*names, "any"}
        self._counts.update(known)
        return tuple(
            fault
            for fault in self._faults
            if fault.call in known
            and fault.first <= self._counts[fault.call] <= fault.last
        )


def _span(text: str) -> tuple[int, int] | None:
    if text == "*":
        return 1, _EVER
    first, dash, last = text.removesuffix("+").partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()) or int(first) < 1:
        return None
    if text.endswith("+"):
        return None if dash else (int(first), _EVER)
    end = int(last or first)
    return (int(first), end) if end >= int(first) else None


def _has_meaning(fault: Fault) -> bool:
    if fault.kind in _DURATIONS:
        return _is_duration(fault.argument)
    if fault.kind is FaultKind.SKEW:
        return _is_duration(fault.argument.removeprefix("-"))
    if fault.kind is FaultKind.PARTIAL:
        most, at, later = fault.argument.partition("@")
        return most.isdecimal() and (_is_duration(later) if at else True)
    if fault.kind is FaultKind.REJECT:
        return bool(fault.argument)
    return fault.argument in _WORDS.get(fault.kind, {""})


def _is_duration(text: str) -> bool:
    try:
        return 0 <= Decimal(text) <= _LONGEST
    except InvalidOperation:
        return False
