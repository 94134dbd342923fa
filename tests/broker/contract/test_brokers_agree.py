"""Whatever is done, every broker ends with the same account and the same orders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.contract.stages import BROKERS, Hall, Scene, Stage, a_stage
from fakes import an_order, at
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.order import Order, Side
from khms_trader.errors import OrderRejected
from khms_trader.market.prices import round_down, tick_rule
from khms_trader.market.rates import CostRates

# A session with every kind of issue: a first day with its wide limits, a liquidation
# without any, a halt, preferred shares, an ETF and a SPAC.
SESSION = date(2026, 1, 27)
LISTED_TODAY, LIQUIDATED, HALTED = "7021N0", "792590", "745030"
HELD = {"700370": 20, LIQUIDATED: 300, HALTED: 10, "799150": 15, "701245": 8}
SYMBOLS = (*HELD, "700660", "799260", LISTED_TODAY, "999990")
TEN = at(10, day=SESSION)
FEE = CostRates(fee_rate=1_470_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing a person does.

    Attributes:
        permille: of the base price, the limit; 0 for a market order.
        is_on_tick: whether the limit is moved to the grid, or stays where it falls.
        target: which of the orders so far is cancelled; None orders.
        minutes: waited before; never beyond the close, as a rehearsal reads prices
            once.
    """

    symbol: str
    side: Side
    quantity: int
    permille: int
    is_on_tick: bool
    target: int | None
    minutes: int


STEPS = st.builds(
    Step,
    symbol=st.sampled_from(SYMBOLS),
    side=st.sampled_from(Side),
    quantity=st.sampled_from([1, 3, 8, 20, 100]),
    permille=st.sampled_from([0, 0, 700, 950, 990, 1_000, 1_010, 1_300, 1_400]),
    is_on_tick=st.booleans(),
    target=st.sampled_from([None, None, None, 0, 1]),
    minutes=st.sampled_from([0, 0, 0, 5, 40]),
)


def ordered(step: Step, market: SampleMarket) -> Order:
    quote = market.opening_quote(step.symbol, SESSION)
    limit = (quote.base_price if quote else 10_000) * step.permille // 1_000
    if step.is_on_tick and quote:
        limit = round_down(limit, tick_rule(SESSION, quote.kind))
    return an_order(
        step.symbol, step.side, quantity=step.quantity, limit_price=limit or None
    )


def done(stage: Stage, step: Step, market: SampleMarket) -> str:
    """Do ``step`` and return how it was refused, or nothing."""
    stage.clock.sleep(60 * step.minutes)
    rows = stage.rows(SESSION)
    try:
        if step.target is None:
            stage.broker.submit(ordered(step, market))
        elif step.target < len(rows):
            stage.broker.cancel(rows[step.target])
    except OrderRejected as error:
        return type(error).__name__
    return ""


Told = tuple[object, ...]


def told_by(stage: Stage) -> Told:
    """Return all a broker says, but numbers and seconds."""
    account = stage.broker.account()
    return (
        (account.cash, account.cash_d2, account.spendable, account.total),
        [
            (h.symbol, h.name, h.quantity, h.sellable, cents(h.average_price), h.price)
            for h in account.holdings
        ],
        [replace(r, number="", ordered_at=TEN) for r in stage.rows(SESSION)],
    )


def cents(price: Decimal) -> Decimal:
    return price.quantize(Decimal("0.01"))


@settings(max_examples=15, deadline=None)
@given(steps=st.lists(STEPS, min_size=1, max_size=7))
def test_every_broker_tells_the_same_story(
    steps: Sequence[Step],
    sample: SampleMarket,
    hall: Hall,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    scene = Scene(
        market=sample,
        cash=1_500_000,
        holdings=HELD,
        costs=FEE,
        start_at=TEN,
        instruments={each.symbol: each for each in sample.instruments(SESSION)},
    )
    told: dict[str, Told] = {}
    for name in BROKERS:
        with a_stage(name, scene, tmp_path_factory.mktemp("agree"), hall) as stage:
            outcomes = [done(stage, step, sample) for step in steps]
            told[name] = (outcomes, *told_by(stage))

    assert told == dict.fromkeys(BROKERS, told["paper"])
