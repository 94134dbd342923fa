"""One symbol as a quotation shows it: figures that several calls share.

Company figures (shares, capital, earnings) are made up or zero: the practice market
has prices only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from khms_trader.domain.instrument import Designation, InstrumentKind
from khms_trader.domain.quote import Quote
from khms_trader.market.prices import tick_rule, tick_size
from khms_trader.simulator.bars import Bar, bars_of
from khms_trader.simulator.kis_api.asked import Asked, Venue
from khms_trader.simulator.kis_api.numbers import percent, sign
from khms_trader.simulator.messages import missing_field

LISTED_SHARES: Final = 20_000_000
FACE_VALUE: Final = 500
HUNDRED_MILLION: Final = 100_000_000

_STATUS: Final[Mapping[Designation, str]] = MappingProxyType(
    {
        Designation.HALTED: "58",
        Designation.ADMINISTRATIVE: "51",
        Designation.RISK: "52",
        Designation.WARNING: "53",
        Designation.OVERHEATED: "59",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is known of a symbol now.

    Attributes:
        quote: None for an unknown symbol.
        price: the newest price in won; 0 for an unknown symbol.
        bars: oldest first, adjusted, the running session's included.
        has_traded: whether this session has a price of its own yet.
    """

    symbol: str
    quote: Quote | None
    price: int
    bars: tuple[Bar, ...]
    has_traded: bool
    now: datetime

    @property
    def base(self) -> int:
        """The day's base price in won."""
        return self.quote.base_price if self.quote else 0

    @property
    def name(self) -> str:
        """The company's name."""
        return self.quote.name if self.quote else ""

    @property
    def change(self) -> int:
        """Won above the base price."""
        return self.price - self.base

    @property
    def today(self) -> Bar | None:
        """The bar of this session, None before its first trade."""
        return self.bars[-1] if self.has_traded and self.bars else None

    @property
    def before(self) -> Bar | None:
        """The bar of the session before."""
        earlier = self.bars[:-1] if self.today else self.bars
        return earlier[-1] if earlier else None

    @property
    def tick(self) -> int:
        """The tick in won at the price."""
        if self.quote is None:
            return 0
        return tick_size(self.price, tick_rule(self.quote.session, self.quote.kind))

    def has(self, designation: Designation) -> bool:
        """Return whether KRX marked the issue so."""
        return self.quote is not None and designation in self.quote.designations

    def changes(self) -> dict[str, str]:
        """Return the three fields that compare with the base price."""
        upper = self.quote.upper_limit if self.quote else None
        lower = self.quote.lower_limit if self.quote else None
        return {
            "prdy_vrss": str(self.change),
            "prdy_vrss_sign": sign(
                self.change,
                at_upper=self.price == upper,
                at_lower=self.price == lower,
            ),
            "prdy_ctrt": percent(self.change, self.base),
        }

    @property
    def status(self) -> str:
        """``iscd_stat_cls_code``: the gravest mark, else 55 credit or 57 cash only."""
        for designation, code in _STATUS.items():
            if self.has(designation):
                return code
        return "55" if self.quote and self.quote.designations == frozenset() else "57"

    @property
    def warning(self) -> str:
        """``mrkt_warn_cls_code``."""
        if self.has(Designation.RISK):
            return "03"
        return "02" if self.has(Designation.WARNING) else "00"

    @property
    def is_fund(self) -> bool:
        """Whether it is an ETF."""
        return self.quote is not None and self.quote.kind is InstrumentKind.ETF


def issue_of(venue: Venue, asked: Asked) -> Issue:
    """Return the issue that the two usual quotation fields name.

    Raises:
        WireError: ``OPSQ2001``, a field is missing or names no market.
    """
    asked.need("FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD")
    if asked.text("FID_COND_MRKT_DIV_CODE") not in {"J", "NX", "UN"}:
        raise missing_field("FID_COND_MRKT_DIV_CODE")
    return issue_at(venue, asked.text("FID_INPUT_ISCD"), asked.now)


def issue_at(venue: Venue, symbol: str, now: datetime) -> Issue:
    """Return the issue ``symbol`` as it is at ``now``."""
    market = venue.market
    quote = market.quote(symbol, now)
    if quote is None:
        return Issue(
            symbol=symbol, quote=None, price=0, bars=(), has_traded=False, now=now
        )
    bars = tuple(bars_of(market, symbol, now, is_adjusted=True))
    session = market.session_at(now)
    return Issue(
        symbol=symbol,
        quote=quote,
        price=market.price(symbol, now) or quote.base_price,
        bars=bars,
        has_traded=bool(bars) and bars[-1].session == session and bars[-1].volume > 0,
        now=now,
    )
