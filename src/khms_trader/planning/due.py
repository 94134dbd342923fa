"""What of a plan still has to be sent, and why the rest is not.

A sell signal is not a sale: only what is held and managed is sold, and never more than
the journal says is ours. A refused buy is not replaced by the next rank.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from khms_trader.domain.account import Account
from khms_trader.domain.order import Order, OrderType, Side
from khms_trader.domain.plan import BuyLine, Plan, SellLine
from khms_trader.domain.quote import Quote
from khms_trader.domain.reasons import Caution, SkipReason
from khms_trader.market.rates import CostRates
from khms_trader.planning.line_gates import (
    NO_LIMITS,
    BuyFacts,
    Limits,
    cautions_of,
    refuse_buy,
    refuse_sell,
)
from khms_trader.planning.order_shapes import buy_order, sell_order
from khms_trader.planning.rules import affordable, cash_needed
from khms_trader.planning.shares import has_new_basis, is_round_multiple


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingRules:
    """The settings that decide orders.

    Attributes:
        collar_rate: how far above (below) the reference a limit buy (sell) may
            trade, in ppb.
    """

    max_positions: int
    costs: CostRates
    collar_rate: int
    buy_order: OrderType = OrderType.LIMIT
    sell_order: OrderType = OrderType.MARKET
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A line that is not sent."""

    reason: SkipReason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What is held and whose it is.

    Attributes:
        managed: shares the journal says are the strategy's, by symbol.
        legacy: symbols that settings or the confirmation keep out of reach.
    """

    account: Account
    managed: Mapping[str, int]
    legacy: frozenset[str] = frozenset()

    def is_managed(self, symbol: str) -> bool:
        """Return True when the strategy may trade what is held of ``symbol``."""
        return symbol in self.managed and symbol not in self.legacy

    def is_outside(self, symbol: str) -> bool:
        """Return True when ``symbol`` is held and not the strategy's."""
        holding = self.account.holding(symbol)
        return (
            holding is not None and holding.quantity > 0 and not self.is_managed(symbol)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a person should know of a line although it is sent."""

    caution: Caution
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with one line: an order, or a reason to send none.

    Attributes:
        open_price: the session's open in won when it is known.
    """

    line: BuyLine | SellLine
    order: Order | None = None
    skip: Skip | None = None
    open_price: int | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def side(self) -> Side:
        """Return which side the line is on."""
        return Side.BUY if isinstance(self.line, BuyLine) else Side.SELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What is left for buys while they are decided one after the other.

    Attributes:
        slots: positions that may still be opened.
        cash: won that may still be spent.
        bought_today: won committed to buys on this session so far.
        orders_today: orders sent on this session so far.
    """

    slots: int
    cash: int
    bought_today: int = 0
    orders_today: int = 0

    def less(self, value: int) -> "Budget":
        """Return what is left beside one more buy worth ``value`` won."""
        return Budget(
            slots=self.slots - 1,
            cash=self.cash - value,
            bought_today=self.bought_today + value,
            orders_today=self.orders_today + 1,
        )


Quoted = Mapping[str, Quote | None]


def symbols_to_quote(
    plan: Plan, holdings: Holdings, tried: Collection[str], side: Side
) -> tuple[str, ...]:
    """Return the symbols of ``side`` a price is needed for, in the plan's order."""
    if side is Side.SELL:
        sells = (line for line in plan.sells if line.symbol not in tried)
        return tuple(
            line.symbol
            for line in sells
            if not isinstance(_sellable(line, holdings), Skip)
        )
    buys = (line for line in plan.buys if line.symbol not in tried)
    return tuple(
        line.symbol for line in buys if unbuyable(line, plan, holdings) is None
    )


def choose_sells(
    plan: Plan, holdings: Holdings, quotes: Quoted, rules: TradingRules
) -> tuple[Decision, ...]:
    """Decide every sell line of the plan."""
    return tuple(
        _decide_sell(line, holdings, quotes.get(line.symbol), rules)
        for line in plan.sells
    )


def choose_buys(
    plan: Plan,
    holdings: Holdings,
    quotes: Quoted,
    rules: TradingRules,
    *,
    budget: Budget,
) -> tuple[Decision, ...]:
    """Decide every buy line of the plan, best rank first, as far as ``budget`` goes."""
    decisions = []
    for line in plan.buys:
        skip = unbuyable(line, plan, holdings)
        if skip is not None:
            decisions.append(Decision(line=line, skip=skip))
            continue
        quote = quotes.get(line.symbol)
        decision, value = _decide_buy(line, quote, budget, rules)
        decisions.append(decision)
        if decision.order is not None:
            budget = budget.less(value)
    return tuple(decisions)


def worst_price(order: Order, quote: Quote) -> int:
    """Return the won a share of a buy may cost: what cash is reserved at.

    A market buy is reserved at the upper limit, as the exchange's members do.
    """
    return order.limit_price or quote.upper_limit or 2 * quote.base_price


def _sellable(line: SellLine, holdings: Holdings) -> int | Skip:
    holding = holdings.account.holding(line.symbol)
    if holding is None or holding.quantity == 0:
        return Skip(reason=SkipReason.NOT_HELD)
    if not holdings.is_managed(line.symbol):
        return Skip(reason=SkipReason.HELD_OUTSIDE)
    ours = holdings.managed[line.symbol]
    if is_round_multiple(holding.quantity, ours):
        return _changed(holding.quantity, ours)
    quantity = min(holding.sellable, ours)
    return quantity if quantity > 0 else Skip(reason=SkipReason.NOT_SELLABLE)


def unbuyable(line: BuyLine, plan: Plan, holdings: Holdings) -> Skip | None:
    """Return why ``line`` is no candidate whatever its price; None when it is one."""
    # A legacy symbol that nobody holds now could never be sold again.
    if line.symbol in holdings.legacy or holdings.is_outside(line.symbol):
        return Skip(reason=SkipReason.HELD_OUTSIDE)
    if holdings.is_managed(line.symbol):
        return Skip(reason=SkipReason.ALREADY_HELD)
    if line.rank > plan.slots_free:
        return Skip(reason=SkipReason.NO_SLOT)
    if line.quantity < 1:
        return Skip(reason=SkipReason.TOO_SMALL)
    return None


def _decide_sell(
    line: SellLine, holdings: Holdings, quote: Quote | None, rules: TradingRules
) -> Decision:
    quantity = _sellable(line, holdings)
    if isinstance(quantity, Skip):
        return Decision(line=line, skip=quantity)
    if quote is None:
        return Decision(line=line, skip=Skip(reason=SkipReason.NO_OPEN_PRICE))
    held, ours = _shares(line, holdings)
    if held > ours and has_new_basis(line, quote):
        return Decision(line=line, skip=_changed(held, ours))
    refusal = refuse_sell(quote)
    if refusal is not None:
        return Decision(line=line, skip=Skip(reason=refusal))
    order = sell_order(
        line, quote, rules.sell_order, rules.collar_rate, quantity=quantity
    )
    known = (Remark(caution=caution) for caution in cautions_of(order, quote))
    return Decision(
        line=line,
        order=order,
        open_price=quote.open_price,
        remarks=(*known, *_differing(held, ours)),
    )


def _changed(held: int, ours: int) -> Skip:
    return Skip(reason=SkipReason.QUANTITY_CHANGED, detail=f"{ours:,}->{held:,}")


def _shares(line: SellLine, holdings: Holdings) -> tuple[int, int]:
    """Return the shares held and those of them that are the strategy's."""
    holding = holdings.account.holding(line.symbol)
    return holding.quantity if holding else 0, holdings.managed[line.symbol]


def _differing(held: int, ours: int) -> tuple[Remark, ...]:
    if held == ours:
        return ()
    caution = Caution.HELD_MORE if held > ours else Caution.HELD_LESS
    return (Remark(caution=caution, detail=f"{ours:,}->{held:,}"),)


def _decide_buy(
    line: BuyLine, quote: Quote | None, budget: Budget, rules: TradingRules
) -> tuple[Decision, int]:
    if quote is None:
        return Decision(line=line, skip=Skip(reason=SkipReason.NO_OPEN_PRICE)), 0
    if budget.slots < 1:
        return Decision(line=line, skip=Skip(reason=SkipReason.NO_SLOT)), 0
    wanted = buy_order(line, quote, rules.buy_order, rules.collar_rate)
    price = worst_price(wanted, quote)
    fee_rate = rules.costs.fee_rate
    quantity = min(line.quantity, affordable(budget.cash, price, fee_rate))
    value = cash_needed(max(quantity, 1), price, fee_rate)
    refusal = refuse_buy(
        BuyFacts(
            line=line,
            quote=quote,
            value=value,
            bought_today=budget.bought_today,
            orders_today=budget.orders_today,
            limits=rules.limits,
        )
    )
    if refusal is None and quantity < 1:
        refusal = SkipReason.NO_CASH
    if refusal is not None:
        return Decision(line=line, skip=Skip(reason=refusal)), 0
    order = replace(wanted, quantity=quantity)
    decision = Decision(
        line=line,
        order=order,
        open_price=quote.open_price,
        remarks=tuple(Remark(caution=each) for each in cautions_of(order, quote)),
    )
    return decision, value
