"""The halt file stops orders at the last moment, and nothing else."""

from pathlib import Path

import pytest

from fakes import ACCOUNT, SESSION, FakeQuotes, ScriptedBroker, an_order, at
from khms_trader.broker.guarded import GuardedBroker
from khms_trader.clock import ManualClock
from khms_trader.errors import OrderRejected
from khms_trader.ports import Broker

ORDER = an_order("100000", limit_price=10_000)


@pytest.fixture
def behind() -> ScriptedBroker:
    broker = ScriptedBroker(clock=ManualClock(at(9, 1)), quotes=FakeQuotes())
    broker.fills["100000"] = 0
    return broker


def guarded(behind: ScriptedBroker, halt_file: Path) -> Broker:
    return GuardedBroker(behind, halt_file.exists)


def test_without_the_halt_file_orders_pass(
    behind: ScriptedBroker, tmp_path: Path
) -> None:
    ack = guarded(behind, tmp_path / "HALT").submit(ORDER)

    assert behind.submitted == [ORDER]
    assert ack.number == "0000000001"


def test_with_the_halt_file_no_order_leaves(
    behind: ScriptedBroker, tmp_path: Path
) -> None:
    (tmp_path / "HALT").touch()

    with pytest.raises(OrderRejected) as caught:
        guarded(behind, tmp_path / "HALT").submit(ORDER)

    assert (caught.value.code, caught.value.facts) == (
        "order_halted",
        {"symbol": "100000"},
    )
    assert behind.submitted == []


def test_the_halt_file_is_looked_for_before_every_order(
    behind: ScriptedBroker, tmp_path: Path
) -> None:
    broker = guarded(behind, tmp_path / "HALT")
    broker.submit(ORDER)
    (tmp_path / "HALT").touch()

    with pytest.raises(OrderRejected):
        broker.submit(ORDER)

    (tmp_path / "HALT").unlink()
    broker.submit(ORDER)
    assert len(behind.submitted) == 2


def test_reading_and_cancelling_go_on_while_halted(
    behind: ScriptedBroker, tmp_path: Path
) -> None:
    behind.submit(ORDER)
    (tmp_path / "HALT").touch()
    broker = guarded(behind, tmp_path / "HALT")

    (row,) = broker.orders(SESSION)
    broker.cancel(row)

    assert broker.account_id == ACCOUNT
    assert broker.account().cash == 10_000_000
    assert broker.orders(SESSION)[0].is_cancelled
