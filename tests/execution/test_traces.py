"""The second witness: what the account shows of the shares of a lost order."""

import pytest

from fakes import (
    ACCOUNT,
    NEXT_SESSION,
    SESSION,
    ScriptedBroker,
    Workbench,
    a_key,
    an_order,
    at,
)
from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved
from khms_trader.domain.order import OrderRecord, OrderState, Side
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.traces import Witness
from khms_trader.planning.evidence import Shares

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


def shares(bench: Workbench, record: OrderRecord) -> Shares:
    return Witness(bench.office).shares([record])[record.key]


def figures(bench: Workbench, record: OrderRecord) -> tuple[int, int]:
    seen = shares(bench, record)
    return seen.expected, seen.held


@pytest.mark.parametrize("side", Side)
def test_what_was_held_before_is_expected_whoever_manages_it(
    bench: Workbench, side: Side
) -> None:
    bench.own(ONE, 10)
    bench.broker.shares[ONE] = 25
    observe(bench)
    record = lost(bench, side)
    bench.broker.shares[ONE] = 15

    assert figures(bench, record) == (25, 15)


def test_shares_that_are_gone_are_none(bench: Workbench) -> None:
    observe(bench)

    assert figures(bench, lost(bench, Side.BUY)) == (0, 0)


def test_without_a_look_before_the_journal_says_what_was_held(
    bench: Workbench,
) -> None:
    bench.own(ONE, 10)
    record = lost(bench, Side.SELL)

    assert figures(bench, record) == (10, 10)
    assert shares(bench, record).since == record.intended_at


def test_what_later_orders_of_ours_did_is_expected(bench: Workbench) -> None:
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

    assert figures(bench, record) == (0, 1)


def test_what_the_order_itself_did_is_not(bench: Workbench) -> None:
    observe(bench)
    bench.clock.sleep(1)
    record = lost(bench, Side.BUY)
    now = bench.clock.now()
    bench.journal.advance(record.key, OrderState.ACCEPTED, at=now, number="1")
    bench.journal.advance(
        record.key,
        OrderState.PARTIALLY_FILLED,
        at=now,
        filled_quantity=4,
        filled_value=40_000,
    )
    bench.broker.shares[ONE] = 4

    assert figures(bench, record) == (0, 4)


def test_an_account_read_after_the_order_left_says_nothing_of_before(
    bench: Workbench,
) -> None:
    bench.own(ONE, 10)
    record = lost(bench, Side.SELL)
    bench.clock.sleep(60)
    bench.broker.shares[ONE] = 4
    observe(bench)

    assert figures(bench, record) == (10, 4)


def test_a_later_look_before_the_order_replaces_an_earlier_one(
    bench: Workbench,
) -> None:
    bench.broker.shares[ONE] = 30
    observe(bench)
    bench.clock.move_to(at(10))
    bench.broker.shares[ONE] = 10
    observe(bench)

    record = lost(bench, Side.SELL)

    assert shares(bench, record) == Shares(expected=10, held=10, since=at(10))


def test_from_the_next_open_on_others_may_have_moved_the_shares(
    bench: Workbench,
) -> None:
    record = lost(bench, Side.SELL)

    bench.clock.move_to(at(8, 59, 59, day=NEXT_SESSION))
    assert shares(bench, record).is_fresh
    bench.clock.move_to(at(9, day=NEXT_SESSION))
    assert not shares(bench, record).is_fresh


def test_the_account_is_read_once_for_all_orders(bench: Workbench) -> None:
    records = [lost(bench, side) for side in Side]
    witness = Witness(bench.office)

    witness.shares(records)
    witness.shares(records)

    assert bench.broker.account_reads == 1


class BlindBroker(ScriptedBroker):
    def account(self) -> Account:
        self.account_reads += 1
        raise BrokerUnavailable("no_answer")


def test_an_account_that_cannot_be_read_says_nothing_and_is_not_asked_again(
    bench: Workbench,
) -> None:
    bench.broker = BlindBroker(clock=bench.clock, quotes=bench.quotes)
    witness = Witness(bench.office)

    assert witness.shares([lost(bench, Side.BUY)]) == {}
    assert witness.account() is None
    assert bench.broker.account_reads == 1
