"""The second witness: whose shares moved, when the order list lacks an order."""

import pytest

from fakes import ACCOUNT, SESSION, Workbench, a_key, an_order, at
from khms_trader.domain.events import AccountObserved
from khms_trader.domain.order import OrderRecord, OrderState, Side
from khms_trader.execution.traces import has_left_a_trace

ONE = "100000"


def observe(bench: Workbench) -> None:
    bench.journal.append(
        AccountObserved(
            at=bench.clock.now(),
            account=ACCOUNT,
            session=SESSION,
            observed=bench.broker.account(),
        )
    )


def lost(bench: Workbench, side: Side) -> OrderRecord:
    key = a_key(ONE, side)
    now = bench.clock.now()
    bench.journal.intend(key, an_order(ONE, side), plan_id="p", at=now)
    return bench.record(ONE, side)


@pytest.mark.parametrize(
    ("held_after", "is_trace"), [(4, True), (9, True), (10, False), (11, False)]
)
def test_a_sale_of_shares_nobody_manages_is_seen_in_the_holding(
    bench: Workbench, held_after: int, *, is_trace: bool
) -> None:
    bench.broker.shares[ONE] = 10
    observe(bench)
    record = lost(bench, Side.SELL)

    bench.broker.shares[ONE] = held_after

    assert has_left_a_trace(bench.office, record) is is_trace


@pytest.mark.parametrize(("held_after", "is_trace"), [(25, False), (26, True)])
def test_a_purchase_is_seen_on_top_of_shares_nobody_manages(
    bench: Workbench, held_after: int, *, is_trace: bool
) -> None:
    bench.own(ONE, 10)
    bench.broker.shares[ONE] = 25
    observe(bench)
    record = lost(bench, Side.BUY)

    bench.broker.shares[ONE] = held_after

    assert has_left_a_trace(bench.office, record) is is_trace


def test_a_managed_sale_is_seen_although_a_surplus_is_left(bench: Workbench) -> None:
    bench.own(ONE, 10)
    bench.broker.shares[ONE] = 20
    observe(bench)
    record = lost(bench, Side.SELL)

    bench.broker.shares[ONE] = 10

    assert has_left_a_trace(bench.office, record)


def test_what_later_orders_of_ours_did_is_no_trace(bench: Workbench) -> None:
    bench.own(ONE, 10)
    observe(bench)
    record = lost(bench, Side.BUY)
    bench.clock.sleep(60)
    sale = lost(bench, Side.SELL)
    now = bench.clock.now()
    bench.journal.advance(sale.key, OrderState.ACCEPTED, at=now, number="1")
    bench.journal.advance(
        sale.key, OrderState.FILLED, at=now, filled_quantity=10, filled_value=100_000
    )

    bench.broker.shares[ONE] = 1

    assert has_left_a_trace(bench.office, record)


def test_an_account_read_after_the_order_left_says_nothing_of_before(
    bench: Workbench,
) -> None:
    bench.own(ONE, 10)
    record = lost(bench, Side.SELL)
    bench.clock.sleep(60)
    bench.broker.shares[ONE] = 4
    observe(bench)

    assert has_left_a_trace(bench.office, record)


def test_a_later_look_before_the_order_replaces_an_earlier_one(
    bench: Workbench,
) -> None:
    bench.broker.shares[ONE] = 30
    observe(bench)
    bench.clock.move_to(at(10))
    bench.broker.shares[ONE] = 10
    observe(bench)

    record = lost(bench, Side.SELL)

    assert not has_left_a_trace(bench.office, record)
