"""The account rolled forward by our orders instead of read again."""

import pytest

from builders import a_holding, a_record, an_account
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.planning.baseline import Baseline

SELL = "sell 086520 x10"
ACCOUNT = an_account(a_holding("086520 x10"), cash=1_000)


def sold(shares: int) -> OrderRecord:
    state = OrderState.PARTIALLY_FILLED if shares else OrderState.ACCEPTED
    return a_record(SELL, state, filled=(shares, shares * 100))


def left(baseline: Baseline, *records: OrderRecord) -> tuple[int, int]:
    holding = baseline.rolled_on(records, 5).holding("086520")
    assert holding is not None
    return holding.quantity, holding.sellable


HELD = ACCOUNT.holdings[0].quantity


@pytest.mark.parametrize("shares", [0, 1, HELD - 1, HELD])
def test_shares_sold_since_are_gone(shares: int) -> None:
    assert left(Baseline(account=ACCOUNT, records=()), sold(shares)) == (
        HELD - shares,
        HELD - shares,
    )


def test_what_the_account_already_showed_is_not_taken_off_twice() -> None:
    baseline = Baseline(account=ACCOUNT, records=(sold(2),))

    assert left(baseline, sold(3)) == (HELD - 1, HELD - 1)


def test_a_purchase_takes_nothing_off() -> None:
    bought = a_record("buy 086520 x10 @13340", OrderState.FILLED, filled=(10, 130_000))

    assert left(Baseline(account=ACCOUNT, records=()), bought) == (HELD, HELD)


def test_the_cash_is_the_one_that_was_read() -> None:
    rolled = Baseline(account=ACCOUNT, records=()).rolled_on((), 777)

    assert (rolled.spendable, rolled.cash) == (777, ACCOUNT.cash)


def test_only_our_orders_make_it_move() -> None:
    baseline = Baseline(account=ACCOUNT, records=(sold(2),))

    assert not baseline.has_moved([sold(2)])
    assert baseline.has_moved([sold(3)])
    assert baseline.has_moved([])
