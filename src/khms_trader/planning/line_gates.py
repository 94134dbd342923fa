"""The gates of one line: whether this symbol may be bought or sold on this session."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from khms_trader.domain.instrument import Designation
from khms_trader.domain.plan import BuyLine
from khms_trader.domain.quote import Quote
from khms_trader.domain.reasons import SkipReason
from khms_trader.market.prices import tick_rule
from khms_trader.planning.rules import base_price_moved

# Low liquidity alone trades (10-minute single price) and is left to the user's
# minimum traded value; everything else says "do not own this".
NEVER_BOUGHT: Final = frozenset(Designation) - {
    Designation.HALTED,
    Designation.LOW_LIQUIDITY,
}
SOLD_WITH_WARNING: Final = frozenset({Designation.LIQUIDATION, Designation.OVERHEATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The user's own caps; None means no cap.

    Attributes:
        max_orders: orders per session, sells included.
        max_order_won: won per buy order.
        max_daily_won: won of buys per session.
        max_volume_share_permyriad: share of the 20-day traded value, in 1/10,000.
    """

    max_orders: int | None = None
    max_order_won: int | None = None
    max_daily_won: int | None = None
    max_volume_share_permyriad: int | None = None


NO_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyFacts:
    """Everything the gates of one buy look at; money in won."""

    line: BuyLine
    quote: Quote
    value: int
    bought_today: int
    orders_today: int
    limits: Limits


def is_halted(facts: BuyFacts) -> SkipReason | None:
    """Refuse a halted issue."""
    return SkipReason.HALTED if facts.quote.is_halted else None


def is_designated(facts: BuyFacts) -> SkipReason | None:
    """Refuse 관리, 정리매매, 투자주의환기, 투자경고, 투자위험 and 단기과열."""
    marked = bool(facts.quote.designations & NEVER_BOUGHT)
    return SkipReason.DESIGNATED if marked else None


def has_base_moved(facts: BuyFacts) -> SkipReason | None:
    """Refuse when today's base price left the plan's reference (split, ex-rights)."""
    rule = tick_rule(facts.quote.session, facts.quote.kind)
    moved = base_price_moved(facts.quote.base_price, facts.line.reference_price, rule)
    return SkipReason.BASE_PRICE_MOVED if moved else None


def has_no_open(facts: BuyFacts) -> SkipReason | None:
    """Refuse when there is no opening price to trade at."""
    return SkipReason.NO_OPEN_PRICE if facts.quote.open_price is None else None


def is_too_large(facts: BuyFacts) -> SkipReason | None:
    """Refuse an order above the user's cap per order."""
    cap = facts.limits.max_order_won
    over = cap is not None and facts.value > cap
    return SkipReason.ORDER_TOO_LARGE if over else None


def is_too_much_of_the_volume(facts: BuyFacts) -> SkipReason | None:
    """Refuse an order that is too large a share of what usually trades."""
    share = facts.limits.max_volume_share_permyriad
    over = (
        share is not None and facts.value * 10_000 > facts.line.traded_value_20d * share
    )
    return SkipReason.VOLUME_SHARE if over else None


def is_over_daily_cap(facts: BuyFacts) -> SkipReason | None:
    """Refuse when the session's buys would exceed the user's cap."""
    cap = facts.limits.max_daily_won
    over = cap is not None and facts.bought_today + facts.value > cap
    return SkipReason.DAILY_CAP if over else None


def is_over_order_count(facts: BuyFacts) -> SkipReason | None:
    """Refuse when the session had its number of orders."""
    cap = facts.limits.max_orders
    over = cap is not None and facts.orders_today >= cap
    return SkipReason.ORDER_COUNT if over else None


BUY_GATES: Final[tuple[Callable[[BuyFacts], SkipReason | None], ...]] = (
    is_halted,
    is_designated,
    has_base_moved,
    has_no_open,
    is_too_large,
    is_too_much_of_the_volume,
    is_over_daily_cap,
    is_over_order_count,
)


def refuse_buy(facts: BuyFacts) -> SkipReason | None:
    """Return why a buy may not be sent, or None."""
    refusals = (gate(facts) for gate in BUY_GATES)
    return next((refusal for refusal in refusals if refusal is not None), None)


def refuse_sell(quote: Quote) -> SkipReason | None:
    """Return why a sale may not be sent, or None: only a halt or no open stops it.

    A sale is never stopped by a designation: those are reasons to leave.
    """
    if quote.is_halted:
        return SkipReason.HALTED
    return SkipReason.NO_OPEN_PRICE if quote.open_price is None else None
