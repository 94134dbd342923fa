"""What the market says of one symbol on one session."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khms_trader.domain.instrument import Designation, InstrumentKind


class NoOpen(StrEnum):
    """What it means that a quote has no opening price.

    AWAITED: the session runs and nobody has traded yet (a VI at the open, a thin
    issue): the price may still come. UNTOLD: it trades, and the source does not say at
    what it opened. UNKNOWN: the source can tell neither.
    """

    AWAITED = "awaited"
    UNTOLD = "untold"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Prices and limits of a symbol on a session, in won.

    Attributes:
        open_price: the opening price; None before it exists or when nobody knows it.
        price: the last price; equals the open while nothing newer is known.
        base_price: what the day's limits are computed from (기준가).
        upper_limit, lower_limit: the day's price limits; None where there are none
            (정리매매).
        split_ratio: shares that one share became with this session, 5 for a 5:1
            split; 1 on every other session and where the source cannot know.
        no_open: why ``open_price`` is None; without meaning where there is one.
    """

    symbol: str
    session: date
    base_price: int
    upper_limit: int | None
    lower_limit: int | None
    open_price: int | None = None
    price: int | None = None
    name: str = ""
    kind: InstrumentKind = InstrumentKind.EQUITY
    designations: frozenset[Designation] = frozenset()
    split_ratio: int = 1
    no_open: NoOpen = NoOpen.UNKNOWN

    @property
    def is_halted(self) -> bool:
        """True when no order can trade."""
        return Designation.HALTED in self.designations
