"""The gates of one line: whether this symbol may be bought or sold on this session.

Beside them the cautions: what does not stop an order and a person should know of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import Order, Side
from khms_trader.domain.plan import BuyLine
from khms_trader.domain.quote import NoOpen, Quote
from khms_trader.domain.reasons import Caution, SkipReason
from khms_trader.market.prices import tick_rule
from khms_trader.planning.rules import base_price_moved

# Low liquidity alone trades (10-minute single price) and is left to the user's
# minimum traded value; everything else says "do not own this".
NEVER_BOUGHT: Final = frozenset(Designation) - {
    Designation.HALTED,
    Designation.LOW_LIQUIDITY,
}
SOLD_WITH_CAUTION: Final = {
    Designation.LIQUIDATION: Caution.SOLD_IN_LIQUIDATION,
    Designation.OVERHEATED: Caution.SOLD_OVERHEATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The user's own caps; None means no cap.

    Attributes:
        max_orders: orders of the plan per session: sells count, but only buys are
            refused for it.
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
    if facts.quote.open_price is not None:
        return None
    is_awaited = facts.quote.no_open is NoOpen.AWAITED
    return SkipReason.NOT_OPENED if is_awaited else SkipReason.NO_OPEN_PRICE


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
    """Return why a sale may not be sent, or None: a halt, or no trade so far.

    A sale is never stopped by a designation: those are reasons to leave. Where it is
    traded, it goes out even if nobody knows at what it opened.
    """
    if quote.is_halted:
        return SkipReason.HALTED
    if quote.open_price is not None:
        return None
    return {
        NoOpen.AWAITED: SkipReason.NOT_OPENED,
        NoOpen.UNTOLD: None,
        NoOpen.UNKNOWN: SkipReason.NO_OPEN_PRICE,
    }[quote.no_open]


def cautions_of(order: Order, quote: Quote) -> tuple[Caution, ...]:
    """Return what a person should know of ``order`` although it is sent.

    KRX trades 정리매매 and 단기과열 at a single price every 30 minutes, so that such a
    sale fills late. At the day's limits one side of the market may be empty.
    """
    opened = quote.open_price
    if order.side is Side.SELL:
        marks = [
            word for d, word in SOLD_WITH_CAUTION.items() if d in quote.designations
        ]
        is_down = opened is not None and opened == quote.lower_limit
        return (*marks, *((Caution.OPEN_AT_LOWER_LIMIT,) if is_down else ()))
    if opened is None:
        return ()
    if order.limit_price is not None and opened > order.limit_price:
        return (Caution.OPEN_ABOVE_LIMIT,)
    return (Caution.OPEN_AT_UPPER_LIMIT,) if opened == quote.upper_limit else ()
