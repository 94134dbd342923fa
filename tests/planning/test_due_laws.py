"""What no plan, account or market may ever bring about: the laws of ``due``."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_buy, a_holding, a_plan, a_quote, a_sell, an_account
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import OrderType
from khms_trader.domain.plan import BuyLine, Plan
from khms_trader.domain.quote import Quote
from khms_trader.domain.reasons import SkipReason
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import (
    Budget,
    Decision,
    Holdings,
    TradingRules,
    choose_buys,
    choose_sells,
    worst_price,
)
from khms_trader.planning.line_gates import Limits
from khms_trader.planning.rules import cash_needed

SYMBOLS = [f"{number:05d}0" for number in range(6)]
FEE = 1_470_000
SOME = st.sampled_from(SYMBOLS)
CAPS = st.sampled_from((None, None, None, 133_596, 400_000))


# Held, sellable and managed shares of one symbol.
STATES = st.sampled_from(
    (
        *((10, 10, 10), (10, 4, 10), (15, 15, 10), (7, 7, 10), (10, 0, 10)),
        *((10, 10, 0), (0, 0, 10)),
    )
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    buys = draw(st.permutations(SYMBOLS))[: draw(st.integers(2, 6))]
    sells = draw(st.sets(SOME, min_size=3))
    wanted = draw(st.sampled_from((1, 10, 12)))
    return a_plan(
        *(a_buy(f"{symbol} x{wanted} @12960") for symbol in buys),
        *(a_sell(f"{symbol} @12960") for symbol in sorted(sells)),
        slots_free=draw(st.integers(1, 5)),
    )


@st.composite
def held(draw: st.DrawFn) -> Holdings:
    states = draw(st.dictionaries(SOME, STATES, max_size=3))
    return Holdings(
        account=an_account(
            *(
                a_holding(f"{symbol} x{shares}", sellable=sellable)
                for symbol, (shares, sellable, _) in states.items()
            )
        ),
        managed={
            symbol: managed for symbol, (_, _, managed) in states.items() if managed
        },
        legacy=draw(st.sampled_from((frozenset(), frozenset(SYMBOLS[:2])))),
    )


def spoilt(symbol: str) -> st.SearchStrategy[Quote | None]:
    """Draw a quote of ``symbol`` that may not trade, or may at another price."""
    return st.sampled_from(
        (
            None,
            a_quote(symbol, opened=None),
            a_quote(symbol, base=500, opened=500),
            a_quote(symbol, base=12_990, opened=16_880),
            replace(a_quote(symbol), upper_limit=None, lower_limit=None),
            *(a_quote(symbol, mark) for mark in Designation),
        )
    )


@st.composite
def markets(draw: st.DrawFn) -> dict[str, Quote | None]:
    quotes: dict[str, Quote | None] = {s: a_quote(s) for s in SYMBOLS}
    for symbol in draw(st.sets(SOME, max_size=2)):
        quotes[symbol] = draw(spoilt(symbol))
    return quotes


RULES = st.builds(
    TradingRules,
    max_positions=st.just(8),
    costs=st.just(CostRates(fee_rate=FEE)),
    collar_rate=st.sampled_from((0, 30_000_000, 300_000_000)),
    buy_order=st.sampled_from(OrderType),
    sell_order=st.sampled_from(OrderType),
    limits=st.builds(
        Limits,
        max_orders=st.sampled_from((None, None, None, 2, 4)),
        max_order_won=CAPS,
        max_daily_won=CAPS,
        max_volume_share_permyriad=st.sampled_from((None, None, None, 1)),
    ),
)
BUDGETS = st.builds(
    Budget,
    slots=st.sampled_from((5, 4, 2, 1, 0)),
    cash=st.sampled_from((2_000_000, 500_000, 200_000, 13_359, 13_358, -1)),
    bought_today=st.sampled_from((0, 1, 300_000)),
    orders_today=st.integers(0, 2),
)


def sent(decisions: Sequence[Decision]) -> list[Decision]:
    return [decision for decision in decisions if decision.order is not None]


@given(plan=plans(), holdings=held(), quotes=markets(), rules=RULES)
@settings(max_examples=100)
def test_nothing_is_sold_but_what_is_held_managed_and_sellable(
    plan: Plan, holdings: Holdings, quotes: dict[str, Quote | None], rules: TradingRules
) -> None:
    for decision in sent(choose_sells(plan, holdings, quotes, rules)):
        symbol, order = decision.line.symbol, decision.order
        holding = holdings.account.holding(symbol)
        assert order is not None
        assert holding is not None
        assert order.symbol == symbol
        assert symbol not in holdings.legacy
        assert 1 <= order.quantity <= holdings.managed.get(symbol, 0)
        assert order.quantity <= holding.sellable


@given(plan=plans(), holdings=held(), quotes=markets(), rules=RULES, budget=BUDGETS)
@settings(max_examples=150)
def test_buys_never_exceed_slots_cash_or_caps(
    plan: Plan,
    holdings: Holdings,
    quotes: dict[str, Quote | None],
    rules: TradingRules,
    *,
    budget: Budget,
) -> None:
    decisions = choose_buys(plan, holdings, quotes, rules, budget=budget)

    costs = [taken(decision, quotes) for decision in sent(decisions)]
    limits = rules.limits
    assert len(costs) <= budget.slots
    assert sum(costs) <= max(budget.cash, 0)
    assert limits.max_order_won is None or all(
        cost <= limits.max_order_won for cost in costs
    )
    assert not costs or within(limits.max_daily_won, budget.bought_today + sum(costs))
    assert not costs or within(limits.max_orders, budget.orders_today + len(costs))


def within(cap: int | None, figure: int) -> bool:
    return cap is None or figure <= cap


def taken(decision: Decision, quotes: dict[str, Quote | None]) -> int:
    """Return the won a buy may take at worst, fee included."""
    order, quote = decision.order, quotes[decision.line.symbol]
    assert order is not None
    assert quote is not None
    return cash_needed(order.quantity, worst_price(order, quote), FEE)


@given(plan=plans(), holdings=held(), quotes=markets(), rules=RULES, budget=BUDGETS)
@settings(max_examples=100)
def test_only_free_ranks_of_symbols_nobody_holds_are_bought(
    plan: Plan,
    holdings: Holdings,
    quotes: dict[str, Quote | None],
    rules: TradingRules,
    *,
    budget: Budget,
) -> None:
    for decision in sent(choose_buys(plan, holdings, quotes, rules, budget=budget)):
        line, order = decision.line, decision.order
        assert isinstance(line, BuyLine)
        assert order is not None
        assert line.rank <= plan.slots_free
        assert order.quantity <= line.quantity
        assert line.symbol not in holdings.legacy
        assert line.symbol not in holdings.managed
        assert not holdings.is_outside(line.symbol)


@given(plan=plans(), holdings=held(), quotes=markets(), rules=RULES, budget=BUDGETS)
@settings(max_examples=100)
def test_every_line_gets_one_decision_an_order_or_a_reason(
    plan: Plan,
    holdings: Holdings,
    quotes: dict[str, Quote | None],
    rules: TradingRules,
    *,
    budget: Budget,
) -> None:
    sells = choose_sells(plan, holdings, quotes, rules)
    buys = choose_buys(plan, holdings, quotes, rules, budget=budget)

    assert [decision.line for decision in (*buys, *sells)] == [*plan.buys, *plan.sells]
    for decision in (*buys, *sells):
        assert (decision.order is None) is (decision.skip is not None)


@given(plan=plans(), quotes=markets(), refused=SOME)
@settings(max_examples=100)
def test_refusing_one_buy_never_brings_in_a_rank_beyond_the_free_slots(
    plan: Plan, quotes: dict[str, Quote | None], refused: str
) -> None:
    rules = TradingRules(
        max_positions=8, costs=CostRates(fee_rate=FEE), collar_rate=30_000_000
    )
    halted = quotes | {refused: a_quote(refused, Designation.HALTED)}
    budget = Budget(slots=plan.slots_free, cash=100_000_000)
    nothing = Holdings(account=an_account(), managed={})

    before = choose_buys(plan, nothing, quotes, rules, budget=budget)
    after = choose_buys(plan, nothing, halted, rules, budget=budget)

    bought = {decision.line.symbol for decision in sent(before)}
    assert {decision.line.symbol for decision in sent(after)} == bought - {refused}


@given(plan=plans(), quotes=markets(), rules=RULES)
@settings(max_examples=50)
def test_an_account_at_its_caps_still_sells(
    plan: Plan, quotes: dict[str, Quote | None], rules: TradingRules
) -> None:
    holdings = Holdings(
        account=an_account(*(a_holding(f"{symbol} x5") for symbol in SYMBOLS)),
        managed=dict.fromkeys(SYMBOLS, 5),
    )
    at_caps = replace(rules, limits=Limits(max_orders=0, max_daily_won=0))

    decisions = choose_sells(plan, holdings, quotes, at_caps)

    reasons = {d.skip.reason for d in decisions if d.skip is not None}
    assert reasons <= {SkipReason.HALTED, SkipReason.NO_OPEN_PRICE}
